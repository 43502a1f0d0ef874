"""What is told to a person when something does not work."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Failure:
    """A failure in words: what happened, why (as far as it is known), and what to do about it."""

    what: str
    why: str
    what_to_do: str

    def __str__(self) -> str:
        return " ".join(part for part in (self.what, self.why, self.what_to_do) if part)


class AffectographError(Exception):
    """An error whose text is fit for a person; the command line prints it and the window shows it."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(str(failure))
        self.failure = failure


class SourceUnavailable(AffectographError):
    """A source cannot be opened, or was lost while it ran."""


class MediaUnreadable(SourceUnavailable):
    """A file cannot be read as the medium it is said to be."""


class CheckpointRefused(AffectographError):
    """A checkpoint is missing, altered, or does not fit the program."""


class WrongUse(AffectographError):
    """The request itself is wrong (a bad option, an unsuitable value): exit code 2."""


class OutputUnwritable(AffectographError):
    """A file or folder that the program was asked to write cannot be written; what was there before is still there."""


class DataUnfit(AffectographError):
    """Data that a training or a measurement was given cannot be used as it is."""
