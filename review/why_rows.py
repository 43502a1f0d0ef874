"""The reasons of a score as lines that a window or a page shows: what, what was measured, and by how much it moves the index."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from core.labels import Modality
from core.readings import FusionScore, Reading, TextReading, VoiceReading
from core.why import FLOOR, CuePoints, LaneWhy, Moved, Why

MOST_PIECES = 12
MOST_WORDS = 5
MINUS = "\N{MINUS SIGN}"
_PIECES = {Modality.FACE: "Stretches of the picture", Modality.VOICE: "Segments of speech", Modality.TEXT: "Entries"}
_MEASURED_AS = {"few smiles": "happiness", "little expression": "variation", "monotone pitch": "variation", "even loudness": "variation"}


@dataclass(frozen=True, slots=True)
class WhyRow:
    """One line: `what`, what was `measured`, what it adds to the index (`points`; "" where nothing is added), and the lines below it.

    `at` is the moment that it speaks of, in seconds (None: the whole lane).
    """

    what: str
    measured: str = ""
    points: str = ""
    at: float | None = None
    below: tuple["WhyRow", ...] = ()


def why_rows(why: Why) -> tuple[WhyRow, ...]:
    """A row for each lane that said something, with its cues and its pieces below."""
    return tuple(_lane(lane) for lane in why.lanes)


def headline(score: FusionScore) -> str:
    """43 (20 to 66), or that there is no number and what is missing."""
    if score.value is None or score.interval is None:
        return score.abstained_because or "not enough evidence"
    return f"{score.value:.0f} ({score.interval[0]:.0f} to {score.interval[1]:.0f})"


def signed(points: float) -> str:
    """+3.1 with a true minus sign; points that are no number: all of it rests on this."""
    return "all of it" if math.isnan(points) else f"{points:+.1f}".replace("-", MINUS)


def clock(seconds: float) -> str:
    """2:05.5, with tenths: pieces are short."""
    minutes, rest = divmod(max(0.0, seconds), 60)
    return f"{int(minutes)}:{rest:04.1f}"


def _lane(lane: LaneWhy) -> WhyRow:
    name = lane.modality.capitalize()
    if not lane.heard:
        return WhyRow(name, f"not heard: {lane.fresh:.1f} fresh {lane.unit}, more than {lane.least:g} are needed")
    without = "no index" if lane.without.value is None else headline(lane.without)
    made_of = f"{lane.fresh:.0f} {lane.unit}, fresh; quality {lane.quality:.2f}; decided {lane.decided:.2f}"
    below = (
        WhyRow("What its weight is made of", made_of),
        WhyRow("Signs", "what was measured", below=tuple(_cue(one) for one in lane.cues)),
        *_moved(lane),
    )
    return WhyRow(name, f"weight {lane.weight:.2f}; without the {lane.modality}: {without}", signed(lane.contribution), below=below)


def _cue(one: CuePoints) -> WhyRow:
    cue = one.cue
    if cue.name == FLOOR:
        return WhyRow(cue.name.capitalize(), "", signed(one.points))
    if math.isnan(cue.value):
        return WhyRow(cue.name.capitalize(), "not measured", "")
    unit = f" {cue.unit}" if cue.unit else ""
    measured = f"{_MEASURED_AS.get(cue.name, '')} {cue.value:.2f}{unit}".strip()
    usual = "" if math.isnan(cue.usual) else f" (from {cue.usual:g}, in full at {cue.marked:g})"
    return WhyRow(cue.name.capitalize(), measured + usual, signed(one.points))


def _moved(lane: LaneWhy) -> tuple[WhyRow, ...]:
    if not lane.moved:
        return ()
    shown, rest = lane.moved[:MOST_PIECES], len(lane.moved) - MOST_PIECES
    rows = [_piece(one) for one in shown]
    if rest > 0:
        rows.append(WhyRow(f"{rest} more, each of which moved it less"))
    return (WhyRow(_PIECES[lane.modality], "the strongest first", below=tuple(rows)),)


def _piece(one: Moved) -> WhyRow:
    emotion, probability = one.top
    resembled = f"resembled {emotion} {probability:.2f}, quality {one.quality:.2f}"
    reading = one.reading
    if isinstance(reading, TextReading):
        words = reading.text if len(reading.text) <= 60 else f"{reading.text[:59]}…"
        return WhyRow(f"{clock(one.starts)} “{words}”", resembled, signed(one.points), one.starts, _parts(reading))
    return WhyRow(f"{clock(one.starts)} to {clock(one.ends)}", resembled, signed(one.points), one.starts, _parts(reading))


def _parts(reading: Reading | None) -> tuple[WhyRow, ...]:
    """The words or sides of the voice that moved the reading's own class: log-odds, not points of the index."""
    parts: Sequence[tuple[str, float]] = reading.contributions if isinstance(reading, TextReading | VoiceReading) else ()
    if reading is None or reading.top is None:
        return ()
    return tuple(WhyRow(what, f"{signed(moved)} for {reading.top} (log-odds)") for what, moved in parts[:MOST_WORDS])
