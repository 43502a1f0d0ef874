"""The people page on a real encrypted store, by keys and clicks."""

import shutil
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton

from bench.sample_record import PASSPHRASE, write_record
from bench.sample_year import Persona
from commands.person_export import export_person
from core.person import Scope, Use, holding
from core.purpose import REFUSED, Purpose
from core.questionnaire import Filled, Kind
from core.settings import Settings
from gui.confirm_dialog import ConfirmDialog
from gui.log_dialog import LogDialog
from gui.main_window import MainWindow
from gui.notices import Notice
from gui.pages import LIVE, PEOPLE
from gui.people_page import PeoplePage
from gui.people_record import PeopleRecord
from gui.person_dialog import PersonDialog
from gui.questionnaire_dialog import QuestionnaireDialog
from gui.questionnaire_history import QuestionnaireHistory
from gui.services import LiveRequest
from gui.settings_store import load_values
from gui.store_door import StoreDoor
from gui.theme import LIGHT
from store.consents import read_consents
from store.database import open_for_reading, open_for_writing, reading, writing
from store.people import people
from store.purpose import read_purpose, state_purpose
from store.questionnaires import add_questionnaires, read_questionnaires
from store.session_reader import list_sessions
from store.vault import Vault
from tests.fixtures.stores import CHEAP

CONTROL = Qt.KeyboardModifier.ControlModifier
MOOD = {date(2026, 1, 1): 0.5}
ANNE = Persona("Änne <b>", 1978, "female", "Straße 3", MOOD, missed=0.0, minutes=0.4, first=date(2026, 3, 1), last=date(2026, 3, 20))
LI = Persona("睡眠 李", None, None, "", MOOD, minutes=0.5, first=date(2026, 3, 20), last=date(2026, 3, 22), forms=())
PATIENCE_MS = 20_000


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> Path:
    return write_record(tmp_path_factory.mktemp("record"), (ANNE, LI), CHEAP)


@pytest.fixture
def vault(written, tmp_path) -> Vault:
    home = tmp_path / "home"
    shutil.copytree(written.parent, home)
    made = Vault(home / written.name, CHEAP)
    made.unlock(PASSPHRASE)
    return made


@pytest.fixture
def services(doors, vault):
    door = StoreDoor(vault)
    yield replace(
        doors.services(),
        door=door,
        export_person=lambda person, folder: export_person(door.vault.store, person, folder),
        choose_table=lambda parent: doors.chosen_text,
    )
    door.close()


@pytest.fixture
def told() -> list[Notice]:
    return []


@pytest.fixture
def page(qtbot, services, told):
    """The page alone: a whole window takes long to build."""
    made = PeoplePage(services, Settings, services.door)
    qtbot.addWidget(made)
    made.notice.connect(told.append)
    made.set_theme(LIGHT)
    made.resize(1280, 660)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    made.take_keyboard()
    made.show_open()
    qtbot.waitUntil(lambda: made.list.count() == 2, timeout=PATIENCE_MS)
    yield made
    made.close_background()


@pytest.fixture
def window(qtbot, services, tmp_path):
    made = MainWindow(services, Settings(), tmp_path / "settings.json")
    made.resize(1280, 720)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    people = made.pages.page(PEOPLE)
    people.show_open()
    qtbot.waitUntil(lambda: people.list.count() == 2, timeout=PATIENCE_MS)
    QTest.keyClick(made, Qt.Key.Key_3, CONTROL)
    yield made
    with qtbot.waitSignal(made.ready_to_quit):
        made.close()
    made.let_go()


def open_anne(qtbot, page) -> PeoplePage:
    """By keys."""
    QTest.keyClicks(page.search, "ANNE str")
    QTest.keyClick(page.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.card.record is not None, timeout=PATIENCE_MS)
    return page


@pytest.fixture
def anne(qtbot, page) -> PeoplePage:
    return open_anne(qtbot, page)


@pytest.fixture
def anne_in_window(qtbot, window) -> PeoplePage:
    return open_anne(qtbot, window.pages.page(PEOPLE))


def look(vault: Vault, of, opened=open_for_reading):
    with closing(opened(vault.store.database, vault.store.key)) as connection:
        return of(connection)


def test_the_page_begins_with_the_search_and_shows_who_is_found(window):
    page = window.pages.page(PEOPLE)
    assert window.page is page
    assert window.focusWidget() is page.search
    QTest.keyClicks(page.search, "anne")
    assert [page.list.item(row).text() for row in range(page.list.count())] == ["Änne <b>"]
    page.search.clear()
    assert page.list.count() == 2


def test_the_card_shows_the_trend_the_sessions_and_the_consents_and_the_log_says_that_it_was_seen(anne, vault):
    card = anne.card
    assert card.name.text() == "Änne <b>"
    assert card.facts.text() == "born 1978 · female · Straße 3"
    assert card.sessions.table.topLevelItemCount() == len(card.record.sessions) >= 2
    assert "given" in card.consents.states[Scope.STORE].text()
    assert card.consents.states[Scope.RECORD].text() == "not given"
    rows = look(vault, lambda c: c.execute("SELECT action, subject FROM audit ORDER BY seq").fetchall())
    assert ("view", "people") in rows
    assert ("view", "person 1") in rows


def test_a_person_is_added_and_edited_and_what_cannot_be_is_told_in_the_dialog(qtbot, page, vault):
    page.new.click()
    dialog = page.findChild(PersonDialog)
    dialog.pseudonym.setText("änne <B>")
    dialog.save.click()
    qtbot.waitUntil(lambda: "already" in dialog.told.text(), timeout=PATIENCE_MS)
    dialog.pseudonym.setText("Zoë")
    QTest.keyClicks(dialog.year, "1999")
    dialog.save.click()
    qtbot.waitUntil(lambda: page.card.record is not None and page.list.count() == 3, timeout=PATIENCE_MS)
    assert page.card.name.text() == "Zoë"
    page.card.edit.click()
    dialog = next(one for one in page.findChildren(PersonDialog) if one.isVisible())
    dialog.notes.setPlainText("new notes")
    dialog.save.click()
    qtbot.waitUntil(lambda: page.card.facts.text() == "born 1999 · new notes", timeout=PATIENCE_MS)
    assert [one.pseudonym for one in look(vault, people)] == ["Änne <b>", "Zoë", "睡眠 李"]


def test_the_chosen_person_is_asked_for_consent_before_the_first_frame(qtbot, window, anne_in_window, doors, vault):
    QTest.keyClick(anne_in_window.card.choose, Qt.Key.Key_Space)
    assert "Änne" in window.person_button.text()
    window.show_page(LIVE)
    live = window.live
    live.begin_with(LiveRequest("Front camera", "Desk microphone", start=True))
    assert live.consent.isVisible()
    assert doors.live_plans == []
    assert not live.consent.scopes[Scope.STORE].isEnabled()
    assert "given" in live.consent.scopes[Scope.STORE].text()
    live.consent.scopes[Scope.RECORD].setChecked(True)
    live.consent.begin.click()
    qtbot.waitUntil(lambda: bool(doors.live_plans), timeout=PATIENCE_MS)
    assert doors.live_plans[-1]["person"] == 1
    assert set(holding(look(vault, lambda c: read_consents(c, 1)))) == set(Scope)


def test_the_demonstration_is_nobodys(qtbot, window, anne_in_window, doors):
    anne_in_window.card.choose.click()
    window.live.begin_with(LiveRequest(demonstration=True))
    qtbot.waitUntil(lambda: bool(doors.live_plans))
    assert "person" not in doors.live_plans[-1]


def test_recordings_that_are_opened_belong_to_the_chosen_person(qtbot, window, anne_in_window):
    anne_in_window.card.choose.click()
    window.recording.add_files([Path("a.mp4")])
    anne_in_window.card.choose.click()
    window.recording.add_files([Path("b.mp4")])
    assert [job.person for job in window.recording.queue.jobs] == [1, None]
    assert window.recording.queue.jobs[0].name_in_words == "a.mp4 · Änne <b>"


def test_without_consent_to_store_a_persons_session_goes_into_no_kept_store(vault):
    door = StoreDoor(vault)
    try:
        assert door.store_for_new(1).kept
        PeopleRecord(door).withdraw(1, Scope.STORE)
        assert not door.store_for_new(1).kept
        assert door.store_for_new().kept
    finally:
        door.close()


def test_sessions_are_marked_as_baseline_and_the_card_says_how_many(qtbot, anne, vault):
    panel = anne.card.sessions
    anne.card.show_sessions([1, 2])
    assert panel.chosen == [1, 2]
    panel.uses[Use.BASELINE].click()
    qtbot.waitUntil(lambda: "2 marked as baseline" in panel.about.text(), timeout=PATIENCE_MS)
    assert panel.chosen == [1, 2]
    panel.uses[None].click()
    qtbot.waitUntil(lambda: "0 marked" in panel.about.text(), timeout=PATIENCE_MS)


def test_a_session_is_deleted_only_when_it_is_meant(qtbot, anne, vault):
    before = len(anne.card.record.sessions)
    anne.card.show_sessions([1])
    anne.card.sessions.delete.click()
    dialog = anne.findChild(ConfirmDialog)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert not dialog.isVisible()
    assert len(look(vault, list_sessions)) > before
    anne.card.sessions.delete.click()
    next(one for one in anne.findChildren(ConfirmDialog) if one.isVisible()).act.click()
    qtbot.waitUntil(lambda: anne.card.sessions.table.topLevelItemCount() == before - 1, timeout=PATIENCE_MS)
    assert look(vault, lambda c: c.execute("SELECT count(*) FROM session_values WHERE session = 1").fetchone()) == (0,)


def test_withdrawing_the_consent_to_store_empties_the_card(qtbot, anne):
    anne.card.consents.withdraw[Scope.STORE].click()
    anne.findChild(ConfirmDialog).act.click()
    qtbot.waitUntil(lambda: anne.card.sessions.table.topLevelItemCount() == 0, timeout=PATIENCE_MS)
    assert anne.card.consents.states[Scope.STORE].text() == "not given"
    assert "withdrawn" in anne.card.consents.history.text()
    anne.card.logs.click()
    assert not anne.findChildren(LogDialog)


def test_a_person_is_deleted_and_no_longer_chosen(qtbot, window, anne_in_window, vault):
    anne_in_window.card.choose.click()
    anne_in_window.card.delete.click()
    anne_in_window.findChild(ConfirmDialog).act.click()
    anne_in_window.search.clear()
    qtbot.waitUntil(lambda: anne_in_window.list.count() == 1, timeout=PATIENCE_MS)
    assert window.live.person is None
    assert window.person_button.text() == "Person: nobody"
    assert [one.pseudonym for one in look(vault, people)] == ["睡眠 李"]


def test_everything_on_the_person_is_written(qtbot, anne, doors, tmp_path, told):
    doors.chosen_folder = tmp_path / "out"
    anne.card.export.click()
    qtbot.waitUntil(lambda: any("is written" in notice.failure.what for notice in told), timeout=PATIENCE_MS)
    assert (tmp_path / "out" / "person-1" / "person.json").is_file()


def test_a_questionnaire_is_filled_in_stored_and_shown_in_history_and_trend(qtbot, anne, vault):
    before = len(look(vault, lambda c: read_questionnaires(c, 1)))
    anne.card.questionnaire.click()
    history = anne.findChild(QuestionnaireHistory)
    history.fill[Kind.GAD7].click()
    form = anne.findChild(QuestionnaireDialog)
    for row in form.rows:
        row.answer(1)
    form.save.click()
    qtbot.waitUntil(lambda: history.table.topLevelItemCount() == before + 1, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: len(anne.card.record.trend.forms) == before + 1, timeout=PATIENCE_MS)
    history.close()


def test_item_nine_of_the_newest_form_shows_the_safety_panel_beside_everything_of_the_person(qtbot, anne, vault):
    assert not anne.card.safety.isVisible()
    newest = Filled(kind=Kind.PHQ9, version="phq9-en-1", filled_at=datetime(2026, 6, 1, tzinfo=UTC), answers=(0,) * 8 + (1,))
    look(vault, lambda c: add_questionnaires(c, 1, [(newest, 1)]), open_for_writing)
    anne.refresh()
    qtbot.waitUntil(anne.card.safety.isVisible, timeout=PATIENCE_MS)
    later = replace(newest, filled_at=datetime(2026, 6, 2, tzinfo=UTC), answers=(0,) * 9)
    look(vault, lambda c: add_questionnaires(c, 1, [(later, 0)]), open_for_writing)
    anne.refresh()
    qtbot.waitUntil(lambda: not anne.card.safety.isVisible(), timeout=PATIENCE_MS)


def test_questionnaires_are_written_and_read_back_once(qtbot, anne, doors, vault, tmp_path, told):
    before = len(look(vault, lambda c: read_questionnaires(c, 1)))
    doors.chosen_folder = tmp_path
    anne.card.questionnaire.click()
    history = anne.findChild(QuestionnaireHistory)
    history.write_out.click()
    doors.chosen_text = tmp_path / "questionnaires-person-1.csv"
    qtbot.waitUntil(doors.chosen_text.exists, timeout=PATIENCE_MS)
    history.read_in.click()
    qtbot.waitUntil(lambda: any("there already" in n.failure.what for n in told), timeout=PATIENCE_MS)
    assert len(look(vault, lambda c: read_questionnaires(c, 1))) == before
    assert doors.chosen_text.stat().st_mode & 0o077 == 0
    (detail,) = look(vault, lambda c: c.execute("SELECT detail FROM audit WHERE action = 'export' AND subject = 'person 1'").fetchone())
    assert detail == f"{before} questionnaires"
    history.close()


def test_daily_logs_are_dated_and_analysed_as_the_persons(qtbot, window, anne_in_window, doors, tmp_path):
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "20260329_1830.mp4").write_bytes(b"no media")
    doors.chosen_folder = folder
    anne_in_window.card.logs.click()
    qtbot.waitUntil(lambda: anne_in_window.findChild(LogDialog) is not None, timeout=PATIENCE_MS)
    dialog = anne_in_window.findChild(LogDialog)
    moment = datetime(2026, 3, 29, 18, 30, tzinfo=UTC)
    dialog.accepted_logs.emit([(folder / "20260329_1830.mp4", moment)])
    dialog.close()
    qtbot.waitUntil(lambda: bool(doors.monitors), timeout=PATIENCE_MS)
    assert (doors.monitor.plan.person, doors.monitor.plan.started) == (1, moment)
    assert window.page is window.recording


def test_a_locked_store_shows_nobody(window, anne_in_window):
    anne_in_window.card.choose.click()
    window.services.door.lock(hold=False)
    anne_in_window.show_closed()
    assert anne_in_window.list.count() == 0
    assert anne_in_window.card.record is None
    assert window.live.person is None
    assert not anne_in_window.new.isEnabled()


def test_keys_of_a_session_do_nothing_on_this_page(window, anne_in_window, doors):
    anne_in_window.card.tabs.setFocus()
    for key in (Qt.Key.Key_Space, Qt.Key.Key_R, Qt.Key.Key_E, Qt.Key.Key_1):
        QTest.keyClick(window, key)
    assert window.live.record_button.isChecked()
    assert not window.live.running


def test_every_control_can_be_reached_and_has_a_name(anne):
    for control in anne.findChildren(QAbstractButton):
        if control.isVisible() and control.focusPolicy() != Qt.FocusPolicy.NoFocus:
            assert control.text() or control.accessibleName(), control
    assert anne.list.accessibleName()
    assert anne.search.accessibleName()


def test_in_a_narrow_window_there_is_the_list_or_the_person(qtbot, window, anne_in_window):
    window.resize(640, 360)
    qtbot.waitUntil(lambda: not anne_in_window.list.isVisible())
    assert anne_in_window.card.isVisible()
    anne_in_window.card.back.click()
    assert anne_in_window.list.isVisible()
    assert not anne_in_window.card.isVisible()


def test_the_purpose_is_asked_once_and_watching_people_is_refused(qtbot, window, vault):
    assert window.ask_purpose()
    card = window.purpose
    card.choices["monitoring"].setChecked(True)
    assert card.told.text() == str(REFUSED)
    assert card.told.isVisible()
    assert not card.go_on.isEnabled()
    QTest.keyClick(window, Qt.Key.Key_Space)
    assert not window.live.running
    card.choices["care"].setChecked(True)
    assert not card.told.isVisible()
    with qtbot.waitSignal(window.purpose_stated):
        card.go_on.click()
    assert load_values(window._settings_path).values == {"record.purpose": "care"}
    assert not window.ask_purpose()
    qtbot.waitUntil(lambda: stated_purpose(vault) is Purpose.CARE, timeout=PATIENCE_MS)
    window.change_settings({"record.purpose": "research"})
    qtbot.waitUntil(lambda: stated_purpose(vault) is Purpose.RESEARCH, timeout=PATIENCE_MS)


def stated_purpose(vault: Vault) -> Purpose | None:
    with reading(vault.store.database, vault.store.key) as connection:
        return read_purpose(connection)


def test_a_store_that_says_what_it_is_used_for_is_not_asked_again(qtbot, window, vault):
    with writing(vault.store.database, vault.store.key) as connection:
        state_purpose(connection, Purpose.OWN_USE)
    window.locking._enter(window.services.door.opened())
    assert window.settings().record.purpose == "own use"
    assert not window.ask_purpose()


def test_a_database_that_cannot_be_read_is_told(qtbot, anne, vault, told):
    for file in vault.store.database.parent.glob(vault.store.database.name + "*"):
        file.unlink()
    vault.store.database.mkdir()
    anne.refresh()
    qtbot.waitUntil(lambda: any(notice.failed for notice in told), timeout=PATIENCE_MS)
