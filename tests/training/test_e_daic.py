import shutil
from pathlib import Path

import numpy as np
import pytest

from core.failures import DataUnfit
from core.settings import Settings
from models.fusion.inputs import TEXT_EXPRESSIONS
from tests.fixtures.interviews import (
    ALONE,
    E_DAIC_CONTRADICTING,
    E_DAIC_PEOPLE,
    E_DAIC_WITHOUT_ITEMS,
    ITEMS,
    items_of,
    write_csv,
    write_e_daic,
)
from training.datasets import e_daic
from training.datasets.e_daic import EGEMAPS_KIND
from training.datasets.lane_cache import LaneCache
from training.datasets.openface import OPENFACE2_KIND

VOICE = "300_P/features/300_OpenSMILE2.3.0_egemaps.csv"
FACE = "300_P/features/300_OpenFace2.1.0_Pose_gaze_AUs.csv"


@pytest.fixture(scope="module")
def published(tmp_path_factory) -> Path:
    return write_e_daic(tmp_path_factory.mktemp("e-daic"))


@pytest.fixture(scope="module")
def interviews(published):
    return {interview.session: interview for interview in load(published)}


@pytest.fixture
def copy(published, tmp_path) -> Path:
    return shutil.copytree(published, tmp_path / "copy")


def load(folder: Path):
    return e_daic.load_e_daic(folder, Settings(), LaneCache(None))


def test_everybody_is_there_in_the_official_part_under_the_name_that_daic_woz_gives(interviews):
    official = {"train": "train", "dev": "validation", "test": "test"}
    expected = {str(number): official[name] for name, people in E_DAIC_PEOPLE.items() for number in people}
    assert {session: interview.split for session, interview in interviews.items()} == expected
    assert interviews["300"].person == "daic-300"
    assert (interviews["300"].sex, interviews["301"].sex) == ("M", "F")


def test_items_come_from_the_detailed_table_and_the_rest_from_the_parts(interviews):
    assert interviews["602"].items.tolist() == items_of(602)
    assert interviews["602"].total == sum(items_of(602))
    without = interviews[str(E_DAIC_WITHOUT_ITEMS)]
    assert (without.items, without.total) == (None, sum(items_of(E_DAIC_WITHOUT_ITEMS)))
    total = sum(items_of(E_DAIC_CONTRADICTING))
    assert interviews[str(E_DAIC_CONTRADICTING)].above is (total >= 10), "whatever PHQ_Binary says"


def test_only_the_turns_of_the_transcript_are_in_the_vectors(interviews):
    for interview in interviews.values():
        face, voice = interview.lanes["face"], interview.lanes["voice"]
        assert (face.kind, voice.kind) == (OPENFACE2_KIND, EGEMAPS_KIND)
        assert (face.vectors.shape, voice.vectors.shape) == ((2, 98), (2, 46))
        assert np.abs(face.vectors[:, :49] - ALONE).max() < 0.1
        assert np.abs(voice.vectors[:, :23] - ALONE).max() < 0.1, "zeros of voiceless frames are no pitch"


def test_a_word_counts_as_far_as_the_recogniser_was_sure(interviews):
    text = interviews["300"].lanes["text"]
    assert text.kind == TEXT_EXPRESSIONS
    assert text.qualities[1] < text.qualities[0] <= 0.95


def test_a_missing_lane_is_no_error(copy):
    (copy / VOICE).unlink()
    shutil.rmtree(copy / "301_P" / "features")
    lanes = {interview.session: set(interview.lanes) for interview in load(copy)}
    assert (lanes["300"], lanes["301"], lanes["302"]) == ({"face", "text"}, {"text"}, {"face", "voice", "text"})


@pytest.mark.parametrize(
    ("name", "old", "new", "sentence"),
    [
        (VOICE, ";", ",", r"egemaps\.csv, line 1, cannot be used\. It names 1 descriptors parted by semicolons"),
        (VOICE, "mfcc4_sma3", "mfcc4_sma3;mfcc5_sma3", r"egemaps\.csv, line 1, cannot be used\. It names 24 descriptors"),
        (FACE, ",", ";", r"AUs\.csv cannot be used\. Its cells are parted by semicolons, not by commas"),
        (FACE, "AU45_r", "AU46_r", r"AUs\.csv cannot be used\. It has no column AU45_r"),
        (FACE, "pose_Tx", "gaze_Tx", r"AUs\.csv cannot be used\. It has no column pose_Tx"),
        ("300_P/300_Transcript.csv", "0.95", "1.95", r"Transcript\.csv, line 2, cannot be used\. Confidence is 1\.95"),
        ("300_P/300_Transcript.csv", "13.0,", ",", r"Transcript\.csv, line 3, cannot be used\. It lacks a time"),
        ("300_P/300_Transcript.csv", "Start_Time", "Begin", r"Transcript\.csv cannot be used\. It has no column Start_Time"),
        (
            "labels/dev_split.csv",
            "303,",
            "300,",
            r"dev_split\.csv, line 2, cannot be used\. 300 stands in train_split\.csv, line 2, already",
        ),
        ("labels/test_split.csv", "603,", "699,", r"test_split\.csv, line 2, cannot be used\. There is no folder 699_P"),
        ("labels/test_split.csv", "PHQ_Score", "PHQ8_Score", r"test_split\.csv cannot be used\. It has no column PHQ_Score"),
    ],
)
def test_what_is_wrong_is_said_with_its_file_and_line(copy, name, old, new, sentence):
    path = copy / name
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(DataUnfit, match=sentence):
        load(copy)


def test_totals_of_two_tables_that_disagree_are_told(copy):
    items = [*items_of(300)[:7], 3 - items_of(300)[7]]
    write_csv(
        copy / "labels" / "Detailed_PHQ8_Labels.csv",
        ["Participant_ID", *(f"PHQ_8{item}" for item in ITEMS), "PHQ_8Total"],
        [[300, *items, sum(items)]],
    )
    with pytest.raises(DataUnfit, match=r"train_split\.csv, line 2, .* PHQ_Score is 0, and Detailed_PHQ8_Labels\.csv, line 2, has 3"):
        load(copy)
