"""Why the index has the value that it has at one moment: cues, pieces of evidence, and what it would be without each lane.

Everything is computed from the scores themselves (`FusionScore.grounds`), by the functions that made them. A window that keeps the
scores of the last half hour can explain each of them, and forgets the readings.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from core.cues import Cue
from core.evidence import LaneRules, lane_rules
from core.fusion import FUSION, heard_of, score_of
from core.labels import MODALITIES, Emotion, Modality
from core.readings import FusionScore, Reading
from core.settings import FusionSettings
from core.tally import Ground, Piece, Tally

FORGOTTEN = 1e-3
"""Pieces of which less is left are no longer listed one by one: together they move the index by less than a tenth of a point."""

STRETCH_S = 2.0
"""Frames are listed in stretches of this length: expressions last 0.5-4 s (Ekman 2003)."""

FLOOR = "a lane's evidence is never below nothing"


@dataclass(frozen=True, slots=True)
class CuePoints:
    """A cue and what it adds to the index, in its points."""

    cue: Cue
    points: float


@dataclass(frozen=True, slots=True)
class Moved:
    """A stretch of frames, a segment of speech or an entry, and how far it moved the index.

    `points` is the index less what it would be had the lane been absent then; NaN when there would be no index. `top` is the class that the
    stretch resembled most, with its mean probability. `reading` is the segment or entry itself; None for frames.
    """

    starts: float
    ends: float
    points: float
    top: tuple[Emotion, float]
    quality: float
    reading: Reading | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneWhy:
    """One lane's part of a score.

    `fresh` is how much evidence it has, each reading times its quality and its age, in `unit`; `least` of it is needed. `presence`,
    `decided` and `quality` (0..1) are what the weight is made of. `cues` add up to the contribution, `moved` are its pieces, the strongest
    first, and `without` is the score of the same moment had the lane never said anything.
    """

    modality: Modality
    heard: bool
    fresh: float
    least: float
    unit: str
    quality: float
    presence: float
    decided: float
    weight: float
    contribution: float
    cues: tuple[CuePoints, ...]
    moved: tuple[Moved, ...]
    without: FusionScore


@dataclass(frozen=True, slots=True)
class Why:
    """A score and its reasons; lanes that never said anything are left out."""

    score: FusionScore
    lanes: tuple[LaneWhy, ...]


def explains(score: FusionScore) -> bool:
    """Whether `why` can say anything of it: made by this program's formula, and with its grounds."""
    return score.fusion == FUSION and bool(score.grounds)


def why(scores: Sequence[FusionScore], number: int, settings: FusionSettings) -> Why:
    """The reasons of `scores[number]`, for which `explains` holds; the scores before it, in order and without a hole, name its pieces."""
    score, rules = scores[number], lane_rules(settings)
    pieces = {modality: list(_pieces(scores, number, modality, rules[modality])) for modality in score.grounds}
    lanes = tuple(_lane(score, m, pieces[m], rules, settings) for m in MODALITIES if m in score.grounds)
    return Why(score, lanes)


def without(score: FusionScore, modality: Modality, rules: Mapping[Modality, LaneRules], settings: FusionSettings) -> FusionScore:
    """The score of the same moment had a lane never said anything, exactly as the Fuser would have made it."""
    return score_of(score.at, {m: ground for m, ground in score.grounds.items() if m is not modality}, rules, settings)


def _lane(
    score: FusionScore, modality: Modality, pieces: Sequence[Piece], rules: Mapping[Modality, LaneRules], settings: FusionSettings
) -> LaneWhy:
    own, ground = rules[modality], score.grounds[modality]
    tally, age_s = ground.tally, score.at - ground.at
    heard = heard_of(tally, age_s, own, settings)
    weight = score.weights.get(modality, 0.0)
    moved = [_moved(score, modality, list(stretch), rules, settings) for stretch in _stretches(pieces, own)] if heard else []
    return LaneWhy(
        modality=modality,
        heard=heard is not None,
        fresh=tally.usable * own.faded(age_s),
        least=own.least,
        unit=own.unit,
        quality=_share(tally),
        presence=heard.presence if heard else 0.0,
        decided=own.decided(tally),
        weight=weight,
        contribution=score.contributions.get(modality, 0.0),
        cues=cue_points(own.cues(own.means(tally)), weight) if heard else (),
        moved=tuple(sorted(moved, key=lambda one: -math.inf if math.isnan(one.points) else -abs(one.points))),
        without=without(score, modality, rules, settings),
    )


def cue_points(cues: Sequence[Cue], weight: float) -> tuple[CuePoints, ...]:
    """What each cue adds to the index; where together they would take away from it, a last one undoes that."""
    points = tuple(CuePoints(cue, 100.0 * weight * cue.part) for cue in cues)
    below = sum(one.points for one in points)
    return points if below >= 0.0 else (*points, CuePoints(Cue(FLOOR, math.nan, "", 0.0), -below))


def _moved(
    score: FusionScore, modality: Modality, pieces: Sequence[Piece], rules: Mapping[Modality, LaneRules], settings: FusionSettings
) -> Moved:
    own, ground = rules[modality], score.grounds[modality]
    stretch = Tally(len(own.columns))
    for piece in pieces:
        stretch = stretch.plus(piece.tally, own.faded(ground.at - piece.at))
    left = dict(score.grounds) | {modality: Ground(ground.at, ground.tally.minus(stretch))}
    value = score_of(score.at, left, rules, settings).value
    probabilities = own.probabilities(stretch)
    top = max(probabilities, key=probabilities.__getitem__)
    points = math.nan if value is None or score.value is None else score.value - value
    return Moved(pieces[0].starts, pieces[-1].ends, points, (top, probabilities[top]), _share(stretch), pieces[-1].reading)


def _pieces(scores: Sequence[FusionScore], number: int, modality: Modality, rules: LaneRules) -> Iterator[Piece]:
    """The lane's pieces of which something is left, the oldest first."""
    at = scores[number].grounds[modality].at
    found: list[Piece] = []
    for score in reversed(scores[: number + 1]):
        ground = score.grounds.get(modality)
        if ground is None or rules.faded(at - ground.at) < FORGOTTEN:
            break
        found += reversed(ground.pieces)
    yield from reversed(found)


def _stretches(pieces: Sequence[Piece], rules: LaneRules) -> Iterator[Iterator[Piece]]:
    """Frames by STRETCH_S of session time; anything else by itself."""
    if not rules.in_steps:
        yield from (iter((piece,)) for piece in pieces)
        return
    for _, stretch in groupby(pieces, key=lambda piece: math.ceil(piece.at / STRETCH_S - 1e-9)):
        yield stretch


def _share(tally: Tally) -> float:
    """The mean quality."""
    return tally.usable / tally.amount if tally.amount > 0.0 else 0.0
