"""XDF 1.0 (https://github.com/sccn/xdf/wiki/Specifications): a stream for the face, the voice, the words and the index, and one of events.

Timestamps are seconds since the session began; NaN is "not measured". It is written while the session is read, a block at a time.
"""

import math
import struct
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import BinaryIO

from core.labels import EMOTIONS, MODALITIES, Modality
from core.readings import Absence, FaceReading, FusionScore, Reading, TextReading, VoiceReading
from core.session import SessionInfo
from core.session_stream import SessionStream
from review.exports.columns import VOICE_COLUMNS
from review.exports.printable import for_xml
from review.exports.whole_file import whole_binary_file

BLOCK_SAMPLES = 1000
"""Samples of a stream that are in memory at a time: half a minute of a camera."""


ONE_CLOCK = struct.pack("<dd", 0.0, 0.0)
"""All streams are on the session's clock: measured at 0 s, it was 0 s off."""


class Tag(IntEnum):
    """What a chunk of the file is."""

    FILE_HEADER = 1
    STREAM_HEADER = 2
    SAMPLES = 3
    CLOCK_OFFSET = 4
    STREAM_FOOTER = 6


@dataclass(frozen=True, slots=True)
class Channel:
    """A number of each sample: its name and unit."""

    name: str
    unit: str = ""


_PROBABILITIES = tuple(Channel(emotion.value, "probability") for emotion in EMOTIONS)
_STRETCH = (Channel("starts", "seconds"), Channel("ends", "seconds"), Channel("quality", "0..1"))
_BOX = tuple(Channel(f"FaceRect{side}", "pixels") for side in ("X", "Y", "Width", "Height"))
CHANNELS: dict[str, tuple[Channel, ...]] = {
    "face": (*_PROBABILITIES, *(Channel(f"smoothed_{emotion}", "probability") for emotion in EMOTIONS), *_STRETCH, *_BOX),
    "voice": (*_PROBABILITIES, *_STRETCH, *(Channel(name, unit) for name, unit, _, _ in VOICE_COLUMNS)),
    "text": (*_PROBABILITIES, *_STRETCH),
    "index": (
        *(Channel(name, "index points, 0..100") for name in ("value", "interval_low", "interval_high")),
        *(Channel(f"contribution_{lane}", "index points") for lane in MODALITIES),
    ),
}
EVENT_CHANNELS = (Channel("kind"), Channel("lane"), Channel("words"))
EVENTS = "events"


def write_xdf(path: Path, session: SessionStream) -> None:
    """Write it, whole or not at all; raises OutputUnwritable."""
    with whole_binary_file(path) as file:
        file.write(b"XDF:")
        _write_chunk(file, Tag.FILE_HEADER, _xml("info", {"version": "1.0", "datetime": session.info.started_utc.isoformat()}))
        streams = {name: _Stream(file, number, name, session.info) for number, name in enumerate((*CHANNELS, EVENTS), 1)}
        events = _Events()
        for reading in session.readings:
            streams[reading.modality].add(reading.at, _numbers(reading))
            events.take(reading)
        for score in session.scores:
            streams["index"].add(score.at, _index(score))
        for at, *words in sorted([*events.found, *_said(session)], key=lambda event: event[0]):
            streams[EVENTS].add(at, words)
        for stream in streams.values():
            stream.close()


class _Stream:
    """One stream of the file; samples are written in blocks."""

    def __init__(self, file: BinaryIO, number: int, name: str, info: SessionInfo) -> None:
        channels = CHANNELS.get(name, EVENT_CHANNELS)
        self._file, self._number = file, number
        self._pack: Callable[[Sequence], bytes] = _strings if name == EVENTS else _floats
        self._block: list[bytes] = []
        self._count = 0
        self._first = self._last = math.nan
        _write_chunk(file, Tag.STREAM_HEADER, _header(name, channels, info), number)
        _write_chunk(file, Tag.CLOCK_OFFSET, ONE_CLOCK, number)

    def add(self, at: float, values: Sequence) -> None:
        """A sample at `at` seconds."""
        self._first = at if not self._count else self._first
        self._last = at
        self._count += 1
        self._block.append(b"\x08" + struct.pack("<d", at) + self._pack(values))
        if len(self._block) >= BLOCK_SAMPLES:
            self._write_block()

    def close(self) -> None:
        """Write what is left, and the footer."""
        self._write_block()
        times = {"first_timestamp": self._first, "last_timestamp": self._last} if self._count else {}
        _write_chunk(self._file, Tag.STREAM_FOOTER, _xml("info", {**times, "sample_count": self._count}), self._number)

    def _write_block(self) -> None:
        if self._block:
            _write_chunk(self._file, Tag.SAMPLES, _length(len(self._block)) + b"".join(self._block), self._number)
            self._block = []


class _Events:
    """What is no number: words, and why a lane measured nothing, told where it begins and where it is over."""

    def __init__(self) -> None:
        self.found: list[tuple[float, str, str, str]] = []
        self._absent: dict[Modality, Absence | None] = {}

    def take(self, reading: Reading) -> None:
        """The next reading in time."""
        if isinstance(reading, TextReading):
            self.found.append((reading.at, "text", Modality.TEXT, reading.text))
        if reading.absent_because is not self._absent.get(reading.modality):
            why = reading.absent_because
            self.found.append((reading.at, "not measured" if why else "measured again", reading.modality, why or ""))
            self._absent[reading.modality] = why


def _said(session: SessionStream) -> Iterator[tuple[float, str, str, str]]:
    for gap in session.gaps:
        yield gap.starts_at, "gap begins", gap.modality, gap.why
        yield gap.ends_at, "gap ends", gap.modality, ""
    yield from ((mark.at, "mark", "", mark.name) for mark in session.marks)
    yield from ((note.at, "note", "", note.text) for note in session.notes)


def _numbers(reading: Reading) -> list[float]:
    quality = math.nan if reading.absent_because else reading.quality
    numbers = [reading.probabilities.get(emotion, math.nan) for emotion in EMOTIONS]
    if isinstance(reading, FaceReading):
        numbers += [reading.smoothed.get(emotion, math.nan) for emotion in EMOTIONS]
    numbers += [*reading.covers, quality]
    if isinstance(reading, FaceReading):
        box = reading.box
        numbers += [box.x, box.y, box.width, box.height] if box else [math.nan] * len(_BOX)
    elif isinstance(reading, VoiceReading):
        numbers += [getattr(reading, field) for *_, field in VOICE_COLUMNS]
    return numbers


def _index(score: FusionScore) -> list[float]:
    value = math.nan if score.value is None else score.value
    return [value, *(score.interval or (math.nan, math.nan)), *(score.contributions.get(lane, math.nan) for lane in MODALITIES)]


def _floats(numbers: Sequence[float]) -> bytes:
    return struct.pack(f"<{len(numbers)}f", *numbers)


def _strings(words: Sequence[str]) -> bytes:
    encoded = [word.encode("utf-8", "replace") for word in words]
    return b"".join(_length(len(word)) + word for word in encoded)


def _header(name: str, channels: Sequence[Channel], info: SessionInfo) -> bytes:
    root = ET.Element("info")
    facts = {
        "name": f"Affectograph {name}",
        "type": "Markers" if name == EVENTS else "Affect",
        "channel_count": len(channels),
        "nominal_srate": 0,
        "channel_format": "string" if name == EVENTS else "float32",
        "source_id": f"session {info.id}",
        "created_at": 0,
        "uid": f"session-{info.id}-{name}",
    }
    for key, value in facts.items():
        ET.SubElement(root, key).text = str(value)
    described = ET.SubElement(root, "desc")
    models = {modality.value: model for modality, model in info.models.items()}
    model = models.get(name, {})
    for key, value in (
        ("started_utc", info.started_utc.isoformat()),
        ("model", model.get("name", "")),
        ("sha256", model.get("sha256", "")),
    ):
        ET.SubElement(described, key).text = for_xml(value)
    listed = ET.SubElement(described, "channels")
    for channel in channels:
        one = ET.SubElement(listed, "channel")
        ET.SubElement(one, "label").text = channel.name
        ET.SubElement(one, "unit").text = channel.unit
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)


def _xml(name: str, values: Mapping[str, object]) -> bytes:
    root = ET.Element(name)
    for key, value in values.items():
        ET.SubElement(root, key).text = str(value)
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)


def _write_chunk(file: BinaryIO, tag: Tag, content: bytes, stream: int | None = None) -> None:
    head = struct.pack("<H", tag) + (b"" if stream is None else struct.pack("<I", stream))
    file.write(_length(len(head) + len(content)) + head + content)


def _length(length: int) -> bytes:
    """A length as XDF writes it: in how many bytes it is written, and these."""
    if length < 1 << 8:
        return b"\x01" + struct.pack("<B", length)
    return b"\x04" + struct.pack("<I", length) if length < 1 << 32 else b"\x08" + struct.pack("<Q", length)
