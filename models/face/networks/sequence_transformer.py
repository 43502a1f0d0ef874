"""MobileNetV2 and ResNet50 see each frame of a short sequence; a transformer weighs the frames against each other.

Two networks that the running program does not use. `frame_encoder` makes one token a frame: the pooled features of both backbones side
by side. `sequence_transformer` attends over the tokens of all frames (Vaswani et al. 2017, arXiv:1706.03762) and says how much each is to
count; what a frame then adds is its own alone. So the weights, its second output, are exactly what each frame's evidence was worth: had
the frames been mixed before, a weight would say nothing about the frame it stands at.
"""

import keras
from keras import layers, ops

from core.failures import Failure, WrongUse
from core.labels import EMOTIONS
from models.face.inputs import INPUT_SHAPE
from models.face.networks.imagenet import BLUE_GREEN_RED, DOWNLOAD, PLUS_MINUS_ONE, backbone, three_channels

FRAMES = 8
FEATURES = 1280 + 2048
"""Of MobileNetV2 and ResNet50, in this order."""

WIDTH, HEADS, BLOCKS = 128, 4, 2
DROPOUT = 0.1


def frame_encoder(
    input_shape: tuple[int, int, int] = INPUT_SHAPE,
    classes: int = len(EMOTIONS),
    *,
    weights: str | None = None,
    side_px: int = INPUT_SHAPE[0],
) -> keras.Model:
    """One frame (batch, *input_shape) to (batch, classes) probabilities; its layer "token" gives (batch, FEATURES).

    The head is there to teach the backbones on still pictures. `weights`: imagenet.DOWNLOAD, or the files of MobileNetV2 and ResNet50
    with a comma between them.
    """
    for_mobilenet, for_resnet = _of_both(weights)
    picture = keras.Input(input_shape)
    seen = [
        layers.GlobalAveragePooling2D()(backbone(application, side_px, known)(three_channels(picture, side_px, scaling)))
        for application, known, scaling in (
            (keras.applications.MobileNetV2, for_mobilenet, PLUS_MINUS_ONE),
            (keras.applications.ResNet50, for_resnet, BLUE_GREEN_RED),
        )
    ]
    token = layers.Concatenate(name="token")(seen)
    head = layers.Dense(classes, activation="softmax", name="head", dtype="float32")(layers.Dropout(0.3)(token))
    return keras.Model(picture, head, name="frame_encoder")


def _of_both(weights: str | None) -> tuple[str | None, str | None]:
    if weights is None or weights == DOWNLOAD:
        return weights, weights
    first, _, second = weights.partition(",")
    if not second:
        raise WrongUse(
            Failure("The frame encoder wants two files of weights.", "It has two backbones.", "Give --weights MOBILENET_FILE,RESNET_FILE.")
        )
    return first, second


@keras.saving.register_keras_serializable("affectograph")
class Positions(layers.Layer):
    """Adds a learned vector for each place in the sequence."""

    def build(self, shape: tuple[int, ...]) -> None:
        """One vector a place."""
        self.places = self.add_weight(shape=shape[1:], initializer="random_normal", name="places")

    def call(self, tokens: keras.KerasTensor) -> keras.KerasTensor:
        """(batch, frames, width), the places added."""
        return tokens + self.places


@keras.saving.register_keras_serializable("affectograph")
class AttentionPooling(layers.Layer):
    """The mean of what the frames say, weighted by what a learned question finds in each frame among the others, and those weights."""

    def build(self, shapes: list[tuple[int, ...]]) -> None:
        """The question has the tokens' width."""
        self.question = self.add_weight(shape=(shapes[0][-1], 1), initializer="glorot_uniform", name="question")

    def call(self, inputs: list[keras.KerasTensor]) -> tuple[keras.KerasTensor, keras.KerasTensor]:
        """Frames among the others and by themselves (batch, frames, width), and present (batch, frames), to (batch, width) and weights.

        The weights (batch, frames) sum to 1.
        """
        among_others, by_itself, present = inputs
        asked = ops.squeeze(among_others @ self.question, axis=-1) / ops.sqrt(ops.cast(among_others.shape[-1], among_others.dtype))
        weights = ops.softmax(ops.where(present > 0, asked, -1e9), axis=-1)
        return ops.sum(weights[..., None] * by_itself, axis=1), weights


def sequence_transformer(frames: int = FRAMES, features: int = FEATURES, classes: int = len(EMOTIONS)) -> keras.Model:
    """Tokens (batch, frames, features) and present (batch, frames; 1 where there is a frame) to "probabilities" and "attention".

    "probabilities" is (batch, classes), "attention" (batch, frames), at least 0, 0 for an absent frame, summing to 1. At least one
    frame must be present.
    """
    tokens = keras.Input((frames, features), name="tokens")
    present = keras.Input((frames,), name="present")
    by_itself = layers.Dense(WIDTH)(layers.LayerNormalization()(tokens))
    values = Positions()(by_itself)
    seen_by_all = layers.Reshape((1, frames))(present)
    for _ in range(BLOCKS):
        values = _block(values, seen_by_all)
    pooled, weights = AttentionPooling(name="attention_pooling")([layers.LayerNormalization()(values), by_itself, present])
    probabilities = layers.Dense(classes, activation="softmax", name="probabilities")(layers.Dropout(DROPOUT)(pooled))
    return keras.Model([tokens, present], {"probabilities": probabilities, "attention": weights}, name="sequence_transformer")


def _block(values: keras.KerasTensor, present: keras.KerasTensor) -> keras.KerasTensor:
    """Self-attention over the frames that are present, then two dense layers; each normalised before and added to what came in."""
    normed = layers.LayerNormalization()(values)
    attended = layers.MultiHeadAttention(HEADS, WIDTH // HEADS, dropout=DROPOUT)(normed, normed, attention_mask=present)
    values = layers.Add()([values, attended])
    deep = layers.Dense(2 * WIDTH, activation="gelu")(layers.LayerNormalization()(values))
    return layers.Add()([values, layers.Dropout(DROPOUT)(layers.Dense(WIDTH)(deep))])
