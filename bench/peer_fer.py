"""The other side: the PyPI package fer over the same films, in its own environment (`make bench-peer`). Prints a line of JSON.

usage: .venv-peer/bin/python bench/peer_fer.py FILM...     It imports nothing of this project.
"""

import json
import resource
import sys
import time

import cv2
from fer.fer import FER


def main(films: list[str]) -> None:
    """Every frame of every film through `FER.detect_emotions`, as its own examples call it."""
    cv2.setNumThreads(1)
    detector = FER(mtcnn=False)
    frames = faces = 0
    ok, first = cv2.VideoCapture(films[0]).read()
    detector.detect_emotions(first)
    began = time.process_time()
    for film in films:
        capture = cv2.VideoCapture(film)
        while True:
            ok, image = capture.read()
            if not ok:
                break
            frames += 1
            faces += bool(detector.detect_emotions(image))
    spent = time.process_time() - began
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(json.dumps({"frames": frames, "faces": faces, "cpu_s": spent, "peak_mb": peak_mb}) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
