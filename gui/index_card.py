"""The index: the number, its band, and what it is made of."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from core.readings import FusionScore
from core.usual import Usual
from gui import wording
from gui.contribution_bars import ContributionBars
from gui.keys import Key
from gui.theme import GAP_PX, LIGHT, Theme
from review.usual_words import METHOD

TITLE = "Depressive-affect index"
HEIGHT_PX = 30
"""Of the scale: the bar, the bracket of what is usual, and the numbers."""


class BandScale(QWidget):
    """The scale 0..100 with the band of uncertainty and the value in it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme: Theme = LIGHT
        self._score: FusionScore | None = None
        self._usual: Usual | None = None
        self.setFixedHeight(HEIGHT_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Index on its scale from 0 to 100")

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """A line with its numbers."""
        return QSize(260, HEIGHT_PX)

    def set_theme(self, theme: Theme) -> None:
        """The colours to paint with."""
        self._theme = theme
        self.update()

    def show_score(self, score: FusionScore | None) -> None:
        """Take the newest score."""
        self._score = score
        self.update()

    def show_usual(self, usual: Usual | None) -> None:
        """What is usual for the person; None: it is not known."""
        if usual != self._usual:
            self._usual = usual
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint scale, band and value."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = self.width() - 2.0
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.line))
        painter.drawRoundedRect(QRectF(1, 2, width, 8), 4, 4)
        if self._score is not None and self._score.value is not None:
            self._paint_value(painter, self._score, width)
        self._paint_numbers(painter, width)
        if self._usual is not None:
            self._paint_usual(painter, self._usual, width)

    def _paint_usual(self, painter: QPainter, usual: Usual, width: float) -> None:
        """A bracket below the scale, so that it is not taken for the band of uncertainty."""
        left, right = (1 + min(max(value, 0.0), 100.0) / 100 * width for value in (usual.low, usual.high))
        painter.setPen(QPen(QColor(self._theme.text), 1.5))
        painter.drawPolyline([QPointF(left, 11), QPointF(left, 14), QPointF(right, 14), QPointF(right, 11)])
        centre = 1 + min(max(usual.centre, 0.0), 100.0) / 100 * width
        painter.drawLine(QPointF(centre, 12), QPointF(centre, 16))

    def _paint_value(self, painter: QPainter, score: FusionScore, width: float) -> None:
        if score.interval is not None:
            soft = QColor(self._theme.accent)
            soft.setAlpha(110)
            painter.setBrush(soft)
            low, high = score.interval
            painter.drawRoundedRect(QRectF(1 + low / 100 * width, 2, max(4.0, (high - low) / 100 * width), 8), 4, 4)
        painter.setBrush(QColor(self._theme.accent))
        painter.drawRoundedRect(QRectF(1 + (score.value or 0.0) / 100 * width - 2, 0, 4, 12), 2, 2)

    def _paint_numbers(self, painter: QPainter, width: float) -> None:
        font = self.font()
        font.setPixelSize(10)
        painter.setFont(font)
        painter.setPen(QColor(self._theme.dim))
        for value, align in ((0, Qt.AlignmentFlag.AlignLeft), (50, Qt.AlignmentFlag.AlignHCenter), (100, Qt.AlignmentFlag.AlignRight)):
            left = {0: 0.0, 50: width / 2 - 20, 100: width - 39}[value]
            painter.drawText(QRectF(left + 1, 17, 40, 13), align, str(value))


class IndexCard(QFrame):
    """The most prominent thing of the page: number, band, scale, contributions, and what it is not."""

    why_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setAccessibleName("Depressive-affect index")
        self._title = QLabel(TITLE)
        self._title.setObjectName("lane")
        self.why_button = QToolButton()
        self.why_button.setText("Why")
        self.why_button.setObjectName("switch")
        self.why_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.why_button.setToolTip(f"{Key.WHY.meaning} ({Key.WHY.written})")
        self.why_button.setAccessibleName("Why this value of the index")
        self.why_button.clicked.connect(self.why_wanted)
        self._number = QLabel()
        self._number.setObjectName("number")
        self._band = QLabel()
        self._band.setObjectName("band")
        self._band.setWordWrap(True)
        self._caption = QLabel()
        self._caption.setObjectName("statistic")
        self._scale = BandScale()
        self.usual = QLabel()
        self.usual.setObjectName("statistic")
        self.usual.setWordWrap(True)
        self.usual.setTextFormat(Qt.TextFormat.PlainText)
        self.usual.setAccessibleName("The index beside what is usual for this person")
        self.usual.setToolTip(METHOD)
        self._bars = ContributionBars()
        self._heard = QLabel()
        self._heard.setObjectName("statistic")
        self._heard.setWordWrap(True)
        self._not = QLabel("0–100. Supports judgement; not a diagnosis, not a PHQ score.")
        self._not.setObjectName("statistic")
        self._not.setWordWrap(True)
        self._lay_out()
        self.show_score(None)

    def _lay_out(self) -> None:
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._line.addWidget(self._number, 0, Qt.AlignmentFlag.AlignBottom)
        self._line.addWidget(self._band, 0, Qt.AlignmentFlag.AlignBottom)
        self._line.addWidget(self._caption, 1, Qt.AlignmentFlag.AlignBottom)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(2)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self.why_button)
        column.addLayout(head)
        column.addLayout(self._line)
        for widget in (self._scale, self.usual, self._bars, self._heard, self._not):
            column.addWidget(widget)

    def set_theme(self, theme: Theme) -> None:
        """The colours to paint with."""
        self._scale.set_theme(theme)
        self._bars.set_theme(theme)

    def show_score(self, score: FusionScore | None) -> None:
        """Take the newest score; None: nothing yet."""
        self._title.setText(TITLE)
        number = wording.index_value(score)
        large = score is not None and score.value is not None
        self._number.setText(number)
        if self._number.property("large") != large:
            self._make_room(large=large)
        self._band.setText(f"({wording.index_band(score)})" if large else wording.index_band(score))
        self._caption.setText(wording.width_of_band(score))
        self._caption.setVisible(large)
        self._heard.setText(wording.heard_from(score) or "Heard from no lane yet")
        self._scale.show_score(score)
        self._bars.show_score(score)
        self.setAccessibleDescription(f"{number}, {wording.index_band(score)}")

    def show_usual(self, usual: Usual | None, lines: Sequence[str]) -> None:
        """What is usual for the person (None: not known), and what is said of it."""
        self._scale.show_usual(usual)
        words = "\n".join(lines)
        if words != self.usual.text():
            self.usual.setText(words)

    def show_end(self) -> None:
        """The session is over: what is shown is its last moment and not the present."""
        self._title.setText(f"{TITLE} at the session's end")

    def _make_room(self, *, large: bool) -> None:
        """A number has its band beside it; words take the whole line."""
        for label in (self._number, self._band):
            label.setProperty("large", large)
            label.style().unpolish(label)
            label.style().polish(label)
        self._band.setWordWrap(not large)
        self._line.setDirection(QBoxLayout.Direction.LeftToRight if large else QBoxLayout.Direction.TopToBottom)
        self._line.setSpacing(GAP_PX + 4 if large else 0)

    @property
    def number(self) -> str:
        """What stands in the place of the number."""
        return self._number.text()
