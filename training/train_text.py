"""Train the text lane's model: `python -m training.train_text --data DIR --name tfidf_logistic --seed 0`.

TF-IDF and multinomial logistic regression with scikit-learn; C and class weights are those with the best macro-F1 on validation, a
temperature is fitted there as well, and what is measured on the test rows goes into the card.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.labels import EMOTIONS, Modality
from core.paths import checkpoint_folder
from models.card import ModelCard, write_card
from models.text.inputs import Runs, Tfidf, input_description, marked_negation, tokens
from models.text.linear import RUNS, Block, LinearTextModel, load_model, save_model
from training.calibrate import classification_figures, fit_temperature, with_temperature
from training.datasets.goemotions import SOURCE, SPLIT, TextRow, TextSplits, data_files, load_goemotions
from training.export_checkpoint import data_hash

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

MODEL_FILE = "model.npz"

LARGEST_DIFFERENCE = 1e-4
"""Between scikit-learn's logits and the exported model's, on any test row: float32 weights explain no more."""

NOTES = (
    "Learned from how strangers read Reddit comments; it says which emotion a text's wording resembles, not what its writer feels.",
    "Negation reaches three words (“I am not happy” reads as sadness, “I am not sad” as neutral); further off it is missed: “not one of "
    "these days was a happy one” reads as happiness.",
    "First-person clinical wording (sleep, appetite, wishes to die) is rare in the data: “I want to die” reads as undecided with happiness "
    "foremost, “I would rather be dead” as neutral. It must never be used to screen for risk.",
    "Irony, quotation and talk about other people are not told apart. English only.",
    "Disgust and fear are rare in the data, and measured worst.",
    "The data's licence is Apache-2.0; the texts are public Reddit comments, whose writers are mostly young and male.",
)


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the model is made; the lists are what validation chooses from.

    A class's weight is (rows / classes / rows of the class) ** power: 0 takes the classes as they come, 1 makes them equal.
    """

    most_features: tuple[tuple[str, int], ...] = (("words", 20_000), ("letters", 40_000))
    least_rows: tuple[tuple[str, int], ...] = (("words", 2), ("letters", 5))
    c_values: tuple[float, ...] = (0.5, 1.0, 2.0)
    weight_powers: tuple[float, ...] = (0.2, 0.35, 0.5)
    most_iterations: int = 1000


@dataclass(frozen=True, slots=True)
class Trained:
    """What validation chose."""

    vectorisers: dict[str, "TfidfVectorizer"]
    regression: "LogisticRegression"
    c: float
    weight_power: float
    validation_macro_f1: float
    temperature: float


def run_names(runs: Callable[[Sequence[str]], Runs], text: str) -> list[str]:
    """The features of a text by name, for scikit-learn."""
    return [run for run, _ in runs(marked_negation(tokens(text)))]


def labels_of(rows: Sequence[TextRow]) -> NDArray[np.int64]:
    """Class indices among EMOTIONS."""
    return np.array([row.class_index for row in rows], dtype=np.int64)


def train(splits: TextSplits, recipe: Recipe, seed: int) -> Trained:
    """Fit on the training rows, choose and calibrate on validation."""
    vectorisers = make_vectorisers(splits.train, recipe)
    x, x_validation = (features(vectorisers, rows) for rows in (splits.train, splits.validation))
    y, y_validation = labels_of(splits.train), labels_of(splits.validation)
    best: Trained | None = None
    for c, power in product(recipe.c_values, recipe.weight_powers):
        started = time.monotonic()
        regression = fit(x, y, c, power, recipe.most_iterations, seed)
        logits = all_logits(regression, x_validation)
        figures = classification_figures(y_validation, logits.argmax(axis=1), with_temperature(logits, 1.0), EMOTIONS)
        macro_f1 = float(figures["macro_f1"])
        print(f"C {c:g}, class weights ** {power:g}: validation macro-F1 {macro_f1:.4f} ({time.monotonic() - started:.0f} s)", flush=True)
        if best is None or macro_f1 > best.validation_macro_f1:
            best = Trained(vectorisers, regression, c, power, macro_f1, fit_temperature(logits, y_validation))
    assert best is not None
    return best


def make_vectorisers(rows: Sequence[TextRow], recipe: Recipe) -> dict[str, "TfidfVectorizer"]:
    """One TF-IDF a block of features, its vocabulary from the training rows."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    most, least = dict(recipe.most_features), dict(recipe.least_rows)
    texts = [row.text for row in rows]
    return {
        name: TfidfVectorizer(analyzer=partial(run_names, runs), sublinear_tf=True, min_df=least[name], max_features=most[name]).fit(texts)
        for name, runs in RUNS.items()
    }


def features(vectorisers: dict[str, "TfidfVectorizer"], rows: Sequence[TextRow]) -> "csr_matrix":
    """(N, F) of all blocks beside one another."""
    from scipy.sparse import hstack

    texts = [row.text for row in rows]
    return hstack([vectoriser.transform(texts) for vectoriser in vectorisers.values()], format="csr")


def fit(x: "csr_matrix", y: NDArray[np.int64], c: float, weight_power: float, most_iterations: int, seed: int) -> "LogisticRegression":
    """A multinomial logistic regression with the class weights of that power; a warning when it does not converge."""
    from sklearn.linear_model import LogisticRegression

    present, rows = np.unique(y, return_counts=True)
    weights = {int(k): float((len(y) / len(present) / n) ** weight_power) for k, n in zip(present, rows, strict=True)}
    return LogisticRegression(C=c, class_weight=weights, max_iter=most_iterations, tol=1e-3, random_state=seed).fit(x, y)


def all_logits(regression: "LogisticRegression", x: "csr_matrix") -> NDArray[np.float64]:
    """(N, 7) in the order of EMOTIONS; every class must have been trained."""
    if list(regression.classes_) != list(range(len(EMOTIONS))):
        raise ValueError(
            f"the training rows hold the classes {list(regression.classes_)} only, and all of 0..{len(EMOTIONS) - 1} are needed"
        )
    return np.asarray(regression.decision_function(x))


def exported(trained: Trained) -> LinearTextModel:
    """The model without scikit-learn, in float32."""
    blocks: dict[str, Block] = {}
    start = 0
    for name, vectoriser in trained.vectorisers.items():
        columns = {str(run): int(column) for run, column in vectoriser.vocabulary_.items()}
        weights = trained.regression.coef_[:, start : start + len(columns)].T
        blocks[name] = Block(Tfidf(RUNS[name], columns, np.asarray(vectoriser.idf_)), np.ascontiguousarray(weights, dtype=np.float32))
        start += len(columns)
    return LinearTextModel(blocks, trained.regression.intercept_.astype(np.float32))


def write_checkpoint(folder: Path, data: Path, splits: TextSplits, trained: Trained, seed: int) -> ModelCard:
    """Export, compare with scikit-learn on every test row, measure, and write the card."""
    folder.mkdir(parents=True, exist_ok=True)
    save_model(folder / MODEL_FILE, exported(trained))
    model = load_model(folder / MODEL_FILE, len(EMOTIONS))
    logits = np.array([model.logits(tokens(row.text)) for row in splits.test])
    difference = float(np.abs(logits - all_logits(trained.regression, features(trained.vectorisers, splits.test))).max())
    if difference > LARGEST_DIFFERENCE:
        raise ValueError(f"the exported model differs from scikit-learn's by up to {difference:.2g}")
    card = ModelCard(
        name=folder.name,
        modality=Modality.TEXT,
        labels=EMOTIONS,
        file=MODEL_FILE,
        sha256="",
        input=input_description(),
        calibration={"temperature": round(trained.temperature, 6)},
        data=({**SOURCE, "sha256": data_hash(data_files(data))},),
        split=SPLIT,
        seed=seed,
        command=f"python -m training.train_text --data DIR --name {folder.name} --seed {seed}",
        figures=_figures(splits, trained, logits, difference),
        notes=NOTES,
        folder=folder,
    )
    write_card(card)
    return card


def _figures(splits: TextSplits, trained: Trained, logits: NDArray[np.float64], difference: float) -> dict[str, Any]:
    labels = labels_of(splits.test)
    calibrated = with_temperature(logits, trained.temperature)
    return {
        "rows": {"train": len(splits.train), "validation": len(splits.validation), "test": len(splits.test)},
        "chosen": {"C": trained.c, "class_weight_power": trained.weight_power, "validation_macro_f1": trained.validation_macro_f1},
        "test": dict(classification_figures(labels, logits.argmax(axis=1), calibrated, EMOTIONS)),
        "export_largest_difference": difference,
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, choose, calibrate, export, measure."""
    parser = argparse.ArgumentParser(description="Train the text lane's model on GoEmotions.")
    parser.add_argument(
        "--data", type=Path, required=True, help="the folder of GoEmotions (train.csv and val.csv, or the official train.tsv and dev.tsv)"
    )
    parser.add_argument("--name", default="tfidf_logistic", help="the checkpoint's name")
    parser.add_argument("--seed", type=int, default=0, help="of the solver")
    parser.add_argument("--out", type=Path, help="the checkpoint's folder (default: checkpoints/text/NAME)")
    options = parser.parse_args(arguments)
    splits = load_goemotions(options.data)
    print(f"{len(splits.train)} rows to train on, {len(splits.validation)} to choose with, {len(splits.test)} to measure on")
    trained = train(splits, Recipe(), options.seed)
    card = write_checkpoint(options.out or checkpoint_folder(Modality.TEXT, options.name), options.data, splits, trained, options.seed)
    test = card.figures["test"]
    figures = f"macro-F1 {test['macro_f1']:.4f}, accuracy {test['accuracy']:.4f}, ECE {test['ece']:.4f}"
    print(f"test: {figures}; always “{test['majority']['class']}” has the accuracy {test['majority']['accuracy']:.4f}")


if __name__ == "__main__":
    main()
