"""The README's table of measured figures, written from the cards: `python -m training.readme_figures`."""

import json
from pathlib import Path
from typing import Any

from core.paths import CHECKPOINTS, PROGRAM_ROOT

README = PROGRAM_ROOT / "README.md"
BEGIN, END = "<!-- figures: written by training/readme_figures.py -->", "<!-- end of figures -->"


def table() -> str:
    """Markdown rows: what was measured on whom, and the trivial baseline."""
    face, voice, text = (_figures(path) for path in ("face/mini_xception", "voice/mlp_180", "text/tfidf_logistic"))
    rows = [
        ("Face, FER2013's public test, seven classes", face["public_test"], face["public_test"]["majority"]),
        ("Voice, RAVDESS, five classes, speakers never heard in training (5 folds)", voice["ravdess"], voice["ravdess"]["majority"]),
        ("Voice, EMO-DB, four classes, likewise", voice["emodb"], voice["emodb"]["majority"]),
        ("Text, GoEmotions, seven groups", text["test"], text["test"]["majority"]),
    ]
    lines = ["| model and test | accuracy | UAR | ECE | always the commonest class |", "|---|---|---|---|---|"]
    lines += [
        f"| {what} (n = {m['n']}) | {m['accuracy']:.3f} | {m['uar']:.3f} | {m['ece']:.3f} | {b['accuracy']:.3f}, UAR {b['uar']:.3f} |"
        for what, m, b in rows
    ]
    return "\n".join(lines)


def with_table(readme: str) -> str:
    """The README with the table of this moment."""
    head, _, rest = readme.partition(BEGIN)
    return f"{head}{BEGIN}\n{table()}\n{END}{rest.partition(END)[2]}"


def _figures(path: str) -> Any:
    return json.loads((CHECKPOINTS / path / "card.json").read_text(encoding="utf-8"))["figures"]


def main(readme: Path = README) -> None:
    """Write the README anew."""
    readme.write_text(with_table(readme.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
