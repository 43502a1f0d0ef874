"""Every combination of spoiled lanes, fused by the program's own rules and, beside it, without weights."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from bench.spoiled_runs import Run
from core.evidence import lane_rules
from core.fusion import Fuser, score_of
from core.labels import MODALITIES, Modality
from core.readings import Reading
from core.settings import FusionSettings
from core.tally import Ground

Floats = NDArray[np.float64]
Company = tuple[str, str, str]
"""How face, voice and text are spoiled."""


@dataclass(frozen=True, slots=True)
class Course:
    """What one lane, spoiled in one way, says in the course of a recording.

    `grounds` are what the fusion remembers of it at each moment, and `plain` its evidence (0..1, NaN: it never said anything) were quality
    not asked for. `quality` is the mean of its readings (NaN: none) and `read` their share of all that it said.
    """

    grounds: tuple[Ground | None, ...]
    plain: Floats
    quality: float
    read: float


@dataclass(frozen=True, slots=True)
class Fused:
    """A combination at each moment: index and length of its band (NaN: no number), weights per lane, and the naive index beside it."""

    value: Floats
    band: Floats
    weights: Mapping[Modality, Floats]
    reasons: frozenset[str]
    naive: Floats

    @property
    def spoken(self) -> NDArray[np.bool_]:
        """Where there is a number."""
        return ~np.isnan(self.value)


def courses(runs: Iterable[Run], settings: FusionSettings, moments: int) -> dict[tuple[Modality, str], Course]:
    """Of each lane and each way to spoil it, from the run in which it was so first."""
    found: dict[tuple[Modality, str], Course] = {}
    for run in runs:
        for modality, name in run.spoiled.items():
            if (modality, name) not in found:
                found[modality, name] = course(modality, run.of(modality), settings, moments)
    return found


def course(modality: Modality, readings: Sequence[Reading], settings: FusionSettings, moments: int) -> Course:
    """A lane by itself: what it remembers does not depend on the others."""
    rules = lane_rules(settings)[modality]
    alike = [replace(reading, quality=1.0) for reading in readings]
    plain = [rules.evidence(g.tally) if g and g.tally.usable else np.nan for g in _grounds(modality, alike, settings, moments)]
    read = [reading for reading in readings if reading.probabilities]
    return Course(
        _grounds(modality, readings, settings, moments),
        np.array(plain),
        float(np.mean([reading.quality for reading in read])) if read else float("nan"),
        len(read) / len(readings) if readings else 0.0,
    )


def fused_combinations(courses: Mapping[tuple[Modality, str], Course], settings: FusionSettings) -> dict[Company, Fused]:
    """All of them."""
    names = [[name for modality, name in courses if modality is lane] for lane in MODALITIES]
    combinations: list[Company] = list(product(*names))  # type: ignore[arg-type]
    return {company: _fused([courses[m, name] for m, name in zip(MODALITIES, company, strict=True)], settings) for company in combinations}


def _fused(lanes: Sequence[Course], settings: FusionSettings) -> Fused:
    rules = lane_rules(settings)
    scores = [
        score_of((number + 1) * settings.step_s, {m: g for m, g in zip(MODALITIES, grounds, strict=True) if g}, rules, settings)
        for number, grounds in enumerate(zip(*(lane.grounds for lane in lanes), strict=True))
    ]
    return Fused(
        value=column(score.value for score in scores),
        band=column(score.interval[1] - score.interval[0] if score.interval else None for score in scores),
        weights={m: column(score.weights.get(m, 0.0) for score in scores) for m in MODALITIES},
        reasons=frozenset(score.abstained_because or "" for score in scores if score.value is None),
        naive=naive_index([lane.plain for lane in lanes]),
    )


def naive_index(evidence: Sequence[Floats]) -> Floats:
    """What a fusion without weights says: the mean of all lanes that ever said anything, each by its last state."""
    stacked = np.array(evidence)
    known = ~np.isnan(stacked)
    counted = known.sum(axis=0)
    return np.where(counted > 0, 100.0 * np.where(known, stacked, 0.0).sum(axis=0) / np.maximum(counted, 1), np.nan)


def _grounds(modality: Modality, readings: Sequence[Reading], settings: FusionSettings, moments: int) -> tuple[Ground | None, ...]:
    fuser = Fuser(settings, ())
    for reading in readings:
        fuser.add(reading)
    return tuple(score.grounds.get(modality) for score in fuser.finish(moments * settings.step_s))


def column(values: Iterable[float | None]) -> Floats:
    """Values of moments, NaN for None."""
    return np.array([np.nan if value is None else value for value in values], np.float64)
