"""Make the face's checkpoint from a run: `python -m training.export_face --data DIR --name mini_xception`.

Takes `best.keras` of the run, fits the temperature on validation, measures on FER2013's public test, writes the LiteRT file
(compared with Keras on real faces) and its card into checkpoints/face/<name>.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from core.labels import EMOTIONS, Modality
from core.paths import checkpoint_folder
from models.card import ModelCard, write_card
from models.face.inputs import input_description, scaled
from training.calibrate import classification_figures, fit_temperature, log_probabilities, negative_log_likelihood, with_temperature
from training.datasets.fer2013 import FILES, SOURCES, SPLIT, FacePictures, load_fer2013
from training.export_checkpoint import data_hash, export_keras
from training.train_face import BEST_FILE, RECIPE_FILE, RUN_FILE

COMPARED_FACES = 200

NOTES = (
    "It reads an expression, not what a person feels, and never whether somebody is ill: it supports judgement and is no diagnosis.",
    "Posed and press pictures of mostly young adults from a web search; measured on the same kind of pictures only, and weaker elsewhere.",
    "The data's pictures have no clear licence: these weights are for research and education.",
)


def export(data: Path, run: Path, folder: Path, name: str) -> ModelCard:
    """Write the checkpoint of the best epoch in `run` into `folder`, and return its card."""
    model = keras.models.load_model(run / BEST_FILE)
    splits = load_fer2013(data)
    validation_logits, test_logits = _logits(model, splits.validation), _logits(model, splits.test)
    temperature = fit_temperature(validation_logits, splits.validation.labels)
    file = export_keras(model, folder, f"{name}.tflite", scaled(splits.test.pictures[:COMPARED_FACES]))
    recipe = json.loads((run / RECIPE_FILE).read_text(encoding="utf-8"))
    card = ModelCard(
        name=name,
        modality=Modality.FACE,
        labels=EMOTIONS,
        file=file.name,
        sha256="",
        input=input_description(),
        calibration={"temperature": round(temperature, 4)},
        data=(*SOURCES, {"name": "files", "sha256": data_hash(data / one for one in FILES)}),
        split=SPLIT,
        seed=recipe["seed"],
        command=f"python -m training.train_face --data DIR --name {name} --epochs {recipe['epochs']} --seed {recipe['seed']}",
        figures={
            "architecture": f"mini-Xception, {model.count_params()} parameters (arXiv:1710.07557)",
            "training": recipe | json.loads((run / RUN_FILE).read_text(encoding="utf-8")),
            "validation": _figures(validation_logits, splits.validation, temperature),
            "public_test": _figures(test_logits, splits.test, temperature),
        },
        notes=NOTES,
        folder=folder,
    )
    write_card(card)
    return card


def _logits(model: keras.Model, faces: FacePictures) -> NDArray[np.float64]:
    return log_probabilities(model.predict(scaled(faces.pictures), batch_size=256, verbose=0))


def _figures(logits: NDArray[np.float64], faces: FacePictures, temperature: float) -> dict[str, Any]:
    calibrated = with_temperature(logits, temperature)
    figures = classification_figures(faces.labels, calibrated.argmax(axis=1), calibrated, EMOTIONS)
    plain = with_temperature(logits, 1.0)
    return {
        **figures,
        "nll": round(negative_log_likelihood(calibrated, faces.labels), 4),
        "before_calibration": {
            "ece": classification_figures(faces.labels, plain.argmax(axis=1), plain, EMOTIONS)["ece"],
            "nll": round(negative_log_likelihood(plain, faces.labels), 4),
        },
    }


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the sheets and labels of FER2013")
    parser.add_argument("--name", default="mini_xception", help="the checkpoint's name")
    parser.add_argument("--runs", type=Path, default=Path("runs/face"), help="where training kept the run (default: runs/face)")
    options = parser.parse_args()
    card = export(options.data, options.runs / options.name, checkpoint_folder("face", options.name), options.name)
    test = card.figures["public_test"]
    print(f"{card.path}: public test accuracy {test['accuracy']}, UAR {test['uar']}, ECE {test['ece']}; {card.calibration}")


if __name__ == "__main__":
    main()
