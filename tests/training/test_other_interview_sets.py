"""D-Vlog, LMVD and EATD."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile

from core.failures import DataUnfit
from core.settings import Settings
from models.fusion.inputs import VOICE_EXPRESSIONS
from tests.fixtures.interviews import ALONE, write_d_vlog, write_eatd, write_lmvd
from tests.fixtures.voices import joined, silence, voice
from training.datasets.eatd import load_eatd
from training.datasets.lane_cache import LaneCache
from training.datasets.openface import OPENFACE2_KIND
from training.datasets.vlogs import DVLOG_FACE_KIND, DVLOG_VOICE_KIND, LMVD_VOICE_KIND, load_d_vlog, load_lmvd

NOTHING_KEPT = LaneCache(None)


def loaded(loader, folder: Path, cache: LaneCache = NOTHING_KEPT):
    return {interview.session: interview for interview in loader(folder, Settings(), cache)}


@pytest.fixture
def d_vlog(tmp_path) -> Path:
    return write_d_vlog(tmp_path / "d-vlog")


@pytest.fixture
def lmvd(tmp_path) -> Path:
    return write_lmvd(tmp_path / "lmvd")


@pytest.fixture(scope="module")
def spoken() -> np.ndarray:
    """A minute of sentences at changing pitch."""
    return joined(*(piece for number in range(20) for piece in (voice(2.4, pitch_hz=100 + 6 * number), silence(0.6, seed=number))))


@pytest.fixture(scope="module")
def published_eatd(tmp_path_factory, spoken) -> Path:
    return write_eatd(tmp_path_factory.mktemp("eatd"), spoken)


@pytest.fixture(scope="module")
def read_before(tmp_path_factory) -> LaneCache:
    """So that the same sound is read once."""
    return LaneCache(tmp_path_factory.mktemp("work"))


@pytest.fixture
def eatd(published_eatd, tmp_path) -> Path:
    """The first person only, to be damaged."""
    shutil.copytree(published_eatd / "t_1", tmp_path / "eatd" / "t_1")
    return tmp_path / "eatd"


def test_a_vlog_is_in_its_fold_with_what_its_maker_said(d_vlog):
    vlogs = loaded(load_d_vlog, d_vlog)
    assert [vlog.split for vlog in vlogs.values()] == ["train", "train", "train", "validation", "test", "test"]
    assert [vlog.above for vlog in vlogs.values()] == [True, False] * 3
    assert (vlogs["0"].items, vlogs["0"].total, vlogs["0"].sex, vlogs["1"].sex) == (None, None, "M", "F")
    assert len({vlog.person for vlog in vlogs.values()}) == 6


def test_the_longer_of_sound_and_picture_is_cut_to_the_shorter(d_vlog):
    lanes = loaded(load_d_vlog, d_vlog)["0"].lanes
    assert (lanes["face"].kind, lanes["voice"].kind) == (DVLOG_FACE_KIND, DVLOG_VOICE_KIND)
    assert lanes["face"].times_s.tolist() == lanes["voice"].times_s.tolist() == [0.0, 10.0, 20.0]
    assert (lanes["face"].vectors.shape, lanes["voice"].vectors.shape) == ((3, 272), (3, 50))
    visual = np.load(d_vlog / "0" / "0_visual.npy")
    assert np.diff(lanes["face"].vectors[:, 0])[1] == pytest.approx(visual[20:25, 0].mean() - visual[10:20, 0].mean(), abs=1e-3)


def test_a_row_without_a_face_or_with_infinity_moves_nothing(d_vlog):
    lanes = loaded(load_d_vlog, d_vlog)["0"].lanes
    assert np.isfinite(lanes["voice"].vectors).all()
    assert lanes["face"].qualities.tolist() == pytest.approx([0.9, 1.0, 1.0])
    assert np.abs(lanes["face"].vectors[:, :136]).max() < 3, "a row of zeros lies 100 away"


def test_where_a_face_lies_in_the_picture_tells_nothing(d_vlog):
    def means() -> np.ndarray:
        return loaded(load_d_vlog, d_vlog)["5"].lanes["face"].vectors

    before = means()
    visual = np.load(d_vlog / "5" / "5_visual.npy")
    visual[visual.any(axis=1)] += 77
    np.save(d_vlog / "5" / "5_visual.npy", visual)
    assert means() == pytest.approx(before, abs=1e-3)


def test_a_vlog_without_its_picture_has_its_sound_and_one_with_nothing_is_told(d_vlog):
    (d_vlog / "2" / "2_visual.npy").unlink()
    assert set(loaded(load_d_vlog, d_vlog)["2"].lanes) == {"voice"}
    (d_vlog / "2" / "2_acoustic.npy").unlink()
    with pytest.raises(DataUnfit, match=r"labels\.csv, line 4, cannot be used\. Neither face nor voice nor words could be read"):
        loaded(load_d_vlog, d_vlog)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("valid", "dev", r"labels\.csv, line 5, cannot be used\. Its fold is “dev”\. It must be one of train, valid, test"),
        ("normal", "healthy", r"labels\.csv, line 3, cannot be used\. Its label is “healthy”"),
        ("fold", "part", r"labels\.csv cannot be used\. It has no column fold"),
        ("\n2,", "\n1,", r"labels\.csv, line 4, cannot be used\. 1 stands in line 3 already"),
        (",", "\t", r"labels\.csv cannot be used\. Its cells are parted by tabs, not by commas"),
    ],
)
def test_a_table_of_vlogs_that_is_wrong_is_told_with_its_line(d_vlog, old, new, sentence):
    table = d_vlog / "labels.csv"
    table.write_text(table.read_text().replace(old, new))
    with pytest.raises(DataUnfit, match=sentence):
        loaded(load_d_vlog, d_vlog)


@pytest.mark.parametrize(
    ("array", "sentence"),
    [
        (np.zeros((5, 25)), r"0_visual\.npy cannot be used\. It holds 5 x 25 float64, and not rows of 136 numbers"),
        (np.zeros(136), r"0_visual\.npy cannot be used\. It holds 136 float64"),
        (np.array([["a"] * 136]), "and not rows of 136 numbers"),
        (None, r"0_visual\.npy cannot be used\. It cannot be read"),
    ],
)
def test_an_array_of_another_version_or_damaged_is_told(d_vlog, array, sentence):
    path = d_vlog / "0" / "0_visual.npy"
    if array is None:
        path.write_bytes(path.read_bytes()[:200])
    else:
        np.save(path, array)
    with pytest.raises(DataUnfit, match=sentence):
        loaded(load_d_vlog, d_vlog)


def test_lmvd_has_no_parts_and_its_numbers_are_in_no_vector(lmvd):
    vlogs = loaded(load_lmvd, lmvd)
    assert [vlog.above for vlog in vlogs.values()] == [True] * 3 + [False] * 3
    assert {vlog.split for vlog in vlogs.values()} == {""}
    assert vlogs["001"].person == "lmvd-001"
    renamed = lmvd.parent / "renamed"
    lmvd.rename(renamed)
    for path in sorted(path for path in renamed.rglob("*") if path.is_file()):
        path.rename(path.with_name(path.name.replace("00", "90")))
    other = loaded(load_lmvd, renamed)
    for old, new in zip(vlogs.values(), other.values(), strict=True):
        assert repr(old.lanes) == repr(new.lanes)


def test_lmvds_picture_is_of_the_same_kind_as_e_daics(lmvd):
    lanes = loaded(load_lmvd, lmvd)["001"].lanes
    assert (lanes["voice"].kind, lanes["voice"].vectors.shape) == (LMVD_VOICE_KIND, (2, 256))
    assert lanes["voice"].times_s.tolist() == [0.0, 10.0]
    assert (lanes["face"].kind, lanes["face"].vectors.shape) == (OPENFACE2_KIND, (2, 98))
    assert np.abs(lanes["face"].vectors[:, :49] - ALONE).max() < 0.1
    assert set(loaded(load_lmvd, lmvd)["006"].lanes) == {"voice"}


def test_a_label_that_is_none_is_told(lmvd):
    (lmvd / "label" / "002_Depression.csv").write_text("2\n")
    with pytest.raises(DataUnfit, match=r"002_Depression\.csv, line 1, cannot be used\. It says “2”, and not 0 or 1"):
        loaded(load_lmvd, lmvd)
    for path in (lmvd / "label").iterdir():
        path.unlink()
    with pytest.raises(DataUnfit, match=r"lmvd cannot be used\. It holds no file \*_Depression\.csv"):
        loaded(load_lmvd, lmvd)


def test_three_answers_are_one_interview_in_their_order(published_eatd, read_before):
    people = loaded(load_eatd, published_eatd, read_before)
    assert {name: person.split for name, person in people.items()} == {
        "t_1": "train",
        "t_2": "train",
        "v_1": "validation",
        "v_12": "validation",
    }
    assert {name: (person.total, person.above) for name, person in people.items()} == {
        "t_1": (37.5, False),
        "t_2": (60.0, True),
        "v_1": (53.0, True),
        "v_12": (25.0, False),
    }
    assert {person.scale for person in people.values()} == {"SDS"}
    lane = people["t_1"].lanes["voice"]
    assert lane.kind == VOICE_EXPRESSIONS
    assert lane.times_s.tolist() == [0.0, 10.0, 20.0, 30.0, 40.0, 50.0]
    assert len(people["v_12"].lanes["voice"].times_s) == 4


def test_words_in_a_language_that_no_checkpoint_knows_are_no_lane(published_eatd, read_before):
    assert set(loaded(load_eatd, published_eatd, read_before)["t_2"].lanes) == {"voice"}
    (published_eatd / "t_2" / "neutral.txt").write_text("I could not sleep and I was tired all day")
    assert set(loaded(load_eatd, published_eatd, read_before)["t_2"].lanes) == {"voice", "text"}


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("new_label.txt", "many", r"new_label\.txt, line 1, cannot be used\. new_label\.txt is “many”, which is no number"),
        ("new_label.txt", "20", r"new_label\.txt is 20; it goes from 25 to 100"),
        ("new_label.txt", "60", r"It says 60, and label\.txt says 30, which makes 37\.5"),
        ("new_label.txt", "", r"new_label\.txt cannot be used\. It is empty"),
        ("new_label.txt", None, r"new_label\.txt cannot be used\. It is not there"),
    ],
)
def test_a_score_that_cannot_be_is_told(eatd, name, content, sentence):
    path = eatd / "t_1" / name
    path.unlink() if content is None else path.write_text(content)
    with pytest.raises(DataUnfit, match=sentence):
        loaded(load_eatd, eatd)


def test_a_person_without_any_sound_or_a_damaged_one_or_no_person_is_told(eatd, tmp_path):
    (eatd / "t_1" / "positive.wav").write_bytes(b"RIFF....")
    with pytest.raises(DataUnfit, match=r"positive\.wav"):
        loaded(load_eatd, eatd)
    for answer in ("positive", "neutral", "negative"):
        soundfile.write(eatd / "t_1" / f"{answer}.wav", silence(3), 16_000)
    with pytest.raises(DataUnfit, match=r"t_1/new_label\.txt, line 1, cannot be used\. Neither face nor voice nor words"):
        loaded(load_eatd, eatd)
    with pytest.raises(DataUnfit, match="It holds no folder t_1 or v_1"):
        loaded(load_eatd, tmp_path / "nothing")
