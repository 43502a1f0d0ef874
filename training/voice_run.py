"""The folder of a voice's training: finished folds to go on from, the logs of each, and how long is left."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from training import voice_learning
from training.plots import STEP, read_log
from training.report import LOG_FILE
from training.run_log import RunLog
from training.voice_learning import OF_ALL, OF_PERSON, Lengths


class FoldRun(NamedTuple):
    """What one fold came to: how long its networks learned, and what they said of its speakers in each version, (C, K) each."""

    lengths: Lengths
    of_all: Mapping[str, NDArray[np.float64]]
    of_person: Mapping[str, NDArray[np.float64]]


class VoiceRun:
    """A run's folder; with `resume` its finished folds are taken over, where data, seed and steps are the same."""

    def __init__(self, folder: Path, seed: int, *, resume: bool) -> None:
        self.folder = folder
        self._seed, self._resume = seed, resume
        self._key = ""
        self._started, self._done = time.monotonic(), 0

    def begin(self, data: str) -> None:
        """The folds are of data with this fingerprint."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._key = f"{data}-{self._seed}-{voice_learning.STEPS}"
        self._started, self._done = time.monotonic(), 0

    def logs(self, number: int) -> tuple[RunLog, RunLog]:
        """Of a fold's two networks."""
        return RunLog(self._log(number, OF_ALL)), RunLog(self._log(number, OF_PERSON))

    def kept(self, number: int) -> FoldRun | None:
        """A fold that an earlier run finished; None when there is none, or it is not whole."""
        if not self._resume or not self._file(number).is_file():
            return None
        try:
            with self._file(number).open("rb") as stream, np.load(stream) as kept:
                parts = [{name[2:]: kept[name] for name in kept if name.startswith(f"{part} ")} for part in range(2)]
                return FoldRun(Lengths(*map(int, kept["lengths"])), parts[0], parts[1])
        except (OSError, ValueError, KeyError, EOFError, TypeError, BadZipFile):
            return None

    def keep(self, number: int, fold: FoldRun) -> None:
        """Write a finished fold down, whole or not at all."""
        file = self._file(number)
        part = file.with_suffix(".part.npz")
        said = {f"{place} {name}": values for place in range(2) for name, values in (fold.of_all, fold.of_person)[place].items()}
        np.savez(part, allow_pickle=False, lengths=np.array(fold.lengths), **said)
        part.replace(file)
        self._done += 1

    def tell_time_left(self, number: int, folds: int) -> None:
        """One line, when a fold was trained in this run; the shipped network takes half of a fold's time."""
        if self._done:
            left = (time.monotonic() - self._started) / self._done * (folds - number - 0.5)
            print(f"about {left / 60:.0f} min left", flush=True)

    def mean_log(self) -> Path | None:
        """log.csv of the whole: the mean over the folds of the network that compares with all people, as far as all went."""
        logs = [read_log(file) for file in sorted(self.folder.glob(f"fold-*/{OF_ALL}/{LOG_FILE}"))]
        if not logs:
            return None
        steps = min((log[STEP] for log in logs), key=len)
        file = self.folder / LOG_FILE
        file.unlink(missing_ok=True)
        log = RunLog(self.folder)
        for place, step in enumerate(steps):
            log.add(int(step), **{name: float(np.mean([one[name][place] for one in logs])) for name in logs[0] if name != STEP})
        return file

    def _log(self, number: int, network: str) -> Path:
        return self.folder / f"fold-{number + 1}" / network

    def _file(self, number: int) -> Path:
        return self.folder / f"fold-{self._key}-{number}.npz"
