"""Train the face's network on FER2013: `python -m training.train_face --data DIR --name mini_xception`.

Every epoch leaves `state.keras` (weights and optimiser, for --resume) and, when it validates better than all before,
`best.keras`; `log.csv` holds the course. `python -m training.export_face` makes the checkpoint from `best.keras`.
"""

import argparse
import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cv2
import keras
import numpy as np
from numpy.typing import NDArray

from core.labels import EMOTIONS
from models.face.inputs import scaled
from models.face.network import mini_xception
from training.datasets.fer2013 import FacePictures, load_fer2013

STATE_FILE = "state.keras"
BEST_FILE = "best.keras"
LOG_FILE = "log.csv"
RUN_FILE = "run.json"
RECIPE_FILE = "recipe.json"


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the network is trained; kept beside the run and in the card's command."""

    epochs: int = 40
    seed: int = 1
    batch: int = 64
    peak_rate: float = 2e-3
    last_rate: float = 1e-5
    warmup_epochs: float = 1.0
    weight_decay: float = 1e-3
    votes_share: float = 0.2
    smoothing: float = 0.05
    compile_xla: bool = False


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
    """Augmented batches; the order and every change follow from (seed, epoch, batch), so that a resumed run repeats nothing."""

    def __init__(self, faces: FacePictures, recipe: Recipe, first_epoch: int = 0) -> None:
        super().__init__()
        self._faces = faces
        self._targets = soft_targets(faces, recipe.votes_share, recipe.smoothing)
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
        pictures = np.stack([augmented(self._faces.pictures[row], random, self._how) for row in rows])
        return scaled(pictures), self._targets[rows]

    def on_epoch_end(self) -> None:
        """Another order for the next epoch."""
        self._epoch += 1
        self._shuffle()


class Progress(keras.callbacks.Callback):
    """Keeps the run's files after each epoch and says how long is left."""

    def __init__(self, folder: Path, epochs: int, best: float, best_epoch: int) -> None:
        super().__init__()
        self._folder = folder
        self._epochs = epochs
        self._best = best
        self._best_epoch = best_epoch
        self._started = time.monotonic()
        self._done = 0

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Write the state, the best so far, and one line."""
        logs = logs or {}
        self.model.save(self._folder / STATE_FILE)
        if logs["val_accuracy"] > self._best:
            self._best, self._best_epoch = logs["val_accuracy"], epoch + 1
            self.model.save(self._folder / BEST_FILE)
        run = {"epochs_done": epoch + 1, "best_epoch": self._best_epoch, "best_validation_accuracy": self._best}
        (self._folder / RUN_FILE).write_text(json.dumps(run), encoding="utf-8")
        self._done += 1
        left_min = (time.monotonic() - self._started) / self._done * (self._epochs - epoch - 1) / 60
        print(
            f"epoch {epoch + 1}/{self._epochs}: training loss {logs['loss']:.3f}, validation accuracy {logs['val_accuracy']:.4f}"
            f" (best {self._best:.4f}), about {left_min:.0f} min left",
            flush=True,
        )


def compiled(recipe: Recipe, steps_an_epoch: int) -> keras.Model:
    """The untrained network with its optimiser: AdamW, a linear warm-up, then a cosine down."""
    warmup = round(recipe.warmup_epochs * steps_an_epoch)
    rate = keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=recipe.last_rate,
        decay_steps=max(1, recipe.epochs * steps_an_epoch - warmup),
        alpha=recipe.last_rate / recipe.peak_rate,
        warmup_target=recipe.peak_rate,
        warmup_steps=warmup,
    )
    model = mini_xception()
    model.compile(
        keras.optimizers.AdamW(rate, weight_decay=recipe.weight_decay),
        loss="categorical_crossentropy",
        metrics=["accuracy"],
        jit_compile=recipe.compile_xla,
    )
    return model


def train(data: Path, folder: Path, recipe: Recipe, *, resume: bool) -> None:
    """Train until the recipe's last epoch, in `folder`; with `resume` from where the run there stopped."""
    folder.mkdir(parents=True, exist_ok=True)
    splits = load_fer2013(data)
    keras.utils.set_random_seed(recipe.seed)
    done, best, best_epoch = 0, -1.0, 0
    if resume and (folder / RUN_FILE).is_file():
        run = json.loads((folder / RUN_FILE).read_text(encoding="utf-8"))
        done, best, best_epoch = int(run["epochs_done"]), float(run["best_validation_accuracy"]), int(run["best_epoch"])
        model = keras.models.load_model(folder / STATE_FILE)
    else:
        (folder / RECIPE_FILE).write_text(json.dumps(asdict(recipe), indent=2), encoding="utf-8")
        model = compiled(recipe, len(splits.train) // recipe.batch)
    print(f"{len(splits.train)} pictures to train on, {len(splits.validation)} to validate; {model.count_params()} parameters", flush=True)
    one_hot = np.eye(len(EMOTIONS), dtype=np.float32)[splits.validation.labels]
    model.fit(
        Batches(splits.train, recipe, done),
        validation_data=(scaled(splits.validation.pictures), one_hot),
        validation_batch_size=256,
        initial_epoch=done,
        epochs=recipe.epochs,
        callbacks=[keras.callbacks.CSVLogger(folder / LOG_FILE, append=resume), Progress(folder, recipe.epochs, best, best_epoch)],
        verbose=0,
    )


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the sheets and labels of FER2013")
    parser.add_argument("--name", default="mini_xception", help="the checkpoint's name")
    parser.add_argument("--runs", type=Path, default=Path("runs/face"), help="where the run's state is kept (default: runs/face)")
    parser.add_argument("--epochs", type=int, default=Recipe.epochs)
    parser.add_argument("--seed", type=int, default=Recipe.seed)
    parser.add_argument("--threads", type=int, default=0, help="CPU threads (default: all)")
    parser.add_argument("--resume", action="store_true", help="go on where the run stopped")
    options = parser.parse_args()
    if options.threads:
        import tensorflow as tf

        tf.config.threading.set_intra_op_parallelism_threads(options.threads)
        tf.config.threading.set_inter_op_parallelism_threads(options.threads)
    cv2.setNumThreads(1)
    train(options.data, options.runs / options.name, Recipe(epochs=options.epochs, seed=options.seed), resume=options.resume)


if __name__ == "__main__":
    main()
