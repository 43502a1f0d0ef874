"""Which cameras and microphones there are, and which of them a person means by a name or a number.

Linux: cameras by the names that the kernel gives them, without opening a stream (milliseconds). macOS and Windows give no names
without a further library, so there the first few numbers are tried; this takes about a second a camera and its lamp lights up.
Microphones come from PortAudio, which reads the list when it is initialised: while one is in use, a new one is not seen.
"""

import errno
import os
import re
import struct
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from capture.portaudio import PORTAUDIO_LOCK, initialised_portaudio
from core.failures import Failure, SourceUnavailable

SYSTEM_CAMERAS = Path("/sys/class/video4linux")
DEVICE_FILES = Path("/dev")

NUMBERS_TRIED = 4
"""Cameras looked for where the system gives no names; the first number without one ends the search."""

PREFERRED_HOSTS = ("ALSA", "Core Audio", "Windows WASAPI", "Windows DirectSound", "MME")
"""One host's list only: on Windows, each repeats the same microphones, and MME cuts their names at 31 letters."""

DEFAULT_MICROPHONE = "default"

QUERY_CAPABILITIES = 0x80685600
"""VIDIOC_QUERYCAP = _IOR('V', 0, struct v4l2_capability), whose 104 bytes are the format below (linux/videodev2.h)."""

CAPABILITIES = struct.Struct("16s32s32sIII12x")
CAN_CAPTURE = 0x1 | 0x1000
"""V4L2_CAP_VIDEO_CAPTURE and its multi-planar form; the nodes that carry only metadata have neither."""

HAS_OWN_CAPABILITIES = 0x80000000


@dataclass(frozen=True, slots=True)
class CameraDevice:
    """A camera: a name that no other has, the system's number, and its device file ("" where there is none)."""

    name: str
    number: int
    path: str


@dataclass(frozen=True, slots=True)
class MicrophoneDevice:
    """A microphone: its name, PortAudio's number, host API, whether it is the default, its own rate in Hz and its channels."""

    name: str
    number: int
    host_api: str
    is_default: bool
    rate_hz: int
    channels: int


def list_cameras() -> list[CameraDevice]:
    """All cameras, by number."""
    return linux_cameras() if sys.platform == "linux" else numbered_cameras()


def linux_cameras(system: Path = SYSTEM_CAMERAS, device_files: Path = DEVICE_FILES) -> list[CameraDevice]:
    """The capturing nodes of Video4Linux."""
    if not system.is_dir():
        return []
    numbers = sorted(int(node.name[5:]) for node in system.iterdir() if re.fullmatch(r"video\d+", node.name))
    found = [
        (plain_name((system / f"video{number}" / "name").read_text(encoding="utf-8", errors="replace")), number)
        for number in numbers
        if can_capture(device_files / f"video{number}")
    ]
    names = distinct([name for name, _ in found])
    return [CameraDevice(name, number, str(device_files / f"video{number}")) for name, (_, number) in zip(names, found, strict=True)]


def numbered_cameras() -> list[CameraDevice]:
    """Where only trying tells: cameras 0, 1, ... up to the first that does not open."""
    from capture.camera import opens  # noqa: PLC0415  OpenCV is loaded when it is needed

    cameras: list[CameraDevice] = []
    while len(cameras) < NUMBERS_TRIED and opens(len(cameras)):
        cameras.append(CameraDevice(f"Camera {len(cameras)}", len(cameras), ""))
    return cameras


def can_capture(device_file: Path) -> bool:
    """Whether the node gives pictures; one that may not be asked counts, so that opening it can say why it is refused."""
    from fcntl import ioctl  # noqa: PLC0415  not there on Windows

    answer = bytearray(CAPABILITIES.size)
    try:
        handle = os.open(device_file, os.O_RDWR | os.O_NONBLOCK)
    except OSError as error:
        return error.errno in (errno.EACCES, errno.EPERM, errno.EBUSY)
    try:
        ioctl(handle, QUERY_CAPABILITIES, answer)
    except OSError:
        return False
    finally:
        os.close(handle)
    return gives_pictures(bytes(answer))


def gives_pictures(answer: bytes) -> bool:
    """Reads a `struct v4l2_capability`: the node's own capabilities where the driver tells them, else the whole device's."""
    *_, whole_device, node = CAPABILITIES.unpack(answer)
    return bool((node if whole_device & HAS_OWN_CAPABILITIES else whole_device) & CAN_CAPTURE)


def plain_name(name: str) -> str:
    """The USB driver writes the name twice, the second time cut off: "Integrated Camera: Integrated C"."""
    first, _, second = name.strip().partition(": ")
    return first if second and first.startswith(second) else name.strip()


def distinct(names: Sequence[str]) -> list[str]:
    """Names that can be told apart: the second "Webcam" becomes "Webcam (2)"."""
    return [name if (count := names[: place + 1].count(name)) == 1 else f"{name} ({count})" for place, name in enumerate(names)]


def list_microphones() -> list[MicrophoneDevice]:
    """All microphones of the system's preferred host, the default one first; raises SourceUnavailable where PortAudio is missing."""
    with PORTAUDIO_LOCK:
        audio = initialised_portaudio()
        try:
            return microphones_of(audio)
        finally:
            audio.terminate()


def microphones_of(audio: Any) -> list[MicrophoneDevice]:
    """The microphones that an initialised PyAudio knows."""
    hosts = [audio.get_host_api_info_by_index(number) for number in range(audio.get_host_api_count())]
    inputs = [
        info for number in range(audio.get_device_count()) if (info := audio.get_device_info_by_index(number))["maxInputChannels"] > 0
    ]
    for host in sorted(hosts, key=lambda host: preference(host["name"])):
        here = [info for info in inputs if info["hostApi"] == host["index"]]
        if here:
            names = distinct([info["name"].strip() for info in here])
            found = [
                MicrophoneDevice(
                    name,
                    info["index"],
                    host["name"],
                    info["index"] == host["defaultInputDevice"],
                    round(info["defaultSampleRate"]),
                    info["maxInputChannels"],
                )
                for name, info in zip(names, here, strict=True)
            ]
            return sorted(found, key=lambda one: not one.is_default)
    return []


def preference(host_name: str) -> int:
    """Place of a host API in PREFERRED_HOSTS; others come last."""
    return PREFERRED_HOSTS.index(host_name) if host_name in PREFERRED_HOSTS else len(PREFERRED_HOSTS)


def find_camera(spec: str) -> CameraDevice:
    """The camera that a name, a part of a name, a number or a device file means; raises SourceUnavailable."""
    cameras = list_cameras()
    return cameras[chosen(spec, "camera", [one.name for one in cameras], [(str(one.number), one.path) for one in cameras])]


def find_microphone(spec: str) -> MicrophoneDevice:
    """The microphone that a name, a part of a name, a number or "default" means; raises SourceUnavailable."""
    return chosen_microphone(spec, list_microphones())


def chosen_microphone(spec: str, microphones: Sequence[MicrophoneDevice]) -> MicrophoneDevice:
    """As `find_microphone`, from a list."""
    names = [one.name for one in microphones]
    aliases = [(str(one.number), DEFAULT_MICROPHONE if one.is_default else "") for one in microphones]
    return microphones[chosen(spec, "microphone", names, aliases)]


def matching(spec: str, names: Sequence[str], aliases: Sequence[tuple[str, ...]]) -> list[int]:
    """Places meant by `spec`: an alias or exact name, else the name in other case, else every name that contains it."""
    wanted = spec.strip().casefold()
    exact = [place for place, name in enumerate(names) if spec.strip() == name]
    alias = [place for place, others in enumerate(aliases) if spec.strip() and spec.strip() in others]
    folded = [place for place, name in enumerate(names) if wanted == name.casefold()]
    part = [place for place, name in enumerate(names) if wanted and wanted in name.casefold()]
    return exact or alias or folded or ([] if wanted.isdecimal() else part)


def chosen(spec: str, kind: str, names: Sequence[str], aliases: Sequence[tuple[str, ...]]) -> int:
    """The one place meant by `spec`; raises SourceUnavailable when there is none, or more than one."""
    places = matching(spec, names, aliases)
    if len(places) == 1:
        return places[0]
    shown = without_secrets(spec)
    there = ", ".join(f"“{name}”" for name in names)
    if not names:
        failure = Failure(
            f"There is no {kind}.",
            f"The system knows of none, so “{shown}” cannot be opened.",
            f"Connect a {kind}, or choose the demonstration.",
        )
    elif not places:
        failure = Failure(
            f"There is no {kind} “{shown}”.", f"There is: {there}.", f"Choose one of these; `main.py devices` lists each {kind}."
        )
    else:
        several = ", ".join(f"“{names[place]}”" for place in places)
        failure = Failure(f"“{shown}” can mean more than one {kind}.", f"It fits {several}.", "Write more of the name.")
    raise SourceUnavailable(failure)


def without_secrets(spec: str) -> str:
    """`spec` as it may be shown: of an address neither user and password nor what follows the path (it may hold a key)."""
    scheme, separator, rest = spec.strip().rpartition("://")
    shown = rest.rpartition("@")[2]
    return f"{scheme}{separator}{re.split('[?#]', shown)[0]}" if separator else shown
