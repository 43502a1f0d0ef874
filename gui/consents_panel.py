"""What a person has consented to, with version and time, and the words that were shown."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from core.person import CONSENT_VERSION, CONSENT_WORDS, Consent, Scope, holding
from gui.theme import GAP_PX

NAMES = {Scope.STORE: "Store", Scope.RECORD: "Record picture and sound", Scope.RESEARCH: "Research"}


class ConsentsPanel(QScrollArea):
    """One card a scope; a consent is given and withdrawn here."""

    give_wanted = Signal(object)
    withdraw_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.states: dict[Scope, QLabel] = {}
        self.words: dict[Scope, QLabel] = {}
        self.give: dict[Scope, QPushButton] = {}
        self.withdraw: dict[Scope, QPushButton] = {}
        inner = QWidget()
        inner.setObjectName("plain")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP_PX)
        for scope in Scope:
            column.addWidget(self._card(scope))
        self.history = QLabel()
        self.history.setObjectName("dim")
        self.history.setWordWrap(True)
        self.history.setTextFormat(Qt.TextFormat.PlainText)
        column.addWidget(self.history)
        column.addStretch(1)
        self.setWidget(inner)
        self.show_consents(())

    def show_consents(self, consents: Sequence[Consent]) -> None:
        """As they are now."""
        held = holding(consents)
        for scope in Scope:
            one = held.get(scope)
            self.words[scope].setText(one.text if one else CONSENT_WORDS[scope])
            self.states[scope].setText(_state(one))
            self.give[scope].setText("Has consented" if one is None else "Has consented anew")
            self.give[scope].setVisible(one is None or one.version != CONSENT_VERSION)
            self.withdraw[scope].setVisible(one is not None)
        past = [one for one in consents if one.withdrawn_utc]
        self.history.setText("\n".join(f"{NAMES[one.scope]}: {_written(one)}" for one in past))
        self.history.setVisible(bool(past))

    def _card(self, scope: Scope) -> QFrame:
        card = QFrame()
        card.setObjectName("card")
        title = QLabel(NAMES[scope])
        title.setObjectName("lane")
        state = self.states[scope] = QLabel()
        state.setObjectName("dim")
        state.setAccessibleName(f"{NAMES[scope]}: state")
        words = self.words[scope] = QLabel()
        words.setWordWrap(True)
        words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.MinimumExpanding)
        give, withdraw = self.give[scope], self.withdraw[scope] = QPushButton(), QPushButton("Withdraw …")
        give.setToolTip("The person has read these words and consents")
        withdraw.setToolTip("Withdraw the consent and delete what it covers")
        grid = QGridLayout(card)
        grid.addWidget(title, 0, 0)
        grid.addWidget(state, 0, 1)
        buttons = QHBoxLayout()
        buttons.addWidget(give)
        buttons.addWidget(withdraw)
        grid.addLayout(buttons, 0, 2)
        grid.addWidget(words, 1, 0, 1, 3)
        grid.setColumnStretch(1, 1)
        for button, signal in ((give, self.give_wanted), (withdraw, self.withdraw_wanted)):
            button.setAccessibleName(f"{NAMES[scope]}: {button.toolTip()}")
            button.clicked.connect(lambda _checked=False, signal=signal: signal.emit(scope))
        return card


def _state(one: Consent | None) -> str:
    return "not given" if one is None else f"given {_time(one.given_utc)}, words {one.version}"


def _written(one: Consent) -> str:
    withdrawn = f", withdrawn {_time(one.withdrawn_utc)}" if one.withdrawn_utc else ""
    return f"given {_time(one.given_utc)}, words {one.version}{withdrawn}"


def _time(moment: datetime) -> str:
    local = moment.astimezone()
    return f"{local.day} {local:%b %Y, %H:%M}"
