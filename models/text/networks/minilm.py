"""MiniLM: a small BERT encoder (Wang et al. 2020, arXiv:2002.10957; Devlin et al. 2019, arXiv:1810.04805), pooled by its mean.

The head is linear and comes before the mean, so that each class's logit is exactly the mean of what its pieces say.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import layers, ops
from numpy.typing import NDArray

from core.failures import DataUnfit, Failure

FAR_BELOW = -1e4
"""Added to the attention to a padded place: its weight becomes 0."""


@dataclass(frozen=True, slots=True)
class Size:
    """Of the encoder; the defaults are those of MiniLM-L6-H384-uncased."""

    vocabulary: int = 30_522
    width: int = 384
    layers: int = 6
    heads: int = 12
    inner: int = 1536
    positions: int = 512
    epsilon: float = 1e-12


MINILM = Size()


class Embedding(layers.Layer):
    """(B, L) piece numbers to (B, L, width): the piece, its place, and the type of sentence (always the first), normalised."""

    def __init__(self, size: Size, *, quantised: bool = False, **options: object) -> None:
        super().__init__(**options)
        self.pieces = QuantisedPieces(size, name="pieces") if quantised else layers.Embedding(size.vocabulary, size.width, name="pieces")
        self.width = size.width
        self.places = layers.Embedding(size.positions, size.width, name="places")
        self.norm = layers.LayerNormalization(epsilon=size.epsilon, name="norm")

    def build(self, shape: tuple[int | None, ...], *_: object) -> None:
        """Make the weights."""
        self.pieces.build(shape)
        self.places.build(shape)
        self.norm.build((*shape, self.width))
        self.built = True

    def call(self, ids: keras.KerasTensor) -> keras.KerasTensor:
        """The sum of both, normalised."""
        return self.norm(self.pieces(ids) + self.places(ops.arange(ops.shape(ids)[1])))


class Attention(layers.Layer):
    """Each place asks all others what they hold (Vaswani et al. 2017, arXiv:1706.03762)."""

    def __init__(self, size: Size, **options: object) -> None:
        super().__init__(**options)
        self.size = size
        self.query, self.key, self.value, self.out = (layers.Dense(size.width, name=name) for name in ("query", "key", "value", "out"))

    def build(self, shape: tuple[int | None, ...], *_: object) -> None:
        """Make the weights."""
        for dense in (self.query, self.key, self.value, self.out):
            dense.build(shape)
        self.built = True

    def call(self, x: keras.KerasTensor, mask: keras.KerasTensor) -> keras.KerasTensor:
        """`x` (B, L, width) and the additive `mask` (B, 1, 1, L) to (B, L, width)."""
        length, heads, depth = ops.shape(x)[1], self.size.heads, self.size.width // self.size.heads
        query, key, value = (
            ops.transpose(ops.reshape(dense(x), (-1, length, heads, depth)), (0, 2, 1, 3)) for dense in (self.query, self.key, self.value)
        )
        weights = ops.softmax(ops.matmul(query * depth**-0.5, ops.transpose(key, (0, 1, 3, 2))) + mask)
        return self.out(ops.reshape(ops.transpose(ops.matmul(weights, value), (0, 2, 1, 3)), (-1, length, self.size.width)))


class Padding(layers.Layer):
    """(B, L) piece numbers to what is added to the attention: (B, 1, 1, L), FAR_BELOW where nothing stands."""

    def call(self, ids: keras.KerasTensor) -> keras.KerasTensor:
        """The mask."""
        return ops.cast(ops.equal(ids, 0), "float32")[:, None, None, :] * FAR_BELOW


class MeanHead(layers.Layer):
    """What each piece says for each class, (B, L, classes); its sum and a bias are the logits, (B, classes)."""

    def __init__(self, classes: int, **options: object) -> None:
        super().__init__(**options)
        self.classes = classes

    def build(self, x_shape: tuple[int | None, ...], ids_shape: tuple[int | None, ...]) -> None:
        """Make the weights."""
        self.kernel = self.add_weight(shape=(x_shape[-1], self.classes), initializer="glorot_uniform", name="kernel")
        self.bias = self.add_weight(shape=(self.classes,), initializer="zeros", name="bias")
        self.built = True

    def call(self, x: keras.KerasTensor, ids: keras.KerasTensor) -> tuple[keras.KerasTensor, keras.KerasTensor]:
        """Logits and parts."""
        there = ops.cast(ops.not_equal(ids, 0), "float32")
        share = there / ops.sum(there, axis=1, keepdims=True)
        parts = ops.matmul(x, self.kernel) * share[:, :, None]
        return ops.sum(parts, axis=1) + self.bias, parts


def encoder(size: Size = MINILM, *, dropout: float = 0.0, length: int | None = None, quantised: bool = False) -> keras.Model:
    """(B, L) piece numbers, 0 for padding, to (B, L, width); with `quantised` its embedding is int8, for export."""
    ids = keras.Input((length,), dtype="int32", name="ids")
    x = layers.Dropout(dropout)(Embedding(size, quantised=quantised, name="embedding")(ids))
    mask = Padding(name="padding")(ids)
    for n in range(size.layers):
        told = layers.Dropout(dropout)(Attention(size, name=f"attention_{n}")(x, mask))
        x = layers.LayerNormalization(epsilon=size.epsilon, name=f"attention_norm_{n}")(x + told)
        inner = layers.Dense(size.inner, activation="gelu", name=f"inner_{n}")(x)
        outer = layers.Dropout(dropout)(layers.Dense(size.width, name=f"outer_{n}")(inner))
        x = layers.LayerNormalization(epsilon=size.epsilon, name=f"outer_norm_{n}")(x + outer)
    return keras.Model(ids, x, name="minilm")


def load_published(model: keras.Model, weights: Path, size: Size = MINILM) -> None:
    """Take over the published weights (a safetensors file of a BertModel); raises DataUnfit when they are damaged or of another network."""
    held = read_safetensors(weights)
    try:
        _take_over(model, held, size)
    except (KeyError, ValueError) as error:
        raise DataUnfit(
            Failure(f"The weights {weights.name} do not fit:", f"they are of another network ({error}).", "Give those of MiniLM-L6-H384.")
        ) from error


def _take_over(model: keras.Model, held: Mapping[str, NDArray[np.float32]], size: Size) -> None:
    embedding = model.get_layer("embedding")
    places = held["embeddings.position_embeddings.weight"] + held["embeddings.token_type_embeddings.weight"][0]
    embedding.pieces.set_weights([held["embeddings.word_embeddings.weight"]])
    embedding.places.set_weights([places])
    embedding.norm.set_weights([held[f"embeddings.LayerNorm.{part}"] for part in ("weight", "bias")])
    for n in range(size.layers):
        attention, layer = model.get_layer(f"attention_{n}"), f"encoder.layer.{n}"
        for dense, name in (
            (attention.query, "attention.self.query"),
            (attention.key, "attention.self.key"),
            (attention.value, "attention.self.value"),
            (attention.out, "attention.output.dense"),
            (model.get_layer(f"inner_{n}"), "intermediate.dense"),
            (model.get_layer(f"outer_{n}"), "output.dense"),
        ):
            dense.set_weights([held[f"{layer}.{name}.weight"].T, held[f"{layer}.{name}.bias"]])
        for norm, name in ((f"attention_norm_{n}", "attention.output"), (f"outer_norm_{n}", "output")):
            model.get_layer(norm).set_weights([held[f"{layer}.{name}.LayerNorm.{part}"] for part in ("weight", "bias")])


def read_safetensors(path: Path) -> dict[str, NDArray[np.float32]]:
    """All float32 arrays of a safetensors file by name: eight bytes of length, a JSON header, the numbers; raises DataUnfit."""
    raw = memoryview(path.read_bytes())
    start = 8 + int.from_bytes(raw[:8], "little")
    try:
        header = {name: entry for name, entry in json.loads(bytes(raw[8:start])).items() if name != "__metadata__"}
        return {name: _array(raw[start:], entry) for name, entry in header.items() if entry["dtype"] == "F32"}
    except (ValueError, KeyError, TypeError) as error:
        raise DataUnfit(
            Failure(f"The weights {path.name} cannot be read:", f"the file is damaged or cut off ({error}).", "Install them anew.")
        ) from error


def _array(numbers: memoryview, entry: Mapping[str, Any]) -> NDArray[np.float32]:
    first, end = entry["data_offsets"]
    return np.frombuffer(numbers[first:end], np.float32).reshape(entry["shape"])


class QuantisedPieces(layers.Layer):
    """An embedding in a quarter of its size: int8, with one scale a piece. For a model to be exported, not trained."""

    def __init__(self, size: Size, **options: object) -> None:
        super().__init__(trainable=False, **options)
        self.rows = self.add_weight(shape=(size.vocabulary, size.width), dtype="int8", initializer="zeros", trainable=False, name="rows")
        self.scales = self.add_weight(shape=(size.vocabulary, 1), initializer="ones", trainable=False, name="scales")

    def quantise(self, weights: NDArray[np.float32]) -> None:
        """Take over an embedding (vocabulary, width)."""
        scales = np.maximum(np.abs(weights).max(axis=1, keepdims=True), 1e-12) / 127.0
        self.scales.assign(scales)
        self.rows.assign(np.rint(weights / scales).astype(np.int8))

    def call(self, ids: keras.KerasTensor) -> keras.KerasTensor:
        """(B, L, width)."""
        return ops.cast(ops.take(self.rows, ids, axis=0), "float32") * ops.take(self.scales, ids, axis=0)
