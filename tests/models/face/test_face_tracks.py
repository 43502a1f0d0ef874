from collections.abc import Sequence

from core.readings import Box
from core.settings import FaceSettings
from models.face.detector import Detection
from models.face.tracks import PrimaryFace, Scene, most_prominent

LEFT, RIGHT = Box(60, 150, 150, 150), Box(420, 150, 140, 140)


def _seen(*boxes: Box) -> list[Detection]:
    return [Detection(box, 0.8) for box in boxes]


def _play(person: PrimaryFace, boxes: Sequence[Box], start: float, seconds: float, rate_hz: float = 30) -> Scene:
    for i in range(round(seconds * rate_hz)):
        scene = person.add(start + i / rate_hz, _seen(*boxes), 640, 480)
    return scene


def test_the_largest_and_most_central_face_is_measured_first():
    assert most_prominent(_seen(Box(250, 150, 100, 100), Box(0, 0, 110, 110)), 640, 480).box == Box(250, 150, 100, 100)
    assert most_prominent(_seen(Box(250, 150, 100, 100), Box(0, 0, 200, 200)), 640, 480).box == Box(0, 0, 200, 200)
    assert most_prominent([], 640, 480) is None


def test_the_person_does_not_change_when_another_face_grows_larger():
    person = PrimaryFace(FaceSettings())
    _play(person, [LEFT], 0, 0.5)
    scene = person.add(0.5, _seen(Box(380, 60, 250, 250), LEFT), 640, 480)
    assert scene.primary.box == LEFT
    assert [one.box for one in scene.others] == [Box(380, 60, 250, 250)]


def test_a_face_is_followed_while_it_moves():
    person = PrimaryFace(FaceSettings())
    for i in range(40):
        scene = person.add(
            i / 30, _seen(RIGHT, Box(60 + 8 * i, 150, 150, 150)) if i < 20 else _seen(Box(60 + 8 * i, 150, 150, 150)), 640, 480
        )
    assert scene.primary.box.x == 60 + 8 * 39


def test_while_the_person_is_hidden_for_a_moment_nobody_takes_the_place():
    person = PrimaryFace(FaceSettings(primary_hold_s=1.0))
    _play(person, [LEFT], 0, 1)
    assert _play(person, [RIGHT], 1.0, 0.6).primary is None
    assert person.add(1.7, _seen(LEFT, RIGHT), 640, 480).primary.box == LEFT


def test_after_the_hold_another_face_is_measured():
    person = PrimaryFace(FaceSettings(primary_hold_s=1.0))
    _play(person, [LEFT], 0, 1)
    assert _play(person, [RIGHT], 1.0, 1.2).primary.box == RIGHT


def test_a_second_person_who_passes_by_does_not_stop_the_measurement():
    person = PrimaryFace(FaceSettings(second_person_s=1.0))
    _play(person, [LEFT], 0, 1)
    assert not _play(person, [LEFT, RIGHT], 1.0, 0.8).two_people


def test_a_second_person_who_stays_stops_it_and_leaving_resumes_it():
    person = PrimaryFace(FaceSettings(second_person_s=1.0, second_person_gone_s=1.0))
    _play(person, [LEFT], 0, 1)
    assert _play(person, [LEFT, RIGHT], 1.0, 1.2).two_people
    assert _play(person, [LEFT], 2.2, 0.8).two_people, "looking away for a moment is not leaving"
    scene = _play(person, [LEFT], 3.0, 0.6)
    assert not scene.two_people
    assert scene.primary.box == LEFT


def test_a_second_face_that_flickers_is_still_one_second_person():
    person = PrimaryFace(FaceSettings(second_person_s=1.0, second_person_gone_s=1.0))
    for i in range(45):
        scene = person.add(i / 30, _seen(LEFT, RIGHT) if i % 3 else _seen(LEFT), 640, 480)
    assert scene.two_people


def test_a_small_face_in_the_background_is_no_second_person():
    person = PrimaryFace(FaceSettings(second_person_share=0.2))
    assert not _play(person, [LEFT, Box(500, 40, 55, 55)], 0, 3).two_people
