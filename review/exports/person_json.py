"""Everything about a person that is no session and no questionnaire, as one JSON file."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from core.person import Consent, Person, Use
from core.session import SessionInfo
from review.exports.whole_file import whole_file

PERSON_FILE = "person.json"


def person_json(
    person: Person,
    consents: Sequence[Consent],
    sessions: Sequence[SessionInfo],
    uses: Mapping[int, Use],
    facts: Mapping[str, Any],
) -> dict[str, Any]:
    """What the file holds; a session's numbers lie in the folder that is named with it."""
    return {
        "person": {
            "number": person.id,
            "pseudonym": person.pseudonym,
            "year_of_birth": person.year_of_birth,
            "sex": person.sex,
            "notes": person.notes,
        },
        "consents": [
            {
                "scope": one.scope,
                "version": one.version,
                "text": one.text,
                "given_utc": one.given_utc.isoformat(),
                "withdrawn_utc": one.withdrawn_utc.isoformat() if one.withdrawn_utc else None,
            }
            for one in consents
        ],
        "sessions": [
            {"number": info.id, "title": info.title, "folder": session_folder(info.id), "in_the_trend": uses.get(info.id)}
            for info in sessions
        ],
        **facts,
    }


def write_person_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write it, whole or not at all; raises OutputUnwritable."""
    with whole_file(path) as stream:
        json.dump(content, stream, ensure_ascii=False, indent=2)
        stream.write("\n")


def session_folder(session: int) -> str:
    """The name of a session's folder."""
    return f"session-{session:04d}"
