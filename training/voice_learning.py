"""How the statistics network learns: alone and about people's centres, all classes and all versions of a clip counting as they should."""

from collections.abc import Callable
from dataclasses import dataclass

import keras
import numpy as np
from numpy.typing import NDArray

from models.voice.classifier import mean_of_known
from models.voice.networks.statistics_mlp import Rows, about_centres, members, scale_of, standardised, statistics_mlp, whitening
from models.voice.statistics import LOUDNESS, groups
from training.voice_material import CLEAN, Material

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


@dataclass(frozen=True, slots=True)
class People:
    """Whose the C clips are and what, (C,) each: speakers, class numbers, and which are ordinary speech, for centres."""

    speakers: NDArray[np.str_]
    labels: NDArray[np.int64]
    ordinary: NDArray[np.bool_]


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


def trained(material: Material, people: People, chosen: NDArray[np.bool_], classes: int, kept: int, seed: int) -> keras.Model:
    """The shipped network, having learned from the clips `chosen` (C,); of its `classes` the first `kept` are its outputs."""
    keras.utils.set_random_seed(seed)
    random = np.random.default_rng(seed)
    rows = np.flatnonzero(material.learned_from() & chosen[material.clips])
    values, labels = material.values[rows], people.labels[material.clips[rows]]
    shares = np.where(material.versions[rows] == CLEAN, CLEAN_SHARE, 1.0)
    centres = centres_of(material, people, rows, random)
    centred = np.flatnonzero(np.isfinite(centres).any(axis=(1, 2)))
    centred = centred if len(centred) else np.arange(len(rows))
    alone = np.ones(values.shape[1], np.float32)
    alone[groups()[LOUDNESS]] = 0.0
    scale = scale_of(values, centres[:, 0], alone)
    even = standardised(values, scale)
    of_all = members(whitening(even, labels), classes, "of_all")
    fit(of_all, lambda some: even[some], labels, shares, random)
    about = np.stack([about_centres(values[centred], centres[centred, number], scale) for number in range(CENTRES)])
    of_person = members(whitening(about[0], labels[centred]), classes, "of_person")
    fit(of_person, lambda some: about[random.integers(CENTRES, size=len(some)), some], labels[centred], shares[centred], random)
    return statistics_mlp(of_all, of_person, scale, kept)


def fit(
    network: keras.Model,
    inputs: Callable[[NDArray[np.int64]], Rows],
    labels: NDArray[np.int64],
    shares: NDArray[np.float64],
    random: np.random.Generator,
) -> None:
    """Train `members` on `inputs` of row numbers, drawn by their `shares`; classes count alike, each member learns by itself."""
    count, classes = network.output_shape[1:]
    weights = len(labels) / (classes * np.maximum(np.bincount(labels, minlength=classes), 1))
    wanted = np.eye(classes, dtype=np.float32) * (1.0 - SMOOTHING) + SMOOTHING / classes
    rate = keras.optimizers.schedules.CosineDecay(RATE, STEPS)
    network.compile(keras.optimizers.AdamW(rate, weight_decay=WEIGHT_DECAY), keras.losses.CategoricalCrossentropy(from_logits=True))
    for _ in range(STEPS):
        some = random.choice(len(labels), BATCH, p=shares / shares.sum())
        hot = np.repeat(wanted[labels[some], np.newaxis], count, axis=1)
        network.train_on_batch(inputs(some), hot, sample_weight=np.repeat(weights[labels[some], np.newaxis], count, axis=1))
