"""The recording page, by real clicks, keys and drops."""

import math
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from core.labels import Modality
from core.session import Mark, SessionInfo, SessionResults
from gui.pages import RECORDING
from gui.recording_queue import Stage, progress_in_words
from gui.services import LiveRequest
from monitor.board import Progress
from monitor.events import State
from tests.fixtures.window_services import face, score

FILES = [Path("/visits/Käthe 12.mp4"), Path("/visits/13.wav")]


def click(qtbot, button):
    assert button.isEnabled()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.fixture
def page(window):
    window.show_page(RECORDING)
    return window.recording


@pytest.fixture
def running(qtbot, page):
    page.add_files(FILES)
    click(qtbot, page.start_button)
    qtbot.waitUntil(lambda: page.state is State.RUNNING)
    return page


def stages(page):
    return [job.stage for job in page.queue.jobs]


def test_ctrl_o_opens_files_by_the_dialog(qtbot, window, doors):
    doors.chosen_recordings = FILES
    qtbot.keyClick(window, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    assert window.page is window.recording
    assert [job.path for job in window.recording.queue.jobs] == FILES


def test_files_may_be_dropped_anywhere_on_the_page(page):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in FILES])
    where = page.rect().center()
    actions, buttons, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(where, actions, data, buttons, keys)
    QApplication.sendEvent(page, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(page, QDropEvent(QPointF(where), actions, data, buttons, keys))
    assert [job.path for job in page.queue.jobs] == FILES


def test_what_is_no_file_is_not_taken(page):
    data = QMimeData()
    data.setText("hello")
    enter = QDragEnterEvent(page.rect().center(), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enter.ignore()
    QApplication.sendEvent(page, enter)
    assert not enter.isAccepted()


def test_recordings_are_analysed_one_after_another(qtbot, running, doors):
    assert stages(running) == [Stage.RUNNING, Stage.WAITING]
    doors.monitor.finish()
    qtbot.waitUntil(lambda: len(doors.monitors) == 2 and running.state is State.RUNNING)
    doors.monitor.finish()
    qtbot.waitUntil(lambda: running.state is None)
    assert stages(running) == [Stage.DONE, Stage.DONE]
    assert [job.session_id for job in running.queue.jobs] == [1, 2]


def test_a_file_that_cannot_be_read_is_told_and_the_rest_is_done(qtbot, page, doors, window):
    doors.unreadable = {FILES[0].name}
    page.add_files(FILES)
    click(qtbot, page.start_button)
    qtbot.waitUntil(lambda: page.state is State.RUNNING)
    assert stages(page) == [Stage.FAILED, Stage.RUNNING]
    assert "cannot be read" in window.notices.notices[0].failure.what


def test_cancel_keeps_what_is_done_and_the_queue_waits(qtbot, running, doors):
    click(qtbot, running.cancel_button)
    qtbot.waitUntil(lambda: running.state is None)
    assert stages(running) == [Stage.CANCELLED, Stage.WAITING]
    assert running.queue.jobs[0].session_id == 1
    assert "kept, stored as session 1" in running.queue.jobs[0].state_in_words
    assert len(doors.monitors) == 1
    click(qtbot, running.start_button)
    qtbot.waitUntil(lambda: running.state is State.RUNNING)


def test_it_begins_as_fast_as_it_goes_and_the_speed_may_change_while_it_runs(running, doors):
    assert doors.monitor.plan.speed == math.inf
    running.speed.setCurrentText("2×")
    assert doors.monitor.told[-1] == ("speed", 2.0)


def test_space_pauses_a_recording(qtbot, running, window):
    window.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: running.state is State.PAUSED)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: running.state is State.RUNNING)


def test_a_text_file_goes_with_its_recording(qtbot, page, doors):
    doors.chosen_text = Path("/visits/12.txt")
    page.add_files(FILES)
    click(qtbot, page.text_button)
    click(qtbot, page.start_button)
    qtbot.waitUntil(lambda: page.state is State.RUNNING)
    assert doors.monitor.plan.text_file == Path("/visits/12.txt")


def test_progress_is_shown_with_the_time_left(running):
    running._board.post(Progress(60.0, 240.0, 35.0))
    running._look()
    assert running.left.text() == "1:00 of 4:00, 0:35 left"
    assert running.progress.value() == 250


def test_a_recording_of_unknown_length_has_no_false_progress(running):
    running._board.post(Progress(60.0, None, None))
    running._look()
    assert progress_in_words(Progress(60.0, None, None)) == "1:00"
    assert running.progress.maximum() == 0


def test_results_are_shown_and_written_where_the_person_says(qtbot, running, doors, tmp_path):
    doors.chosen_folder = tmp_path
    running._board.add(face(1.0))
    running._board.add(score(1.0, 52.0))
    doors.monitor.finish()
    qtbot.waitUntil(lambda: running.queue.jobs[0].stage is Stage.DONE)
    assert running.queue.jobs[0].state_in_words == "done, stored as session 1"
    running.queue.select(running.queue.jobs[0])
    click(qtbot, running.write_button)
    qtbot.waitUntil(lambda: doors.exported == [(1, tmp_path)])


def test_the_last_readings_before_the_end_are_shown(qtbot, page, doors):
    page.add_files(FILES[:1])
    click(qtbot, page.start_button)
    qtbot.waitUntil(lambda: page.state is State.RUNNING)
    page._board.add(score(9.0, 52.0))
    doors.monitor.finish()
    qtbot.waitUntil(lambda: page.state is None)
    assert page.view.index.number == "52"


def test_a_lane_that_the_recording_has_not_is_said(running):
    assert running.view.now.lines[Modality.TEXT].sentence == "Text: not in this recording"


def test_a_recording_waits_while_a_live_session_runs(qtbot, window, doors):
    window.live.begin_with(LiveRequest(demonstration=True))
    qtbot.waitUntil(lambda: window.live.state is State.RUNNING)
    window.show_page(RECORDING)
    window.recording.add_files(FILES)
    click(qtbot, window.recording.start_button)
    assert window.recording.state is None
    assert window.notices.notices[-1].key == "recording waits"


def test_rows_that_are_over_can_be_taken_from_the_list(qtbot, running, doors):
    click(qtbot, running.cancel_button)
    qtbot.waitUntil(lambda: running.state is None)
    click(qtbot, running.clear_button)
    assert [job.path for job in running.queue.jobs] == FILES[1:]


def test_a_recording_cancelled_while_it_is_opened_is_not_analysed(qtbot, page, doors):
    page.add_files(FILES)
    click(qtbot, page.start_button)
    click(qtbot, page.cancel_button)
    qtbot.waitUntil(lambda: page.state is None)
    assert stages(page) == [Stage.CANCELLED, Stage.WAITING]
    assert doors.monitors == []


def results_of(number, *readings):
    info = SessionInfo(id=number, started_utc=datetime.now(UTC), ended_utc=None, zone="+0000", title="13.wav", recorded=True, seconds=100.0)
    return SessionResults(info=info, readings=readings, scores=(score(50.0, 33.0),), marks=(Mark(20.0, "event"),))


def test_choosing_a_row_that_is_done_shows_its_stored_session(qtbot, running, doors):
    doors.monitor.finish()
    qtbot.waitUntil(lambda: len(doors.monitors) == 2)
    doors.monitor.finish()
    qtbot.waitUntil(lambda: running.state is None)
    doors.results[1] = results_of(1, face(10.0), face(99.0))
    qtbot.keyClick(running.queue, Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: running.view.index.number == "33")
    charts = running.view.charts
    assert charts.seconds == 120.0
    assert len(charts.face._history) >= 2
    assert [mark.at for mark in charts._marks] == [20.0]
    assert not charts.is_lane_open(Modality.VOICE)
    assert "not stored" in running.view.video.message


def test_a_row_cannot_be_looked_at_while_another_is_analysed(qtbot, running):
    qtbot.keyClick(running.queue, Qt.Key.Key_Down)
    assert running.view.video.message != "Press Analyse"


def test_several_broken_recordings_are_one_notice_and_each_row_says_why(qtbot, page, doors, window):
    doors.unreadable = {path.name for path in FILES}
    page.add_files(FILES)
    click(qtbot, page.start_button)
    qtbot.waitUntil(lambda: stages(page) == [Stage.FAILED, Stage.FAILED])
    (notice,) = window.notices.notices
    assert notice.failure.what == "2 recordings cannot be analysed: Käthe 12.mp4, 13.wav."
    qtbot.keyClick(page.queue, Qt.Key.Key_Up)
    assert "It is not media" in page.view.video.message
    assert "It is not media" in page.queue.topLevelItem(1).toolTip(2)


def test_the_charts_show_the_whole_recording_from_its_beginning(qtbot, running, doors):
    doors.monitor.board.post(Progress(1.0, 420.0, None))
    running._look()
    assert running.view.charts.seconds == 600.0
    running.view.charts.set_window(60)
    doors.monitor.board.post(Progress(2.0, 420.0, None))
    running._look()
    assert running.view.charts.seconds == 60.0
