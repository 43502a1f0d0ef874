from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from PySide6.QtCore import QDateTime
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox

from capture.log_dates import LogDate, Says
from core.failures import Failure
from gui.log_dialog import GIVEN, LogDialog
from gui.pages import RECORDING
from gui.recording_queue import Stage

ZONE = timezone(timedelta(hours=2))
NOW = datetime(2026, 4, 2, 10, 0, tzinfo=ZONE)
FIRST, SECOND = datetime(2026, 3, 29, 18, 30, tzinfo=ZONE), datetime(2026, 3, 30, 18, 30, tzinfo=ZONE)


def log(name: str, when: datetime | None = None, **more) -> LogDate:
    return LogDate(Path("/logs") / name, when, Says.NAME if when else None, **more)


def opened(qtbot, logs, known=()) -> LogDialog:
    dialog = LogDialog("Ζωή", logs, known, NOW)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    return dialog


def choose(dialog: LogDialog, name: str, data) -> None:
    choice = dialog.choices[f"/logs/{name}"]
    choice.setCurrentIndex(next(i for i in range(choice.count()) if choice.itemData(i) == data))


def test_logs_with_a_date_are_taken_in_the_order_of_time_and_unsure_ones_stand_first_and_are_left_out(qtbot):
    unsure = log("b.mp4", why="Neither its data nor its name has a date.")
    dialog = opened(qtbot, [log("z.mp4", FIRST), log("a.mp4", SECOND), unsure])
    assert [dialog.table.topLevelItem(n).text(0) for n in range(3)] == ["b.mp4", "z.mp4", "a.mp4"]
    assert dialog.start.text() == "Analyse 2"
    assert "1 without a sure date stands first" in dialog.count.text()
    with qtbot.waitSignal(dialog.accepted_logs) as told:
        dialog.start.click()
    assert told.args == [[(Path("/logs/z.mp4"), FIRST), (Path("/logs/a.mp4"), SECOND)]]


def test_no_date_is_cut_off(qtbot):
    dialog = opened(qtbot, [log(f"{'a long name ' * 9}.mp4", datetime(2026, 3, 30, 20, 30, tzinfo=ZONE))])
    (choice,) = dialog.choices.values()
    room = choice.style().subControlRect(
        QStyle.ComplexControl.CC_ComboBox, option_of(choice), QStyle.SubControl.SC_ComboBoxEditField, choice
    )
    assert room.width() >= choice.fontMetrics().horizontalAdvance("30 Mar 2026, 20:30")
    assert dialog.table.columnViewportPosition(2) < dialog.table.viewport().width()


def option_of(choice: QComboBox) -> QStyleOptionComboBox:
    option = QStyleOptionComboBox()
    choice.initStyleOption(option)
    return option


def test_a_log_that_may_have_two_dates_is_given_one_of_them(qtbot):
    dialog = opened(qtbot, [log("03-04-2026.mp4", why="two ways", candidates=(FIRST, SECOND))])
    assert not dialog.start.isEnabled()
    choose(dialog, "03-04-2026.mp4", SECOND)
    assert [(one.when, one.says) for one in dialog.dated] == [(SECOND, Says.PERSON)]


def test_a_log_without_any_date_can_be_dated_by_hand_but_not_in_the_future(qtbot):
    dialog = opened(qtbot, [log("x.mp4", why="no date")])
    choose(dialog, "x.mp4", GIVEN)
    dialog.dates["/logs/x.mp4"].setDateTime(QDateTime.fromSecsSinceEpoch(int((NOW + timedelta(days=3)).timestamp())))
    assert dialog.dated[0].when <= NOW
    dialog.dates["/logs/x.mp4"].setDateTime(QDateTime.fromSecsSinceEpoch(int(FIRST.timestamp())))
    assert dialog.dated[0].when == FIRST


def test_logs_that_are_stored_already_or_cannot_be_read_are_told_and_not_taken(qtbot):
    broken = log("c.mp4", why="is empty.", failure=Failure("c", "is empty.", ""))
    dialog = opened(qtbot, [log("a.mp4", FIRST), broken], known=[FIRST.astimezone(UTC)])
    assert dialog.dated == []
    assert {dialog.table.topLevelItem(n).text(2) for n in range(2)} == {"Analysed already.", "Cannot be read: is empty."}


def test_an_empty_folder_is_told(qtbot):
    dialog = opened(qtbot, [])
    assert dialog.count.text() == "There is no recording in this folder."
    assert not dialog.start.isEnabled()


# In the queue


def test_logs_are_analysed_one_after_another_each_as_a_session_of_its_person_and_day(qtbot, window, doors):
    ended = []
    window.recording.job_ended.connect(ended.append)
    window.show_page(RECORDING)
    window.recording.add_logs(7, [(Path("b.mp4"), SECOND), (Path("a.mp4"), FIRST)])
    assert window.recording.queue.topLevelItem(0).text(0) == "a.mp4 · 29 Mar 2026"
    window.recording.start()
    for number in (1, 2):
        qtbot.waitUntil(lambda number=number: len(doors.monitors) == number)
        doors.monitor.finish()
        qtbot.waitUntil(lambda number=number: len(ended) == number)
    assert [(one.plan.path.name, one.plan.person, one.plan.started) for one in doors.monitors] == [
        ("a.mp4", 7, FIRST),
        ("b.mp4", 7, SECOND),
    ]
    assert [job.stage for job in ended] == [Stage.DONE, Stage.DONE]
    assert {one.settings.face.rate_hz for one in doors.monitors} == {10.0}


def test_a_recording_that_is_no_log_is_read_at_the_rate_of_the_face(qtbot, window, doors):
    window.recording.add_files([Path("a.mp4")])
    window.recording.start()
    qtbot.waitUntil(lambda: len(doors.monitors) == 1)
    assert doors.monitor.settings.face.rate_hz == 30.0
    doors.monitor.finish()


def test_a_cancel_keeps_the_logs_that_are_done_and_lets_the_others_wait(qtbot, window, doors):
    window.show_page(RECORDING)
    window.recording.add_logs(7, [(Path(f"{n}.mp4"), FIRST + timedelta(days=n)) for n in range(3)])
    window.recording.start()
    qtbot.waitUntil(lambda: len(doors.monitors) == 1)
    doors.monitor.finish()
    qtbot.waitUntil(lambda: len(doors.monitors) == 2)
    window.recording.cancel()
    qtbot.waitUntil(lambda: not window.recording.running)
    assert [job.stage for job in window.recording.queue.jobs] == [Stage.DONE, Stage.CANCELLED, Stage.WAITING]
    assert window.recording.queue.jobs[0].session_id == 1


@pytest.mark.parametrize("person", [None, 3])
def test_a_recording_without_a_date_is_a_session_of_today(qtbot, window, doors, person):
    window.show_page(RECORDING)
    window.recording.queue.add(Path("visit.mp4"), person)
    window.recording.add_files(())
    window.recording.start()
    qtbot.waitUntil(lambda: len(doors.monitors) == 1)
    assert (doors.monitor.plan.person, doors.monitor.plan.started) == (person, None)
    doors.monitor.finish()
    qtbot.waitUntil(lambda: not window.recording.running)
