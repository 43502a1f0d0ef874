"""Settings: names, bounds, words, precedence, and what a person is told."""

import math
from dataclasses import fields

import pytest

from core.failures import WrongUse
from core.settings import Settings, environment_values

SETTINGS = Settings()
ALL = list(SETTINGS.names())
NAMES = [name for name, _, _ in ALL]


@pytest.mark.parametrize(("name", "one", "value"), ALL, ids=NAMES)
def test_every_setting_has_a_reason_and_a_default_within_its_bounds(name, one, value):
    assert one.metadata["why"]
    assert isinstance(value, (bool, int, float, str))
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        low, high = one.metadata["low"], one.metadata["high"]
        assert low is None or value >= low
        assert high is None or value <= high
    if one.metadata["choices"]:
        assert value in one.metadata["choices"]


@pytest.mark.parametrize(("name", "one", "value"), ALL, ids=NAMES)
def test_every_setting_survives_being_written_as_a_word(name, one, value):
    assert SETTINGS.with_values({name: str(value)}, "a test") == SETTINGS


def test_names_are_unique_as_environment_variables():
    assert environment_values({"AFFECTOGRAPH_" + name.replace(".", "_").upper(): name for name in NAMES}) == {name: name for name in NAMES}


def test_a_changed_copy_leaves_the_original_alone():
    changed = SETTINGS.with_values({"capture.camera_fps": "25", "display.theme": "dark"}, "a test")
    assert (changed.capture.camera_fps, changed.display.theme) == (25.0, "dark")
    assert changed.face == SETTINGS.face
    assert Settings() == SETTINGS


def test_values_are_of_the_settings_own_type():
    changed = SETTINGS.with_values({"capture.camera_width_px": "320", "face.rate_hz": "10"}, "a test")
    assert type(changed.capture.camera_width_px) is int
    assert type(changed.face.rate_hz) is float


def test_as_dict_can_be_given_back():
    changed = SETTINGS.with_values({"fusion.step_s": 1.0}, "a test")
    assert Settings().with_values(changed.as_dict(), "a session") == changed


def test_an_unknown_name_is_refused_with_its_origin():
    with pytest.raises(WrongUse, match=r"no setting “face.rate”.*the settings file"):
        SETTINGS.with_values({"face.rate": 3}, "the settings file")


@pytest.mark.parametrize(
    ("name", "word", "told"),
    [
        ("capture.camera_fps", "fast", "wants a number"),
        ("capture.camera_width_px", "12.5", "wants a whole number"),
        ("capture.camera_fps", "1000", "out of range"),
        ("capture.camera_fps", "0", "out of range"),
        ("capture.camera_fps", math.nan, "out of range"),
        ("capture.camera_fps", math.inf, "out of range"),
        ("display.theme", "pink", "takes system, light, dark"),
    ],
)
def test_a_bad_value_is_refused_in_words(name, word, told):
    with pytest.raises(WrongUse, match=told) as refusal:
        SETTINGS.with_values({name: word}, "an option")
    assert name in str(refusal.value)
    assert "an option" in str(refusal.value)


def test_only_variables_of_the_program_are_taken_from_the_environment():
    environment = {"AFFECTOGRAPH_FACE_RATE_HZ": "10", "AFFECTOGRAPH_UNKNOWN": "1", "HOME": "/root", "FACE_RATE_HZ": "9"}
    assert environment_values(environment) == {"face.rate_hz": "10"}


def test_each_group_has_a_name_of_its_own():
    assert {name.partition(".")[0] for name in NAMES} <= {group.name for group in fields(Settings)}
