import csv
from pathlib import Path

import cv2
import numpy as np
import pytest

from core.failures import DataUnfit, WrongUse
from core.labels import EMOTIONS, Emotion
from training.datasets.face_manifest import BY_PERSON, person_parts
from training.datasets.faces import class_counts, described, load_faces
from training.datasets.picture_files import is_whole, read_square
from training.leaks import LeakFound, require_no_face_leak


def _pictures(count: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (count, 48, 48), dtype=np.uint8)


def _csv(folder: Path, pictures: np.ndarray, usages: list[str], labels: list[object] | None = None) -> Path:
    path = folder / "fer2013.csv"
    with path.open("w", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(["emotion", "pixels", "Usage"])
        for number, (picture, usage) in enumerate(zip(pictures, usages, strict=True)):
            rows.writerow([labels[number] if labels else number % 7, " ".join(map(str, picture.ravel())), usage])
    return path


def _votes(folder: Path, count: int, **columns: list[int]) -> None:
    names = ["neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt", "unknown", "NF"]
    with (folder / "fer2013new.csv").open("w", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(["Usage", "Image name", *names])
        for number in range(count):
            rows.writerow(["Training", f"fer{number:07d}.png", *(columns.get(name, [0] * count)[number] for name in names)])


def _folders(folder: Path, names: tuple[str, ...], pictures: int = 12, seed: int = 1, suffix: str = ".png") -> Path:
    for place, name in enumerate(names):
        (folder / name).mkdir(parents=True)
        for number, picture in enumerate(_pictures(pictures, seed * 100 + place)):
            cv2.imwrite(str(folder / name / f"{number:03d}{suffix}"), picture)
    return folder


USAGES = ["Training"] * 70 + ["PublicTest"] * 14 + ["PrivateTest"] * 7


def test_the_csv_of_fer2013_gives_what_the_sheets_give(tmp_path: Path):
    pictures = _pictures(91)
    pictures[3] = pictures[75]  # also in the public test
    pictures[4] = pictures[90]  # also in the private one
    pictures[5] = 9
    _csv(tmp_path, pictures, USAGES)
    splits = load_faces(tmp_path)
    assert len(splits.train) + len(splits.validation) == 67
    assert np.array_equal(splits.test.pictures, pictures[70:84])
    assert splits.test.labels.tolist() == [number % 7 for number in range(70, 84)]
    assert (splits.test.votes.argmax(axis=1) == splits.test.labels).all()
    assert splits.left_out == ("2 training pictures also stand in a test", "1 training pictures are blank")
    require_no_face_leak(splits)


def test_the_votes_of_ferplus_lie_beside_the_csv_in_its_order(tmp_path: Path):
    _csv(tmp_path, _pictures(91), USAGES)
    _votes(tmp_path, 91, fear=[6] * 91, neutral=[4] * 91, NF=[0] * 10 + [5] + [0] * 80)
    splits = load_faces(tmp_path)
    assert len(splits.train) + len(splits.validation) == 69
    assert splits.test.votes[0, EMOTIONS.index(Emotion.FEAR)] == pytest.approx(0.6)


def test_votes_of_another_file_are_refused(tmp_path: Path):
    _csv(tmp_path, _pictures(91), USAGES)
    _votes(tmp_path, 90, fear=[10] * 90)
    with pytest.raises(DataUnfit, match=r"90 rows, and the pictures have 91"):
        load_faces(tmp_path)


def test_rows_that_are_cut_off_are_left_out_named_and_counted(tmp_path: Path):
    path = _csv(tmp_path, _pictures(91), USAGES)
    lines = path.read_text().splitlines()
    lines[8] = lines[8][:500]
    lines[9] = "2,a b c,Training"
    path.write_text("\n".join(lines))
    splits = load_faces(tmp_path)
    assert len(splits.train) + len(splits.validation) == 68
    assert splits.left_out[-1] == "2 rows whose pixels are cut off or no numbers, such as line 9, 10"


def test_an_unknown_class_in_the_csv_is_told_with_its_line(tmp_path: Path):
    _csv(tmp_path, _pictures(91), USAGES, [0, 1, 9, *[2] * 88])
    with pytest.raises(DataUnfit, match="Line 4 has the unknown class “9”"):
        load_faces(tmp_path)


def test_a_csv_with_other_columns_or_without_a_test_is_refused(tmp_path: Path):
    _csv(tmp_path, _pictures(7), ["Training"] * 7)
    with pytest.raises(DataUnfit, match="No row's Usage is “PublicTest”"):
        load_faces(tmp_path)
    (tmp_path / "fer2013.csv").write_text("label,image\n1,2\n")
    with pytest.raises(DataUnfit, match="no column emotion, pixels, Usage"):
        load_faces(tmp_path)


def test_folders_of_classes_are_read_with_their_parts(tmp_path: Path):
    _folders(tmp_path / "train", ("Happy", "sad", "neutral", "contempt"), 40)
    _folders(tmp_path / "val", ("Happy", "sad", "neutral"), 4, seed=2)
    _folders(tmp_path / "test", ("Happy", "sad", "neutral"), 5, seed=3)
    splits = load_faces(tmp_path)
    assert splits.classes == (Emotion.HAPPINESS, Emotion.SADNESS, Emotion.NEUTRAL)
    assert (len(splits.train), len(splits.validation), len(splits.test)) == (120, 12, 15)
    assert class_counts(splits.test, splits) == {"happiness": 5, "sadness": 5, "neutral": 5}
    assert splits.train.votes.shape == (120, 3)


def test_without_a_test_folder_validation_is_the_test_as_affectnet_is_used(tmp_path: Path):
    _folders(tmp_path / "train", ("0", "1", "2", "7"), 40)
    _folders(tmp_path / "val", ("0", "1", "2", "7"), 4, seed=2)
    splits = load_faces(tmp_path)
    assert splits.classes == (Emotion.HAPPINESS, Emotion.SADNESS, Emotion.NEUTRAL), "0 neutral, 1 happy, 2 sad, 7 contempt"
    assert len(splits.test) == 12
    assert len(splits.train) + len(splits.validation) == 120


def test_folders_numbered_from_one_are_rafdbs(tmp_path: Path):
    _folders(tmp_path / "train", tuple("1234567"), 20)
    _folders(tmp_path / "test", tuple("1234567"), 2, seed=2)
    splits = load_faces(tmp_path)
    surprise = splits.test.pictures[splits.test.labels == EMOTIONS.index(Emotion.SURPRISE)]
    assert np.array_equal(surprise, _pictures(2, 200)), "RAF-DB's 1 is surprise"


def test_numbers_of_no_known_way_are_refused(tmp_path: Path):
    _folders(tmp_path / "train", ("1", "2"))
    with pytest.raises(DataUnfit, match=r"neither AffectNet's way .* nor RAF-DB's"):
        load_faces(tmp_path)


def test_folders_without_parts_are_parted_by_the_pictures(tmp_path: Path):
    _folders(tmp_path, ("happiness", "fear"), 100)
    splits = load_faces(tmp_path)
    assert 20 <= len(splits.test) <= 60
    assert 8 <= len(splits.validation) <= 35
    require_no_face_leak(splits)


def test_an_unknown_class_folder_is_named(tmp_path: Path):
    _folders(tmp_path / "train", ("happy", "sad", "sleepy"))
    with pytest.raises(DataUnfit, match=r"unknown classes: sleepy\. Rename them \(anger, disgust"):
        load_faces(tmp_path)


def test_a_single_class_is_refused(tmp_path: Path):
    _folders(tmp_path / "train", ("happy",), 40)
    _folders(tmp_path / "test", ("happy",), 4, seed=2)
    with pytest.raises(DataUnfit, match="only one class, happiness"):
        load_faces(tmp_path)


@pytest.mark.parametrize("suffix", [".jpg", ".png"])
def test_pictures_that_are_cut_off_are_left_out_named_and_counted(tmp_path: Path, suffix: str):
    _folders(tmp_path / "train", ("happy", "sad"), 40, suffix=suffix)
    _folders(tmp_path / "test", ("happy", "sad"), 4, seed=2, suffix=suffix)
    cut = tmp_path / "train" / "sad" / f"007{suffix}"
    cut.write_bytes(cut.read_bytes()[:-300])
    (tmp_path / "train" / "sad" / f"008{suffix}").write_bytes(b"")
    splits = load_faces(tmp_path)
    assert len(splits.train) + len(splits.validation) == 78
    assert splits.left_out == (f"2 pictures that are cut off or damaged: 007{suffix}, 008{suffix}",)
    assert "left out: 2 pictures" in described(splits)


def test_a_cut_off_jpeg_is_seen_even_where_a_small_picture_inside_it_is_whole():
    whole = cv2.imencode(".jpg", _pictures(1)[0])[1].tobytes()
    assert is_whole(whole)
    assert is_whole(whole + b"\0\0")
    assert not is_whole(whole[:-2])
    assert not is_whole(whole[:4] + whole + whole[4:-2])


def test_a_wide_picture_gives_its_middle_square(tmp_path: Path):
    picture = np.zeros((48, 96), np.uint8)
    picture[:, 24:72] = _pictures(1)[0]
    cv2.imwrite(str(tmp_path / "wide.png"), picture)
    assert np.array_equal(read_square(tmp_path / "wide.png"), _pictures(1)[0])


def test_a_picture_in_training_and_test_fails_the_run(tmp_path: Path):
    _folders(tmp_path / "train", ("happy", "sad"), 40)
    _folders(tmp_path / "test", ("happy", "sad"), 4, seed=2)
    (tmp_path / "test" / "sad" / "000.png").write_bytes((tmp_path / "train" / "happy" / "000.png").read_bytes())
    with pytest.raises(LeakFound, match="share 1 picture"):
        require_no_face_leak(load_faces(tmp_path))


def _manifest(folder: Path, rows: list[tuple[str, str, str]]) -> None:
    for number, (name, _, _) in enumerate(rows):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(folder / name), _pictures(1, number)[0])
    with (folder / "manifest.csv").open("w", newline="") as stream:
        csv.writer(stream).writerows([("path", "emotion", "person"), *rows])


def test_a_manifest_is_parted_by_person(tmp_path: Path):
    people = [f"p{number}" for number in range(8)]
    _manifest(tmp_path, [(f"{emotion}/{person}.png", emotion, person) for emotion in ("happiness", "anger") for person in people])
    splits = load_faces(tmp_path)
    assert splits.split == BY_PERSON
    assert (len(splits.train), len(splits.validation), len(splits.test)) == (10, 2, 4)
    require_no_face_leak(splits)


def test_everyone_is_in_one_part_and_the_first_three_parts_have_somebody():
    people = [f"p{number % 23}" for number in range(200)]
    parts = person_parts(people)
    assert len({(person, part) for person, part in zip(people, parts, strict=True)}) == 23
    assert {0, 1, 2} <= set(parts.tolist())


def test_a_manifest_of_one_person_says_what_its_figures_are_worth(tmp_path: Path):
    _manifest(tmp_path, [(f"{emotion}/{number}.png", emotion, "ann") for emotion in ("happiness", "anger") for number in range(60)])
    splits = load_faces(tmp_path)
    assert "nothing about strangers" in splits.split
    require_no_face_leak(splits)


def test_missing_files_and_unknown_words_of_a_manifest_are_told(tmp_path: Path):
    _manifest(tmp_path, [("a.png", "happy", "ann"), ("b.png", "sad", "bo")])
    (tmp_path / "b.png").unlink()
    with pytest.raises(DataUnfit, match=r"1 of 2 files that are not there, such as b\.png"):
        load_faces(tmp_path)
    _manifest(tmp_path, [("a.png", "happy", "ann"), ("b.png", "hangry", "bo")])
    with pytest.raises(DataUnfit, match="unknown classes: hangry"):
        load_faces(tmp_path)


def test_chosen_emotions_are_counted_anew_in_the_order_of_the_core(tmp_path: Path):
    _csv(tmp_path, _pictures(91), USAGES)
    _votes(tmp_path, 91, happiness=[5] * 91, sadness=[1] * 91, anger=[4] * 91)
    splits = load_faces(tmp_path, ["sad", "happiness"])
    assert splits.classes == (Emotion.HAPPINESS, Emotion.SADNESS)
    assert class_counts(splits.test, splits) == {"happiness": 2, "sadness": 2}
    assert splits.test.votes[0].tolist() == pytest.approx([5 / 6, 1 / 6])


def test_an_emotion_that_the_data_lacks_or_nobody_knows_is_told(tmp_path: Path):
    _folders(tmp_path / "train", ("happy", "sad"), 40)
    _folders(tmp_path / "test", ("happy", "sad"), 4, seed=2)
    with pytest.raises(DataUnfit, match=r"The data has no fear\. It has happiness, sadness"):
        load_faces(tmp_path, ["fear", "happy"])
    with pytest.raises(WrongUse, match="“joyful” is no emotion"):
        load_faces(tmp_path, ["joyful"])


def test_a_folder_of_no_known_form_is_told_with_the_forms(tmp_path: Path):
    with pytest.raises(DataUnfit, match=r"none of the known forms\. Give a folder with .*fer2013\.csv"):
        load_faces(tmp_path)
    with pytest.raises(DataUnfit, match="There is no folder"):
        load_faces(tmp_path / "nowhere")
