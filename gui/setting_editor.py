"""One setting as a control, made from its name, unit, range and reason."""

from collections.abc import Sequence
from dataclasses import Field
from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

LARGEST = 2_000_000_000
MOST_DECIMALS = 6
UNITS = {"_min", "_px", "_ms", "_s", "_hz", "_db", "_dbfs"}


def title(name: str) -> str:
    """camera_open_timeout_ms becomes "Camera open timeout": the unit stands beside the value."""
    ending = next((unit for unit in UNITS if name.endswith(unit) and name != unit[1:]), "")
    return name.removesuffix(ending).replace("_", " ").capitalize()


def bounds_in_words(one: Field[Any]) -> str:
    """Default 30 1/s, 1 to 120."""
    meta = one.metadata
    unit = f" {meta['unit']}" if meta["unit"] else ""
    default = {True: "on", False: "off"}.get(one.default, one.default) if isinstance(one.default, bool) else one.default
    words = f"Default {default if default != '' else 'empty'}{unit}"
    if meta["low"] is not None and meta["high"] is not None:
        words += f", {meta['low']:g} to {meta['high']:g}"
    return words


class WholeNumber(QSpinBox):
    """A box that the wheel scrolls past: turning it over a page must change no value."""

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Leave the wheel to the page."""
        event.ignore()


class Number(QDoubleSpinBox):
    """The same with decimals, of which none is written without need."""

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Leave the wheel to the page."""
        event.ignore()

    def textFromValue(self, value: float) -> str:  # noqa: N802 - Qt's name
        """0.25, not 0.250000."""
        words = super().textFromValue(value)
        point = self.locale().decimalPoint()
        return words.rstrip("0").removesuffix(point) if point in words else words


class SettingEditor(QWidget):
    """The control for one setting, with its default, its range and the reason for them; `offered` words may be chosen, or others typed."""

    def __init__(self, name: str, one: Field[Any], value: Any, offered: Sequence[str] | None = None) -> None:
        super().__init__()
        self.name = name
        self._offered = offered
        self._default = one.default
        self._control = self._made(one)
        words = title(one.name)
        self._control.setAccessibleName(words)
        self._control.setAccessibleDescription(f"{bounds_in_words(one)}. {one.metadata['why']}")
        self._control.setMaximumWidth(220)
        self._control.setMinimumWidth(150)
        label = QLabel(words)
        label.setBuddy(self._control)
        label.setWordWrap(True)
        reset = QToolButton()
        reset.setText("Default")
        reset.setObjectName("quiet")
        reset.setAccessibleName(f"Default for {words}")
        reset.clicked.connect(self.reset)
        row = QHBoxLayout()
        row.addWidget(label, 1)
        row.addWidget(self._control)
        row.addWidget(reset)
        reason = one.metadata["why"]
        why = QLabel(f"{bounds_in_words(one)}. {reason[:1].upper()}{reason[1:]}.")
        why.setObjectName("statistic")
        why.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 8)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(why)
        self.set_value(value)

    def _made(self, one: Field[Any]) -> QWidget:
        meta = one.metadata
        if isinstance(one.default, bool):
            return QCheckBox()
        if meta["choices"]:
            choice = QComboBox()
            choice.addItems(list(meta["choices"]))
            return choice
        if isinstance(one.default, (int, float)):
            return self._number(one)
        return QLineEdit() if self._offered is None else self._offering(self._offered)

    def _offering(self, words: Sequence[str]) -> QComboBox:
        choice, line = QComboBox(), QLineEdit()
        line.setPlaceholderText("none")
        choice.addItems(["", *words])
        choice.setEditable(True)
        choice.setLineEdit(line)
        choice.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        return choice

    def _number(self, one: Field[Any]) -> QSpinBox | QDoubleSpinBox:
        meta = one.metadata
        low = -LARGEST if meta["low"] is None else meta["low"]
        high = LARGEST if meta["high"] is None else min(LARGEST, meta["high"])
        box: QSpinBox | QDoubleSpinBox
        if isinstance(one.default, int):
            box = WholeNumber()
            box.setRange(int(low), int(high))
        else:
            box = Number()
            box.setDecimals(MOST_DECIMALS)
            box.setRange(float(low), float(high))
        box.setSuffix(f" {meta['unit']}" if meta["unit"] else "")
        box.setStepType(QSpinBox.StepType.AdaptiveDecimalStepType)
        box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        box.lineEdit().setTextMargins(6, 0, 0, 0)  # the style sheet's padding does not reach it
        return box

    @property
    def value(self) -> Any:
        """What is chosen, in the setting's own type."""
        control = self._control
        if isinstance(control, QCheckBox):
            return control.isChecked()
        if isinstance(control, QComboBox):
            return control.currentText()
        if isinstance(control, QSpinBox | QDoubleSpinBox):
            return control.value()
        assert isinstance(control, QLineEdit)
        return control.text()

    def set_value(self, value: Any) -> None:
        """Choose a value."""
        control = self._control
        if isinstance(control, QCheckBox):
            control.setChecked(value)
        elif isinstance(control, QComboBox):
            control.setCurrentText(str(value))
        elif isinstance(control, QSpinBox | QDoubleSpinBox):
            control.setValue(value)
        elif isinstance(control, QLineEdit):
            control.setText(str(value))

    @Slot()
    def reset(self) -> None:
        """Back to the default."""
        self.set_value(self._default)
