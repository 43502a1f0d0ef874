"""Made-up people whose true relation between questionnaire and lanes is known: to show that a network finds it, and finds nothing else.

What is measured here says whether training works, and nothing about people.

A person has a severity, normal over people. Each item is a threshold question about it and a part of its own, so the same severity gives
many totals: no reader of the lanes can be nearer than that. In a lane, telling moments (a known share) show the severity, off by an error
that the person keeps in that lane; the others show none. What is measured of a moment is the noisier the lower its quality.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.estimate import CUT_OFF, ITEMS
from core.labels import EMOTIONS, MODALITIES, Emotion, Modality
from models.fusion.inputs import COLUMNS, DESCRIPTORS, LIVE_KINDS, SEGMENT_S
from training.datasets.interview import Interview, LaneVectors

THRESHOLDS = (-0.3, 0.5, 1.2)
"""Of an item's latent value, from which on it is 1, 2 and 3."""
LOADING = 0.8
"""The correlation of an item's latent value with the severity."""
OWN_ERROR = 0.3
"""What a person keeps in a lane, in units of severity: two lanes know more than one."""
TELLING = 0.4
"""The share of moments that show anything."""
NOISE = 0.5
POOR_NOISE = 2.5
"""Of the severity that one moment shows, at quality 1, and added to it towards quality 0."""
ABSENT = 0.1
"""The share of lanes that were not recorded."""
SHORTEST, LONGEST = 16, 48
"""Segments of a session."""
FACES_SD = 0.1


class Generated(NamedTuple):
    """The interviews and, for each, the total that its severity makes one expect."""

    interviews: list[Interview]
    expected: NDArray[np.float64]


def generated_interviews(people: int, seed: int, *, unreliable: bool = False, shuffled: bool = False) -> Generated:
    """One session a person. `unreliable`: in each session one lane, drawn at random, is of poor quality and shows somebody else.

    `shuffled`: the questionnaires are dealt out anew, so that there is nothing to find.
    """
    random = np.random.default_rng(seed)
    severities = random.normal(size=people)
    items = _items(severities, random)
    if shuffled:
        items = random.permutation(items)
    interviews = []
    for number, severity in enumerate(severities):
        poor = MODALITIES[random.integers(len(MODALITIES))] if unreliable else None
        interviews.append(_interview(f"made-up {number + 1}", items[number], _lanes(severity, poor, random)))
    return Generated(interviews, expected_total(severities))


def expected_total(severities: NDArray[np.float64]) -> NDArray[np.float64]:
    """The true relation: what the eight items add up to on average at each severity."""
    own = math.sqrt(1.0 - LOADING**2)
    passed = np.vectorize(lambda away: 0.5 * math.erfc(-away / math.sqrt(2.0)))
    return ITEMS * sum(passed((LOADING * severities - threshold) / own) for threshold in THRESHOLDS)


def _items(severities: NDArray[np.float64], random: np.random.Generator) -> NDArray[np.float32]:
    own = math.sqrt(1.0 - LOADING**2) * random.normal(size=(len(severities), ITEMS))
    latent = LOADING * severities[:, np.newaxis] + own
    return np.sum([latent >= threshold for threshold in THRESHOLDS], axis=0).astype(np.float32)


def _interview(person: str, items: NDArray[np.float32], lanes: dict[str, LaneVectors]) -> Interview:
    total = float(items.sum())
    return Interview(
        person=person, session="1", split="", scale="PHQ-8", items=items, total=total, above=total >= CUT_OFF, sex="", lanes=lanes
    )


def _lanes(severity: float, poor: Modality | None, random: np.random.Generator) -> dict[str, LaneVectors]:
    there = [modality for modality in MODALITIES if random.random() >= ABSENT] or [MODALITIES[random.integers(len(MODALITIES))]]
    lanes = {}
    for modality in there:
        shown = random.normal() if modality is poor else severity + OWN_ERROR * random.normal()
        qualities = random.uniform(*((0.05, 0.3) if modality is poor else (0.5, 1.0)), size=random.integers(SHORTEST, LONGEST + 1))
        lanes[str(modality)] = _lane(modality, shown, qualities, random)
    return lanes


def _lane(modality: Modality, shown: float, qualities: NDArray[np.float64], random: np.random.Generator) -> LaneVectors:
    count = len(qualities)
    telling = random.random(count) < TELLING
    seen = telling * (shown + NOISE * random.normal(size=count)) + POOR_NOISE * (1.0 - qualities) * random.normal(size=count)
    vectors = np.zeros((count, len(COLUMNS[LIVE_KINDS[modality]])))
    vectors[:, : len(EMOTIONS)] = _expressions(seen, telling, random)
    rest = slice(len(EMOTIONS), None)
    match modality:
        case Modality.FACE:
            vectors[:, rest] = np.abs(FACES_SD * random.normal(1.0, 0.3, size=(count, len(EMOTIONS))))
        case Modality.VOICE:
            slower = -0.5 * seen[:, np.newaxis] + random.normal(size=(count, len(DESCRIPTORS)))
            vectors[:, rest] = np.hstack([slower, np.ones_like(slower), random.uniform(0.2, 0.9, size=(count, 1))])
        case Modality.TEXT:
            vectors[:, rest] = np.log1p(random.integers(3, 40, size=(count, 1)))
    times = SEGMENT_S * np.arange(count, dtype=np.float64)
    return LaneVectors(LIVE_KINDS[modality], times, vectors.astype(np.float32), qualities.astype(np.float32))


def _expressions(seen: NDArray[np.float64], telling: NDArray[np.bool_], random: np.random.Generator) -> NDArray[np.float64]:
    """Probabilities (n, classes): in telling moments less neutral, the sadder and the less happy the more severity is seen."""
    logits = 0.5 * random.normal(size=(len(seen), len(EMOTIONS)))
    logits[:, EMOTIONS.index(Emotion.NEUTRAL)] += np.where(telling, 0.5, 3.0)
    logits[:, EMOTIONS.index(Emotion.SADNESS)] += seen
    logits[:, EMOTIONS.index(Emotion.HAPPINESS)] -= seen
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    return shares / shares.sum(axis=1, keepdims=True)
