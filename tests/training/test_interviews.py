import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.failures import DataUnfit, WrongUse
from core.settings import Settings
from tests.fixtures.interviews import write_d_vlog, write_daic_woz, write_e_daic, write_lmvd
from training.datasets.daic_woz import load_daic_woz
from training.datasets.e_daic import load_e_daic
from training.datasets.interview import Interview, LaneVectors
from training.datasets.interviews import FORMS, load_interviews
from training.datasets.lane_cache import LaneCache
from training.leaks import LeakFound, require_no_interview_leak


def lane(seed: int, segments: int = 4, kind: str = "voice-made-up-10s-v1") -> LaneVectors:
    random = np.random.default_rng(seed)
    times_s = 10.0 * np.arange(segments)
    return LaneVectors(kind, times_s, random.normal(size=(segments, 5)).astype(np.float32), np.ones(segments, np.float32))


def interview(person: str, seed: int, split: str = "", session: str = "1", name: str = "voice", segments: int = 4) -> Interview:
    return Interview(person, session, split, "PHQ-8", None, 3.0, False, "", {name: lane(seed, segments)})


@pytest.fixture(scope="module")
def daic_woz(tmp_path_factory) -> Path:
    return write_daic_woz(tmp_path_factory.mktemp("daic-woz"))


@pytest.fixture(scope="module")
def e_daic(tmp_path_factory) -> Path:
    return write_e_daic(tmp_path_factory.mktemp("e-daic"))


@pytest.mark.parametrize(("form", "people"), [("daic-woz", 10), ("e-daic", 9), ("d-vlog", 6), ("lmvd", 6)])
def test_a_data_set_is_loaded_by_the_name_of_its_form(form, people, daic_woz, e_daic, tmp_path):
    write = {"daic-woz": lambda _: daic_woz, "e-daic": lambda _: e_daic, "d-vlog": write_d_vlog, "lmvd": write_lmvd}
    folder = write[form](tmp_path / "data")
    first = load_interviews(form, folder, work=tmp_path / "work")
    assert len(first) == people
    again = load_interviews(form, folder, work=tmp_path / "work")
    assert repr(again) == repr(first)


def test_no_name_or_number_of_a_person_is_in_any_vector(daic_woz, tmp_path):
    """Renaming everybody changes who they are, and not one number."""
    before = load_interviews("daic-woz", daic_woz)
    moved = shutil.copytree(daic_woz, tmp_path / "moved")
    for path in sorted(moved.glob("*_P")):
        number = int(path.name[:3]) + 300
        for file in path.iterdir():
            file.rename(file.with_name(f"{number}{file.name[3:]}"))
        path.rename(moved / f"{number}_P")
    for table in moved.glob("*.csv"):
        table.write_text("\n".join("6" + line[1:] if line.startswith("3") else line for line in table.read_text().splitlines()))
    after = load_interviews("daic-woz", moved)
    assert [one.person for one in after] == [one.person.replace("daic-3", "daic-6") for one in before]
    assert repr([one.lanes for one in after]) == repr([one.lanes for one in before])


def test_an_unknown_form_is_told_with_those_there_are(tmp_path):
    with pytest.raises(WrongUse, match=r"“daic” is no form of interview data\. These are: clinic, daic-woz"):
        load_interviews("daic", tmp_path)


@pytest.mark.parametrize("form", FORMS)
def test_a_folder_without_anything_is_told_by_every_form(form, tmp_path):
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(DataUnfit, match="cannot be used"):
            load_interviews(form, folder)


def test_one_person_alone_cannot_be_learned_from(tmp_path):
    folder = write_d_vlog(tmp_path)
    table = folder / "labels.csv"
    table.write_text("\n".join(table.read_text().splitlines()[:2]))
    with pytest.raises(DataUnfit, match="All interviews are of one person, “d-vlog-0”"):
        load_interviews("d-vlog", folder)


def test_a_person_in_two_parts_is_a_leak():
    clean = [
        interview("ann", 1, "train"),
        interview("ann", 2, "train", "2"),
        interview("bo", 3, "test"),
        interview("cy", 4),
        interview("ann", 6, session="in no part"),
    ]
    require_no_interview_leak(clean)
    with pytest.raises(LeakFound, match=r"“train” and “test” share 1 person.*\(such as ann\)"):
        require_no_interview_leak([*clean, interview("ann", 5, "test", "3")])


@pytest.mark.parametrize("name", ["face", "voice", "text"])
def test_a_recording_under_two_names_is_a_leak(name):
    clean = [interview("ann", 1, name=name), interview("bo", 2, name=name), interview("ann", 1, session="again", name=name)]
    require_no_interview_leak(clean)
    with pytest.raises(LeakFound, match=r"“ann” \(session 1\) and “dee” \(session 7\) are the same"):
        require_no_interview_leak([*clean, interview("dee", 1, session="7", name=name)])


def test_a_piece_of_a_recording_under_another_name_is_a_leak():
    ann, bo = interview("ann", 1), interview("bo", 2)
    cut = ann.lanes["voice"]
    vectors = bo.lanes["voice"].vectors.copy()
    vectors[3] = cut.vectors[0]
    with pytest.raises(LeakFound, match="one recording under two names"):
        require_no_interview_leak([ann, bo._replace(lanes={"voice": cut._replace(vectors=vectors)})])


def test_two_people_who_say_the_same_few_words_are_two_people():
    require_no_interview_leak([interview("ann", 1, name="text", segments=2), interview("bo", 1, name="text", segments=2)])


def test_people_of_daic_woz_in_e_daic_are_found_when_one_set_tests_the_other(daic_woz, e_daic):
    settings, cache = Settings(), LaneCache(None)
    learned = [one._replace(split="train") for one in load_daic_woz(daic_woz, settings, cache)]
    tested = [one._replace(split="test") for one in load_e_daic(e_daic, settings, cache)]
    with pytest.raises(LeakFound, match="share 3 people"):
        require_no_interview_leak([*learned, *tested])


def test_what_was_kept_is_not_used_for_other_settings(e_daic, tmp_path):
    usual = load_interviews("e-daic", e_daic, work=tmp_path / "work")
    strict = replace(Settings(), text=replace(Settings().text, least_words=50))
    assert all("text" not in one.lanes for one in load_interviews("e-daic", e_daic, work=tmp_path / "work", settings=strict))
    assert all("text" in one.lanes for one in usual)
