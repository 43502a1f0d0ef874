"""What is known of a person: only the pseudonym is needed."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFormLayout, QLabel, QLineEdit, QPlainTextEdit, QWidget

from core.failures import Failure
from core.person import Person

SEXES = ("female", "male", "diverse")


class PersonDialog(QDialog):
    """For somebody new (number 0) or to be changed; `wanted` carries the person, and the page closes it when that is stored."""

    wanted = Signal(object)

    def __init__(self, person: Person, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Edit a person" if person.id else "New person")
        self.setModal(False)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._person = person
        self.pseudonym = QLineEdit(person.pseudonym)
        self.pseudonym.setPlaceholderText("a word or number that stands for the person")
        self.year = QLineEdit(str(person.year_of_birth or ""))
        self.year.setValidator(QIntValidator(0, 9999, self))
        self.year.setPlaceholderText("optional")
        self.sex = QComboBox()
        self.sex.setEditable(True)
        self.sex.addItems(["", *SEXES])
        self.sex.setCurrentText(person.sex or "")
        self.notes = QPlainTextEdit(person.notes)
        self.notes.setTabChangesFocus(True)
        self.notes.setPlaceholderText("optional")
        self.told = QLabel()
        self.told.setWordWrap(True)
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        self.told.hide()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel | QDialogButtonBox.StandardButton.Save)
        self.save = buttons.button(QDialogButtonBox.StandardButton.Save)
        self.save.setProperty("primary", True)
        buttons.accepted.connect(self._save)
        buttons.rejected.connect(self.reject)
        form = QFormLayout(self)
        for name, field in (("Pseudonym", self.pseudonym), ("Year of birth", self.year), ("Sex", self.sex), ("Notes", self.notes)):
            field.setAccessibleName(name)
            form.addRow(name, field)
        form.addRow(self.told)
        form.addRow(buttons)
        self.resize(440, 300)
        self.pseudonym.setFocus()

    @Slot()
    def _save(self) -> None:
        year = self.year.text().strip()
        self.wanted.emit(
            Person(
                self._person.id,
                self.pseudonym.text(),
                int(year) if year else None,
                self.sex.currentText().strip() or None,
                self.notes.toPlainText(),
            )
        )

    def tell(self, failure: Failure) -> None:
        """Why it cannot be stored; what was written stays."""
        self.told.setText(str(failure))
        self.told.show()
        self.pseudonym.setFocus()
