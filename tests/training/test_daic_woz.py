import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile

from core.failures import DataUnfit
from core.labels import EMOTIONS, Emotion
from core.settings import Settings
from models.fusion.inputs import TEXT_EXPRESSIONS, VOICE_EXPRESSIONS
from tests.fixtures.interviews import (
    ALONE,
    CONTRADICTING,
    INFINITE,
    ITEMS,
    PEOPLE,
    UNLABELLED,
    WITHOUT_ELLIE,
    WITHOUT_ITEM,
    items_of,
    write_daic_woz,
    write_transcript,
)
from tests.fixtures.voices import joined, silence, voice
from training.datasets import daic_woz
from training.datasets.daic_woz import COVAREP_KIND, read_transcript
from training.datasets.lane_cache import LaneCache
from training.datasets.openface import CLNF_KIND, CLNF_LANDMARKS_KIND
from training.datasets.turns import alone, lies_in

TRAIN = "train_split_Depression_AVEC2017.csv"


@pytest.fixture(scope="module")
def published(tmp_path_factory) -> Path:
    return write_daic_woz(tmp_path_factory.mktemp("daic-woz"))


@pytest.fixture(scope="module")
def interviews(published):
    return {interview.session: interview for interview in load_daic_woz(published)}


@pytest.fixture
def copy(published, tmp_path) -> Path:
    """The data set with the sessions of one part of it only, to be damaged."""
    for name in (TRAIN, "dev_split_Depression_AVEC2017.csv", "300_P", "301_P", "306_P"):
        whole = published / name
        (shutil.copytree if whole.is_dir() else shutil.copy)(whole, tmp_path / name)
    for name in (TRAIN, "dev_split_Depression_AVEC2017.csv"):
        lines = (tmp_path / name).read_text().splitlines()
        kept = lines[:3] if name == TRAIN else [lines[0], lines[1]]
        (tmp_path / name).write_text("\n".join(kept) + "\n")
    return tmp_path


def load_daic_woz(folder: Path):
    return daic_woz.load_daic_woz(folder, Settings(), LaneCache(None))


def changed(path: Path, old: str, new: str, line: int | None = None) -> None:
    lines = path.read_text().split("\n")
    for number in range(len(lines)) if line is None else [line - 1]:
        lines[number] = lines[number].replace(old, new, 1)
    path.write_text("\n".join(lines))


def test_everybody_of_the_three_parts_is_there_once_under_a_name_that_e_daic_gives_too(interviews):
    assert sorted(map(int, interviews)) == list(PEOPLE)
    parts = [interview.split for interview in interviews.values()]
    assert [parts.count(part) for part in ("train", "validation", "test")] == [5, 3, 2]
    assert interviews["300"].person == "daic-300"
    assert {interview.scale for interview in interviews.values()} == {"PHQ-8"}
    assert interviews["301"].sex == "code 1"


def test_items_and_totals_are_those_of_the_tables(interviews):
    assert interviews["300"].items.tolist() == items_of(300)
    assert interviews["300"].total == sum(items_of(300))
    tested = interviews["310"]
    assert (tested.items, tested.total) == (None, sum(items_of(310)))


def test_an_item_left_empty_is_not_known_and_the_total_stands(interviews):
    items = interviews[str(WITHOUT_ITEM)].items
    assert np.isnan(items).tolist() == [False, False, True, False, False, False, False, False]
    assert interviews[str(WITHOUT_ITEM)].total == sum(items_of(WITHOUT_ITEM))


def test_above_the_cut_off_is_taken_from_the_total_whatever_the_table_says(interviews):
    total = sum(items_of(CONTRADICTING))
    assert interviews[str(CONTRADICTING)].above is (total >= 10)
    assert {interview.above for interview in interviews.values()} == {True, False, None}


def test_the_test_part_without_labels_has_none(interviews):
    unlabelled = interviews[str(UNLABELLED)]
    assert (unlabelled.split, unlabelled.items, unlabelled.total, unlabelled.above) == ("test", None, None, None)


def test_only_what_was_measured_while_the_participant_speaks_alone_is_in_the_vectors(interviews):
    for session, interview in interviews.items():
        if session != str(WITHOUT_ELLIE):
            voice, face = interview.lanes["voice"], interview.lanes["face"]
            assert voice.times_s.tolist() == [0.0, 10.0]
            assert np.abs(voice.vectors[:, 2:74] - ALONE).max() < 0.1, session
            assert np.abs(face.vectors[:, :38] - ALONE).max() < 0.1, session


def test_the_vectors_are_means_and_deviations_of_named_kinds_finite_and_of_equal_width(interviews):
    for interview in interviews.values():
        for name, kind, width in (("voice", COVAREP_KIND, 148), ("face", CLNF_KIND, 76)):
            lane = interview.lanes[name]
            assert lane.kind == kind
            assert lane.vectors.shape == (2, width)
            assert lane.vectors.dtype == lane.qualities.dtype == np.float32
            assert np.isfinite(lane.vectors).all()
            assert ((lane.qualities > 0) & (lane.qualities <= 1)).all()


def test_the_pitch_of_voiceless_frames_does_not_count(interviews):
    voice = interviews["305"].lanes["voice"]
    assert voice.vectors[:, 0] == pytest.approx(230.5)
    assert voice.vectors[:, 1] == pytest.approx(0.5, abs=0.01)


def test_minus_infinity_is_not_measured(interviews):
    voice = interviews[str(INFINITE)].lanes["voice"]
    assert voice.vectors[:, 73] == pytest.approx(ALONE, abs=0.05)


def test_what_was_made_unrecognisable_is_left_out_of_every_lane(published):
    turns, silent = read_transcript(published / "301_P" / "301_TRANSCRIPT.csv", "301")
    assert alone((turn.span for turn in turns), silent) == [(4.5, 6.0), (8.0, 10.0), (13.0, 19.0)]
    assert not any("scrubbed" in turn.text for turn in turns)


def test_without_a_turn_of_ellie_the_participant_speaks_alone(interviews):
    assert str(WITHOUT_ELLIE) in interviews
    assert len(interviews[str(WITHOUT_ELLIE)].lanes["voice"].times_s) == 2


def test_words_are_read_by_the_program_itself_as_in_a_session(interviews):
    text = interviews["305"].lanes["text"]
    assert text.kind == TEXT_EXPRESSIONS
    assert text.times_s.tolist() == [0.0, 10.0]
    happiness = EMOTIONS.index(Emotion.HAPPINESS)
    assert text.vectors[0, happiness] < 0.2
    assert text.vectors[1, happiness] > 0.8


def test_nothing_that_the_interviewer_says_reaches_a_vector(copy):
    before = load_daic_woz(copy)
    for path in copy.glob("*_P/*_TRANSCRIPT.csv"):
        changed(path, "how are you doing today", "when did you last feel depressed")
        changed(path, "mhm", "that sounds terrible")
    assert repr(load_daic_woz(copy)) == repr(before)


def test_the_programs_own_reading_of_the_sound_hears_the_participant_alone(copy):
    def lane_with(interviewer: np.ndarray):
        path = copy / "300_P" / "300_AUDIO.wav"
        soundfile.write(path, joined(interviewer, silence(0.4), voice(5.0), silence(0.5), interviewer[:48_000], voice(6.0)), 16_000)
        return daic_woz.load_daic_woz_own(copy, Settings(), LaneCache(None))[0].lanes["voice"]

    quiet, loud = lane_with(silence(4.1)), lane_with(voice(4.1, pitch_hz=220, level=0.3))
    assert quiet.kind == VOICE_EXPRESSIONS
    assert np.array_equal(quiet.vectors, loud.vectors)
    assert np.array_equal(quiet.qualities, loud.qualities)


def test_a_second_run_reads_no_session_again_until_something_of_it_changes(copy, tmp_path, monkeypatch):
    cache = LaneCache(tmp_path / "work")
    first = daic_woz.load_daic_woz(copy, Settings(), cache)
    with monkeypatch.context() as context:
        context.setattr(daic_woz, "read_unnamed", None)
        assert repr(daic_woz.load_daic_woz(copy, Settings(), cache)) == repr(first)
    changed(copy / "300_P" / "300_COVAREP.csv", "0.", "0.5")
    again = daic_woz.load_daic_woz(copy, Settings(), cache)
    assert repr(again[0].lanes["voice"]) != repr(first[0].lanes["voice"])
    assert repr(again[1:]) == repr(first[1:])


def test_what_is_kept_holds_no_words_and_nobody_else_may_read_it(copy, tmp_path):
    daic_woz.load_daic_woz(copy, Settings(), LaneCache(tmp_path / "work"))
    kept = sorted((tmp_path / "work").iterdir())
    assert len(kept) == 3
    for path in kept:
        assert path.stat().st_mode & 0o077 == 0
        assert b"sister" not in path.read_bytes()
    kept[0].write_bytes(b"cut off")
    assert len(daic_woz.load_daic_woz(copy, Settings(), LaneCache(tmp_path / "work"))) == 3


def test_failed_frames_lower_the_quality_and_move_nothing(interviews):
    first, second = interviews["305"].lanes["face"].qualities
    assert first < second == pytest.approx(0.9)


def test_the_movement_of_landmarks_says_nothing_of_how_a_face_is_built(published):
    lanes = [interview.lanes["face"] for interview in daic_woz.load_daic_woz_landmarks(published, Settings(), LaneCache(None))]
    assert {lane.kind for lane in lanes} == {CLNF_LANDMARKS_KIND}
    assert {lane.vectors.shape[1] for lane in lanes} == {408}
    assert max(np.abs(lane.vectors[:, :204]).max() for lane in lanes) < 0.05, "the shapes differ by up to 60 between people"


def test_known_faults_of_transcripts_are_mended(tmp_path):
    late, _ = read_transcript(write_transcript(tmp_path / "318_TRANSCRIPT.csv"), "318")
    assert late[0].starts_s == pytest.approx(4.5 + 34.319917)
    turns = [("Ellie", 0, 1, "hi"), ("Participant", 1, 2, "<synch>"), ("Participant", 340, 430, "well <laughter> xxx fine")]
    heard, silent = read_transcript(write_transcript(tmp_path / "373_TRANSCRIPT.csv", turns=turns), "373")
    assert alone((turn.span for turn in heard), silent) == [(340.0, 352.0), (420.0, 430.0)]
    assert heard[0].text.split() == ["well", "fine"]


def test_a_mark_at_the_end_of_each_line_is_no_further_column(copy, interviews):
    path = copy / "300_P" / "300_CLNF_AUs.txt"
    names, *rows = path.read_text().splitlines()
    path.write_text("\n".join([names, *(f"{row}," for row in rows)]))
    assert repr(load_daic_woz(copy)[0].lanes["face"]) == repr(interviews["300"].lanes["face"])


def test_a_lane_that_is_not_there_is_no_error_and_a_session_without_any_is(copy):
    folder = copy / "300_P"
    (folder / "300_CLNF_pose.txt").unlink()
    assert set(load_daic_woz(copy)[0].lanes) == {"voice", "text"}
    (folder / "300_COVAREP.csv").unlink()
    assert set(load_daic_woz(copy)[0].lanes) == {"text"}
    write_transcript(folder / "300_TRANSCRIPT.csv", turns=[("Participant", 1, 2, "<laughter>")])
    with pytest.raises(DataUnfit, match=r"train_split.*line 2, cannot be used\. Neither face nor voice nor words could be read in .*300_P"):
        load_daic_woz(copy)


@pytest.mark.parametrize(
    ("name", "old", "new", "line", "sentence"),
    [
        (TRAIN, "PHQ8_Sleep", "Sleep", 1, r"train_split\S*csv cannot be used\. It has no column PHQ8_Sleep"),
        (TRAIN, "300,", "3OO,", 2, r"csv, line 2, cannot be used\. Participant_ID is “3OO”, which is no number"),
        (TRAIN, "301,", "300,", 3, r"line 3, cannot be used\. 300 stands in line 2 already"),
        (TRAIN, "301,", "398,", 3, r"line 3, cannot be used\. There is no folder 398_P"),
        ("300_P/300_TRANSCRIPT.csv", "\t", ",", None, r"300_TRANSCRIPT\.csv.* cannot be used"),
        ("300_P/300_TRANSCRIPT.csv", "Participant", "Dr Who", 4, r"line 4, cannot be used\..*speaker “Dr Who”"),
        ("300_P/300_COVAREP.csv", ",", "", None, r"300_COVAREP\.csv, line 1, cannot be used\. It has 73 columns, and 74 were expected"),
        ("300_P/300_COVAREP.csv", ",", "", 7, r"300_COVAREP\.csv, line 7, cannot be used\. It has 73 of 74 columns"),
        ("300_P/300_CLNF_AUs.txt", "AU04_c", "AU99_c", 1, r"300_CLNF_AUs\.txt cannot be used\. It has no column AU04_c"),
        ("300_P/300_CLNF_gaze.txt", "3, 0.0667", "3, 0.0001", 4, r"300_CLNF_gaze\.txt cannot be used\. The times of its frames"),
    ],
)
def test_what_is_wrong_is_said_with_its_file_and_line(copy, name, old, new, line, sentence):
    changed(copy / name, old, new, line)
    with pytest.raises(DataUnfit, match=sentence):
        load_daic_woz(copy)


def test_cells_parted_by_another_mark_are_told(copy):
    changed_text = (copy / TRAIN).read_text().replace(",", ";")
    (copy / TRAIN).write_text(changed_text)
    with pytest.raises(DataUnfit, match="Its cells are parted by semicolons, not by commas"):
        load_daic_woz(copy)


@pytest.mark.parametrize(
    ("column", "value", "sentence"),
    [
        (f"PHQ8_{ITEMS[0]}", "4", "PHQ8_NoInterest is 4; it goes from 0 to 3"),
        (f"PHQ8_{ITEMS[0]}", "1.5", "an item is a whole number"),
        ("PHQ8_Score", "25", "PHQ8_Score is 25; it goes from 0 to 24"),
        ("PHQ8_Score", "23", "Its 8 items add up to .*, and PHQ8_Score is 23"),
        ("PHQ8_Score", "many", "PHQ8_Score is “many”, which is no number"),
    ],
)
def test_answers_that_cannot_be_are_told_with_their_line(copy, column, value, sentence):
    names, first, *rest = (copy / TRAIN).read_text().splitlines()
    cells = dict(zip(names.split(","), first.split(","), strict=True)) | {column: value}
    (copy / TRAIN).write_text("\n".join([names, ",".join(cells.values()), *rest]))
    with pytest.raises(DataUnfit, match=f"line 2, cannot be used. .*{sentence}"):
        load_daic_woz(copy)


def test_files_that_do_not_belong_together_are_told(copy):
    path = copy / "300_P" / "300_CLNF_pose.txt"
    path.write_text("\n".join(path.read_text().splitlines()[:-40]) + "\n")
    with pytest.raises(DataUnfit, match=r"300_CLNF_pose\.txt cannot be used\. It has 560 frames, and 300_CLNF_AUs\.txt has 600"):
        load_daic_woz(copy)


def test_a_folder_of_something_else_and_an_empty_file_are_told(copy, tmp_path):
    (copy / "300_P" / "300_COVAREP.csv").write_text("")
    with pytest.raises(DataUnfit, match=r"300_COVAREP\.csv cannot be used\. It is empty"):
        load_daic_woz(copy)
    with pytest.raises(DataUnfit, match=r"train_split_Depression_AVEC2017\.csv cannot be used\. It is not there"):
        load_daic_woz(tmp_path / "elsewhere")


def test_nobody_may_be_in_two_parts(copy):
    dev = copy / "dev_split_Depression_AVEC2017.csv"
    dev.write_text((copy / TRAIN).read_text())
    with pytest.raises(DataUnfit, match=r"dev_split\S*csv, line 2, cannot be used\. 300 stands in train_split\S*csv, line 2, already"):
        load_daic_woz(copy)


def test_spans_lose_what_others_take():
    assert alone([(0, 10), (9, 12), (20, 20)], [(3, 4), (11, 30)]) == [(0, 3), (4, 11)]
    assert alone([(1, 2)], [(0, 5)]) == []


def test_a_stretch_that_reaches_out_of_a_span_is_not_in_it():
    assert lies_in([(0, 1), (2, 4)], 2, 4)
    assert not any(lies_in([(0, 1), (2, 4)], *stretch) for stretch in ((0.9, 1.1), (1.9, 2.1), (3.9, 4.1), (0, 4)))
