"""TF-IDF and multinomial logistic regression with scikit-learn; C and class weights are those with the best macro-F1 on validation."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.labels import Modality
from models.card import ModelCard, write_card
from models.text.inputs import Runs, Tfidf, input_description, marked_negation, tokens
from models.text.linear import RUNS, Block, LinearTextModel, load_model, save_model
from training.datasets.goemotions import SOURCE, SPLIT, TextRow, TextSplits, data_files
from training.export_checkpoint import data_hash
from training.train_text_card import labels_of, macro_f1, measured

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


def run_names(runs: Callable[[Sequence[str]], Runs], text: str) -> list[str]:
    """The features of a text by name, for scikit-learn."""
    return [run for run, _ in runs(marked_negation(tokens(text)))]


def train(splits: TextSplits, recipe: Recipe, seed: int) -> Trained:
    """Fit on the training rows, choose on validation."""
    vectorisers = make_vectorisers(splits.train, recipe)
    x, x_validation = (features(vectorisers, rows) for rows in (splits.train, splits.validation))
    y, y_validation = (labels_of(rows, splits.classes) for rows in (splits.train, splits.validation))
    best: Trained | None = None
    for c, power in product(recipe.c_values, recipe.weight_powers):
        started = time.monotonic()
        regression = fit(x, y, c, power, recipe.most_iterations, seed)
        score = macro_f1(y_validation, all_logits(regression, x_validation, len(splits.classes)).argmax(axis=1))
        print(f"C {c:g}, class weights ** {power:g}: validation macro-F1 {score:.4f} ({time.monotonic() - started:.0f} s)", flush=True)
        if best is None or score > best.validation_macro_f1:
            best = Trained(vectorisers, regression, c, power, score)
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


def all_logits(regression: "LogisticRegression", x: "csr_matrix", classes: int) -> NDArray[np.float64]:
    """(N, K) in the order of the classes, each of which must have been trained; of two classes scikit-learn says one number."""
    if list(regression.classes_) != list(range(classes)):
        raise ValueError(f"the training rows hold the classes {list(regression.classes_)} only, and all of 0..{classes - 1} are needed")
    said = np.asarray(regression.decision_function(x))
    return said if said.ndim == 2 else np.stack([-said / 2, said / 2], axis=1)


def exported(trained: Trained) -> LinearTextModel:
    """The model without scikit-learn, in float32."""
    blocks: dict[str, Block] = {}
    coefficients, intercepts = trained.regression.coef_, trained.regression.intercept_
    if len(coefficients) == 1:  # two classes: see all_logits
        coefficients, intercepts = (np.concatenate((-one / 2, one / 2)) for one in (coefficients, intercepts))
    start = 0
    for name, vectoriser in trained.vectorisers.items():
        columns = {str(run): int(column) for run, column in vectoriser.vocabulary_.items()}
        weights = coefficients[:, start : start + len(columns)].T
        blocks[name] = Block(Tfidf(RUNS[name], columns, np.asarray(vectoriser.idf_)), np.ascontiguousarray(weights, dtype=np.float32))
        start += len(columns)
    return LinearTextModel(blocks, intercepts.astype(np.float32))


def write_checkpoint(folder: Path, data: Path, splits: TextSplits, trained: Trained, seed: int, run: Path | None = None) -> ModelCard:
    """Export, compare with scikit-learn on every test row, calibrate, measure, and write the card."""
    folder.mkdir(parents=True, exist_ok=True)
    save_model(folder / MODEL_FILE, exported(trained))
    model = load_model(folder / MODEL_FILE, len(splits.classes))
    logits = np.array([model.logits(tokens(row.text)) for row in splits.test])
    expected = all_logits(trained.regression, features(trained.vectorisers, splits.test), len(splits.classes))
    difference = float(np.abs(logits - expected).max())
    if difference > LARGEST_DIFFERENCE:
        raise ValueError(f"the exported model differs from scikit-learn's by up to {difference:.2g}")
    card = ModelCard(
        name=folder.name,
        modality=Modality.TEXT,
        labels=splits.classes,
        file=MODEL_FILE,
        sha256="",
        input=input_description(),
        calibration={},
        data=({**SOURCE, "sha256": data_hash(data_files(data))},),
        split=SPLIT,
        seed=seed,
        command=f"python -m training.train_text --network tfidf --data DIR --name {folder.name} --seed {seed}{splits.chosen}",
        figures={
            "chosen": {
                "C": trained.c,
                "class_weight_power": trained.weight_power,
                "validation_macro_f1": round(trained.validation_macro_f1, 4),
            },
            "export_largest_difference": difference,
        },
        notes=NOTES,
        folder=folder,
    )
    write_card(card)
    return measured(folder, splits, run)
