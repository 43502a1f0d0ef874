"""All settings, one page a group, made from what `core.settings` says about them."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.settings import Settings
from gui.setting_editor import SettingEditor
from gui.theme import GAP_PX

GROUP_ROW_PX = 30
AT_ONCE = {"display", "lock", "record", "review", "safety"}
"""The groups whose values are taken over while a session runs; all others begin with the next session."""


class SettingsDialog(QDialog):
    """Opened by Ctrl+comma; it leaves the window usable. `changed` carries {"group.name": value} of what was changed.

    `offered` are words for settings that take any, by their names.
    """

    changed = Signal(object)
    passphrase_wanted = Signal()
    recovery_key_wanted = Signal()

    def __init__(
        self,
        settings: Settings,
        *,
        store_is_open: bool = False,
        offered: Mapping[str, Sequence[str]] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Settings")
        self.setModal(False)
        self._before = settings.as_dict()
        self._store_is_open = store_is_open
        self._offered = offered or {}
        self.editors: dict[str, SettingEditor] = {}
        self._groups = QListWidget()
        self._groups.setFixedWidth(130)
        self._groups.setAccessibleName("Groups of settings")
        self._pages = QStackedWidget()
        for group in fields(settings):
            self._add_page(group.name, settings)
        self._groups.currentRowChanged.connect(self._pages.setCurrentIndex)
        self._groups.setCurrentRow(0)
        self._lay_out()

    def _lay_out(self) -> None:
        box = QDialogButtonBox
        self.buttons = box(box.StandardButton.Save | box.StandardButton.Cancel | box.StandardButton.RestoreDefaults)
        self.buttons.accepted.connect(self._save)
        self.buttons.rejected.connect(self.reject)
        self.buttons.button(box.StandardButton.RestoreDefaults).setText("All to default")
        self.buttons.button(box.StandardButton.RestoreDefaults).clicked.connect(self._all_to_default)
        row = QHBoxLayout()
        row.setSpacing(GAP_PX)
        row.addWidget(self._groups)
        row.addWidget(self._pages, 1)
        column = QVBoxLayout(self)
        column.addLayout(row, 1)
        column.addWidget(self.buttons)
        self.resize(680, 520)

    def _add_page(self, group: str, settings: Settings) -> None:
        inner = QWidget()
        inner.setObjectName("plain")
        column = QVBoxLayout(inner)
        when = QLabel("Taken over at once." if group in AT_ONCE else "Taken over when the next session starts.")
        when.setObjectName("dim")
        column.addWidget(when)
        for name, one, value in settings.names():
            if name.startswith(f"{group}."):
                self.editors[name] = SettingEditor(name, one, value, self._offered.get(name))
                column.addWidget(self.editors[name])
        if group == "lock":
            column.addLayout(self._keys())
        column.addStretch(1)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inner)
        self._pages.addWidget(scroll)
        item = QListWidgetItem(group.capitalize())
        item.setSizeHint(QSize(0, GROUP_ROW_PX))
        self._groups.addItem(item)

    def _keys(self) -> QHBoxLayout:
        """What opens the store, which is no setting."""
        row = QHBoxLayout()
        self.passphrase, self.recovery_key = QPushButton("Change the passphrase …"), QPushButton("New recovery key …")
        for button, wanted in ((self.passphrase, self.passphrase_wanted), (self.recovery_key, self.recovery_key_wanted)):
            button.setEnabled(self._store_is_open)
            button.setToolTip("" if self._store_is_open else "Open the store first")
            button.clicked.connect(wanted)
            row.addWidget(button)
        row.addStretch(1)
        return row

    @property
    def changes(self) -> dict[str, Any]:
        """What differs from the values at the opening."""
        return {name: editor.value for name, editor in self.editors.items() if editor.value != self._before[name]}

    @Slot()
    def _save(self) -> None:
        self.changed.emit(self.changes)
        self.accept()

    @Slot()
    def _all_to_default(self) -> None:
        for editor in self.editors.values():
            editor.reset()
