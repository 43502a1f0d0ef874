"""Make the face's checkpoint from a run: `python -m training.export_face --data DIR --name mini_xception`.

Takes `best.keras` of the run, calibrates it on validation, writes the LiteRT file with its class activation maps (compared with
Keras on real faces) into checkpoints/face/<name>, and measures what lies there, through the program's own inputs, on the test. The
report of the run (learning curves, confusion matrix, ROC, reliability) goes to the run's folder. `--not-shipped`: the file stays in the
run's folder too, and only the card is kept, in docs/figures. `--mirror`: the network sees each face and its mirror image. `--together`:
networks of several runs as one.
"""

import argparse
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from core.labels import Modality
from core.paths import checkpoint_folder
from models.card import CARD_FILE, ModelCard, write_card
from models.face.classifier import FaceClassifier
from models.face.inputs import input_description, scaled
from training.calibrate import calibration_card, card_figures
from training.datasets.evaluation import Item, TestData, face_test
from training.datasets.face_pictures import FacePictures, FaceSplits
from training.datasets.faces import face_folder, load_faces
from training.datasets.fer2013 import FILES, LABELS, SOURCES
from training.export_checkpoint import data_hash, export_keras, side_by_side, with_class_maps, with_mirror
from training.face_base import base_source
from training.face_recipes import RECIPES, Recipe
from training.face_run import BEST_FILE, RECIPE_FILE, RUN_FILE
from training.measurement import measure_face
from training.model_cards import unshipped, write_unshipped
from training.report import LOG_FILE, write_report
from training.sentences import told

FILES_NAME = "files"
COMPARED_FACES = 200
TIMED_FACES = 300
TENSORFLOW = "tensorflow"
"""What Keras runs on unless KERAS_BACKEND says something else; the export needs it."""

ARCHITECTURES: dict[str, str] = {
    "mini_xception": "mini-Xception (arXiv:1710.07557)",
    "deep_resnet": "residual network of dense 3x3 convolutions with two in its stem (after arXiv:1512.03385 and arXiv:1812.01187)",
    "small_resnet": "small residual network of dense 3x3 convolutions (after arXiv:1512.03385)",
    "fcn_nine": "nine-layer fully convolutional network (arXiv:1710.07557, section III)",
    "cnn": "plain convolutional network from scratch with augmentation (after arXiv:1409.1556)",
    "resnet50v2": "ResNet50V2 (arXiv:1603.05027) by transfer",
    "frame_encoder": "MobileNetV2 (arXiv:1801.04381) and ResNet50 (arXiv:1512.03385) side by side",
    "mobilenet_small": "the first seven blocks of MobileNet (arXiv:1704.04861) at 48 pixels, started from those of mobilenet_face",
    "mobilenet_face": "MobileNet (arXiv:1704.04861) for 48 pixels, started from weights that know faces",
}

NOTES = ("It reads an expression, not what a person feels, and never whether somebody is ill: it supports judgement and is no diagnosis.",)
FER2013_NOTES = (
    "Posed and press pictures of mostly young adults from a web search; measured on the same kind of pictures only, and weaker elsewhere.",
    "The data's pictures have no clear licence: these weights are for research and education.",
)
OTHER_NOTES = ("Measured on pictures of the data that it learned from, and weaker elsewhere.",)


def export(data: Path, run: Path, folder: Path, name: str, base: Path | None = None, *, mirror: bool = False) -> ModelCard:
    """Write the checkpoint of the best epoch in `run` into `folder`, and return its card."""
    recipe = json.loads((run / RECIPE_FILE).read_text(encoding="utf-8"))
    known = json.loads((run / RUN_FILE).read_text(encoding="utf-8"))
    data = face_folder(data)
    splits = load_faces(data, recipe["emotions"])
    trained = keras.models.load_model(run / BEST_FILE)
    model = with_mirror(trained) if mirror else trained
    architecture = f"{ARCHITECTURES.get(recipe['network'], recipe['network'])}, {model.count_params()} parameters" + (
        ", which sees each face and its mirror image" if mirror else ""
    )
    about = {"architecture": architecture, "training": recipe | known | {"left_out": list(splits.left_out)}}
    made_by = command(recipe, name, known, with_base=base is not None) + (" --mirror" if mirror else "")
    sources = (*splits.sources, *([base_source(base)] if base else []))
    return _written(model, splits, data, folder, name, sources, recipe["seed"], made_by, about)


def export_together(data: Path, runs: Path, members: Sequence[str], folder: Path, name: str) -> ModelCard:
    """Write a checkpoint of several runs in `runs`, whose logits are averaged, into `folder`; each is shipped by itself, too."""
    data = face_folder(data)
    cards = [FaceClassifier(checkpoint_folder(Modality.FACE, member)).card for member in members]
    splits = load_faces(data, cards[0].labels)
    model = side_by_side([keras.models.load_model(runs / member / BEST_FILE) for member in members], name)
    architecture = f"{' and '.join(members)} side by side, their logits averaged, {model.count_params()} parameters"
    about = {"architecture": architecture, "training": {"together": list(members), "left_out": list(splits.left_out)}}
    alone = f"python -m training.export_face --data DIR --name {name} --together {','.join(members)}"
    sources = tuple({json.dumps(one, sort_keys=True): one for card in cards for one in card.data if one.get("name") != FILES_NAME}.values())
    return _written(model, splits, data, folder, name, sources, cards[0].seed, " && ".join([*(one.command for one in cards), alone]), about)


def _written(
    model: keras.Model,
    splits: FaceSplits,
    data: Path,
    folder: Path,
    name: str,
    sources: Sequence[Mapping[str, Any]],
    seed: int,
    made_by: str,
    about: Mapping[str, Any],
) -> ModelCard:
    """The checkpoint of `model` with its card: calibrated on validation, measured as it is shipped; `about` joins the figures."""
    model.jit_compile = False  # as in train_face
    validation = model.predict(scaled(splits.validation.pictures), batch_size=256, verbose=0)
    file = export_keras(with_class_maps(model), folder, f"{name}.tflite", scaled(splits.test.pictures[:COMPARED_FACES]))
    card = ModelCard(
        name=name,
        modality=Modality.FACE,
        labels=splits.classes,
        file=file.name,
        sha256="",
        input=input_description(),
        calibration=calibration_card(validation, splits.validation.labels),
        data=(*sources, {"name": FILES_NAME, "sha256": files_hash(data)}),
        split=splits.split,
        seed=seed,
        command=made_by,
        figures={},
        notes=(*NOTES, *(FER2013_NOTES if splits.sources == SOURCES else OTHER_NOTES)),
        folder=folder,
    )
    write_card(card)
    classifier = FaceClassifier(folder)
    figures = {
        **about,
        "milliseconds_a_face": milliseconds(classifier, splits.test),
        "validation": _validation(classifier, splits),
        "public_test": measure_face(
            classifier, test_data(data, splits), lambda items: items, haar=(data / LABELS).is_file()
        ).figures_for_card(),
    }
    measured = replace(classifier.card, figures=figures)
    write_card(measured)
    return measured


def report(data: Path, run: Path, folder: Path) -> Path:
    """The report of the run in pictures and a page, of the checkpoint in `folder` on the test; returns the page's path."""
    classifier = FaceClassifier(folder)
    splits = load_faces(data, classifier.card.labels)
    said = np.array([classifier.probabilities(picture) for picture in splits.test.pictures])
    log, learned = run / LOG_FILE, splits.train.labels
    return write_report(run / "report", classifier.card, log, splits.test.labels, said, training_labels=learned, title="the test")


def unshipped_card(folder: Path) -> dict[str, Any]:
    """The card in `folder` as that of a network which is not shipped, with what it was given to learn from."""
    card = json.loads((folder / CARD_FILE).read_text(encoding="utf-8"))
    trained = card["figures"]["training"]
    pictures = f"{trained['pictures']} of its" if trained["pictures"] else "all its"
    return unshipped(card, f"Trained for {trained['epochs_done']} epochs on {pictures} training pictures")


def command(recipe: Mapping[str, Any], name: str, known: Mapping[str, Any], *, with_base: bool) -> str:
    """What trains and exports the checkpoint again: the network, and all in which the run, of which `known` is kept, differs from it."""
    usual = {
        key: list(value) if isinstance(value, tuple) else value for key, value in asdict(RECIPES.get(recipe["network"], Recipe())).items()
    }
    changed = {key: value for key, value in recipe.items() if key != "network" and value != usual[key]}
    words = [f"--{key.replace('_', '-')} {','.join(value) if isinstance(value, list) else value}" for key, value in changed.items()]
    both = ["--data DIR", f"--name {name}", *(["--base FOLDER"] if with_base else [])]
    train = " ".join(["python -m training.train_face", f"--network {recipe['network']}", *both, *words])
    if known.get("backend", TENSORFLOW) != TENSORFLOW:
        train = f"KERAS_BACKEND={known['backend']} {train}"
    return f"{train} && {' '.join(['python -m training.export_face', *both])}"


def milliseconds(classifier: FaceClassifier, faces: FacePictures) -> float:
    """The median time of one face, from the crop to calibrated probabilities and maps, on one thread of the machine that trained."""
    taken = []
    for picture in faces.pictures[:TIMED_FACES]:
        began = time.perf_counter()
        classifier.probabilities(picture)
        taken.append(time.perf_counter() - began)
    return round(1000 * float(np.median(taken)), 2)


def test_data(data: Path, splits: FaceSplits) -> TestData:
    """The test's pictures as they are measured; FER2013's own with the FER+ majority beside."""
    if (data / LABELS).is_file():
        return face_test(data, "publictest")
    labels = [str(splits.classes[label]) for label in splits.test.labels]
    return TestData(str(data), tuple(Item(picture, label) for picture, label in zip(splits.test.pictures, labels, strict=True)))


def files_hash(data: Path) -> str:
    """Of FER2013's own files where they are, else of all that is in the folder."""
    return data_hash(data / one for one in FILES) if (data / LABELS).is_file() else data_hash([data])


def _validation(classifier: FaceClassifier, splits: FaceSplits) -> dict[str, Any]:
    said: NDArray[np.float64] = np.array([classifier.probabilities(picture) for picture in splits.validation.pictures])
    names = [str(label) for label in splits.classes]
    return card_figures(splits.validation.labels, said, names, classifier.card.calibration)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="what the run was trained on")
    parser.add_argument("--name", default="mini_xception", help="the run's and the checkpoint's name")
    parser.add_argument("--base", type=Path, help="the first weights that the run was given, for the card")
    parser.add_argument("--runs", type=Path, default=Path("runs/face"), help="where training kept the run (default: runs/face)")
    parser.add_argument("--out", type=Path, help="where the checkpoint goes (default: the program's own checkpoints)")
    parser.add_argument("--together", type=lambda names: names.split(","), help="runs, a,b, as one network: their logits averaged")
    parser.add_argument("--mirror", action="store_true", help="each face and its mirror image, in twice the time")
    parser.add_argument("--not-shipped", action="store_true", help="keep only its card, in docs/figures")
    options = parser.parse_args()
    run = options.runs / options.name
    folder = options.out or (run / "checkpoint" if options.not_shipped else checkpoint_folder(Modality.FACE, options.name))
    if options.together and (options.mirror or options.not_shipped or options.base):
        parser.error("--together takes networks that are shipped as they are: no --mirror, --not-shipped or --base with it")
    if options.together:
        card = export_together(options.data, options.runs, options.together, folder, options.name)
    else:
        card = export(options.data, run, folder, options.name, options.base, mirror=options.mirror)
        print(f"its report: {report(options.data, run, folder)}")
    if options.not_shipped:
        print(f"its card: {write_unshipped(unshipped_card(folder))}")
    test = card.figures["public_test"]
    print(f"{card.path}: test accuracy {test['accuracy']}, UAR {test['uar']}, ECE {test['ece']}; majority {test['majority']}")


if __name__ == "__main__":
    told(main)
