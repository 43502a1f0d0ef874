from pathlib import Path

import pytest

from core.failures import CheckpointRefused
from core.labels import MODALITIES, Modality
from core.settings import Settings
from models import checkpoints
from models.checkpoints import names, resolve


@pytest.mark.parametrize("modality", MODALITIES)
def test_default_is_the_checkpoint_of_the_settings_and_accurate_is_there(modality):
    assert resolve(modality, "default").name == getattr(Settings(), modality).checkpoint
    assert resolve(modality, "accurate").name in names(modality)


def test_accurate_is_the_default_where_a_lane_has_no_other(monkeypatch):
    monkeypatch.setattr(checkpoints, "ACCURATE_NAMES", {})
    assert resolve(Modality.TEXT, "accurate") == resolve(Modality.TEXT, "default")


def test_a_path_names_a_checkpoint_too(tmp_path: Path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/card.json").write_text("{}", encoding="utf-8")
    assert resolve(Modality.VOICE, str(tmp_path / "mine")) == tmp_path / "mine"


def test_an_unknown_name_is_refused_with_those_that_are_there():
    with pytest.raises(CheckpointRefused, match=r"no_such_face.*mini_xception.*path"):
        resolve(Modality.FACE, "no_such_face")
