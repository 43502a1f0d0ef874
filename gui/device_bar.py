"""Which camera and which microphone: by name, off, the demonstration, or an address."""

from collections.abc import Sequence
from enum import Enum

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QWidget,
)

from capture.devices import without_secrets
from gui.focus import enable
from gui.services import Device, LiveRequest
from gui.theme import GAP_PX
from monitor.wiring import DEMONSTRATION

LABELLED_PX = 520
"""At this width there is room for words before the pickers."""


class Special(Enum):
    """The items of a picker that are no devices."""

    OFF = "Off"
    DEMONSTRATION = "Demonstration"
    ADDRESS = "Network camera …"
    AGAIN = "Look for devices again"


class Picker(QComboBox):
    """A list of devices by name between "Off" and what is special."""

    def __init__(self, what: str, specials: Sequence[Special]) -> None:
        super().__init__()
        self._specials = (*specials, Special.AGAIN)
        self.settled = 0
        self.setAccessibleName(what)
        self._what = what
        self.currentTextChanged.connect(self._say_whole)
        self.setMinimumWidth(90)
        self.setMaximumWidth(340)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.fill(())
        self._say_whole()

    @Slot()
    def _say_whole(self) -> None:
        """A long name is cut off in a small window."""
        self.setToolTip(f"{self._what} of the session: {self.currentText()}")

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """As Qt does, with an ellipsis where the name is cut off: the tooltip has it whole."""
        painter = QStylePainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        room = self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, self)
        option.currentText = option.fontMetrics.elidedText(option.currentText, Qt.TextElideMode.ElideRight, room.width() - GAP_PX // 2)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    def fill(self, devices: Sequence[Device]) -> None:
        """Put devices in, keeping the choice where it is still there."""
        before = self.currentData()
        listed = {device.key for device in devices}
        kept = [Device(self.currentText(), before)] if isinstance(before, str) and before not in listed else []
        with QSignalBlocker(self):
            self.clear()
            for device in (*kept, *devices):
                self.addItem(device.name, device.key)
            for special in self._specials:
                self.addItem(special.value, special)
            self.setCurrentIndex(max(0, self._row_of(before)))
            self.settled = self.currentIndex()
        self._say_whole()

    @property
    def offers_devices(self) -> bool:
        """Whether a device can be chosen."""
        return any(isinstance(self.itemData(row), str) for row in range(self.count()))

    def choose(self, wanted: str | Special) -> None:
        """Choose an item by its key; a key that is not listed is added."""
        row = self._row_of(wanted)
        if row < 0:
            self.insertItem(0, without_secrets(str(wanted)), wanted)
            row = 0
        self.setCurrentIndex(row)
        self.settled = row

    def wants_another_look(self) -> bool:
        """Whether "Look for devices again" was chosen; the choice before comes back."""
        if self.currentData() is not Special.AGAIN:
            self.settled = self.currentIndex()
            return False
        with QSignalBlocker(self):
            self.setCurrentIndex(self.settled)
        return True

    def _row_of(self, wanted: object) -> int:
        return next((row for row in range(self.count()) if self.itemData(row) == wanted), -1)


class DeviceBar(QWidget):
    """Two pickers and, when it is wanted, a field for an address. The demonstration is both face and voice, or neither."""

    changed = Signal()
    look_wanted = Signal()
    calibration_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._camera = Picker("Camera", (Special.OFF, Special.DEMONSTRATION, Special.ADDRESS))
        self._microphone = Picker("Microphone", (Special.OFF, Special.DEMONSTRATION))
        self._address = QLineEdit(placeholderText="rtsp:// or http://")
        self._address.setAccessibleName("Address of the network camera")
        self._address.setMinimumWidth(120)
        self._address.hide()
        self.calibrate = QPushButton("Calibration …")
        self.calibrate.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.calibrate.clicked.connect(self.calibration_wanted)
        self.calibrate.hide()
        self.changed.connect(self._show_whether_calibration_helps)
        self._camera.currentIndexChanged.connect(self._camera_chosen)
        self._microphone.currentIndexChanged.connect(self._microphone_chosen)
        self._address.editingFinished.connect(self.changed)
        self._labels = [_label(words, picker) for words, picker in (("Camera", self._camera), ("Microphone", self._microphone))]
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP_PX)
        for widget, share in (
            (self._labels[0], 0),
            (self._camera, 2),
            (self._address, 2),
            (self._labels[1], 0),
            (self._microphone, 2),
        ):
            row.addWidget(widget, share)
        row.addWidget(self.calibrate)
        row.addStretch(1)
        self._show_whether_calibration_helps()

    def offer_calibration(self, seconds: float) -> None:
        """Offer to calibrate by so much of a person's ordinary speech, and by the face at rest."""
        self.calibrate.setText(f"Calibration ({seconds:g} s) …")
        self.calibrate.setToolTip("Record how this person's face is at rest and how they usually speak: later sessions stand beside it")
        self.calibrate.setAccessibleDescription(self.calibrate.toolTip())
        self.calibrate.show()

    @Slot()
    def _show_whether_calibration_helps(self) -> None:
        """It needs a device, and the demonstration is nobody."""
        there = (self.camera or self.microphone) is not None
        enable(self.calibrate, there and not self.demonstration, focus_goes_to=self._microphone)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """The words before the pickers go first when room is short; the pickers keep their names for screen readers."""
        super().resizeEvent(event)
        for label in self._labels:
            label.setVisible(event.size().width() >= LABELLED_PX)

    @property
    def camera(self) -> str | None:
        """What the monitor is asked to open; None: off."""
        chosen = self._camera.currentData()
        if chosen is Special.ADDRESS:
            return self._address.text().strip() or None
        return self._word(chosen)

    @property
    def microphone(self) -> str | None:
        """What the monitor is asked to open; None: off."""
        return self._word(self._microphone.currentData())

    @property
    def to_remember(self) -> tuple[str | None, str | None]:
        """Camera and microphone for the next start: "" where one was switched off, None where there was none to choose."""
        camera = self.camera or ("" if self._camera.offers_devices else None)
        microphone = self.microphone or ("" if self._microphone.offers_devices else None)
        return camera, microphone

    @property
    def demonstration(self) -> bool:
        """Whether the drawn face and voice are chosen."""
        return self._camera.currentData() is Special.DEMONSTRATION

    @staticmethod
    def _word(chosen: object) -> str | None:
        if chosen is Special.DEMONSTRATION:
            return DEMONSTRATION
        return chosen if isinstance(chosen, str) else None

    def fill(self, cameras: Sequence[Device], microphones: Sequence[Device]) -> None:
        """Put the devices in that were found."""
        self._camera.fill(cameras)
        self._microphone.fill(microphones)

    def choose(self, request: LiveRequest) -> None:
        """Choose the devices of a request; `changed` is told once."""
        with QSignalBlocker(self):
            if request.demonstration:
                self._camera.choose(Special.DEMONSTRATION)
            else:
                self._camera.choose(request.camera or Special.OFF)
                self._microphone.choose(request.microphone or Special.OFF)
        self.changed.emit()

    @Slot()
    def _camera_chosen(self) -> None:
        if self._camera.wants_another_look():
            self.look_wanted.emit()
            return
        chosen = self._camera.currentData()
        self._address.setVisible(chosen is Special.ADDRESS)
        if chosen is Special.ADDRESS:
            self._address.setFocus()
        self._match(self._microphone, demonstration=chosen is Special.DEMONSTRATION)
        self.changed.emit()

    @Slot()
    def _microphone_chosen(self) -> None:
        if self._microphone.wants_another_look():
            self.look_wanted.emit()
            return
        self._match(self._camera, demonstration=self._microphone.currentData() is Special.DEMONSTRATION)
        self.changed.emit()

    def _match(self, other: Picker, *, demonstration: bool) -> None:
        if demonstration is (other.currentData() is Special.DEMONSTRATION):
            return
        with QSignalBlocker(other):
            if demonstration:
                other.choose(Special.DEMONSTRATION)
            else:
                other.setCurrentIndex(0)
            other.settled = other.currentIndex()
        if other is self._camera:
            self._address.setVisible(False)


def _label(words: str, picker: Picker) -> QLabel:
    label = QLabel(words)
    label.setObjectName("dim")
    label.setBuddy(picker)
    label.hide()
    return label
