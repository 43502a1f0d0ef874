"""Colours and strokes of a PDF; the same as the page's style sheet on paper."""

from dataclasses import dataclass

INK, MUTED, RULE, FAINT, SHADE, ACCENT = "#1b1f24", "#4b535c", "#d5d9de", "#f4f5f7", "#e6e8eb", "#0b5c8f"
SAFETY = "#b42318"
COLOURS = {
    "anger": "#D55E00",
    "disgust": "#009E73",
    "fear": "#CC79A7",
    "happiness": "#E69F00",
    "sadness": "#0072B2",
    "surprise": "#56B4E9",
    "neutral": "#6b7280",
    "index": "#0072B2",
    "face": "#0072B2",
    "voice": "#E69F00",
    "text": "#009E73",
    "descriptor": "#4b5563",
    "form": "#1b1f24",
}


@dataclass(frozen=True, slots=True)
class Stroke:
    """How lines of one kind are drawn; widths and dashes in the drawing's units. `colour` None: that of the group."""

    width: float
    colour: str | None = None
    alpha: float = 1.0
    dash: tuple[float, ...] = ()
    round: bool = True


STROKES = {
    "grid": Stroke(0.6, RULE),
    "scale": Stroke(0.6, RULE),
    "event": Stroke(0.8, INK, dash=(1.5, 2.5)),
    "line": Stroke(1.4),
    "extremes": Stroke(0.7, alpha=0.32),
    "stretch": Stroke(3.2),
    "stretch dense": Stroke(2.0, alpha=0.75),
    "stem": Stroke(1.4),
    "dot": Stroke(5.5),
    "whisker": Stroke(1.2, alpha=0.7, round=False),
    "median": Stroke(0.9, MUTED, dash=(4, 2)),
    "limit": Stroke(0.9, MUTED, dash=(1.5, 2.5)),
    "day": Stroke(3.0, MUTED, alpha=0.45),
    "hollow": Stroke(1.2),
}
FILLS = {"under": 0.16, "band": 0.2, "usual": 0.12, "solid": 1.0, "mark": 1.0, "paper": 1.0}
"""Opacity of an area by its kind."""
FILL_COLOURS = {"mark": INK, "paper": "#ffffff"}
"""Where it is not that of the group."""

LABELS = {"label": (11.0, INK), "flag": (9.5, INK)}
SMALL_LABEL = (9.5, MUTED)
BOLD_LABELS = frozenset({"flag"})
