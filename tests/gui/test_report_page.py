"""The reports page on a real encrypted store, by keys and clicks."""

import shutil
from contextlib import closing
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtCore import QDate, Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest

from bench.sample_record import PASSPHRASE, write_record
from bench.sample_year import Persona
from commands.exporting import export_period, export_session
from commands.report_preview import preview_report
from core.person import Scope
from core.settings import Settings
from gui.main_window import MainWindow
from gui.pages import REPORTS
from gui.report_page import CLOSED, ReportPage
from gui.store_door import StoreDoor
from review.exports.formats import PERIOD_FORMATS, Format
from store.database import open_for_writing, reading
from store.vault import Vault
from tests.fixtures.stores import CHEAP

MOOD = {date(2026, 1, 1): 0.5}
ANNE = Persona("Änne <b>", 1978, "female", "", MOOD, missed=0.0, minutes=0.4, first=date(2026, 3, 1), last=date(2026, 3, 20))
LI = Persona("睡眠 李", None, None, "", MOOD, minutes=0.5, first=date(2026, 3, 20), last=date(2026, 3, 22), forms=())
PATIENCE_MS = 30_000


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
        write_session=lambda session, request, values: export_session(door.store_of(session), session, request, values),
        write_period=lambda period, request, values: export_period(door.vault.store, period, request, values),
        preview_report=partial(preview_report, door),
        choose_target=lambda parent, name, kinds: doors.folder / name if doors.folder else None,
        choose_folder=lambda parent: doors.folder,
    )
    door.close()


@pytest.fixture
def told() -> list:
    return []


@pytest.fixture
def page(qtbot, doors, services, told, tmp_path):
    doors.folder = tmp_path
    shown = ReportPage(services, Settings, services.door)
    shown.notice.connect(told.append)
    qtbot.addWidget(shown)
    shown.resize(1100, 640)
    shown.show()
    shown.show_open()
    qtbot.waitUntil(lambda: shown.subject.list.count() > 0, timeout=PATIENCE_MS)
    yield shown
    shown.close_background()


def choose(page: ReportPage, kind: Format) -> None:
    page.format.setCurrentIndex(page.format.findData(kind))


def write(qtbot, page: ReportPage) -> str:
    """Press the button and wait for the result."""
    qtbot.waitUntil(page.write.isEnabled, timeout=PATIENCE_MS)
    QTest.mouseClick(page.write, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.result.text().startswith(("Written", "Nothing was written")), timeout=PATIENCE_MS)
    return page.result.text()


def logged(vault: Vault) -> list[tuple[str, str]]:
    with reading(vault.store.database, vault.store.key) as connection:
        return connection.execute("SELECT subject, detail FROM audit WHERE action = 'export' ORDER BY seq").fetchall()


@pytest.mark.parametrize("kind", list(Format))
def test_a_session_is_written_in_every_format(kind, page, qtbot, vault, tmp_path):
    choose(page, kind)
    page.subject.choose(2)
    said = write(qtbot, page)
    assert said.startswith("Written: ")
    assert "stands in the audit log" in said
    assert (tmp_path / f"session-0002{kind.ending}").exists()
    assert logged(vault)[-1][0] == "session 2"
    assert page.open.isVisibleTo(page)


def test_a_period_is_written_on_the_paper_that_was_chosen(page, qtbot, vault, tmp_path):
    page.subject.of_period.click()
    qtbot.waitUntil(lambda: page.subject.first.date() == QDate(2026, 3, 1), timeout=PATIENCE_MS)
    assert [page.format.itemData(row) for row in range(page.format.count())] == list(PERIOD_FORMATS)
    page.subject.last.setDate(QDate(2026, 3, 15))
    page.paper.setCurrentIndex(1)
    assert write(qtbot, page).startswith("Written: ")
    read = PdfReader(tmp_path / "person-1-2026-03-01-to-2026-03-15.pdf")
    assert float(read.pages[0].mediabox.width) == pytest.approx(612)
    assert ANNE.name in read.pages[0].extract_text()
    assert logged(vault)[-1][0] == "person 1"


def test_another_person_brings_the_days_of_their_own_record(page, qtbot):
    page.subject.of_period.click()
    page.subject.person.setCurrentIndex(page.subject.person.findText(LI.name))
    qtbot.waitUntil(lambda: page.subject.first.date() == QDate(2026, 3, 20), timeout=PATIENCE_MS)


def test_letters_find_sessions_whatever_their_case_and_accents(page):
    page.take_keyboard()
    QTest.keyClicks(page.subject.search, "anne 8 mar")
    shown = [page.subject.list.item(row).text() for row in range(page.subject.list.count()) if not page.subject.list.item(row).isHidden()]
    assert len(shown) == 1
    assert "Visit 2" in shown[0]
    assert page.subject.session is not None
    page.subject.search.setText("nothing of that")
    assert page.subject.session is None
    assert not page.write.isEnabled()


def test_what_a_consent_does_not_cover_is_refused_in_words(page, qtbot, vault, told, tmp_path):
    with closing(open_for_writing(vault.store.database, vault.store.key)) as connection:
        connection.execute("UPDATE consent SET withdrawn_utc = given_utc WHERE scope = ?", (Scope.RESEARCH.value,))
    page.purpose.setCurrentIndex(page.purpose.findData("research"))
    assert "without words" in page.covered.text()
    said = write(qtbot, page)
    assert "has not consented to research" in said
    assert "has not consented to research" in str(told[-1].failure)
    assert list(tmp_path.glob("session-*")) == []


def test_a_folder_of_tables_that_is_there_is_kept(page, qtbot, tmp_path):
    choose(page, Format.CSV)
    page.subject.choose(1)
    assert write(qtbot, page).startswith("Written: 4 files")
    page.result.clear()
    assert "is there already" in write(qtbot, page)


def test_a_person_who_thinks_better_of_it_writes_nothing(page, doors, vault):
    doors.folder = None
    page.write.click()
    assert page.result.text() == ""
    assert logged(vault) == []


def test_what_was_written_can_be_opened(page, qtbot, monkeypatch, tmp_path):
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    choose(page, Format.VTT)
    page.subject.choose(1)
    write(qtbot, page)
    page.open.click()
    assert opened == [str(tmp_path / "session-0001.vtt")]


def test_without_an_open_store_nothing_can_be_chosen(page):
    page.show_closed()
    assert page.subject.list.count() == 0
    assert page.result.text() == CLOSED
    assert not page.write.isEnabled()


def test_paper_is_for_what_is_read(page):
    choose(page, Format.XDF)
    assert not page.paper.isEnabled()
    choose(page, Format.HTML)
    assert page.paper.isEnabled()


def files_beside_the_store(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if not path.name.startswith("sessions.db")}


def looked_at(qtbot, page: ReportPage) -> int:
    """How many pages are shown, when they are."""
    qtbot.waitUntil(page.look.isEnabled, timeout=PATIENCE_MS)
    QTest.mouseClick(page.look, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(page.preview.pages) > 0, timeout=PATIENCE_MS)
    return len(page.preview.pages)


def test_the_pages_are_seen_before_they_are_written_and_the_log_says_so(page, qtbot, vault, tmp_path):
    page.subject.choose(2)
    before = files_beside_the_store(tmp_path)
    assert looked_at(qtbot, page) >= 4
    pixmap = page.preview.pages[0].pixmap()
    assert abs(pixmap.width() - page.preview.width_px) <= 1
    ink = [pixmap.toImage().pixelColor(x, y).lightness() for x in range(0, pixmap.width(), 3) for y in range(0, pixmap.height(), 3)]
    assert min(ink) < 60
    assert max(ink) == 255
    assert files_beside_the_store(tmp_path) == before
    with reading(vault.store.database, vault.store.key) as connection:
        assert ("session 2", "report") in connection.execute("SELECT subject, detail FROM audit WHERE action = 'view'").fetchall()


def test_another_paper_makes_other_pages_and_esc_goes_back_to_the_choice(page, qtbot):
    looked_at(qtbot, page)
    heights = [page.preview.pages[0].pixmap().height()]
    page.paper.setCurrentIndex(1)
    qtbot.waitUntil(lambda: len(page.preview.pages) > 0, timeout=PATIENCE_MS)
    heights.append(page.preview.pages[0].pixmap().height())
    assert heights[1] < 0.95 * heights[0]
    QTest.keyClick(page.preview, Qt.Key.Key_Escape)
    assert page.shown.currentWidget() is page.subject
    assert page.preview.pages == []
    assert not page.look.isChecked()


def test_a_period_is_seen_as_well(page, qtbot):
    page.subject.of_period.click()
    qtbot.waitUntil(lambda: page.subject.first.date() == QDate(2026, 3, 1), timeout=PATIENCE_MS)
    assert looked_at(qtbot, page) >= 4


def test_what_a_consent_does_not_cover_is_not_seen(page, qtbot, vault):
    with closing(open_for_writing(vault.store.database, vault.store.key)) as connection:
        connection.execute("UPDATE consent SET withdrawn_utc = given_utc WHERE scope = ?", (Scope.RESEARCH.value,))
    page.purpose.setCurrentIndex(page.purpose.findData("research"))
    qtbot.waitUntil(page.look.isEnabled, timeout=PATIENCE_MS)
    page.look.click()
    qtbot.waitUntil(lambda: "has not consented to research" in page.preview.message.text(), timeout=PATIENCE_MS)


def test_a_lock_takes_the_pages_away_and_tables_have_none(page, qtbot):
    looked_at(qtbot, page)
    page.show_closed()
    assert page.preview.pages == []
    page.show_open()
    qtbot.waitUntil(page.look.isEnabled, timeout=PATIENCE_MS)
    choose(page, Format.CSV)
    assert not page.look.isEnabled()


def test_all_of_it_works_by_keyboard(page, qtbot):
    page.take_keyboard()
    order = [page.subject.list, page.format, page.paper, page.purpose, page.look, page.write]
    reached = []
    for _ in range(12):
        QTest.keyClick(page.focusWidget() or page, Qt.Key.Key_Tab)
        reached.append(page.focusWidget())
    assert [widget for widget in reached if widget in order][: len(order)] == order


def test_the_window_shows_the_page_by_its_key_and_its_numbers_are_no_marks(qtbot, services, tmp_path):
    window = MainWindow(services, Settings().with_values({"record.purpose": "care"}, "a test"), tmp_path / "settings.json")
    window.resize(1280, 780)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_4, Qt.KeyboardModifier.ControlModifier)
    assert window.page is window.pages.page(REPORTS)
    QTest.keyClick(window, Qt.Key.Key_Space)
    QTest.keyClick(window, Qt.Key.Key_1)
    assert not window.live.running
    with qtbot.waitSignal(window.ready_to_quit):
        window.close()
    window.let_go()
