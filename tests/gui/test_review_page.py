"""The review page on a real encrypted store, by keys and clicks, with picture and sound that were kept."""

import shutil
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from bench.sample_media import keep_demonstration
from bench.sample_record import PASSPHRASE, write_record
from bench.sample_year import Persona
from core.labels import Modality
from core.media import MediaKind
from core.session import Verdict
from gui.review_bar import NO_SOUND
from gui.review_page import CHOOSE, CLOSED, ReviewPage
from gui.review_session import NO_PICTURE
from gui.store_door import StoreDoor
from review.comparison import CAUTION
from store.database import open_for_writing, reading
from store.kept_media import folder_of, pieces_of
from store.tracks import read_tracks
from store.vault import Vault
from tests.fixtures.stores import CHEAP

MOOD = {date(2026, 1, 1): 0.5}
ANNE = Persona("Änne <b>", 1978, "female", "", MOOD, missed=0.0, minutes=0.4, first=date(2026, 3, 1), last=date(2026, 3, 20))
PATIENCE_MS = 30_000
KEPT_S = 6.0


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> Path:
    return write_record(tmp_path_factory.mktemp("record"), (ANNE,), CHEAP)


@pytest.fixture
def vault(written, tmp_path) -> Vault:
    home = tmp_path / "home"
    shutil.copytree(written.parent, home)
    made = Vault(home / written.name, CHEAP)
    made.unlock(PASSPHRASE)
    return made


@pytest.fixture
def told() -> list:
    return []


@pytest.fixture
def page(qtbot, vault, told):
    door = StoreDoor(vault)
    shown = ReviewPage(door)
    shown.notice.connect(told.append)
    qtbot.addWidget(shown)
    shown.resize(1280, 680)
    shown.show()
    shown.show_open()
    qtbot.waitUntil(lambda: shown.sessions.list.count() > 1, timeout=PATIENCE_MS)
    yield shown
    shown.close_background()
    door.close()


def numbers(page: ReviewPage) -> list[int]:
    return sorted(page.sessions.list.item(row).data(Qt.ItemDataRole.UserRole) for row in range(page.sessions.list.count()))


def choose(page: ReviewPage, *sessions: int) -> None:
    page.sessions.list.clearSelection()
    for row in range(page.sessions.list.count()):
        item = page.sessions.list.item(row)
        item.setSelected(item.data(Qt.ItemDataRole.UserRole) in sessions)


def opened(qtbot, page: ReviewPage, *sessions: int):
    choose(page, *sessions)
    QTest.mouseClick(page.sessions.compare_button if len(sessions) > 1 else page.sessions.open_button, Qt.MouseButton.LeftButton)
    for panel, session in zip(page.panels, sessions, strict=False):
        qtbot.waitUntil(
            lambda panel=panel, session=session: panel.opened is not None and panel.opened.info.id == session, timeout=PATIENCE_MS
        )
    qtbot.waitUntil(lambda: bool(page.panels[0].timeline.heads["index"].words.text()), timeout=PATIENCE_MS)
    return page.panels[0]


def test_a_session_opens_with_its_summary_and_what_holds_at_its_beginning(qtbot, page):
    panel = opened(qtbot, page, numbers(page)[0])
    titles = [panel.summary.topLevelItem(row).text(0) for row in range(panel.summary.topLevelItemCount())]
    assert titles == ["Index", "Face", "Voice", "Text", "Speaking"]
    assert "Änne <b>" in panel.title.text()
    assert panel.picture.video.message == NO_PICTURE
    assert panel.bar.sound.toolTip() == NO_SOUND


def test_arrows_and_clicks_seek_and_the_words_follow(qtbot, page):
    panel = opened(qtbot, page, numbers(page)[0])
    panel.timeline.setFocus()
    QTest.keyClick(panel.timeline, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: not panel.bar.position.text().startswith("0:00"), timeout=PATIENCE_MS)
    end = panel.bar.position.text()
    lane = panel.timeline.face
    QTest.mouseClick(lane, Qt.MouseButton.LeftButton, pos=QPoint(lane.width() // 2, lane.height() // 2))
    qtbot.waitUntil(lambda: panel.bar.position.text() != end, timeout=PATIENCE_MS)
    sought, whole = (int(part[0]) * 60 + float(part[2:]) for part in panel.bar.position.text().split(" of "))
    assert 0.4 < sought / whole < 0.6
    qtbot.waitUntil(lambda: "resembles" in panel.timeline.heads["face"].words.text(), timeout=PATIENCE_MS)


def test_what_the_clinician_says_of_a_moment_is_stored_and_shown(qtbot, page, vault):
    session = numbers(page)[0]
    panel = opened(qtbot, page, session)
    panel.timeline.choose_lane(Modality.FACE)
    QTest.keyClick(panel.timeline, Qt.Key.Key_Right)
    qtbot.waitUntil(panel.bar.disagree.isEnabled, timeout=PATIENCE_MS)
    panel.bar.note.setText("laughs")
    QTest.mouseClick(panel.bar.disagree, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "Disagreed with the face here: laughs" in panel.bar.said.text(), timeout=PATIENCE_MS)
    with reading(vault.store.database, vault.store.key) as connection:
        rows = connection.execute("SELECT modality, verdict, note FROM judgement WHERE session = ?", (session,)).fetchall()
        logged = connection.execute("SELECT detail FROM audit WHERE subject = ?", (f"session {session}",)).fetchall()
    assert rows == [("face", Verdict.DISAGREE, "laughs")]
    assert any("disagree with the face" in detail for (detail,) in logged)


def test_two_sessions_stand_side_by_side_with_what_may_be_said_of_their_difference(qtbot, page):
    first, second = numbers(page)[:2]
    opened(qtbot, page, first, second)
    assert all(panel.isVisible() for panel in page.panels)
    assert page.caution.text() == CAUTION
    headers = [page.differences.headerItem().text(column) for column in range(4)]
    assert headers[1].startswith(f"Session {first},")
    assert headers[3] == "Difference"
    opened(qtbot, page, second)
    assert not page.panels[1].isVisible()


def test_kept_picture_and_sound_play_at_the_play_head(qtbot, page, vault):
    session = numbers(page)[0]
    with closing(open_for_writing(vault.store.database, vault.store.key)) as connection:
        keep_demonstration(connection, session, KEPT_S)
    panel = opened(qtbot, page, session)
    assert panel.opened.kept == {MediaKind.PICTURE, MediaKind.SOUND}
    panel.bar.sound.setChecked(False)
    panel.bar.speed.setCurrentIndex(panel.bar.speed.findData(4.0))
    qtbot.waitUntil(lambda: not panel.picture.video.message, timeout=PATIENCE_MS)
    page.play_or_pause()
    qtbot.waitUntil(lambda: panel.picture.video.message == "No picture was kept here", timeout=PATIENCE_MS)
    assert panel.bar.play.text() == "Pause"
    page.play_or_pause()
    assert panel.bar.play.text() == "Play"


def test_a_flipped_byte_in_a_kept_piece_is_told_and_the_curves_stay(qtbot, page, vault, told):
    session = numbers(page)[0]
    with closing(open_for_writing(vault.store.database, vault.store.key)) as connection:
        keep_demonstration(connection, session, KEPT_S)
        file = folder_of(connection) / pieces_of(connection, session, MediaKind.PICTURE)[0].file
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    panel = opened(qtbot, page, session)
    qtbot.waitUntil(lambda: bool(told), timeout=PATIENCE_MS)
    assert "picture" in told[0].failure.what
    assert panel.opened is not None


def test_the_lock_takes_everything_away(qtbot, page):
    panel = opened(qtbot, page, numbers(page)[0])
    page.show_closed()
    assert panel.opened is None
    assert page.sessions.list.count() == 0
    assert page.hint.text() == CLOSED


def test_a_session_that_was_deleted_meanwhile_is_said(qtbot, page, vault, told):
    session = numbers(page)[0]
    with closing(open_for_writing(vault.store.database, vault.store.key)) as connection:
        connection.execute("DELETE FROM session WHERE id = ?", (session,))
    choose(page, session)
    QTest.mouseClick(page.sessions.open_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(told), timeout=PATIENCE_MS)
    assert str(session) in told[0].failure.what
    assert page.hint.text() == CHOOSE


def test_search_leaves_what_it_finds(qtbot, page):
    page.sessions.search.setText("annE nothing")
    assert all(page.sessions.list.item(row).isHidden() for row in range(page.sessions.list.count()))
    page.sessions.search.setText("änne")
    assert not any(page.sessions.list.item(row).isHidden() for row in range(page.sessions.list.count()))


def test_why_the_index_has_its_value_is_told_of_the_moment_at_the_play_head(qtbot, page):
    panel = opened(qtbot, page, numbers(page)[0])
    QTest.keyClick(panel.timeline, Qt.Key.Key_End)
    QTest.mouseClick(panel.bar.why, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.reasons is not None and panel.reasons.isVisible(), timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: panel.reasons.panel.head.text() != "", timeout=PATIENCE_MS)
    before = panel.bar.position.text()
    QTest.mouseClick(panel.reasons.earlier, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.bar.position.text() != before, timeout=PATIENCE_MS)
    page.open_session(numbers(page)[1])
    qtbot.waitUntil(lambda: panel.opened is not None and panel.opened.info.id == numbers(page)[1], timeout=PATIENCE_MS)
    assert panel.reasons is None


def test_a_session_that_has_ended_is_made_ready_to_open(qtbot, page, vault):
    session = numbers(page)[0]

    def ready() -> bool:
        with reading(vault.store.database, vault.store.key) as connection:
            return read_tracks(connection, session) is not None

    with closing(open_for_writing(vault.store.database, vault.store.key)) as connection:
        connection.execute("DELETE FROM track WHERE session = ?", (session,))
    assert not ready()
    page.prepare(session)
    qtbot.waitUntil(ready, timeout=PATIENCE_MS)
