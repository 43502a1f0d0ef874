"""What a training or a measurement leaves for a person: pictures and one HTML page that needs nothing beside it.

A train script calls `callbacks(folder)` for its Keras run and, at the end, `write_report(folder, card, log_csv, labels, probabilities)`.
"""

import base64
import io
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from numpy.typing import ArrayLike

from core.failures import Failure, OutputUnwritable
from models.card import ModelCard
from training import plots
from training.calibrate import card_figures

if TYPE_CHECKING:
    import keras
    from matplotlib.figure import Figure

REPORT_FILE = "report.html"
LOG_FILE = "log.csv"
TENSORBOARD_FOLDER = "tensorboard"

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; color: #1b1f27; background: #fff }
h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; margin-top: 2rem }
table { border-collapse: collapse; margin: 0.5rem 0 } th, td { padding: 0.2rem 0.8rem; border-bottom: 1px solid #dcdfe5; text-align: right }
th:first-child, td:first-child { text-align: left }
.pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(30rem, 1fr)); gap: 1rem } img { max-width: 100%; height: auto }
.limits { border-left: 4px solid #6b7280; padding-left: 1rem }
"""


def write_report(
    folder: Path,
    card: ModelCard,
    log_csv: Path | None,
    labels: ArrayLike,
    probabilities: ArrayLike,
    *,
    training_labels: ArrayLike | None = None,
    title: str = "test",
    step: str = plots.STEP,
) -> Path:
    """Write the pictures (PNG) and report.html into `folder`, and return the page's path; raises OutputUnwritable.

    `labels` (N,) are class indices in the order of `card.labels` and `probabilities` (N, K) calibrated, both of the test; `log_csv` is the
    run's log (Keras's CSVLogger; None: no learning curves), whose rows are epochs, or each a `step`; `training_labels` (M,) are what the
    class counts are of (None: the test's).
    """
    names = [str(label) for label in card.labels]
    figures = card_figures(labels, probabilities, names, card.calibration)
    drawn = {
        "class_counts": plots.class_counts(labels if training_labels is None else training_labels, names),
        "learning_curves": plots.learning_curves(log_csv, step) if log_csv is not None and log_csv.is_file() else None,
        "confusion_matrix": plots.confusion_matrix(figures["confusion"], names),
        "roc": plots.roc(labels, probabilities, names),
        "reliability": plots.reliability_diagram(probabilities, labels, figures["ece"]),
        "accuracy_coverage": plots.accuracy_coverage_curve(probabilities, labels),
    }
    pictures = {name: png(figure) for name, figure in drawn.items() if figure is not None}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, picture in pictures.items():
            (folder / f"{name}.png").write_bytes(picture)
        (folder / REPORT_FILE).write_text("\n".join(_page(card, title, figures, pictures)), encoding="utf-8")
    except OSError as error:
        raise OutputUnwritable(
            Failure(f"The report cannot be written into {folder}.", f"{error.strerror}.", "Choose another folder.")
        ) from error
    return folder / REPORT_FILE


def callbacks(folder: Path, *, append: bool = False) -> "list[keras.callbacks.Callback]":
    """What every Keras training logs into `folder`: log.csv (`append`: of a resumed run), and events for `tensorboard --logdir`."""
    import keras

    folder.mkdir(parents=True, exist_ok=True)
    return [
        keras.callbacks.CSVLogger(folder / LOG_FILE, append=append),
        keras.callbacks.TensorBoard(log_dir=folder / TENSORBOARD_FOLDER, write_graph=False),
    ]


def png(figure: "Figure") -> bytes:
    """A figure's picture."""
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=plots.DPI, metadata={"Software": None})
    return stream.getvalue()


def _page(card: ModelCard, title: str, figures: Mapping[str, Any], pictures: Mapping[str, bytes]) -> Iterator[str]:
    yield page_head(f"{card.modality} / {card.name} on {title}")
    yield f"<p>n = {figures['n']}. Made by <code>{escape(card.command)}</code>, seed {card.seed}. {escape(card.split)}</p>"
    yield table(["figure", "measured", "95 % interval", f"always “{figures['majority']['class']}”"], _headline(figures))
    classes = figures["per_class"].items()
    yield table(["class", "n", "recall", "precision", "F1"], [[name, *map(_cell, one.values())] for name, one in classes])
    sets = figures["calibration"]["label_sets"]
    if sets is not None:
        yield (
            f"<p>Label sets hold the true class in {sets['coverage']:.1%} (meant: {card.calibration['conformal']['coverage']:.0%}) and "
            f"{sets['mean_size']:.2f} classes on average; {sets['answered']:.1%} hold one class alone.</p>"
        )
    yield from page_foot(pictures, card.notes)


def page_head(heading: str) -> str:
    """The beginning of a page, with its heading."""
    title = escape(heading)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>{STYLE}</style></head>'
        f"<body><h1>{title}</h1>"
    )


def page_foot(pictures: Mapping[str, bytes], notes: Sequence[str]) -> Iterator[str]:
    """The pictures by name, what the model must not be used for, and the end of a page."""
    yield '<div class="pictures">'
    for name, picture in pictures.items():
        alt = escape(name.replace("_", " "))
        yield f'<figure><img alt="{alt}" src="data:image/png;base64,{base64.b64encode(picture).decode()}"></figure>'
    yield '</div><h2>What it must not be used for</h2><ul class="limits">'
    yield from (f"<li>{escape(note)}</li>" for note in notes)
    yield "</ul></body></html>"


def _headline(figures: Mapping[str, Any]) -> list[list[str]]:
    rows = []
    for name, key in (("accuracy", "accuracy"), ("UAR", "uar"), ("macro-F1", "macro_f1"), ("coverage", "coverage")):
        limits = figures["intervals"][key]
        rows.append([name, _cell(figures[key]), "–".join(map(_cell, limits)) if limits else "", _cell(figures["majority"].get(key))])
    return [*rows, ["ECE (15 bins)", _cell(figures["ece"]), "", ""]]


def _cell(value: float | None) -> str:
    return "" if value is None else str(value) if isinstance(value, int) else f"{value:.3f}"


def table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of a page."""
    head = "".join(f"<th>{escape(title)}</th>" for title in titles)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
