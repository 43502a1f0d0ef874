"""A camera: a device by name or number, or a stream in the network by its address.

A driver may block for as long as it likes, so the device is held by a thread of its own: it opens, grabs and lets go, and leaves
the newest pictures for `items`, which waits for the read timeout and no longer.
"""

import logging
import os
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Condition, Thread
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from capture.camera_address import is_address, refused_address, why_no_stream
from capture.devices import CameraDevice, find_camera, without_secrets
from capture.source import Pace
from core.failures import Failure, SourceUnavailable
from core.media import Frame
from core.settings import CaptureSettings

logger = logging.getLogger(__name__)

PICTURES_WAITING = 4
"""A consumer that is late by less than 0.1 s loses none (a busy machine: 3 % lost with room for one, measured)."""

LET_GO_S = 5.0
"""How long `close` waits for a driver that has not come back; its thread ends by itself when it does."""

OPENING_MARGIN_S = 3.0
"""Added to the open timeout: the driver is asked to keep it, and the reason of a refusal is looked up after it."""

ASKING_S = 0.8
"""For each of the three steps by which a silent address is asked why; together they fit into the margin."""

BACKLOG_GRAB_S = 0.01
"""A picture that comes faster was waiting: FFmpeg keeps what it read while it looked at the stream (RTSP: 20 pictures, measured)."""

MOST_BACKLOG = 120
"""Pictures thrown away at most; then the machine is too slow to tell which are new."""

SMALLEST_SIDE_PX = 16
"""A picture below this is a broken header: no camera sends it."""

_QUIET = {"OPENCV_FFMPEG_LOGLEVEL": "-8", "OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT": "2"}
"""FFmpeg writes addresses with their passwords to stderr; a V4L2 device that is silent for 2 s (10 otherwise) is given up."""


class Capture(Protocol):
    """The part of `cv2.VideoCapture` that is used."""

    def grab(self) -> bool:
        """Wait for the next picture; False when there will be none."""

    def retrieve(self) -> tuple[bool, NDArray[np.uint8]]:
        """Decode what was grabbed, into an array of its own."""

    def release(self) -> None:
        """Let go of the device."""


class Camera:
    """A live source of frames; `spec` is a name, a part of one, a number, or an http or rtsp address."""

    pace = Pace.LIVE

    def __init__(
        self,
        spec: str,
        settings: CaptureSettings,
        now: Callable[[], float],
        connect: Callable[[str, CaptureSettings], Capture] | None = None,
    ) -> None:
        self.label = f"Camera {spec.strip()}" if spec.strip().isdecimal() else without_secrets(spec)
        self._spec = spec
        self._settings = settings
        self._now = now
        self._connect = connect or open_capture
        self._holder: _Holder | None = None
        self._stopped = False
        self._next_index = 0

    def open(self) -> None:
        """Take hold of the camera; raises SourceUnavailable. Returns early when it is stopped meanwhile."""
        self.close()
        self._stopped = False
        holder = _Holder(self._spec, self.label, self._settings, self._now, self._connect, first_index=self._next_index)
        self._holder = holder
        holder.start()
        if self._stopped:
            holder.stop()
        try:
            holder.wait_until_open(self._settings.camera_open_timeout_ms / 1000)
        except SourceUnavailable:
            self.close()
            raise

    def items(self) -> Iterator[Frame]:
        """Frames in their order; raises SourceUnavailable when none comes within the read timeout, or the device is gone."""
        first = True
        while (holder := self._holder) is not None and not self._stopped:
            slowest_ms = max(self._settings.camera_read_timeout_ms, self._settings.camera_open_timeout_ms * first)
            frame = holder.take(slowest_ms / 1000)
            if frame is None or self._stopped:
                return
            first = False
            yield frame

    def stop(self) -> None:
        """End `items` (or a waiting `open`) at once."""
        self._stopped = True
        if self._holder:
            self._holder.stop()

    def close(self) -> None:
        """Let go of the camera."""
        if self._holder:
            self._holder.stop()
            self._next_index = self._holder.join(LET_GO_S)
            self._holder = None


class _Holder:
    """Holds one camera from opening to release, on its own thread; keeps its newest frames."""

    def __init__(
        self,
        spec: str,
        label: str,
        settings: CaptureSettings,
        now: Callable[[], float],
        connect: Callable[[str, CaptureSettings], Capture],
        first_index: int,
    ) -> None:
        self._spec = spec
        self._label = label
        self._settings = settings
        self._now = now
        self._connect = connect
        self._index = first_index
        self._changed = Condition()
        self._open = False
        self._stopped = False
        self._frames: deque[Frame] = deque(maxlen=PICTURES_WAITING)
        self._failure: Failure | None = None
        self._thread = Thread(target=self._run, name=f"affectograph-camera-{label}")

    def start(self) -> None:
        """Begin to open."""
        self._thread.start()

    def wait_until_open(self, timeout_s: float) -> None:
        """Return when the camera is open or stopped; raises SourceUnavailable. One that opened and then failed is told by `take`."""
        with self._changed:
            told = self._changed.wait_for(lambda: self._open or self._stopped or self._failure, timeout_s + OPENING_MARGIN_S)
            if self._failure and not self._open:
                raise SourceUnavailable(self._failure)
        if not told:
            raise SourceUnavailable(
                Failure(
                    f"The camera “{self._label}” cannot be opened.",
                    f"Its driver has not answered for {timeout_s + OPENING_MARGIN_S:g} s.",
                    "Unplug it and plug it in again.",
                )
            )

    def take(self, timeout_s: float) -> Frame | None:
        """Wait for a frame that was not taken yet; None when stopped. Raises SourceUnavailable when it is lost or stalls."""
        with self._changed:
            self._changed.wait_for(lambda: self._frames or self._stopped or self._failure, timeout_s)
            if self._stopped:
                return None
            if not self._frames:
                raise SourceUnavailable(self._failure or stalled(self._label, timeout_s))
            return self._frames.popleft()

    def stop(self) -> None:
        """Let go soon; frees who waits."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def join(self, timeout_s: float) -> int:
        """Wait until the device is free; returns an index above all that were given, with a gap: frames were lost in between."""
        self._thread.join(timeout_s)
        if self._thread.is_alive():
            logger.error("The driver of “%s” does not come back; the thread %s waits for it", self._label, self._thread.name)
        return self._index + 1

    def _run(self) -> None:
        try:
            capture = self._connect(self._spec, self._settings)
            try:
                self._say_open()
                self._grab_until_stopped(capture)
            finally:
                capture.release()
        except SourceUnavailable as error:
            self._fail(error.failure)
        except Exception as error:
            logger.exception("The camera %s failed", self._label)
            self._fail(lost(self._label, f"Its driver failed ({type(error).__name__})."))

    def _grab_until_stopped(self, capture: Capture) -> None:
        while not self._stopped:
            began = self._now()
            if not capture.grab():
                timeout_s = self._settings.camera_read_timeout_ms / 1000
                waited_s = self._now() - began
                raise SourceUnavailable(
                    stalled(self._label, timeout_s) if waited_s > 0.9 * timeout_s else lost(self._label, "The connection ended.")
                )
            at = self._now()
            decoded, image = capture.retrieve()
            if not decoded:
                raise SourceUnavailable(lost(self._label, "A picture of it could not be decoded."))
            check_picture(image, self._label, self._settings)
            with self._changed:
                self._frames.append(Frame(image, at, self._index))
                self._index += 1
                self._changed.notify_all()

    def _say_open(self) -> None:
        with self._changed:
            self._open = True
            self._changed.notify_all()

    def _fail(self, failure: Failure) -> None:
        with self._changed:
            self._failure = failure
            self._changed.notify_all()


def stalled(label: str, timeout_s: float) -> Failure:
    """The camera is there, but no picture comes."""
    return Failure(
        f"The camera “{label}” has stopped.",
        f"It has sent no picture for {timeout_s:g} s.",
        "Check its cable or its network; it is tried again.",
    )


def lost(label: str, why: str) -> Failure:
    """The camera is gone."""
    return Failure(f"The camera “{label}” was lost.", why, "Check its cable or its network; it is tried again.")


def check_picture(image: NDArray[np.uint8], label: str, settings: CaptureSettings) -> None:
    """Raise SourceUnavailable unless `image` is BGR uint8 (height, width, 3) of a size that a camera has."""
    height, width = image.shape[:2]
    if image.dtype != np.uint8 or image.shape[2:] != (3,):
        raise SourceUnavailable(lost(label, "It sends pictures in a format that is not known."))
    check_size(width, height, label, settings)


def check_size(width: int, height: int, label: str, settings: CaptureSettings) -> None:
    """Raise SourceUnavailable for a size that no camera has (0 x 0: not known yet)."""
    if width * height > settings.largest_picture_px or 0 < min(width, height) < SMALLEST_SIDE_PX:
        raise SourceUnavailable(
            Failure(
                f"The camera “{label}” cannot be used.",
                f"Its pictures are said to be {width} x {height} pixels.",
                "Choose another size on the camera's own page; the largest allowed is the setting capture.largest_picture_px.",
            )
        )


def open_capture(spec: str, settings: CaptureSettings) -> Capture:
    """The device or stream that `spec` means, opened; raises SourceUnavailable."""
    if is_address(spec):
        return _open_stream(spec.strip(), settings)
    return _open_device(find_camera(spec), settings)


def opens(number: int) -> bool:
    """Whether the camera of this number opens; lights its lamp for a moment."""
    cv2 = quiet_opencv()
    capture = cv2.VideoCapture(number, _driver(cv2))
    try:
        return bool(capture.isOpened())
    finally:
        capture.release()


def quiet_opencv() -> Any:
    """OpenCV without its messages on stderr, and with one thread: more only add jitter (docs: measured on 640x480)."""
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    import cv2  # noqa: PLC0415  loaded when a camera is opened

    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    cv2.setNumThreads(1)
    return cv2


def _open_stream(url: str, settings: CaptureSettings) -> Capture:
    if refused := refused_address(url):
        raise SourceUnavailable(refused)
    cv2 = quiet_opencv()
    limits = {
        cv2.CAP_PROP_OPEN_TIMEOUT_MSEC: settings.camera_open_timeout_ms,
        cv2.CAP_PROP_READ_TIMEOUT_MSEC: settings.camera_read_timeout_ms,
        cv2.CAP_PROP_N_THREADS: 1,  # FFmpeg's frame threads would hold pictures back
    }
    capture = cv2.VideoCapture(url, cv2.CAP_FFMPEG, [number for pair in limits.items() for number in pair])
    if not capture.isOpened():
        capture.release()
        raise SourceUnavailable(why_no_stream(url, ASKING_S))
    checked = _checked(capture, without_secrets(url), settings, cv2)
    skip_backlog(checked)
    return checked


def skip_backlog(capture: Capture, ticks: Callable[[], float] = time.perf_counter) -> None:
    """Throw away the pictures that were waiting, which would all be stamped as of now; ends with the first that had to be waited for."""
    for _ in range(MOST_BACKLOG):
        began = ticks()
        if not capture.grab() or ticks() - began > BACKLOG_GRAB_S:
            return


def _open_device(camera: CameraDevice, settings: CaptureSettings) -> Capture:
    cv2 = quiet_opencv()
    capture = cv2.VideoCapture(camera.number, _driver(cv2))
    if not capture.isOpened():
        capture.release()
        raise SourceUnavailable(why_no_device(camera))
    wanted = {
        "FOURCC": cv2.VideoWriter.fourcc(*"MJPG"),
        "FRAME_WIDTH": settings.camera_width_px,
        "FRAME_HEIGHT": settings.camera_height_px,
        "FPS": settings.camera_fps,
        "BUFFERSIZE": 1,
    }
    refused = [name for name, value in wanted.items() if not capture.set(getattr(cv2, f"CAP_PROP_{name}"), value)]
    if refused:
        logger.info("The camera “%s” keeps its own %s", camera.name, ", ".join(refused))
    return _checked(capture, camera.name, settings, cv2)


def _checked(capture: Any, label: str, settings: CaptureSettings, cv2: Any) -> Capture:
    """`capture`, unless its header tells an impossible size: refused before a picture of it is decoded."""
    try:
        check_size(int(capture.get(cv2.CAP_PROP_FRAME_WIDTH)), int(capture.get(cv2.CAP_PROP_FRAME_HEIGHT)), label, settings)
    except SourceUnavailable:
        capture.release()
        raise
    return capture  # type: ignore[no-any-return]


def _driver(cv2: Any) -> int:
    """The system's own way to cameras, so that numbers mean what `capture.devices` lists."""
    return int({"linux": cv2.CAP_V4L2, "darwin": cv2.CAP_AVFOUNDATION, "win32": cv2.CAP_DSHOW}.get(sys.platform, cv2.CAP_ANY))


def why_no_device(camera: CameraDevice) -> Failure:
    """Why a camera that is listed does not open."""
    what = f"The camera “{camera.name}” cannot be opened."
    if camera.path and not Path(camera.path).exists():
        return Failure(what, "It was unplugged.", "Plug it in again.")
    if camera.path and not os.access(camera.path, os.R_OK | os.W_OK):
        return Failure(
            what,
            f"You have no permission to use {camera.path}.",
            "`sudo usermod -aG video $USER`, then log out and in again.",
        )
    if holders := programs_that_hold(camera.path):
        return Failure(what, f"It is used by {', '.join(holders)}.", "Close that program, then try again.")
    return Failure(what, "Another program uses it, or its driver does not answer.", "Close other video programs, or plug it in again.")


def programs_that_hold(path: str, processes: Path = Path("/proc")) -> list[str]:
    """Names of the other programs that have the file open, as far as they may be seen (Linux)."""
    if not path or not processes.is_dir():
        return []
    names: set[str] = set()
    for process in processes.iterdir():
        if process.name.isdecimal() and int(process.name) != os.getpid():
            try:
                if any(handle.readlink() == Path(path) for handle in (process / "fd").iterdir()):
                    names.add((process / "comm").read_text(encoding="utf-8", errors="replace").strip())
            except OSError:
                continue  # it ended meanwhile, or belongs to somebody else
    return sorted(names)
