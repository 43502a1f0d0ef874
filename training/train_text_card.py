"""The end of every training of the text lane: calibrated on validation, measured on the test, both as the program will run it."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.card import ModelCard, write_card
from models.text.classifier import TextClassifier
from training.calibrate import calibration_card, card_figures
from training.datasets.goemotions import TextRow, TextSplits


def measured(folder: Path, splits: TextSplits) -> ModelCard:
    """Fit the calibration of the checkpoint in `folder`, measure it, and write both into its card."""
    classifier = TextClassifier(folder)
    classifier.card = replace(classifier.card, calibration={})
    calibration = calibration_card(_said(classifier, splits.validation), labels_of(splits.validation))
    classifier.card = replace(classifier.card, calibration=calibration)
    names = [str(label) for label in classifier.card.labels]
    figures = {
        "rows": {"train": len(splits.train), "validation": len(splits.validation), "test": len(splits.test)},
        **classifier.card.figures,
        "test": card_figures(labels_of(splits.test), _said(classifier, splits.test), names, calibration),
    }
    card = replace(classifier.card, figures=figures)
    write_card(card)
    return card


def labels_of(rows: Sequence[TextRow]) -> NDArray[np.int64]:
    """Class indices among EMOTIONS."""
    return np.array([row.class_index for row in rows], dtype=np.int64)


def macro_f1(true: NDArray[np.int64], said: NDArray[np.int64]) -> float:
    """The mean F1 of the classes that occur."""
    from sklearn.metrics import f1_score

    return float(f1_score(true, said, labels=np.unique(true), average="macro"))


def _said(classifier: TextClassifier, rows: Sequence[TextRow]) -> NDArray[np.float64]:
    return np.stack([classifier.probabilities(row.text) for row in rows])
