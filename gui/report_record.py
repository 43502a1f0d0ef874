"""What the reports page reads of an open store. No Qt here: it is called on a background thread."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from core.person import Person
from gui.review_record import Listed, ReviewRecord
from gui.store_door import StoreDoor
from gui.trend_record import days_of, read_record


@dataclass(frozen=True, slots=True)
class Everything:
    """Sessions that have ended, the newest first, and the people, by name."""

    sessions: Sequence[Listed]
    people: Sequence[Person]


class ReportRecord:
    """Each call opens a connection of its own. Raises StoreLocked, StoreUnavailable."""

    def __init__(self, door: StoreDoor) -> None:
        self._door = door
        self._sessions = ReviewRecord(door)

    def everything(self) -> Everything:
        """What can be chosen from; the log says that it was seen."""
        ended = [one for one in self._sessions.sessions() if one.info.ended_utc is not None]
        return Everything(ended, self._door.people() or ())

    def days(self, person: Person) -> tuple[date, date] | None:
        """The first and the last day on which something of somebody was stored; None: nothing was."""
        return days_of(read_record(self._door.vault.store, person.id, person.pseudonym))
