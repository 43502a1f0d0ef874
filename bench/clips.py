"""The films that are measured on: real clips where a folder of them is given, else the program's own demonstration."""

from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from capture.media_file import MediaSound, MediaVideo, probe
from capture.source import Pace
from capture.test_pattern import DemonstrationSound, DemonstrationVideo
from core.media import VOICE_RATE_HZ, AudioChunk, Frame
from core.settings import CaptureSettings

WIDTH, HEIGHT, FPS = 640, 480, 30
FACE_CLIPS = (
    "talking_1.mp4",
    "sad_to_happy_silent.mp4",
    "neutral_surprise_neutral.mp4",
    "face_leaves_vfr_hevc.mov",
    "two_faces_talking.mp4",
)
"""Of the shared clips: one face, little light, motion, a lost face, two faces."""

SPEECH_CLIPS = ("talking_1.mp4", "talking_2.mp4", "talking_3.mp4")
DEMONSTRATION_S = 20.0


def face_films(data: Path | None, folder: Path) -> list[Path]:
    """640x480 H.264 files, one for each clip (or one of the demonstration)."""
    if data is None:
        return [_demonstration_film(folder)]
    return [_film(data / name, folder / f"{Path(name).stem}.mp4") for name in FACE_CLIPS]


def minute_film(data: Path | None, folder: Path, seconds: float = 60.0) -> Path:
    """One film with picture and sound, `seconds` long: the speaking clips one after the other, again and again."""
    if data is None:
        return _demonstration_film(folder)
    frames: list[Frame] = []
    chunks: list[AudioChunk] = []
    for name in SPEECH_CLIPS:
        frames += _read(MediaVideo(data / name, CaptureSettings()))
        chunks += _read(MediaSound(data / name, CaptureSettings()))
    fps = probe(data / SPEECH_CLIPS[0], CaptureSettings()).average_fps or FPS
    images = [_fitted(frame.image) for frame in frames]
    sound = np.concatenate([chunk.samples for chunk in chunks])
    count, samples = int(seconds * fps), int(seconds * VOICE_RATE_HZ)
    repeated = [images[n % len(images)] for n in range(count)]
    return _write(folder / "minute.mp4", repeated, fps, np.resize(sound, samples))


def jpegs(film: Path, quality: int = 85) -> list[bytes]:
    """The film's pictures as a webcam would send them."""
    options = [cv2.IMWRITE_JPEG_QUALITY, quality]
    return [cv2.imencode(".jpg", frame.image, options)[1].tobytes() for frame in _read(MediaVideo(film, CaptureSettings()))]


def _film(source: Path, target: Path) -> Path:
    frames = _read(MediaVideo(source, CaptureSettings()))
    fps = (len(frames) - 1) / (frames[-1].at - frames[0].at)
    return _write(target, [_fitted(frame.image) for frame in frames], round(fps), None)


def _demonstration_film(folder: Path) -> Path:
    images = [f.image for f in _read(DemonstrationVideo(seed=0, fps=FPS, seconds=DEMONSTRATION_S, pace=Pace.RECORDED))]
    sound = [chunk.samples for chunk in _read(DemonstrationSound(seed=0, seconds=DEMONSTRATION_S, pace=Pace.RECORDED))]
    return _write(folder / "demonstration.mp4", images, FPS, np.concatenate(sound))


def _read(source: object) -> list:  # type: ignore[type-arg]
    source.open()  # type: ignore[attr-defined]
    try:
        return list(source.items())  # type: ignore[attr-defined]
    finally:
        source.close()  # type: ignore[attr-defined]


def _fitted(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Scaled to fit 640x480, grey beside it."""
    scale = min(WIDTH / image.shape[1], HEIGHT / image.shape[0])
    width, height = round(image.shape[1] * scale), round(image.shape[0] * scale)
    fitted = np.full((HEIGHT, WIDTH, 3), 110, np.uint8)
    top, left = (HEIGHT - height) // 2, (WIDTH - width) // 2
    fitted[top : top + height, left : left + width] = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)
    return fitted


def _write(path: Path, images: list[NDArray[np.uint8]], fps: float, sound: NDArray[np.float32] | None) -> Path:
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=Fraction(fps).limit_denominator(1001), options={"crf": "20", "preset": "veryfast"})
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        audio = container.add_stream("aac", rate=VOICE_RATE_HZ, layout="mono") if sound is not None else None
        for image in images:
            container.mux(video.encode(av.VideoFrame.from_ndarray(image, format="bgr24")))
        container.mux(video.encode(None))
        if audio is not None and sound is not None:
            frame = av.AudioFrame.from_ndarray(sound[np.newaxis].astype(np.float32), format="fltp", layout="mono")
            frame.sample_rate = VOICE_RATE_HZ
            fifo = av.AudioFifo()
            fifo.write(frame)
            while (piece := fifo.read(1024)) is not None:
                container.mux(audio.encode(piece))
            container.mux(audio.encode(None))
    return path
