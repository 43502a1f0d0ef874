"""Recordings with face and speech through the whole monitor, their picture, sound and words spoiled in every way that is measured."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from itertools import zip_longest
from pathlib import Path

from bench.degraded import (
    Babble,
    CoveredFace,
    Darkened,
    Held,
    Noisy,
    Repeated,
    Sound,
    Spoil,
    Spoiled,
    babble_of,
    in_turn,
    muted,
    nobody,
    samples_of,
    speech_dbfs,
)
from capture.media_file import MediaSound, MediaVideo, probe
from capture.source import Pace, Source
from capture.test_pattern import DemonstrationSound, DemonstrationVideo
from capture.text_file import TextFile
from core.clock import SessionClock
from core.labels import Modality
from core.readings import FusionScore, Reading
from core.session import SessionResults
from core.settings import Settings
from monitor.board import Board
from monitor.events import Event, LaneFailed
from monitor.lane import Lane, Plan
from monitor.monitor import Monitor
from monitor.wiring import face_lane, text_lane, voice_lane
from store.database import open_for_reading
from store.session_reader import read_session
from store.temporary import temporary_store

CLIPS = ("talking_1.mp4", "talking_2.mp4", "talking_3.mp4", "talking_dark.mp4")
"""Of the shared clips: those with one face and speech from beginning to end; the last is dark as it is."""

AS_IS = "as it is"
LOOK_S = 0.1
"""Seconds between two looks at a running monitor, which would else keep what nobody takes."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A clip to be spoiled: its picture and sound as sources, `seconds` long, and what its voice and other people's talk sound like."""

    name: str
    picture: Callable[[], Source]
    sound: Callable[[], Source]
    seconds: float
    speech_dbfs: float
    talk: Sound = field(repr=False)


@dataclass(frozen=True, slots=True)
class Spoiling:
    """One way to spoil a lane. `worse_than` names those that leave more; `since` is the share of the recording after which it begins."""

    name: str
    make: Callable[[Recording], Spoil] | None = None
    worse_than: tuple[str, ...] = (AS_IS,)
    since: float = 0.0

    def of(self, source: Source, recording: Recording) -> Source:
        """The source, spoiled."""
        return Spoiled(source, self.make(recording), self.since * recording.seconds) if self.make else source


def _noise(snr_db: float) -> Callable[[Recording], Spoil]:
    return lambda recording: Noisy(snr_db, recording.speech_dbfs)


def _babble(snr_db: float) -> Callable[[Recording], Spoil]:
    return lambda recording: Babble(recording.talk, snr_db, recording.speech_dbfs)


FACES = (
    Spoiling(AS_IS, worse_than=()),
    Spoiling("covered, a quarter", lambda _: CoveredFace(0.25)),
    Spoiling("covered, a half", lambda _: CoveredFace(0.5), ("covered, a quarter",)),
    Spoiling("darkened to 40 %", lambda _: Darkened(0.4)),
    Spoiling("darkened to 15 %", lambda _: Darkened(0.15), ("darkened to 40 %",)),
    Spoiling("gone halfway", lambda _: nobody, since=0.5),
    Spoiling("absent", lambda _: nobody, ("gone halfway", "covered, a half", "darkened to 15 %")),
)
SOUNDS = (
    Spoiling(AS_IS, worse_than=()),
    Spoiling("noise 30 dB below", _noise(30.0)),
    Spoiling("noise 20 dB below", _noise(20.0), ("noise 30 dB below",)),
    Spoiling("noise 10 dB below", _noise(10.0), ("noise 20 dB below",)),
    Spoiling("noise as loud", _noise(0.0), ("noise 10 dB below",)),
    Spoiling("babble 10 dB below", _babble(10.0)),
    Spoiling("babble as loud", _babble(0.0), ("babble 10 dB below",)),
    Spoiling("muted halfway", lambda _: muted, since=0.5),
    Spoiling("noise alone", lambda recording: in_turn(muted, _noise(10.0)(recording)), ("noise as loud",)),
    Spoiling("muted", lambda _: muted, ("muted halfway", "noise alone", "babble as loud")),
)
SPOILINGS: Mapping[Modality, tuple[Spoiling, ...]] = {Modality.FACE: FACES, Modality.VOICE: SOUNDS}

NOTHING_WRITTEN = "left empty"
TEXTS: Mapping[str, tuple[str, ...]] = {
    "sad words": (
        "I could not sleep again and everything felt heavy and pointless this week.",
        "I am sad and lonely, and I do not think that anybody would miss me at work.",
        "Nothing gives me joy any more, and I cried for a long time yesterday evening.",
    ),
    "cheerful words": (
        "We had a lovely weekend by the lake and I laughed more than I have for months.",
        "I am so happy that my sister came to visit, it was great to cook together again.",
        "Thanks for asking, I feel good and I look forward to the concert on Friday.",
    ),
    "three words": ("I am fine.",),
    NOTHING_WRITTEN: (),
}
"""What is written during a recording, spread over its first two thirds."""


@dataclass(frozen=True, slots=True)
class Run:
    """One pass through the monitor: how each lane was spoiled, and what was stored of it."""

    spoiled: Mapping[Modality, str]
    results: SessionResults

    def of(self, modality: Modality) -> tuple[Reading, ...]:
        """What the lane said."""
        return tuple(reading for reading in self.results.readings if reading.modality is modality)

    @property
    def scores(self) -> Sequence[FusionScore]:
        """What the monitor's own fusion said."""
        return self.results.scores


def clips(folder: Path, rounds: int, settings: Settings) -> Iterator[Recording]:
    """The shared clips in `folder`, each `rounds` over, so that the fusion's memory fills; decoded when it is their turn."""
    paths = [folder / name for name in CLIPS]
    sounds = [Held(MediaSound(path, settings.capture)) for path in paths]
    talk = babble_of([samples_of(sound) for sound in sounds])
    for path, sound in zip(paths, sounds, strict=True):
        once = float(int(probe(path, settings.capture).duration_s or 0.0))
        picture = Held(MediaVideo(path, settings.capture, settings.face.rate_hz))
        yield Recording(
            path.stem,
            partial(Repeated, picture, rounds, once),
            partial(Repeated, sound, rounds, once),
            rounds * once,
            speech_dbfs(sound.items()),
            talk,
        )


def demonstration(seconds: float) -> Recording:
    """The drawn face and the synthesised voice."""
    sound = Held(DemonstrationSound(seed=0, seconds=seconds, pace=Pace.RECORDED))
    picture = Held(DemonstrationVideo(seed=0, fps=10.0, seconds=seconds, pace=Pace.RECORDED))
    return Recording("demonstration", lambda: picture, lambda: sound, seconds, speech_dbfs(sound.items()), babble_of([samples_of(sound)]))


def runs(recording: Recording, settings: Settings) -> Iterator[Run]:
    """Every spoiling of every lane at least once, and each lane as it is in at least two kinds of company.

    No lane's readings depend on another's, so that all combinations can be fused from these.
    """
    for face, sound, text in zip_longest((*FACES, FACES[0]), (*SOUNDS, SOUNDS[0]), (*TEXTS, *list(TEXTS)[:1])):
        yield run(recording, face or FACES[0], sound or SOUNDS[0], text or NOTHING_WRITTEN, settings)


def run(recording: Recording, face: Spoiling, sound: Spoiling, text: str, settings: Settings) -> Run:
    """The recording through the monitor, as a recording is analysed; raises RuntimeError when a lane fails."""
    failed: list[LaneFailed] = []

    def listen(event: Event) -> None:
        if isinstance(event, LaneFailed):
            failed.append(event)

    with temporary_store() as store:
        words = _text_lanes(store.database.with_name("words.txt"), TEXTS[text], recording.seconds, settings)
        lanes = (
            face_lane(face.of(recording.picture(), recording), settings),
            voice_lane(sound.of(recording.sound(), recording), settings),
            *words,
        )
        board = Board()
        monitor = Monitor(Plan(recording.name, Pace.RECORDED, lanes, SessionClock()), settings, board, store, listen)
        monitor.start()
        while not monitor.ended.wait(LOOK_S):
            board.take()
        if failed or monitor.session_id is None:
            raise RuntimeError(f"{recording.name}: {'; '.join(str(one.failure) for one in failed)}")
        with closing(open_for_reading(store.database, store.key)) as connection:
            results = read_session(connection, monitor.session_id)
    return Run({Modality.FACE: face.name, Modality.VOICE: sound.name, Modality.TEXT: text}, results)


def _text_lanes(file: Path, entries: Sequence[str], seconds: float, settings: Settings) -> tuple[Lane, ...]:
    if not entries:
        return ()
    times = [int(2 + number * seconds / (1.5 * len(entries))) for number in range(len(entries))]
    file.write_text("".join(f"{at // 60:02}:{at % 60:02} {words}\n" for at, words in zip(times, entries, strict=True)), encoding="utf-8")
    return (text_lane(TextFile(file), settings),)
