"""The text lane's best model: a fine-tuned encoder, which reads words in their context, and TF-IDF, which knows spellings and emojis.

Their logits are added with fixed weights (a product of experts; Hinton 2002), so that what each token moved stays an exact sum.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.card import ModelCard
from models.text.encoder import EncoderTextModel
from models.text.linear import LinearTextModel, load_model

WORDS_FILE = "words.npz"
"""The TF-IDF model; it lies beside the encoder."""


@dataclass(frozen=True, slots=True)
class MixedTextModel:
    """Both parts for the same K classes, and what their logits are multiplied by."""

    encoder: EncoderTextModel
    words: LinearTextModel
    encoder_weight: float
    words_weight: float

    def explain(self, text: str) -> tuple[NDArray[np.float64], dict[str, NDArray[np.float64]]]:
        """Logits (K,), and how far each distinct token moved them (K,), in both parts together."""
        logits, by_encoder = self.encoder.explain(text)
        said, by_words = self.words.explain(text)
        moved = {token: self.encoder_weight * part for token, part in by_encoder.items()}
        for token, part in by_words.items():
            moved[token] = moved.get(token, 0.0) + self.words_weight * part
        return self.encoder_weight * logits + self.words_weight * said, moved

    def known_share(self, words: Sequence[str]) -> float:
        """The share of `words` that training has seen; 0 when there are none."""
        return self.words.known_share(words)


def load_mixed(card: ModelCard) -> MixedTextModel:
    """The model of a card; raises CheckpointRefused when its files do not fit one another."""
    weights = card.input["weights"]
    return MixedTextModel(
        EncoderTextModel(card.path, len(card.labels)),
        load_model(card.folder / WORDS_FILE, len(card.labels)),
        float(weights["encoder"]),
        float(weights["words"]),
    )
