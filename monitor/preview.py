"""Picture and level before Start: the same pumps, with nothing behind them that reads or stores."""

from collections.abc import Callable
from threading import Event as Flag
from threading import Thread

from capture.source import Source
from core.channel import Channel, WhenFull
from core.clock import SessionClock
from core.labels import Modality
from core.settings import Settings
from monitor.board import Board
from monitor.events import Event
from monitor.pump import Pump
from monitor.wiring import camera_source, microphone_source


class Preview:
    """Shows a camera and a microphone on a board; nothing is analysed or stored."""

    def __init__(
        self, camera: str | None, microphone: str | None, settings: Settings, board: Board, on_event: Callable[[Event], None]
    ) -> None:
        clock = SessionClock()
        sources: dict[Modality, Source] = {}
        if camera is not None:
            sources[Modality.FACE] = camera_source(camera, settings, clock)
        if microphone is not None:
            sources[Modality.VOICE] = microphone_source(microphone, settings, clock)
        self._pumps = [_pump(modality, source, settings, board, clock, on_event) for modality, source in sources.items()]
        self._threads = [Thread(target=pump.run, name=f"affectograph-preview-{m}") for m, pump in zip(sources, self._pumps, strict=True)]

    def start(self) -> None:
        """Open the devices, each on its own thread, and return."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let go of the devices and return; `join` waits until they are free."""
        for pump in self._pumps:
            pump.stop()

    def join(self) -> None:
        """Wait until the devices are free; call it off the window's thread, before a monitor opens the same devices."""
        for thread in self._threads:
            thread.join()


def _pump(
    modality: Modality, source: Source, settings: Settings, board: Board, clock: SessionClock, on_event: Callable[[Event], None]
) -> Pump:
    return Pump(
        modality=modality,
        source=source,
        inbox=Channel(1, WhenFull.DROP_OLDEST),
        pass_on=lambda item: True,
        board=board,
        clock=clock,
        playback=None,
        ready=Flag(),  # never set: nothing goes on to a reader
        settings=settings.capture,
        on_event=on_event,
    )
