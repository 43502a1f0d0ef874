"""Train a transformer over frames: `python -m training.train_face_sequence --data DIR`.

First the frames' encoder (MobileNetV2 and ResNet50) is taught on still pictures, as `training.train_face --network frame_encoder` does;
then its tokens of made-up sequences (training/datasets/face_sequences.py) are kept, and the transformer learns from them. Encoder and
tokens are kept in the run's folder, so that a stopped run goes on when the command is given again. The figures go to `figures.json`
there, beside those of the simplest things that could be done with the same frames.
"""

import argparse
import json
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import keras
import numpy as np
from numpy.typing import NDArray

from core.labels import Modality
from models.calibration import calibrated
from models.face.inputs import input_description, scaled
from models.face.networks.imagenet import DOWNLOAD
from models.face.networks.sequence_transformer import FEATURES, FRAMES, sequence_transformer
from training import train_face
from training.calibrate import calibration_card, card_figures
from training.datasets.face_pictures import FacePictures, FaceSplits
from training.datasets.face_sequences import drawn_rows, sequences
from training.datasets.faces import load_faces
from training.face_recipes import RECIPES
from training.face_run import BEST_FILE, RUN_FILE
from training.leaks import require_no_face_leak
from training.model_cards import write_unshipped
from training.report import callbacks
from training.sentences import told

ENCODER = "frame_encoder"
FIGURES_FILE = "figures.json"
MODEL_FILE = "sequence_transformer.keras"
BATCH = 64
RATE, WEIGHT_DECAY = 3e-4, 1e-2
PATIENCE = 4
"""Epochs without a smaller validation loss, after which the transformer stops; its best weights are kept."""
PICTURES_AT_ONCE = 256

NOTES = (
    "The sequences are made: one still picture each, drifting in place, size and light, with frames covered, blurred or darkened. "
    "No muscle moves in them, so that at best it learns which frames to trust, and nothing about how an expression begins or ends.",
    "Not shipped and not used by the program: the default reads one frame and averages over a second.",
    "It reads an expression, not what a person feels, and never whether somebody is ill.",
)


@dataclass(frozen=True, slots=True)
class Amount:
    """How much is learned from: pictures and epochs for the encoder, sequences of each part and epochs for the transformer; 0: all."""

    still_epochs: int = 20
    stills: int = 0
    sequences: int = 0
    validation: int = 0
    test: int = 0
    epochs: int = 30
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Tokens:
    """N sequences as the encoder sees them.

    `tokens` float16 (N, T, FEATURES), `stills` (N, T, K) what it says of each frame alone, `present` and `spoiled` bool (N, T),
    `labels` (N,).
    """

    tokens: NDArray[np.float16]
    stills: NDArray[np.float32]
    present: NDArray[np.bool_]
    spoiled: NDArray[np.bool_]
    labels: NDArray[np.int64]

    @property
    def inputs(self) -> list[NDArray[np.float32]]:
        """What the transformer takes."""
        return [self.tokens.astype(np.float32), self.present.astype(np.float32)]


def tokens_of(encoder: keras.Model, faces: FacePictures, count: int, seed: int, kept: Path) -> Tokens:
    """The tokens of `count` sequences of different pictures; `kept` is a cache, written whole or not at all."""
    rows = drawn_rows(faces, count, seed)
    if kept.is_file():
        with kept.open("rb") as stream, np.load(stream) as cache:
            found = Tokens(**{name: cache[name] for name in ("tokens", "stills", "present", "spoiled", "labels")})
        if len(found.labels) == len(rows):
            return found
    both = keras.Model(encoder.input, [encoder.get_layer("token").output, encoder.output])
    both.jit_compile = False  # as in train_face
    made = list(sequences(faces, list(rows), FRAMES, seed))
    frames = np.concatenate([one.frames for one in made])
    began, parts = time.monotonic(), []
    for start in range(0, len(frames), PICTURES_AT_ONCE):
        token, said = both.predict(scaled(frames[start : start + PICTURES_AT_ONCE]), verbose=0, batch_size=PICTURES_AT_ONCE)
        parts.append((token.astype(np.float16), said))
        done = min(len(frames), start + PICTURES_AT_ONCE)
        if done == len(frames) or len(parts) % 20 == 0:
            left_min = (time.monotonic() - began) / done * (len(frames) - done) / 60
            print(f"{kept.stem}: {done} of {len(frames)} frames, about {left_min:.0f} min left", flush=True)
    tokens = Tokens(
        np.concatenate([token for token, _ in parts]).reshape(len(rows), FRAMES, FEATURES),
        np.concatenate([said for _, said in parts]).reshape(len(rows), FRAMES, -1),
        np.stack([one.present for one in made]),
        np.stack([one.spoiled for one in made]),
        faces.labels[rows],
    )
    _keep(tokens, kept)
    return tokens


def _keep(tokens: Tokens, path: Path) -> None:
    unfinished = path.with_name(f"unfinished-{path.name}")
    with unfinished.open("wb") as stream:
        np.savez(stream, tokens=tokens.tokens, stills=tokens.stills, present=tokens.present, spoiled=tokens.spoiled, labels=tokens.labels)
    unfinished.replace(path)


def trained(train: Tokens, validation: Tokens, amount: Amount, folder: Path) -> keras.Model:
    """The transformer of the epoch with the smallest validation loss."""
    model = sequence_transformer(*train.tokens.shape[1:], train.stills.shape[-1])
    taught = keras.Model(model.input, model.output["probabilities"])
    taught.compile(keras.optimizers.AdamW(RATE, weight_decay=WEIGHT_DECAY), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    taught.fit(
        train.inputs,
        train.labels,
        validation_data=(validation.inputs, validation.labels),
        batch_size=BATCH,
        epochs=amount.epochs,
        callbacks=[
            keras.callbacks.EarlyStopping("val_loss", patience=PATIENCE, restore_best_weights=True),
            *callbacks(folder),
        ],
        verbose=2,
    )
    return model


def measured(model: keras.Model, validation: Tokens, test: Tokens, names: list[str]) -> dict[str, Any]:
    """A card's calibration and figures: the transformer, the mean of the frames, the last frame alone, and where it looked."""
    said = model.predict(validation.inputs, verbose=0)["probabilities"]
    calibration = calibration_card(said, validation.labels)
    answer = model.predict(test.inputs, verbose=0)
    shares = test.present / test.present.sum(axis=1, keepdims=True)
    mean = (test.stills * shares[..., np.newaxis]).sum(axis=1)
    last = test.stills[np.arange(len(test.labels)), test.present.sum(axis=1) - 1]
    whole = test.present & ~test.spoiled
    figures = {
        "public_test": card_figures(test.labels, calibrated(answer["probabilities"], calibration), names, calibration),
        "public_test, mean of all frames": card_figures(test.labels, mean, names),
        "public_test, last frame alone": card_figures(test.labels, last, names),
        "attention": {
            "mean weight of a whole frame": round(float(answer["attention"][whole].mean()), 4),
            "mean weight of a spoiled frame": round(float(answer["attention"][test.spoiled].mean()), 4),
        },
    }
    return {"calibration": calibration, "figures": figures}


def train(data: Path, folder: Path, amount: Amount, emotions: tuple[str, ...] = (), weights: str = DOWNLOAD) -> dict[str, Any]:
    """Encoder, tokens, transformer and figures, in `folder`; what is there already is not made again."""
    splits = load_faces(data, emotions)
    require_no_face_leak(splits)
    still = replace(
        RECIPES[ENCODER], epochs=amount.still_epochs, pictures=amount.stills, seed=amount.seed, emotions=tuple(map(str, emotions))
    )
    train_face.train(data, folder / ENCODER, still, resume=True, weights=weights)
    encoder = keras.models.load_model(folder / ENCODER / BEST_FILE)
    parts = {
        name: tokens_of(encoder, getattr(splits, name), count, amount.seed, folder / f"tokens-{name}.npz")
        for name, count in (("train", amount.sequences), ("validation", amount.validation), ("test", amount.test))
    }
    keras.utils.set_random_seed(amount.seed)
    model = trained(parts["train"], parts["validation"], amount, folder)
    model.save(folder / MODEL_FILE)
    found = measured(model, parts["validation"], parts["test"], [str(label) for label in splits.classes])
    card = described(splits, folder, amount, {name: len(one.labels) for name, one in parts.items()})
    card |= {"calibration": found["calibration"], "figures": found["figures"] | card["figures"]}
    card["figures"]["architecture"] = (
        f"MobileNetV2 (arXiv:1801.04381) and ResNet50 (arXiv:1512.03385), {encoder.count_params()} parameters, one token a frame; "
        f"transformer over {FRAMES} frames (arXiv:1706.03762), {model.count_params()} parameters"
    )
    (folder / FIGURES_FILE).write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return card


def described(splits: FaceSplits, folder: Path, amount: Amount, sizes: dict[str, int]) -> dict[str, Any]:
    """The fields of a card, its figures still to come."""
    run = json.loads((folder / ENCODER / RUN_FILE).read_text(encoding="utf-8"))
    stills = amount.stills or len(splits.train)
    budget = (
        f"Its encoder was trained for {run['epochs_done']} epochs on {stills} pictures, the transformer on {sizes['train']} sequences: "
        "the figures are of this budget."
    )
    options = " ".join(f"--{name.replace('_', '-')} {getattr(amount, name)}" for name in Amount.__dataclass_fields__)
    return {
        "name": "sequence_transformer",
        "modality": str(Modality.FACE),
        "labels": [str(label) for label in splits.classes],
        "input": input_description() | {"frames": FRAMES},
        "data": [dict(source) for source in splits.sources],
        "split": f"{splits.split} Each sequence is made of one picture of its part.",
        "seed": amount.seed,
        "command": f"python -m training.train_face_sequence --data DIR {options} --write-card",
        "figures": {
            "training": {
                "encoder began with": run["begun_with"],
                "encoder epochs on stills": run["epochs_done"],
                "encoder validation accuracy on stills": run["best_validation_accuracy"],
                "stills": stills,
                "sequences": sizes,
            }
        },
        "notes": [budget, *NOTES],
    }


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of faces, as for training.train_face")
    parser.add_argument("--name", default="sequence_transformer", help="the run's name")
    parser.add_argument("--runs", type=Path, default=Path("runs/face"), help="where the run's state is kept (default: runs/face)")
    parser.add_argument("--weights", default=DOWNLOAD, help=f"MOBILENET_FILE,RESNET_FILE, {DOWNLOAD} (downloads) or {train_face.NONE}")
    parser.add_argument("--emotions", type=lambda names: tuple(names.split(",")), default=(), help="the classes, a,b,c (default: all)")
    parser.add_argument("--threads", type=int, default=0, help="CPU threads (default: all)")
    parser.add_argument("--write-card", action="store_true", help="write its card into docs/figures, as of a network that is not shipped")
    for name, field in Amount.__dataclass_fields__.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, default=field.default, help="default: %(default)s (of sizes, 0: all)")
    options = parser.parse_args()
    train_face.limit_threads(options.threads)
    amount = Amount(**{name: getattr(options, name) for name in Amount.__dataclass_fields__})
    cv2.setNumThreads(1)
    card = train(options.data, options.runs / options.name, amount, options.emotions, options.weights)
    if options.write_card:
        print(f"its card: {write_unshipped(card)}")
    for name, one in card["figures"].items():
        if name.startswith("public_test"):
            print(f"{name}: accuracy {one['accuracy']}, UAR {one['uar']} (always the commonest: {one['majority']['accuracy']})")
    print(", ".join(f"{what} {value}" for what, value in card["figures"]["attention"].items()))


if __name__ == "__main__":
    told(main)
