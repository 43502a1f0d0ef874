"""What was made of a session's files, kept in the training's own folder, so that a second run reads no recording again.

Only numbers by lane are kept, no words and no names, in files that nobody else may read; they are not encrypted.
"""

import hashlib
import json
import os
import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from core.version import VERSION
from training.datasets.interview import LaneVectors
from training.datasets.tables import Row

Lanes = dict[str, LaneVectors]
"""By the names of interview.LANES."""


def lanes_there(**lanes: LaneVectors | None) -> Lanes:
    """Those by name that are not None."""
    return {name: lane for name, lane in lanes.items() if lane is not None}


def require_some(lanes: Lanes, row: Row, where: Path) -> None:
    """Raise DataUnfit, naming the row of a session, when nothing of it could be read in `where`; one lane that is missing is no error."""
    if not lanes:
        why = f"Neither face nor voice nor words could be read in {where}."
        raise row.unfit(why, "Put its files there, or take its row out.")


class LaneCache:
    """Lanes in `folder`, by what they were made of; without a folder everything is made anew."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def lanes(self, files: Iterable[Path], facts: Mapping[str, Any], make: Callable[[], Lanes]) -> Lanes:
        """What `make` gives of these files, or has given when they and the `facts` (plain values; what it depends on) were the same."""
        if self._folder is None:
            return make()
        path = self._folder / f"{_digest(files, facts)}.npz"
        kept = _kept(path)
        if kept is None:
            kept = make()
            _keep(path, kept)
        return kept


def _digest(files: Iterable[Path], facts: Mapping[str, Any]) -> str:
    """Of the files' places, sizes and times of writing, and of all facts."""
    known = [(str(path.resolve()), path.stat().st_size, path.stat().st_mtime_ns) for path in files if path.is_file()]
    words = json.dumps([VERSION, known, facts], sort_keys=True, default=str)
    return hashlib.sha256(words.encode()).hexdigest()[:32]


def _kept(path: Path) -> Lanes | None:
    """None where there is nothing, or what a run that was cut off or another version left."""
    try:
        with np.load(path, allow_pickle=False) as stored:
            names = [str(name) for name in stored["lanes"]]
            return {name: LaneVectors(str(stored[f"{name}_kind"]), *(stored[f"{name}_{part}"] for part in _PARTS)) for name in names}
    except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile):
        return None


_PARTS = LaneVectors._fields[1:]


def _keep(path: Path, lanes: Lanes) -> None:
    """Whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    arrays = {f"{name}_{part}": np.asarray(getattr(lane, part)) for name, lane in lanes.items() for part in LaneVectors._fields}
    temporary = path.with_suffix(".part")
    with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:  # noqa: PTH123  with its mode
        np.savez(stream, allow_pickle=False, lanes=np.array(list(lanes), dtype=np.str_), **arrays)
    temporary.replace(path)
