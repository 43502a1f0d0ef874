"""Where the faces are: one protocol, and the detectors behind it."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from core.failures import CheckpointRefused, Failure
from core.readings import Box
from core.settings import FaceSettings

Picture = NDArray[np.uint8]
"""Grey (H, W) or BGR (H, W, 3)."""

WORKING_AREA_PX = 640 * 480
"""Pictures are searched at this many pixels: more finds no more faces of a person who sits before the camera."""

SCALE_STEP = 1.1
"""Between two sizes of the cascade's window; OpenCV's own default."""

FULL_NEIGHBOURS = 5
"""Overlapping hits that make a face, as the field's programs ask for (Arriaga et al. 2017; fer)."""


class Detection(NamedTuple):
    """A face's box in pixels of the picture, and how surely it is one (0..1)."""

    box: Box
    score: float


class FaceDetector(Protocol):
    """Finds faces in the frames of ONE source, in their order (a detector may remember where they were)."""

    def find(self, image: Picture) -> list[Detection]:
        """The faces of this frame, in no particular order."""


def open_detector(settings: FaceSettings) -> FaceDetector:
    """The detector that the settings name; raises CheckpointRefused when its files are missing or unfit."""
    from models.face.tracking_detector import TrackingDetector  # noqa: PLC0415

    if settings.detector == "yunet":
        return YuNetDetector(Path(settings.yunet_file), settings.smallest_face_px)
    if settings.detector == "cascade":
        return CascadeDetector(settings.cascade, settings.smallest_face_px)
    return TrackingDetector(settings.cascade, settings.smallest_face_px)


def working_picture(image: Picture) -> tuple[Picture, float]:
    """`image` in grey with at most WORKING_AREA_PX pixels, and by how much it was reduced (1: not at all)."""
    grey = image if image.ndim == 2 else cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    height, width = grey.shape
    reduced = max(1.0, (height * width / WORKING_AREA_PX) ** 0.5)
    if reduced > 1.0:
        size = (max(1, round(width / reduced)), max(1, round(height / reduced)))
        grey = cv2.resize(grey, size, interpolation=cv2.INTER_AREA if reduced > 2 else cv2.INTER_LINEAR)
    return grey, reduced  # type: ignore[return-value]


def load_cascade(name: str) -> cv2.CascadeClassifier:
    """One of OpenCV's own cascades, such as "frontalface_default"; raises CheckpointRefused."""
    path = Path(cv2.data.haarcascades) / f"haarcascade_{name}.xml"  # type: ignore[attr-defined]
    cascade = cv2.CascadeClassifier(str(path)) if path.is_file() else cv2.CascadeClassifier()
    if cascade.empty():
        raise CheckpointRefused(
            Failure(
                f"The face detector “{name}” is not used:",
                f"OpenCV's file {path.name} is missing or cannot be read.",
                "Install the program's own requirements again (opencv-python-headless below version 5), or choose another face.cascade.",
            )
        )
    return cascade


def score_of(neighbours: int) -> float:
    """How surely a group of `neighbours` overlapping hits of a cascade is a face: 0.5 at five, towards 1 with more."""
    return neighbours / (neighbours + FULL_NEIGHBOURS)


class CascadeDetector:
    """Viola and Jones's cascade over every whole frame: thorough and slow (about 50 ms), and without memory."""

    def __init__(self, cascade: str, smallest_px: int) -> None:
        self._cascade = load_cascade(cascade)
        self._smallest_px = smallest_px

    def find(self, image: Picture) -> list[Detection]:
        """The faces of this frame."""
        grey, reduced = working_picture(image)
        least = max(1, round(self._smallest_px / reduced))
        boxes, neighbours = self._cascade.detectMultiScale2(grey, SCALE_STEP, FULL_NEIGHBOURS, minSize=(least, least))
        return [Detection(scaled_box(box, reduced), score_of(int(n))) for box, n in zip(boxes, neighbours, strict=True)]


class YuNetDetector:
    """YuNet (Wu et al. 2023), a small network for which the user brings the model file; finds turned heads too."""

    SCORE = 0.7
    """Below it YuNet's boxes are often hands or cloth; OpenCV's own sample uses 0.6 to 0.9."""

    def __init__(self, file: Path, smallest_px: int) -> None:
        if not file.is_file():
            raise _yunet_refused(file, "it is not there" if file.name else "no file is named")
        try:
            self._network = cv2.FaceDetectorYN.create(str(file), "", (320, 320), self.SCORE)
        except cv2.error as error:
            raise _yunet_refused(file, "OpenCV cannot read it as a model") from error
        self._file = file
        self._smallest_px = smallest_px

    def find(self, image: Picture) -> list[Detection]:
        """The faces of this frame."""
        bgr = image if image.ndim == 3 else cv2.cvtColor(image, cv2.COLOR_GRAY2BGR)
        height, width = bgr.shape[:2]
        reduced = max(1.0, (height * width / WORKING_AREA_PX) ** 0.5)
        small = cv2.resize(bgr, (round(width / reduced), round(height / reduced)), interpolation=cv2.INTER_AREA) if reduced > 1 else bgr
        self._network.setInputSize((small.shape[1], small.shape[0]))
        try:
            _, rows = self._network.detect(small)
        except cv2.error as error:
            raise _yunet_refused(self._file, "it is a model, but not YuNet") from error
        found = [Detection(scaled_box(row[:4], reduced), float(row[-1])) for row in (rows if rows is not None else ())]
        return [one for one in found if one.box.width >= self._smallest_px]


def scaled_box(sides: Iterable[Any], factor: float) -> Box:
    """Left, top, width, height times `factor` as a box of whole pixels."""
    x, y, width, height = (float(side) * factor for side in sides)
    return Box(round(x), round(y), max(1, round(width)), max(1, round(height)))


def overlap(a: Box, b: Box) -> int:
    """The square pixels that two boxes share."""
    width = min(a.x + a.width, b.x + b.width) - max(a.x, b.x)
    height = min(a.y + a.height, b.y + b.height) - max(a.y, b.y)
    return max(0, width) * max(0, height)


def intersection_over_union(a: Box, b: Box) -> float:
    """How much two boxes are the same: 0 (apart) to 1 (equal)."""
    shared = overlap(a, b)
    return shared / (a.area + b.area - shared)


def _yunet_refused(file: Path, why: str) -> CheckpointRefused:
    return CheckpointRefused(
        Failure(
            f"The face detector YuNet is not used with “{file.name}”:",
            f"{why}.",
            "Set face.yunet_file to YuNet's ONNX file from OpenCV's model zoo, or set face.detector to tracking.",
        )
    )
