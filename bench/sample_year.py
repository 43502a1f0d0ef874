"""A made-up year of several persons: sessions and questionnaires as they might be, by the program's own fusion. Nobody real is in it."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from core.fusion import Fuser
from core.labels import EMOTIONS, Emotion, Modality
from core.questionnaire import Filled, Kind
from core.readings import Absence, Box, ClassMap, Ended, FaceReading, Gap, Reading, TextReading, VoiceReading
from core.session import Mark, Note, SessionInfo, SessionResults
from core.settings import Settings
from review.questionnaire import FORMS, SELF_HARM_ITEM

ZONE = "Europe/Berlin"
FACE_RATE_HZ = 1.0
"""Low, so that a year is written in a minute."""

CAMERA_HZ = 30.0

HOLIDAYS = ((date(2025, 7, 28), date(2025, 8, 24)), (date(2025, 12, 20), date(2026, 1, 6)))
"""First and last day: the practice is closed, and no form is filled in."""

FIRST_DAY, LAST_DAY = date(2025, 4, 1), date(2026, 3, 31)


@dataclass(frozen=True, slots=True)
class Persona:
    """A made-up person. `mood` (0: calm, 1: low) holds from a day on; `every_days` None: no sessions."""

    name: str
    year_of_birth: int | None
    sex: str | None
    notes: str
    mood: Mapping[date, float]
    every_days: int = 7
    missed: float = 0.12
    minutes: float = 4.0
    first: date = FIRST_DAY
    last: date = LAST_DAY
    forms: tuple[Kind, ...] = (Kind.PHQ9, Kind.GAD7)
    logs: bool = False
    words: tuple[str, ...] = field(default=())


_WORDS = ("I slept well and the week was good", "We had a nice walk and I laughed a lot", "Work was fine and I felt calm")
_LOW_WORDS = ("I am so sad and tired and nothing helps", "I cried a lot and I feel alone", "I am afraid that it gets worse again")

PERSONAS: tuple[Persona, ...] = (
    Persona(
        "Änne Größe-Þórsdóttir",
        1978,
        "female",
        "Better since the autumn; sertraline since 2 September.",
        {FIRST_DAY: 0.85, date(2025, 9, 15): 0.55, date(2025, 10, 13): 0.2},
    ),
    Persona("O’Brien-Núñez, M.", 1990, "male", "Stable.", {FIRST_DAY: 0.35}),
    Persona(
        "睡眠 · 李",
        2001,
        None,
        "",
        {FIRST_DAY: 0.2, date(2026, 1, 19): 0.75},
        forms=(Kind.PHQ8, Kind.GAD7),
    ),
    Persona(
        "Ζωή (daily logs)",
        1985,
        "female",
        "One-minute video logs each evening.",
        {FIRST_DAY: 0.4},
        every_days=1,
        missed=0.2,
        minutes=1.0,
        first=date(2026, 2, 16),
        logs=True,
        forms=(Kind.PHQ9,),
    ),
    Persona("N. N. 7", None, None, "Four visits so far.", {FIRST_DAY: 0.5}, first=date(2026, 3, 10), forms=(Kind.PHQ9,)),
)


def sessions_of(person: Persona, seed: int = 1, settings: Settings | None = None) -> Iterator[SessionResults]:
    """The person's year, session by session; the same seed gives the same year."""
    rng = np.random.default_rng([seed, len(person.name), person.year_of_birth or 0])
    values, carried = settings or Settings(), 0.0
    for number, started in enumerate(_starts(person, rng), 1):
        carried = 0.3 * carried + rng.normal(0, 0.05)
        mood = float(np.clip(_mood(person, started.date()) + carried, 0.0, 1.0))
        yield _session(person, number, started, mood, rng, values)


def forms_of(person: Persona, seed: int = 1) -> Iterator[Filled]:
    """A form of each kind every two weeks, with the holidays and a month of autumn left out; one reports thoughts of self-harm."""
    rng = np.random.default_rng([seed, 77, len(person.name)])
    day, number = person.first + timedelta(days=1), 0
    while day <= person.last:
        if not _is_closed(day) and not (day.month == 11 and person.every_days == 7):
            for kind in person.forms:
                number += 1
                yield _form(kind, day, _mood(person, day), rng, number)
        day += timedelta(days=14)


def _mood(person: Persona, day: date) -> float:
    return next(mood for since, mood in sorted(person.mood.items(), reverse=True) if day >= since)


def _is_closed(day: date) -> bool:
    return any(first <= day <= last for first, last in HOLIDAYS)


def _starts(person: Persona, rng: np.random.Generator) -> Iterator[datetime]:
    day = person.first
    while day <= person.last:
        missed = rng.uniform() < person.missed
        if not missed and (person.logs or not _is_closed(day)):
            hour, minute = (20, int(rng.integers(0, 60))) if person.logs else (int(rng.integers(9, 17)), 0)
            yield datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(ZONE)).astimezone(UTC)
        day += timedelta(days=person.every_days)


def _form(kind: Kind, day: date, mood: float, rng: np.random.Generator, number: int) -> Filled:
    form = FORMS[kind]
    answers: list[int | None] = [int(a) for a in np.clip(np.round(rng.normal(0.4 + 2.1 * mood, 0.6, len(form.items))), 0, 3)]
    if kind is Kind.PHQ9:
        answers[SELF_HARM_ITEM] = 1 if mood > 0.7 and number == 3 else 0
        if number % 11 == 0:
            answers[4] = None
    filled = datetime(day.year, day.month, day.day, 9, 45, tzinfo=ZoneInfo(ZONE))
    return Filled(kind=kind, version=form.version, filled_at=filled, answers=tuple(answers), difficulty=min(3, round(3 * mood)))


def long_session(hours: float, seed: int = 1, settings: Settings | None = None) -> SessionResults:
    """A consultation as a camera gives it, thirty readings of the face a second; a camera that was unplugged, marks, notes and words."""
    rng, values, person = np.random.default_rng([seed, 30]), settings or Settings(), PERSONAS[0]
    seconds, started = hours * 3600, datetime(2026, 3, 30, 13, 0, tzinfo=UTC)
    lost = Gap(Modality.FACE, 0.55 * seconds, 0.57 * seconds, "the camera was unplugged and came back")
    faces = [one for one in _faces(seconds, 0.55, False, rng, CAMERA_HZ) if not lost.starts_at <= one.at < lost.ends_at]
    readings = sorted([*faces, *_voices(seconds, 0.5, rng), *_texts(seconds, 0.5, rng)], key=lambda one: one.at)
    return SessionResults(
        info=replace(_info(person, 1, started, seconds, values), title=f"Long visit, {hours:g} h"),
        readings=readings,
        scores=_scores(readings, seconds, values),
        gaps=[lost],
        marks=[Mark(0.2 * seconds, "event", _class_map(rng)), Mark(0.205 * seconds, "1"), Mark(0.8 * seconds, "3")],
        notes=[Note(0.35 * seconds, "speaks of the family; looks down"), Note(0.7 * seconds, "laughs about the holidays")],
    )


def _class_map(rng: np.random.Generator) -> ClassMap:
    """A map as mini-Xception gives it, six by six: most of it around the mouth."""
    rows, columns = np.mgrid[0:6, 0:6]
    bell = np.exp(-((rows - 4) ** 2 + (columns - 2.5) ** 2) / 3) * 255
    return ClassMap(Emotion.SADNESS, tuple(tuple(int(v) for v in row) for row in np.clip(bell + rng.normal(0, 15, bell.shape), 0, 255)))


def _session(person: Persona, number: int, started: datetime, mood: float, rng: np.random.Generator, settings: Settings) -> SessionResults:
    seconds = person.minutes * 60 * float(rng.uniform(0.85, 1.15))
    dark = rng.uniform() < 0.05
    lost = Gap(Modality.FACE, 0.4 * seconds, 0.5 * seconds, "the camera was unplugged and came back") if rng.uniform() < 0.08 else None
    faces = [one for one in _faces(seconds, mood, dark, rng) if lost is None or not lost.starts_at <= one.at < lost.ends_at]
    texts = [] if person.logs else list(_texts(seconds, mood, rng))
    readings = sorted([*faces, *_voices(seconds, mood, rng), *texts], key=lambda one: one.at)
    return SessionResults(
        info=_info(person, number, started, seconds, settings),
        readings=readings,
        scores=_scores(readings, seconds, settings),
        gaps=[lost] if lost else [],
        marks=[] if person.logs else [Mark(0.3 * seconds, "event")],
        notes=[] if person.logs or number % 4 else [Note(0.31 * seconds, "speaks of the family; looks down")],
    )


def _info(person: Persona, number: int, started: datetime, seconds: float, settings: Settings) -> SessionInfo:
    local = started.astimezone(ZoneInfo(ZONE))
    typed = {} if person.logs else {Modality.TEXT: "typed"}
    file = f"{local:%Y%m%d_%H%M}.mp4"
    return SessionInfo(
        id=0,
        started_utc=started,
        ended_utc=started + timedelta(seconds=seconds),
        zone=ZONE,
        title=file if person.logs else f"Visit {number}",
        recorded=person.logs,
        seconds=seconds,
        sources={Modality.FACE: file if person.logs else "Webcam 0", Modality.VOICE: file if person.logs else "USB microphone"} | typed,
        models={modality: {"name": f"{modality}-sample", "sha256": "0" * 64} for modality in Modality},
        settings=settings.as_dict(),
        versions={"affectograph": "sample"},
    )


def _scores(readings: list[Reading], seconds: float, settings: Settings) -> list:
    fuser = Fuser(settings.fusion, tuple(Modality))
    for reading in readings:
        fuser.add(reading)
    for modality in Modality:
        fuser.add(Ended(modality))
    return list(fuser.finish(seconds))


def _distribution(logits: np.ndarray) -> dict[Emotion, float]:
    raised = np.exp(logits - logits.max())
    return dict(zip(EMOTIONS, (float(p) for p in raised / raised.sum()), strict=True))


def _logits(mood: float, **more: float) -> np.ndarray:
    lift = {Emotion.SADNESS: 2.4 * mood - 0.6, Emotion.HAPPINESS: 1.1 - 2.2 * mood, Emotion.NEUTRAL: 1.6, Emotion.DISGUST: -1.5}
    lift |= {Emotion.SURPRISE: -0.8, Emotion.FEAR: 0.8 * mood - 1.0, Emotion.ANGER: -0.9}
    return np.array([lift[emotion] + more.get(emotion.value, 0.0) for emotion in EMOTIONS])


def _faces(seconds: float, mood: float, dark: bool, rng: np.random.Generator, rate_hz: float = FACE_RATE_HZ) -> Iterator[FaceReading]:
    """An expression that comes and goes within seconds, whatever the rate; a face that is away is so for a second."""
    slow, away = np.zeros(len(EMOTIONS)), False
    base = _logits(mood) + rng.normal(0, 0.15, len(EMOTIONS))
    kept = 0.9 ** (1 / rate_hz)
    moved = 0.35 * math.sqrt((1 - kept**2) / (1 - 0.9**2))
    for index in range(int(seconds * rate_hz)):
        at = index / rate_hz
        slow = kept * slow + rng.normal(0, moved, len(EMOTIONS))
        away = rng.uniform() < 0.04 if index % round(rate_hz) == 0 else away
        values = {} if away else _distribution(base + slow)
        yield FaceReading(
            modality=Modality.FACE,
            at=at,
            covers=(at, at),
            model="face-sample",
            probabilities=values,
            smoothed=values,
            quality=0.0 if away else 0.3 if dark else float(np.clip(rng.normal(0.85, 0.05), 0, 1)),
            quality_reason="the picture is dark" if dark and not away else None,
            absent_because=Absence.NO_FACE if away else None,
            box=None if away else Box(222, 80, 196, 196),
            box_score=0.0 if away else 0.95,
        )


def _voices(seconds: float, mood: float, rng: np.random.Generator) -> Iterator[VoiceReading]:
    base = _logits(0.7 * mood) + rng.normal(0, 0.2, len(EMOTIONS))
    at, pitch = 1.0, float(rng.normal(185, 4))
    while at + 5 < seconds:
        length = float(rng.uniform(1.2, 4.5))
        yield VoiceReading(
            modality=Modality.VOICE,
            at=at + length,
            covers=(at, at + length),
            model="voice-sample",
            probabilities=_distribution(base + rng.normal(0, 0.5, len(EMOTIONS))),
            quality=float(np.clip(rng.normal(0.8, 0.07), 0, 1)),
            speech_level=float(rng.normal(-27, 2)),
            loudness_sd=float(abs(rng.normal(6.5 - 2.5 * mood, 0.6))),
            pitch_hz=pitch + float(rng.normal(0, 9)) if rng.uniform() > 0.08 else math.nan,
            pitch_sd_semitones=float(abs(rng.normal(2.9 - 1.5 * mood, 0.4))),
            speech_rate_hz=float(abs(rng.normal(4.1 - 1.4 * mood, 0.4))),
            pause_share=float(np.clip(rng.normal(0.28 + 0.3 * mood, 0.05), 0, 1)),
        )
        at += length + float(rng.uniform(0.5, 1.5 + 3 * mood))


def _texts(seconds: float, mood: float, rng: np.random.Generator) -> Iterator[TextReading]:
    for share in (0.25, 0.5, 0.75):
        low = rng.uniform() < mood
        words = str(rng.choice(_LOW_WORDS if low else _WORDS))
        values = _distribution(_logits(mood, sadness=2.2 if low else -0.5, happiness=-1.0 if low else 1.5))
        at = share * seconds
        yield TextReading(
            modality=Modality.TEXT, at=at, covers=(at, at), model="text-sample", text=words, probabilities=values, quality=0.8
        )
