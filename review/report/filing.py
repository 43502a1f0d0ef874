"""What a report is filed by: who asked for it, what for, when, and how far the audit log had come."""

from dataclasses import dataclass
from datetime import datetime

from core.calendar import Period, name_of
from review.report.document import Run, Tone, Words


@dataclass(frozen=True, slots=True)
class Filing:
    """`checkpoint` is the audit log's, with this export's own row in it; None: the session is not kept. `contacts` stand with item 9."""

    made: datetime
    purpose: str
    checkpoint: str | None
    contacts: str = ""


def filed_facts(filing: Filing) -> list[tuple[str, Words]]:
    """As a report's cover says them."""
    checkpoint: Words = Run(filing.checkpoint, Tone.CODE) if filing.checkpoint else "none: this session is not kept"
    return [
        ("Written", moment(filing.made)),
        ("For", filing.purpose),
        ("Audit checkpoint", checkpoint),
        ("To check it", Run("main.py verify --expect CHECKPOINT", Tone.CODE)),
    ]


def moment(at: datetime) -> str:
    """27 Nov 2026, 02:38 (UTC+01:00)."""
    offset = f"{at:%z}"
    return f"{name_of(at.date(), Period.DAY)}, {at:%H:%M} (UTC{offset[:3]}:{offset[3:5]})" if offset else f"{at:%Y-%m-%d %H:%M}"
