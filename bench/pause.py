"""What a pause in speech costs: features, descriptors and network of the segment that ended, as a process of its own.

usage: python -m bench.pause FILM
"""

import json
import sys
import time
from pathlib import Path

from capture.media_file import MediaSound
from core.settings import Settings
from models.voice.reader import VoiceReader


def main(film: str) -> None:
    """Processor milliseconds of each chunk that ended a segment, and of the other chunks."""
    settings = Settings()
    source, reader = MediaSound(Path(film), settings.capture), VoiceReader(settings.voice)
    reader.warm_up()
    source.open()
    ended: list[float] = []
    others: list[float] = []
    for chunk in source.items():
        before = time.thread_time()
        reading = reader.read(chunk)
        spent = (time.thread_time() - before) * 1000
        (ended if reading is not None and reading.probabilities else others).append(spent)
    source.close()
    sys.stdout.write(json.dumps({"segments_ms": ended, "chunks_ms": others}) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
