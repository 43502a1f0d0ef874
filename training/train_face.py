"""Train the face's network on FER2013: `python -m training.train_face --data DIR --name mini_xception`.

Every epoch leaves `state.keras` (weights and optimiser, for --resume) and, when it validates better than all before,
`best.keras`; `log.csv` holds the course. `python -m training.export_face` makes the checkpoint from `best.keras`.
"""

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

import cv2
import keras
import numpy as np
from numpy.typing import NDArray

from core.labels import EMOTIONS, Modality
from core.paths import checkpoint_folder
from models.face.inputs import SIDE_PX, scaled
from models.face.networks import NETWORKS, builder
from models.face.networks.mobilenet_face import frozen_layers
from training.datasets.fer2013 import FacePictures, load_fer2013
from training.face_base import BaseUnreadable, read_base, start_from_base
from training.face_recipes import RECIPES, Recipe

STATE_FILE = "state.keras"
BEST_FILE = "best.keras"
AVERAGE_FILE = "average.npz"
LOG_FILE = "log.csv"
RUN_FILE = "run.json"
RECIPE_FILE = "recipe.json"
TEACHERS_FILE = "teachers.npy"
FACES_FOR_STATISTICS = 256


@dataclass(frozen=True, slots=True)
class Augmentation:
    """The largest change of each kind that a training picture undergoes, and how often a patch is cut out."""

    turn_degrees: float = 12.0
    shift: float = 0.08
    zoom: float = 0.12
    gamma: float = 0.3
    cutout_chance: float = 0.3
    cutout_side: float = 0.25


def augmented(picture: NDArray[np.uint8], random: np.random.Generator, how: Augmentation) -> NDArray[np.uint8]:
    """One picture, mirrored, turned, shifted, zoomed, lit and covered at random; same shape, edges repeated."""
    side = picture.shape[0]
    turn, zoom = random.uniform(-how.turn_degrees, how.turn_degrees), random.uniform(1 - how.zoom, 1 + how.zoom)
    matrix = cv2.getRotationMatrix2D(((side - 1) / 2, (side - 1) / 2), turn, zoom)
    matrix[:, 2] += random.uniform(-how.shift, how.shift, 2) * side
    if random.random() < 0.5:
        matrix = matrix @ np.array([[-1, 0, side - 1], [0, 1, 0], [0, 0, 1]], dtype=np.float64)
    changed = cv2.warpAffine(picture, matrix, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    gamma = float(np.exp(random.uniform(-how.gamma, how.gamma)))
    changed = cv2.LUT(changed, (255 * (np.arange(256) / 255) ** gamma).astype(np.uint8))
    if random.random() < how.cutout_chance:
        patch = max(1, round(side * how.cutout_side))
        x, y = random.integers(0, side - patch, 2, endpoint=True)
        changed[y : y + patch, x : x + patch] = changed.mean()
    return changed


def soft_targets(faces: FacePictures, votes_share: float, smoothing: float) -> NDArray[np.float32]:
    """The label's class, mixed with the FER+ votes and a little of every class; (N, 7), rows sum to 1."""
    hard = np.eye(len(EMOTIONS), dtype=np.float32)[faces.labels]
    mixed = (1 - votes_share) * hard + votes_share * faces.votes
    return ((1 - smoothing) * mixed + smoothing / len(EMOTIONS)).astype(np.float32)


class Batches(keras.utils.PyDataset):
    """Augmented batches; the order and every change follow from (seed, epoch, batch), so that a resumed run repeats nothing.

    `targets` (N, 7) are rows of probabilities, one for each of `faces`.
    """

    def __init__(self, faces: FacePictures, targets: NDArray[np.float32], recipe: Recipe, first_epoch: int = 0) -> None:
        super().__init__()
        self._faces = faces
        self._targets = targets
        self._recipe = recipe
        self._how = Augmentation()
        self._epoch = first_epoch
        self._shuffle()

    def _shuffle(self) -> None:
        self._order = np.random.default_rng((self._recipe.seed, self._epoch)).permutation(len(self._faces))

    def __len__(self) -> int:
        return len(self._faces) // self._recipe.batch

    def __getitem__(self, index: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        random = np.random.default_rng((self._recipe.seed, self._epoch, index))
        rows = self._order[index * self._recipe.batch : (index + 1) * self._recipe.batch]
        changed = scaled(np.stack([augmented(self._faces.pictures[row], random, self._how) for row in rows]))
        return mixed_up(random_square(changed, self._recipe.crop_px, random), self._targets[rows], self._recipe.mixup, random)

    def on_epoch_end(self) -> None:
        """Another order for the next epoch."""
        self._epoch += 1
        self._shuffle()


def random_square(pictures: NDArray[np.float32], side: int, random: np.random.Generator) -> NDArray[np.float32]:
    """The same square of `side` pixels of all pictures (N, height, width, 1), at a random place."""
    top = int(random.integers(0, pictures.shape[1] - side, endpoint=True))
    left = int(random.integers(0, pictures.shape[2] - side, endpoint=True))
    return pictures[:, top : top + side, left : left + side]


def mixed_up(
    pictures: NDArray[np.float32], targets: NDArray[np.float32], strength: float, random: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Each picture and target blended with another of the batch, by a share drawn from Beta(strength, strength)."""
    if strength == 0:
        return pictures, targets
    share = np.float32(random.beta(strength, strength))
    other = random.permutation(len(pictures))
    return share * pictures + (1 - share) * pictures[other], share * targets + (1 - share) * targets[other]


class Progress(keras.callbacks.Callback):
    """Validates on whole pictures, keeps the run's files after each epoch, and says how long is left.

    `whole` is the same network for pictures of SIDE_PX: at each epoch's end it takes over the trained weights, or with `ema`
    their exponential moving average over the steps (Polyak and Juditsky 1992).
    """

    def __init__(self, folder: Path, whole: keras.Model, validation: FacePictures, recipe: Recipe, run: dict[str, Any]) -> None:
        super().__init__()
        self._folder = folder
        self._whole = whole
        self._pictures, self._labels = scaled(validation.pictures), validation.labels
        self._recipe = recipe
        self._run = run
        self._average: list[NDArray[np.float32]] = []
        self._steps = int(run["steps_done"])
        self._started = time.monotonic()
        self._done = 0

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """The average begins with the weights, or where the run stopped."""
        if self._recipe.ema and self._steps:
            with np.load(self._folder / AVERAGE_FILE) as kept:
                self._average = [kept[name] for name in kept.files]
        elif self._recipe.ema:
            self._average = self.model.get_weights()

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """One more step in the average; the first steps count more, so that the beginning is soon forgotten."""
        self._steps += 1
        decay = np.float32(min(self._recipe.ema, (1 + self._steps) / (10 + self._steps)))
        if self._recipe.ema:
            now = self.model.get_weights()
            self._average = [decay * mean + (1 - decay) * new for mean, new in zip(self._average, now, strict=True)]

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Write the state, the best so far, and one line."""
        logs = {} if logs is None else logs
        self._whole.set_weights(self._average or self.model.get_weights())
        said = self._whole.predict(self._pictures, batch_size=256, verbose=0)
        logs["val_accuracy"] = float((said.argmax(axis=1) == self._labels).mean())
        logs["val_loss"] = float(-np.log(np.maximum(said[np.arange(len(said)), self._labels], 1e-7)).mean())
        self.model.save(self._folder / STATE_FILE)
        if self._average:
            np.savez(self._folder / AVERAGE_FILE, *self._average)
        if logs["val_accuracy"] > self._run["best_validation_accuracy"]:
            self._run |= {"best_validation_accuracy": logs["val_accuracy"], "best_epoch": epoch + 1}
            self._whole.save(self._folder / BEST_FILE)
        self._run |= {"epochs_done": epoch + 1, "steps_done": self._steps}
        (self._folder / RUN_FILE).write_text(json.dumps(self._run), encoding="utf-8")
        self._done += 1
        left_min = (time.monotonic() - self._started) / self._done * (self._recipe.epochs - epoch - 1) / 60
        print(
            f"epoch {epoch + 1}/{self._recipe.epochs}: training loss {logs['loss']:.3f}, validation accuracy {logs['val_accuracy']:.4f}"
            f" (best {self._run['best_validation_accuracy']:.4f}), about {left_min:.0f} min left",
            flush=True,
        )


def untrained(recipe: Recipe, steps_an_epoch: int) -> keras.Model:
    """The network for pictures of `crop_px` with its optimiser: AdamW, a linear warm-up, then a cosine down."""
    warmup = round(recipe.warmup_epochs * steps_an_epoch)
    rate = keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=recipe.last_rate,
        decay_steps=max(1, recipe.epochs * steps_an_epoch - warmup),
        alpha=recipe.last_rate / recipe.peak_rate,
        warmup_target=recipe.peak_rate,
        warmup_steps=warmup,
    )
    model = builder(recipe.network)((recipe.crop_px, recipe.crop_px, 1))
    if recipe.frozen_blocks:
        for name in frozen_layers(recipe.frozen_blocks):
            model.get_layer(name).trainable = False
    model.compile(keras.optimizers.AdamW(rate, weight_decay=recipe.weight_decay), loss="categorical_crossentropy", metrics=["accuracy"])
    return model


def train(data: Path, folder: Path, recipe: Recipe, *, resume: bool, base: Path | None = None) -> None:
    """Train until the recipe's last epoch, in `folder`; with `resume` from where the run there stopped."""
    folder.mkdir(parents=True, exist_ok=True)
    splits = load_fer2013(data)
    keras.utils.set_random_seed(recipe.seed)
    run: dict[str, Any] = {"epochs_done": 0, "steps_done": 0, "best_epoch": 0, "best_validation_accuracy": -1.0}
    if resume and (folder / RUN_FILE).is_file():
        run = json.loads((folder / RUN_FILE).read_text(encoding="utf-8"))
        model = keras.models.load_model(folder / STATE_FILE)
    else:
        (folder / RECIPE_FILE).write_text(json.dumps(asdict(recipe), indent=2), encoding="utf-8")
        model = untrained(recipe, len(splits.train) // recipe.batch)
        if base is not None:
            start_from_base(model, read_base(base), first_faces(splits.train, recipe.crop_px))
    print(f"{len(splits.train)} pictures to train on, {len(splits.validation)} to validate; {model.count_params()} parameters", flush=True)
    targets = soft_targets(splits.train, recipe.votes_share, recipe.smoothing)
    if recipe.teachers:
        taught = taught_targets(recipe.teachers, splits.train, folder / TEACHERS_FILE)
        targets = (1 - recipe.teacher_share) * targets + recipe.teacher_share * taught
    whole = builder(recipe.network)((SIDE_PX, SIDE_PX, 1))
    callbacks = [
        Progress(folder, whole, splits.validation, recipe, run),
        keras.callbacks.CSVLogger(folder / LOG_FILE, append=resume),
    ]
    done = int(run["epochs_done"])
    model.fit(Batches(splits.train, targets, recipe, done), initial_epoch=done, epochs=recipe.epochs, callbacks=callbacks, verbose=0)


def first_faces(faces: FacePictures, side: int) -> NDArray[np.float32]:
    """The middles of the first FACES_FOR_STATISTICS faces, scaled, (N, side, side, 1)."""
    edge = (SIDE_PX - side) // 2
    return scaled(faces.pictures[:FACES_FOR_STATISTICS])[:, edge : edge + side, edge : edge + side]


def taught_targets(teachers: Sequence[str], faces: FacePictures, kept: Path) -> NDArray[np.float32]:
    """The mean probabilities (N, 7) of the shipped checkpoints `teachers` for each face and its mirror image; `kept` is a cache."""
    from models.face.classifier import FaceClassifier

    if not kept.is_file():
        models = [FaceClassifier(checkpoint_folder(Modality.FACE, name)) for name in teachers]
        said = [
            np.mean([model.probabilities(side) for model in models for side in (picture, picture[:, ::-1])], axis=0)
            for picture in faces.pictures
        ]
        np.save(kept, np.array(said, dtype=np.float32))
    taught: NDArray[np.float32] = np.load(kept)
    return taught


def chosen_recipe(options: argparse.Namespace) -> Recipe:
    """The network's recipe with what the command line changes."""
    recipe = replace(RECIPES.get(options.network, Recipe()), network=options.network)
    changes = {one.name: getattr(options, one.name, None) for one in fields(Recipe) if one.name != "network"}
    return replace(recipe, **{name: value for name, value in changes.items() if value is not None})


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the sheets and labels of FER2013")
    parser.add_argument("--network", default="mini_xception", choices=sorted(NETWORKS))
    parser.add_argument("--name", help="the run's and the checkpoint's name (default: the network's)")
    parser.add_argument("--base", type=Path, help="mobilenet_face: folder of first weights, see training/face_base.py")
    parser.add_argument("--teachers", type=lambda names: tuple(names.split(",")), help="shipped checkpoints to learn from, a,b")
    parser.add_argument("--runs", type=Path, default=Path("runs/face"), help="where the run's state is kept (default: runs/face)")
    parser.add_argument("--epochs", type=int, help="default: the network's recipe")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--threads", type=int, default=0, help="CPU threads (default: all)")
    parser.add_argument("--resume", action="store_true", help="go on where the run stopped")
    options = parser.parse_args()
    if options.threads:
        import tensorflow as tf

        tf.config.threading.set_intra_op_parallelism_threads(options.threads)
        tf.config.threading.set_inter_op_parallelism_threads(options.threads)
    cv2.setNumThreads(1)
    folder = options.runs / (options.name or options.network)
    try:
        train(options.data, folder, chosen_recipe(options), resume=options.resume, base=options.base)
    except BaseUnreadable as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
