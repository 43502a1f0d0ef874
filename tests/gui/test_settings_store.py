"""The settings file: read with care, written without a moment in which it is half."""

import json

import pytest

from core.labels import MODALITIES
from core.settings import Settings
from gui.settings_store import load_values, save_values, settings_file


@pytest.fixture
def path(tmp_path):
    return tmp_path / "Einstellungen für Käthe" / "settings.json"


def test_what_is_saved_is_read_again(path):
    save_values(path, {"display.theme": "dark", "face.rate_hz": 15.0})
    assert load_values(path).values == {"display.theme": "dark", "face.rate_hz": 15.0}


def test_only_what_differs_from_the_defaults_is_written(path):
    save_values(path, Settings().as_dict() | {"display.theme": "dark"})
    assert json.loads(path.read_text(encoding="utf-8")) == {"display.theme": "dark"}


def test_no_file_means_defaults_and_no_complaint(path):
    stored = load_values(path)
    assert stored.values == {}
    assert stored.problem is None


@pytest.mark.parametrize("content", [b"{", b"[1, 2]", b"\xff\xfe\x00", b""])
def test_a_broken_file_is_told_and_the_defaults_are_used(path, content):
    path.parent.mkdir()
    path.write_bytes(content)
    stored = load_values(path)
    assert stored.values == {}
    assert stored.problem is not None
    assert str(path) in str(stored.problem)


def test_a_broken_file_is_kept_when_settings_are_saved_anew(path):
    path.parent.mkdir()
    path.write_bytes(b"{ my own notes")
    save_values(path, {"display.theme": "dark"})
    assert path.with_suffix(".json.broken").read_bytes() == b"{ my own notes"
    assert load_values(path).problem is None


@pytest.mark.parametrize("bad", [{"face.rate_hz": 100000}, {"face.rate_hz": None}, {"no.such": 1}, {"display.theme": "pink"}])
def test_one_bad_value_leaves_the_good_ones(path, bad):
    path.parent.mkdir()
    path.write_text(json.dumps({"display.chart_seconds": 120.0} | bad), encoding="utf-8")
    stored = load_values(path)
    assert stored.values == {"display.chart_seconds": 120.0}
    assert stored.problem is not None


@pytest.mark.parametrize("modality", MODALITIES)
def test_a_checkpoint_that_is_gone_is_told_and_the_default_is_used(path, modality):
    save_values(path, {f"{modality}.checkpoint": "of_an_older_version", "face.rate_hz": 15.0})
    stored = load_values(path)
    assert stored.values == {"face.rate_hz": 15.0}
    assert f"no checkpoint “of_an_older_version” for the {modality}. Their defaults are used" in str(stored.problem)


def test_a_checkpoint_that_is_there_is_kept(path):
    save_values(path, {"voice.checkpoint": "mlp_180"})
    assert load_values(path).values == {"voice.checkpoint": "mlp_180"}
    assert load_values(path).problem is None


def test_a_crash_while_writing_leaves_the_old_file(path, monkeypatch):
    save_values(path, {"display.theme": "dark"})

    def full(self, *args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(path), "write_text", full)
    with pytest.raises(OSError, match="No space"):
        save_values(path, {"display.theme": "light"})
    monkeypatch.undo()
    assert load_values(path).values == {"display.theme": "dark"}


def test_the_home_variable_moves_the_file(tmp_path):
    assert settings_file({"AFFECTOGRAPH_HOME": str(tmp_path)}) == tmp_path / "settings.json"
    assert settings_file({}).name == "settings.json"
