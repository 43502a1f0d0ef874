"""Measures the index and the voice of speakers who say neutral sentences, as the program does: `python -m bench.reference_speakers DATA`.

DATA is a folder with the `manifest.csv` of speech corpora (docs/usual.md says which). It prints the table of `core.reference_speakers`.
"""

import argparse
import csv
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from capture.audio_files import read_sound
from core.fusion import Fuser
from core.labels import Modality
from core.media import VOICE_RATE_HZ, AudioChunk
from core.readings import Reading
from core.session import SessionInfo, SessionResults
from core.settings import Settings
from models.voice.reader import VoiceReader
from review.session_values import session_values

SECONDS = 60.0
PAUSE_S = 0.6
"""Between two sentences: long enough to end a segment of speech (`voice.min_silence_ms`)."""

CHUNK = VOICE_RATE_HZ // 10
INFO = SessionInfo(
    id=0, started_utc=datetime.now(UTC), ended_utc=None, zone="UTC", title="", recorded=True, sources={Modality.VOICE: "a speaker"}
)

LOW, HIGH = 10, 90
"""Percentiles between which four of five speakers lie."""


def speakers(folder: Path) -> dict[str, list[Path]]:
    """By speaker the clips in which a sentence is said neutrally."""
    found: dict[str, list[Path]] = {}
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if row["emotion"] == "neutral":
                found.setdefault(row["speaker"], []).append(folder / row["path"])
    return dict(sorted(found.items()))


def minute_of(clips: Sequence[Path]) -> NDArray[np.float32]:
    """The clips one after the other, with pauses, again and again."""
    pause = np.zeros(int(PAUSE_S * VOICE_RATE_HZ), np.float32)
    once = np.concatenate([part for clip in clips for part in (read_sound(clip), pause)])
    return np.resize(once, int(SECONDS * VOICE_RATE_HZ)).astype(np.float32)


def chunks_of(samples: NDArray[np.float32]) -> Iterator[AudioChunk]:
    """As a microphone gives them."""
    for index, start in enumerate(range(0, len(samples), CHUNK)):
        yield AudioChunk(samples[start : start + CHUNK], VOICE_RATE_HZ, start / VOICE_RATE_HZ, index)


def values_of(samples: NDArray[np.float32], settings: Settings) -> Mapping[str, float]:
    """One value a measure, as of a session of this sound alone."""
    reader, fuser = VoiceReader(settings.voice), Fuser(settings.fusion, ())
    readings: list[Reading] = [said for chunk in chunks_of(samples) if (said := reader.read(chunk)) is not None]
    if last := reader.finish():
        readings.append(last)
    for one in readings:
        fuser.add(one)
    scores = list(fuser.finish(SECONDS))
    return session_values(SessionResults(info=INFO, readings=readings, scores=scores)).values


def main() -> int:
    """Print the median and the middle four fifths of each measure over the speakers."""
    parser = argparse.ArgumentParser(prog="python -m bench.reference_speakers", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path, metavar="DATA", help="the folder with manifest.csv")
    found = speakers(parser.parse_args().data)
    settings = Settings()
    rows = [values_of(minute_of(clips), settings) for clips in found.values()]
    print(f"{len(rows)} speakers")  # noqa: T201  the script's only output
    for key in sorted({key for row in rows for key in row}):
        known = [row[key] for row in rows if key in row]
        low, middle, high = np.percentile(known, (LOW, 50, HIGH))
        print(f'    "{key}": Reference({low:.2f}, {middle:.2f}, {high:.2f}, {len(known)}),')  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
