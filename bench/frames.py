"""One side of the comparison, as a process of its own: decode to reading over films. Prints a line of JSON.

usage: python -m bench.frames FILM...
"""

import json
import resource
import sys
import time
from pathlib import Path

from capture.media_file import MediaVideo
from core.readings import FaceReading
from core.settings import Settings
from models.face.reader import FaceReader


def main(films: list[str]) -> None:
    """Every frame of every film through the face lane; processor time from the first decoded byte to the last reading."""
    settings = Settings()
    frames = faces = 0
    milliseconds: list[float] = []
    warm = FaceReader(settings.face)
    warm.warm_up()
    began = time.process_time()
    for film in films:
        source, reader = MediaVideo(Path(film), settings.capture), FaceReader(settings.face)
        source.open()
        for frame in source.items():
            before = time.thread_time()
            reading = reader.read(frame)
            milliseconds.append((time.thread_time() - before) * 1000)
            frames += 1
            faces += isinstance(reading, FaceReading) and reading.box is not None
        source.close()
    spent = time.process_time() - began
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    worst = sorted(milliseconds)[-3:]
    sys.stdout.write(json.dumps({"frames": frames, "faces": faces, "cpu_s": spent, "peak_mb": peak_mb, "slowest_frames_ms": worst}) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
