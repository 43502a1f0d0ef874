"""Colours, fonts and spacing, once; light and dark, following the desktop unless the settings say otherwise."""

from dataclasses import dataclass
from pathlib import Path

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette, QPen
from PySide6.QtWidgets import QApplication

from core.labels import Emotion, Modality

IMAGES = Path(__file__).parent / "images"
CHEVRON = (IMAGES / "chevron.svg").as_posix()

CHEVRON_UP = (IMAGES / "chevron-up.svg").as_posix()
APPLIED = "affectograph-theme"

GAP_PX = 8
"""The one unit of spacing; margins and gaps are multiples of it."""


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of one appearance. `failure` is for devices that fail, never for a person."""

    name: str
    window: str
    card: str
    raised: str
    line: str
    text: str
    dim: str
    accent: str
    on_accent: str
    accent_soft: str
    failure: str
    failure_soft: str
    emotions: dict[Emotion, str]

    def lane(self, modality: Modality) -> QColor:
        """The accent in three strengths, so that lanes never look like emotions."""
        colour = QColor(self.accent)
        colour.setAlpha({Modality.FACE: 255, Modality.VOICE: 165, Modality.TEXT: 95}[modality])
        return colour


_OKABE_ITO = {
    Emotion.ANGER: "#D55E00",
    Emotion.DISGUST: "#009E73",
    Emotion.FEAR: "#CC79A7",
    Emotion.HAPPINESS: "#E69F00",
    Emotion.SADNESS: "#0072B2",
    Emotion.SURPRISE: "#56B4E9",
}
"""Okabe and Ito (2008), Color Universal Design: told apart with every common colour vision."""

LIGHT = Theme(
    name="light",
    window="#F4F5F7",
    card="#FFFFFF",
    raised="#FFFFFF",
    line="#DCDFE5",
    text="#1B1F27",
    dim="#5E6675",
    accent="#4550C8",
    on_accent="#FFFFFF",
    accent_soft="#E9EAFA",
    failure="#B42318",
    failure_soft="#FDECEA",
    emotions=_OKABE_ITO | {Emotion.NEUTRAL: "#6B7280"},
)
DARK = Theme(
    name="dark",
    window="#14161B",
    card="#1C1F26",
    raised="#272B34",
    line="#333843",
    text="#E8EAEE",
    dim="#9CA3B0",
    accent="#98A1FF",
    on_accent="#12141C",
    accent_soft="#2A2E4A",
    failure="#FF8A80",
    failure_soft="#3D2321",
    emotions=_OKABE_ITO | {Emotion.SADNESS: "#3A93D4", Emotion.SURPRISE: "#8FD3FF", Emotion.NEUTRAL: "#B4BAC5"},
)

LINE_STYLES: dict[Emotion, list[float]] = {
    Emotion.ANGER: [],
    Emotion.DISGUST: [6, 3],
    Emotion.FEAR: [2, 2],
    Emotion.HAPPINESS: [],
    Emotion.SADNESS: [],
    Emotion.SURPRISE: [8, 3, 2, 3],
    Emotion.NEUTRAL: [1, 3],
}
"""Dashes beside the colour (lengths in pixels; empty: solid), so that no curve is known by colour alone."""

SYMBOLS: dict[Emotion, str] = {
    Emotion.ANGER: "t",
    Emotion.DISGUST: "d",
    Emotion.FEAR: "x",
    Emotion.HAPPINESS: "o",
    Emotion.SADNESS: "s",
    Emotion.SURPRISE: "star",
    Emotion.NEUTRAL: "+",
}
"""The shape of a point, for what happens at moments and not along a line."""


def chosen_theme(wish: str) -> Theme:
    """The theme for the setting display.theme: "system" asks the desktop."""
    if wish == "system":
        dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
        return DARK if dark else LIGHT
    return DARK if wish == "dark" else LIGHT


def emotion_pen(theme: Theme, emotion: Emotion) -> QPen:
    """Width 1 and cosmetic: a wider pen costs half a core (measured)."""
    pen = pg.mkPen(theme.emotions[emotion], width=1)
    if LINE_STYLES[emotion]:
        pen.setDashPattern(LINE_STYLES[emotion])
    return pen


def apply_theme(app: QApplication, theme: Theme) -> None:
    """Palette and style sheet for the whole program; nothing when it has them already, because styling anew is slow."""
    if app.property(APPLIED) == theme.name:
        return
    app.setProperty(APPLIED, theme.name)
    app.setStyle("Fusion")
    app.setPalette(_palette(theme))
    app.setStyleSheet(_style_sheet(theme))


def _palette(theme: Theme) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for which, colour in (
        (role.Window, theme.window),
        (role.WindowText, theme.text),
        (role.Base, theme.card),
        (role.AlternateBase, theme.window),
        (role.Text, theme.text),
        (role.PlaceholderText, theme.dim),
        (role.Button, theme.raised),
        (role.ButtonText, theme.text),
        (role.ToolTipBase, theme.raised),
        (role.ToolTipText, theme.text),
        (role.Highlight, theme.accent),
        (role.HighlightedText, theme.on_accent),
        (role.Link, theme.accent),
        (role.Mid, theme.line),
        (role.Dark, theme.line),
        (role.Light, theme.raised),
    ):
        palette.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(theme.dim))
    return palette


def _style_sheet(t: Theme) -> str:
    check = (IMAGES / ("check-dark.svg" if t.name == "dark" else "check.svg")).as_posix()  # drawn in the colour of words on the accent
    return f"""
    QToolTip {{ background: {t.raised}; color: {t.text}; border: 1px solid {t.line}; padding: 4px; }}
    QFrame#card {{ background: {t.card}; border: 1px solid {t.line}; border-radius: 8px; }}
    QWidget#header {{ background: {t.card}; border-bottom: 1px solid {t.line}; }}
    QLabel#product {{ font-weight: 600; font-size: 15px; }}
    QLabel#dim, QLabel#statistic {{ color: {t.dim}; }}
    QLabel#statistic {{ font-size: 11px; }}
    QLabel#lane {{ font-weight: 600; }}
    QLabel#number {{ font-weight: 600; font-size: 18px; }}
    QLabel#number[large="true"] {{ font-size: 30px; }}
    QLabel#band {{ color: {t.dim}; }}
    QLabel#band[large="true"] {{ color: {t.text}; font-weight: 600; font-size: 22px; }}
    QLabel#heading {{ font-weight: 600; font-size: 16px; }}
    QLabel#badge {{ border-radius: 9px; padding: 2px 10px; font-weight: 600; font-size: 11px; color: {t.dim}; background: {t.line}; }}
    QLabel#badge[on="true"] {{ color: {t.on_accent}; background: {t.accent}; }}
    QPushButton, QToolButton {{ background: {t.raised}; border: 1px solid {t.line}; border-radius: 6px; padding: 5px 12px; }}
    QPushButton:hover, QToolButton:hover {{ border-color: {t.accent}; }}
    QPushButton:focus, QToolButton:focus {{ border: 2px solid {t.accent}; padding: 4px 11px; }}
    QPushButton:disabled, QToolButton:disabled {{ color: {t.dim}; background: {t.window}; }}
    QPushButton:checked {{ background: {t.accent_soft}; color: {t.accent}; border-color: {t.accent}; }}
    QPushButton[primary="true"] {{ background: {t.accent}; color: {t.on_accent}; border-color: {t.accent}; font-weight: 600; }}
    QPushButton[primary="true"]:focus {{ border: 2px solid {t.text}; }}
    QPushButton[primary="true"]:disabled {{ background: {t.line}; color: {t.dim}; border-color: {t.line}; }}
    QFileDialog QToolButton {{ padding: 2px; }}
    QToolButton#page {{ background: transparent; border: none; border-radius: 6px; padding: 6px 14px; color: {t.dim}; font-weight: 600; }}
    QToolButton#page:checked {{ background: {t.accent_soft}; color: {t.accent}; }}
    QToolButton#page:focus {{ border: 2px solid {t.accent}; padding: 4px 12px; }}
    QToolButton#page[narrow="true"] {{ padding: 6px 5px; }}
    QToolButton#page[narrow="true"]:focus {{ padding: 4px 3px; }}
    QToolButton#quiet {{ background: transparent; border: 1px solid transparent; padding: 5px 10px; }}
    QToolButton#quiet:hover {{ border-color: {t.line}; }}
    QToolButton#quiet:focus {{ border: 2px solid {t.accent}; padding: 4px 9px; }}
    QToolButton#chip {{ background: transparent; border: 1px solid transparent; border-radius: 5px; padding: 1px 5px; font-size: 11px; }}
    QToolButton#chip:focus {{ border: 2px solid {t.accent}; padding: 0px 4px; }}
    QToolButton#chip:!checked {{ color: {t.dim}; background: {t.window}; }}
    QToolButton#switch {{ background: transparent; border: 1px solid {t.line}; border-radius: 5px; padding: 1px 7px; font-size: 11px; }}
    QToolButton#switch:focus {{ border: 2px solid {t.accent}; padding: 0px 6px; }}
    QToolButton#switch:checked {{ background: {t.accent_soft}; color: {t.accent}; border-color: {t.accent}; }}
    QLineEdit, QComboBox, QPlainTextEdit, QAbstractSpinBox {{
        background: {t.card}; border: 1px solid {t.line}; border-radius: 6px; padding: 4px 8px; min-height: 18px;
        selection-background-color: {t.accent}; selection-color: {t.on_accent}; }}
    QLineEdit:focus, QComboBox:focus, QPlainTextEdit:focus, QAbstractSpinBox:focus {{ border: 2px solid {t.accent}; padding: 3px 7px; }}
    QSpinBox, QDoubleSpinBox {{ padding-right: 20px; }}
    QSpinBox:focus, QDoubleSpinBox:focus {{ padding-right: 19px; }}
    QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ border: none; width: 18px; margin-right: 2px; }}
    QAbstractSpinBox::up-arrow {{ image: url("{CHEVRON_UP}"); width: 9px; height: 9px; }}
    QAbstractSpinBox::down-arrow {{ image: url("{CHEVRON}"); width: 9px; height: 9px; }}
    QComboBox:disabled, QLineEdit:disabled {{ color: {t.dim}; background: {t.window}; }}
    QComboBox QLineEdit, QComboBox QLineEdit:focus {{ border: none; padding: 0; min-height: 0; background: transparent; }}
    QComboBox#low {{ padding: 1px 6px; min-height: 16px; border-color: transparent; background: {t.window}; }}
    QComboBox#low:focus {{ padding: 0px 5px; }}
    QComboBox::drop-down {{ border: none; width: 22px; }}
    QComboBox::down-arrow {{ image: url("{CHEVRON}"); width: 12px; height: 12px; }}
    QComboBox QAbstractItemView {{ background: {t.raised}; border: 1px solid {t.line}; padding: 2px; }}
    QLabel#page {{ border: 1px solid {t.line}; }}
    QFrame#notice {{ background: {t.accent_soft}; border: 1px solid {t.accent}; border-radius: 8px; }}
    QFrame#notice[failed="true"] {{ background: {t.failure_soft}; border: 1px solid {t.failure}; }}
    QFrame#notice QLabel#what {{ font-weight: 600; }}
    QWidget#question {{ background: {t.card}; border: 2px solid {t.card}; border-radius: 6px; }}
    QWidget#question:focus {{ border-color: {t.accent}; }}
    QWidget#question QToolButton:checked {{ background: {t.accent}; color: {t.on_accent}; border-color: {t.accent}; font-weight: 600; }}
    QDateTimeEdit::drop-down {{ border: none; width: 22px; }}
    QDateTimeEdit::down-arrow {{ image: url("{CHEVRON}"); width: 12px; height: 12px; }}
    QFrame#dropzone {{ border: 2px dashed {t.line}; border-radius: 12px; background: {t.card}; }}
    QFrame#dropzone[hot="true"] {{ border-color: {t.accent}; background: {t.accent_soft}; }}
    QScrollArea, QScrollArea > QWidget > QWidget#plain {{ background: transparent; border: none; }}
    QSplitter::handle {{ background: transparent; }}
    QSplitter::handle:hover {{ background: {t.line}; }}
    QProgressBar {{ border: none; border-radius: 4px; background: {t.line}; height: 8px; }}
    QProgressBar::chunk {{ background: {t.accent}; border-radius: 4px; }}
    QTreeWidget {{ background: {t.card}; border: 1px solid {t.line}; border-radius: 8px; outline: none; }}
    QTreeWidget::item {{ padding: 3px 4px; }}
    QTreeWidget#roomy::item {{ padding: 5px 4px; }}
    QTreeWidget::item:selected {{ background: {t.accent_soft}; color: {t.text}; }}
    QHeaderView::section {{ background: {t.card}; color: {t.dim}; border: none; border-bottom: 1px solid {t.line}; padding: 3px 6px; }}
    QListWidget {{ background: {t.card}; border: 1px solid {t.line}; border-radius: 8px; outline: none; padding: 4px; }}
    QListWidget::item {{ border-radius: 5px; padding-left: 6px; }}
    QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
    QListWidget::item:selected {{ background: {t.accent_soft}; color: {t.accent}; }}
    QTabWidget::pane {{ border: none; }}
    QTabBar::tab {{ background: transparent; color: {t.dim}; padding: 4px 14px; border-bottom: 2px solid transparent; }}
    QTabWidget#tall > QTabBar::tab {{ padding: 7px 14px; }}
    QTabBar::tab:selected {{ color: {t.text}; border-bottom-color: {t.accent}; }}
    QTabBar::tab:focus {{ color: {t.accent}; }}
    QCheckBox:focus, QRadioButton:focus {{ color: {t.accent}; }}
    QCheckBox, QRadioButton {{ spacing: 8px; }}
    QCheckBox::indicator, QRadioButton::indicator {{
        width: 14px; height: 14px; background: {t.card}; border: 1px solid {t.dim}; border-radius: 4px; }}
    QRadioButton::indicator {{ border-radius: 8px; }}
    QCheckBox::indicator:focus, QRadioButton::indicator:focus {{ border: 2px solid {t.accent}; width: 12px; height: 12px; }}
    QCheckBox::indicator:checked {{ background: {t.accent}; border-color: {t.accent}; image: url("{check}"); }}
    QRadioButton::indicator:checked {{ background: {t.card}; border: 5px solid {t.accent}; width: 6px; height: 6px; }}
    QCheckBox::indicator:disabled, QRadioButton::indicator:disabled {{ border-color: {t.line}; }}
    QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
    QScrollBar::handle:vertical {{ background: {t.line}; border-radius: 4px; min-height: 24px; margin: 1px; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QScrollBar:horizontal {{ background: transparent; height: 10px; }}
    QScrollBar::handle:horizontal {{ background: {t.line}; border-radius: 4px; min-width: 24px; margin: 1px; }}
    """
