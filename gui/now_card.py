"""What each lane says at this moment."""

from collections import deque
from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from core.labels import MODALITIES, Emotion, Modality
from core.readings import FaceReading, Reading, TextReading
from core.settings import REVIEW_DEFAULTS, DisplaySettings
from core.smoothing import SteadyLabel
from gui import wording
from gui.distribution_bar import DistributionBar
from gui.elided_label import ElidedLabel
from gui.theme import GAP_PX, Theme
from review.spread import spread_of

REWRITE_S = 0.2
"""A number that changes more often cannot be read; the bar below it and the picture go on."""


class LaneLine(QWidget):
    """One lane: a sentence, the quality, and all probabilities in a bar."""

    def __init__(self, modality: Modality, display: DisplaySettings) -> None:
        super().__init__()
        self._modality = modality
        self._display = display
        self._steady = SteadyLabel(display.label_margin, display.label_hold_s)
        self._sentence = QLabel()
        self._sentence.setAccessibleName(f"{modality.capitalize()} now")
        self._quality = ElidedLabel()
        self._quality.setObjectName("statistic")
        self._quality.setAccessibleName(f"Quality of the {modality} reading")
        self._bar = DistributionBar(f"Probabilities of the {modality}")
        self._recent: deque[Reading] = deque()
        self._written_at = -REWRITE_S
        self._label: Emotion | None = None
        self._spoken = ""
        row = QHBoxLayout()
        row.setSpacing(GAP_PX)
        row.addWidget(self._sentence)
        row.addWidget(self._quality, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addLayout(row)
        column.addWidget(self._bar)
        self.say("not started")

    def set_theme(self, theme: Theme) -> None:
        """The colours to paint with."""
        self._bar.set_theme(theme)

    def set_display(self, display: DisplaySettings) -> None:
        """How steady the label is to be from now on."""
        self._display = display
        self._steady = SteadyLabel(display.label_margin, display.label_hold_s)

    @property
    def sentence(self) -> str:
        """What is said now."""
        return self._sentence.text()

    @property
    def label(self) -> Emotion | None:
        """The class that is named now."""
        return self._label

    def say(self, why: str) -> None:
        """No reading: say why."""
        self._steady = SteadyLabel(self._display.label_margin, self._display.label_hold_s)
        self._silence(why)

    def show_readings(self, readings: Sequence[Reading]) -> tuple[str, bool]:
        """Take what the lane said since the last look and say the newest; gives its sentence, and whether it is faint."""
        for reading in readings:
            self._remember(reading)
        return self._show(readings[-1])

    def _remember(self, reading: Reading) -> None:
        """Keep the readings of the window of the spread; an absence ends it, as the readings before are not of this moment."""
        if not reading.probabilities:
            self._recent.clear()
            return
        self._recent.append(reading)
        while self._recent[0].at <= reading.at - REVIEW_DEFAULTS.spread_window_s:
            self._recent.popleft()

    def _show(self, reading: Reading) -> tuple[str, bool]:
        faint = wording.is_faint(reading)
        values = reading.smoothed if isinstance(reading, FaceReading) and reading.smoothed else reading.probabilities
        if reading.absent_because is not None or not values:
            sentence = wording.lane_state(reading, None)
            self._silence(sentence.lower())
            return sentence, True
        label: Emotion = reading.top if isinstance(reading, TextReading) else self._steady.add(reading.at, values)  # type: ignore[assignment]
        self._bar.show_values(values, faint=faint)
        if label is not self._label or abs(reading.at - self._written_at) >= REWRITE_S:
            self._label, self._written_at = label, reading.at
            if len(reading.label_set) > 1:
                self._spoken, spread, why = wording.undecided(self._modality, reading.label_set), "", wording.UNDECIDED_EXPLAINED
            else:
                self._spoken = wording.resemblance(self._modality, label, values[label])
                spread = wording.spread(values[label], spread_of(label, self._recent))
                why = wording.SPREAD_EXPLAINED if spread else ""
            self._write(self._spoken + spread, wording.quality_in_words(reading), faint=faint)
            self._sentence.setToolTip(why)
        return self._spoken, faint

    def _silence(self, why: str) -> None:
        self._label = None
        self._recent.clear()
        self._bar.show_values({}, faint=True)
        self._write(f"{self._modality.capitalize()}: {why}", "", faint=True)
        self._sentence.setToolTip("")

    def _write(self, sentence: str, quality: str, *, faint: bool) -> None:
        if sentence != self._sentence.text():
            self._sentence.setText(sentence)
        if quality != self._quality.text():
            self._quality.setText(quality)
            self._quality.setToolTip(quality)
        if self._sentence.isEnabled() is faint:
            self._sentence.setEnabled(not faint)


class NowCard(QFrame):
    """The lines of all lanes."""

    def __init__(self, display: DisplaySettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setAccessibleName("What each lane says now")
        self.lines = {modality: LaneLine(modality, display) for modality in MODALITIES}
        column = QVBoxLayout(self)
        column.setContentsMargins(12, GAP_PX, 12, GAP_PX)
        column.setSpacing(GAP_PX - 2)
        for line in self.lines.values():
            column.addWidget(line)

    def set_display(self, display: DisplaySettings) -> None:
        """Settings that are taken over at once."""
        for line in self.lines.values():
            line.set_display(display)

    def set_theme(self, theme: Theme) -> None:
        """The colours to paint with."""
        for line in self.lines.values():
            line.set_theme(theme)
