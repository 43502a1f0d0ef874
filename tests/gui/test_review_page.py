"""The review page on a real encrypted store, by keys and clicks, with picture and sound that were kept."""

import json
import shutil
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from bench.sample_media import keep_demonstration
from bench.sample_record import PASSPHRASE, write_record
from bench.sample_year import Persona
from core.labels import Emotion, Modality
from core.media import MediaKind
from core.session import Verdict
from gui.moment_words import NOTHING
from gui.review_bar import NO_SOUND
from gui.review_list import COLUMNS, began
from gui.review_page import CHOOSE, CLOSED, ReviewPage
from gui.review_picture import NO_PICTURE
from gui.review_session import READING
from gui.store_door import StoreDoor
from gui.theme import DARK, LIGHT
from review.comparison import CAUTION
from store.database import open_for_writing, reading
from store.kept_media import folder_of, pieces_of
from store.tracks import read_tracks
from store.vault import Vault
from tests.fixtures.sessions import info
from tests.fixtures.stores import CHEAP

MOOD = {date(2026, 1, 1): 0.5}
ANNE = Persona("Änne <b>", 1978, "female", "", MOOD, missed=0.0, minutes=0.4, first=date(2026, 3, 1), last=date(2026, 3, 20))
PATIENCE_MS = 30_000
KEPT_S = 6.0
CONTROL = Qt.KeyboardModifier.ControlModifier


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
    made = ReviewPage(door)
    made.notice.connect(told.append)
    listed(qtbot, made)
    yield made
    made.close_background()
    door.close()


def listed(qtbot, page: ReviewPage) -> None:
    """Shown, with the sessions of an open store."""
    qtbot.addWidget(page)
    page.resize(1280, 680)
    page.show()
    page.show_open()
    qtbot.waitUntil(lambda: len(page.sessions.lines) > 1, timeout=PATIENCE_MS)


def numbers(page: ReviewPage) -> list[int]:
    return sorted(line.session for line in page.sessions.lines)


def choose(page: ReviewPage, *sessions: int) -> None:
    for line in page.sessions.lines:
        line.setSelected(line.session in sessions)


def opened(qtbot, page: ReviewPage, *sessions: int):
    choose(page, *sessions)
    button = page.sessions.compare_button if len(sessions) > 1 else page.sessions.open_button
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    return shown(qtbot, page, *sessions)


def shown(qtbot, page: ReviewPage, *sessions: int):
    for panel, session in zip(page.desk.panels, sessions, strict=False):
        qtbot.waitUntil(lambda p=panel, s=session: p.opened is not None and p.opened.info.id == s, timeout=PATIENCE_MS)
    panel = page.desk.panels[0]
    qtbot.waitUntil(lambda: panel.timeline.heads["index"].words.text() not in ("", READING), timeout=PATIENCE_MS)
    return panel


def executed(vault: Vault, statement: str, *values: object) -> list:
    with closing(open_for_writing(vault.store.database, vault.store.key)) as connection:
        return connection.execute(statement, values).fetchall()


def test_a_session_opens_with_its_summary_and_what_holds_at_its_beginning(qtbot, page):
    panel = opened(qtbot, page, numbers(page)[0])
    titles = [panel.summary.topLevelItem(row).text(0) for row in range(panel.summary.topLevelItemCount())]
    beside, measured = ["Beside what is usual", "People in general"], ["Index", "Face", "Voice", "Text", "Speaking"]
    assert titles == [*beside, *measured, "Estimate of a questionnaire"]
    assert "Änne <b>" in panel.title.text()
    assert panel.picture.none.text() == NO_PICTURE
    assert not panel.picture.video.isVisible()
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
    assert all(panel.isVisible() for panel in page.desk.panels)
    assert page.desk.caution.text() == CAUTION
    headers = [page.desk.differences.headerItem().text(column) for column in range(4)]
    assert headers[1].startswith(f"Session {first},")
    assert headers[3] == "Difference"
    page.go_back()
    opened(qtbot, page, second)
    assert not page.desk.panels[1].isVisible()


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


def test_a_lock_takes_everything_away_and_what_was_shown_comes_back_with_the_key(qtbot, page):
    session = numbers(page)[0]
    panel = opened(qtbot, page, session)
    page.put_away()
    assert panel.opened is None
    assert page.sessions.lines == []
    assert not page.is_shown
    page.show_open()
    assert shown(qtbot, page, session).opened is not None


def test_without_a_store_it_is_said_that_there_is_none(page, vault):
    vault.lock()
    page.show_closed()
    assert page.sessions.lines == []
    assert page.hint.text() == CLOSED


def test_a_store_that_was_locked_meanwhile_is_said(qtbot, page, vault, told):
    choose(page, numbers(page)[0])
    vault.lock()
    QTest.mouseClick(page.sessions.open_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(told), timeout=PATIENCE_MS)
    assert "locked" in str(told[0].failure)
    assert not page.is_shown


def test_a_session_that_was_deleted_meanwhile_is_said(qtbot, page, vault, told):
    session = numbers(page)[0]
    executed(vault, "DELETE FROM session WHERE id = ?", session)
    choose(page, session)
    QTest.mouseClick(page.sessions.open_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(told), timeout=PATIENCE_MS)
    assert str(session) in told[0].failure.what
    qtbot.waitUntil(lambda: session not in numbers(page), timeout=PATIENCE_MS)
    assert page.hint.text() == CHOOSE


def test_a_session_that_runs_is_not_listed_and_is_refused_in_words(qtbot, page, vault, told):
    session = numbers(page)[0]
    executed(vault, "UPDATE session SET ended_utc = NULL WHERE id = ?", session)
    page.open_session(session)
    qtbot.waitUntil(lambda: bool(told), timeout=PATIENCE_MS)
    assert told[0].failure.what == f"Session {session} is still running."
    qtbot.waitUntil(lambda: session not in numbers(page), timeout=PATIENCE_MS)


def test_a_session_that_was_never_made_ready_shows_its_index_before_its_lanes(qtbot, page, vault):
    session = numbers(page)[0]
    executed(vault, "DELETE FROM track WHERE session = ?", session)
    first = page._record.open(session)
    assert first.opened.lanes is None
    assert first.sections == ()
    page.desk.show_sessions([first])
    panel = page.desk.panels[0]
    assert panel.timeline.heads["face"].words.text() == READING
    page.desk.close_sessions()
    panel = opened(qtbot, page, session)
    qtbot.waitUntil(lambda: len(panel.sections) > 0, timeout=PATIENCE_MS)
    assert executed(vault, "SELECT count(*) FROM track WHERE session = ?", session) == [(3,)]


def test_a_session_without_readings_and_one_of_a_single_lane_are_shown_with_words(qtbot, page, vault, told):
    empty, lone = numbers(page)[:2]
    executed(vault, "DELETE FROM track")
    executed(vault, "DELETE FROM reading WHERE session = ? OR (session = ? AND modality != 'voice')", empty, lone)
    executed(vault, "DELETE FROM score WHERE session = ?", empty)
    panel = opened(qtbot, page, empty)
    qtbot.waitUntil(lambda: len(panel.sections) > 0, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: panel.timeline.heads["face"].words.text() == NOTHING, timeout=PATIENCE_MS)
    page.go_back()
    panel = opened(qtbot, page, lone)
    qtbot.waitUntil(lambda: len(panel.sections) > 0, timeout=PATIENCE_MS)
    assert not told


def test_two_sessions_share_their_axes_and_keep_their_own_play_heads(qtbot, page):
    first, second = numbers(page)[:2]
    opened(qtbot, page, first, second)
    one, other = page.desk.panels
    assert one.timeline.span == other.timeline.span
    other.timeline.zoom(0.5)
    assert one.timeline.span == other.timeline.span
    assert not one.timeline.span.is_whole
    other.timeline.descriptor.setCurrentIndex(0)
    assert one.timeline.descriptor.currentIndex() == 0
    assert one.timeline.speaking.place.high == other.timeline.speaking.place.high
    one.timeline.legend.choose([Emotion.SADNESS])
    assert other.timeline.legend.shown() == {Emotion.SADNESS}
    other.timeline.sought.emit(3.0)
    assert other.bar.position.text().startswith("0:03.0")
    assert one.bar.position.text().startswith("0:00.0")
    page.go_back()
    opened(qtbot, page, first)
    one.timeline.zoom(0.5)
    assert one.timeline.span != other.timeline.span


def test_where_the_network_looked_at_a_mark_is_shown_on_the_outline_or_on_the_picture(qtbot, page, vault):
    session = numbers(page)[0]
    rows = json.dumps({"label": "sadness", "rows": [[0, 255], [0, 0]]})
    executed(vault, "INSERT INTO mark (session, at, name, class_map) VALUES (?, 2.0, 'event', ?)", session, rows)
    panel = opened(qtbot, page, session)
    QTest.keyClick(panel.timeline, Qt.Key.Key_Right, CONTROL)
    qtbot.waitUntil(panel.picture.map_view.isVisible, timeout=PATIENCE_MS)
    assert "looked for sadness" in panel.picture.map_words.text()
    with closing(open_for_writing(vault.store.database, vault.store.key)) as connection:
        keep_demonstration(connection, session, KEPT_S)
    page.go_back()
    panel = opened(qtbot, page, session)
    QTest.keyClick(panel.timeline, Qt.Key.Key_Right, CONTROL)
    qtbot.waitUntil(lambda: "looked for sadness" in panel.picture.video.class_map.words, timeout=PATIENCE_MS)
    assert not panel.picture.map_view.isVisible()


def test_search_leaves_what_it_finds_and_enter_goes_to_it_and_opens_it(qtbot, page, vault):
    session = numbers(page)[1]
    executed(vault, "UPDATE session SET recovered = 1, title = 'After the crash' WHERE id = ?", session)
    page.refresh()
    qtbot.waitUntil(lambda: any("recovered" in line.words for line in page.sessions.lines), timeout=PATIENCE_MS)
    page.sessions.search.setText("annE nothing")
    assert all(line.isHidden() for line in page.sessions.lines)
    page.sessions.search.setText("änne")
    assert not any(line.isHidden() for line in page.sessions.lines)
    page.sessions.search.setText("crash recovered")
    QTest.keyClick(page.sessions.search, Qt.Key.Key_Return)
    QTest.keyClick(page.sessions.list, Qt.Key.Key_Return)
    shown(qtbot, page, session)


def test_a_session_is_listed_by_the_clock_of_the_place_where_it_was():
    started = replace(info(60.0), started_utc=datetime(2026, 3, 31, 18, 18, tzinfo=UTC), zone="Asia/Kolkata")
    assert began(started) == "31 Mar 2026, 23:48"


def test_the_list_is_sorted_by_its_columns(page):
    page.sessions.list.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    assert [line.session for line in page.sessions.lines] == numbers(page)
    page.sessions.list.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    assert [line.session for line in page.sessions.lines] == numbers(page)[::-1]


def test_two_sessions_are_level_and_the_numbers_of_one_are_not_cut(qtbot, page):
    page.resize(1280, 680)
    opened(qtbot, page, *numbers(page)[:2])
    first, second = (panel.title.mapTo(page, QPoint(0, panel.title.height())).y() for panel in page.desk.panels)
    assert first == second
    page.go_back()
    opened(qtbot, page, numbers(page)[0])
    summary = page.desk.panels[0].summary
    assert summary.columnWidth(0) <= 200
    assert summary.columnWidth(1) >= 120


def test_a_column_in_which_no_session_has_anything_takes_no_room(page):
    header = page.sessions.list.header()
    assert header.isSectionHidden(COLUMNS.index("State"))
    assert not header.isSectionHidden(COLUMNS.index("What"))


@pytest.mark.parametrize(("theme", "size"), [(LIGHT, (1280, 680)), (DARK, (640, 320))])
def test_one_and_two_sessions_paint_in_both_themes_and_sizes(qtbot, page, theme, size):
    page.set_theme(theme)
    page.resize(*size)
    opened(qtbot, page, numbers(page)[0])
    for part in range(max(1, page.desk.tabs.count())):
        page.desk.tabs.setCurrentIndex(part)
        assert colours(page) > 10
    page.go_back()
    opened(qtbot, page, *numbers(page)[:2])
    assert page.desk.tabs.count() == (0 if size[0] > 900 else 3)
    assert colours(page) > 10
    assert (page.width(), page.height()) == size


def colours(page: ReviewPage) -> int:
    picture = page.grab().toImage()
    return len({picture.pixelColor(x, y).name() for x in range(0, picture.width(), 5) for y in range(0, picture.height(), 5)})


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
    page.take_ended(session)
    qtbot.waitUntil(ready, timeout=PATIENCE_MS)
