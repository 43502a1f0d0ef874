"""The people of the record: who somebody is, by pseudonym, and what the person has consented to."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Person:
    """A number in the store, and the name that stands for somebody; the rest is optional."""

    id: int
    pseudonym: str
    year_of_birth: int | None = None
    sex: str | None = None
    notes: str = ""


class Scope(StrEnum):
    """What a consent is about."""

    STORE = "store"
    RECORD = "record"
    RESEARCH = "research"


class Use(StrEnum):
    """What a session counts as in the person's trend, where somebody has said so."""

    BASELINE = "baseline"
    EXCLUDED = "excluded"


CONSENT_VERSION = "en-2026-11"
"""Changes with every word of CONSENT_WORDS."""

NOTICE = (
    "Facial expression, voice and words will be analysed on this machine; nothing leaves it. "
    "What is measured describes expressions, not feelings; it supports a professional's judgement and is not a diagnosis."
)
"""Said before the first frame."""

CONSENT_WORDS: Mapping[Scope, str] = {
    Scope.STORE: (
        "What is measured of my face, voice and words is stored on this machine, encrypted, under my pseudonym, with notes and "
        "questionnaires. When I withdraw this, all my sessions, questionnaires and baselines are deleted, with picture and sound."
    ),
    Scope.RECORD: (
        "Picture and sound of my sessions may be kept as well, encrypted. When I withdraw this, they are deleted; the numbers stay."
    ),
    Scope.RESEARCH: (
        "My numbers may be used for research under my pseudonym. When I withdraw this, they are left out from then on; "
        "what was handed on before cannot be called back."
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """One consent as it was given; `withdrawn_utc` None: it holds. `version` and `text` are those that were shown."""

    id: int
    scope: Scope
    version: str
    text: str
    given_utc: datetime
    withdrawn_utc: datetime | None = None


def holding(consents: Iterable[Consent]) -> dict[Scope, Consent]:
    """The consents that hold now, the newest of each scope."""
    return {one.scope: one for one in sorted(consents, key=lambda one: one.given_utc) if one.withdrawn_utc is None}


_ALONE = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"})
"""Letters that Unicode does not take apart into a letter and its accent."""


def folded(words: str) -> str:
    """`words` without accents and case, for comparing."""
    apart = unicodedata.normalize("NFKD", words.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter)).translate(_ALONE)


def found(people: Iterable[Person], query: str) -> list[Person]:
    """Those whose pseudonym, year or notes hold every word of `query`, whatever its case and accents."""
    words = folded(query).split()
    return [one for one in people if all(word in folded(f"{one.pseudonym} {one.year_of_birth or ''} {one.notes}") for word in words)]
