"""The person's settings as a small JSON file, and where it lies. No Qt here: the command line reads the same file."""

import json
import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from platformdirs import user_config_dir

from core.failures import CheckpointRefused, Failure, WrongUse
from core.labels import MODALITIES
from core.settings import Settings
from models.checkpoints import resolve

logger = logging.getLogger(__name__)

HOME_VARIABLE = "AFFECTOGRAPH_HOME"
FILE_NAME = "settings.json"
CHECKPOINT_OF = {f"{modality}.checkpoint": modality for modality in MODALITIES}
"""Settings that name a checkpoint: one that another version of the program had may be gone."""


def settings_file(environment: Mapping[str, str] = os.environ) -> Path:
    """Where the settings lie: in AFFECTOGRAPH_HOME when it is set, else where the system keeps a user's settings."""
    home = environment.get(HOME_VARIABLE)
    return (Path(home) if home else Path(user_config_dir("Affectograph", appauthor=False))) / FILE_NAME


@dataclass(frozen=True, slots=True)
class Stored:
    """The values of the file that can be used ({"group.name": value}), and what is to be said about the others."""

    values: dict[str, Any]
    problem: Failure | None = None


def load_values(path: Path) -> Stored:
    """What the file says; a broken file or value is told and left out, never raised."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Stored({})
    except (OSError, ValueError) as error:
        return Stored({}, _broken(path, str(error)))
    if not isinstance(raw, dict):
        return Stored({}, _broken(path, "it does not hold names with values"))
    return _usable(path, raw)


def _usable(path: Path, raw: dict[str, Any]) -> Stored:
    good: dict[str, Any] = {}
    bad: list[str] = []
    for name, value in raw.items():
        try:
            usable = Settings().with_values({name: value}, str(path)).as_dict()[name]
            if name in CHECKPOINT_OF:
                resolve(CHECKPOINT_OF[name], usable)
            good[name] = usable
        except (WrongUse, CheckpointRefused) as error:
            bad.append(error.failure.what)
        except TypeError:
            bad.append(f"The value of “{name}” has the wrong form.")
    if not bad:
        return Stored(good)
    return Stored(good, Failure("Some settings are not used.", " ".join(bad), f"Their defaults are used. The file is {path}."))


def save_values(path: Path, values: Mapping[str, Any]) -> None:
    """Write what differs from the defaults, under another name first, so that a crash leaves the old file; raises OSError.

    A file that cannot be read is kept beside the new one with the ending `.broken`.
    """
    defaults = Settings().as_dict()
    kept = {name: value for name, value in sorted(values.items()) if value != defaults.get(name)}
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and not _is_json(path):
        path.replace(path.with_suffix(".json.broken"))
    draft = path.with_suffix(".json.new")
    draft.write_text(json.dumps(kept, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    draft.replace(path)


def _is_json(path: Path) -> bool:
    try:
        return isinstance(json.loads(path.read_text(encoding="utf-8")), dict)
    except ValueError:
        return False


def _broken(path: Path, why: str) -> Failure:
    return Failure("Your settings could not be read; the defaults are used.", f"{path}: {why}.", "Save them anew in the settings (Ctrl+,).")
