"""A training run's folder: what is kept of it after each epoch, so that it can be resumed, and how it is told."""

import json
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from core.failures import DataUnfit, Failure, WrongUse
from models.face.inputs import scaled
from training.datasets.face_pictures import FacePictures
from training.face_recipes import Recipe

STATE_FILE = "state.keras"
BEST_FILE = "best.keras"
AVERAGE_FILE = "average.npz"
RUN_FILE = "run.json"
RECIPE_FILE = "recipe.json"

MAY_CHANGE = frozenset({"epochs", "patience", "whole_epochs", "whole_rate"})
"""Of a recipe, between a run and its resumption; anything else would make it another run."""


def begun_run(folder: Path, recipe: Recipe, *, resume: bool) -> dict[str, Any]:
    """What is known of the run in `folder`: anew, or with `resume` what was kept; its recipe is written. Raises WrongUse, DataUnfit."""
    folder.mkdir(parents=True, exist_ok=True)
    run: dict[str, Any] = {"epochs_done": 0, "steps_done": 0, "best_epoch": 0, "best_validation_accuracy": -1.0}
    if resume and (folder / RUN_FILE).is_file():
        run |= _read(folder / RUN_FILE)
        _require_same(_read(folder / RECIPE_FILE), recipe, folder, int(run["epochs_done"]))
    _write(folder / RECIPE_FILE, asdict(recipe))
    return run


def kept_model(folder: Path) -> keras.Model:
    """The network with its optimiser as the last epoch left it; raises DataUnfit."""
    try:
        return keras.models.load_model(folder / STATE_FILE)
    except (OSError, ValueError, KeyError) as error:
        raise _damaged(folder / STATE_FILE, error) from error


def keep_model(model: keras.Model, path: Path) -> None:
    """Write a network whole or not at all: who is stopped meanwhile resumes from the one before."""
    unfinished = path.with_name(f"unfinished-{path.name}")
    model.save(unfinished)
    unfinished.replace(path)


def is_over(run: dict[str, Any], recipe: Recipe) -> bool:
    """Whether all epochs are done, or validation has not become better for `patience` of them."""
    waited = int(run["epochs_done"]) - int(run["best_epoch"])
    return run["epochs_done"] >= recipe.epochs or (bool(recipe.patience) and waited >= recipe.patience)


def last_weights(folder: Path, recipe: Recipe) -> list[NDArray[np.float32]]:
    """What validated in the last epoch: the network's weights, or with `ema` their average; raises DataUnfit."""
    if not recipe.ema:
        weights: list[NDArray[np.float32]] = kept_model(folder).get_weights()
        return weights
    try:
        with np.load(folder / AVERAGE_FILE) as kept:
            return [kept[name] for name in kept.files]
    except (OSError, ValueError) as error:
        raise _damaged(folder / AVERAGE_FILE, error) from error


def answering(weights: Sequence[NDArray[np.float32]], whole: int, votes_answer: float) -> list[NDArray[np.float32]]:
    """The `whole` first weights, their last (the head's kernel and bias) mixed by `votes_answer` with those of the head of the votes."""
    own, votes = list(weights[:whole]), weights[whole:]
    mixed = [(1 - votes_answer) * label + votes_answer * vote for label, vote in zip(own[len(own) - len(votes) :], votes, strict=True)]
    return [*own[: len(own) - len(votes)], *mixed]


def _require_same(before: dict[str, Any], recipe: Recipe, folder: Path, done: int) -> None:
    """Raise WrongUse where `recipe` differs from the one that `done` epochs were trained by; after whole pictures no other epochs come."""
    now = json.loads(json.dumps(asdict(recipe)))
    may_change = MAY_CHANGE - {"epochs"} if done > before["epochs"] else MAY_CHANGE
    changed = [name for name in before if name in now and before[name] != now[name] and name not in may_change]
    if changed:
        differences = ", ".join(f"{name} was {before[name]} and is {now[name]}" for name in changed)
        raise WrongUse(
            Failure(f"The run in {folder} cannot be resumed so:", f"{differences}.", "Resume it as it began, or begin another with --name.")
        )


def _read(path: Path) -> dict[str, Any]:
    try:
        kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _damaged(path, error) from error
    return kept


def _write(path: Path, values: dict[str, Any]) -> None:
    unfinished = path.with_name(f"unfinished-{path.name}")
    unfinished.write_text(json.dumps(values, indent=2), encoding="utf-8")
    unfinished.replace(path)


def _damaged(path: Path, error: Exception) -> DataUnfit:
    return DataUnfit(Failure(f"{path} cannot be read.", f"{str(error).splitlines()[0]}.", "Begin the run anew, without --resume."))


class Progress(keras.callbacks.Callback):
    """Validates on whole pictures, keeps the run's files after each epoch, stops when nothing gets better, and says how long is left.

    `whole` is the same network for pictures of SIDE_PX: at each epoch's end it takes over the trained weights, or with `ema`
    their exponential moving average over the steps (Polyak and Juditsky 1992). A head of the votes comes last; it is mixed into the
    other with `votes_answer`, so that the logits are so far its own.
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
        self._started = 0.0
        self._done = 0

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """The average begins with the weights, or where the run stopped."""
        self._started = time.monotonic()
        if self._recipe.ema and self._steps:
            self._average = last_weights(self._folder, self._recipe)
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
        self._whole.set_weights(answering(self._average or self.model.get_weights(), len(self._whole.weights), self._recipe.votes_answer))
        said = self._whole.predict(self._pictures, batch_size=256, verbose=0)
        logs["val_accuracy"] = float((said.argmax(axis=1) == self._labels).mean())
        logs["val_loss"] = float(-np.log(np.maximum(said[np.arange(len(said)), self._labels], 1e-7)).mean())
        self._keep(epoch, logs["val_accuracy"])
        self._done += 1
        left_min = (time.monotonic() - self._started) / self._done * (self._recipe.epochs - epoch - 1) / 60
        print(
            f"epoch {epoch + 1}/{self._recipe.epochs}: training loss {logs['loss']:.3f}, validation accuracy {logs['val_accuracy']:.4f}"
            f" (best {self._run['best_validation_accuracy']:.4f}), about {left_min:.0f} min left",
            flush=True,
        )
        if is_over(self._run, self._recipe) and epoch + 1 < self._recipe.epochs:
            print(f"validation has not become better for {self._recipe.patience} epochs: training stops", flush=True)
            self.model.stop_training = True

    def _keep(self, epoch: int, accuracy: float) -> None:
        """The run's own file last: who is stopped before it repeats the epoch."""
        keep_model(self.model, self._folder / STATE_FILE)
        if self._average:
            np.savez(self._folder / AVERAGE_FILE, *self._average)
        if accuracy > self._run["best_validation_accuracy"]:
            self._run |= {"best_validation_accuracy": accuracy, "best_epoch": epoch + 1}
            keep_model(self._whole, self._folder / BEST_FILE)
        self._run |= {"epochs_done": epoch + 1, "steps_done": self._steps}
        _write(self._folder / RUN_FILE, self._run)
