"""The configuration of a fusion's training: a YAML file in which each wrong key or value is told in a sentence."""

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from core.failures import Failure, WrongUse
from models.fusion.encoders import ENCODERS, POOLED
from training.datasets.interviews import FORMS
from training.fusion_learning import LearningSettings

GENERATED, UNRELIABLE, SHUFFLED = "generated", "generated-unreliable", "generated-shuffled"
GENERATED_FORMS = (GENERATED, UNRELIABLE, SHUFFLED)


class Setting(NamedTuple):
    """What a value may be: a number between `low` and `high`, a word (one of `choices`, where there are any), or a list of such."""

    usual: Any
    low: float = 0.0
    high: float = 0.0
    choices: tuple[str, ...] = ()


SETTINGS: Mapping[str, Mapping[str, Setting]] = {
    "": {"name": Setting("mine"), "seed": Setting(1, 0, 2**31 - 1)},
    "data": {
        "form": Setting(GENERATED, choices=(*GENERATED_FORMS, *FORMS)),
        "folder": Setting(""),
        "people": Setting(240, 10, 100_000),
    },
    "network": {
        "encoder": Setting("small", choices=tuple(ENCODERS)),
        "widths": Setting([8, 16], 2, 512),
        "dropout": Setting(0.2, 0.0, 0.9),
        "segments": Setting(180, 3, 1000),
    },
    "learning": {
        "epochs": Setting(120, 1, 100_000),
        "patience": Setting(15, 1, 100_000),
        "batch": Setting(32, 1, 100_000),
        "rate": Setting(3e-3, 1e-7, 1.0),
        "weight_decay": Setting(1e-2, 0.0, 10.0),
        "lane_dropout": Setting(0.15, 0.0, 0.9),
        "segment_dropout": Setting(0.2, 0.0, 0.9),
    },
    "validation": {
        "folds": Setting(5, 3, 100),
        "inner_folds": Setting(2, 1, 98),
        "variations": Setting(["all"]),
    },
}
"""By section; "" is the file itself."""


class FusionConfig(NamedTuple):
    """What a training is asked for. `variations`: names of training/fusion_variations.py, or "all"."""

    name: str
    seed: int
    form: str
    folder: Path | None
    people: int
    encoder: str
    widths: tuple[int, ...]
    dropout: float
    segments: int
    learning: LearningSettings
    folds: int
    inner_folds: int
    variations: tuple[str, ...]


def read_config(path: Path) -> FusionConfig:
    """The configuration of a file; raises WrongUse."""
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise WrongUse(Failure(f"The configuration {path} cannot be read.", f"{error.strerror}.", "Give CONFIG=FILE.")) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise WrongUse(Failure(f"The configuration {path} is no YAML.", f"{error}.", "Compare it with configs/fusion.yaml.")) from None
    try:
        return config_of({} if raw is None else raw)
    except WrongUse as error:
        raise WrongUse(Failure(f"{path}: {error.failure.what}", error.failure.why, error.failure.what_to_do)) from None


def config_of(raw: Any) -> FusionConfig:
    """The configuration that a file's contents are; raises WrongUse."""
    whole = _mapping(raw, "The file")
    top = {name: value for name, value in whole.items() if name not in SETTINGS}
    found = _section(top, "", [section for section in SETTINGS if section])
    for section in SETTINGS:
        if section:
            found |= _section(_mapping(whole.get(section) or {}, f"“{section}”"), section)
    learning = LearningSettings(**{name: found.pop(name) for name in LearningSettings._fields})
    config = FusionConfig(
        **{
            **found,
            "folder": Path(found["folder"]) if found["folder"] else None,
            "widths": tuple(found["widths"]),
            "variations": tuple(found["variations"]),
        },
        learning=learning,
    )
    _require_whole(config)
    return config


def _mapping(raw: Any, what: str) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise _wrong(f"{what} holds no settings.", f"It is {_shown(raw)}.")
    return {str(name): value for name, value in raw.items()}


def _section(raw: Mapping[str, Any], section: str, further: list[str] | None = None) -> dict[str, Any]:
    known = SETTINGS[section]
    for name in raw:
        if name not in known:
            names = [*known, *(further or [])]
            near = difflib.get_close_matches(name, names, n=1)
            meant = f"Is “{near[0]}” meant?" if near else f"There are {', '.join(names)}."
            raise _wrong(f"“{_path(section, name)}” is no setting.", meant)
    return {name: _checked(_path(section, name), raw.get(name, setting.usual), setting) for name, setting in known.items()}


def _checked(path: str, value: Any, setting: Setting) -> Any:
    if isinstance(setting.usual, list):
        if not isinstance(value, list) or not value:
            raise _wrong(f"“{path}” is {_shown(value)}.", "It must be a list, such as " + str(setting.usual) + ".")
        return [_checked(path, one, setting._replace(usual=setting.usual[0])) for one in value]
    if isinstance(setting.usual, str):
        value = "" if value is None else value
        if not isinstance(value, str) or (setting.choices and value not in setting.choices):
            raise _wrong(f"“{path}” is {_shown(value)}.", f"It must be {' or '.join(setting.choices) or 'a word'}.")
        return value
    kind = int if isinstance(setting.usual, int) else float
    number = isinstance(value, int | float) and not isinstance(value, bool) and (kind is float or value == int(value))
    if not number or not setting.low <= value <= setting.high:
        what = "a whole number" if kind is int else "a number"
        raise _wrong(f"“{path}” is {_shown(value)}.", f"It must be {what} from {setting.low:g} to {setting.high:g}.")
    return kind(value)


def _require_whole(config: FusionConfig) -> None:
    """What single values do not show."""
    if config.form not in GENERATED_FORMS and config.folder is None:
        raise _wrong("“data.folder” is missing.", f"The interviews of the form {config.form} must lie somewhere.")
    if config.inner_folds > config.folds - 2:
        raise _wrong(
            f"“validation.inner_folds” is {config.inner_folds}.",
            f"Of {config.folds} folds one tests and one at least learns, so at most {config.folds - 2} can validate.",
        )
    if config.encoder != "small" and config.segments % POOLED:
        raise _wrong(f"“network.segments” is {config.segments}.", f"The encoder {config.encoder} takes a multiple of {POOLED}.")
    if not config.name or Path(config.name).name != config.name:
        raise _wrong(f"“name” is {_shown(config.name)}.", "It must be fit for a folder's name.")


def _path(section: str, name: str) -> str:
    return f"{section}.{name}" if section else name


def _shown(value: Any) -> str:
    return "empty" if value is None or value == "" else f"“{value}”"


def _wrong(what: str, why: str) -> WrongUse:
    return WrongUse(Failure(what, why, "Correct it; docs/fusion-network.md lists the settings."))
