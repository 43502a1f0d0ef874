"""The live page, by real clicks and keys."""

import pytest
from PySide6.QtCore import Qt

from core.failures import Failure
from core.labels import Emotion, Modality
from core.media import MediaKind
from core.readings import Absence, FusionScore
from core.settings import Settings
from gui.notices import Notice
from gui.pages import LIVE, RECORDING
from gui.services import LiveRequest
from monitor.board import LaneStatistics, SoundLevel
from monitor.events import KeepingChanged, LaneFailed, LaneReady, LaneRecovered, State
from tests.fixtures.window_services import Doors, face, frame, no_face, score, text, voice

DEMONSTRATION = LiveRequest(demonstration=True, start=False)
CAMERA = LiveRequest("Front camera", "Desk microphone", start=False)


@pytest.fixture
def started(qtbot, window, doors):
    """The window with a running demonstration."""
    window.live.begin_with(DEMONSTRATION)
    click(qtbot, window.live.start_button)
    qtbot.waitUntil(lambda: window.live.state is State.RUNNING)
    return window


def click(qtbot, button):
    assert button.isEnabled()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def show(window, *items):
    """What the monitor put on the board, looked at once."""
    board = window.live._board
    for item in items:
        board.post(item) if isinstance(item, type(frame(0)) | SoundLevel) else board.add(item)
    window.live._look()


def test_a_live_camera_is_analysed_only_after_the_notice(qtbot, window, doors):
    window.live.begin_with(CAMERA)
    click(qtbot, window.live.start_button)
    assert window.live.consent.isVisible()
    assert doors.monitors == []
    click(qtbot, window.live.consent.begin)
    qtbot.waitUntil(lambda: window.live.state is State.RUNNING)
    assert doors.live_plans == [{"camera": "Front camera", "microphone": "Desk microphone", "demonstration": False, "baseline": None}]


def test_a_lane_that_leaves_more_than_one_class_open_is_undecided(started):
    line = started.live.view.now.lines[Modality.FACE]
    show(started, face(1.0, label_set=(Emotion.NEUTRAL, Emotion.SADNESS)))
    assert line.sentence == "Face: undecided between sadness and neutral"
    show(started, face(2.0, label_set=(Emotion.HAPPINESS,)))
    assert line.sentence.startswith("Face resembles happiness 0.62")


def test_space_never_presses_what_the_keyboard_was_not_put_on(qtbot, window, doors):
    window.live.begin_with(CAMERA)
    window.live.start_button.setFocus()
    qtbot.keyClick(window.live.start_button, Qt.Key.Key_Space)
    qtbot.keyClick(window.live.consent.begin, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.live.state is State.RUNNING)
    assert window.focusWidget() is window.live.start_button
    window.live.end_button.setFocus()
    qtbot.keyClick(window.live.end_button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.live.state is None)
    assert window.focusWidget() is window.live.start_button


def test_not_now_starts_nothing(qtbot, window, doors):
    window.live.begin_with(CAMERA)
    click(qtbot, window.live.start_button)
    click(qtbot, window.live.consent.not_now)
    assert not window.live.consent.isVisible()
    assert window.live.state is None
    assert doors.live_plans == []


@pytest.mark.parametrize("remember", [True, False])
def test_the_notice_comes_again_unless_it_was_put_away(qtbot, window, remember):
    window.live.begin_with(CAMERA)
    click(qtbot, window.live.start_button)
    window.live.consent.remember.setChecked(remember)
    click(qtbot, window.live.consent.begin)
    qtbot.waitUntil(lambda: window.live.state is State.RUNNING)
    click(qtbot, window.live.end_button)
    qtbot.waitUntil(lambda: window.live.state is None)
    click(qtbot, window.live.start_button)
    assert window.live.consent.isVisible() is not remember


def test_the_demonstration_needs_no_notice(started):
    assert not started.live.consent.isVisible()
    assert started.live.badge.text() == "DEMO"


def test_a_preview_runs_before_the_session_and_is_over_before_its_devices_are_opened(qtbot, window, doors):
    window.live.begin_with(CAMERA)
    preview = doors.previews[-1]
    assert (preview.camera, preview.microphone) == ("Front camera", "Desk microphone")
    qtbot.waitUntil(lambda: preview.told == ["start"])
    click(qtbot, window.live.start_button)
    click(qtbot, window.live.consent.begin)
    qtbot.waitUntil(lambda: window.live.state is State.RUNNING)
    assert preview.told == ["start", "stop", "join"]


def test_a_preview_ends_when_another_page_is_shown_and_comes_back(qtbot, window, doors):
    window.live.begin_with(CAMERA)
    window.show_page(RECORDING)
    preview = doors.previews[-1]
    qtbot.waitUntil(lambda: preview.told == ["start", "stop", "join"])
    window.show_page(LIVE)
    assert doors.previews[-1] is not preview


def test_space_pauses_and_goes_on(qtbot, started, doors):
    started.setFocus()
    qtbot.keyClick(started, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: started.live.state is State.PAUSED)
    assert started.live.badge.text() == "PAUSED"
    assert started.live.start_button.text() == "Resume"
    qtbot.keyClick(started, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: started.live.state is State.RUNNING)


def test_marks_are_made_by_keys_and_drawn(qtbot, started, doors):
    doors.monitor.seconds = 12.0
    started.setFocus()
    for key in (Qt.Key.Key_E, Qt.Key.Key_3):
        qtbot.keyClick(started, key)
    assert [told for told in doors.monitor.told if told[0] == "mark"] == [("mark", "event"), ("mark", "3")]
    assert [(mark.at, mark.name) for mark in started.live.view.charts._marks] == [(12.0, "event"), (12.0, "3")]


def test_letters_and_space_in_the_text_box_are_words_and_not_keys(qtbot, started, doors):
    box = started.live.text.box
    box.setFocus()
    qtbot.keyClicks(box, "e 1 rn")
    assert box.text() == "e 1 rn"
    assert started.live.state is State.RUNNING
    assert doors.monitor.told == [("start",)]


def test_enter_submits_the_words(qtbot, started, doors):
    box = started.live.text.box
    qtbot.keyClicks(box, "I cannot sleep")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert doors.monitor.told[-1] == ("text", "I cannot sleep")
    assert box.text() == ""


def test_the_words_that_moved_the_score_are_shown(started):
    show(started, text(5.0, "I cannot <b>sleep"))
    shown = started.live.text.shown
    assert "background-color" in shown.split("cannot")[0]
    assert "&lt;b&gt;sleep" in shown
    assert "Words resemble sadness 0.70" in shown


def test_n_writes_a_note_that_is_not_analysed(qtbot, started, doors):
    started.setFocus()
    qtbot.keyClick(started, Qt.Key.Key_N)
    box = started.live.text.box
    assert box.hasFocus()
    qtbot.keyClicks(box, "asked about sleep")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert doors.monitor.told[-1] == ("note", "asked about sleep")
    assert not started.live.text.note.isChecked()


def test_escape_leaves_note_mode(qtbot, started):
    started.live.begin_note()
    qtbot.keyClick(started.live.text.box, Qt.Key.Key_Escape)
    assert not started.live.text.note.isChecked()
    assert not started.live.text.box.hasFocus()


def test_r_stops_and_starts_storing(qtbot, started, doors):
    started.setFocus()
    assert started.live.rec_badge.text() == "REC"
    qtbot.keyClick(started, Qt.Key.Key_R)
    assert doors.monitor.recording is False
    assert started.live.rec_badge.text() == "NOT STORED"
    qtbot.keyClick(started, Qt.Key.Key_R)
    assert doors.monitor.recording is True


def test_in_a_narrow_window_the_devices_leave_their_room_while_a_session_runs(qtbot, started, doors):
    assert started.live.devices.isVisible()
    started.resize(640, 600)
    qtbot.waitUntil(lambda: not started.live.devices.isVisible())
    for button in (started.live.start_button, started.live.record_button):
        qtbot.waitUntil(lambda button=button: button.width() >= button.sizeHint().width())
    started.live.end()
    qtbot.waitUntil(started.live.devices.isVisible)


def test_the_badge_says_what_is_kept_of_picture_and_sound_and_why_it_is_less(qtbot, started, doors):
    badge = started.live.rec_badge
    assert "pictures and sound are not" in badge.toolTip()
    doors.monitor.tell(KeepingChanged(frozenset(MediaKind)))
    qtbot.waitUntil(lambda: badge.text() == "REC + A/V")
    assert "picture and sound with them: the person has consented" in badge.toolTip()
    full = Failure("The picture is not kept any more.", "No space left on device.", "Make room.")
    doors.monitor.tell(KeepingChanged(frozenset({MediaKind.SOUND}), full))
    qtbot.waitUntil(lambda: badge.text() == "REC + SOUND")
    assert [notice.failure for notice in started.notices.notices] == [full]
    doors.monitor.tell(KeepingChanged(frozenset(MediaKind)))
    qtbot.waitUntil(lambda: not started.notices.notices)
    started.live.end()
    qtbot.waitUntil(lambda: badge.text() == "REC")


def test_storing_that_was_switched_off_before_the_start_stays_off(qtbot, window, doors):
    window.live.begin_with(DEMONSTRATION)
    click(qtbot, window.live.record_button)
    click(qtbot, window.live.start_button)
    qtbot.waitUntil(lambda: window.live.state is State.RUNNING)
    assert doors.monitor.recording is False


def test_the_newest_readings_are_said_in_words(started):
    level = SoundLevel(1.0, -20.0, -10.0, False)
    show(started, frame(1, 1.0), level, face(1.0), voice(1.0), score(1.0, 47.0))
    lines = started.live.view.now.lines
    assert lines[Modality.FACE].sentence == "Face resembles happiness 0.62"
    assert lines[Modality.VOICE].sentence == "Voice resembles sadness 0.50"
    assert started.live.view.index.number == "47"
    assert started.live.view.charts.descriptors.cells["pitch_hz"].text == "142 Hz"


def test_an_absent_face_is_said_and_its_box_goes(started):
    show(started, frame(1, 1.0), face(1.0))
    show(started, no_face(1.1, Absence.NO_FACE))
    assert started.live.view.now.lines[Modality.FACE].sentence == "Face: no face"
    assert started.live.view.video._box is None


def test_too_little_evidence_shows_no_number(started):
    show(started, score(1.0, None))
    assert started.live.view.index.number == "Not enough evidence"


def test_the_statistics_say_rate_drops_and_latency(started):
    started.live._board.post_statistics(Modality.FACE, LaneStatistics(29.8, 2, 1.0, 8.0, 14.2))
    started.live._look()
    label = started.live.view.statistics._labels[Modality.FACE]
    assert label.text() == "Face 29.8/s · 2 dropped · 14 ms (wait 1, read 8)"
    assert "8.0 ms" in label.toolTip()


def test_a_lost_camera_is_told_without_stopping_anybody_and_is_over_when_it_is_back(qtbot, started, doors):
    show(started, frame(1, 1.0), face(1.0))
    lost = Failure("The camera was lost.", "It sends no picture.", "Check its cable.")
    doors.monitor.tell(LaneFailed(Modality.FACE, lost, retrying=True))
    qtbot.waitUntil(lambda: bool(started.notices.notices))
    notice = started.notices.notices[0]
    assert notice.failed
    assert "tried again" in str(notice.failure)
    assert started.live.view.video.message == "The camera was lost."
    assert started.live.state is State.RUNNING
    doors.monitor.tell(LaneRecovered(Modality.FACE))
    qtbot.waitUntil(lambda: not started.notices.notices)


def test_a_lost_camera_takes_its_figures_along_and_says_once_that_it_is_tried_again(qtbot, started, doors):
    started.live._board.post_statistics(Modality.FACE, LaneStatistics(29.8, 2, 1.0, 8.0, 14.2))
    started.live._look()
    label = started.live.view.statistics._labels[Modality.FACE]
    assert label.isVisible()
    lost = Failure("The camera was lost.", "It sends no picture.", "Check its cable; it is tried again.")
    doors.monitor.tell(LaneFailed(Modality.FACE, lost, retrying=True))
    qtbot.waitUntil(lambda: not label.isVisible())
    assert str(started.notices.notices[0].failure).count("tried again") == 1


def test_a_running_session_without_new_pictures_says_that_it_waits(started):
    show(started, frame(1, 1.0))
    assert not started.live.view.video.late
    started.live.view.video._came_at -= 10
    started.live._look()
    assert started.live.view.video.late


def test_the_range_of_the_last_second_stands_behind_the_number(started):
    show(started, *(face(n / 30, value=0.5 + n / 100) for n in range(30)))
    line = started.live.view.now.lines[Modality.FACE]
    assert line.sentence == "Face resembles happiness 0.79 (0.52–0.79)"
    assert "how steady" in line._sentence.toolTip()
    assert started.live.view.video._label == "resembles happiness 0.79"


def test_no_range_is_shown_for_too_few_readings_or_across_an_absence(started):
    show(started, *(face(n / 30) for n in range(4)), voice(1.0))
    lines = started.live.view.now.lines
    assert "(" not in lines[Modality.FACE].sentence
    assert "(" not in lines[Modality.VOICE].sentence
    show(started, no_face(0.2, Absence.NO_FACE), *(face(0.3 + n / 30) for n in range(4)))
    assert lines[Modality.FACE].sentence == "Face resembles happiness 0.62"


def test_a_number_is_not_rewritten_faster_than_it_can_be_read(started):
    line = started.live.view.now.lines[Modality.FACE]
    for n, value in enumerate((0.62, 0.64, 0.66)):
        show(started, face(1.0 + n / 30, value=value))
    assert line.sentence == "Face resembles happiness 0.62"
    show(started, face(1.3, value=0.66))
    assert line.sentence == "Face resembles happiness 0.66"


def test_the_band_stands_beside_the_index_and_says_when_it_is_wide(started):
    show(started, score(1.0, 47.0))
    index = started.live.view.index
    assert (index._band.text(), index._caption.text()) == ("(34 to 62)", "band of uncertainty")
    wide = FusionScore(at=2.0, value=20.0, interval=(0.0, 66.0), fusion="test")
    show(started, wide)
    assert index._caption.text() == "band of uncertainty, wide"
    assert index._band.fontInfo().pixelSize() >= 0.7 * index._number.fontInfo().pixelSize()


def test_a_lane_takes_one_line_until_it_has_something_to_show(qtbot, window, doors):
    window.live._agreed = True
    window.live.begin_with(LiveRequest("Front camera", None))
    qtbot.waitUntil(lambda: window.live.state is State.RUNNING)
    charts = window.live.view.charts
    assert [charts.is_lane_open(m) for m in (Modality.FACE, Modality.VOICE, Modality.TEXT)] == [True, False, False]
    assert not charts.descriptors.isVisible()
    show(window, text(3.0))
    assert charts.text.isVisible()


def test_a_lane_whose_source_is_lost_does_not_say_that_it_listens(qtbot, started, doors):
    missing = Failure("There is no microphone.", "The system knows of none.", "Connect one.")
    doors.monitor.tell(LaneFailed(Modality.VOICE, missing, retrying=True))
    doors.monitor.tell(LaneReady(Modality.VOICE, "Desk microphone", "voice-1", 0.1))
    doors.monitor.tell(LaneReady(Modality.FACE, "Front camera", "face-1", 0.1))
    lines = started.live.view.now.lines
    qtbot.waitUntil(lambda: lines[Modality.FACE].sentence == "Face: looking")
    assert lines[Modality.VOICE].sentence == "Voice: lost, trying again"


def test_a_pause_leaves_no_old_words_over_the_picture(qtbot, started):
    show(started, frame(1, 1.0), face(1.0))
    click(qtbot, started.live.start_button)
    qtbot.waitUntil(lambda: started.live.state is State.PAUSED)
    assert started.live.view.now.lines[Modality.FACE].sentence == "Face: paused"
    assert started.live.view.video._box is None


def test_after_the_end_nothing_looks_like_the_present(qtbot, started, doors):
    show(started, frame(1, 1.0), face(1.0), score(1.0, 47.0))
    click(qtbot, started.live.end_button)
    qtbot.waitUntil(lambda: started.live.state is None)
    assert started.live.view.now.lines[Modality.FACE].sentence == "Face: session over"
    assert started.live.view.index._title.text().endswith("at the session's end")
    click(qtbot, started.live.start_button)
    qtbot.waitUntil(lambda: started.live.state is State.RUNNING)
    assert started.live.view.index._title.text() == "Depressive-affect index"


def test_enter_presses_the_button_that_has_the_keyboard(qtbot, window, doors):
    window.live.begin_with(CAMERA)
    qtbot.keyClick(window.live.start_button, Qt.Key.Key_Return)
    begin = window.live.consent.begin
    assert window.focusWidget() is begin
    qtbot.keyClick(begin, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.live.state is State.RUNNING)
    assert len(doors.monitors) == 1


def test_badges_say_in_words_what_they_mean(qtbot, started):
    assert "analysed" in started.live.badge.toolTip()
    assert "stored" in started.live.rec_badge.toolTip()
    qtbot.keyClick(started, Qt.Key.Key_R)
    assert "not stored" in started.live.rec_badge.toolTip()


def test_a_second_start_while_the_session_ends_begins_nothing(qtbot, started, doors):
    doors.monitor._say(State.STOPPING)
    qtbot.waitUntil(lambda: started.live.state is State.STOPPING)
    started.live.start()
    click(qtbot, started.live.start_button)
    assert len(doors.monitors) == 1
    doors.monitor._say(State.ENDED)
    qtbot.waitUntil(lambda: started.live.state is None)


def test_another_device_between_two_sessions_is_the_one_that_is_opened(qtbot, window, doors):
    window.live._agreed = True
    window.live.begin_with(LiveRequest("Front camera", None))
    qtbot.waitUntil(lambda: window.live.state is State.RUNNING)
    click(qtbot, window.live.end_button)
    qtbot.waitUntil(lambda: window.live.state is None)
    window.live.devices.choose(LiveRequest("Side camera", None))
    click(qtbot, window.live.start_button)
    qtbot.waitUntil(lambda: window.live.state is State.RUNNING)
    assert [plan["camera"] for plan in doors.live_plans] == ["Front camera", "Side camera"]


def test_a_lane_that_is_ready_says_so(qtbot, started, doors):
    doors.monitor.tell(LaneReady(Modality.VOICE, "Desk microphone", "voice-1", 0.1))
    qtbot.waitUntil(lambda: started.live.view.now.lines[Modality.VOICE].sentence == "Voice: listening")


def test_a_session_that_cannot_start_offers_to_try_again(qtbot, open_window):
    refusals = [Failure("There is no camera “X”.", "It was not found.", "Choose another.")]

    class Refusing(Doors):
        def _live_plan(self, settings, **devices):
            from core.failures import SourceUnavailable

            if refusals:
                raise SourceUnavailable(refusals.pop())
            return super()._live_plan(settings, **devices)

    doors = Refusing()
    window = open_window(doors)
    window.live.begin_with(LiveRequest(demonstration=True))
    qtbot.waitUntil(lambda: bool(window.notices.notices))
    assert window.live.state is None
    click(qtbot, window.notices.banner("start").button)
    qtbot.waitUntil(lambda: window.live.state is State.RUNNING)


def test_the_end_is_told_with_the_number_of_the_stored_session_and_its_files(qtbot, started, doors, tmp_path):
    doors.chosen_folder = tmp_path
    click(qtbot, started.live.end_button)
    qtbot.waitUntil(lambda: started.live.state is None)
    notice = started.notices.notices[-1]
    assert "number 1" in notice.failure.what
    assert not notice.failed
    click(qtbot, started.notices.banner(notice.key).button)
    qtbot.waitUntil(lambda: doors.exported == [(1, tmp_path)])


def test_a_second_session_begins_with_empty_charts(qtbot, started, doors):
    show(started, score(1.0, 47.0), face(1.0))
    click(qtbot, started.live.end_button)
    qtbot.waitUntil(lambda: started.live.state is None)
    click(qtbot, started.live.start_button)
    qtbot.waitUntil(lambda: started.live.state is State.RUNNING)
    assert len(doors.monitors) == 2
    assert started.live.view.index.number == "Not enough evidence"
    assert len(started.live.view.charts.face._history) == 0


def test_the_demonstration_is_both_face_and_voice_or_neither(window):
    devices = window.live.devices
    devices.fill([], [])
    window.live.begin_with(DEMONSTRATION)
    assert devices.demonstration
    assert devices.microphone == devices.camera == "demonstration"
    devices._camera.setCurrentIndex(0)
    assert not devices.demonstration
    assert devices.microphone is None


def test_an_address_may_be_typed_for_a_network_camera(qtbot, window):
    devices = window.live.devices
    row = next(r for r in range(devices._camera.count()) if "Network" in devices._camera.itemText(r))
    devices._camera.setCurrentIndex(row)
    assert devices._address.isVisible()
    qtbot.keyClicks(devices._address, "http://127.0.0.1:8080/video")
    assert devices.camera == "http://127.0.0.1:8080/video"


def test_the_password_in_a_camera_s_address_is_not_shown(window):
    devices = window.live.devices
    devices.choose(LiveRequest("rtsp://me:secret@10.0.0.2/1", None))
    assert devices.camera == "rtsp://me:secret@10.0.0.2/1"
    assert "secret" not in devices._camera.currentText() + devices._camera.toolTip()
    assert "10.0.0.2" in devices._camera.toolTip()


def test_another_look_for_devices_keeps_the_choice(window, qtbot):
    devices = window.live.devices
    devices.choose(CAMERA)
    picker = devices._microphone
    with qtbot.waitSignal(devices.look_wanted):
        picker.setCurrentIndex(picker.count() - 1)
    assert devices.microphone == "Desk microphone"


def test_a_camera_that_was_named_by_its_number_stays_chosen_when_the_names_are_known(window, doors):
    window.live.devices.choose(LiveRequest("2", None))
    window.live.devices.fill(doors.services().cameras(), doors.services().microphones())
    assert window.live.devices.camera == "2"


def test_a_microphone_alone_is_analysed_after_the_notice_too(qtbot, window, doors):
    window.live.begin_with(LiveRequest(None, "Desk microphone", start=False))
    click(qtbot, window.live.start_button)
    assert window.live.consent.isVisible()


def test_choices_survive_a_new_list_of_devices(window, doors):
    services = doors.services()
    devices = window.live.devices
    devices.fill(services.cameras(), services.microphones())
    devices.choose(CAMERA)
    devices.fill([], services.microphones())
    assert devices.microphone == "Desk microphone"


def test_a_notice_of_the_same_subject_takes_the_place_of_the_old_one(window):
    for word in ("first", "second"):
        window.notices.post(Notice("lane face", Failure(word, "", "")))
    assert [notice.failure.what for notice in window.notices.notices] == ["second"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_both_themes_draw_every_part(open_window, doors, qtbot, theme):
    window = open_window(doors, Settings().with_values({"display.theme": theme}, "a test"))
    window.live.begin_with(LiveRequest(demonstration=True))
    qtbot.waitUntil(lambda: window.live.state is State.RUNNING)
    for n in range(30):
        show(window, frame(n, n / 10), face(n / 10), voice(n / 10), text(n / 10), score(n / 2))
    picture = window.grab().toImage()
    assert picture.pixelColor(5, 60).lightness() < 100 if theme == "dark" else picture.pixelColor(5, 60).lightness() > 200
