"""Real recordings through the whole monitor with the real readers.

The facts are those of the clips (who is there, when, what the face does), with room for any checkpoint that reads them about as well.
"""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.labels import Emotion, Modality
from core.readings import Absence, FaceReading, Reading, TextReading, VoiceReading
from core.session import SessionResults
from models.card import ModelCard
from models.reader import Reader
from monitor.lane import Plan
from monitor.wiring import recording_plan
from review.exports.csv_files import write_readings_csv, write_scores_csv
from tests.fixtures.monitor_runs import SETTINGS, Run, threads_left

pytestmark = pytest.mark.data

STEP_S = SETTINGS.fusion.step_s


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    yield
    assert threads_left() == []


@pytest.fixture
def analysed(shared_data: Path, tmp_path: Path) -> Callable[[str], SessionResults]:
    def analyse(name: str) -> SessionResults:
        run = Run(recording_plan(shared_data / "video" / name, SETTINGS), tmp_path / f"{name}.db")
        results = run.finished(within_s=120)
        assert run.failures() == []
        check_what_holds_for_every_recording(results)
        return results

    return analyse


def check_what_holds_for_every_recording(results: SessionResults) -> None:
    assert results.info.ended_utc is not None
    assert results.gaps == []
    assert not any(count for name, count in results.info.counts.items() if name.endswith("dropped"))
    for modality in Modality:
        assert all(before.at <= after.at for before, after in pairwise(results.of(modality)))
    for reading in results.readings:
        assert reading.covers[0] <= reading.covers[1] <= reading.at + 1e-9
        assert (reading.absent_because is None) == bool(reading.probabilities)
        assert not reading.probabilities or sum(reading.probabilities.values()) == pytest.approx(1.0, abs=1e-5)
    assert [score.at for score in results.scores] == [STEP_S * (n + 1) for n in range(len(results.scores))]
    for score in results.scores:
        assert (score.value is None) == (score.abstained_because is not None)
        if score.value is not None:
            assert score.interval is not None
            assert 0 <= score.interval[0] <= score.value <= score.interval[1] <= 100
            assert sum(score.contributions.values()) == pytest.approx(score.value)


def faces(results: SessionResults) -> list[FaceReading]:
    return [reading for reading in results.of(Modality.FACE) if isinstance(reading, FaceReading)]


def voices(results: SessionResults) -> list[VoiceReading]:
    return [reading for reading in results.of(Modality.VOICE) if isinstance(reading, VoiceReading)]


def mean(readings: Sequence[FaceReading], emotion: Emotion, start: float = 0.0, end: float = 1.0) -> float:
    """Mean smoothed probability over a part (shares 0..1) of the readings that have one."""
    measured = [reading.smoothed[emotion] for reading in readings if reading.smoothed]
    part = measured[int(start * len(measured)) : int(end * len(measured))]
    return float(np.mean(part))


def absences(readings: Sequence[Reading]) -> Counter[Absence | None]:
    return Counter(reading.absent_because for reading in readings)


def values(results: SessionResults) -> list[float]:
    return [score.value for score in results.scores if score.value is not None]


def test_a_sad_face_that_becomes_happy_makes_happiness_rise_and_the_index_fall(analysed: Callable[[str], SessionResults]) -> None:
    results = analysed("sad_to_happy_silent.mp4")
    seen = faces(results)
    assert absences(seen)[None] >= 0.98 * len(seen)
    assert len(seen) == pytest.approx(24 * 19.7, rel=0.02)
    assert mean(seen, Emotion.HAPPINESS, 2 / 3, 1) > mean(seen, Emotion.HAPPINESS, 0, 1 / 3) + 0.3
    assert mean(seen, Emotion.SADNESS, 2 / 3, 1) < mean(seen, Emotion.SADNESS, 0, 1 / 3) - 0.1
    assert Counter(reading.top for reading in seen[-len(seen) // 5 :]).most_common(1)[0][0] is Emotion.HAPPINESS
    index = values(results)
    assert len(index) >= 25
    assert np.mean(index[-5:]) < np.mean(index[:10]) - 5
    assert all(reading.absent_because is Absence.NO_SPEECH for reading in voices(results))
    assert all(score.heard_from == (Modality.FACE,) for score in results.scores if score.value is not None)


def test_surprise_between_two_neutral_stretches_is_seen_between_them(analysed: Callable[[str], SessionResults]) -> None:
    seen = faces(analysed("neutral_surprise_neutral.mp4"))
    middle = mean(seen, Emotion.SURPRISE, 1 / 3, 2 / 3)
    assert middle > mean(seen, Emotion.SURPRISE, 0, 1 / 3) + 0.1
    assert middle > mean(seen, Emotion.SURPRISE, 2 / 3, 1) + 0.1
    assert mean(seen, Emotion.NEUTRAL, 0, 1 / 3) > mean(seen, Emotion.NEUTRAL, 1 / 3, 2 / 3)


def test_a_talking_person_is_read_by_face_and_voice(analysed: Callable[[str], SessionResults]) -> None:
    results = analysed("talking_1.mp4")
    seen, heard = faces(results), [reading for reading in voices(results) if reading.probabilities]
    assert len(seen) == 200
    assert absences(seen)[None] >= 196
    assert all(reading.box is not None and 100 < reading.box.width < 512 for reading in seen if reading.probabilities)
    assert sum(reading.covers[1] - reading.covers[0] for reading in heard) > 5
    assert all(60 < reading.pitch_hz < 400 for reading in heard if not np.isnan(reading.pitch_hz))
    assert results.scores[-1].heard_from == (Modality.FACE, Modality.VOICE)
    assert all(score.value is None for score in results.scores if score.at <= 2)
    assert len(values(results)) >= 8


def test_a_cartoon_without_a_face_never_gives_a_number_of_the_face(analysed: Callable[[str], SessionResults]) -> None:
    results = analysed("no_face_cartoon.mp4")
    assert set(absences(faces(results))) == {Absence.NO_FACE}
    assert all(reading.box is None and not reading.smoothed for reading in faces(results))
    assert all(Modality.FACE not in score.heard_from for score in results.scores)


def test_speech_without_a_face_is_heard_and_the_face_is_absent(analysed: Callable[[str], SessionResults]) -> None:
    results = analysed("no_face_but_speech.mp4")
    assert absences(faces(results))[Absence.NO_FACE] >= 0.98 * len(faces(results))
    assert any(reading.probabilities for reading in voices(results))
    assert {score.heard_from for score in results.scores} <= {(), (Modality.VOICE,)}


def test_two_faces_are_two_people_and_make_no_score(analysed: Callable[[str], SessionResults]) -> None:
    results = analysed("two_faces_talking.mp4")
    seen = faces(results)
    assert absences(seen)[Absence.TWO_PEOPLE] >= 0.8 * len(seen)
    assert all(reading.others for reading in seen if reading.absent_because is Absence.TWO_PEOPLE)
    assert not any(reading.probabilities for reading in seen if reading.at > 2)
    assert all(Modality.FACE not in score.heard_from for score in results.scores)


def test_a_face_that_leaves_is_absent_afterwards(analysed: Callable[[str], SessionResults]) -> None:
    seen = faces(analysed("face_leaves_vfr_hevc.mov"))
    last = max(reading.at for reading in seen if reading.probabilities)
    assert 2 < last < 4
    assert absences([reading for reading in seen if reading.at < 2])[None] >= 55
    after = [reading for reading in seen if reading.at > last]
    assert len(after) > 60
    assert absences(after)[Absence.NO_FACE] >= 0.98 * len(after)
    assert not any(reading.smoothed for reading in after)


def test_a_rotation_tag_is_obeyed(analysed: Callable[[str], SessionResults]) -> None:
    seen = faces(analysed("rotated_by_metadata.mp4"))
    assert absences(seen)[None] >= 0.98 * len(seen)


def test_another_container_and_codec_give_the_same_picture_of_a_person(analysed: Callable[[str], SessionResults]) -> None:
    mp4, webm = analysed("talking_2.mp4"), analysed("talking_2_vp9_opus.webm")
    ours, theirs = faces(mp4), faces(webm)
    assert len(ours) == len(theirs)
    assert all(abs(one.at - other.at) < 0.02 for one, other in zip(ours, theirs, strict=True))
    assert np.mean([overlap(one, other) for one, other in zip(ours, theirs, strict=True)]) > 0.9
    for emotion in Emotion:
        assert mean(ours, emotion) == pytest.approx(mean(theirs, emotion), abs=0.08)
    assert values(mp4)[-1] == pytest.approx(values(webm)[-1], abs=8)
    assert [spoken_s(results) for results in (mp4, webm)] == pytest.approx([8, 8], abs=1)


def overlap(one: FaceReading, other: FaceReading) -> float:
    """Intersection over union of the two boxes."""
    a, b = one.box, other.box
    assert a is not None
    assert b is not None
    width = max(0, min(a.x + a.width, b.x + b.width) - max(a.x, b.x))
    height = max(0, min(a.y + a.height, b.y + b.height) - max(a.y, b.y))
    return width * height / (a.area + b.area - width * height)


def spoken_s(results: SessionResults) -> float:
    return sum(reading.covers[1] - reading.covers[0] for reading in voices(results) if reading.probabilities)


def test_sound_alone_gives_the_same_voice_as_sound_with_pictures(analysed: Callable[[str], SessionResults]) -> None:
    alone, together = analysed("talking_1_audio_only.m4a"), analysed("talking_1.mp4")
    assert faces(alone) == []
    assert spoken_s(alone) == pytest.approx(spoken_s(together), abs=0.3)
    assert {score.heard_from for score in alone.scores} <= {(), (Modality.VOICE,)}


def exported(results: SessionResults, folder: Path) -> tuple[bytes, bytes]:
    """The bytes of the two files that a researcher compares."""
    folder.mkdir()
    write_readings_csv(folder / "readings.csv", results)
    write_scores_csv(folder / "scores.csv", results)
    return (folder / "readings.csv").read_bytes(), (folder / "scores.csv").read_bytes()


class Delayed:
    """A real reader that is held up now and then."""

    def __init__(self, reader: Reader, seed: int) -> None:
        self._reader = reader
        self._chance = random.Random(seed)

    @property
    def card(self) -> ModelCard:
        return self._reader.card

    def warm_up(self) -> None:
        self._reader.warm_up()

    def read(self, item: Any) -> Reading | None:
        time.sleep(self._chance.choice((0, 0, 0, 0.001, 0.01)))
        return self._reader.read(item)

    def finish(self) -> Reading | None:
        time.sleep(self._chance.choice((0, 0.1)))
        return self._reader.finish()


def delayed(plan: Plan, seed: int) -> Plan:
    def late(make: Callable[[], Reader], own_seed: int) -> Callable[[], Reader]:
        return lambda: Delayed(make(), own_seed)

    return replace(plan, lanes=tuple(replace(lane, make_reader=late(lane.make_reader, 10 * seed + n)) for n, lane in enumerate(plan.lanes)))


def test_the_same_recording_gives_the_same_bytes_twice_and_however_its_workers_are_delayed(shared_data: Path, tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("00:01 I am so tired and sad today\n00:03 but I was happy yesterday\n", encoding="utf-8")

    def files(number: int) -> tuple[bytes, bytes]:
        plan = recording_plan(shared_data / "video" / "talking_1.mp4", SETTINGS, text_file=words)
        run = Run(delayed(plan, number) if number > 1 else plan, tmp_path / f"{number}.db")
        results = run.finished(within_s=120)
        assert any(isinstance(reading, TextReading) and reading.probabilities for reading in results.readings)
        assert len(values(results)) > 8
        return exported(results, tmp_path / f"files {number}")

    first, *others = [files(number) for number in range(7)]
    assert all(other == first for other in others)
