"""What a person has consented to: version, time and the words that were shown."""

from datetime import UTC, datetime

from core.person import CONSENT_VERSION, CONSENT_WORDS, Consent, Scope, holding
from store import audit
from store.engine import sqlite

_INSERT = "INSERT INTO consent (person, scope, version, text, given_utc) VALUES (?, ?, ?, ?, ?)"
_SELECT = "SELECT id, scope, version, text, given_utc, withdrawn_utc FROM consent WHERE person = ? ORDER BY given_utc, id"


def read_consents(connection: sqlite.Connection, person: int) -> list[Consent]:
    """All that were ever given, also what was withdrawn, in the order of time; raises sqlite.Error."""
    return [_consent(row) for row in connection.execute(_SELECT, (person,)).fetchall()]


def consented(connection: sqlite.Connection, person: int, scope: Scope) -> bool:
    """Whether a consent holds now; raises sqlite.Error."""
    return scope in holding(read_consents(connection, person))


def may_keep(connection: sqlite.Connection, person: int) -> bool:
    """Whether picture and sound of a session may be kept now: also the numbers may, without which they belong to nothing."""
    return {Scope.STORE, Scope.RECORD} <= holding(read_consents(connection, person)).keys()


def give_consent(connection: sqlite.Connection, person: int, scope: Scope) -> None:
    """Store that the person has consented to the words as they are now; nothing when that is so already. Raises sqlite.Error."""
    before = holding(read_consents(connection, person)).get(scope)
    if before is not None and before.version == CONSENT_VERSION:
        return
    with audit.recorded(connection, "change", f"person {person}", f"consent to {scope} {CONSENT_VERSION} given"):
        connection.execute(_INSERT, (person, scope.value, CONSENT_VERSION, CONSENT_WORDS[scope], datetime.now(UTC).isoformat()))


def _consent(row: tuple) -> Consent:
    number, scope, version, text, given, withdrawn = row
    return Consent(
        id=number,
        scope=Scope(scope),
        version=version,
        text=text,
        given_utc=datetime.fromisoformat(given),
        withdrawn_utc=datetime.fromisoformat(withdrawn) if withdrawn else None,
    )
