"""From readings to what the learned fusion reads: a vector for every ten seconds of a lane, with its quality.

The one place where readings become the network's numbers: a live session, a stored one and a training's interviews all come through
here. Nothing in a vector tells who somebody is or how far a microphone is turned up: neither the height of the voice nor its level.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.labels import EMOTIONS, MODALITIES, Modality
from core.readings import Reading, TextReading, VoiceReading
from core.tally import Tally

SEGMENT_S = 10.0
"""Long enough for some faces and a sentence, short enough that an attention over segments points at a moment."""

FACE_EXPRESSIONS = "face-expressions-10s-v1"
"""Mean and deviation of each class's probability over the frames."""

VOICE_EXPRESSIONS = "voice-expressions-10s-v1"
"""Mean probabilities, the descriptors of DESCRIPTORS with the share in which each was measured, and the share of time spoken."""

TEXT_EXPRESSIONS = "text-expressions-10s-v1"
"""Mean probabilities, each entry counting by its words, and ln(1 + words)."""

LIVE_KINDS: Mapping[Modality, str] = {
    Modality.FACE: FACE_EXPRESSIONS,
    Modality.VOICE: VOICE_EXPRESSIONS,
    Modality.TEXT: TEXT_EXPRESSIONS,
}
"""What a session of this program has. A data set's own features are other kinds, which its loader names in the same way (lane, what, length
of a segment, version): a network learns from them as well, and is then not one that the monitor can feed."""


class Descriptor(NamedTuple):
    """One of a voice reading's descriptors as the network reads it: (value - usual) / scale, 0 where it was not measured."""

    name: str
    usual: float
    scale: float


DESCRIPTORS = (
    Descriptor("pitch_sd_semitones", 2.0, 1.0),
    Descriptor("speech_rate_hz", 3.0, 1.0),
    Descriptor("pause_share", 0.35, 0.25),
    Descriptor("loudness_sd", 6.0, 3.0),
)
"""The usual values are those of docs/fusion.md; the network standardises anew, so they only decide what "not measured" stands for."""

COLUMNS: Mapping[str, tuple[str, ...]] = {
    FACE_EXPRESSIONS: (*EMOTIONS, *(f"{emotion}_sd" for emotion in EMOTIONS)),
    VOICE_EXPRESSIONS: (*EMOTIONS, *(one.name for one in DESCRIPTORS), *(f"{one.name}_measured" for one in DESCRIPTORS), "spoken"),
    TEXT_EXPRESSIONS: (*EMOTIONS, "ln_words"),
}
"""What each number of a live vector is."""

Vector = NDArray[np.float32]


class Segment(NamedTuple):
    """What one lane gave in ten seconds of the session: `vector` (d,) finite, of the lane's kind; `quality` above 0, at most 1."""

    modality: Modality
    starts_s: float
    ends_s: float
    vector: Vector
    quality: float


class SegmentStream:
    """Makes segments of readings as they come: each when its lane's first reading after it is there, or at the end.

    A reading belongs to the ten seconds in which it was made (`at`), which never go back within a lane, so that a stream gives the segments
    that the whole gives. A stretch in which a lane measured nothing has no segment.
    """

    def __init__(self) -> None:
        self._open: dict[Modality, _Slot] = {}

    def add(self, reading: Reading) -> Segment | None:
        """Take a lane's next reading in; the segment that it ends, where it does."""
        number = math.floor(reading.at / SEGMENT_S)
        slot = self._open.get(reading.modality)
        if slot is not None and number <= slot.number:
            slot.add(reading)
            return None
        self._open[reading.modality] = _Slot(reading.modality, number)
        self._open[reading.modality].add(reading)
        return slot.segment() if slot else None

    def finish(self) -> list[Segment]:
        """What the last readings of each lane make."""
        ended = [segment for modality in MODALITIES if modality in self._open and (segment := self._open[modality].segment())]
        self._open.clear()
        return ended


def segments_of(readings: Iterable[Reading]) -> dict[Modality, list[Segment]]:
    """All segments of a session, by lane; a lane without any is not in it. `readings`: each lane's in the order of time."""
    found: dict[Modality, list[Segment]] = {}
    for segment in _all(readings):
        found.setdefault(segment.modality, []).append(segment)
    return found


def _all(readings: Iterable[Reading]) -> Iterator[Segment]:
    stream = SegmentStream()
    for reading in readings:
        if segment := stream.add(reading):
            yield segment
    yield from stream.finish()


class _Slot:
    """Ten seconds of a lane while its readings come."""

    def __init__(self, modality: Modality, number: int) -> None:
        self.modality, self.number = modality, number
        self._readings = 0
        self._words = 0
        self._tally = Tally(_WIDTHS[modality])

    def add(self, reading: Reading) -> None:
        self._readings += 1
        quality = min(1.0, max(0.0, reading.quality)) if math.isfinite(reading.quality) else 0.0
        if reading.probabilities and quality > 0.0:
            self._words += _words(reading)
            self._tally.add(_amount(reading), quality, _values(reading))

    def segment(self) -> Segment | None:
        """None where nothing was measured."""
        if self._tally.usable <= 0.0:
            return None
        starts = self.number * SEGMENT_S
        vector = np.array(self._vector(), dtype=np.float32)
        return Segment(self.modality, starts, starts + SEGMENT_S, vector, self._quality())

    def _quality(self) -> float:
        """The mean quality; of the face over all frames, those without a face too, for who is out of the picture is not read well."""
        return min(1.0, self._tally.usable / (self._readings if self.modality is Modality.FACE else self._tally.amount))

    def _vector(self) -> Sequence[float]:
        tally, classes = self._tally, range(len(EMOTIONS))
        means = [tally.mean(column) for column in classes]
        match self.modality:
            case Modality.FACE:
                squares = [tally.mean(len(EMOTIONS) + column) for column in classes]
                return [*means, *(math.sqrt(max(0.0, square - mean**2)) for square, mean in zip(squares, means, strict=True))]
            case Modality.VOICE:
                columns = range(len(EMOTIONS), len(EMOTIONS) + len(DESCRIPTORS))
                measured = [tally.covered(column) for column in columns]
                described = [tally.mean(column) if tally.covered(column) > 0.0 else 0.0 for column in columns]
                return [*means, *described, *measured, min(1.0, tally.amount / SEGMENT_S)]
            case Modality.TEXT:
                return [*means, math.log1p(self._words)]


_WIDTHS = {Modality.FACE: 2 * len(EMOTIONS), Modality.VOICE: len(EMOTIONS) + len(DESCRIPTORS), Modality.TEXT: len(EMOTIONS)}


def _words(reading: Reading) -> int:
    return len(reading.text.split()) if isinstance(reading, TextReading) else 0


def _amount(reading: Reading) -> float:
    """How much it counts beside the lane's others: a frame as any frame, speech by its seconds, an entry by its words."""
    match reading:
        case VoiceReading():
            return max(0.0, reading.covers[1] - reading.covers[0])
        case TextReading():
            return float(_words(reading))
        case _:
            return 1.0


def _values(reading: Reading) -> list[float]:
    """A reading's part of the means: a class that its model does not know is 0."""
    known = [reading.probabilities.get(emotion, 0.0) for emotion in EMOTIONS]
    if isinstance(reading, VoiceReading):
        return [*known, *((getattr(reading, one.name) - one.usual) / one.scale for one in DESCRIPTORS)]
    return known if isinstance(reading, TextReading) else [*known, *(p**2 for p in known)]
