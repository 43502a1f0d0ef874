"""The one place where the monitor's threads and the window's thread meet."""

from PySide6.QtCore import QObject, Qt, Signal, Slot

from monitor.events import Event, KeepingChanged, LaneFailed, LaneReady, LaneRecovered, Remarked, StateChanged


class MonitorBridge(QObject):
    """Turns a monitor's rare events into signals on the window's thread; one bridge a monitor.

    `on_event` may be called on any thread. What comes after `silence` is dropped.
    """

    state_changed = Signal(object)
    lane_ready = Signal(object)
    lane_failed = Signal(object)
    lane_recovered = Signal(object)
    remarked = Signal(object)
    keeping_changed = Signal(object)
    _arrived = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._silent = False
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def on_event(self, event: Event) -> None:
        """Called on a monitor's thread."""
        if not self._silent:
            self._arrived.emit(event)

    def silence(self) -> None:
        """Drop what still comes."""
        self._silent = True

    @Slot(object)
    def _deliver(self, event: Event) -> None:
        if self._silent:
            return
        match event:
            case StateChanged():
                self.state_changed.emit(event.state)
            case LaneReady():
                self.lane_ready.emit(event)
            case LaneFailed():
                self.lane_failed.emit(event)
            case LaneRecovered():
                self.lane_recovered.emit(event)
            case Remarked():
                self.remarked.emit(event.failure)
            case KeepingChanged():
                self.keeping_changed.emit(event)
