"""The end of every training of the text lane: calibrated on validation, measured on the test, both as the program will run it."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.labels import EMOTIONS, Emotion
from models.card import ModelCard, write_card
from models.text.classifier import TextClassifier
from training.calibrate import calibration_card, card_figures
from training.datasets.goemotions import TextRow, TextSplits
from training.report import LOG_FILE, write_report


def measured(folder: Path, splits: TextSplits, run: Path | None = None) -> ModelCard:
    """Fit the calibration of the checkpoint in `folder`, measure it, and write both into its card, and a report into `run`."""
    classifier = TextClassifier(folder)
    classifier.card = replace(classifier.card, calibration={})
    calibration = calibration_card(_said(classifier, splits.validation), labels_of(splits.validation, splits.classes))
    classifier.card = replace(classifier.card, calibration=calibration)
    names = [str(label) for label in classifier.card.labels]
    test, said = labels_of(splits.test, splits.classes), _said(classifier, splits.test)
    figures = {
        "rows": {"train": len(splits.train), "validation": len(splits.validation), "test": len(splits.test)},
        **classifier.card.figures,
        "test": card_figures(test, said, names, calibration),
    }
    card = replace(classifier.card, figures=figures)
    write_card(card)
    if run is not None:
        learned_from = labels_of(splits.train, splits.classes)
        print(f"The report is {write_report(run, card, run / LOG_FILE, test, said, training_labels=learned_from)}", flush=True)
    return card


def labels_of(rows: Sequence[TextRow], classes: Sequence[Emotion] = EMOTIONS) -> NDArray[np.int64]:
    """Their places among `classes` (N,)."""
    return np.array([classes.index(row.label) for row in rows], dtype=np.int64)


def macro_f1(true: NDArray[np.int64], said: NDArray[np.int64]) -> float:
    """The mean F1 of the classes that occur."""
    from sklearn.metrics import f1_score

    return float(f1_score(true, said, labels=np.unique(true), average="macro"))


def _said(classifier: TextClassifier, rows: Sequence[TextRow]) -> NDArray[np.float64]:
    return np.stack([classifier.probabilities(row.text) for row in rows])
