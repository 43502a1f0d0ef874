"""A calibration in the window: recorded, stored for somebody or kept for this run, and what the page says of it."""

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from core.baseline import VoiceBaseline
from core.calibration import Calibrated, Calibration, Rest
from core.failures import Failure
from core.person import Scope
from core.session_values import INDEX
from core.settings import Settings
from gui.calibration_dialog import AT_REST, CalibrationDialog
from gui.main_window import MainWindow
from gui.services import LiveRequest
from gui.store_door import StoreDoor
from gui.usual_record import UsualRecord
from models.voice.baseline import Progress
from monitor.board import SoundLevel
from monitor.calibration_recording import CalibrationRecording, Recorded
from monitor.events import Remarked
from store.baselines import read_calibration, read_voice_baseline
from store.consents import give_consent
from store.database import open_for_reading, open_for_writing
from store.people import add_person
from store.recovery_key import RecoveryKey
from store.vault import Vault
from tests.fixtures.sound_server import SoundServer
from tests.fixtures.stores import CHEAP
from tests.fixtures.voices import joined, silence, voice
from tests.fixtures.window_services import Told

A_BASELINE = VoiceBaseline(
    centre=np.zeros(3, np.float32),
    spread=np.ones(3, np.float32),
    segments=6,
    speech_s=20.4,
    input_kind="voice-statistics-v1",
    model="centred",
    made_utc=datetime(2026, 11, 21, 12, tzinfo=UTC),
    source="Desk microphone",
)
A_CALIBRATION = Calibration(
    signals={INDEX: Calibrated(33.25, 2.0, 40)}, rest_s=0.0, speech_s=20.4, source="Desk microphone", made_utc=A_BASELINE.made_utc
)
OWN = "Voice compared with the person's own ordinary speech of 21 Nov 2026"
IN_GENERAL = "Voice compared with people in general"


class ScriptedRecording(Told):
    """Is as far as the test says."""

    def __init__(self, camera: str | None, microphone: str | None, settings: Settings) -> None:
        super().__init__()
        self.camera, self.microphone = camera, microphone
        self.rest = Rest(0.0, settings.face.rest_s) if camera else None
        self.progress, self.level, self.outcome = Progress(0.0, 20.0), None, None


@pytest.fixture
def recordings():
    return []


@pytest.fixture
def open_page(qtbot, open_window, doors, recordings):
    """The live page of a window with a microphone and, where it is given, a door to a store."""

    def recorder(camera, microphone, settings):
        recordings.append(ScriptedRecording(camera, microphone, settings))
        return recordings[-1]

    def make(door: StoreDoor | None = None, recorder=recorder, settings: Settings | None = None, camera: str | None = None):
        services = replace(doors.services(), calibration_recording=recorder, door=door, usuals=UsualRecord(door).of if door else None)
        window: MainWindow = open_window(_Fixed(services), settings)
        window.live.begin_with(LiveRequest(camera, "Desk microphone", start=False))
        return window.live

    return make


class _Fixed:
    def __init__(self, services) -> None:
        self._services = services

    def services(self):
        return self._services


@pytest.fixture
def page(open_page):
    return open_page()


@pytest.fixture
def vault(tmp_path):
    vault = Vault(tmp_path / "sessions.db", CHEAP)
    vault.set_up("a long passphrase", RecoveryKey.new())
    return vault


def opened(qtbot, page) -> CalibrationDialog:
    qtbot.mouseClick(page.devices.calibrate, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.findChild(CalibrationDialog) is not None)
    dialog = page.findChild(CalibrationDialog)
    qtbot.waitExposed(dialog)
    return dialog


def close(qtbot, dialog) -> None:
    with qtbot.waitSignal(dialog.finished):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)


def test_the_page_says_that_the_voice_is_compared_with_people_in_general(page):
    assert page.view.comparison.text() == IN_GENERAL


def test_speech_is_recorded_by_keys_alone_and_kept_until_the_program_ends(qtbot, page, doors, recordings):
    preview = doors.previews[-1]
    dialog = opened(qtbot, page)
    assert "There is no store" in dialog.said.text()
    qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Return)
    [recording] = recordings
    qtbot.waitUntil(lambda: recording.told == ["start"])
    assert preview.told == ["start", "stop", "join"]  # two cannot listen to one microphone
    recording.progress, recording.level = (
        Progress(8.4, 20.0, "The sound is clipped: sit further away."),
        SoundLevel(1.0, -20.0, -9.0, False),
    )
    qtbot.waitUntil(lambda: dialog.heard.text() == "8 of 20 s of speech")
    assert dialog.bar.value() == 84
    assert dialog.said.text() == "The sound is clipped: sit further away."
    recording.outcome = Recorded(A_CALIBRATION, A_BASELINE, ("The loudness jumped 2 times.",))
    done = "Done: 20 s of speech; the index of them is 33. Kept until the program ends. The loudness jumped 2 times."
    qtbot.waitUntil(lambda: dialog.said.text() == done)
    qtbot.waitUntil(lambda: recording.told == ["start", "stop", "join"])
    close(qtbot, dialog)
    assert page.view.comparison.text() == OWN
    page.start()
    qtbot.keyClick(page.consent.begin, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: bool(doors.live_plans))
    assert doors.live_plans[-1]["baseline"] is A_BASELINE
    assert page.view.comparison.text() == OWN
    assert not page.devices.calibrate.isEnabled()


def test_the_face_at_rest_comes_first_and_then_the_speech(qtbot, open_page, recordings):
    page = open_page(camera="Front camera")
    dialog = opened(qtbot, page)
    assert dialog.heard.text() == "0 of 5 s of the face at rest"
    dialog.record.click()
    [recording] = recordings
    assert (recording.camera, recording.microphone) == ("Front camera", "Desk microphone")
    recording.rest = Rest(2.4, 5.0, "No face.")
    qtbot.waitUntil(lambda: dialog.heard.text() == "2 of 5 s of the face at rest")
    assert dialog.said.text() == f"{AT_REST} No face."
    assert (dialog.bar.value(), dialog.bar.maximum()) == (24, 50)
    recording.rest, recording.level = Rest(5.1, 5.0), SoundLevel(1.0, -20.0, -9.0, False)
    qtbot.waitUntil(lambda: dialog.heard.text() == "0 of 20 s of speech")
    assert dialog.said.text() == "Listening: nobody speaks yet."
    recording.outcome = Recorded(replace(A_CALIBRATION, rest_s=5.1), None, ("The voice model cannot be compared.",))
    qtbot.waitUntil(lambda: dialog.said.text().startswith("Done: 20 s of speech and 5 s of the face at rest;"))
    assert dialog.said.text().endswith("The voice model cannot be compared.")
    close(qtbot, dialog)
    assert page.view.comparison.text() == IN_GENERAL


def test_a_camera_alone_is_enough_and_nobody_is_asked_to_speak(qtbot, open_page, recordings):
    page = open_page(camera="Front camera")
    page.begin_with(LiveRequest("Front camera", None, start=False))
    dialog = opened(qtbot, page)
    assert not dialog.level.isVisible()
    assert "Read" not in " ".join(label.text() for label in dialog.findChildren(QLabel) if label.isVisible())
    dialog.record.click()
    recordings[0].outcome = Recorded(replace(A_CALIBRATION, rest_s=5.1, speech_s=0.0), None)
    qtbot.waitUntil(lambda: dialog.said.text().startswith("Done: 5 s of the face at rest; the index of them is 33."))
    close(qtbot, dialog)


def test_cancel_lets_go_of_the_microphone_and_changes_nothing(qtbot, page, doors, recordings):
    dialog = opened(qtbot, page)
    dialog.record.click()
    previews = len(doors.previews)
    close(qtbot, dialog)
    qtbot.waitUntil(lambda: recordings[0].told == ["start", "stop", "join"])
    qtbot.waitUntil(lambda: len(doors.previews) > previews)
    assert page.view.comparison.text() == IN_GENERAL


def test_a_window_that_is_closed_meanwhile_lets_go_of_the_microphone(qtbot, page, recordings):
    opened(qtbot, page).record.click()
    window = page.window()
    with qtbot.waitSignal(window.ready_to_quit):
        window.close()
    qtbot.waitUntil(lambda: recordings[0].told == ["start", "stop", "join"])


def test_too_little_speech_is_said_and_can_be_tried_again(qtbot, page, recordings):
    dialog = opened(qtbot, page)
    dialog.record.click()
    recordings[0].outcome = Failure("Only 3.0 s of ordinary speech were heard; 20 s are needed.", "Silence does not count.", "Talk longer.")
    qtbot.waitUntil(lambda: dialog.said.text().startswith("Only 3.0 s"))
    assert dialog.record.isEnabled()
    dialog.record.click()
    assert len(recordings) == 2
    close(qtbot, dialog)
    assert page.view.comparison.text() == IN_GENERAL


def test_the_way_back_to_people_in_general(qtbot, page):
    page.compare_with(A_BASELINE)
    dialog = opened(qtbot, page)
    with qtbot.waitSignal(dialog.finished):
        dialog.in_general.click()
    assert page.view.comparison.text() == IN_GENERAL


def test_the_demonstration_has_a_voice_of_its_own(qtbot, page, doors):
    page.compare_with(A_BASELINE)
    page.begin_with(LiveRequest(demonstration=True, start=True))
    qtbot.waitUntil(lambda: bool(doors.live_plans))
    assert doors.live_plans[-1]["baseline"] is None
    assert page.view.comparison.text() == IN_GENERAL
    assert not page.devices.calibrate.isEnabled()


def test_a_baseline_that_does_not_fit_is_told_as_the_session_begins(qtbot, open_page, doors):
    page = open_page()
    page.begin_with(LiveRequest(demonstration=True, start=True))
    qtbot.waitUntil(lambda: bool(doors.monitors))
    notices = []
    page.notice.connect(notices.append)
    doors.monitor.tell(Remarked(Failure("The person's ordinary speech is not used.", "Another kind.", "Record it again.")))
    qtbot.waitUntil(lambda: bool(notices))
    assert notices[0].failure.what == "The person's ordinary speech is not used."
    assert not notices[0].failed


def test_it_is_stored_for_the_person_who_was_chosen_and_offered_the_next_time(qtbot, open_page, vault, recordings):
    with closing(open_for_writing(vault.store.database, vault.store.key)) as connection:
        person = add_person(connection, "Nachtigall")
        amsel = add_person(connection, "Amsel")
        give_consent(connection, person.id, Scope.STORE)
    door = StoreDoor(vault)
    page = open_page(door)
    dialog = opened(qtbot, page)
    qtbot.waitUntil(lambda: dialog.who.count() == 3)
    dialog.who.setCurrentText("Nachtigall")
    dialog.record.click()
    recordings[0].outcome = Recorded(A_CALIBRATION, A_BASELINE)
    qtbot.waitUntil(lambda: "Kept for Nachtigall." in dialog.said.text())
    close(qtbot, dialog)

    def stored():
        with closing(open_for_reading(vault.store.database, vault.store.key)) as connection:
            return read_voice_baseline(connection, person.id)

    qtbot.waitUntil(lambda: stored() is not None)
    assert stored().facts() == A_BASELINE.facts()
    with closing(open_for_reading(vault.store.database, vault.store.key)) as connection:
        assert read_calibration(connection, person.id) == A_CALIBRATION
    page.set_person(amsel)
    assert page.view.comparison.text() == IN_GENERAL
    page.set_person(person)
    qtbot.waitUntil(lambda: page.view.comparison.text() == OWN)
    stands_in = "What is usual for Nachtigall is not known yet: it takes 6 days more with a good session. Calibration: 33 on 21 Nov 2026."
    qtbot.waitUntil(lambda: page.view.index.usual.text().startswith(stands_in))
    page.set_person(None)
    dialog = opened(qtbot, page)
    qtbot.waitUntil(lambda: dialog.who.count() == 3)
    dialog.who.setCurrentText("Amsel")
    assert not dialog.use_stored.isVisible()
    dialog.who.setCurrentText("Nachtigall")
    qtbot.waitUntil(dialog.use_stored.isVisible)
    assert dialog.use_stored.text() == "Use that of 21 Nov 2026"
    with qtbot.waitSignal(dialog.finished):
        dialog.use_stored.click()
    assert page.view.comparison.text() == OWN
    door.close()


def test_a_locked_store_is_said(qtbot, open_page, vault):
    door = StoreDoor(vault)
    vault.lock()
    dialog = opened(qtbot, open_page(door))
    qtbot.waitUntil(lambda: "The store is not open" in dialog.said.text())
    assert dialog.who.count() == 1
    close(qtbot, dialog)
    door.close()


def test_a_real_microphone_through_the_window(qtbot, open_page, centred_checkpoint):
    settings = Settings().with_values({"voice.checkpoint": str(centred_checkpoint), "voice.baseline_speech_s": 4}, "the test")
    talk = joined(silence(0.5), *(joined(voice(2.0, pitch), silence(0.6)) for pitch in (120, 140, 130)))
    with SoundServer() as server:
        page = open_page(recorder=lambda camera, microphone, values: CalibrationRecording(None, "default", values), settings=settings)
        dialog = opened(qtbot, page)
        dialog.record.click()
        speaking = server.start_speaking(np.round(talk * 32767).astype(np.int16))
        qtbot.waitUntil(lambda: dialog.said.text().startswith("Done: "), timeout=30_000)
        assert speaking.wait(30) == 0
        close(qtbot, dialog)
        page.close_devices()
    assert page.view.comparison.text().startswith("Voice compared with the person's own ordinary speech of ")
