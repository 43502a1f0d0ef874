"""A session for research: its numbers under a pseudonym, without anything that was said, written or named.

The consent to research is about numbers (core/person.py): words, names of files and devices, notes and titles are left out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from core.person import Person
from core.readings import FusionScore, Gap, Reading, TextReading
from core.session import BASELINE, Judgement, Mark, Note, SessionInfo
from core.session_stream import SessionStream

LEFT_OUT = "(left out: for research)"


@dataclass(frozen=True, slots=True)
class WithoutWords:
    """A session stream whose words are gone."""

    session: SessionStream

    @property
    def info(self) -> SessionInfo:
        """Without title and names of sources."""
        return info_without_words(self.session.info)

    @property
    def readings(self) -> Iterator[Reading]:
        """Text without its words."""
        return (replace(one, text="", contributions=()) if isinstance(one, TextReading) else one for one in self.session.readings)

    @property
    def scores(self) -> Iterator[FusionScore]:
        """As they are."""
        return iter(self.session.scores)

    @property
    def gaps(self) -> list[Gap]:
        """Why may name a device."""
        return [replace(gap, why=LEFT_OUT) for gap in self.session.gaps]

    @property
    def marks(self) -> list[Mark]:
        """Their names are keys."""
        return list(self.session.marks)

    @property
    def notes(self) -> list[Note]:
        """That one was written, and when."""
        return [replace(note, text=LEFT_OUT) for note in self.session.notes]


def info_without_words(info: SessionInfo) -> SessionInfo:
    """A file's name may be a person's."""
    kind = "recording" if info.recorded else "device"
    settings = {name: _of_baseline(value) if name == BASELINE else value for name, value in info.settings.items()}
    return replace(info, title=f"Session {info.id}", sources=dict.fromkeys(info.sources, kind), settings=settings)


def entry_without_words(entry: TextReading) -> TextReading:
    """What it resembled alone."""
    return replace(entry, text=LEFT_OUT, contributions=())


def judgement_without_words(judgement: Judgement) -> Judgement:
    """What was said of which moment."""
    return replace(judgement, note="")


def person_without_facts(person: Person) -> Person:
    """The pseudonym alone."""
    return Person(person.id, person.pseudonym)


def _of_baseline(value: Any) -> Any:
    """What a voice was compared with, without the name of its microphone or file."""
    return {name: part for name, part in value.items() if name != "source"} if isinstance(value, Mapping) else value
