"""Train the model of depression severity in writing: `python -m training.train_text_severity --data DIR [--transfer GOEMOTIONS]`.

For research: it is shown by `python -m training.evaluate text --checkpoint severity`, and nothing in the program reads with it. The mean
states of the text lane's encoder into a proportional-odds regression; chosen and calibrated by cross-validation.
"""

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.labels import SEVERITIES, Emotion, Modality
from core.paths import checkpoint_folder
from models.card import ModelCard, load_card, write_card
from models.checkpoints import resolve
from models.text import pieces
from models.text.classifier import TextClassifier
from models.text.encoder import EncoderTextModel
from models.text.mixed import load_mixed
from models.text.severity import INPUT_KIND, at_least, level_probabilities
from training.calibrate import calibration_card, card_figures
from training.datasets.depseverity import FILES, SOURCE, SPLIT, SeverityRow, SeveritySplits, load_depseverity
from training.datasets.goemotions import load_goemotions, word_key
from training.export_checkpoint import data_hash
from training.leaks import require_no_leak
from training.sentences import told
from training.severity_figures import auc, auc_with_interval, baselines

MODEL_FILE = "model.npz"
UNPENALISED = 1e4
"""So weak a penalty that four numbers of thousands of rows do not feel it."""
NOT_TESTED = "not tested: speech, interviews, clinical notes, messages, other platforms than Reddit, other languages, diagnoses"
NOTES = (
    "Research data and a research model: the data has no licence, and was posted by its authors for research. It is added to no "
    "questionnaire and to no index, and no part of the running program reads with it.",
    "The levels are what raters saw in parts of Reddit posts, after a scheme for depressive symptoms. They are no diagnosis, no score of a "
    "questionnaire and no measure of risk; nobody was examined.",
    "The posts come from forums on stress, trauma, anxiety, help and relationships, so that the topic alone tells something of the level.",
    "The expected calibration error of 353 rows is 0.05 by chance alone; out of fold, on 2,470 rows, it is below 0.02.",
    "It tells whether a text is at least mild. Which of the three upper levels is told poorly, and “mild” is never the likeliest.",
    f"Transfer: {NOT_TESTED}.",
)


@dataclass(frozen=True, slots=True)
class Recipe:
    """What cross-validation chooses from: the inverse strengths of the penalty."""

    c_values: tuple[float, ...] = (0.001, 0.003, 0.01, 0.03)
    folds: int = 5


@dataclass(frozen=True, slots=True)
class Fitted:
    """A proportional-odds regression: weights of the states (W,) and the three thresholds."""

    weights: NDArray[np.float64]
    thresholds: NDArray[np.float64]

    def probabilities(self, states: NDArray[np.float64]) -> NDArray[np.float64]:
        """(N, 4) of states (N, W)."""
        return level_probabilities(states @ self.weights, self.thresholds)


def mean_states(encoder: EncoderTextModel, rows: Sequence[SeverityRow]) -> NDArray[np.float64]:
    """(N, W), with the time left on the terminal."""
    started, states = time.monotonic(), []
    for n, row in enumerate(rows, 1):
        states.append(encoder.states(row.text)[1].sum(axis=0))
        if n % 500 == 0:
            print(f"{n}/{len(rows)} texts encoded, about {(time.monotonic() - started) / n * (len(rows) - n):.0f} s left", flush=True)
    return np.array(states)


def fit(states: NDArray[np.float64], levels: NDArray[np.int64], c: float) -> Fitted:
    """The direction in which "at least mild" lies, by logistic regression, then proportional odds along it.

    The odds are one regression over (text, threshold) pairs with a shared slope (Li and Lin 2007, ordinal by extended binary). All weights
    by the ordinal regression measured half a point of AUC less: few texts are of the upper levels.
    """
    from sklearn.linear_model import LogisticRegression

    centre, spread = states.mean(axis=0), states.std(axis=0) + 1e-9
    direction = LogisticRegression(C=c, max_iter=3000).fit((states - centre) / spread, levels > 0).coef_[0] / spread
    scores, steps = (states - centre) @ direction, len(SEVERITIES) - 1
    pairs = np.hstack([np.tile(scores, steps)[:, np.newaxis], np.repeat(np.eye(steps), len(states), axis=0)])
    above = np.concatenate([levels > step for step in range(steps)])
    slope, *marks = LogisticRegression(C=UNPENALISED, max_iter=3000, fit_intercept=False).fit(pairs, above).coef_[0]
    return Fitted(direction * slope, float(centre @ direction) * slope - np.array(marks))


def out_of_fold(states: NDArray[np.float64], levels: NDArray[np.int64], c: float, folds: int) -> NDArray[np.float64]:
    """(N, 4), each row by a model that has not seen it."""
    from sklearn.model_selection import StratifiedKFold

    said = np.zeros((len(levels), len(SEVERITIES)))
    for kept, left in StratifiedKFold(folds, shuffle=True, random_state=0).split(states, levels):
        said[left] = fit(states[kept], levels[kept], c).probabilities(states[left])
    return said


def choose(states: NDArray[np.float64], levels: NDArray[np.int64], recipe: Recipe) -> tuple[float, NDArray[np.float64]]:
    """C with the best AUC of "at least mild" out of fold, and the probabilities there."""
    said = {c: out_of_fold(states, levels, c, recipe.folds) for c in recipe.c_values}
    scores = {c: auc(levels > 0, at_least(one)) for c, one in said.items()}
    for c, score in scores.items():
        print(f"C {c:g}: AUC out of fold {score:.4f}", flush=True)
    best = max(scores, key=lambda c: scores[c])
    return best, said[best]


def write_checkpoint(folder: Path, options: argparse.Namespace, splits: SeveritySplits, recipe: Recipe) -> ModelCard:
    """Choose, fit, calibrate, measure as the classifier runs, and write the card."""
    known = load_card(resolve(Modality.TEXT, options.encoder), pieces.INPUT_KIND)
    states, levels = mean_states(load_mixed(known).encoder, splits.train), np.array([row.level for row in splits.train])
    c, said = choose(states, levels, recipe)
    fitted = fit(states, levels, c)
    folder.mkdir(parents=True, exist_ok=True)
    np.savez(folder / MODEL_FILE, weights=fitted.weights, thresholds=fitted.thresholds)
    card = ModelCard(
        name=folder.name,
        modality=Modality.TEXT,
        labels=SEVERITIES,
        file=MODEL_FILE,
        sha256="",
        input={**known.input, "kind": INPUT_KIND, "encoder": options.encoder, "encoder_sha256": known.sha256},
        calibration=calibration_card(said, levels),
        data=({**SOURCE, "sha256": data_hash([options.data / name for name in FILES])}, *known.data),
        split=SPLIT,
        seed=0,
        command=f"python -m training.train_text_severity --data DIR --name {folder.name} --encoder {options.encoder} --transfer DIR",
        figures={
            "rows": {"train": len(splits.train), "test": len(splits.test)},
            "chosen": {"C": c},
            "at_least_mild_out_of_fold": auc_with_interval(levels > 0, at_least(said)),
        },
        notes=NOTES,
        folder=folder,
    )
    write_card(card)
    return measured(card, splits, options.transfer)


def measured(card: ModelCard, splits: SeveritySplits, transfer: Path | None) -> ModelCard:
    """The card with the figures of the test rows, of the baselines, and of GoEmotions' sadness where that is at hand."""
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
