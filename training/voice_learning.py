"""How the statistics network learns: alone and about people's centres, all classes and all versions of a clip counting as they should."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import keras
import numpy as np
from numpy.typing import NDArray

from models.voice.classifier import mean_of_known
from models.voice.networks.statistics_mlp import (
    Rows,
    Scale,
    about_centres,
    members,
    scale_of,
    standardised,
    statistics_mlp,
    whitening,
)
from models.voice.statistics import LOUDNESS, groups
from training.run_log import RunLog
from training.voice_material import CLEAN, Material
from training.voice_validation import Validation

STEPS = 1000
BATCH = 128
RATE = 1e-3
WEIGHT_DECAY = 1e-3
SMOOTHING = 0.05
CLEAN_SHARE = 2.0
"""How much oftener a clean segment is drawn than one in a place."""
CENTRES = 3
"""Centres of a person that each row is read about in training."""
BASELINE_CLIPS = 4
"""Of ordinary speech in a centre: some ten seconds."""
CHECK_EACH = 100
"""Steps between two looks at validation."""
OF_ALL, OF_PERSON = "of_all", "of_person"
"""The two networks: what a voice resembles compared with all people, and with this person."""

Inputs = Callable[[NDArray[np.int64]], Rows]
"""Of row numbers."""
Watch = Callable[[keras.Model, int, float], bool]
"""Given the network, the step and the mean loss since the last look; True: learning stops."""


@dataclass(frozen=True, slots=True)
class People:
    """Whose the C clips are and what, (C,) each: speakers, class numbers, and which are ordinary speech, for centres."""

    speakers: NDArray[np.str_]
    labels: NDArray[np.int64]
    ordinary: NDArray[np.bool_]


class Lengths(NamedTuple):
    """For how many steps each of the two networks learns."""

    of_all: int
    of_person: int


@dataclass(frozen=True, slots=True)
class Lesson:
    """N rows to learn from: `values` (N, F), `labels` (N,), how often each is drawn (N,), and `centres` (N, CENTRES, F) of its person."""

    values: Rows
    labels: NDArray[np.int64]
    shares: NDArray[np.float64]
    centres: Rows
    scale: Scale

    @property
    def centred(self) -> NDArray[np.int64]:
        """The rows (M,) that have a centre; all, where none has."""
        found = np.flatnonzero(np.isfinite(self.centres).any(axis=(1, 2)))
        return found if len(found) else np.arange(len(self.values))


def centres_of(material: Material, people: People, rows: NDArray[np.int64], random: np.random.Generator) -> Rows:
    """(N, CENTRES, F) for material's `rows` (N,): of ordinary clips of the same person in the same version, never the row's own clip.

    NaN where the person has no other ordinary clip.
    """
    found = np.full((len(rows), CENTRES, material.values.shape[1]), np.nan, np.float32)
    speakers, ordinary = people.speakers[material.clips], people.ordinary[material.clips]
    for speaker in np.unique(speakers[rows]):
        for version in np.unique(material.versions[rows]):
            same = (speakers == speaker) & (material.versions == version)
            said = np.flatnonzero(same & ordinary)
            for place in np.flatnonzero(same[rows]):
                others = said[material.clips[said] != material.clips[rows[place]]]
                for number in range(CENTRES if len(others) else 0):
                    found[place, number] = mean_of_known(material.values[random.permutation(others)[:BASELINE_CLIPS]])
    return found


def lesson_of(material: Material, people: People, chosen: NDArray[np.bool_], random: np.random.Generator) -> Lesson:
    """What the clips `chosen` (C,) teach."""
    rows = np.flatnonzero(material.learned_from() & chosen[material.clips])
    values, centres = material.values[rows], centres_of(material, people, rows, random)
    shares = np.where(material.versions[rows] == CLEAN, CLEAN_SHARE, 1.0)
    alone = np.ones(values.shape[1], np.float32)
    alone[groups()[LOUDNESS]] = 0.0
    return Lesson(values, people.labels[material.clips[rows]], shares, centres, scale_of(values, centres[:, 0], alone))


def learned(
    lesson: Lesson, classes: int, random: np.random.Generator, lengths: Lengths, watches: tuple[Watch | None, Watch | None] = (None, None)
) -> tuple[keras.Model, keras.Model]:
    """Both networks after their steps."""
    even, labels, shares = standardised(lesson.values, lesson.scale), lesson.labels, lesson.shares
    of_all = members(whitening(even, labels), classes, OF_ALL)
    fit(of_all, lambda some: even[some], labels, shares, random, lengths.of_all, watches[0])
    rows = lesson.centred
    about = np.stack([about_centres(lesson.values[rows], lesson.centres[rows, number], lesson.scale) for number in range(CENTRES)])
    of_person = members(whitening(about[0], labels[rows]), classes, OF_PERSON)
    drawn: Inputs = lambda some: about[random.integers(CENTRES, size=len(some)), some]  # noqa: E731
    fit(of_person, drawn, labels[rows], shares[rows], random, lengths.of_person, watches[1])
    return of_all, of_person


def trained(
    material: Material, people: People, chosen: NDArray[np.bool_], classes: int, kept: int, seed: int, lengths: Lengths
) -> keras.Model:
    """The shipped network, having learned from the clips `chosen` (C,); of its `classes` the first `kept` are its outputs."""
    keras.utils.set_random_seed(seed)
    random = np.random.default_rng(seed)
    lesson = lesson_of(material, people, chosen, random)
    of_all, of_person = learned(lesson, classes, random, lengths)
    return statistics_mlp(of_all, of_person, lesson.scale, kept)


def how_long(
    material: Material,
    people: People,
    chosen: NDArray[np.bool_],
    validating: NDArray[np.bool_],
    classes: int,
    kept: int,
    seed: int,
    logs: tuple[RunLog, RunLog],
) -> Lengths:
    """After how many steps networks that learn from `chosen` (C,) say best what the `validating` (C,) people's clips are."""
    keras.utils.set_random_seed(seed)
    random = np.random.default_rng(seed)
    lesson = lesson_of(material, people, chosen, random)
    rows = np.flatnonzero((material.versions == CLEAN) & validating[material.clips] & (people.labels < kept)[material.clips])
    values, labels = material.values[rows], people.labels[material.clips[rows]]
    centres = centres_of(material, people, rows, random)[:, 0]
    whose = np.isfinite(centres).any(axis=1)
    whose = whose if whose.any() else np.ones(len(rows), dtype=bool)
    watches = (
        Validation(standardised(values, lesson.scale), labels, kept, logs[0]),
        Validation(about_centres(values[whose], centres[whose], lesson.scale), labels[whose], kept, logs[1]),
    )
    learned(lesson, classes, random, Lengths(STEPS, STEPS), watches)
    return Lengths(*(watch.best_step for watch in watches))


def fit(
    network: keras.Model,
    inputs: Inputs,
    labels: NDArray[np.int64],
    shares: NDArray[np.float64],
    random: np.random.Generator,
    steps: int,
    watch: Watch | None = None,
) -> None:
    """Train `members` on `inputs` of row numbers, drawn by their `shares`; classes count alike, each member learns by itself.

    The rate falls to 0 at STEPS, so that fewer `steps` are a beginning of the same course.
    """
    count, classes = network.output_shape[1:]
    weights = len(labels) / (classes * np.maximum(np.bincount(labels, minlength=classes), 1))
    wanted = np.eye(classes, dtype=np.float32) * (1.0 - SMOOTHING) + SMOOTHING / classes
    rate = keras.optimizers.schedules.CosineDecay(RATE, STEPS)
    optimiser = keras.optimizers.AdamW(rate, weight_decay=WEIGHT_DECAY)
    entropy = keras.losses.CategoricalCrossentropy(from_logits=True)
    network.compile(optimiser, entropy, jit_compile=False)  # compiling would take longer than the few steps
    for step in range(1, steps + 1):
        some = random.choice(len(labels), BATCH, p=shares / shares.sum())
        hot = np.repeat(wanted[labels[some], np.newaxis], count, axis=1)
        loss = network.train_on_batch(inputs(some), hot, sample_weight=np.repeat(weights[labels[some], np.newaxis], count, axis=1))
        if watch is None or step % CHECK_EACH:
            continue
        if watch(network, step, float(loss)):
            break
        network.reset_metrics()
