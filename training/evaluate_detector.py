"""Measure the face detector against the plain cascade: `python -m training.evaluate_detector --data DIR`.

Every clip of DIR/video and every photo of DIR/photos (shown for a second), at 640 wide. A face counts when the plain cascade finds it and
it is one (once, also when the plain cascade boxes it twice); it is found when a box of the detector matches it in that very frame.
A still begins without anything that led to its faces, so the shares are told twice: of all frames, and without the first 0.3 s of
each scene. CPU time is the thread's own, the least of the repetitions for each frame, so that other programs are not counted.
"""

import argparse
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from core.readings import Box
from models.face.detector import FaceDetector, intersection_over_union, load_cascade, scaled_box
from models.face.tracking_detector import TrackingDetector

WIDTH_PX = 640
STILL_FRAMES = 30
FRAMES_AWAY = 30
SETTLED_S = 0.3
"""From then on a scene's faces should all have been found; a still photo begins with faces that nothing has led to."""
MATCH = 0.5
TRUE_MATCH = 0.25
"""The boxes of the photos are tighter than the cascade's."""

CASCADE, SMALLEST_PX = "frontalface_default", 50


@dataclass(frozen=True, slots=True)
class Shown:
    """What a clip shows, by eye: every true face is at least `least` of the width wide and lies above `bottom` of the height."""

    least: float
    bottom: float = 1.0


NOBODY = Shown(least=9.0)

CLIPS: dict[str, Shown] = {
    "face_leaves_vfr_hevc.mov": Shown(0.25),
    "neutral_smile_neutral_no_audio.mp4": Shown(0.4),
    "neutral_surprise_neutral.mp4": Shown(0.4),
    "neutral_to_smile.mp4": Shown(0.25),
    "no_face_but_speech.mp4": NOBODY,
    "no_face_cartoon.mp4": NOBODY,
    "portrait_selfie_no_audio.mp4": Shown(0.5),
    "rotated_by_metadata.mp4": Shown(0.5),
    "sad_to_happy_silent.mp4": Shown(0.3),
    "second_face_enters_no_audio.mkv": Shown(0.1, bottom=0.3),
    "talking_1.mp4": Shown(0.4),
    "talking_2.mp4": Shown(0.4),
    "talking_2_vp9_opus.webm": Shown(0.4),
    "talking_3.mp4": Shown(0.4),
    "talking_dark.mp4": Shown(0.3),
    "two_faces_talking.mp4": Shown(0.2),
}

PHOTOS: dict[str, tuple[tuple[float, float, float], ...]] = {
    "dlib_dogs_noface.jpg": (),
    "pyfeat_noface_mountain.jpg": (),
    "fr_two_people.jpg": ((0.21, 0.04, 0.16), (0.70, 0.10, 0.15)),
    "pexels_angry.jpg": ((0.09, 0.39, 0.76),),
    "pexels_group.jpeg": ((0.14, 0.20, 0.11), (0.23, 0.01, 0.13), (0.47, 0.07, 0.12), (0.72, 0.23, 0.13)),
    "pexels_happy_baby.jpeg": ((0.35, 0.09, 0.25),),
    "pexels_neutral.jpeg": ((0.22, 0.33, 0.60),),
    "pexels_sad_baby.jpeg": ((0.25, 0.01, 0.64),),
    "pexels_surprised.jpeg": ((0.56, 0.28, 0.20),),
}
"""Faces in the photos without boxes of their own, by eye: left, top, side, all in shares of the width."""


@dataclass(slots=True)
class Score:
    """Counts over one clip or photo, and the CPU milliseconds of each frame."""

    name: str
    faces: int = 0
    found: int = 0
    settled_faces: int = 0
    settled_found: int = 0
    false: int = 0
    plain_false: int = 0
    ms: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Scene:
    """Frames (640 wide, BGR) with their times in seconds, and whether a box is a true face there."""

    name: str
    frames: list[NDArray[np.uint8]]
    at: list[float]
    shown: Shown | tuple[Box, ...]

    def is_face(self, box: Box) -> bool:
        """Whether a person would call it a face."""
        if isinstance(self.shown, Shown):
            height = self.frames[0].shape[0]
            return box.width >= self.shown.least * WIDTH_PX and box.y + box.height <= self.shown.bottom * height + box.height * 0.1
        return any(intersection_over_union(box, face) >= TRUE_MATCH for face in self.shown)

    def faces_of(self, boxes: list[Box]) -> list[list[Box]]:
        """The true faces among `boxes`, each with its boxes: the plain cascade boxes some faces of the photos twice."""
        if isinstance(self.shown, Shown):
            return [[box] for box in boxes if self.is_face(box)]
        of_face: dict[int, list[Box]] = {}
        for box in filter(self.is_face, boxes):
            shares = [intersection_over_union(box, face) for face in self.shown]
            of_face.setdefault(shares.index(max(shares)), []).append(box)
        return list(of_face.values())


def scenes(data: Path) -> Iterator[Scene]:
    """All clips, then all photos."""
    for name, shown in CLIPS.items():
        yield clip(data / "video" / name, shown)
    for path, faces in _photos(data / "photos"):
        picture = at_width(cv2.imread(str(path)))
        yield Scene(path.name, [picture] * STILL_FRAMES, [i / 30 for i in range(STILL_FRAMES)], faces)


def clip(path: Path, shown: Shown) -> Scene:
    """A clip's frames and presentation times."""
    video, frames, at = cv2.VideoCapture(str(path)), [], []
    while True:
        there, frame = video.read()
        if not there:
            break
        frames.append(at_width(frame))
        at.append(video.get(cv2.CAP_PROP_POS_MSEC) / 1000)
    video.release()
    if not frames:
        raise FileNotFoundError(f"{path} is missing or holds no pictures")
    return Scene(path.name, frames, at, shown)


def at_width(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A picture 640 wide."""
    height, width = picture.shape[:2]
    size = (WIDTH_PX, round(height * WIDTH_PX / width))
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA if width > WIDTH_PX else cv2.INTER_LINEAR)  # type: ignore[return-value]


def plain_boxes(cascade: cv2.CascadeClassifier, picture: NDArray[np.uint8]) -> list[Box]:
    """What the plain full-frame cascade finds."""
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    boxes = cascade.detectMultiScale(grey, 1.1, 5, minSize=(SMALLEST_PX, SMALLEST_PX))
    return [scaled_box(box, 1.0) for box in boxes]


def measure(scene: Scene, plain: list[list[Box]], repetitions: int) -> Score:
    """The tracking detector over a scene from its first frame."""
    score = Score(scene.name)
    times = np.full((repetitions, len(scene.frames)), np.inf)
    for repetition in range(repetitions):
        detector = TrackingDetector(CASCADE, SMALLEST_PX)
        for i, frame in enumerate(scene.frames):
            started = time.thread_time()
            found = [one.box for one in detector.find(frame)]
            times[repetition, i] = 1000 * (time.thread_time() - started)
            if repetition == 0:
                _count(score, scene, plain[i], found, settled=scene.at[i] - scene.at[0] >= SETTLED_S)
    score.ms = times.min(axis=0).tolist()
    return score


def _count(score: Score, scene: Scene, plain: list[Box], found: list[Box], *, settled: bool) -> None:
    true = scene.faces_of(plain)
    matched = sum(any(intersection_over_union(box, one) >= MATCH for box in boxes for one in found) for boxes in true)
    score.faces += len(true)
    score.found += matched
    score.settled_faces += settled * len(true)
    score.settled_found += settled * matched
    score.false += sum(not scene.is_face(box) for box in found)
    score.plain_false += sum(not scene.is_face(box) for box in plain)


def seconds_to_recover(scene: Scene, plain: list[list[Box]], detector: FaceDetector) -> list[float]:
    """Media seconds until a face is found again after it was away for a second; one for each of four starts spread over the clip."""
    away = np.full_like(scene.frames[0], 110)
    waits = []
    for start in np.linspace(0, max(0, len(scene.frames) - 12), 4).astype(int):
        for _ in range(FRAMES_AWAY):
            detector.find(away)
        for i in range(start, len(scene.frames)):
            if any(scene.is_face(one.box) for one in detector.find(scene.frames[i])):
                waits.append(scene.at[i] - scene.at[start])
                break
            if not any(scene.is_face(box) for box in plain[start]):
                break
    return waits


def _photos(folder: Path) -> Iterator[tuple[Path, tuple[Box, ...]]]:
    for name, faces in PHOTOS.items():
        yield folder / name, tuple(scaled_box(np.array([x, y, side, side]), WIDTH_PX) for x, y, side in faces)
    for listing in sorted(folder.glob("dlib_*.xml")):
        for entry in re.finditer(r"<image file='([^']+)' width='(\d+)'.*?</image>", listing.read_text(encoding="utf-8"), re.DOTALL):
            sides = [
                np.array([int(re.search(rf"{side}='(-?\d+)'", box)[1]) for side in ("left", "top", "width", "height")])  # type: ignore[index]
                for box in re.findall(r"<box [^>]+>", entry[0])
            ]
            yield folder / f"dlib_{entry[1]}", tuple(scaled_box(one, WIDTH_PX / int(entry[2])) for one in sides)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with video/ and photos/")
    parser.add_argument("--repetitions", type=int, default=3, help="passes over which the least time of each frame is taken")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    cascade = load_cascade(CASCADE)
    print(f"{'scene':36s} {'faces':>6s} {'found':>6s} {'false':>6s} {'plain false':>12s} {'mean ms':>8s} {'worst ms':>9s} {'plain ms':>9s}")
    scores, waits, plain_ms = [], [], []
    for scene in scenes(options.data):
        started = time.thread_time()
        still = not isinstance(scene.shown, Shown)
        plain = [plain_boxes(cascade, frame) for frame in (scene.frames[:1] if still else scene.frames)]
        plain_ms.append(1000 * (time.thread_time() - started) / len(plain))
        plain = plain * len(scene.frames) if still else plain
        score = measure(scene, plain, options.repetitions)
        if not still:
            waits += seconds_to_recover(scene, plain, TrackingDetector(CASCADE, SMALLEST_PX))
        scores.append(score)
        print(
            f"{score.name[:36]:36s} {score.faces:6d} {score.found:6d} {score.false:6d} {score.plain_false:12d} {np.mean(score.ms):8.2f}"
            f" {max(score.ms):9.2f} {plain_ms[-1]:9.1f}",
            flush=True,
        )
    for title, some in (("clips", scores[: len(CLIPS)]), ("photos", scores[len(CLIPS) :]), ("all", scores)):
        ms = [one for score in some for one in score.ms]
        faces, found = sum(score.faces for score in some), sum(score.found for score in some)
        settled_faces, settled = sum(score.settled_faces for score in some), sum(score.settled_found for score in some)
        print(
            f"{title}: {100 * found / faces:.2f} % of {faces} faces in all frames,"
            f" {100 * settled / settled_faces:.2f} % of {settled_faces} without the first {SETTLED_S} s of each scene"
        )
        print(f"  false {sum(score.false for score in some)} (plain {sum(score.plain_false for score in some)})")
        print(f"  CPU ms a frame: mean {np.mean(ms):.2f}, median {np.median(ms):.2f}, worst {max(ms):.2f}")
        print(f"  frames over 15 ms: {sum(one > 15 for one in ms)} of {len(ms)}")
    print(f"recovery after a second away: worst {max(waits):.3f} s, median {np.median(waits):.3f} s, of {len(waits)}")


if __name__ == "__main__":
    main()
