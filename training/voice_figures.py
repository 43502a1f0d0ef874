"""The figures of a voice's network of statistics: per corpus and condition, by sex, each fold calibrated by the other folds' speakers."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.labels import Emotion
from models.calibration import calibrated
from training.calibrate import calibration_card, card_figures
from training.datasets.speech_manifest import Clip
from training.figures import in_label_set
from training.voice_learning import People
from training.voice_material import CLEAN, Material

Said = Mapping[str, NDArray[np.float64]]
"""Of each version of the clips: uncalibrated probabilities (C, K), NaN for a clip that was not asked or in which no speech was found."""


@dataclass(frozen=True, slots=True)
class Task:
    """The C clips, their classes (the first `kept` are outputs), their numbers, and the clips that are their speakers' baselines (C,)."""

    clips: Sequence[Clip]
    classes: tuple[Emotion, ...]
    kept: int
    people: People
    material: Material
    baselines: NDArray[np.bool_]

    @property
    def asked(self) -> NDArray[np.bool_]:
        """Clips (C,) of the classes that are outputs."""
        return self.people.labels < self.kept

    @property
    def fingerprint(self) -> str:
        """Changes with the data, its numbers and its classes."""
        parts = (self.material.values, self.material.clips, self.people.labels)
        return hashlib.sha256(b"".join(np.ascontiguousarray(part).tobytes() for part in parts)).hexdigest()[:16]

    @property
    def names(self) -> list[str]:
        """The outputs' classes."""
        return [str(one) for one in self.classes[: self.kept]]


def calibration_of(task: Task, said: Said) -> dict[str, Any]:
    """The card's calibration, from all folds' unseen speakers, clean."""
    known = np.isfinite(said[CLEAN][:, 0])
    return calibration_card(said[CLEAN][known], task.people.labels[known], task.people.speakers[known])


def even(task: Task, said: Said, folds: Sequence[frozenset[str]]) -> tuple[Said, NDArray[np.bool_]]:
    """The same, each fold calibrated by what was said of the others' speakers, clean; and which clean clips are in label sets (C,)."""
    speakers, labels = task.people.speakers, task.people.labels
    clean = np.isfinite(said[CLEAN][:, 0])
    found = {version: np.full_like(values, np.nan) for version, values in said.items()}
    covered = np.zeros(len(labels), dtype=bool)
    for fold in folds:
        of = np.isin(speakers, list(fold))
        others = clean & ~of
        calibration = calibration_card(said[CLEAN][others], labels[others], speakers[others])
        for version, values in said.items():
            own = of & np.isfinite(values[:, 0])
            found[version][own] = calibrated(values[own], calibration)
        own = of & clean
        covered[own] = np.asarray(in_label_set(found[CLEAN][own], labels[own], calibration))
    return found, covered


def figures(task: Task, said: Said, folds: Sequence[frozenset[str]]) -> dict[str, Any]:
    """Per corpus and version, clean ones also by sex."""
    corpora, sexes = (np.array([getattr(clip, name) for clip in task.clips]) for name in ("corpus", "sex"))
    calibrated_said, covered = even(task, said, folds)
    clean = np.isfinite(said[CLEAN][:, 0])
    found: dict[str, Any] = {}
    for corpus in sorted(set(corpora)):
        for version, values in calibrated_said.items():
            known = np.isfinite(values[:, 0]) & (corpora == corpus)
            if not known.any():
                continue
            if version == CLEAN:
                groups = {sex: _measured(task, values, known & (sexes == sex), covered) for sex in sorted(set(sexes[known])) if sex}
                found[corpus] = _measured(task, values, known, covered) | {"groups": groups}
            else:
                unheard = int((clean & (corpora == corpus) & ~known).sum())
                found[f"{corpus} in {version}"] = _measured(task, values, known) | {"clips_without_enough_speech": unheard}
    return found


def _measured(task: Task, values: NDArray[np.float64], rows: NDArray[np.bool_], covered: NDArray[np.bool_] | None = None) -> dict[str, Any]:
    measured = card_figures(task.people.labels[rows], values[rows], task.names, clusters=task.people.speakers[rows])
    return measured if covered is None else measured | {"coverage": round(float(covered[rows].mean()), 4)}
