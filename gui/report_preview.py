"""The pages of a report, one below the other, before it is written."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPixmap
from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

from gui.theme import GAP_PX
from review.report.page_pictures import PagePictures

MAKING = "The pages are being made …"


class ReportPreview(QScrollArea):
    """`closed` on Esc. Arrows and Page Down scroll."""

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, widgetResizable=True)
        self.setObjectName("card")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setAccessibleName("Preview of the report")
        self.message = QLabel()
        self.message.setObjectName("dim")
        self.message.setWordWrap(True)
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.pages: list[QLabel] = []
        inner = QWidget()
        inner.setObjectName("plain")
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(GAP_PX, GAP_PX, GAP_PX, GAP_PX)
        self._column.setSpacing(GAP_PX * 2)
        self._column.addWidget(self.message)
        self._column.addStretch(1)
        self.setWidget(inner)

    @property
    def width_px(self) -> int:
        """Of a page, in the screen's own pixels."""
        return max(1, round((self.viewport().width() - 4 * GAP_PX) * self.devicePixelRatioF()))

    def begin(self) -> None:
        """Pages are on their way."""
        self._put_away()
        self.message.setText(MAKING)

    def say(self, words: str) -> None:
        """Why there are none."""
        self._put_away()
        self.message.setText(words)

    def show_pages(self, pictures: PagePictures) -> None:
        """The pages, and how many there are more."""
        self._put_away()
        for number, picture in enumerate(pictures.pages, 1):
            height, width, _ = picture.shape
            pixmap = QPixmap.fromImage(QImage(picture.data, width, height, 3 * width, QImage.Format.Format_RGB888))
            pixmap.setDevicePixelRatio(self.devicePixelRatioF())
            page = QLabel()
            page.setPixmap(pixmap)
            page.setObjectName("page")
            page.setAccessibleName(f"Page {number} of {pictures.count}")
            self._column.insertWidget(self._column.count() - 2, page, 0, Qt.AlignmentFlag.AlignHCenter)
            self.pages.append(page)
        left = pictures.count - len(pictures.pages)
        self.message.setText(f"{left} more pages are in the file." if left else "")
        self.message.setVisible(bool(left))
        self.verticalScrollBar().setValue(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Esc closes it."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def _put_away(self) -> None:
        for page in self.pages:
            self._column.removeWidget(page)
            page.deleteLater()
        self.pages.clear()
        self.message.setVisible(True)
