"""Picture files as grey squares of the network's size; one that is cut off or damaged is left out and named."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from models.face.inputs import to_side

PICTURE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".webp", ".tif", ".tiff", ".pgm", ".ppm"})

JPEG_BEGINS, JPEG_SCAN, JPEG_ENDS = b"\xff\xd8", b"\xff\xda", b"\xff\xd9"
PNG_BEGINS, PNG_END_BYTES, PNG_ENDS = b"\x89PNG", 64, b"IEND"
NAMED_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class PicturesRead:
    """`pictures` uint8 (48, 48) each, the place of each in the list that was asked for, and the files that could not be read."""

    pictures: list[NDArray[np.uint8]]
    places: list[int]
    broken: tuple[Path, ...]

    @property
    def left_out(self) -> tuple[str, ...]:
        """What was left out, in a sentence for the terminal and the card; empty where nothing was."""
        if not self.broken:
            return ()
        names = ", ".join(path.name for path in self.broken[:NAMED_EXAMPLES])
        more = ", ..." if len(self.broken) > NAMED_EXAMPLES else ""
        return (f"{len(self.broken)} pictures that are cut off or damaged: {names}{more}",)


def read_squares(paths: Sequence[Path]) -> PicturesRead:
    """The middle square of each picture that is whole."""
    pictures, places, broken = [], [], []
    for place, path in enumerate(paths):
        square = read_square(path)
        if square is None:
            broken.append(path)
        else:
            pictures.append(square)
            places.append(place)
    return PicturesRead(pictures, places, tuple(broken))


def read_square(path: Path) -> NDArray[np.uint8] | None:
    """The middle square of a picture, grey (48, 48); None when the file is no whole picture."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    if not is_whole(content):
        return None
    grey = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_GRAYSCALE)
    if grey is None:
        return None
    side = min(grey.shape)
    top, left = (grey.shape[0] - side) // 2, (grey.shape[1] - side) // 2
    return to_side(np.ascontiguousarray(grey[top : top + side, left : left + side], dtype=np.uint8))


def is_whole(content: bytes) -> bool:
    """Whether a file goes on to its end: OpenCV fills what is missing of a JPEG with grey and says nothing.

    In a JPEG's picture data the markers' bytes do not occur, so that the end must come after the last scan's beginning.
    """
    if content.startswith(JPEG_BEGINS):
        return content.rfind(JPEG_ENDS) > content.rfind(JPEG_SCAN)
    if content.startswith(PNG_BEGINS):
        return PNG_ENDS in content[-PNG_END_BYTES:]
    return len(content) > 0
