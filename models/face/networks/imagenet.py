"""Backbones of keras.applications for grey faces, with ImageNet's weights from the internet, from a file, or none."""

import warnings
from collections.abc import Callable
from pathlib import Path

import keras
from keras import layers

from core.failures import CheckpointRefused, Failure

DOWNLOAD = "imagenet"
"""In place of a file: the weights that keras.applications downloads."""

Scaling = tuple[list[float], list[float]]
"""Factor and offset of each colour, from a picture of mean 0 and deviation 1 to the numbers that the backbone learned with."""

PLUS_MINUS_ONE: Scaling = ([0.5] * 3, [0.0] * 3)
"""ResNet50V2 and MobileNetV2: colours from -1 to 1."""
BLUE_GREEN_RED: Scaling = ([64.0] * 3, [127.5 - 103.939, 127.5 - 116.779, 127.5 - 123.68])
"""ResNet50: colours from 0 to 255, minus ImageNet's means."""


class WeightsUnavailable(CheckpointRefused):
    """ImageNet's weights cannot be downloaded from here."""


def three_channels(picture: keras.KerasTensor, side_px: int, scaling: Scaling) -> keras.KerasTensor:
    """A standardised grey picture (B, h, w, 1) as colours (B, side_px, side_px, 3) in the backbone's scaling."""
    if picture.shape[1] != side_px:
        picture = layers.Resizing(side_px, side_px)(picture)
    return layers.Rescaling(*scaling)(layers.Concatenate()([picture] * 3))


def backbone(application: Callable[..., keras.Model], side_px: int, weights: str | None) -> keras.Model:
    """The application without its top, for colours (side_px, side_px, 3); `weights` is DOWNLOAD, a file, or None for random ones.

    Raises WeightsUnavailable when nothing can be downloaded, and CheckpointRefused for a file that does not fit.
    """
    shape = (side_px, side_px, 3)
    if weights == DOWNLOAD:
        return _downloaded(application, shape)
    model = application(include_top=False, weights=None, input_shape=shape)
    if weights is not None:
        _load(model, Path(weights))
    return model


def _downloaded(application: Callable[..., keras.Model], shape: tuple[int, int, int]) -> keras.Model:
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "`input_shape` is undefined", UserWarning)  # those of 224 pixels serve for any side
            return application(include_top=False, weights="imagenet", input_shape=shape)
    except Exception as error:  # Keras raises a bare Exception
        if "URL fetch failure" not in str(error):
            raise
        raise WeightsUnavailable(
            Failure(
                f"ImageNet's weights of {application.__name__} cannot be downloaded.",
                "This computer does not reach storage.googleapis.com.",
                "Give the file with --weights FILE, or go on without them.",
            )
        ) from error


def _load(model: keras.Model, file: Path) -> None:
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("error", "Skipping", UserWarning)  # of layers that the file lacks
            model.load_weights(file)
    except (OSError, ValueError, KeyError, UserWarning) as error:
        raise CheckpointRefused(
            Failure(
                f"The weights {file} do not fit {model.name}:",
                f"{str(error).splitlines()[0]}.",
                "Give the file of keras.applications without the top (its name ends in notop.h5).",
            )
        ) from error
