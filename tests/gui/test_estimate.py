"""The estimate of a questionnaire in the window: beside the index, over a stored session's time, and what is said without one."""

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox

from bench.sample_record import PASSPHRASE, write_record
from core.estimate import NOT_TRAINED
from core.failures import Failure
from core.labels import MODALITIES
from core.settings import Settings
from gui.review_page import ReviewPage
from gui.settings_dialog import SettingsDialog
from gui.store_door import StoreDoor
from gui.theme import DARK, LIGHT
from gui.timeline_attention import ROWS, AttentionLane
from models.fusion import reader
from monitor.board import Taken
from monitor.lane import OwnFusion
from review.estimate_words import TITLE
from review.time_span import whole_span
from store.vault import Vault
from tests.fixtures.own_fusion import UNFIT, estimate, unfit
from tests.fixtures.stores import CHEAP
from tests.fixtures.window_services import score
from tests.gui.test_review_page import ANNE, PATIENCE_MS, listed, numbers, opened
from tests.gui.test_why import words

CHECKPOINT = "clinic"


@pytest.fixture
def view(window):
    shown = window.live.view
    shown.begin(Settings().fusion, own=None)
    return shown


@pytest.fixture
def estimated(window):
    shown = window.live.view
    shown.begin(
        Settings().with_values({"fusion.checkpoint": CHECKPOINT}, "a test").fusion,
        own=OwnFusion(Path(CHECKPOINT), ("No items were known to it.",)),
    )
    return shown


def test_without_a_checkpoint_one_quiet_line_says_so_and_its_tooltip_says_it_whole(view):
    card = view.estimate
    assert card.line.text() == f"{TITLE}: not trained on questionnaires"
    assert not card.number.isVisible()
    assert card.objectName() != "card"
    assert NOT_TRAINED in card.accessibleDescription()


def test_with_a_checkpoint_there_is_not_enough_evidence_until_the_first_estimate_comes(estimated):
    card = estimated.estimate
    assert card.line.text() == f"{TITLE}: not enough evidence yet"
    estimated.show_taken(Taken(scores=(score(10.0),), estimates=(estimate(10.0), estimate(20.0, total=12.0))), 20.0)
    assert card.number.text() == "Estimated PHQ-8: 12 (7 to 18); 10 or more: 42 %"
    assert card.line.text() == "By “clinic”. No questionnaire and no diagnosis."
    assert "No items were known to it." in card.toolTip()
    assert card.number.isVisible()
    assert card.objectName() == "card"
    assert estimated.index.number == "47"
    estimated.show_end()
    assert card.number.text().startswith("Estimated PHQ-8 at the session's end: 12 ")
    estimated.clear()
    assert not card.number.isVisible()


def test_the_reasons_hold_the_estimate_apart_from_what_adds_up_to_the_index(estimated):
    estimated.show_taken(Taken(scores=(score(10.0),), estimates=(estimate(10.0),)), 10.0)
    estimated.reasons.open_newest()
    panel = estimated.reasons.dialog.panel
    assert "no part of the index" in panel.estimate.text()
    estimated.reasons.close()


def test_the_reasons_say_whole_that_nothing_was_trained(view):
    view.show_taken(Taken(scores=(score(10.0),)), 10.0)
    view.reasons.open_newest()
    assert NOT_TRAINED in view.reasons.dialog.panel.estimate.text()
    view.reasons.close()


def test_two_remarks_of_one_session_are_both_shown(window):
    for what in ("The voice is compared with people in general.", "The fusion checkpoint “x” is not used:"):
        window.live._remarked(Failure(what, "", ""))
    assert len(window.notices.notices) == 2


def test_an_unfit_checkpoint_is_said_on_the_card(window):
    window.live.view.begin(Settings().with_values({"fusion.checkpoint": "old"}, "a test").fusion, own=None)
    assert window.live.view.estimate.line.text() == f"{TITLE}: its checkpoint is not used"


def test_the_settings_offer_the_checkpoints_that_are_there_and_take_another_word(qtbot, window, monkeypatch):
    monkeypatch.setattr(reader, "own_checkpoints", lambda: [Path("fusion/clinic"), Path("fusion/other")])
    window.open_settings()
    [dialog] = window.findChildren(SettingsDialog)
    editor = dialog.editors["fusion.checkpoint"]
    choice = editor.findChild(QComboBox)
    assert [choice.itemText(row) for row in range(choice.count())] == ["", "clinic", "other"]
    assert editor.value == ""
    choice.setCurrentIndex(2)
    assert dialog.changes == {"fusion.checkpoint": "other"}
    editor.set_value("/a/folder")
    assert editor.value == "/a/folder"
    editor.reset()
    assert dialog.changes == {}


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> Path:
    return write_record(tmp_path_factory.mktemp("record"), (ANNE,), CHEAP)


@pytest.fixture
def review(qtbot, written, tmp_path):
    """Opens a review page on a copy of the record, with a checkpoint."""
    shutil.copytree(written.parent, tmp_path / "home")
    vault = Vault(tmp_path / "home" / written.name, CHEAP)
    vault.unlock(PASSPHRASE)
    door = StoreDoor(vault)
    pages = []

    def open_page(checkpoint: Path | str) -> ReviewPage:
        settings = Settings().with_values({"fusion.checkpoint": str(checkpoint)}, "a test")
        page = ReviewPage(door, lambda: settings)
        pages.append(page)
        listed(qtbot, page)
        return page

    yield open_page
    for page in pages:
        page.close_background()
    door.close()


def summary(panel) -> dict[str, str]:
    heads = [panel.summary.topLevelItem(row) for row in range(panel.summary.topLevelItemCount())]
    [head] = [one for one in heads if one.text(0) == TITLE]
    return {head.child(row).text(0): head.child(row).text(1) for row in range(head.childCount())}


def test_a_stored_session_shows_what_its_estimate_rests_on(qtbot, review, own_fusion):
    page = review(own_fusion)
    panel = opened(qtbot, page, numbers(page)[0])
    qtbot.waitUntil(lambda: "PHQ-8 total, of 24" in summary(panel), timeout=PATIENCE_MS)
    assert panel.timeline.attention.isVisible()
    assert summary(panel)["Made by"] == "“clinic”"
    assert len(summary(panel)) == 11
    panel.timeline.setFocus()
    QTest.keyClick(panel.timeline, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: "by “clinic”: no questionnaire" in panel.timeline.heads["estimate"].words.text(), timeout=PATIENCE_MS)
    panel.show_why()
    qtbot.waitUntil(lambda: panel.reasons is not None and panel.reasons.isVisible(), timeout=PATIENCE_MS)
    lines = [line for line in words(panel.reasons.panel.tree) if line[0] in (TITLE, "Items", "Low mood", "Attention to the lanes")]
    assert len(lines) == 4
    assert all(line[2] == "" for line in lines)
    QTest.keyClick(panel.timeline, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: panel.timeline.heads["estimate"].words.text() == "", timeout=PATIENCE_MS)


def test_without_a_checkpoint_the_review_has_no_such_lane_and_one_line(qtbot, review):
    panel = opened(qtbot, (page := review("")), numbers(page)[0])
    qtbot.waitUntil(lambda: summary(panel) == {"Not trained on questionnaires": ""}, timeout=PATIENCE_MS)
    assert not panel.timeline.attention.isVisible()


@pytest.mark.parametrize("why", UNFIT)
def test_an_unfit_checkpoint_is_said_in_the_summary(qtbot, review, own_fusion, tmp_path, why):
    folder, said = unfit(own_fusion, tmp_path / "unfit", why)
    panel = opened(qtbot, (page := review(folder)), numbers(page)[0])
    qtbot.waitUntil(lambda: said in panel._estimates.none_because, timeout=PATIENCE_MS)
    assert not panel.timeline.attention.isVisible()
    assert panel.timeline.heads["index"].words.text()


def pixel_rows(lane: AttentionLane, at: float) -> set[int]:
    """In which of its rows something is drawn at a moment."""
    picture, place = lane.grab().toImage(), lane.place
    found = set()
    for row in range(len(ROWS)):
        y = place.y_of(len(ROWS) - row - 0.5 - 0.3)
        if picture.pixelColor(int(place.x_of(at)), int(y)).name() != lane.theme.card.lower():
            found.add(row)
    return found


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_weights_are_drawn_where_they_are(qtbot, theme):
    lane = AttentionLane(62)
    qtbot.addWidget(lane)
    lane.resize(600, 62)
    lane.set_theme(theme)
    lane.set_span(whole_span(100.0))
    assert pixel_rows(lane, 95.0) == set()
    lane.show_estimates([estimate(50.0), estimate(100.0)])
    assert pixel_rows(lane, 25.0) == set()
    assert pixel_rows(lane, 75.0) == {0, 1}
    assert pixel_rows(lane, 95.0) == {0, 1, 2}
    assert ("All", *(one.capitalize() for one in MODALITIES)) == ROWS
