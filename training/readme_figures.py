"""The README's table of measured figures, written from the cards: `python -m training.readme_figures`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.labels import Modality
from core.paths import PROGRAM_ROOT
from training.model_cards import MAIN_TESTS, all_cards, use_of

README = PROGRAM_ROOT / "README.md"
BEGIN, END = "<!-- figures: written by training/readme_figures.py -->", "<!-- end of figures -->"

SHOWN_USES = ("the default", "accurate")
TESTS: Mapping[str, str] = {
    "public_test": "FER2013's public test, seven classes",
    "ravdess": "RAVDESS, five classes, speakers never heard in training",
    "emodb": "EMO-DB, four classes, likewise",
    "test": "GoEmotions, seven groups",
}


def table() -> str:
    """Markdown rows: what was measured on whom, and the trivial baseline."""
    lines = ["| model and test | accuracy | UAR | ECE | always the commonest class |", "|---|---|---|---|---|"]
    for card in all_cards():
        if use_of(card) in SHOWN_USES:
            tests = [name for name in MAIN_TESTS[Modality(card["modality"])] if name in card["figures"]]
            lines += [_row(f"{card['modality'].capitalize()}, {card['name']}: {TESTS[name]}", card["figures"][name]) for name in tests]
    return "\n".join(lines)


def _row(what: str, figures: Mapping[str, Any]) -> str:
    always = figures["majority"]
    scores = " | ".join(f"{figures[key]:.3f}" for key in ("accuracy", "uar", "ece"))
    return f"| {what} (n = {figures['n']}) | {scores} | {always['accuracy']:.3f}, UAR {always['uar']:.3f} |"


def with_table(readme: str) -> str:
    """The README with the table of this moment."""
    head, _, rest = readme.partition(BEGIN)
    return f"{head}{BEGIN}\n{table()}\n{END}{rest.partition(END)[2]}"


def main(readme: Path = README) -> None:
    """Write the README anew."""
    readme.write_text(with_table(readme.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
