"""What is usual for a person, read from an open store. No Qt here: it is called on a background thread."""

from datetime import datetime

from core.settings import ReviewSettings
from gui.store_door import StoreDoor
from gui.trend_record import read_record
from review.person_usual import PersonUsual, person_usual
from store.baselines import read_calibration
from store.database import writing
from store.people import read_person
from store.vault import OpenStore, State


def read_usual(store: OpenStore, person: int, settings: ReviewSettings, *, without: int | None = None) -> PersonUsual:
    """Of all ended sessions of a person but `without`. Raises StoreUnavailable, NoSuchPerson."""
    with writing(store.database, store.key) as connection:
        name, calibration = read_person(connection, person).pseudonym, read_calibration(connection, person)
    sessions = read_record(store, person, name).sessions
    return person_usual(name, sessions, datetime.now().astimezone(), settings, without=without, calibration=calibration)


class UsualRecord:
    """Asked by the pages that show a running session."""

    def __init__(self, door: StoreDoor) -> None:
        self._door = door

    def of(self, person: int, settings: ReviewSettings, without: int | None = None) -> PersonUsual | None:
        """What is usual for a person now; None: the store is not open. Raises StoreUnavailable, NoSuchPerson."""
        if self._door.vault.state is not State.OPEN:
            return None
        return read_usual(self._door.vault.store, person, settings, without=without)
