"""Recording: each thing that is asked for is asked, heard or seen, judged, and kept or asked for again."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby

from capture.source import Source
from commands.collection.dialogue import Answer, Dialogue
from commands.collection.face_pictures import as_png, take_pictures
from commands.collection.folder import CollectedFolder, now_utc
from commands.collection.plan import HINTS, Item
from commands.collection.utterance import as_wav, listen
from core.clock import SessionClock
from core.levels import sound_level
from core.media import AudioChunk
from core.settings import Settings
from models.face.detector import open_detector
from monitor.wiring import camera_source, microphone_source

CORPUS = "collected"
"""Of every row, so that a training can tell these from published corpora."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Who is recorded, with what, into which folder."""

    dialogue: Dialogue
    folder: CollectedFolder
    settings: Settings
    person: str
    sex: str
    device: str

    def record_sentences(self, todo: Sequence[Item]) -> None:
        """Each sentence; the microphone is open only while one is being said. Raises SourceUnavailable, OutputUnwritable."""
        self._one_by_one(
            [[item] for item in todo],
            ask=lambda item: f"“{item.prompt.text if item.prompt else ''}”\n  Enter opens the microphone: ",
            record=lambda items: self._record_sentence(items[0]),
        )

    def take_pictures(self, todo: Sequence[Item]) -> None:
        """All pictures of an expression at once; the camera is open only meanwhile. Raises SourceUnavailable, OutputUnwritable."""
        self._one_by_one(
            [list(items) for _, items in groupby(todo, key=lambda item: item.emotion)],
            ask=lambda item: "Look into the camera; move your head a little between the pictures.\n  Enter opens the camera: ",
            record=self._take_pictures_of,
        )

    def _one_by_one(self, steps: Sequence[Sequence[Item]], ask: Callable[[Item], str], record: Callable[[Sequence[Item]], bool]) -> None:
        """Every step until it succeeded, is left out, or the person stops."""
        position = 0
        while position < len(steps):
            item = steps[position][0]
            self.dialogue.say(f"\n[{position + 1} of {len(steps)}] {item.emotion.upper()}, {HINTS[item.emotion]}", "bold")
            match self.dialogue.next(f"  {ask(item)}"):
                case Answer.STOP:
                    return
                case Answer.SKIP:
                    position += 1
                case Answer.REDO:
                    position = max(0, position - 1)
                case Answer.RECORD:
                    position += record(steps[position])

    def _record_sentence(self, item: Item) -> bool:
        with opened(microphone_source(self.device, self.settings, SessionClock())) as source:
            take = listen(self._told_when_open(source), self.settings.voice, self._show_level)
        self.dialogue.end_level()
        if take.fault:
            self.dialogue.say(f"  Not kept: {take.fault} Once more, please.", "yellow")
            return False
        row = self._row(item) | {
            "speaker": self.person,
            "sentence": item.prompt.name if item.prompt else "",
            "text": item.prompt.text if item.prompt else "",
            "duration_s": f"{take.seconds:.3f}",
        }
        self.folder.add(as_wav(take.samples), row)
        self.dialogue.say(f"  Kept: {take.seconds:.1f} s, {take.level_dbfs:.0f} dBFS.")
        return True

    def _told_when_open(self, source: Source) -> Iterator[AudioChunk]:
        """The microphone's chunks; with the first one the person is told to speak."""
        for number, chunk in enumerate(source.items()):
            if number == 0:
                self.dialogue.say("  Speak now.")
            yield chunk  # type: ignore[misc]

    def _show_level(self, chunk: AudioChunk) -> None:
        self.dialogue.level(sound_level(chunk.samples)[0])

    def _take_pictures_of(self, items: Sequence[Item]) -> bool:
        with opened(camera_source(self.device, self.settings, SessionClock())) as source:
            detector = open_detector(self.settings.face)
            shots = take_pictures(
                source.items(),  # type: ignore[arg-type]
                len(items),
                detector,
                self.settings.face,
                lambda word: self.dialogue.say(f"  {word}"),
            )
        for item, picture in zip(items, shots.pictures, strict=False):
            size = {"width": picture.shape[1], "height": picture.shape[0]}
            self.folder.add(as_png(picture), self._row(item) | size | {"person": self.person})
        if shots.fault:
            self.dialogue.say(f"  {len(shots.pictures)} of {len(items)} kept. {shots.fault} Once more, please.", "yellow")
        return shots.fault is None

    def _row(self, item: Item) -> dict[str, object]:
        return {
            "path": item.path(self.person),
            "corpus": CORPUS,
            "sex": self.sex,
            "emotion": item.emotion,
            "repetition": item.repetition,
            "recorded_utc": now_utc(),
        }


@contextmanager
def opened(source: Source) -> Iterator[Source]:
    """A device that is let go of, whatever happens; raises SourceUnavailable."""
    try:
        source.open()
        yield source
    finally:
        source.stop()
        source.close()
