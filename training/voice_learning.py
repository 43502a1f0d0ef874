"""How the statistics' discriminants learn: alone and about people's centres, every class and version of a clip counting as it should."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import keras
import numpy as np
from numpy.typing import NDArray

from models.voice.classifier import mean_of_known
from models.voice.networks.statistics_lda import (
    Discriminant,
    Rows,
    Scale,
    about_centres,
    discriminants,
    scale_of,
    standardised,
    statistics_lda,
)
from models.voice.statistics import LOUDNESS, groups
from training.voice_conditions import NOISE
from training.voice_material import CLEAN, Material

SHARES: Mapping[str, float] = {CLEAN: 4.0, NOISE: 2.0}
"""How much more than one in another place a segment counts that is clean, and one in noise, where most programs are used."""
BASELINE_CLIPS = 4
"""Of ordinary speech in a centre: some ten seconds."""


@dataclass(frozen=True, slots=True)
class People:
    """Whose the C clips are and what, (C,) each: speakers, class numbers, and which are ordinary speech, for centres.

    `partings` (P, C) are the numbers of finer classes, each parting by other ways of saying the same.
    """

    speakers: NDArray[np.str_]
    labels: NDArray[np.int64]
    ordinary: NDArray[np.bool_]
    partings: NDArray[np.int64]


class Learned(NamedTuple):
    """The discriminants of both outputs, and the scale that their rows are on."""

    of_all: tuple[Discriminant, ...]
    of_person: tuple[Discriminant, ...]
    scale: Scale


@dataclass(frozen=True, slots=True)
class Lesson:
    """N rows to learn from: `values` (N, F), their clips and places (N,), and the person's centre for each (N, F)."""

    values: Rows
    clips: NDArray[np.int64]
    places: NDArray[np.str_]
    centres: Rows
    scale: Scale


def centres_of(material: Material, people: People, rows: NDArray[np.int64], random: np.random.Generator) -> Rows:
    """(N, F) for material's `rows` (N,): of some ordinary clips of the same person in the same version, never the row's own clip.

    NaN where the person has no other ordinary clip.
    """
    found = np.full((len(rows), material.values.shape[1]), np.nan, np.float32)
    speakers, ordinary = people.speakers[material.clips], people.ordinary[material.clips]
    for speaker in np.unique(speakers[rows]):
        for version in np.unique(material.versions[rows]):
            same = (speakers == speaker) & (material.versions == version)
            said = np.flatnonzero(same & ordinary)
            for place in np.flatnonzero(same[rows]):
                others = said[material.clips[said] != material.clips[rows[place]]]
                if len(others):
                    found[place] = mean_of_known(material.values[random.permutation(others)[:BASELINE_CLIPS]])
    return found


def lesson_of(material: Material, people: People, chosen: NDArray[np.bool_], random: np.random.Generator) -> Lesson:
    """What the clips `chosen` (C,) teach."""
    rows = np.flatnonzero(material.learned_from() & chosen[material.clips])
    values, centres = material.values[rows], centres_of(material, people, rows, random)
    alone = np.ones(values.shape[1], np.float32)
    alone[groups()[LOUDNESS]] = 0.0
    return Lesson(values, material.clips[rows], material.places()[rows], centres, scale_of(values, centres, alone))


def learned(lesson: Lesson, people: People) -> Learned:
    """What compares with all people, and about the rows that have a centre (all, where none has) what compares with a person."""
    labels, partings = people.labels[lesson.clips], people.partings[:, lesson.clips]
    with_places = np.concatenate((partings, by_place(labels, lesson.places), by_place(partings[0], lesson.places)))
    shares = np.array([SHARES.get(place, 1.0) for place in lesson.places])
    centred = np.isfinite(lesson.centres).any(axis=1)
    centred = centred if centred.any() else np.ones(len(centred), dtype=bool)
    about = about_centres(lesson.values[centred], lesson.centres[centred], lesson.scale)
    return Learned(
        of_all=discriminants(standardised(lesson.values, lesson.scale), labels, shares, with_places),
        of_person=discriminants(about, labels[centred], shares[centred], partings[:, centred]),
        scale=lesson.scale,
    )


def by_place(finer: NDArray[np.int64], places: NDArray[np.str_]) -> NDArray[np.int64]:
    """A parting (1, N) of finer classes (N,) by the places that they are heard in (N,).

    The other partings divide by what all places do to a voice, and so give up what one of them spoils; here each place has means of its
    own, and a voice is compared with those of rooms when it sounds like a room.
    """
    return np.unique(np.stack((finer, np.unique(places, return_inverse=True)[1])), axis=1, return_inverse=True)[1].reshape(1, -1)


def trained(material: Material, people: People, chosen: NDArray[np.bool_], seed: int) -> Learned:
    """What the clips `chosen` (C,) make of it."""
    return learned(lesson_of(material, people, chosen, np.random.default_rng(seed)), people)


def network_of(made: Learned, kept: int) -> keras.Model:
    """The shipped network; of the classes the first `kept` are its outputs."""
    return statistics_lda(made.of_all, made.of_person, made.scale, kept)
