"""A session as it is stored, reviewed and written out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from core.labels import Modality
from core.readings import ClassMap, FusionScore, Gap, Reading

BASELINE = "voice.baseline"
"""Beside a session's settings: what is known of the person's ordinary speech that its voice was compared with."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment that a person marked, in seconds since the session began; `name` is "event" or "1".."9".

    `class_map` is the evidence for the expression that was shown at that moment, where there was one.
    """

    at: float
    name: str
    class_map: ClassMap | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """Words that a person wrote about a moment, in seconds since the session began."""

    at: float
    text: str


class Verdict(StrEnum):
    """What a clinician says of a reading or of the index."""

    AGREE = "agree"
    DISAGREE = "disagree"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What was said of a lane (None: of the index) at a moment of the session, in seconds; a later one of both takes its place."""

    modality: Modality | None
    at: float
    verdict: Verdict
    note: str = ""
    said_utc: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionInfo:
    """What is known of a session beside its readings.

    `sources` are the labels per modality; `models` the checkpoints' names and sha256 per modality; `settings` the effective
    ones as {"group.name": value}; `zone` the IANA name or UTC offset of the place; `ended_utc` None while it runs, and for
    ever when it was cut off (then `recovered` says so); `seconds` the media time reached;
    `person` the number of the person it belongs to (None: nobody's).
    """

    id: int
    started_utc: datetime
    ended_utc: datetime | None
    zone: str
    title: str
    recorded: bool
    recovered: bool = False
    seconds: float = 0.0
    person: int | None = None
    sources: Mapping[Modality, str] = field(default_factory=dict)
    models: Mapping[Modality, Mapping[str, str]] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)

    def utc(self, at: float) -> datetime:
        """The time in the calendar of a moment of the session."""
        return self.started_utc + timedelta(seconds=at)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionResults:
    """All that a session holds, each list in the order of time."""

    info: SessionInfo
    readings: Sequence[Reading]
    scores: Sequence[FusionScore]
    gaps: Sequence[Gap] = ()
    marks: Sequence[Mark] = ()
    notes: Sequence[Note] = ()

    def of(self, modality: Modality) -> list[Reading]:
        """The readings of one lane."""
        return [reading for reading in self.readings if reading.modality is modality]
