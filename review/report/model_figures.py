"""A checkpoint's measured figures as rows, each beside what the trivial baseline reaches on the same data."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

BASELINE_WORDS = ("baseline", "majority", "trivial", "chance")
MODEL_WORDS = ("model", "network", "measured")
MOST_ROWS = 14
HOW_IT_WAS_MADE = frozenset({"training", "architecture", "rows", "chosen", "class", "search", "seed"})
"""Parts of a card's figures that say nothing of how well a model does."""


def figure_rows(figures: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """(figure, model, baseline) for each number; a name with "baseline" or "majority" in it is the other one's baseline.

    Both {"accuracy": {"model": 0.6, "baseline": 0.2}} and {"accuracy": 0.6, "majority_accuracy": 0.2} give one row. What has no baseline is
    left out where something has one; lists (confusion matrices, curves) stay in the card.
    """
    pairs: dict[str, dict[bool, str]] = {}
    for path, value in _leaves(figures):
        if HOW_IT_WAS_MADE.intersection(path):
            continue
        is_baseline = any(word in part for part in path for word in BASELINE_WORDS)
        name = " › ".join(filter(None, (_without(part) for part in path if part != "groups"))) or "score"
        pairs.setdefault(name, {}).setdefault(is_baseline, _shown(value))
    rows = [(name, pair.get(False, ""), pair.get(True, "")) for name, pair in pairs.items()]
    return ([row for row in rows if row[2]] or rows)[:MOST_ROWS]


def _leaves(figures: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, value in figures.items():
        inside = (*path, str(name))
        if isinstance(value, Mapping):
            yield from _leaves(value, inside)
        elif isinstance(value, str) or not isinstance(value, Sequence):
            yield inside, value


def _without(part: str) -> str:
    """The part of a name without the word that says whose figure it is."""
    words = part.lower().replace("-", "_").split("_")
    return " ".join(word for word in words if word not in BASELINE_WORDS + MODEL_WORDS)


def _shown(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.3f}" if abs(value) < 10 else f"{value:,.1f}"
    return "" if value is None else str(value)
