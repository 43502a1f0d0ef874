"""Trying a device for a moment: what `doctor` and the window say about it. Nothing is raised; the failure is part of the answer."""

import math
from dataclasses import dataclass

import numpy as np

from capture.camera import Camera
from capture.microphone import Microphone
from core.clock import SessionClock
from core.failures import Failure, SourceUnavailable
from core.levels import QUIETEST_DBFS, sound_level
from core.settings import CaptureSettings

TRIED_S = 1.0


@dataclass(frozen=True, slots=True)
class CameraCheck:
    """Whether a camera gives pictures: their size, how many a second came, and what is wrong otherwise."""

    works: bool
    width_px: int = 0
    height_px: int = 0
    fps: float = math.nan
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class MicrophoneCheck:
    """Whether a microphone gives sound: its level (dBFS), whether it was clipped or gave only zeros, and what is wrong otherwise."""

    works: bool
    rms_dbfs: float = QUIETEST_DBFS
    peak_dbfs: float = QUIETEST_DBFS
    clipped: bool = False
    only_zeros: bool = False
    failure: Failure | None = None


def check_camera(spec: str, settings: CaptureSettings, seconds: float = TRIED_S) -> CameraCheck:
    """Open the camera and watch it for `seconds`."""
    camera = Camera(spec, settings, SessionClock().now)
    times = []
    try:
        camera.open()
        for frame in camera.items():
            times.append(frame.at)
            if frame.at - times[0] >= seconds:
                height, width = frame.image.shape[:2]
                return CameraCheck(True, width, height, (len(times) - 1) / (times[-1] - times[0]))
    except SourceUnavailable as error:
        return CameraCheck(False, failure=error.failure)
    finally:
        camera.close()
    raise AssertionError("a camera that nobody stops ends only by a failure")


def check_microphone(spec: str, settings: CaptureSettings, seconds: float = TRIED_S) -> MicrophoneCheck:
    """Open the microphone and listen for `seconds`."""
    microphone = Microphone(spec, settings, SessionClock().now)
    heard, heard_s = [], 0.0
    try:
        microphone.open()
        for chunk in microphone.items():
            heard.append(chunk.samples)
            heard_s += len(chunk.samples) / chunk.sample_rate
            if heard_s >= seconds:
                samples = np.concatenate(heard)
                return MicrophoneCheck(True, *sound_level(samples), only_zeros=not samples.any())
    except SourceUnavailable as error:
        return MicrophoneCheck(False, failure=error.failure)
    finally:
        microphone.close()
    raise AssertionError("a microphone that nobody stops ends only by a failure")
