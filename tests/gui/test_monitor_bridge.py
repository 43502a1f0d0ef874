"""Where the monitor's threads and the window's thread meet."""

import threading

from PySide6.QtCore import QObject, Slot

from core.failures import Failure
from core.labels import Modality
from gui.monitor_bridge import MonitorBridge
from monitor.events import LaneFailed, LaneReady, LaneRecovered, State, StateChanged


class Listener(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.heard: list[tuple[object, str]] = []

    @Slot(object)
    def hear(self, thing) -> None:
        self.heard.append((thing, threading.current_thread().name))


def on_a_thread(bridge, *events):
    def body():
        for event in events:
            bridge.on_event(event)

    thread = threading.Thread(target=body, name="monitor")
    thread.start()
    thread.join()


def test_events_of_another_thread_arrive_on_the_windows_thread_in_their_order(qtbot):
    bridge, listener = MonitorBridge(), Listener()
    for signal in (bridge.state_changed, bridge.lane_ready, bridge.lane_failed, bridge.lane_recovered):
        signal.connect(listener.hear)
    ready = LaneReady(Modality.FACE, "Webcam", "face-1", 0.2)
    failed = LaneFailed(Modality.FACE, Failure("a", "b", "c"), retrying=True)
    back = LaneRecovered(Modality.FACE)
    with qtbot.waitSignal(bridge.lane_recovered):
        on_a_thread(bridge, StateChanged(State.RUNNING), ready, failed, back)
    assert [thing for thing, _ in listener.heard] == [State.RUNNING, ready, failed, back]
    assert {name for _, name in listener.heard} == {threading.main_thread().name}


def test_a_silenced_bridge_drops_what_is_still_on_the_way(qtbot):
    bridge, listener = MonitorBridge(), Listener()
    bridge.state_changed.connect(listener.hear)
    on_a_thread(bridge, StateChanged(State.RUNNING))
    bridge.silence()
    other = MonitorBridge()
    with qtbot.waitSignal(other.state_changed):
        on_a_thread(other, StateChanged(State.RUNNING))
    assert listener.heard == []
