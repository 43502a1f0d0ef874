import functools
import itertools

import keras
import numpy as np
import pytest

from models.fusion.network import CONCATENATION, NetworkSettings, fusion_network, lane_statistics
from models.fusion.packing import packed, without_lanes
from tests.fixtures.fusion_networks import LAYOUT, session_of, untrained

FACE, VOICE, TEXT = range(3)
KINDS = [NetworkSettings(width=8), NetworkSettings(encoder="conv_bilstm", width=8), NetworkSettings(width=8, fusion=CONCATENATION)]
every_kind = pytest.mark.parametrize("settings", KINDS, ids=["small", "ConvBiLSTM", "concatenation"])


known = functools.cache(untrained)
"""For tests that leave the weights as they are."""


def said(model: keras.Model, *sessions: np.ndarray) -> list[np.ndarray]:
    return [np.asarray(one) for one in model(np.stack(sessions), training=False)]


@every_kind
def test_what_lies_under_a_mask_does_not_matter(settings: NetworkSettings) -> None:
    session = session_of(4, 0, 3)
    spoiled = session.copy()
    for number in range(3):
        place = LAYOUT.columns(number)
        nothing = session[:, place.stop + 1] == 0.0
        spoiled[nothing, place.start : place.stop + 1] = 1000.0
    assert (spoiled != session).any()
    model = known(settings)
    for clean, dirty in zip(said(model, session), said(model, spoiled), strict=True):
        np.testing.assert_allclose(dirty, clean, atol=1e-6)


@every_kind
def test_what_is_there_matters(settings: NetworkSettings) -> None:
    session = session_of(4, 2, 3)
    for number in range(3):
        moved = session.copy()
        moved[0, LAYOUT.columns(number)] += 1.0
        items, other = (said(known(settings), one)[0] for one in (session, moved))
        assert np.abs(items - other).max() > 1e-4


@every_kind
def test_one_session_alone_gives_what_it_gives_among_others(settings: NetworkSettings) -> None:
    sessions = [session_of(6, 6, 6), session_of(1, 0, 4), session_of(0, 2, 0), session_of(3, 3, 0)]
    model = known(settings)
    together = said(model, *sessions)
    for number, session in enumerate(sessions):
        for alone, among in zip(said(model, session), together, strict=True):
            np.testing.assert_allclose(alone[0], among[number], atol=1e-6)


@pytest.mark.parametrize("settings", KINDS[:2], ids=["small", "ConvBiLSTM"])
def test_attention_sums_to_one_over_the_lanes_and_over_the_segments_that_are_there(settings: NetworkSettings) -> None:
    items, lanes, segments = said(known(settings), session_of(5, 0, 2))
    np.testing.assert_allclose(items.sum(axis=-1), 1.0, atol=1e-5)
    np.testing.assert_allclose(lanes.sum(axis=-1), 1.0, atol=1e-5)
    np.testing.assert_allclose(segments[0, FACE, 5:], 0.0, atol=1e-6)
    np.testing.assert_allclose(segments[0, VOICE], 0.0, atol=1e-6)
    np.testing.assert_allclose(segments[0].sum(axis=-1), [1.0, 0.0, 1.0], atol=1e-5)


def test_an_absent_lane_is_its_learned_vector_and_only_then() -> None:
    model = untrained(NetworkSettings(width=8))
    whole, without = session_of(4, 4, 4), session_of(4, 0, 4)
    before = said(model, whole, without)[0]
    null = model.get_layer("voice_null").kernel
    null.assign(null + 1.0)
    after = said(model, whole, without)[0]
    np.testing.assert_allclose(after[0], before[0], atol=1e-6)
    assert np.abs(after[1] - before[1]).max() > 1e-3


def test_an_absent_lane_is_not_a_lane_of_zeros() -> None:
    zeros = {str(lane.name): (np.zeros((4, lane.width), np.float32), np.full(4, 0.5, np.float32)) for lane in LAYOUT.lanes}
    there = packed(zeros, LAYOUT)
    items = said(known(NetworkSettings(width=8)), there, without_lanes(there, LAYOUT, ["voice"]))[0]
    assert np.abs(items[0] - items[1]).max() > 1e-3


def _with_quality(session: np.ndarray, lane: int, rows: slice, quality: float) -> np.ndarray:
    moved = session.copy()
    moved[rows, LAYOUT.columns(lane).stop] = quality
    return moved


@functools.cache
def _fresh() -> keras.Model:
    """Weights as training finds them: less quality weighs less before anything was learned."""
    keras.utils.set_random_seed(3)
    return fusion_network(LAYOUT, NetworkSettings(width=8), lane_statistics(np.stack([session_of(6, 6, 6)]), LAYOUT))


def test_less_quality_of_a_lane_takes_attention_from_it() -> None:
    model = _fresh()
    session = _with_quality(session_of(4, 4, 4), FACE, slice(4), 1.0)
    weights = [said(model, _with_quality(session, FACE, slice(4), quality))[1][0, FACE] for quality in (1.0, 0.6, 0.3, 0.1)]
    assert all(more > 1.2 * less for more, less in itertools.pairwise(weights))


def test_less_quality_of_a_segment_takes_attention_from_it() -> None:
    model = _fresh()
    weights = [said(model, _with_quality(session_of(4, 4, 4), TEXT, slice(1), quality))[2][0, TEXT, 0] for quality in (1.0, 0.5, 0.1)]
    assert weights[0] > 1.2 * weights[1] > 1.44 * weights[2]


def test_without_quality_as_an_input_it_moves_nothing() -> None:
    session = session_of(4, 4, 4)
    model = untrained(NetworkSettings(width=8, quality=False))
    for one, other in zip(said(model, session), said(model, _with_quality(session, FACE, slice(4), 0.1)), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)


def test_of_a_longer_lane_the_newest_segments_are_read() -> None:
    vectors = np.arange(10, dtype=np.float32)[:, np.newaxis] * np.ones((1, LAYOUT.lanes[FACE].width), np.float32)
    array = packed({"face": (vectors, np.ones(10, np.float32))}, LAYOUT)
    np.testing.assert_array_equal(array[:, 0], np.arange(4, 10))
