"""ResNet50V2 (He et al. 2016, arXiv:1603.05027) by transfer: a backbone that learned ImageNet, and a new head for faces."""

import keras
from keras import layers

from core.labels import EMOTIONS
from models.face.inputs import INPUT_SHAPE
from models.face.networks.imagenet import PLUS_MINUS_ONE, backbone, three_channels

FIRST_TAUGHT = "conv4_block1"
"""With given weights, the layers before this one stay as they are: edges and textures are those of ImageNet."""

DROPOUT = 0.3


def resnet50v2(
    input_shape: tuple[int, int, int] = INPUT_SHAPE,
    classes: int = len(EMOTIONS),
    *,
    weights: str | None = None,
    side_px: int = 64,
) -> keras.Model:
    """About 23.6 million parameters; (batch, *input_shape) to (batch, classes) probabilities.

    `weights` as for `imagenet.backbone`; `side_px` is what the face is enlarged to (its last maps are side_px / 32 wide).
    """
    picture = keras.Input(input_shape)
    body = backbone(keras.applications.ResNet50V2, side_px, weights)
    if weights is not None:
        freeze_before(body, FIRST_TAUGHT)
    features = body(three_channels(picture, side_px, PLUS_MINUS_ONE))
    features = layers.Dropout(DROPOUT)(layers.GlobalAveragePooling2D()(features))
    return keras.Model(picture, layers.Dense(classes, activation="softmax", name="head", dtype="float32")(features), name="resnet50v2")


def freeze_before(model: keras.Model, prefix: str) -> None:
    """Keep every layer before the first whose name begins with `prefix` as it is."""
    for layer in model.layers:
        if layer.name.startswith(prefix):
            return
        layer.trainable = False
    raise ValueError(f"{model.name} has no layer {prefix}")
