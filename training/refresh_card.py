"""Fit and measure a shipped checkpoint anew and write its card: `python -m training.refresh_card face|text [NAME...] --data DIR`.

Calibration on the validation part of the training data, figures on the test beside it, both through the light runtime; nothing is
trained. The voice's shipped network has heard every speaker of the data: only the folds of `training.train_voice` can measure it.
"""

import argparse
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from core.failures import AffectographError, WrongUse
from core.labels import EMOTIONS, Modality
from models.card import ModelCard, write_card
from models.checkpoints import names, resolve
from models.face.classifier import FaceClassifier
from models.text.classifier import TextClassifier
from training.calibrate import calibration_card
from training.datasets.evaluation import TestData, face_test, subfolder, text_test
from training.datasets.fer2013 import load_fer2013
from training.datasets.goemotions import load_goemotions
from training.evaluate import DONE, FAILED, WRONG_USE, knows_severity, watched
from training.measurement import Measurement, measure_face, measure_text

FACE_TEST, FACE_KEY = "publictest", "public_test"
TEXT_TEST, TEXT_KEY = "val", "test"
"""The splits that the project may look at, and their names in the cards."""


def refresh_face(folder: Path, data: Path) -> ModelCard:
    """Calibrate on FER2013's validation part and measure on its public test, with the voters' majority and the cascade's crops."""
    classifier = FaceClassifier(folder)
    validation = load_fer2013(subfolder(data, "face", "FER2013")).validation
    known = [str(label) for label in classifier.card.labels]
    test = face_test(data, FACE_TEST)
    labels = np.array([known.index(EMOTIONS[index]) for index in validation.labels])
    _calibrate(classifier, validation.pictures, labels)
    return _measured(classifier, FACE_KEY, measure_face(classifier, test, watched, haar=True))


def refresh_text(folder: Path, data: Path) -> ModelCard:
    """Calibrate on the validation rows of GoEmotions and measure on its development file."""
    classifier = TextClassifier(folder)
    known = [str(label) for label in classifier.card.labels]
    root = subfolder(data, "text", "goemotions")
    rows = load_goemotions(root / "goemotions" if (root / "goemotions").is_dir() else root).validation
    test: TestData = text_test(data, TEXT_TEST, known)
    _calibrate(classifier, [row.text for row in rows], np.array([known.index(row.label) for row in rows]))
    return _measured(classifier, TEXT_KEY, measure_text(classifier, test, watched))


def _calibrate(classifier: Any, items: Iterable[Any], labels: Any) -> None:
    classifier.card = replace(classifier.card, calibration={})
    said = np.stack([classifier.probabilities(item) for item in watched(list(items))])
    classifier.card = replace(classifier.card, calibration=calibration_card(said, labels))


def _measured(classifier: Any, key: str, measured: Measurement) -> ModelCard:
    figures = {**classifier.card.figures, key: measured.figures_for_card()}
    card = replace(classifier.card, figures=figures)
    write_card(card)
    return card


REFRESH = {Modality.FACE: refresh_face, Modality.TEXT: refresh_text}


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; gives the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lane", choices=[str(modality) for modality in REFRESH])
    parser.add_argument("names", nargs="*", help="checkpoints (default: all of the lane that know emotions)")
    parser.add_argument("--data", type=Path, required=True, help="the folder of the data")
    options = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    modality = Modality(options.lane)
    try:
        for name in options.names or names(modality):
            folder = resolve(modality, name)
            if not options.names and knows_severity(folder):
                continue
            card = REFRESH[modality](folder, options.data)
            figures = card.figures[FACE_KEY if modality is Modality.FACE else TEXT_KEY]
            found = ", ".join(f"{key} {figures[key]}" for key in ("accuracy", "uar", "macro_f1", "ece", "coverage"))
            print(f"{modality}/{name}: {found}", flush=True)
    except AffectographError as error:
        print(error, file=sys.stderr)
        return WRONG_USE if isinstance(error, WrongUse) else FAILED
    return DONE


if __name__ == "__main__":
    sys.exit(main())
