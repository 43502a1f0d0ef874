"""Train the learned fusion on interviews with questionnaires: `make train-fusion CONFIG=configs/fusion.yaml`.

Measures first, by nested cross-validation over people, the fusion and what it is compared with; then trains on all and writes a
checkpoint of the user's own. A run that was broken off goes on where it was and ends with the same figures; docs/fusion-network.md
says what they mean.
"""

import argparse
import hashlib
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.estimate import ITEMS
from core.paths import PROGRAM_ROOT
from models.fusion.card import FusionCard, write_fusion_card
from models.fusion.reader import FUSION_CHECKPOINTS
from training.datasets.generated_interviews import generated_interviews
from training.datasets.interview import Interview
from training.datasets.interviews import load_interviews
from training.export_checkpoint import LARGEST_DIFFERENCE, ExportDiffers, export_keras, largest_difference
from training.fusion_config import GENERATED_FORMS, SHUFFLED, UNRELIABLE, FusionConfig, read_config
from training.fusion_examples import TOTAL, Examples, described, examples_of
from training.fusion_figures import fusion_figures
from training.fusion_learning import learned, network_of
from training.fusion_report import summary, tables, value, write_fusion_report
from training.fusion_validation import Fits, Outcome, all_measured, calibration_of, folds_of, network_settings
from training.fusion_variations import WHOLE, variations_of
from training.report import REPORT_FILE
from training.run_log import RunLog
from training.sentences import told

RUNS = PROGRAM_ROOT / "runs" / "fusion"
FILE = "fusion.tflite"
COMPARED = 16
"""Sessions on which the exported file must agree with the network."""

NOTES = (
    "It estimates what a questionnaire would say. It is no diagnosis, does not rule out a risk of suicide, and must not be used to screen, "
    "to decide on treatment, insurance, work or asylum, nor on anybody who has not agreed.",
    "It knows people like those that it learned from, in such interviews; for others its intervals promise nothing.",
    "It may be used and handed on only as the licence of the interviews says.",
)
MADE_UP = "It learned from made-up people: it shows that training works, and says nothing about anybody."


class Material(NamedTuple):
    """The interviews, and what a generated total is expected to be (N,), where that is known."""

    interviews: list[Interview]
    truth: NDArray[np.float64] | None


def material_of(config: FusionConfig, work: Path) -> Material:
    """What the configuration names."""
    if config.form in GENERATED_FORMS:
        return Material(
            *generated_interviews(config.people, config.seed, unreliable=config.form == UNRELIABLE, shuffled=config.form == SHUFFLED)
        )
    assert config.folder is not None
    return Material(load_interviews(config.form, config.folder, work=work / "lanes"), None)


class Measured(NamedTuple):
    """What cross-validation found."""

    examples: Examples
    outcome: Outcome
    figures: dict[str, Any]
    notes: tuple[str, ...]


def measure(config: FusionConfig, work: Path, command: str) -> Measured:
    """Cross-validate, and report in `work`, which keeps what a run that goes on needs."""
    material = material_of(config, work)
    examples = examples_of(material.interviews, config.segments)
    print(described(examples, material.interviews), flush=True)
    fold = folds_of(examples, config.folds, config.seed)
    fits = Fits(work, _key(examples, config), lambda line: print(line, flush=True))
    outcomes = all_measured(examples, fold, variations_of(examples.layout, config.variations), config, fits)
    figures = fusion_figures(examples, fold, outcomes, material.truth)
    notes = (*([MADE_UP] if config.form in GENERATED_FORMS else []), *_limits(examples), *NOTES)
    write_fusion_report(work, figures, examples, outcomes[WHOLE], title=config.name, command=command, notes=notes)
    return Measured(examples, outcomes[WHOLE], figures, notes)


def _limits(examples: Examples) -> Iterator[str]:
    """What the answers were too few for."""
    if not np.isfinite(examples.targets[:, :ITEMS]).any():
        yield "No items were known to it: only their sum was learned, and single items mean nothing."
    if not np.isfinite(examples.targets[:, TOTAL]).any():
        yield "No totals were known to it, only sides of a cut-off: a total means nothing beyond above or below."


def train(config: FusionConfig, work: Path, checkpoints: Path, command: str) -> dict[str, Any]:
    """Measure, train on all, export and describe; the figures."""
    found = measure(config, work, command)
    tell(found.figures)
    folder = checkpoints / config.name
    write_checkpoint(folder, found, config, command)
    print(f"The report is {work / REPORT_FILE}, the checkpoint {folder}.")
    return found.figures


def write_checkpoint(folder: Path, found: Measured, config: FusionConfig, command: str) -> None:
    """A network of all people, as wide as most folds chose and trained as long as they were in the median; raises ExportDiffers."""
    examples, outcome, figures, notes = found
    settings = network_settings(config, Counter(outcome.widths).most_common(1)[0][0])
    learning = config.learning._replace(epochs=max(1, int(np.median(outcome.epochs))))
    log = RunLog(folder / "log")
    everybody = np.ones(len(examples.people), dtype=bool)
    known = learned(examples, everybody, None, settings, learning, config.seed, lambda epoch, loss, _: log.add(epoch, loss=loss))
    some = examples.arrays[:COMPARED]
    path = export_keras(network_of(examples.layout, settings, known, unroll=True), folder, FILE, some)
    if (difference := largest_difference(network_of(examples.layout, settings, known), path, some)) > LARGEST_DIFFERENCE:
        raise ExportDiffers(f"{path.name}, written out, differs from the trained network by up to {difference:.2g}")
    write_fusion_card(
        FusionCard(
            name=config.name,
            file=FILE,
            layout=examples.layout,
            network={**settings._asdict(), **learning._asdict()},
            calibration=calibration_of(outcome.items, examples.targets),
            data=({"form": config.form, "people": figures["people"], "sessions": figures["sessions"], "sha256": examples.fingerprint},),
            split=f"Figures: {config.folds} folds by person, in each {config.inner_folds} of the others validate (epochs, width, "
            "calibration). The network: all people; its calibration is that of the folds' unseen people.",
            seed=config.seed,
            command=command,
            figures=figures,
            notes=notes,
            folder=folder,
        )
    )


def tell(figures: dict[str, Any]) -> None:
    """The report's tables as lines."""
    print(summary(figures))
    for heading, (head, rows) in tables(figures):
        print(f"\n{heading}")
        for row in rows:
            print("  " + ", ".join(f"{name} {cell}".strip() for name, cell in zip(head, row, strict=True) if cell))
    if "truth" in figures:
        print(f"\nCorrelation of the estimates with the true relation: {value(figures['truth'][WHOLE])}")


def _key(examples: Examples, config: FusionConfig) -> str:
    """What fits must agree in to be taken over: the data and all that is learned by, but not which variations are asked for."""
    asked = config._replace(name="", folder=None, variations=(), widths=())
    return hashlib.sha256(f"{examples.fingerprint} {asked}".encode()).hexdigest()[:12]


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", type=Path, required=True, metavar="FILE", help="such as configs/fusion.yaml")
    parser.add_argument("--work", type=Path, metavar="DIR", help="kept fits, logs and the report (default: runs/fusion/NAME)")
    parser.add_argument("--checkpoints", type=Path, metavar="DIR", default=FUSION_CHECKPOINTS, help="(default: the program's own)")
    options = parser.parse_args()
    config = read_config(options.config)
    began = time.monotonic()
    train(config, options.work or RUNS / config.name, options.checkpoints, f"make train-fusion CONFIG={options.config}")
    print(f"{(time.monotonic() - began) / 60:.1f} minutes.")


if __name__ == "__main__":
    told(main)
