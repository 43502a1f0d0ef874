"""The pieces that all FHIR R4 resources of a bundle share (https://hl7.org/fhir/R4/)."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from core.person import Person
from core.readings import NOT_ENOUGH_EVIDENCE
from core.version import VERSION

Resource = dict[str, Any]

LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
LOCAL = "urn:affectograph:codes"
"""The system of codes that only this program has: LOINC has none for what expressions resemble, nor for the index."""

PERSONS = "urn:affectograph:persons"
_ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
_CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
_GENDERS = {"female": "female", "male": "male", "other": "other", "f": "female", "m": "male"}
"""FHIR's administrative genders; another word is not forced into one of them."""


class Entries:
    """The resources of a bundle; each gets an address of its own, by which others refer to it."""

    def __init__(self) -> None:
        self._entries: list[dict[str, Any]] = []

    def add(self, resource: Resource) -> dict[str, str]:
        """Take a resource in; gives the reference to it."""
        address = f"urn:uuid:{uuid.uuid4()}"
        self._entries.append({"fullUrl": address, "resource": resource})
        return {"reference": address}

    def bundle(self, made: datetime) -> Resource:
        """All of them, in the order in which they came."""
        return {"resourceType": "Bundle", "type": "collection", "timestamp": made.isoformat(), "entry": self._entries}


def patient(person: Person) -> Resource:
    """Somebody by pseudonym; there is no name in the record."""
    resource: Resource = {"resourceType": "Patient", "identifier": [{"system": PERSONS, "value": person.pseudonym}]}
    gender = _GENDERS.get((person.sex or "").strip().casefold())
    if gender:
        resource["gender"] = gender
    if person.year_of_birth:
        resource["birthDate"] = str(person.year_of_birth)
    return resource


def program() -> Resource:
    """What measured."""
    return {
        "resourceType": "Device",
        "deviceName": [{"name": "Affectograph", "type": "user-friendly-name"}],
        "version": [{"value": VERSION}],
    }


def observation(code: Mapping[str, Any], subject: Mapping[str, str] | None, **more: Any) -> Resource:
    """An Observation with its code and category; `more` are its other elements."""
    category = [{"coding": [{"system": _CATEGORY, "code": "procedure", "display": "Procedure"}]}]
    return {
        "resourceType": "Observation",
        "status": "final",
        "category": category,
        "code": dict(code),
        **({"subject": dict(subject)} if subject else {}),
        **more,
    }


def local_code(code: str, words: str) -> dict[str, Any]:
    """A code of this program."""
    return {"coding": [{"system": LOCAL, "code": code, "display": words}], "text": words}


def loinc_code(code: str, words: str) -> dict[str, Any]:
    """A code of LOINC."""
    return {"coding": [{"system": LOINC, "code": code}], "text": words}


def quantity(value: float | None, unit: str, ucum: str, decimals: int) -> dict[str, Any]:
    """A number with its unit; without one, that there is not enough evidence for it."""
    if value is None:
        return absent(NOT_ENOUGH_EVIDENCE)
    rounded = round(value, decimals)
    return {"valueQuantity": {"value": rounded if decimals else int(rounded), "unit": unit, "system": UCUM, "code": ucum}}


def absent(why: str) -> dict[str, Any]:
    """Why there is no value."""
    return {"dataAbsentReason": {"coding": [{"system": _ABSENT, "code": "unknown", "display": "Unknown"}], "text": why}}


def component(code: str, words: str, value: Mapping[str, Any]) -> dict[str, Any]:
    """A part of an Observation."""
    return {"code": local_code(code, words), **value}
