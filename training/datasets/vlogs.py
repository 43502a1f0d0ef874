"""D-Vlog (Yoon et al. 2022) and LMVD (He et al. 2024): features of vlogs whose makers said that they are depressed, or not.

Neither says who made which vlog. A vlog is therefore a person of its own here, and somebody with two of them may be in two parts.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.settings import Settings
from training.datasets.frames import Frames, about_own_mean, lane_of
from training.datasets.interview import Interview, LaneVectors
from training.datasets.lane_cache import LaneCache, lanes_there, require_some
from training.datasets.openface import OPENFACE2_KIND, openface2_lane
from training.datasets.tables import Row, read_table, unfit
from training.datasets.turns import WHOLE

SCALE = "said by the vlogger"

DVLOG_TABLE = "labels.csv"
DVLOG_FOLDS = {"train": "train", "valid": "validation", "test": "test"}
DVLOG_LABELS = {"depression": True, "normal": False}
DVLOG_VOICE_KIND, DVLOG_VOICE_COLUMNS = "voice-dvlog-acoustic-10s-v1", 25
DVLOG_FACE_KIND, DVLOG_FACE_COLUMNS = "face-dvlog-landmarks-10s-v1", 136
DVLOG_ROW_S = 1.0

LMVD_SOUND, LMVD_PICTURE, LMVD_LABEL = "Audio_feature", "Video_feature", "_Depression.csv"
LMVD_VOICE_KIND, LMVD_VOICE_COLUMNS = "voice-lmvd-vggish-10s-v1", 128
VGGISH_ROW_S = 0.96


def load_d_vlog(folder: Path, _settings: Settings, cache: LaneCache) -> list[Interview]:
    """Its own descriptors of the voice and the movement of 68 points, a row a second, in its own three parts; raises DataUnfit."""
    columns = ("index", "label", "gender", "fold")
    return [_vlog(folder, row, cache) for row in read_table(folder / DVLOG_TABLE, columns, key=("index",))]


def _vlog(folder: Path, row: Row, cache: LaneCache) -> Interview:
    number = row["index"]
    fold, label = row["fold"].casefold(), row["label"].casefold()
    if fold not in DVLOG_FOLDS:
        raise row.unfit(f"Its fold is “{row['fold']}”.", f"It must be one of {', '.join(DVLOG_FOLDS)}.")
    if label not in DVLOG_LABELS:
        raise row.unfit(f"Its label is “{row['label']}”.", f"It must be one of {', '.join(DVLOG_LABELS)}.")
    files = [folder / number / f"{number}_{name}.npy" for name in ("visual", "acoustic")]
    kinds = {"kinds": (DVLOG_FACE_KIND, DVLOG_VOICE_KIND)}
    lanes = cache.lanes(files, kinds, lambda: lanes_there(**_both(*files)))
    require_some(lanes, row, folder / number)
    sex = row["gender"][:1].upper()
    return Interview(f"d-vlog-{number}", number, DVLOG_FOLDS[fold], SCALE, None, None, DVLOG_LABELS[label], sex, lanes)


def _both(visual: Path, acoustic: Path) -> dict[str, LaneVectors | None]:
    """Face and voice, cut to the shorter of the two."""
    points, sounds = _array(visual, DVLOG_FACE_COLUMNS), _array(acoustic, DVLOG_VOICE_COLUMNS)
    rows = min(len(one) for one in (points, sounds) if one is not None) if points is not None or sounds is not None else 0
    return {
        "face": None if points is None else _lane(DVLOG_FACE_KIND, points[:rows], DVLOG_ROW_S, about_own_mean),
        "voice": None if sounds is None else _lane(DVLOG_VOICE_KIND, sounds[:rows], DVLOG_ROW_S),
    }


def load_lmvd(folder: Path, _settings: Settings, cache: LaneCache) -> list[Interview]:
    """VGGish of the sound and OpenFace of the picture, without parts of its own; raises DataUnfit.

    The numbers of its vlogs are in the order of their labels: whoever sees a number knows the answer.
    """
    labels = sorted(folder.rglob(f"*{LMVD_LABEL}"))
    if not labels:
        raise unfit(folder, f"It holds no file *{LMVD_LABEL}.", f"Put {LMVD_SOUND}, {LMVD_PICTURE} and the labels into one folder.")
    pictures = {path.stem: path for path in (folder / LMVD_PICTURE).rglob("*.csv")}
    return [_lmvd(folder, label, pictures, cache) for label in labels]


def _lmvd(folder: Path, label: Path, pictures: dict[str, Path], cache: LaneCache) -> Interview:
    number = label.name.removesuffix(LMVD_LABEL)
    above = _lmvd_label(label)
    sound, picture = folder / LMVD_SOUND / f"{number}.npy", pictures.get(number, folder / LMVD_PICTURE / f"{number}.csv")

    def make() -> dict[str, LaneVectors]:
        sounds = _array(sound, LMVD_VOICE_COLUMNS)
        voice = None if sounds is None else _lane(LMVD_VOICE_KIND, sounds, VGGISH_ROW_S)
        return lanes_there(face=openface2_lane(picture, WHOLE), voice=voice)

    lanes = cache.lanes([sound, picture], {"kinds": (LMVD_VOICE_KIND, OPENFACE2_KIND)}, make)
    require_some(lanes, Row(label, 1, {}), folder)
    return Interview(f"lmvd-{number}", number, "", SCALE, None, None, above, "", lanes)


def _lmvd_label(path: Path) -> bool:
    """The file's only number, 0 or 1."""
    try:
        words = path.read_text(encoding="utf-8-sig").split()
    except (OSError, UnicodeDecodeError) as error:
        raise unfit(path, f"It cannot be read ({error}).", "It is damaged: copy it anew.") from None
    if words not in (["0"], ["1"]):
        raise unfit(path, f"It says “{' '.join(words)[:40]}”, and not 0 or 1.", "Take the labels as they are published.", line=1)
    return words == ["1"]


def _array(path: Path, width: int) -> NDArray[np.float32] | None:
    """(T, width), NaN for what is no finite number; None where there is no such file. Raises DataUnfit."""
    if not path.is_file():
        return None
    try:
        values = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise unfit(path, f"It cannot be read ({error}).", "It is damaged or cut off: copy it anew.") from None
    if values.ndim != 2 or values.shape[1] != width or not np.issubdtype(values.dtype, np.number):
        why = f"It holds {' x '.join(map(str, values.shape)) or 'a single'} {values.dtype}, and not rows of {width} numbers."
        raise unfit(path, why, "It is of another version of the data set: take the file as its makers publish it.")
    return np.where(np.isfinite(values), values, np.nan).astype(np.float32)


Change = Callable[[NDArray[np.float32]], NDArray[np.float32]]


def _lane(kind: str, values: NDArray[np.float32], row_s: float, change: Change = lambda same: same) -> LaneVectors | None:
    """Of the whole vlog; a row of zeros only is one in which nothing was found."""
    if len(values) == 0:
        return None
    usable = ~(np.nan_to_num(values) == 0.0).all(axis=1)
    found = np.where(usable[:, None], values, np.nan)
    return lane_of(kind, Frames(row_s * np.arange(len(values), dtype=np.float64), change(found), usable.astype(np.float32)), WHOLE)
