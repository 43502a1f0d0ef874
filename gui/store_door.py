"""The store as the window uses it: locked, open, or none, and then a temporary one. No Qt here."""

import threading
from contextlib import ExitStack
from pathlib import Path

from core.baseline import VoiceBaseline
from core.calibration import Calibration
from core.person import Person, Scope
from core.purpose import Purpose
from core.session import SessionResults
from store import audit
from store.baselines import add_calibration, add_voice_baseline, read_voice_baseline, require_consent
from store.consents import consented
from store.database import writing
from store.people import people
from store.purpose import read_purpose, state_purpose
from store.recovery import recover_sessions
from store.session_reader import read_session
from store.temporary import is_temporary, temporary_store
from store.vault import OpenStore, State, Vault


class StoreDoor:
    """Sessions go into the store while it is open, else into a temporary one that ends with the program. Any thread may ask."""

    def __init__(self, vault: Vault) -> None:
        self.vault = vault
        self.purpose: Purpose | None = None
        """What the store that was opened is used for."""
        self._temporary: OpenStore | None = None
        self._held: OpenStore | None = None
        self._kept = ExitStack()
        self._guard = threading.Lock()

    def opened(self) -> list[int]:
        """What is to be done when the store has been opened; the sessions that a crash cut off. Raises StoreUnavailable."""
        recovered, store = recover_sessions(self.vault.store), self.vault.store
        with writing(store.database, store.key) as connection:
            self.purpose = read_purpose(connection)
        return recovered

    def state_purpose(self, purpose: Purpose) -> None:
        """Store what the program is used for; raises WrongUse, StoreLocked, StoreUnavailable."""
        store = self.vault.store
        with writing(store.database, store.key) as connection:
            state_purpose(connection, purpose)

    def lock(self, *, hold: bool) -> None:
        """Forget the key; `hold` what runs may go on with it (a queue of recordings, one session after the other) until `release`."""
        self._held = self.vault.store if hold and self.vault.state is State.OPEN else None
        self.vault.lock()

    def release(self) -> None:
        """Nothing runs any more: forget the key that was held."""
        self._held = None

    def store_for_new(self, person: int | None = None) -> OpenStore:
        """Where a session that begins now is written; it goes on there when the store is locked meanwhile.

        What is measured of a `person` is kept only with the person's consent to store. Raises StoreUnavailable.
        """
        store = self.vault.store if self.vault.state is State.OPEN else self._held
        if store is not None and (person is None or _may_store(store, person)):
            return store
        with self._guard:
            if self._temporary is None:
                self._temporary = self._kept.enter_context(temporary_store())
            return self._temporary

    def store_of(self, session: int) -> OpenStore:
        """Where a session lies; raises StoreLocked."""
        if self._temporary and is_temporary(session):
            return self._temporary
        return self._held or self.vault.store

    def stores(self) -> list[OpenStore]:
        """Where sessions are that can be read now: the store while it is open, and the temporary one."""
        kept = self.vault.store if self.vault.state is State.OPEN else None
        return [store for store in (kept, self._temporary) if store is not None]

    def results(self, session: int) -> SessionResults:
        """A stored session, and a row in the audit log that it was seen; raises StoreUnavailable or NoSuchSession."""
        store = self.store_of(session)
        with writing(store.database, store.key) as connection:
            results = read_session(connection, session)
            if store.kept:
                audit.append(connection, "view", f"session {session}")
        return results

    def keeps(self, session: int) -> bool:
        """Whether a session is there after the program has ended."""
        return not is_temporary(session)

    def people(self) -> list[Person] | None:
        """Everybody in the store; None while it is not open. Raises StoreUnavailable."""
        if self.vault.state is not State.OPEN:
            return None
        store = self.vault.store
        with writing(store.database, store.key) as connection:
            return people(connection)

    def voice_baseline(self, person: int) -> VoiceBaseline | None:
        """The newest ordinary speech of a person; None: there is none, or the store is not open. Raises StoreUnavailable."""
        store = self.vault.store if self.vault.state is State.OPEN else self._held
        if store is None:
            return None
        with writing(store.database, store.key) as connection:
            return read_voice_baseline(connection, person)

    def keep_calibration(self, person: int, calibration: Calibration, voice: VoiceBaseline | None) -> None:
        """Let it hold for a person from now on; raises StoreLocked, StoreUnavailable, and WrongUse without the consent to store."""
        store = self.vault.store
        with writing(store.database, store.key) as connection:
            require_consent(connection, person)
            add_calibration(connection, person, calibration)
            if voice is not None:
                add_voice_baseline(connection, person, voice)

    def close(self) -> None:
        """Remove the temporary store; the last thing."""
        with self._guard:
            self._kept.close()
            self._temporary = None


def _may_store(store: OpenStore, person: int) -> bool:
    with writing(store.database, store.key) as connection:
        return consented(connection, person, Scope.STORE)


def door_of(database: Path) -> StoreDoor:
    """The door to the store at `database`, locked."""
    return StoreDoor(Vault(database))
