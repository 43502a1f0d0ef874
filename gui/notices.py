"""What / why / what to do, in a banner that stops nobody."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from core.failures import Failure
from gui.theme import GAP_PX

MOST_NOTICES = 3


@dataclass(frozen=True, slots=True)
class Notice:
    """What to say. `key` names its subject: a newer notice of the same key takes its place. `failed`: a device or the program failed."""

    key: str
    failure: Failure
    failed: bool = True
    action: str = ""
    act: Callable[[], None] | None = None


class Banner(QFrame):
    """One notice, with a button for what can be done and one to put it away."""

    dismissed = Signal(str)

    def __init__(self, notice: Notice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.notice = notice
        self.setObjectName("notice")
        self.setProperty("failed", notice.failed)
        self.setAccessibleName("Failure" if notice.failed else "Notice")
        self.setAccessibleDescription(str(notice.failure))
        what = QLabel(notice.failure.what)
        what.setObjectName("what")
        more = QLabel(" ".join(part for part in (notice.failure.why, notice.failure.what_to_do) if part))
        words = QVBoxLayout()
        words.setSpacing(2)
        for label in (what, more):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            label.setVisible(bool(label.text()))
            words.addWidget(label)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, GAP_PX, GAP_PX, GAP_PX)
        row.addLayout(words, 1)
        if notice.act is not None:
            self.button = QPushButton(notice.action)
            self.button.clicked.connect(self._act)
            row.addWidget(self.button)
        away = QToolButton()
        away.setText("✕")
        away.setObjectName("quiet")
        away.setAccessibleName("Put this notice away")
        away.setToolTip("Put away (Esc)")
        away.clicked.connect(self._put_away)
        row.addWidget(away, 0, Qt.AlignmentFlag.AlignTop)

    @Slot()
    def _act(self) -> None:
        self.dismissed.emit(self.notice.key)
        if self.notice.act is not None:
            self.notice.act()

    @Slot()
    def _put_away(self) -> None:
        self.dismissed.emit(self.notice.key)


class NoticeBar(QWidget):
    """The newest notices, one a subject."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._banners: dict[str, Banner] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, GAP_PX, 12, 0)
        self._column.setSpacing(6)
        self.hide()

    def post(self, notice: Notice) -> None:
        """Show a notice; beyond MOST_NOTICES the oldest goes."""
        self.remove(notice.key)
        while len(self._banners) >= MOST_NOTICES:
            self.remove(next(iter(self._banners)))
        banner = Banner(notice)
        banner.dismissed.connect(self.remove)
        self._banners[notice.key] = banner
        self._column.addWidget(banner)
        self.show()

    @Slot(str)
    def remove(self, key: str) -> None:
        """Put away what was said about a subject."""
        banner = self._banners.pop(key, None)
        if banner is not None:
            self._column.removeWidget(banner)
            banner.hide()
            banner.deleteLater()
        self.setVisible(bool(self._banners))

    def remove_newest(self) -> bool:
        """Put the newest away; False when there is none."""
        if not self._banners:
            return False
        self.remove(next(reversed(self._banners)))
        return True

    @property
    def notices(self) -> list[Notice]:
        """What is shown, oldest first."""
        return [banner.notice for banner in self._banners.values()]

    def banner(self, key: str) -> Banner:
        """The banner of a subject."""
        return self._banners[key]
