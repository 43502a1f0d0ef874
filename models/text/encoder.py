"""A fine-tuned BERT encoder in the light runtime, whose logits are exact sums over the words."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.failures import CheckpointRefused, Failure
from models.runtime import LiteRtModel
from models.text.pieces import NO_TOKEN, pieces, windows
from models.text.wordpieces import WordPieces

VOCABULARY_FILE = "vocabulary.txt"
"""BERT's pieces, one a line; it lies beside the model."""

MOST_WINDOWS = 16
"""Of one text: about 500 words, spread over a longer one. Each costs one run of the network."""


class EncoderTextModel:
    """The file takes (1, L) piece numbers, 0 for padding, and gives three outputs for K classes and the width W of the encoder.

    They are logits (1, K), what each place says of them (1, L, K), and each place's state (1, L, W). For one thread; raises
    CheckpointRefused when the files do not fit one another or the `classes`.
    """

    def __init__(self, path: Path, classes: int) -> None:
        self._model = LiteRtModel(path)
        self._length = self._model.input_shape[-1]
        try:
            self._vocabulary = WordPieces(path.parent / VOCABULARY_FILE)
        except (OSError, ValueError) as error:
            raise _refused(path, f"its {VOCABULARY_FILE} cannot be read ({error})") from error
        logits, parts, _ = self._run([self._vocabulary.start, self._vocabulary.end])
        if logits.shape != (classes,):
            raise _refused(path, f"it is not made for the {classes} classes that the card names")
        self.bias = logits - parts.sum(axis=0)

    def explain(self, text: str) -> tuple[NDArray[np.float64], dict[str, NDArray[np.float64]]]:
        """Logits (K,), and how far each distinct token moved them (K,), against the mean of all classes.

        A long text is read in windows, whose logits are averaged by their lengths. What marks (of punctuation, start and end) say is of no
        token.
        """
        spoken, parts = self._places(text, output=1)
        return self.bias + parts.sum(axis=0), added(spoken, parts - parts.mean(axis=1, keepdims=True))

    def states(self, text: str) -> tuple[list[str], NDArray[np.float64]]:
        """The token of each of N places (NO_TOKEN for all marks), and states (N, W) that add up to the mean state."""
        return self._places(text, output=2)

    def _places(self, text: str, output: int) -> tuple[list[str], NDArray[np.float64]]:
        found = pieces(self._vocabulary, text)
        read = windows([piece.number for piece in found], self._vocabulary, self._length, MOST_WINDOWS)
        total = sum(len(one.numbers) for one in read)
        spoken: list[str] = []
        rows: list[NDArray[np.float64]] = []
        for one in read:
            values = self._run(one.numbers)[output]
            inner = len(one.numbers) - 2
            spoken += [NO_TOKEN, *(piece.token for piece in found[one.first : one.first + inner]), NO_TOKEN]
            # The network divides by the places of its window, and the text has more of them.
            rows.append(values * (len(one.numbers) if output == 1 else 1) / total)
        return spoken, np.concatenate(rows)

    def _run(self, numbers: Sequence[int]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        padded = np.zeros((1, self._length), dtype=np.int32)
        padded[0, : len(numbers)] = numbers
        logits, parts, states = (output[0].astype(np.float64) for output in self._model.run(padded))
        return logits, parts[: len(numbers)], states[: len(numbers)]


def added(spoken: Sequence[str], parts: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    """The sum of what the places (N, K) of each distinct token say."""
    moved: dict[str, NDArray[np.float64]] = {}
    for token, part in zip(spoken, parts, strict=True):
        if token != NO_TOKEN:
            moved[token] = moved.get(token, 0.0) + part
    return moved


def _refused(path: Path, why: str) -> CheckpointRefused:
    return CheckpointRefused(
        Failure(f"The text model {path.name} cannot be used:", f"{why}.", "Restore the checkpoint from the program's own copy.")
    )
