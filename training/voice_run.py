"""The folder of a voice's training: finished folds to go on from, a log of them, and how long is left."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray


class FoldRun(NamedTuple):
    """What one fold came to: what its two outputs said of its speakers in each version, (C, K) each."""

    of_all: Mapping[str, NDArray[np.float64]]
    of_person: Mapping[str, NDArray[np.float64]]


class VoiceRun:
    """A run's folder; with `resume` its finished folds are taken over, where data and seed are the same."""

    def __init__(self, folder: Path, seed: int, *, resume: bool) -> None:
        self.folder = folder
        self.curve = folder / "learning_curve"
        self._seed, self._resume = seed, resume
        self._key = ""
        self._started, self._done = time.monotonic(), 0

    def begin(self, data: str) -> None:
        """The folds are of data with this fingerprint."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._key = f"{data}-{self._seed}"
        self._started, self._done = time.monotonic(), 0

    def kept(self, number: int) -> FoldRun | None:
        """A fold that an earlier run finished; None when there is none, or it is not whole."""
        if not self._resume or not self._file(number).is_file():
            return None
        try:
            with self._file(number).open("rb") as stream, np.load(stream) as kept:
                parts = [{name[2:]: kept[name] for name in kept if name.startswith(f"{part} ")} for part in range(2)]
                return FoldRun(*parts)
        except (OSError, ValueError, KeyError, EOFError, TypeError, BadZipFile):
            return None

    def keep(self, number: int, fold: FoldRun) -> None:
        """Write a finished fold down, whole or not at all."""
        file = self._file(number)
        part = file.with_suffix(".part.npz")
        said = {f"{place} {name}": values for place in range(2) for name, values in (fold.of_all, fold.of_person)[place].items()}
        np.savez(part, allow_pickle=False, **said)
        part.replace(file)
        self._done += 1

    def tell_time_left(self, number: int, folds: int) -> None:
        """One line, when a fold was trained in this run; the shipped network takes half of a fold's time."""
        if self._done:
            left = (time.monotonic() - self._started) / self._done * (folds - number - 0.5)
            print(f"about {left / 60:.0f} min left", flush=True)

    def _file(self, number: int) -> Path:
        return self.folder / f"fold-{self._key}-{number}.npz"
