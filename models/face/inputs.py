"""The one place where a face becomes numbers, for training and for the running program alike."""

from collections.abc import Callable, Mapping, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from core.readings import Box

INPUT_KIND = "face-grey-48-standardised-v1"
"""Changes whenever the numbers change: a checkpoint made for another kind is refused."""

SIDE_PX = 48
"""FER2013's own resolution: nothing is invented by enlarging, and a picture of 64 would cost nearly twice as much."""

INPUT_SHAPE = (SIDE_PX, SIDE_PX, 1)

CROP_MARGIN = 0.0
"""Share of the box's larger side that is added on each side. FER2013's pictures are the boxes of the same cascade."""

LEAST_SPREAD = 8.0
"""Grey levels (0..255): a flatter picture is not stretched further, so that noise does not become a face."""


def input_description() -> dict[str, object]:
    """What goes into the network, for a checkpoint's card."""
    return {
        "kind": INPUT_KIND,
        "shape": list(INPUT_SHAPE),
        "crop": f"square around the face's box, {CROP_MARGIN:g} of its side added on each side, edges repeated beyond the picture",
        "colour": "grey (BT.601)",
        "scaling": f"minus the crop's mean, divided by its standard deviation (at least {LEAST_SPREAD:g} of 255)",
    }


def crop_rectangle(box: Box) -> tuple[int, int, int]:
    """Left, top and side in pixels of the square that is cut out around `box`; it may reach beyond the picture."""
    side = max(1, round(max(box.width, box.height) * (1 + 2 * CROP_MARGIN)))
    left = round(box.x + (box.width - side) / 2)
    top = round(box.y + (box.height - side) / 2)
    return left, top, side


def grey_crop(image: NDArray[np.uint8], box: Box) -> NDArray[np.uint8]:
    """The face in `image` (BGR or grey) as a grey uint8 picture (SIDE_PX, SIDE_PX)."""
    return to_side(grey_square(image, box))


def grey_square(image: NDArray[np.uint8], box: Box) -> NDArray[np.uint8]:
    """The square around the face in `image` (BGR or grey), grey uint8, as large as it is there."""
    height, width = image.shape[:2]
    left, top, side = crop_rectangle(box)
    inside = image[max(0, top) : max(0, min(height, top + side)), max(0, left) : max(0, min(width, left + side))]
    if inside.size == 0:
        raise ValueError(f"{box} lies outside a picture of {width}x{height}")
    grey = inside if inside.ndim == 2 else cv2.cvtColor(inside, cv2.COLOR_BGR2GRAY)
    beyond = (max(0, -top), max(0, top + side - height), max(0, -left), max(0, left + side - width))
    if any(beyond):
        grey = cv2.copyMakeBorder(grey, *beyond, cv2.BORDER_REPLICATE)
    return grey  # type: ignore[return-value]


def to_side(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A square grey picture at the network's size: averaged when it shrinks, linear when it grows."""
    if grey.shape == (SIDE_PX, SIDE_PX):
        return grey
    how = cv2.INTER_AREA if grey.shape[0] > SIDE_PX else cv2.INTER_LINEAR
    return cv2.resize(grey, (SIDE_PX, SIDE_PX), interpolation=how)  # type: ignore[return-value]


def scaled(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Grey pictures (N, SIDE_PX, SIDE_PX) as the network's numbers, float32 (N, SIDE_PX, SIDE_PX, 1), each standardised by itself."""
    values = pictures.astype(np.float32)
    values -= values.mean(axis=(1, 2), keepdims=True)
    values /= np.maximum(values.std(axis=(1, 2), keepdims=True), np.float32(LEAST_SPREAD))
    return values[..., np.newaxis]


def face_input(image: NDArray[np.uint8], box: Box) -> NDArray[np.float32]:
    """One face as the network's input, (1, SIDE_PX, SIDE_PX, 1)."""
    return scaled(grey_crop(image, box)[np.newaxis])


def face_inputs(crops: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
    """Square grey crops of any size as one batch, (N, SIDE_PX, SIDE_PX, 1)."""
    return scaled(np.stack([to_side(crop) for crop in crops]))


INPUTS: Mapping[str, Callable[[Sequence[NDArray[np.uint8]]], NDArray[np.float32]]] = {INPUT_KIND: face_inputs}
"""How each kind of input is made from square grey crops of any size; a checkpoint's card names its kind."""
