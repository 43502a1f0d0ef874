"""The face's networks by name, each in a file of its own (Keras; imported by training and its tests only).

A builder takes `input_shape` (height, width, 1) and the number of classes, and gives an untrained network of probabilities
(batch, classes). Each ends in global average pooling, before or after the last linear layer, so that its class activation
maps are exact.
"""

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras

NETWORKS: dict[str, str] = {
    "mini_xception": "models.face.networks.mini_xception:mini_xception",
    "small_resnet": "models.face.networks.small_resnet:small_resnet",
    "deep_resnet": "models.face.networks.small_resnet:deep_resnet",
    "mobilenet_face": "models.face.networks.mobilenet_face:mobilenet_face",
    "mobilenet_small": "models.face.networks.mobilenet_face:mobilenet_small",
    "fcn_nine": "models.face.networks.fcn_nine:fcn_nine",
    "cnn": "models.face.networks.cnn:cnn",
    "resnet50v2": "models.face.networks.resnet50v2:resnet50v2",
    "frame_encoder": "models.face.networks.sequence_transformer:frame_encoder",
}
"""Name -> "module:function"; a module is imported when its network is built."""


def builder(name: str) -> Callable[..., "keras.Model"]:
    """The function that builds the network `name`; raises KeyError for an unknown one."""
    module, function = NETWORKS[name].split(":")
    found: Callable[..., keras.Model] = getattr(import_module(module), function)
    return found
