"""One questionnaire on one page: 0 to 3 answer, the arrows move, the total is shown at the end."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

from PySide6.QtCore import QDateTime, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDateTimeEdit,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.questionnaire import Filled, Kind
from gui.elided_label import ElidedLabel
from gui.safety_panel import SafetyPanel
from gui.theme import GAP_PX
from review.questionnaire import (
    ANSWER_WORDS,
    DIFFICULTY_QUESTION,
    DIFFICULTY_WORDS,
    FORMS,
    MISSING_RULE,
    needs_safety_panel,
    score,
    score_in_words,
)

ANSWER_PX, NARROW_ANSWER_PX = 92, 66
NARROW_PX = 720
"""Below it the answers leave the words more room."""

LOW_PX = 420
"""Below it the heads of the answers scroll away: the safety panel never does."""

SCROLL_BAR_PX = 10
LEAST_SCROLL_PX = 40


class QuestionRow(QWidget):
    """An item with its four answers."""

    answered = Signal()
    left = Signal(int)

    def __init__(self, number: int, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setObjectName("question")
        self.setAccessibleName(f"{number}. {words}")
        self._answers = QButtonGroup(self)
        label = QLabel(f"{number}.  {words}")
        label.setWordWrap(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(GAP_PX, 2, GAP_PX, 2)
        row.setSpacing(6)
        row.addWidget(label, 1)
        for value, meaning in enumerate(ANSWER_WORDS):
            button = QToolButton()
            button.setText(str(value))
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setToolTip(meaning)
            button.setAccessibleName(f"{number}: {value}, {meaning}")
            button.clicked.connect(partial(self.answer, value))
            self._answers.addButton(button, value)
            row.addWidget(button)

    def set_answer_width(self, width: int) -> None:
        """How wide each answer is (px)."""
        for button in self._answers.buttons():
            button.setFixedWidth(width)

    @property
    def value(self) -> int | None:
        """0..3; None: left out."""
        checked = self._answers.checkedId()
        return None if checked < 0 else checked

    def answer(self, value: int | None, *_: object) -> None:
        """Choose an answer; None takes it back."""
        self._answers.setExclusive(False)
        for button in self._answers.buttons():
            button.setChecked(self._answers.id(button) == value)
        self._answers.setExclusive(True)
        self.setAccessibleDescription("not answered" if value is None else f"{value}, {ANSWER_WORDS[value]}")
        self.answered.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """0 to 3 answer and go on, Delete takes back, the arrows move: the page around it would scroll."""
        key = event.key()
        if event.text() in ("0", "1", "2", "3"):
            self.answer(int(event.text()))
            self.left.emit(1)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.answer(None)
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.left.emit(1 if key == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)


class QuestionnaireDialog(QDialog):
    """Opened for one person; it leaves the window usable. `filled` carries a `Filled` that is to be stored."""

    filled = Signal(object)

    def __init__(
        self,
        person: str,
        contacts: str,
        kind: Kind = Kind.PHQ9,
        correct: Filled | None = None,
        now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setModal(False)
        self._person = person
        self._correct = correct
        self._now = now
        self._kind = correct.kind if correct else kind
        self.rows: list[QuestionRow] = []
        self._columns: list[QLabel] = []
        self.choice = QComboBox()
        self.when = QDateTimeEdit(QDateTime.currentDateTime())
        self.stem = QLabel()
        self.difficulty = QComboBox()
        self.total = QLabel()
        self.safety = SafetyPanel(contacts)
        self.save = QPushButton("Save")
        self._questions = QVBoxLayout()
        self._lay_out()
        self._show_form()

    # Building

    def _lay_out(self) -> None:
        for kind, form in FORMS.items():
            self.choice.addItem(form.name, kind.value)
        self.choice.setCurrentIndex(self.choice.findData(self._kind.value))
        self.choice.setEnabled(self._correct is None)
        self.choice.setAccessibleName("Questionnaire")
        self.choice.currentIndexChanged.connect(self._change_form)
        self.when.setMaximumDateTime(_on_this_clock(self._now()))
        self.when.setDateTime(_on_this_clock(self._correct.filled_at if self._correct else self._now()))
        self.when.setDisplayFormat("d MMM yyyy  HH:mm")
        self.when.setCalendarPopup(True)
        self.when.setAccessibleName("When it was filled in")
        name = ElidedLabel(align=Qt.AlignmentFlag.AlignLeft)
        name.setText(self._person)
        name.setToolTip(self._person)
        name.setObjectName("heading")
        top = QHBoxLayout()
        top.addWidget(name, 1)
        top.addWidget(self.choice)
        top.addWidget(self.when)
        self.stem.setWordWrap(True)
        self.stem.setObjectName("lane")
        self.stem.setContentsMargins(GAP_PX, 0, GAP_PX, 2)
        self._questions.setSpacing(1)
        self._questions.setContentsMargins(0, 0, 0, 0)
        inner = QWidget()
        inner.setObjectName("plain")
        column = self._column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.stem)
        column.addLayout(self._questions)
        column.addLayout(self._difficulty_row())
        column.addStretch(1)
        self._scroll = QScrollArea(widgetResizable=True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setMinimumHeight(LEAST_SCROLL_PX)
        self._scroll.setWidget(inner)
        outer = self._outer = QVBoxLayout(self)
        outer.setSpacing(GAP_PX)
        outer.addLayout(top)
        outer.addWidget(self._heads())
        outer.addWidget(self._scroll, 1)
        outer.addWidget(self.safety)
        outer.addLayout(self._bottom())
        self.resize(900, 620)

    def _heads(self) -> QWidget:
        """What each column means."""
        self._head = QWidget()
        heads = QGridLayout(self._head)
        heads.setContentsMargins(GAP_PX, 0, GAP_PX + SCROLL_BAR_PX, 0)
        heads.setHorizontalSpacing(6)
        heads.setColumnStretch(0, 1)
        for value, meaning in enumerate(ANSWER_WORDS):
            head = QLabel(f"{meaning}\n{value}")
            head.setAlignment(Qt.AlignmentFlag.AlignCenter)
            head.setWordWrap(True)
            head.setObjectName("statistic")
            self._columns.append(head)
            heads.addWidget(head, 0, value + 1, Qt.AlignmentFlag.AlignBottom)
        return self._head

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """In a narrow window the answers are narrower."""
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        width = NARROW_ANSWER_PX if self.width() < NARROW_PX else ANSWER_PX
        for head in self._columns:
            head.setFixedWidth(width)
        for row in self.rows:
            row.set_answer_width(width)
        low = self.height() < LOW_PX
        if low != (self._column.indexOf(self._head) >= 0):
            (self._column if low else self._outer).insertWidget(1, self._head)

    def _difficulty_row(self) -> QHBoxLayout:
        words = QLabel(DIFFICULTY_QUESTION)
        words.setWordWrap(True)
        words.setObjectName("dim")
        self.difficulty.addItem("Not answered", None)
        for value, meaning in enumerate(DIFFICULTY_WORDS):
            self.difficulty.addItem(meaning, value)
        self.difficulty.setAccessibleName(DIFFICULTY_QUESTION)
        if self._correct and self._correct.difficulty is not None:
            self.difficulty.setCurrentIndex(self._correct.difficulty + 1)
        row = QHBoxLayout()
        row.setContentsMargins(GAP_PX, GAP_PX, GAP_PX, 0)
        row.addWidget(words, 1)
        row.addWidget(self.difficulty)
        return row

    def _bottom(self) -> QHBoxLayout:
        self.total.setObjectName("lane")
        self.total.setWordWrap(True)
        self.total.setToolTip(MISSING_RULE)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.save.setProperty("primary", True)
        self.save.setToolTip("Save (Ctrl+Enter)")
        buttons.addButton(self.save, QDialogButtonBox.ButtonRole.AcceptRole)
        for button in buttons.buttons():
            button.setAutoDefault(False)  # type: ignore[attr-defined]
        self.save.clicked.connect(self._save)
        buttons.rejected.connect(self.reject)
        row = QHBoxLayout()
        row.addWidget(self.total, 1)
        row.addWidget(buttons)
        return row

    @Slot()
    def _change_form(self) -> None:
        self._kind = Kind(self.choice.currentData())
        self._show_form()

    def _show_form(self) -> None:
        """The items of the chosen form, with the answers of the one that is corrected."""
        form = FORMS[self._kind]
        for row in self.rows:
            self._questions.removeWidget(row)
            row.deleteLater()
        self.rows = [QuestionRow(number, item.words) for number, item in enumerate(form.items, 1)]
        before = self._correct.answers if self._correct else (None,) * len(form.items)
        for row, value in zip(self.rows, before, strict=True):
            row.answer(value)
            row.answered.connect(self._show_state)
            row.left.connect(partial(self._move, row))
            self._questions.addWidget(row)
        self.setWindowTitle(f"{'Correct a ' if self._correct else ''}{form.name}")
        self.stem.setText(form.stem)
        self._place()
        self.rows[0].setFocus()
        self._show_state()

    # Answering

    @property
    def answers(self) -> tuple[int | None, ...]:
        """0..3 per item, None where it is left out."""
        return tuple(row.value for row in self.rows)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter alone saves nothing: a form is not saved by mistake."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
        elif event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._save()

    def _move(self, row: QuestionRow, by: int) -> None:
        number = self.rows.index(row) + by
        following = self.rows[max(0, number)] if number < len(self.rows) else self.difficulty
        following.setFocus()
        self._scroll.ensureWidgetVisible(following)

    @Slot()
    def _show_state(self) -> None:
        """The total when all items are answered, else how many are left; the safety panel whenever it is needed."""
        form, answers = FORMS[self._kind], self.answers
        left = answers.count(None)
        if left == 0:
            self.total.setText(score_in_words(form, score(form, answers)))
        elif left == len(answers):
            self.total.setText("0 to 3 answer, ↑ ↓ move, Delete takes back, Ctrl+Enter saves.")
        else:
            self.total.setText(f"{left} item{'' if left == 1 else 's'} left.")
        self.safety.setVisible(needs_safety_panel(self._kind, answers))
        self.save.setEnabled(left < len(answers))

    @Slot()
    def _save(self) -> None:
        if all(answer is None for answer in self.answers):
            return
        moment = self.when.dateTime().toPython()
        assert isinstance(moment, datetime)
        form = Filled(
            kind=self._kind,
            version=FORMS[self._kind].version,
            filled_at=moment.astimezone(),
            answers=self.answers,
            difficulty=self.difficulty.currentData(),
        )
        self.filled.emit(replace(form, replaces=self._correct.id) if self._correct else form)
        self.accept()


def _on_this_clock(moment: datetime) -> QDateTime:
    """As this machine's clock shows it, to the second."""
    return QDateTime.fromSecsSinceEpoch(int(moment.timestamp()))
