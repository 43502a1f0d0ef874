"""Lanes as the program itself makes them of a recording or a transcript, by the readers and the segments of a live session.

A network that learned from these, and from no data set's own features, can be fed by the monitor.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from core.labels import MODALITIES, Modality
from core.media import AudioChunk, MediaItem, TextEntry
from core.readings import Reading
from core.settings import Settings
from models.card import CARD_FILE
from models.checkpoints import resolve
from models.fusion.inputs import LIVE_KINDS, segments_of
from models.text.reader import TextReader
from monitor.lane import Lane
from monitor.wiring import recording_plan
from training.datasets.interview import LaneVectors
from training.datasets.lane_cache import LaneCache, Lanes
from training.datasets.turns import WHOLE, Span, Turn, lies_in

READ_GROUPS = ("capture.", "face.", "voice.", "text.")
"""The settings on which readings depend."""


def media_lanes(media: Path, settings: Settings, cache: LaneCache, *, spans: Sequence[Span] = WHOLE, text: Path | None = None) -> Lanes:
    """The lanes of a recording in `spans`, and of `text`, what the participant said; the face is read as often as in a daily log.

    A lane that found nothing to measure is not among them. Raises MediaUnreadable, CheckpointRefused.
    """
    read = settings.of_a_log()
    files = [media, *([text] if text else [])]

    def make() -> Lanes:
        lanes = recording_plan(media, read, text_file=text).lanes
        return lanes_of(reading for lane in lanes for reading in _readings(lane, spans))

    return cache.lanes(files, facts(read) | {"spans": spans}, make)


def text_lane(turns: Sequence[Turn], settings: Settings) -> LaneVectors | None:
    """What the text lane reads in somebody's turns, each as surely as it was recognised; None where it knows too few words."""
    reader = _text_reader(settings)
    entries = [TextEntry(turn.text, turn.starts_s, index) for index, turn in enumerate(turns)]
    found = [reader.read(entry) for entry in entries]
    sure = (replace(one, quality=one.quality * turn.certainty) for one, turn in zip(found, turns, strict=True))
    return lanes_of(sure).get(Modality.TEXT)


def lanes_of(readings: Iterable[Reading]) -> Lanes:
    """The segments of a session's readings, each lane's in the order of time, as the training has them."""
    return {
        str(modality): LaneVectors(
            LIVE_KINDS[modality],
            np.array([segment.starts_s for segment in segments], dtype=np.float64),
            np.stack([segment.vector for segment in segments]),
            np.array([segment.quality for segment in segments], dtype=np.float32),
        )
        for modality, segments in segments_of(readings).items()
    }


def facts(settings: Settings) -> dict[str, Any]:
    """What readings and segments depend on beside the recording: settings, checkpoints, kinds of segments."""
    read = {name: value for name, value in settings.as_dict().items() if name.startswith(READ_GROUPS)}
    cards = {str(modality): resolve(modality, getattr(settings, modality).checkpoint) / CARD_FILE for modality in MODALITIES}
    return {
        "settings": read,
        "cards": {modality: hashlib.sha256(card.read_bytes()).hexdigest() for modality, card in cards.items()},
        "kinds": sorted(LIVE_KINDS.values()),
    }


def _readings(lane: Lane, spans: Sequence[Span]) -> Iterator[Reading]:
    """What the lane's reader says of what lies in the spans; sound between them is to it as sound that was lost."""
    assert lane.source is not None
    reader = lane.make_reader()
    lane.source.open()
    try:
        for item in lane.source.items():
            if _lies_in(spans, item) and (reading := reader.read(item)) is not None:
                yield reading
    finally:
        lane.source.close()
    if (last := reader.finish()) is not None:
        yield last


def _lies_in(spans: Sequence[Span], item: MediaItem) -> bool:
    """Words are the participant's own already, and their times are of whole seconds."""
    return isinstance(item, TextEntry) or lies_in(spans, item.at, item.ends_at if isinstance(item, AudioChunk) else item.at)


@lru_cache(maxsize=1)
def _text_reader(settings: Settings) -> TextReader:
    """One for all interviews: it remembers nothing between two entries, and takes a second to load."""
    return TextReader(settings.text)
