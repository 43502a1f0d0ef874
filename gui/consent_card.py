"""What is said before the first frame of a live camera is analysed."""

from collections.abc import Collection, Mapping

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from core.media import MediaKind
from core.person import CONSENT_VERSION, CONSENT_WORDS, NOTICE, Consent, Person, Scope
from gui.theme import GAP_PX

OTHER_PX = 150
"""Of the page: the buttons of the session, the title and the buttons of the card, and the gaps."""

LEAST_PX = 40
UNSTORED = "Without the consent to store, nothing is kept."
SCOPE_NAMES = {Scope.STORE: "store", Scope.RECORD: "record picture and sound", Scope.RESEARCH: "research"}
WORDS = (
    "Facial expression, voice and words will be analysed on this machine; nothing leaves it. "
    "Numbers are stored while REC is on, pictures and sound are not. "
    "The result supports a professional's judgement and is not a diagnosis. Begin only when the person agrees."
)


class ConsentCard(QFrame):
    """A notice with Begin and Not now; it lies in the page and stops nothing else."""

    accepted = Signal()
    shown = Signal()
    declined = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self.setAccessibleName("Before the analysis begins")
        self.setAccessibleDescription(WORDS)
        title = QLabel("Before the analysis begins")
        title.setObjectName("what")
        words = self._words = QLabel(WORDS)
        words.setWordWrap(True)
        words.setTextFormat(Qt.TextFormat.PlainText)
        self.remember = QCheckBox("Do not show this again until the program is closed")
        self.begin = QPushButton("Begin")
        self.begin.setProperty("primary", True)
        self.begin.clicked.connect(self.accepted)
        self.not_now = QPushButton("Not now")
        self.not_now.clicked.connect(self._decline)
        self._held: frozenset[Scope] = frozenset()
        self.scopes = {scope: QCheckBox(f"Consent: {SCOPE_NAMES[scope]}") for scope in Scope}
        self._scope_words = {scope: QLabel(CONSENT_WORDS[scope]) for scope in Scope}
        row = QHBoxLayout()
        row.setSpacing(GAP_PX)
        row.addWidget(self.remember, 1)
        row.addWidget(self.not_now)
        row.addWidget(self.begin)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, GAP_PX, 12, GAP_PX)
        column.addWidget(title)
        column.addWidget(words)
        column.addWidget(self._consents())
        column.addLayout(row)
        self.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """What a person agrees to is never cut off, however small the window is."""
        super().resizeEvent(event)
        self._words.setMinimumHeight(self._words.heightForWidth(self._words.width()))
        self._fit()

    def _consents(self) -> QScrollArea:
        """What is consented to; it scrolls where the window is too low for all of it."""
        inner = QWidget()
        inner.setObjectName("plain")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP_PX // 2)
        for scope, box in self.scopes.items():
            label = self._scope_words[scope]
            label.setWordWrap(True)
            label.setObjectName("statistic")
            label.setIndent(GAP_PX * 3)
            column.addWidget(box)
            column.addWidget(label)
        self._scroll = QScrollArea(widgetResizable=True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(inner)
        return self._scroll

    def _fit(self) -> None:
        page, inner = self.parentWidget(), self._scroll.widget()
        assert inner is not None
        layout = inner.layout()
        assert layout is not None
        whole = layout.totalHeightForWidth(self.width() - 4 * GAP_PX)
        room = page.height() - OTHER_PX - self._words.minimumHeight() if page is not None else whole
        self._scroll.setFixedHeight(max(LEAST_PX, min(whole, room)))

    @property
    def given(self) -> list[Scope]:
        """What the person consents to now and had not before."""
        return [scope for scope, box in self.scopes.items() if box.isChecked() and scope not in self._held]

    def ask(
        self,
        person: Person | None = None,
        held: Mapping[Scope, Consent] | None = None,
        kept: Collection[MediaKind] = (),
    ) -> None:
        """Show it, with the keyboard on Begin; for somebody of the record with the consents that hold already, and those to be given.

        `kept` is what the settings let be kept of picture and sound, with the consent to it.
        """
        current = {scope: one for scope, one in (held or {}).items() if one.version == CONSENT_VERSION}
        self._held = frozenset(current)
        said = WORDS if person is None else f"{NOTICE} Begin only when “{person.pseudonym}” agrees. {UNSTORED} {_kept(kept)}"
        self._words.setText(said)
        self.setAccessibleDescription(said)
        for scope, box in self.scopes.items():
            one = current.get(scope)
            box.setVisible(person is not None)
            box.setEnabled(one is None)
            box.setChecked(one is not None)
            since = f": given {one.given_utc.astimezone():%Y-%m-%d %H:%M}, words {one.version}" if one else ""
            box.setText(f"Consent: {SCOPE_NAMES[scope]}{since}")
            box.setAccessibleDescription(CONSENT_WORDS[scope])
            self._scope_words[scope].setVisible(person is not None and one is None)
        self._scroll.setVisible(person is not None)
        self.show()
        self._fit()
        self.begin.setFocus(Qt.FocusReason.OtherFocusReason)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """The page makes room."""
        super().showEvent(event)
        self.shown.emit()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """The page takes its room back."""
        super().hideEvent(event)
        self.shown.emit()

    @Slot()
    def _decline(self) -> None:
        self.hide()
        self.declined.emit()


def _kept(kinds: Collection[MediaKind]) -> str:
    if not kinds:
        return "Picture and sound are not kept: the settings say so."
    what = " and ".join(kind.value for kind in MediaKind if kind in kinds).capitalize()
    return f"{what} {'are' if len(kinds) > 1 else 'is'} kept only with the consent to record, while REC is on."
