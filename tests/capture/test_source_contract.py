"""What every source keeps, whatever it reads: one contract over tests/fixtures/sources.py."""

from itertools import islice, pairwise
from threading import Event, Thread

import numpy as np
import pytest

from capture.source import Pace
from core.failures import SourceUnavailable
from core.media import AudioChunk, Frame, TextEntry
from tests.fixtures.sources import SOURCES

SOME = 20


@pytest.fixture(params=SOURCES, ids=lambda case: case.name)
def source(request, tmp_path):
    with request.param.ready(tmp_path) as ready:
        yield ready
        ready.stop()
        ready.close()


def first_items(source):
    source.open()
    return list(islice(source.items(), SOME))


def test_it_has_a_label_and_a_pace(source):
    assert source.label.strip()
    assert isinstance(source.pace, Pace)


def test_times_never_go_back_and_indices_increase(source):
    items = first_items(source)
    assert len(items) >= 2
    assert items[0].at >= 0
    assert all(before.at <= after.at and before.index < after.index for before, after in pairwise(items))


def test_items_are_what_their_type_promises(source):
    for item in first_items(source):
        match item:
            case Frame(image=image):
                assert image.dtype == np.uint8
                assert image.ndim == 3
                assert image.shape[2] == 3
                assert image.flags.c_contiguous
            case AudioChunk(samples=samples):
                assert samples.dtype == np.float32
                assert samples.ndim == 1
                assert len(samples) > 0
                assert np.abs(samples).max() <= 1.0
                assert item.sample_rate == 16_000
            case TextEntry(text=text):
                assert text.strip()
            case _:
                pytest.fail(f"{item!r} is no media item")


def test_after_stop_nothing_more_is_yielded(source):
    source.open()
    items = source.items()
    next(items)
    other = Thread(target=source.stop)
    other.start()
    other.join()
    assert list(items) == []


def test_a_stopped_source_stays_stopped_until_it_is_opened_again(source):
    source.open()
    source.stop()
    assert list(source.items()) == []
    source.close()
    assert first_items(source)


def test_stop_from_another_thread_frees_a_consumer(source):
    had_one = Event()

    def consume():
        source.open()
        for _ in source.items():
            had_one.set()
        source.close()

    consumer = Thread(target=consume)
    consumer.start()
    assert had_one.wait(30)
    source.stop()
    consumer.join(30)
    assert not consumer.is_alive()


def test_it_may_be_closed_twice(source):
    first_items(source)
    source.close()
    source.close()
    assert first_items(source), "it opens again"


def test_it_may_be_closed_without_having_been_opened(source):
    source.close()
    assert first_items(source), "it opens all the same"


def test_it_opens_again_after_it_was_closed_and_begins_anew(source):
    before = first_items(source)
    source.close()
    after = first_items(source)
    assert type(before[0]) is type(after[0])
    if source.pace is Pace.RECORDED:
        assert [(item.at, item.index) for item in before] == [(item.at, item.index) for item in after]


@pytest.mark.parametrize("case", [case for case in SOURCES if case.missing], ids=lambda case: case.name)
def test_opening_what_is_not_there_says_what_why_and_what_to_do(case, tmp_path):
    source = case.missing(tmp_path)
    with pytest.raises(SourceUnavailable) as caught:
        source.open()
    failure = caught.value.failure
    assert all(part.strip() for part in (failure.what, failure.why, failure.what_to_do))
    source.close()
