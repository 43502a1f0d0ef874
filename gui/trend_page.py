"""The trend of one person: index, face, voice, words and questionnaires over days, weeks, months or years, on one time axis."""

from collections.abc import Callable, Sequence
from datetime import date, datetime

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.calendar import Period, name_of
from core.questionnaire import Kind
from core.session_values import INDEX
from core.settings import Settings
from gui.elided_label import ElidedLabel
from gui.tell_dialog import TellDialog
from gui.theme import GAP_PX, LIGHT, Theme
from gui.trend_plot import AXIS_PX, TICK_PX, DatePlot, FormPlot, SessionStrip, TrendPlot
from gui.trend_record import TrendRecord
from review.measures import MEASURES, measures_of
from review.questionnaire import FORMS, change_briefly, score_in_words, score_of
from review.trend_series import FormLine, date_ticks, form_line, page
from review.trend_words import LEGEND, METHOD, bin_in_words, lines_in_words, standing
from review.trends import Bin, Trend, misdated, trend

_SOURCES = ((INDEX, "Index"), ("face", "Face"), ("voice", "Voice"), ("text", "Words"))
_FIRST_SHOWN = {INDEX: INDEX, "face": "face.sadness", "voice": "voice.pitch_sd_semitones", "text": "text.sadness"}

ROW_EDGE_PX = 11
"""Beside the plot in its row, with the frame."""

LEAST_WIDTH_PX = 560


class _Row(QFrame):
    """A plot with a choice of what it shows, and where that stands in words."""

    chosen = Signal()

    def __init__(self, name: str, plot: DatePlot, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.plot = plot
        self.choice = QComboBox()
        self.choice.setAccessibleName(f"What the chart of {name.lower()} shows")
        self.choice.setObjectName("low")
        self.choice.currentIndexChanged.connect(self._tell)
        self.words = ElidedLabel()
        self.words.setObjectName("dim")
        title = QLabel(name)
        title.setObjectName("lane")
        line = QHBoxLayout()
        line.setSpacing(GAP_PX)
        line.addWidget(title)
        line.addWidget(self.choice)
        line.addWidget(self.words, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(ROW_EDGE_PX - 1, 3, ROW_EDGE_PX - 1, 3)
        column.setSpacing(0)
        column.addLayout(line)
        column.addWidget(plot, 1)

    @Slot()
    def _tell(self) -> None:
        self.chosen.emit()

    def say(self, words: str) -> None:
        """Where it stands; whole in the tooltip and for a screen reader."""
        self.words.setText(words)
        self.words.setToolTip(words)
        self.plot.setAccessibleDescription(words)


class DateRuler(QWidget):
    """The dates below all charts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme: Theme = LIGHT
        self._first, self._last, self._width = 0.0, 1.0, 0
        self._ticks: Sequence[tuple[float, str]] = ()
        self.setFixedHeight(18)
        self.setAccessibleName("Dates of the charts")

    def set_theme(self, theme: Theme) -> None:
        """The colours to paint with."""
        self._theme = theme
        self.update()

    def show_page(self, first: date, last: date, ticks: Sequence[tuple[float, str]], width: int) -> None:
        """The days from left to right, what is written where, and how wide a row of charts is (px)."""
        self._width = width
        self._first, self._last, self._ticks = float(first.toordinal()), float(last.toordinal()), ticks
        self.setAccessibleDescription(f"{name_of(first, Period.DAY)} to {name_of(last, Period.DAY)}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Write the dates."""
        painter = QPainter(self)
        font = self.font()
        font.setPixelSize(10)
        painter.setFont(font)
        painter.setPen(self._theme.dim)
        left, width = AXIS_PX + ROW_EDGE_PX, self._width - AXIS_PX - 2 * ROW_EDGE_PX
        for x, words in self._ticks:
            at = left + (x - self._first) / (self._last - self._first) * width
            painter.drawText(int(at) + 2, 0, TICK_PX, self.height(), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)


class TrendPage(QWidget):
    """Arrows move from period to period and every chart says what it has there; Page Up and Page Down turn to earlier and later."""

    sessions_wanted = Signal(object)

    def __init__(
        self,
        settings: Callable[[], Settings],
        now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._now = now
        self._theme: Theme = LIGHT
        self._record = TrendRecord("", (), ())
        self._period = Period.MONTH
        self._pages_back = 0
        self._cursor: date | None = None
        self._trends: dict[str, Trend] = {}
        self._forms: FormLine = form_line((), Kind.PHQ9)
        self.rows = {source: _Row(name, TrendPlot(f"Trend of {name.lower()}")) for source, name in _SOURCES}
        self.form_row = _Row("Questionnaire", FormPlot())
        self.strip = SessionStrip()
        self.strip_row = _Row("Sessions", self.strip)
        self.ruler = DateRuler()
        self.span = QLabel()
        self.misdated = QLabel()
        self.legend = ElidedLabel(align=Qt.AlignmentFlag.AlignLeft)
        self.method = QToolButton()
        self.periods = QButtonGroup(self)
        self.earlier, self.later = QPushButton("◀"), QPushButton("▶")
        self._fill_choices()
        self._lay_out()
        self._connect()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Trend")
        self.refresh()

    # What the window calls

    def show_record(self, record: TrendRecord) -> None:
        """Show another person's trend."""
        self._record, self._pages_back, self._cursor = record, 0, None
        self._offer_forms()
        self.refresh()

    def renew_record(self, record: TrendRecord) -> None:
        """The same person's, with what came meanwhile: what is looked at stays."""
        self._record = record
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """The colours to draw with."""
        self._theme = theme
        for plot in self._plots:
            plot.set_theme(theme)
        self.ruler.set_theme(theme)
        self._show_page()

    def take_keyboard(self) -> None:
        """The page was turned to: arrows move through time."""
        self.setFocus()

    @property
    def period(self) -> Period:
        """How time is cut."""
        return self._period

    def set_period(self, period: Period) -> None:
        """Cut time otherwise."""
        self._period, self._pages_back, self._cursor = period, 0, None
        button = self.periods.button(list(Period).index(period))
        assert button is not None
        button.setChecked(True)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Compute and draw all anew."""
        now, review = self._now(), self._settings().review
        for source, row in self.rows.items():
            one = trend(self._record.sessions, MEASURES[row.choice.currentData()], self._period, now, review)
            self._trends[source] = one
            row.plot.show_trend(one)
        self._forms = form_line(self._record.forms, Kind(self.form_row.choice.currentData()))
        self.form_row.plot.show_forms(self._forms)
        self._counted = max(self._trends.values(), key=lambda one: sum(held.sessions for held in one.bins))
        self.strip.show_trend(self._counted)
        wrong = misdated(self._record.sessions, now)
        self.misdated.setText(f"Left out, because its date cannot be right: session {', '.join(map(str, wrong))}." if wrong else "")
        self.misdated.setVisible(bool(wrong))
        self._show_page()

    # Building

    @property
    def _plots(self) -> list[DatePlot]:
        return [*(row.plot for row in self.rows.values()), self.form_row.plot, self.strip]

    def _fill_choices(self) -> None:
        for source, row in self.rows.items():
            for measure in measures_of(source):
                row.choice.addItem(measure.name + (f" ({measure.unit})" if measure.unit else ""), measure.key)
            row.choice.setCurrentIndex(row.choice.findData(_FIRST_SHOWN[source]))
            row.choice.setVisible(row.choice.count() > 1)
        self.strip_row.choice.hide()
        self._offer_forms()

    def _offer_forms(self) -> None:
        """The kinds of forms, the one with most forms first shown."""
        choice = self.form_row.choice
        choice.blockSignals(True)
        choice.clear()
        for kind, form in FORMS.items():
            choice.addItem(form.name, kind.value)
        counts = {kind: sum(one.kind is kind for one in self._record.forms) for kind in Kind}
        choice.setCurrentIndex(choice.findData(max(counts, key=counts.__getitem__).value))
        choice.blockSignals(False)

    def _lay_out(self) -> None:
        self.misdated.setObjectName("dim")
        self.misdated.setWordWrap(True)
        inner = QWidget()
        inner.setObjectName("plain")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for row in (*self.rows.values(), self.form_row):
            column.addWidget(row, 1)
        column.addWidget(self.strip_row)
        self._scroll = QScrollArea(widgetResizable=True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(inner)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, GAP_PX, 0, 6)
        outer.setSpacing(4)
        outer.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        outer.addLayout(self._header())
        outer.addWidget(self.misdated)
        outer.addWidget(self._scroll, 1)
        outer.addWidget(self.ruler)
        outer.addLayout(self._explanation())

    def _explanation(self) -> QHBoxLayout:
        """What the signs mean, and how it is computed."""
        self.legend.setObjectName("statistic")
        self.legend.setText(LEGEND)
        self.legend.setToolTip(LEGEND)
        self.method.setText("How it is computed …")
        self.method.setObjectName("chip")
        self.method.setToolTip(METHOD)
        line = QHBoxLayout()
        line.addWidget(self.legend, 1)
        line.addWidget(self.method)
        return line

    def _header(self) -> QHBoxLayout:
        """How time is cut, and which time is shown."""
        when = QHBoxLayout()
        when.setSpacing(GAP_PX)
        for number, period in enumerate(Period):
            button = QPushButton(f"{period.capitalize()}s")
            button.setCheckable(True)
            button.setChecked(period is self._period)
            button.setToolTip(f"One point a {period} ({period[0].upper()})")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self.periods.addButton(button, number)
            when.addWidget(button)
        when.addStretch(1)
        for button, words in ((self.earlier, "Earlier (Page Up)"), (self.later, "Later (Page Down)")):
            button.setToolTip(words)
            button.setAccessibleName(words)
            button.setFixedWidth(40)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.span.setObjectName("dim")
        for widget in (self.earlier, self.span, self.later):
            when.addWidget(widget)
        return when

    def _connect(self) -> None:
        for row in (*self.rows.values(), self.form_row):
            row.chosen.connect(self.refresh)
        self.periods.idClicked.connect(self._period_clicked)
        self.earlier.clicked.connect(self.turn_earlier)
        self.later.clicked.connect(self.turn_later)
        self.method.clicked.connect(self._explain)

    @Slot()
    def _explain(self) -> None:
        TellDialog("How the trend is computed", METHOD, self).show()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """A whole window."""
        return QSize(1200, 640)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """The header in two lines, and a chart."""
        return QSize(LEAST_WIDTH_PX, 200)

    # Moving through time

    @Slot(int)
    def _period_clicked(self, number: int) -> None:
        self.set_period(list(Period)[number])

    @Slot()
    def turn_earlier(self) -> None:
        """Half a page back."""
        self._turn(1)

    @Slot()
    def turn_later(self) -> None:
        """Half a page on."""
        self._turn(-1)

    def _turn(self, pages: int) -> None:
        self._pages_back = max(0, self._pages_back + pages)
        self._cursor = None
        self._show_page()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Arrows, pages, D W M Y for the periods, Enter for the sessions of a point."""
        key = event.key()
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        letters = {Qt.Key.Key_D: Period.DAY, Qt.Key.Key_W: Period.WEEK, Qt.Key.Key_M: Period.MONTH, Qt.Key.Key_Y: Period.YEAR}
        if key in steps:
            self._step(steps[Qt.Key(key)])
        elif key == Qt.Key.Key_PageUp:
            self.turn_earlier()
        elif key == Qt.Key.Key_PageDown:
            self.turn_later()
        elif key in letters:
            self.set_period(letters[Qt.Key(key)])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.chosen_sessions:
            self.sessions_wanted.emit(self.chosen_sessions)
        elif key == Qt.Key.Key_Escape and self._cursor is not None:
            self._cursor = None
            self._show_cursor()
        else:
            super().keyPressEvent(event)

    @property
    def chosen_sessions(self) -> list[int]:
        """The sessions of the period that the cursor is on."""
        return sorted({number for one in self._at_cursor().values() for number in one.ids})

    def _step(self, by: int) -> None:
        first, last = self._page()
        starts = sorted({one.start for one in self._bins() if first <= one.start < last})
        if not starts:
            return
        if self._cursor not in starts:
            self._cursor = starts[-1] if by < 0 else starts[0]
        else:
            self._cursor = starts[min(len(starts) - 1, max(0, starts.index(self._cursor) + by))]
        self._show_cursor()

    def _bins(self) -> list[Bin]:
        return [held for one in self._trends.values() for held in one.bins]

    def _at_cursor(self) -> dict[str, Bin]:
        return {source: held for source, one in self._trends.items() for held in one.bins if held.start == self._cursor}

    def _page(self) -> tuple[date, date]:
        return page(list(self._trends.values()), self._record.forms, self._period, self._pages_back, self._now().date())

    # Drawing

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Fewer dates in a narrow window."""
        super().resizeEvent(event)
        self._show_page()

    def _show_page(self) -> None:
        first, last = self._page()
        ticks = date_ticks(first, last, max(2, (self.width() - 80) // TICK_PX))
        for plot in self._plots:
            plot.show_page(first, last, [x for x, _ in ticks])
        self.ruler.show_page(first, last, ticks, self._scroll.viewport().width())
        self.span.setText(f"{name_of(first, Period.DAY)} – {name_of(date.fromordinal(last.toordinal() - 1), Period.DAY)}")
        firsts = [one.start for one in self._bins()]
        self.earlier.setEnabled(bool(firsts) and min(firsts) < first)
        self.later.setEnabled(self._pages_back > 0)
        self._show_cursor()

    def _show_cursor(self) -> None:
        held = self._at_cursor()
        middle = next((one.middle for one in held.values()), None)
        for plot in self._plots:
            plot.show_cursor(middle)
        for source, row in self.rows.items():
            one = self._trends[source]
            row.say(bin_in_words(held[source], one) if source in held else standing(one) if middle is None else "No session here.")
        self.form_row.say(self._forms_in_words(next(iter(held.values()), None)))
        counted = self._counted
        there = [one for one in counted.bins if self._cursor is None or one.start == self._cursor]
        total, good = sum(one.sessions for one in there), sum(one.good for one in there)
        self.strip_row.say(f"{good} of {total} count (filled): {self._settings().review.least_measured_s:.0f} s measured, and well enough.")
        self.form_row.plot.setToolTip(lines_in_words(self._forms.kind))

    def _forms_in_words(self, held: Bin | None) -> str:
        form, forms = FORMS[self._forms.kind], list(self._forms.forms)
        if held is not None:
            forms = [one for one in forms if held.start <= one.filled_at.date() < held.end]
        if not forms:
            return f"No {form.name} here." if held is not None else f"No {form.name} yet."
        last, first = forms[-1], self._forms.forms[0]
        before, after = score_of(first).total, score_of(last)
        words = f"{name_of(last.filled_at.date(), Period.DAY)}: {score_in_words(form, after)}"
        if last is first or before is None or after.total is None:
            return f"{words}. {lines_in_words(self._forms.kind)}"
        return f"{words}; since the first {change_briefly(form, before, after.total)}."
