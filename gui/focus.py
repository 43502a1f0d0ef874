"""Where the keyboard goes when the control that it was on cannot be used any more."""

from PySide6.QtWidgets import QWidget


def enable(control: QWidget, on: bool, *, focus_goes_to: QWidget) -> None:
    """Enable or disable; Qt would hand the keyboard to the next control, and the next Space would press that."""
    focused = control.window().focusWidget()
    if not on and focused is not None and (focused is control or control.isAncestorOf(focused)):
        focus_goes_to.setFocus()
    control.setEnabled(on)
