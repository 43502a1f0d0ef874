"""Why the index has its value: opened by a click into the chart, by a button and by a key, and gone through by keyboard."""

import math

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QTreeWidgetItem

from core.labels import Modality
from core.why import why
from gui.theme import DARK, LIGHT
from gui.weights_chart import WeightsChart
from gui.why_dialog import WhyDialog
from gui.why_panel import WhyPanel
from monitor.board import Taken
from review.estimates import KeptEstimates
from review.why import KeptScores
from tests.fixtures.fusion_streams import NEUTRAL, SAD, SETTINGS, faces, fused, text, voices

ITEMS = [*faces(NEUTRAL, seconds=20.0), *voices(SAD, seconds=20.0, pitch_sd_semitones=1.2), text(9.0, SAD, words=12)]
SCORES = fused(ITEMS, 20.0)


@pytest.fixture
def dialog(qtbot):
    kept = KeptScores(SETTINGS)
    kept.add(SCORES)
    made = WhyDialog(kept, KeptEstimates())
    qtbot.addWidget(made)
    return made


def words(tree):
    """All lines of a tree."""
    found, waiting = [], [tree.topLevelItem(n) for n in range(tree.topLevelItemCount())]
    while waiting:
        item = waiting.pop(0)
        found.append((item.text(0), item.text(1), item.text(2)))
        waiting += [item.child(n) for n in range(item.childCount())]
    return found


@pytest.fixture
def view(window):
    shown = window.live.view
    shown.begin(SETTINGS, own=None)
    shown.show_taken(Taken(scores=tuple(SCORES)), 20.0)
    shown.draw_now()
    return shown


def test_a_click_into_the_index_says_why_the_value_of_that_moment(view, qtbot):
    chart = view.charts.index
    where = chart.mapFromScene(chart._box.mapViewToScene(QPointF(12.2 - view.charts.seconds, 50.0)))
    qtbot.mouseClick(chart.viewport(), Qt.MouseButton.LeftButton, pos=where)
    dialog = view.reasons.dialog
    assert dialog.isVisible()
    assert dialog.panel.head.text().startswith(("0:11.5", "0:12.0"))
    assert not math.isnan(view.charts.index._moment)
    dialog.close()
    assert math.isnan(view.charts.index._moment)


def test_the_key_and_the_button_say_why_the_newest_value(view, window, qtbot):
    qtbot.keyClick(window, Qt.Key.Key_W)
    assert view.reasons.dialog.panel.head.text().startswith("0:20.0: ")
    view.reasons.dialog.close()
    view.index.why_button.click()
    assert view.reasons.dialog.isVisible()


def test_the_reasons_are_gone_with_the_session_that_they_spoke_of(view):
    view.reasons.open_newest()
    view.clear()
    assert view.reasons.dialog is None
    view.reasons.open_newest()
    assert "no score" in view.reasons.dialog.panel.head.text()


def test_without_each_lane_stands_beside_its_name(dialog):
    dialog.show_newest()
    lines = words(dialog.panel.tree)
    assert [line[0] for line in lines[:3]] == ["Face", "Voice", "Text"]
    assert all("without the " in line[1] for line in lines[:3])
    assert all(line[2].startswith("+") for line in lines[:3])


def test_it_steps_from_moment_to_moment_by_keys_and_keeps_open_what_was_open(dialog, qtbot):
    with qtbot.waitActive(dialog):
        dialog.open_at(10.0)
    tree = dialog.panel.tree
    voice = tree.topLevelItem(1)
    voice.child(2).setExpanded(True)
    tree.setCurrentItem(voice.child(2).child(0))
    qtbot.keyClick(dialog, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert dialog.panel.head.text().startswith("0:10.5: ")
    assert tree.topLevelItem(1).child(2).isExpanded()
    assert tree.currentItem().parent().text(0) == "Segments of speech"
    qtbot.keyClick(dialog, Qt.Key.Key_End, Qt.KeyboardModifier.AltModifier)
    assert dialog.panel.head.text().startswith("0:20.0: ")
    qtbot.keyClick(dialog, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert dialog.panel.head.text().startswith("0:19.5: ")


def test_a_piece_takes_to_its_moment(dialog, qtbot):
    dialog.open_at(20.0)
    tree = dialog.panel.tree
    entry = tree.topLevelItem(2).child(2).child(0)
    with qtbot.waitSignal(dialog.moment_shown) as shown:
        tree.itemActivated.emit(entry, 0)
    assert shown.args == [9.0]


def test_every_line_has_its_whole_words_for_a_screen_reader(dialog):
    dialog.show_newest()
    item = dialog.panel.tree.topLevelItem(0)
    assert isinstance(item, QTreeWidgetItem)
    spoken = item.data(0, Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == ", ".join(item.text(column) for column in range(3))
    assert dialog.panel.tree.accessibleName()


def test_a_moment_without_reasons_says_so_in_a_sentence(qtbot):
    panel = WhyPanel()
    qtbot.addWidget(panel)
    panel.show_why(4.0, "There is no score at this moment yet.")
    assert panel.head.text() == "0:04.0: There is no score at this moment yet."
    assert panel.tree.isHidden()
    assert panel.remark.isHidden()


def test_what_is_to_be_said_of_the_reasons_stands_above_them(qtbot):
    panel = WhyPanel()
    qtbot.addWidget(panel)
    panel.show_why(20.0, why(SCORES, len(SCORES) - 1, SETTINGS), "A reading came late.")
    assert panel.remark.text() == "A reading came late."
    assert not panel.tree.isHidden()


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_the_weights_lie_on_one_another_and_are_all_together(qtbot, theme):
    chart = WeightsChart()
    qtbot.addWidget(chart)
    chart.set_theme(theme)
    for score in SCORES:
        chart.add(score)
    chart.refresh(20.0)
    lower = chart._edges[Modality.FACE].y
    upper = chart._edges[Modality.VOICE].y
    known = ~np.isnan(lower)
    assert known.any()
    assert (lower[known] <= upper[known]).all()
    assert lower[-1] == pytest.approx(SCORES[-1].weights[Modality.FACE])
    assert upper[-1] == pytest.approx(1.0 - SCORES[-1].weights[Modality.TEXT])
    assert "face 0." in chart.accessibleDescription()
