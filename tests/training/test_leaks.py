import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.datasets.face_pictures import FacePictures, FaceSplits
from training.leaks import LeakFound, require_no_face_leak, require_no_leak, require_strangers

PARTS = ("training", "validation", "test")
keys = st.sets(st.integers(0, 10_000), max_size=30)


@given(keys, st.lists(st.sampled_from(PARTS), min_size=30, max_size=30), st.sets(st.sampled_from(PARTS), min_size=2), st.data())
@settings(max_examples=60, deadline=None)
def test_a_planted_leak_is_always_found_and_clean_parts_never_accused(all_keys, dealt, places, data):
    parts = {part: [key for key, to in zip(sorted(all_keys), dealt, strict=False) if to == part] for part in PARTS}
    require_no_leak("post", parts)
    planted = data.draw(st.integers(10_001, 10_100))
    leaking = {part: [*kept, planted] if part in places else kept for part, kept in parts.items()}
    with pytest.raises(LeakFound):
        require_no_leak("post", leaking)


def _faces(count: int, seed: int, people: list[str] | None = None) -> FacePictures:
    pictures = np.random.default_rng(seed).integers(0, 256, (count, 48, 48), dtype=np.uint8)
    return FacePictures(pictures, np.arange(count) % 2, np.full((count, 2), 0.5, np.float32), None if people is None else np.array(people))


@given(st.integers(0, 9), st.integers(0, 9), st.sampled_from([("train", "validation"), ("train", "test"), ("validation", "test")]))
@settings(max_examples=20, deadline=None)
def test_a_picture_in_two_parts_is_found_wherever_it_stands(place, other, between):
    parts = {name: _faces(10, seed) for seed, name in enumerate(("train", "validation", "test"))}
    require_no_face_leak(FaceSplits(**parts))
    parts[between[1]].pictures[other] = parts[between[0]].pictures[place]
    with pytest.raises(LeakFound, match="share 1 picture"):
        require_no_face_leak(FaceSplits(**parts))


def test_a_person_in_two_parts_is_named():
    splits = FaceSplits(_faces(3, 1, ["ann", "ann", "bo"]), _faces(2, 2, ["cy", "dee"]), _faces(2, 3, ["bo", "eve"]))
    with pytest.raises(LeakFound, match=r"share 1 person.*\(such as bo\)"):
        require_no_face_leak(splits)


def test_unknown_people_are_nobody():
    require_no_face_leak(FaceSplits(_faces(2, 1, ["", "ann"]), _faces(2, 2, ["", "bo"]), _faces(2, 3)))


def test_the_sentence_says_what_is_shared_between_which_parts_and_what_to_do():
    with pytest.raises(LeakFound) as caught:
        require_no_leak("speaker", {"training": ["01", "02", "03"], "test": ["02", "03"]})
    assert str(caught.value) == (
        "“training” and “test” share 2 speakers. What is measured there would have been learned by heart (such as 02, 03). "
        "Part the data so that no speaker is in two of training, test."
    )


def test_a_speaker_who_is_tested_and_learned_from_is_found_in_the_rows():
    speakers = np.array(["a", "a", "b", "c", "d"])
    tested, validating = np.array([1, 1, 0, 0, 0], bool), np.array([0, 0, 1, 0, 0], bool)
    require_strangers(speakers, tested, validating)
    tested[1] = False
    with pytest.raises(LeakFound, match=r"“training” and “test” share 1 speaker\..*\(such as a\)"):
        require_strangers(speakers, tested, validating)
