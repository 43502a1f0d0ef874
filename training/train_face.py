"""Train a face's network: `python -m training.train_face --data DIR --network mini_xception`.

`--data` is the project's sheets, FER2013's CSV, a manifest or class folders (training/datasets/faces.py). Every epoch leaves
`state.keras` (weights and optimiser, for --resume) and, when it validates better than all before, `best.keras`; `log.csv` holds
the course. `python -m training.export_face` makes the checkpoint from `best.keras`. With PyTorch installed beside the packages of this
project, KERAS_BACKEND=torch trains the same networks in a third to a half of the time (training/keras_on_torch.py).
"""

import argparse
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import cv2
import keras
import numpy as np
from numpy.typing import NDArray

from models.face.inputs import SIDE_PX, scaled
from models.face.networks import NETWORKS, builder
from models.face.networks.imagenet import DOWNLOAD, WeightsUnavailable
from models.face.networks.mobilenet_face import frozen_layers
from training.datasets.face_pictures import FacePictures, FaceSplits
from training.datasets.faces import described, load_faces
from training.face_base import BaseUnreadable, read_base, start_from_base
from training.face_batches import Batches, steps_an_epoch, targets_of
from training.face_recipes import RECIPES, Recipe
from training.face_run import Progress, begun_run, is_over, kept_model, last_weights
from training.keras_on_torch import TORCH, without_detours
from training.leaks import require_no_face_leak
from training.report import callbacks
from training.sentences import told

FACES_FOR_STATISTICS = 256
NONE = "none"
TRANSFER = ("resnet50v2", "frame_encoder")
"""Networks that begin with ImageNet's weights (--weights)."""


def untrained(recipe: Recipe, pictures: int, classes: int, weights: str = NONE) -> tuple[keras.Model, str]:
    """The network for pictures of `crop_px` with its optimiser, and in words what its weights are: AdamW, warm-up, a cosine down."""
    steps = steps_an_epoch(pictures, recipe.batch)
    warmup = round(recipe.warmup_epochs * steps)
    rate = keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=recipe.last_rate,
        decay_steps=max(1, recipe.epochs * steps - warmup),
        alpha=recipe.last_rate / recipe.peak_rate,
        warmup_target=recipe.peak_rate,
        warmup_steps=warmup,
    )
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(recipe.precision)
    try:
        model, begun = begun_with(recipe.network, (recipe.crop_px, recipe.crop_px, 1), classes, weights)
    finally:
        keras.config.set_dtype_policy(before)
    if recipe.frozen_blocks:
        for name in frozen_layers(recipe.frozen_blocks):
            model.get_layer(name).trainable = False
    weights_of_losses = None
    if recipe.votes_head:
        model, weights_of_losses = with_votes_head(model, classes), [1.0, recipe.votes_head]
    model.compile(
        keras.optimizers.AdamW(rate, weight_decay=recipe.weight_decay),
        loss=["categorical_crossentropy"] * len(model.outputs),
        loss_weights=weights_of_losses,
        metrics=[["accuracy"]] * len(model.outputs),
    )
    return model, begun


def with_votes_head(model: keras.Model, classes: int) -> keras.Model:
    """The network with a second output (batch, classes) from the same features; its weights come after all others."""
    votes = keras.layers.Dense(classes, activation="softmax", name="votes", dtype="float32")(model.layers[-1].input)
    return keras.Model(model.inputs, [*model.outputs, votes], name=model.name)


def begun_with(network: str, shape: tuple[int, int, int], classes: int, weights: str) -> tuple[keras.Model, str]:
    """The network with ImageNet's weights (DOWNLOAD or a file) or NONE, and which it was; where they are not to be had, it says so."""
    if network not in TRANSFER or weights == NONE:
        return builder(network)(shape, classes), "random weights"
    try:
        where = "ImageNet's weights, downloaded" if weights == DOWNLOAD else f"the weights of {Path(weights).name}"
        return builder(network)(shape, classes, weights=weights), where
    except WeightsUnavailable as missing:
        print(f"{missing} It is trained from scratch now.", flush=True)
        return builder(network)(shape, classes), "random weights, as ImageNet's could not be downloaded"


def train(data: Path, folder: Path, recipe: Recipe, *, resume: bool, base: Path | None = None, weights: str = NONE) -> None:
    """Train until the recipe's last epoch, in `folder`; with `resume` from where the run there stopped. Raises LeakFound before all."""
    splits = load_faces(data, recipe.emotions)
    require_no_face_leak(splits)
    keras.utils.set_random_seed(recipe.seed)
    run = begun_run(folder, recipe, resume=resume)
    print(described(splits), flush=True)
    taught = first_pictures(splits, recipe)
    pictures, classes = len(taught.train), len(splits.classes)
    print(f"{recipe.network}: {run['epochs_done']} of {recipe.epochs + recipe.whole_epochs} epochs done", flush=True)
    if not is_over(run, recipe):
        if run["epochs_done"]:
            model = kept_model(folder)
        else:
            run["backend"] = keras.backend.backend()
            model, run["begun_with"] = untrained(recipe, pictures, classes, weights)
            if base is not None:
                start_from_base(model, read_base(base), first_faces(taught.train, recipe.crop_px))
        learn(model, recipe, taught, folder, run, first=run["epochs_done"])
    if recipe.whole_epochs and run["epochs_done"] < recipe.epochs + recipe.whole_epochs:
        stage = on_whole_pictures(recipe)
        if run["epochs_done"] > recipe.epochs:
            model = kept_model(folder)
        else:
            model, _ = untrained(replace(stage, epochs=recipe.whole_epochs), pictures, classes)
            model.set_weights(last_weights(folder, recipe))
            run["best_validation_accuracy"] = -1.0
        learn(model, stage, taught, folder, run, first=max(run["epochs_done"], recipe.epochs))


def on_whole_pictures(recipe: Recipe) -> Recipe:
    """The last stage of a recipe with `whole_epochs`, by which the epochs before it count as done; the best is then one of its own."""
    return replace(
        recipe,
        epochs=recipe.epochs + recipe.whole_epochs,
        peak_rate=recipe.whole_rate,
        warmup_epochs=0.0,
        crop_px=SIDE_PX,
        mixup=0.0,
        ema=0.0,
        patience=0,
    )


def learn(model: keras.Model, recipe: Recipe, splits: FaceSplits, folder: Path, run: dict[str, Any], *, first: int) -> None:
    """Train `model` from epoch `first` (0 is the first of all) to the recipe's last, and keep what `run` and `folder` keep of it."""
    whole = builder(recipe.network)((SIDE_PX, SIDE_PX, 1), len(splits.classes))
    for one in (model, whole):
        one.jit_compile = False  # by XLA, a CPU takes one and a half to eight times as long, and first compiles for minutes
    after_epochs = [Progress(folder, whole, splits.validation, recipe, run), *callbacks(folder, append=first > 0)]
    batches = Batches(splits.train, targets_of(splits, recipe, folder), recipe, first)
    model.fit(batches, initial_epoch=first, epochs=recipe.epochs, callbacks=after_epochs, verbose=0)


def first_pictures(splits: FaceSplits, recipe: Recipe) -> FaceSplits:
    """With only `pictures` of the training pictures, drawn by the seed; 0: all."""
    if not 0 < recipe.pictures < len(splits.train):
        return splits
    chosen = np.zeros(len(splits.train), dtype=bool)
    chosen[np.random.default_rng(recipe.seed).permutation(len(splits.train))[: recipe.pictures]] = True
    return replace(splits, train=splits.train.where(chosen))


def first_faces(faces: FacePictures, side: int) -> NDArray[np.float32]:
    """The middles of the first FACES_FOR_STATISTICS faces, scaled, (N, side, side, 1)."""
    edge = (SIDE_PX - side) // 2
    return scaled(faces.pictures[:FACES_FOR_STATISTICS])[:, edge : edge + side, edge : edge + side]


def chosen_recipe(options: argparse.Namespace) -> Recipe:
    """The network's recipe with what the command line changes."""
    recipe = replace(RECIPES.get(options.network, Recipe()), network=options.network)
    changes = {one.name: getattr(options, one.name, None) for one in fields(Recipe) if one.name != "network"}
    return replace(recipe, **{name: value for name, value in changes.items() if value is not None})


def limit_threads(threads: int) -> None:
    """What Keras runs on, on so many CPU threads (0: all), before it has begun."""
    if threads and keras.backend.backend() == TORCH:
        import torch

        torch.set_num_threads(threads)
    elif threads:
        import tensorflow as tf

        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(threads)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of faces, see above")
    parser.add_argument("--network", default="mini_xception", choices=sorted(NETWORKS))
    parser.add_argument("--name", help="the run's and the checkpoint's name (default: the network's)")
    parser.add_argument("--base", type=Path, help="mobilenet_face, mobilenet_small: folder of first weights, see training/face_base.py")
    parser.add_argument("--weights", default=DOWNLOAD, help=f"{', '.join(TRANSFER)}: a file, {DOWNLOAD} (downloads) or {NONE}")
    parser.add_argument("--emotions", type=lambda names: tuple(names.split(",")), help="the classes, a,b,c (default: all)")
    parser.add_argument("--teachers", type=lambda names: tuple(names.split(",")), help="shipped checkpoints to learn from, a,b")
    parser.add_argument("--runs", type=Path, default=Path("runs/face"), help="where the run's state is kept (default: runs/face)")
    for one in fields(Recipe):
        if isinstance(one.default, int | float | str) and one.name != "network":
            parser.add_argument(f"--{one.name.replace('_', '-')}", type=type(one.default), help="see training/face_recipes.py")
    parser.add_argument("--threads", type=int, default=0, help="CPU threads (default: all)")
    parser.add_argument("--resume", action="store_true", help="go on where the run stopped")
    options = parser.parse_args()
    limit_threads(options.threads)
    cv2.setNumThreads(1)
    without_detours()
    folder = options.runs / (options.name or options.network)
    try:
        train(options.data, folder, chosen_recipe(options), resume=options.resume, base=options.base, weights=options.weights)
    except BaseUnreadable as error:
        parser.error(str(error))


if __name__ == "__main__":
    told(main)
