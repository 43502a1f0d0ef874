"""A session as stretches with words, for programs that annotate recordings: one pass through its readings, whatever their number."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.labels import MODALITIES, Emotion, Modality
from core.readings import NOT_ENOUGH_EVIDENCE, Absence, FaceReading, FusionScore, Reading, TextReading
from core.session_stream import SessionStream
from core.settings import REVIEW_DEFAULTS, DisplaySettings, ReviewSettings
from core.smoothing import SteadyLabel

INDEX, MARKS, NOTES, SAID = "Index", "Marks", "Notes", "Text"
_SUBJECT = {Modality.FACE: "Face resembled", Modality.VOICE: "Voice resembled", Modality.TEXT: "Words resembled"}
_DISPLAY = DisplaySettings()
LEAST_S = 0.04
"""A frame of 25 a second: annotations of nothing are refused by the programs that show them."""
MOMENT_S = 1.0
"""How long a mark, a note or an entry is shown."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """A stretch in seconds of the session, and what is said of it."""

    starts_at: float
    ends_at: float
    words: str


def annotations(session: SessionStream, settings: ReviewSettings = REVIEW_DEFAULTS) -> dict[str, list[Annotation]]:
    """By tier, each in the order of time and without overlaps: what each lane resembled, what it lacked, the index, words, marks, notes."""
    lanes = {modality: _Lane(modality, settings.longest_step_s) for modality in MODALITIES}
    said: list[Annotation] = []
    for reading in session.readings:
        lanes[reading.modality].add(reading)
        if isinstance(reading, TextReading) and reading.text:
            said.append(_moment(reading.at, reading.text))
    tiers = {
        f"{modality.capitalize()}{' resembled' if modality is Modality.TEXT else ''}": lanes[modality].measured for modality in MODALITIES
    }
    for gap in session.gaps:
        lanes[gap.modality].absent.append(Annotation(gap.starts_at, gap.ends_at, gap.why))
    tiers |= {f"{modality.capitalize()} not measured": lanes[modality].absent for modality in MODALITIES}
    tiers[INDEX] = list(_index(session.scores, settings.block_s))
    tiers[SAID] = said
    tiers[MARKS] = [_moment(mark.at, mark.name) for mark in session.marks]
    tiers[NOTES] = [_moment(note.at, note.text) for note in session.notes]
    for lane in lanes.values():
        lane.close()
    return {name: _without_overlaps(found) for name, found in tiers.items()}


class _Lane:
    """Joins the readings of one lane that say the same."""

    def __init__(self, modality: Modality, longest_step_s: float) -> None:
        self.measured: list[Annotation] = []
        self.absent: list[Annotation] = []
        self._modality = modality
        self._longest_step_s = longest_step_s
        self._steady = SteadyLabel(_DISPLAY.label_margin, _DISPLAY.label_hold_s)
        self._said: str | None = None
        self._from = self._until = 0.0
        self._values: list[float] = []
        self._is_absent = False

    def add(self, reading: Reading) -> None:
        """The next one in time. A pause of the voice is no lack of it: the space between two stretches says it."""
        if self._modality is Modality.VOICE and reading.absent_because is Absence.NO_SPEECH:
            return
        values = reading.smoothed or reading.probabilities if isinstance(reading, FaceReading) else reading.probabilities
        if reading.absent_because is not None or not values:
            self._go_on(reading, reading.absent_because or NOT_ENOUGH_EVIDENCE, None)
            return
        label = self._label(reading, values)
        self._go_on(reading, label.value, values[label])

    def close(self) -> None:
        """There are no more."""
        if self._said is None:
            return
        words = self._said if self._is_absent else self._words()
        (self.absent if self._is_absent else self.measured).append(Annotation(self._from, self._until, words))
        self._said = None

    def _label(self, reading: Reading, values: Mapping[Emotion, float]) -> Emotion:
        """The face's as the window shows it: a flicker of single frames is no expression."""
        if self._modality is Modality.FACE:
            return self._steady.add(reading.at, values)
        assert reading.top is not None
        return reading.top

    def _go_on(self, reading: Reading, said: str, value: float | None) -> None:
        starts, ends = min(reading.covers[0], reading.at), max(reading.covers[1], reading.at)
        if self._modality is Modality.TEXT:
            ends = starts + MOMENT_S
        follows = starts - self._until <= self._longest_step_s and self._modality is Modality.FACE
        if follows and self._said is not None:
            self._until = max(self._until, min(starts, reading.at))
        if said != self._said or not follows or (value is None) is not self._is_absent:
            self.close()
            self._said, self._from, self._until, self._values, self._is_absent = said, starts, ends, [], value is None
        self._until = max(self._until, ends)
        if value is not None:
            self._values.append(value)

    def _words(self) -> str:
        """Face resembled sadness 0.62 (0.41–0.78): the median, and the 10th to 90th percentile."""
        low, middle, high = np.quantile(self._values, (0.1, 0.5, 0.9))
        spread = f" ({low:.2f}–{high:.2f})" if len(self._values) > 1 else ""
        return f"{_SUBJECT[self._modality]} {self._said} {middle:.2f}{spread}"


def _index(scores: Iterable[FusionScore], block_s: float) -> Iterator[Annotation]:
    """The index by blocks: the median of its values and of the edges of its band."""
    block: list[FusionScore] = []
    for score in scores:
        if block and score.at // block_s != block[0].at // block_s:
            yield _of_block(block, score.at)
            block = []
        block.append(score)
    if block:
        yield _of_block(block, block[-1].at)


def _of_block(block: Sequence[FusionScore], until: float) -> Annotation:
    values = [score.value for score in block if score.value is not None]
    bands = [score.interval for score in block if score.interval]
    if not values:
        return Annotation(block[0].at, until, f"Index: {NOT_ENOUGH_EVIDENCE}")
    band = f" ({np.median([low for low, _ in bands]):.0f}–{np.median([high for _, high in bands]):.0f})" if bands else ""
    return Annotation(block[0].at, until, f"Index {np.median(values):.0f} of 100{band}")


def _moment(at: float, words: str) -> Annotation:
    return Annotation(at, at + MOMENT_S, words)


def _without_overlaps(found: list[Annotation]) -> list[Annotation]:
    """In the order of time, each ending where the next one begins; what begins together is one annotation."""
    clean: list[Annotation] = []
    for one in sorted(found, key=lambda one: one.starts_at):
        if clean and one.starts_at < clean[-1].starts_at + LEAST_S:
            clean[-1] = Annotation(clean[-1].starts_at, max(clean[-1].ends_at, one.ends_at), f"{clean[-1].words}; {one.words}")
            continue
        if clean and clean[-1].ends_at > one.starts_at:
            clean[-1] = Annotation(clean[-1].starts_at, one.starts_at, clean[-1].words)
        clean.append(Annotation(one.starts_at, max(one.ends_at, one.starts_at + LEAST_S), one.words))
    return clean
