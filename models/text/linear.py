"""The text lane's model: multinomial logistic regression over TF-IDF, as one npz file."""

import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.failures import CheckpointRefused, Failure
from models.text.inputs import NEGATED, Tfidf, letter_runs, tokens, word_runs

RUNS = {"words": word_runs, "letters": letter_runs}
"""The blocks of features by their names in the file."""


@dataclass(frozen=True, slots=True)
class Block:
    """One kind of features and its `weights` (F, K) for K classes."""

    tfidf: Tfidf
    weights: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class LinearTextModel:
    """The blocks by name, and the `intercept` (K,); classes in the card's order."""

    blocks: dict[str, Block]
    intercept: NDArray[np.float32]

    def logits(self, spoken: Sequence[str]) -> NDArray[np.float64]:
        """(K,), before any temperature; the intercept alone when no run is known."""
        total = self.intercept.astype(np.float64)
        for block in self.blocks.values():
            vector = block.tfidf.weights(block.tfidf.places(spoken))
            total = total + np.fromiter(vector.values(), np.float64, len(vector)) @ block.weights[list(vector)]
        return total

    def explain(self, text: str) -> tuple[NDArray[np.float64], dict[str, NDArray[np.float64]]]:
        """The logits (K,) of a text, and how far each distinct token moved them (K,): these add up to the logits minus the intercept.

        A run's part is shared equally among the places where it stands, and there among its tokens.
        """
        spoken = tokens(text)
        moved: dict[str, NDArray[np.float64]] = {}
        for block in self.blocks.values():
            places = block.tfidf.places(spoken)
            vector = block.tfidf.weights(places)
            times = Counter(column for column, _ in places)
            for column, where in places:
                share = vector[column] / times[column] / len(where) * block.weights[column].astype(np.float64)
                for position in where:
                    moved[spoken[position]] = moved.get(spoken[position], 0.0) + share
        return self.logits(spoken), moved

    def known_share(self, words: Sequence[str]) -> float:
        """The share of `words` that are in the vocabulary; 0 when there are none."""
        columns = self.blocks["words"].tfidf.columns
        return sum(word in columns or NEGATED + word in columns for word in words) / len(words) if words else 0.0


def save_model(path: Path, model: LinearTextModel) -> None:
    """Write the model as one npz file; the same model gives the same bytes."""
    parts: dict[str, NDArray[np.generic]] = {"intercept": model.intercept}
    for name, block in model.blocks.items():
        columns = block.tfidf.columns
        in_order = sorted(columns, key=columns.__getitem__)
        parts[f"{name}.vocabulary"] = np.frombuffer("\n".join(in_order).encode(), np.uint8)
        parts[f"{name}.idf"] = block.tfidf.idf.astype(np.float32)
        parts[f"{name}.weights"] = block.weights
    np.savez_compressed(path, allow_pickle=False, **parts)  # type: ignore[arg-type]


def load_model(path: Path, classes: int) -> LinearTextModel:
    """Read a model of `classes` classes; raises CheckpointRefused when the file's parts do not fit one another."""
    try:
        with np.load(path, allow_pickle=False) as parts:
            intercept = parts["intercept"]
            blocks = {name: _block(name, parts) for name in RUNS}
    except (KeyError, ValueError, OSError, zipfile.BadZipFile) as error:
        raise _refused(path, f"a part cannot be read ({error})") from error
    if intercept.shape != (classes,) or any(block.weights.shape[1:] != (classes,) for block in blocks.values()):
        raise _refused(path, f"it is not made for the {classes} classes that the card names")
    return LinearTextModel(blocks, intercept)


def _block(name: str, parts: "np.lib.npyio.NpzFile") -> Block:
    vocabulary = parts[f"{name}.vocabulary"].tobytes().decode().split("\n")
    idf, weights = parts[f"{name}.idf"], parts[f"{name}.weights"]
    if not len(vocabulary) == len(idf) == len(weights):
        raise ValueError(f"{name}: {len(vocabulary)} runs, {len(idf)} frequencies, {len(weights)} weights")
    return Block(Tfidf(RUNS[name], {run: column for column, run in enumerate(vocabulary)}, idf.astype(np.float64)), weights)


def _refused(path: Path, why: str) -> CheckpointRefused:
    return CheckpointRefused(
        Failure(f"The text model {path.name} cannot be used:", f"{why}.", "Restore the checkpoint from the program's own copy.")
    )
