"""Train the model of depression severity in writing: `python -m training.train_text_severity --data DIR [--transfer GOEMOTIONS]`.

For research: it is shown by `python -m training.evaluate text --checkpoint severity`, and nothing in the program reads with it. Words,
letters and the states of the text lane's encoder into a proportional-odds regression; chosen and calibrated by cross-validation.
"""

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.labels import SEVERITIES, Emotion, Modality
from core.paths import checkpoint_folder
from models.card import ModelCard, load_card, write_card
from models.checkpoints import resolve
from models.text import pieces
from models.text.classifier import TextClassifier
from models.text.encoder import EncoderTextModel
from models.text.inputs import Tfidf, input_description
from models.text.linear import RUNS, Block, LinearTextModel, save_model
from models.text.severity import INPUT_KIND, at_least, level_probabilities
from training.calibrate import calibration_card, card_figures
from training.datasets.depseverity import FILES, SOURCE, SPLIT, SeverityRow, SeveritySplits, load_depseverity
from training.datasets.goemotions import load_goemotions, word_key
from training.export_checkpoint import data_hash
from training.leaks import require_no_leak
from training.sentences import told
from training.severity_figures import auc_with_interval, baselines
from training.train_text_tfidf import Recipe as Vocabulary
from training.train_text_tfidf import features, make_vectorisers

if TYPE_CHECKING:
    from sklearn.feature_extraction.text import TfidfVectorizer

MODEL_FILE = "model.npz"
NOT_TESTED = "not tested: speech, interviews, clinical notes, messages, other platforms than Reddit, other languages, diagnoses"
NOTES = (
    "Research data and a research model: the data has no licence, and was posted by its authors for research. It is added to no "
    "questionnaire and to no index, and no part of the running program reads with it.",
    "The levels are what raters saw in parts of Reddit posts, after a scheme for depressive symptoms. They are no diagnosis, no score of a "
    "questionnaire and no measure of risk; nobody was examined.",
    "The posts come from forums on stress, trauma, anxiety, help and relationships, so that the topic alone tells something of the level.",
    f"Transfer: {NOT_TESTED}.",
)


VOCABULARY = Vocabulary(most_features=(("words", 10_000), ("letters", 20_000)), least_rows=(("words", 3), ("letters", 5)))


@dataclass(frozen=True, slots=True)
class Recipe:
    """What cross-validation chooses from, beside the sizes of the vocabularies; `state_scales` weigh the states against the words."""

    vocabulary: Vocabulary = VOCABULARY
    c_values: tuple[float, ...] = (0.3, 1.0, 3.0)
    state_scales: tuple[float, ...] = (0.05, 0.1)
    folds: int = 5


@dataclass(frozen=True, slots=True)
class Fitted:
    """A proportional-odds regression: weights of the words' features (F,) and of the states (W,), and the three thresholds."""

    vectorisers: dict[str, "TfidfVectorizer"]
    word_weights: NDArray[np.float64]
    state_weights: NDArray[np.float64]
    thresholds: NDArray[np.float64]

    def probabilities(self, rows: Sequence[SeverityRow], states: NDArray[np.float64]) -> NDArray[np.float64]:
        """(N, 4)."""
        scores = features(self.vectorisers, rows) @ self.word_weights + states @ self.state_weights
        return level_probabilities(np.asarray(scores), self.thresholds)


def mean_states(encoder: EncoderTextModel, rows: Sequence[SeverityRow]) -> NDArray[np.float64]:
    """(N, W), with the time left on the terminal."""
    started, states = time.monotonic(), []
    for n, row in enumerate(rows, 1):
        states.append(encoder.states(row.text)[1].sum(axis=0))
        if n % 500 == 0:
            print(f"{n}/{len(rows)} texts encoded, about {(time.monotonic() - started) / n * (len(rows) - n):.0f} s left", flush=True)
    return np.array(states)


def fit(rows: Sequence[SeverityRow], states: NDArray[np.float64], recipe: Recipe, c: float, scale: float) -> Fitted:
    """One logistic regression over (text, threshold) pairs with shared weights (Li and Lin 2007, ordinal by extended binary)."""
    from scipy.sparse import csr_matrix, hstack, vstack
    from sklearn.linear_model import LogisticRegression

    vectorisers = make_vectorisers(rows, recipe.vocabulary)
    centre, spread = states.mean(axis=0), states.std(axis=0) + 1e-9
    x = hstack([features(vectorisers, rows), csr_matrix((states - centre) / spread * scale)], format="csr")
    levels = np.array([row.level for row in rows])
    steps = len(SEVERITIES) - 1
    marks = [csr_matrix(np.tile(np.eye(steps)[k] * 10.0, (len(rows), 1))) for k in range(steps)]  # 10: hardly penalised
    extended = vstack([hstack([x, mark]) for mark in marks], format="csr")
    above = np.concatenate([levels > k for k in range(steps)])
    weights = LogisticRegression(C=c, max_iter=3000, fit_intercept=False).fit(extended, above).coef_[0]
    state_weights = weights[-steps - states.shape[1] : -steps] * scale / spread
    return Fitted(vectorisers, weights[: -steps - states.shape[1]], state_weights, float(centre @ state_weights) - weights[-steps:] * 10.0)


def out_of_fold(rows: Sequence[SeverityRow], states: NDArray[np.float64], recipe: Recipe, c: float, scale: float) -> NDArray[np.float64]:
    """(N, 4), each row by a model that has not seen it."""
    from sklearn.model_selection import StratifiedKFold

    said = np.zeros((len(rows), len(SEVERITIES)))
    for kept, left in StratifiedKFold(recipe.folds, shuffle=True, random_state=0).split(states, [row.level for row in rows]):
        fitted = fit([rows[n] for n in kept], states[kept], recipe, c, scale)
        said[left] = fitted.probabilities([rows[n] for n in left], states[left])
    return said


def choose(rows: Sequence[SeverityRow], states: NDArray[np.float64], recipe: Recipe) -> tuple[float, float, NDArray[np.float64]]:
    """C, the scale of the states, and the probabilities out of fold with the best AUC of "at least mild"."""
    from sklearn.metrics import roc_auc_score

    ill = [row.level > 0 for row in rows]
    best: tuple[float, float, float, NDArray[np.float64]] | None = None
    for c, scale in product(recipe.c_values, recipe.state_scales):
        said = out_of_fold(rows, states, recipe, c, scale)
        auc = float(roc_auc_score(ill, at_least(said)))
        print(f"C {c:g}, states x {scale:g}: AUC out of fold {auc:.4f}", flush=True)
        if best is None or auc > best[0]:
            best = (auc, c, scale, said)
    assert best is not None
    return best[1:]


def write_checkpoint(folder: Path, options: argparse.Namespace, splits: SeveritySplits, recipe: Recipe) -> ModelCard:
    """Choose, fit, export, calibrate, measure as the classifier runs, and write the card."""
    known = load_card(resolve(Modality.TEXT, options.encoder), pieces.INPUT_KIND)
    encoder = EncoderTextModel(known.path, len(known.labels))
    states = mean_states(encoder, splits.train)
    c, scale, said = choose(splits.train, states, recipe)
    fitted = fit(splits.train, states, recipe, c, scale)
    folder.mkdir(parents=True, exist_ok=True)
    save_model(folder / MODEL_FILE, exported(fitted), state_weights=fitted.state_weights.astype(np.float32), thresholds=fitted.thresholds)
    levels = np.array([row.level for row in splits.train])
    card = ModelCard(
        name=folder.name,
        modality=Modality.TEXT,
        labels=SEVERITIES,
        file=MODEL_FILE,
        sha256="",
        input={**input_description(), "kind": INPUT_KIND, "encoder": options.encoder, "encoder_sha256": known.sha256},
        calibration=calibration_card(said, levels),
        data=({**SOURCE, "sha256": data_hash([options.data / name for name in FILES])},),
        split=SPLIT,
        seed=0,
        command=f"python -m training.train_text_severity --data DIR --name {folder.name} --encoder {options.encoder} --transfer DIR",
        figures={
            "rows": {"train": len(splits.train), "test": len(splits.test)},
            "chosen": {"C": c, "state_scale": scale, "out_of_fold": auc_with_interval(levels > 0, at_least(said))},
        },
        notes=NOTES,
        folder=folder,
    )
    write_card(card)
    return measured(card, splits, options.transfer)


def exported(fitted: Fitted) -> LinearTextModel:
    """The words' part for the running code, one output, in float32."""
    blocks, start = {}, 0
    for name, vectoriser in fitted.vectorisers.items():
        columns = {str(run): int(column) for run, column in vectoriser.vocabulary_.items()}
        weights = fitted.word_weights[start : start + len(columns), np.newaxis].astype(np.float32)
        blocks[name] = Block(Tfidf(RUNS[name], columns, np.asarray(vectoriser.idf_)), weights)
        start += len(columns)
    return LinearTextModel(blocks, np.zeros(1, np.float32))


def measured(card: ModelCard, splits: SeveritySplits, transfer: Path | None) -> ModelCard:
    """The card with the figures of the test rows, of the baselines, and of GoEmotions' sadness where that is at hand."""
    from dataclasses import replace

    classifier = TextClassifier(card.folder)
    texts, levels = [row.text for row in splits.test], np.array([row.level for row in splits.test])
    said = np.stack([classifier.probabilities(text) for text in texts])
    figures: dict[str, Any] = {
        **card.figures,
        "test": card_figures(levels, said, [str(level) for level in SEVERITIES], card.calibration),
        "at_least_mild": {**auc_with_interval(levels > 0, at_least(said)), "baselines": baselines(texts, levels > 0)},
        "transfer": {"else": NOT_TESTED},
    }
    if transfer is not None:
        rows = load_goemotions(transfer).test
        scores = np.array([at_least(classifier.probabilities(row.text)) for row in rows])
        sad = np.array([row.label is Emotion.SADNESS for row in rows])
        figures["transfer"] = {"sadness among the comments of GoEmotions": auc_with_interval(sad, scores), "else": NOT_TESTED}
    card = replace(card, figures=figures)
    write_card(card)
    return card


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the folder of DepSeverity (train.csv and val.csv)")
    parser.add_argument("--encoder", default="minilm", help="the checkpoint whose states are used (default: %(default)s)")
    parser.add_argument("--transfer", type=Path, help="the folder of GoEmotions, to measure how far the score follows sadness there")
    parser.add_argument("--name", default="severity", help="the checkpoint's name")
    parser.add_argument("--out", type=Path, help="the checkpoint's folder (default: checkpoints/text/NAME)")
    options = parser.parse_args()
    splits = load_depseverity(options.data)
    require_no_leak("post", {"training": {word_key(row.text) for row in splits.train}, "test": {word_key(row.text) for row in splits.test}})
    card = write_checkpoint(options.out or checkpoint_folder(Modality.TEXT, options.name), options, splits, Recipe())
    for name, one in {"model": card.figures["at_least_mild"], **card.figures["at_least_mild"]["baselines"]}.items():
        print(f"at least mild, by {name}: AUC {one['auc']:.3f} ({one['interval'][0]:.3f}–{one['interval'][1]:.3f})")


if __name__ == "__main__":
    told(main)
