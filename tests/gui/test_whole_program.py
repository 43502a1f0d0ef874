"""The window over the real monitor: the demonstration live, and a real recording."""

import threading
from pathlib import Path

import pytest

from core.labels import Modality
from core.settings import Settings
from gui.application import real_services
from gui.main_window import MainWindow
from gui.pages import RECORDING
from gui.recording_queue import Stage
from gui.services import LiveRequest
from gui.store_door import StoreDoor
from monitor.events import State
from store.recovery_key import RecoveryKey
from store.vault import Vault
from tests.fixtures.stores import CHEAP

PATIENCE_MS = 60_000


@pytest.fixture
def whole(qtbot, tmp_path):
    """The window with the real doors."""
    vault = Vault(tmp_path / "sessions.db", CHEAP)
    vault.set_up("eine Passphrase für Tests", RecoveryKey.new())
    window = MainWindow(real_services(Settings(), StoreDoor(vault), export=None), Settings(), tmp_path / "settings.json")
    window.show()
    yield window
    with qtbot.waitSignal(window.ready_to_quit, timeout=PATIENCE_MS):
        window.close()
    qtbot.waitUntil(
        lambda: not any(thread.name.startswith("affectograph-conductor") for thread in threading.enumerate()), timeout=PATIENCE_MS
    )
    window.let_go()


def test_the_demonstration_moves_face_and_index_and_takes_text(qtbot, whole):
    whole.live.begin_with(LiveRequest(demonstration=True))
    qtbot.waitUntil(lambda: whole.live.state is State.RUNNING, timeout=PATIENCE_MS)
    lines = whole.live.view.now.lines
    qtbot.waitUntil(lambda: lines[Modality.FACE].sentence.startswith("Face resembles"), timeout=PATIENCE_MS)
    whole.live.text.submitted.emit("I am so sad and tired of everything today")
    qtbot.waitUntil(lambda: "Words resemble" in whole.live.text.shown, timeout=PATIENCE_MS)
    index = whole.live.view.index
    qtbot.waitUntil(lambda: index.number != "Not enough evidence", timeout=PATIENCE_MS)
    assert whole.notices.notices == []


@pytest.mark.data
def test_a_real_recording_is_analysed_and_stored(qtbot, whole, shared_data: Path):
    page = whole.recording
    whole.show_page(RECORDING)
    page.add_files([shared_data / "video" / "neutral_to_smile.mp4", shared_data / "video" / "broken_truncated.mp4"])
    page.start()
    qtbot.waitUntil(lambda: page.state is None and page.queue.next_waiting() is None, timeout=PATIENCE_MS)
    assert [job.stage for job in page.queue.jobs] == [Stage.DONE, Stage.FAILED]
    assert page.queue.jobs[0].session_id == 1
    assert len(page.view.charts.face._history) == 0  # the second file's page is empty again
    assert len(whole.notices.notices) == 1
