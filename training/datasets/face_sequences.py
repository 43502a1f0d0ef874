"""Short sequences of one face each, made from still pictures: it drifts before the camera, and some frames are spoiled.

There are no sequences with labels in the data, so these are made, and what they are is said: the face moves and the light changes as if
somebody leaned and turned a little, and a frame may be covered, blurred or dark. No muscle moves: nothing can be learned from them
about how an expression begins and ends, but which frames are to be trusted can.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from training.datasets.face_pictures import FacePictures
from training.face_augmentation import Augmentation, Change, changed_by, drawn_change

SPOILED_CHANCE = 0.4
"""Of a frame; one frame of each sequence is always left whole."""
LEAST_FRAMES = 4
"""A sequence has at least so many frames; the places after its last one are absent."""
BLUR_SIGMA_PX = 3.0
DARK_SHARE, DARK_NOISE = 0.12, 6.0
"""A dark frame keeps so much of its light, with noise of so many grey levels (standard deviation)."""
COVERED_SHARE = 0.6
"""Of each side, around the middle."""


@dataclass(frozen=True, slots=True)
class FaceSequence:
    """`frames` uint8 (T, 48, 48), 0 where absent; `present` and `spoiled` bool (T,)."""

    frames: NDArray[np.uint8]
    present: NDArray[np.bool_]
    spoiled: NDArray[np.bool_]


def drifting(picture: NDArray[np.uint8], frames: int, random: np.random.Generator, how: Augmentation) -> FaceSequence:
    """A sequence of up to `frames` frames in which `picture` drifts from one random change to another."""
    length = int(random.integers(min(LEAST_FRAMES, frames), frames, endpoint=True))
    first, last = drawn_change(random, how), drawn_change(random, how)
    spoiled = random.random(frames) < SPOILED_CHANCE
    spoiled[random.integers(length)] = False
    present = np.arange(frames) < length
    shown = np.zeros((frames, *picture.shape), np.uint8)
    for place in range(length):
        frame = changed_by(picture, between(first, last, place / max(1, length - 1)))
        shown[place] = SPOILERS[random.integers(len(SPOILERS))](frame, random) if spoiled[place] else frame
    return FaceSequence(shown, present, spoiled & present)


def between(first: Change, last: Change, share: float) -> Change:
    """What lies at `share` (0 to 1) of the way; mirrored as the first is, for nobody is mirrored on the way."""

    def mixed(a: float, b: float) -> float:
        return (1 - share) * a + share * b

    return Change(
        mixed(first.turn_degrees, last.turn_degrees),
        mixed(first.zoom, last.zoom),
        (mixed(first.shift[0], last.shift[0]), mixed(first.shift[1], last.shift[1])),
        mixed(first.gamma, last.gamma),
        first.mirrored,
    )


def covered(frame: NDArray[np.uint8], random: np.random.Generator) -> NDArray[np.uint8]:
    """A hand or a sheet of paper over the middle."""
    side = frame.shape[0]
    edge = round(side * (1 - COVERED_SHARE) / 2)
    x, y = (int(one) for one in random.integers(-edge // 2, edge // 2, 2, endpoint=True))
    hidden = frame.copy()
    hidden[edge + y : side - edge + y, edge + x : side - edge + x] = random.integers(40, 200)
    return hidden


def blurred(frame: NDArray[np.uint8], random: np.random.Generator) -> NDArray[np.uint8]:
    """Out of focus, or moved too fast."""
    return cv2.GaussianBlur(frame, (0, 0), BLUR_SIGMA_PX)  # type: ignore[return-value]


def dark(frame: NDArray[np.uint8], random: np.random.Generator) -> NDArray[np.uint8]:
    """The light goes out."""
    return np.clip(frame * DARK_SHARE + random.normal(0, DARK_NOISE, frame.shape), 0, 255).astype(np.uint8)


SPOILERS: tuple[Callable[[NDArray[np.uint8], np.random.Generator], NDArray[np.uint8]], ...] = (covered, blurred, dark)


def sequences(faces: FacePictures, rows: Sequence[int], frames: int, seed: int) -> Iterator[FaceSequence]:
    """One sequence for each of the rows of `faces`; each follows from (seed, row) alone."""
    for row in rows:
        yield drifting(faces.pictures[row], frames, np.random.default_rng((seed, int(row))), Augmentation())


def drawn_rows(faces: FacePictures, count: int, seed: int) -> NDArray[np.int64]:
    """`count` different rows in the order of the draw (0: all)."""
    order = np.random.default_rng(seed).permutation(len(faces))
    return order[:count] if count else order
