"""Pictures of one face from a live camera: which frames are good enough to learn from, and the square that is kept of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from core.media import Frame
from core.readings import Box
from core.settings import FaceSettings
from models.face.detector import Detection, FaceDetector
from models.face.inputs import crop_rectangle, grey_crop
from models.face.quality import is_dark, judge, measure

LEAD_S = 2.0
"""After the camera has opened: time to take the expression, and for its exposure to settle."""
APART_S = 0.4
"""Between two pictures: the shortest expressions last that long, and neighbouring frames are the same picture."""
LONGEST_S = 20.0
"""Without the pictures that are wanted by then, the person is asked again."""


@dataclass(frozen=True, slots=True)
class Shots:
    """The squares that were taken, BGR uint8 (side, side, 3), and why there are not more (None: there are as many as wanted)."""

    pictures: tuple[NDArray[np.uint8], ...]
    fault: str | None


def look(image: NDArray[np.uint8], found: list[Detection], settings: FaceSettings) -> Box | str:
    """The face in a picture to be kept, or why none is."""
    if not found:
        return "It is too dark to see a face." if is_dark(image, settings) else "No face is seen. Look into the camera."
    largest, *others = sorted(found, key=lambda one: -one.box.area)
    if any(one.box.area >= settings.second_person_share * largest.box.area for one in others):
        return "Two faces are seen. Only one person may be in the picture."
    height, width = image.shape[:2]
    quality = judge(measure(grey_crop(image, largest.box), largest.box, width, height), settings)
    if quality.absence is not None:
        return f"A picture was not kept: {quality.reason}."
    return largest.box


def square(image: NDArray[np.uint8], box: Box) -> NDArray[np.uint8]:
    """The square around `box` that the network would see, in the camera's own colours and resolution; edges repeated beyond the picture."""
    height, width = image.shape[:2]
    left, top, side = crop_rectangle(box)
    inside = image[max(0, top) : min(height, top + side), max(0, left) : min(width, left + side)]
    beyond = (max(0, -top), max(0, top + side - height), max(0, -left), max(0, left + side - width))
    return cv2.copyMakeBorder(inside, *beyond, cv2.BORDER_REPLICATE)  # type: ignore[return-value]


def take_pictures(
    frames: Iterable[Frame], wanted: int, detector: FaceDetector, settings: FaceSettings, on_word: Callable[[str], None]
) -> Shots:
    """Pictures at least APART_S apart, the first after LEAD_S; `on_word` hears why frames are not kept, when the reason changes."""
    pictures: list[NDArray[np.uint8]] = []
    began: float | None = None
    due, said = 0.0, ""
    for frame in frames:
        if began is None:
            began, due = frame.at, frame.at + LEAD_S
        face = look(frame.image, detector.find(frame.image), settings)
        if frame.at >= due and not isinstance(face, str):
            pictures.append(square(frame.image, face))
            due, said = frame.at + APART_S, ""
            on_word(f"{len(pictures)} of {wanted}")
        elif frame.at >= due and isinstance(face, str) and face != said:
            said = face
            on_word(said)
        if len(pictures) == wanted:
            return Shots(tuple(pictures), None)
        if frame.at - began >= LONGEST_S:
            break
    return Shots(tuple(pictures), said or "The camera gave no more pictures.")


def as_png(picture: NDArray[np.uint8]) -> bytes:
    """Lossless."""
    return cv2.imencode(".png", picture)[1].tobytes()
