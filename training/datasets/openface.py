"""OpenFace's tables of a face, frame by frame: those of its first version (CLNF), which DAIC-WOZ has, and those of the second."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.datasets.frames import Frames, about_own_mean, lane_of, read_named, rising
from training.datasets.interview import LaneVectors
from training.datasets.tables import unfit
from training.datasets.turns import Span

CLNF_KIND = "face-clnf-actions-10s-v1"
CLNF_LANDMARKS_KIND = "face-clnf-landmarks-10s-v1"
OPENFACE2_KIND = "face-openface2-actions-10s-v1"

TRACKED = ("timestamp", "confidence", "success")
POSE = ("Tx", "Ty", "Tz", "Rx", "Ry", "Rz")

CLNF_ACTIONS = (
    *(f"AU{number:02}_r" for number in (1, 2, 4, 5, 6, 9, 10, 12, 14, 15, 17, 20, 25, 26)),
    *(f"AU{number:02}_c" for number in (4, 12, 15, 23, 28, 45)),
)
CLNF_GAZE = tuple(f"{axis}_{eye}" for eye in ("0", "1", "h0", "h1") for axis in "xyz")
CLNF_LANDMARKS = tuple(f"{axis}{point}" for axis in "XYZ" for point in range(68))
CLNF_FILES = {"AUs": CLNF_ACTIONS, "gaze": CLNF_GAZE, "pose": POSE}

OPENFACE2 = (
    *(f"pose_{name}" for name in POSE),
    *(f"gaze_{eye}_{axis}" for eye in "01" for axis in "xyz"),
    *(f"gaze_angle_{axis}" for axis in "xy"),
    *(f"AU{number:02}_r" for number in (1, 2, 4, 5, 6, 7, 9, 10, 12, 14, 15, 17, 20, 23, 25, 26, 45)),
    *(f"AU{number:02}_c" for number in (1, 2, 4, 5, 6, 7, 9, 10, 12, 14, 15, 17, 20, 23, 25, 26, 28, 45)),
)


def clnf_files(stem: Path) -> list[Path]:
    """Those of CLNF's files that are there, for a session whose files begin with `stem`."""
    return [path for name in (*CLNF_FILES, "features3D") if (path := _clnf_file(stem, name)) is not None]


def clnf_lane(stem: Path, spans: Sequence[Span]) -> LaneVectors | None:
    """Action units, gaze and pose; None where one of the three files is not there. Raises DataUnfit."""
    paths = {name: _clnf_file(stem, name) for name in CLNF_FILES}
    parts = [(path, tracked(path, CLNF_FILES[name])) for name, path in paths.items() if path is not None]
    if len(parts) < len(paths):
        return None
    first_path, first = parts[0]
    for path, frames in parts[1:]:
        if len(frames.times_s) != len(first.times_s):
            why = f"It has {len(frames.times_s)} frames, and {first_path.name} has {len(first.times_s)}."
            raise unfit(path, why, "The two are of different versions, or one is cut off: copy both anew.")
    values = np.concatenate([frames.values for _, frames in parts], axis=1)
    return lane_of(CLNF_KIND, first._replace(values=values), spans)


def clnf_landmarks_lane(stem: Path, spans: Sequence[Span]) -> LaneVectors | None:
    """The movement of 68 points in space, about their common centre; None where the file is not there. Raises DataUnfit."""
    path = _clnf_file(stem, "features3D")
    if path is None:
        return None
    frames = tracked(path, CLNF_LANDMARKS)
    points = np.where(frames.usable[:, None] > 0, frames.values, np.nan).reshape(-1, 3, 68)
    centred = (points - points.mean(axis=2, keepdims=True)).reshape(len(points), -1)
    return lane_of(CLNF_LANDMARKS_KIND, frames._replace(values=about_own_mean(centred)), spans)


def openface2_lane(path: Path, spans: Sequence[Span]) -> LaneVectors | None:
    """Action units, gaze and pose of OpenFace 2; None where the file is not there or tracked nobody. Raises DataUnfit."""
    return lane_of(OPENFACE2_KIND, tracked(path, OPENFACE2), spans) if path.is_file() else None


def tracked(path: Path, columns: Sequence[str]) -> Frames:
    """The frames of a file: as usable as the tracker was confident, and not at all where it failed."""
    table = read_named(path, (*TRACKED, *columns))
    confidence = np.nan_to_num(np.clip(table[:, 1], 0.0, 1.0))
    usable: NDArray[np.float32] = np.where(table[:, 2] == 1.0, confidence, 0.0).astype(np.float32)
    return Frames(rising(path, table[:, 0]), table[:, len(TRACKED) :], usable)


def _clnf_file(stem: Path, name: str) -> Path | None:
    """The releases have it as .txt, their documentation the action units as .csv."""
    return next((path for ending in ("txt", "csv") if (path := Path(f"{stem}_CLNF_{name}.{ending}")).is_file()), None)
