"""Clips of training as numbers: as they are, in other places for the network to learn from, and in each condition that figures are of."""

import hashlib
import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from capture.audio_files import read_sound
from core.settings import VoiceSettings
from models.voice.input_kinds import INPUTS
from models.voice.speech import FRAME
from training.datasets.segments import segments_of
from training.datasets.speech_manifest import Clip
from training.voice_conditions import BABBLERS, CONDITIONS, PLACES, Sound, in_16_bits, place_with

CLEAN, PLACE = "clean", "place"
"""Versions of a clip: as recorded; "place 0", "place 1", ...; and the names of CONDITIONS."""


@dataclass(frozen=True, slots=True)
class Material:
    """N segments as numbers: `values` (N, F), of which clip (N,) in which version (N,), and how many samples long (N,)."""

    values: NDArray[np.float32]
    clips: NDArray[np.int64]
    versions: NDArray[np.str_]
    lengths: NDArray[np.int64]

    def learned_from(self) -> NDArray[np.bool_]:
        """Rows (N,) that are clean or in a place, and in no condition of the test."""
        return (self.versions == CLEAN) | np.char.startswith(self.versions, PLACE)

    def places(self) -> NDArray[np.str_]:
        """What the place of each row (N,) has for certain, of PLACES; a row that is in none: its version."""
        certain = {f"{PLACE} {number}": what for number, what in enumerate(PLACES)}
        return np.array([certain.get(str(version), str(version)) for version in self.versions])


@dataclass(frozen=True, slots=True)
class Job:
    """One clip, by its number: the other people who may babble behind it, in how many places it is heard, and whether it is tested."""

    number: int
    path: Path
    speaker: int
    others: tuple[Path, ...]
    kind: str
    places: int
    tested: bool
    seed: int


Row = tuple[int, str, int, NDArray[np.float32]]

_OF_PLACES, _OF_SPEAKERS = 77, 5
"""Streams of chance of their own, so that another place more changes nothing else."""


def rows_of(job: Job) -> list[Row]:
    """All versions of a clip, each heard whole by the segmenter: in babble a segment has other voices before and behind the clip's own."""
    features, settings = INPUTS[job.kind], VoiceSettings()
    samples, others = _sound(job.path), [_sound(path) for path in job.others]
    versions = {CLEAN: samples}
    random = np.random.default_rng([job.seed, job.number, _OF_PLACES])
    for number, what in enumerate(PLACES[: job.places]):
        place = place_with(what, np.random.default_rng([job.seed, job.speaker, number, _OF_SPEAKERS]))
        versions[f"{PLACE} {number}"] = place.heard(samples, others, random)
    random = np.random.default_rng([job.seed, job.number])
    for name, condition in CONDITIONS.items() if job.tested else ():
        versions[name] = condition(samples, others, random)
    heard = [(name, segment.samples) for name, version in versions.items() for segment in segments_of(version, settings)]
    return [(job.number, name, len(part), features(in_16_bits(part))) for name, part in heard]


def _sound(path: Path) -> Sound:
    """Whole frames, of which a Fourier transform is fast."""
    samples = read_sound(path)
    return samples[: len(samples) // FRAME * FRAME]


def jobs_of(clips: Sequence[Clip], tested: Sequence[bool], folds: Sequence[frozenset[str]], kind: str, places: int, seed: int) -> list[Job]:
    """A job for each clip. Who babbles behind somebody is of the same fold, so that no fold is heard in another's training."""
    fold_of = {speaker: number for number, fold in enumerate(folds) for speaker in fold}
    speakers = sorted({clip.speaker for clip in clips})
    jobs = []
    for number, clip in enumerate(clips):
        pool = [one.path for one in clips if one.speaker != clip.speaker and fold_of[one.speaker] == fold_of[clip.speaker]]
        pool = pool or [one.path for one in clips if one.path != clip.path]
        chosen = np.random.default_rng([seed, number, 1]).choice(len(pool), BABBLERS, replace=len(pool) < BABBLERS)
        others = tuple(pool[one] for one in chosen)
        jobs.append(Job(number, clip.path, speakers.index(clip.speaker), others, kind, places, bool(tested[number]), seed))
    return jobs


def prepared(jobs: Sequence[Job], state: Path | None, workers: int | None = None) -> Material:
    """The jobs done, by `workers` processes (default: one a core), or taken from `state` where an earlier run kept them."""
    file = state / f"material-{fingerprint(jobs)}.npz" if state else None
    if file is not None and file.is_file():
        with np.load(file) as kept:
            return Material(**{name: kept[name] for name in Material.__slots__})
    rows = [row for done in _watched(jobs, workers or os.cpu_count() or 1) for row in done]
    numbers, versions, lengths, values = zip(*rows, strict=True)
    material = Material(np.array(values, np.float32), np.array(numbers), np.array(versions), np.array(lengths))
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(".part.npz")
        np.savez(part, **{name: getattr(material, name) for name in Material.__slots__})
        part.replace(file)
    return material


def _watched(jobs: Sequence[Job], workers: int) -> Iterator[list[Row]]:
    """The results in the jobs' order, telling now and then how far it is. Processes are begun afresh: Keras's threads bear no fork."""
    started = time.monotonic()
    if workers == 1:
        yield from map(rows_of, jobs)
        return
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # of the processes: a second thread makes small products slower, not faster
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        for number, rows in enumerate(pool.map(rows_of, jobs, chunksize=8), 1):
            yield rows
            if number % 200 == 0:
                left = (time.monotonic() - started) / number * (len(jobs) - number)
                print(f"heard {number} of {len(jobs)} clips, {left / 60:.0f} min left", flush=True)


def fingerprint(jobs: Sequence[Job]) -> str:
    """Changes with the clips, the versions and the kind of numbers."""
    said = "\n".join(f"{job.number} {job.path.name} {job.kind} {job.places} {job.tested} {job.seed}" for job in jobs)
    return hashlib.sha256((said + ",".join((*PLACES, *CONDITIONS))).encode()).hexdigest()[:16]
