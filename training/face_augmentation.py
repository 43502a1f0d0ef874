"""How a training picture of a face is changed, so that a network learns the expression and not the picture."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Augmentation:
    """The largest change of each kind that a training picture undergoes, and how often a patch is cut out."""

    turn_degrees: float = 12.0
    shift: float = 0.08
    zoom: float = 0.12
    gamma: float = 0.3
    cutout_chance: float = 0.3
    cutout_side: float = 0.25


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a picture: turned in degrees, zoomed by a factor, shifted by shares of the side, lit by a gamma, mirrored or not."""

    turn_degrees: float
    zoom: float
    shift: tuple[float, float]
    gamma: float
    mirrored: bool


def drawn_change(random: np.random.Generator, how: Augmentation) -> Change:
    """A change within the limits."""
    turn, zoom = random.uniform(-how.turn_degrees, how.turn_degrees), random.uniform(1 - how.zoom, 1 + how.zoom)
    x, y = random.uniform(-how.shift, how.shift, 2)
    mirrored = bool(random.random() < 0.5)
    return Change(turn, zoom, (x, y), float(np.exp(random.uniform(-how.gamma, how.gamma))), mirrored)


def changed_by(picture: NDArray[np.uint8], change: Change) -> NDArray[np.uint8]:
    """The picture, changed; same shape, edges repeated."""
    side = picture.shape[0]
    matrix = cv2.getRotationMatrix2D(((side - 1) / 2, (side - 1) / 2), change.turn_degrees, change.zoom)
    matrix[:, 2] += np.array(change.shift) * side
    if change.mirrored:
        matrix = matrix @ np.array([[-1, 0, side - 1], [0, 1, 0], [0, 0, 1]], dtype=np.float64)
    moved = cv2.warpAffine(picture, matrix, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return cv2.LUT(moved, (255 * (np.arange(256) / 255) ** change.gamma).astype(np.uint8))  # type: ignore[return-value]


def augmented(picture: NDArray[np.uint8], random: np.random.Generator, how: Augmentation) -> NDArray[np.uint8]:
    """One picture, mirrored, turned, shifted, zoomed, lit and covered at random; same shape, edges repeated."""
    changed = changed_by(picture, drawn_change(random, how))
    if random.random() < how.cutout_chance:
        patch = max(1, round(picture.shape[0] * how.cutout_side))
        x, y = random.integers(0, picture.shape[0] - patch, 2, endpoint=True)
        changed[y : y + patch, x : x + patch] = changed.mean()
    return changed


def random_square(pictures: NDArray[np.float32], side: int, random: np.random.Generator) -> NDArray[np.float32]:
    """The same square of `side` pixels of all pictures (N, height, width, 1), at a random place."""
    top = int(random.integers(0, pictures.shape[1] - side, endpoint=True))
    left = int(random.integers(0, pictures.shape[2] - side, endpoint=True))
    return pictures[:, top : top + side, left : left + side]


def mixed_up(
    pictures: NDArray[np.float32], targets: NDArray[np.float32], strength: float, random: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Each picture and target blended with another of the batch, by a share drawn from Beta(strength, strength)."""
    if strength == 0:
        return pictures, targets
    share = np.float32(random.beta(strength, strength))
    other = random.permutation(len(pictures))
    return share * pictures + (1 - share) * pictures[other], share * targets + (1 - share) * targets[other]
