"""What can be written, and for what."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from core.calendar import Period
from core.purpose import Purpose
from review.report.paper import Paper


class Format(StrEnum):
    """A kind of file."""

    PDF = "pdf"
    HTML = "html"
    CSV = "csv"
    JSON = "json"
    EAF = "eaf"
    VTT = "vtt"
    XDF = "xdf"
    FHIR = "fhir"

    @property
    def words(self) -> str:
        """For a person who chooses."""
        return _WORDS[self]

    @property
    def is_report(self) -> bool:
        """Whether it is read, and not computed with."""
        return self in (Format.PDF, Format.HTML)

    @property
    def ending(self) -> str:
        """Of the file's name; empty for a folder of tables."""
        return {Format.CSV: "", Format.FHIR: ".fhir.json"}.get(self, f".{self}")


_WORDS = {
    Format.PDF: "Report as PDF",
    Format.HTML: "Report as a web page (HTML)",
    Format.CSV: "Tables (CSV) with a data dictionary",
    Format.JSON: "Numbers in one file (JSON)",
    Format.EAF: "Annotations for ELAN (.eaf)",
    Format.VTT: "Captions (WebVTT)",
    Format.XDF: "Signals (XDF)",
    Format.FHIR: "Health record (FHIR R4)",
}
PERIOD_FORMATS = (Format.PDF, Format.HTML, Format.CSV, Format.JSON, Format.FHIR)
"""Of a period; the others are about the seconds of one session."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What somebody asked for; `target` is the file, or the folder of the tables. What is there already is kept unless `overwrite`."""

    format: Format
    target: Path
    purpose: Purpose
    paper: Paper = Paper.A4
    overwrite: bool = False


@dataclass(frozen=True, slots=True)
class PeriodOf:
    """A person's days from `first` to `last`, one point a `by`."""

    person: int
    first: date
    last: date
    by: Period = Period.MONTH


def session_name(session: int, kind: Format) -> str:
    """Of the file of a session."""
    return f"session-{session:04d}{kind.ending}"


def period_name(period: PeriodOf, kind: Format) -> str:
    """Of the file of a period; the pseudonym stays out of names of files."""
    return f"person-{period.person}-{period.first}-to-{period.last}{kind.ending}"
