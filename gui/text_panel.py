"""The text box, and what was made of the last entry."""

import html

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from core.readings import TextReading
from gui import wording
from gui.theme import GAP_PX, LIGHT, Theme

STRONGEST_ALPHA = 150
LONGEST_ENTRY = 2000
"""Letters: about a minute of speech, typed at once."""


def highlighted(reading: TextReading, colour: str) -> str:
    """The entry as rich text: words that spoke for the class carry its colour, the stronger the deeper; those against it a line."""
    weights = {word.casefold(): weight for word, weight in reading.contributions}
    strongest = max((abs(weight) for weight in weights.values()), default=0.0) or 1.0
    return " ".join(_word(word, weights.get(_bare(word), 0.0) / strongest, colour) for word in reading.text.split())


def _bare(word: str) -> str:
    return word.casefold().strip(".,;:!?\"'()[]“”‘’…-")


def _word(word: str, strength: float, colour: str) -> str:
    safe = html.escape(word)
    if strength > 0.02:
        red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
        return f'<span style="background-color: rgba({red},{green},{blue},{int(STRONGEST_ALPHA * strength)})">&nbsp;{safe}&nbsp;</span>'
    return f"<u>{safe}</u>" if strength < -0.02 else safe


class TextPanel(QWidget):
    """Enter hands the words over, to be analysed or, in note mode, kept; below, the last entry with the words that moved its score."""

    submitted = Signal(str)
    note_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme: Theme = LIGHT
        self._reading: TextReading | None = None
        self.box = QLineEdit(maxLength=LONGEST_ENTRY)
        self.box.returnPressed.connect(self._submit)
        self.note = QPushButton("Note")
        self.note.setCheckable(True)
        self.note.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.note.setToolTip("Write a note on this moment instead; a note is not analysed (N)")
        self.note.toggled.connect(self._set_note_mode)
        self._shown = QLabel()
        self._shown.setTextFormat(Qt.TextFormat.RichText)
        self._shown.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._shown.setAccessibleName("Last entry, with the words that moved its score")
        self._shown.hide()
        self._leave = QShortcut(QKeySequence(Qt.Key.Key_Escape), self.box, self._escape, context=Qt.ShortcutContext.WidgetShortcut)
        self._lay_out()
        self._set_note_mode(False)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(GAP_PX)
        row.addWidget(self.box, 1)
        row.addWidget(self.note)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self._shown)

    def set_theme(self, theme: Theme) -> None:
        """The colours to paint with."""
        self._theme = theme
        self._write()

    def show_reading(self, reading: TextReading | None) -> None:
        """Take the newest entry's reading; None clears it."""
        self._reading = reading
        self._write()

    @property
    def shown(self) -> str:
        """The rich text of the last entry."""
        return self._shown.text()

    def begin_note(self) -> None:
        """Let the person write a note on this moment."""
        self.note.setChecked(True)
        self.box.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _write(self) -> None:
        self._shown.setVisible(self._reading is not None)
        if self._reading is None:
            return
        top = self._reading.top
        colour = self._theme.emotions[top] if top else self._theme.dim
        state = f'<span style="color:{self._theme.dim}">{html.escape(wording.text_state(self._reading))}</span>'
        self._shown.setText(f"{highlighted(self._reading, colour)} &nbsp; {state}")
        self._shown.setToolTip(", ".join(f"{word} {weight:+.2f}" for word, weight in self._reading.contributions[:8]))

    @Slot(bool)
    def _set_note_mode(self, on: bool) -> None:
        self.box.setPlaceholderText(
            "A note on this moment. Enter keeps it, Esc leaves" if on else "What was said, in words. Enter analyses it"
        )
        self.box.setAccessibleName("Note on this moment" if on else "Text to analyse")

    @Slot()
    def _submit(self) -> None:
        words = self.box.text().strip()
        if not words:
            return
        self.box.clear()
        if self.note.isChecked():
            self.note_wanted.emit(words)
            self._escape()
        else:
            self.submitted.emit(words)

    @Slot()
    def _escape(self) -> None:
        self.note.setChecked(False)
        self.box.clearFocus()
