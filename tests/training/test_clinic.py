"""The table of a clinic with its recordings, read by the program itself."""

import csv
from pathlib import Path

import numpy as np
import pytest
import soundfile

from core.failures import CheckpointRefused, DataUnfit
from core.settings import Settings
from models.fusion.inputs import FACE_EXPRESSIONS, TEXT_EXPRESSIONS, VOICE_EXPRESSIONS, segments_of
from monitor.wiring import recording_plan
from tests.fixtures.interviews import CLINIC_COLUMNS, write_clinic_table, write_csv
from tests.fixtures.monitor_runs import Run
from tests.fixtures.voices import joined, silence, voice
from training.datasets import own_lanes
from training.datasets.interviews import load_interviews

ITEMS = (1, 2, 0, 3, 1, 0, 2, 1)


@pytest.fixture(scope="module")
def recordings(tmp_path_factory) -> Path:
    """Four recordings of a made-up voice, twelve seconds each."""
    folder = tmp_path_factory.mktemp("recordings")
    for number, name in enumerate(("a1", "a2", "b1", "c1")):
        spoken = [voice(2.4, pitch_hz=100 + 20 * number + 5 * part) for part in range(4)]
        soundfile.write(folder / f"{name}.wav", joined(*(piece for one in spoken for piece in (one, silence(0.6)))), 16_000)
    return folder


@pytest.fixture
def folder(recordings, tmp_path) -> Path:
    """Three people and four sessions; the second of the first person has no ninth item, that of the last misses an item."""
    for path in recordings.iterdir():
        (tmp_path / path.name).symlink_to(path)
    rows = [
        ["ann", "first visit", "a1.wav", *ITEMS, 1],
        ["ann", "second visit", "a2.wav", *ITEMS, ""],
        ["bo", "first visit", "b1.wav", *[0] * 9],
        ["cy", "first visit", "c1.wav", 1, "", *ITEMS[2:], 0],
    ]
    write_clinic_table(tmp_path, rows)
    return tmp_path


@pytest.fixture(scope="module")
def read_before(tmp_path_factory) -> Path:
    """So that the same sound is read once."""
    return tmp_path_factory.mktemp("work")


def set_cell(folder: Path, line: int, **cells: str) -> None:
    """Change cells of a line of the table, with new columns for names that it does not have."""
    with (folder / "interviews.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    rows[line - 2] |= cells
    columns = [*CLINIC_COLUMNS, *(name for name in cells if name not in CLINIC_COLUMNS)]
    write_clinic_table(folder, [[row.get(name, "") for name in columns] for row in rows], columns)


def test_every_session_has_its_person_its_answers_and_its_lanes(folder, read_before):
    first, second, bo, cy = load_interviews("clinic", folder, work=read_before)
    assert (first.person, first.session, first.split) == ("ann", "first visit", "")
    assert (first.scale, first.items.tolist(), first.total, first.above) == ("PHQ-9", list(ITEMS), 11.0, True)
    assert (second.scale, second.total, second.above) == ("PHQ-8", 10.0, True)
    assert (bo.total, bo.above) == (0.0, False)
    assert (cy.total, cy.above) == (None, None)
    assert np.isnan(cy.items[1])
    for one in (first, second, bo, cy):
        assert {name: lane.kind for name, lane in one.lanes.items()} == {"voice": VOICE_EXPRESSIONS}
        assert one.lanes["voice"].times_s.tolist() == [0.0, 10.0]


def test_a_second_run_reads_no_recording_again(folder, read_before, monkeypatch):
    first = load_interviews("clinic", folder, work=read_before)
    monkeypatch.setattr(own_lanes, "recording_plan", None)
    assert repr(load_interviews("clinic", folder, work=read_before)) == repr(first)


def test_the_table_itself_may_be_named(folder, read_before):
    assert len(load_interviews("clinic", folder / "interviews.csv", work=read_before)) == 4


def test_the_lanes_are_those_of_a_session_of_the_program(folder, read_before, tmp_path):
    """The same recording through the whole monitor gives the same numbers."""
    (tmp_path / "said.txt").write_text("00:01 I could not sleep again and I am so tired\n00:11 but my sister came and I was happy\n")
    set_cell(folder, 2, text="said.txt")
    lanes = load_interviews("clinic", folder, work=read_before)[0].lanes
    results = Run(recording_plan(folder / "a1.wav", Settings(), text_file=tmp_path / "said.txt"), tmp_path / "s.db").finished()
    session = segments_of(results.readings)
    assert set(lanes) == set(session) == {"voice", "text"}
    assert lanes["text"].kind == TEXT_EXPRESSIONS
    for name, segments in session.items():
        assert lanes[name].vectors == pytest.approx(np.stack([segment.vector for segment in segments]), abs=1e-6)
        assert lanes[name].qualities == pytest.approx([segment.quality for segment in segments])


@pytest.mark.data
def test_a_video_gives_face_and_voice(shared_data, folder, read_before):
    set_cell(folder, 2, media=str(shared_data / "video" / "talking_1.mp4"))
    lanes = load_interviews("clinic", folder, work=read_before)[0].lanes
    assert (lanes["face"].kind, lanes["voice"].kind) == (FACE_EXPRESSIONS, VOICE_EXPRESSIONS)


def test_with_turns_nothing_that_others_say_is_read(folder, read_before, tmp_path):
    write_csv(tmp_path / "turns.csv", ["start_s", "stop_s"], [[3.0, 6.0], [5.0, 9.1]])
    set_cell(folder, 2, turns="turns.csv")

    def first_lane():
        return load_interviews("clinic", folder, work=read_before)[0].lanes["voice"]

    samples, rate_hz = soundfile.read(folder / "a1.wav", dtype="float32")
    before = first_lane()
    (folder / "a1.wav").unlink()
    samples[: 3 * rate_hz] = voice(3.0, pitch_hz=240, level=0.3)
    samples[round(9.2 * rate_hz) :] = silence(20)[: len(samples) - round(9.2 * rate_hz)]
    soundfile.write(folder / "a1.wav", samples, rate_hz)
    assert repr(first_lane()) == repr(before)
    assert before.times_s.tolist() == [0.0]


def test_words_count_whether_or_not_their_second_lies_in_a_turn(folder, read_before, tmp_path):
    write_csv(tmp_path / "turns.csv", ["start_s", "stop_s"], [[1.4, 6.0]])
    (tmp_path / "said.txt").write_text("00:01 I could not sleep again and I am so tired\n")
    set_cell(folder, 2, turns="turns.csv", text="said.txt")
    assert set(load_interviews("clinic", folder, work=read_before)[0].lanes) == {"voice", "text"}


def test_a_checkpoint_that_is_missing_is_no_fault_of_a_row(folder):
    settings = Settings().with_values({"voice.checkpoint": "nothing"}, "the test")
    with pytest.raises(CheckpointRefused, match="There is no checkpoint “nothing”"):
        load_interviews("clinic", folder, settings=settings)


@pytest.mark.parametrize(
    ("line", "cells", "sentence"),
    [
        (2, {"phq_item_3": "4"}, "phq_item_3 is 4; it goes from 0 to 3"),
        (3, {"phq_item_3": "-1"}, "phq_item_3 is -1; it goes from 0 to 3"),
        (3, {"phq_item_9": "often"}, "phq_item_9 is “often”, which is no number"),
        (4, {"phq_item_1": "nan"}, "phq_item_1 is nan; it goes from 0 to 3"),
        (2, {"phq_total": "12"}, "Its 9 items add up to 11, and phq_total is 12"),
        (5, {"phq_total": "25"}, "Its 8 items add up to .*, and phq_total is 25"),
        (3, {"session": "first visit"}, "ann first visit stands in line 2 already"),
        (3, {"person": ""}, "It has no person"),
        (3, {"session": ""}, "It has no session"),
        (4, {"media": "nothing.mp4"}, "There is no file “nothing.mp4” \\(its media\\)"),
        (4, {"media": ""}, "It names no media"),
        (4, {"media": "a1.wav"}, "a1.wav is the recording of line 2 already"),
        (4, {"split": "exam"}, "Its split is “exam”"),
        (2, {"text": "nothing.txt"}, "There is no file “nothing.txt” \\(its text\\)"),
        (2, {"media": "interviews.csv"}, "interviews.csv"),
    ],
)
def test_a_row_that_is_wrong_is_told_with_its_line(folder, read_before, line, cells, sentence):
    set_cell(folder, line, **cells)
    with pytest.raises(DataUnfit, match=rf"interviews\.csv, line {line}, cannot be used\. .*{sentence}"):
        load_interviews("clinic", folder, work=read_before)


def test_faults_of_the_table_are_told_before_anything_is_analysed(folder, monkeypatch):
    monkeypatch.setattr(own_lanes, "recording_plan", None)
    set_cell(folder, 5, phq_item_1="9")
    with pytest.raises(DataUnfit, match="line 5"):
        load_interviews("clinic", folder)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda text: text.replace("phq_item_4", "item_4"), r"interviews\.csv cannot be used\. It has no column phq_item_4"),
        (lambda text: text.replace(",", ";"), r"interviews\.csv cannot be used\. Its cells are parted by semicolons, not by commas"),
        (lambda text: text.splitlines()[0], r"interviews\.csv cannot be used\. It has no rows below its names"),
        (lambda text: "", r"interviews\.csv cannot be used\. It is empty"),
        (lambda text: text.rstrip().rsplit(",", 4)[0], r"interviews\.csv, line 5, cannot be used\. It has 8 of 12 cells"),
    ],
)
def test_a_table_that_is_wrong_is_told(folder, change, sentence):
    table = folder / "interviews.csv"
    table.write_text(change(table.read_text()))
    with pytest.raises(DataUnfit, match=sentence):
        load_interviews("clinic", folder)


def test_a_table_of_a_spreadsheet_with_its_mark_and_other_capitals_is_read(folder, read_before):
    table = folder / "interviews.csv"
    table.write_text("\ufeff" + table.read_text().replace("phq_item", "PHQ_Item").replace("\n", "\n,,,,,,,,,,,\n"), encoding="utf-8")
    assert len(load_interviews("clinic", folder, work=read_before)) == 4


def test_turns_that_are_none_are_told(folder, tmp_path):
    write_csv(tmp_path / "turns.csv", ["start_s", "stop_s"], [[3.0, 6.0], [9.0, 8.0]])
    set_cell(folder, 2, turns="turns.csv")
    with pytest.raises(DataUnfit, match=r"turns\.csv, line 3, cannot be used\. It is no turn"):
        load_interviews("clinic", folder)


def test_a_recording_in_which_nothing_can_be_read_is_told(folder, read_before):
    soundfile.write(folder / "nobody.wav", silence(4), 16_000)
    set_cell(folder, 4, media="nobody.wav")
    with pytest.raises(DataUnfit, match=r"line 4, cannot be used\. Neither face nor voice nor words could be read in .*nobody\.wav"):
        load_interviews("clinic", folder, work=read_before)


def test_the_same_recording_copied_under_another_name_is_a_leak(folder, read_before):
    (folder / "copy.wav").write_bytes((folder / "a1.wav").read_bytes())
    set_cell(folder, 4, media="copy.wav")
    with pytest.raises(DataUnfit, match=r"“ann” \(session first visit\) and “bo” \(session first visit\) are the same"):
        load_interviews("clinic", folder, work=read_before)


def test_a_person_in_two_parts_is_told(folder, read_before):
    set_cell(folder, 2, split="train")
    set_cell(folder, 3, split="test")
    with pytest.raises(DataUnfit, match="“train” and “test” share 1 person"):
        load_interviews("clinic", folder, work=read_before)
