"""Whether an export is covered by what the person has consented to.

- What is stored of a person was stored with the consent to store, which covers the record that a professional keeps, and its reports. When
  it was withdrawn, nothing may go out any more.
- For research the person must also have consented to research, which covers numbers under the pseudonym: words are left out
  (review/exports/without_words.py). Of a session that is nobody's no such consent can be known.
- Picture and sound are in no export of a session.
"""

from core.failures import Failure, WrongUse
from core.person import Person, Scope
from core.purpose import Purpose
from store.consents import consented
from store.engine import sqlite


def require_consents(connection: sqlite.Connection, person: Person | None, purpose: Purpose, what: str) -> None:
    """Raise WrongUse where a consent that the export needs does not hold; raises sqlite.Error."""
    if person is None:
        if purpose is Purpose.RESEARCH:
            why = "It belongs to nobody, so no consent to research is known."
            raise WrongUse(Failure(f"{what} is not exported for research.", why, "Choose another purpose."))
        return
    if not consented(connection, person.id, Scope.STORE):
        why = f"“{person.pseudonym}” has not consented to storing what is measured, or has withdrawn it."
        raise WrongUse(Failure(f"{what} is not exported.", why, "Everything on a person can still be written: main.py people export"))
    if purpose is Purpose.RESEARCH and not consented(connection, person.id, Scope.RESEARCH):
        why = f"“{person.pseudonym}” has not consented to research, or has withdrawn it."
        raise WrongUse(Failure(f"{what} is not exported for research.", why, "Ask for the consent, or choose another purpose."))
