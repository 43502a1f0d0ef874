"""FHIR R4: what was measured as Observations with local codes, questionnaires with LOINC's; never a Condition, for nothing is diagnosed."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from core.labels import MODALITIES, Modality
from core.person import Person
from core.questionnaire import Filled
from core.session import SessionInfo
from core.session_values import INDEX, SessionValues
from review.exports.fhir_forms import add_form, held
from review.exports.fhir_parts import Entries, Resource, component, local_code, observation, patient, program, quantity
from review.exports.whole_file import whole_file
from review.summary import DESCRIPTORS, IndexSummary, LaneSummary, SessionSummary

INDEX_CODE = local_code("depressive-affect-index", "Depressive-affect index")
INDEX_NOTE = (
    "0 to 100. Not points of a questionnaire, not a probability of illness, not a diagnosis, and not validated against diagnoses: it "
    "supports a professional's judgement and must not stand alone."
)
LANE_NOTE = "What face, voice or words resembled; an expression is not a feeling. Not a diagnosis."
_POINTS, _POINTS_UCUM = "index points", "{index}"
_UCUM = {"Hz": "Hz", "semitones": "{semitone}", "dBFS": "dB{fs}", "dB": "dB", "peaks/s": "/s", "0–1": "1"}


@dataclass(frozen=True, slots=True)
class Measured:
    """A session with its numbers."""

    info: SessionInfo
    summary: SessionSummary


def session_bundle(measured: Measured, person: Person | None, forms: Sequence[Filled]) -> Resource:
    """A session's index, lanes and voice, with the forms that were filled in beside it."""
    entries = Entries()
    subject = entries.add(patient(person)) if person else None
    device = entries.add(program())
    common = _of_session(measured.info, subject, device)
    entries.add(_index(measured.summary.index, **common))
    for modality in MODALITIES:
        lane = measured.summary.lanes[modality]
        if lane.took_part:
            entries.add(_lane(lane, **common))
    if measured.summary.lanes[Modality.VOICE].took_part:
        entries.add(_voice(measured.summary, **common))
    for form in held(forms):
        add_form(entries, form, subject)
    return entries.bundle(datetime.now(UTC))


def period_bundle(sessions: Iterable[SessionValues], person: Person, forms: Sequence[Filled]) -> Resource:
    """The index of every session of a period, and its forms."""
    entries = Entries()
    subject, device = entries.add(patient(person)), entries.add(program())
    for one in sessions:
        value = one.values.get(INDEX)
        share = component(
            "measured-share", "Share of the moments that have a number", quantity(one.quality.get(INDEX, 0.0) * 100, "%", "%", 0)
        )
        more = {"identifier": [_identifier(one.session)], "effectiveDateTime": one.started.isoformat(timespec="seconds"), "device": device}
        noted = {"note": [{"text": INDEX_NOTE}]}
        entries.add(observation(INDEX_CODE, subject, **more, **quantity(value, _POINTS, _POINTS_UCUM, 1), **noted, component=[share]))
    for form in held(forms):
        add_form(entries, form, subject)
    return entries.bundle(datetime.now(UTC))


def write_fhir(path: Path, bundle: Resource) -> None:
    """Write a bundle, whole or not at all; raises OutputUnwritable."""
    with whole_file(path) as stream:
        json.dump(bundle, stream, ensure_ascii=False, indent=1, allow_nan=False)
        stream.write("\n")


def _of_session(info: SessionInfo, subject: Mapping[str, str] | None, device: Mapping[str, str]) -> dict[str, Any]:
    ended = info.ended_utc or info.started_utc + timedelta(seconds=info.seconds)
    period = {"start": info.started_utc.isoformat(timespec="seconds"), "end": ended.isoformat(timespec="seconds")}
    return {"subject": subject, "identifier": [_identifier(info.id)], "effectivePeriod": period, "device": dict(device)}


def _identifier(session: int) -> dict[str, str]:
    return {"system": "urn:affectograph:sessions", "value": str(session)}


def _index(index: IndexSummary, **common: Any) -> Resource:
    """The median; where the fusion abstained, why there is none."""
    middle = index.middle
    parts = [
        ("lower-quartile", "Lower quartile", middle.lower_quartile if middle else None),
        ("upper-quartile", "Upper quartile", middle.upper_quartile if middle else None),
        ("lowest", "Lowest", index.lowest),
        ("highest", "Highest", index.highest),
        ("band-width", "Width of the band of uncertainty, median", index.band_width),
    ]
    components = [component(code, words, quantity(value, _POINTS, _POINTS_UCUM, 1)) for code, words, value in parts if middle]
    share = quantity(index.measured_share * 100, "%", "%", 0)
    components.append(component("measured-share", "Share of the moments that have a number", share))
    value = quantity(middle.median if middle else None, _POINTS, _POINTS_UCUM, 1)
    return observation(INDEX_CODE, **common, **value, note=[{"text": INDEX_NOTE}], component=components)


def _lane(lane: LaneSummary, **common: Any) -> Resource:
    """How often each expression was the strongest, of the measured time."""
    unit = "entries" if lane.modality is Modality.TEXT else "s"
    components = [
        component(f"resembled-{emotion}", f"Resembled {emotion} most", quantity(share.share * 100, "%", "%", 1))
        for emotion, share in (lane.expressions or {}).items()
    ]
    components.append(component("measured", "Measured", quantity(lane.measured_s, unit, "{entry}" if unit == "entries" else "s", 0)))
    if lane.quality is not None:
        components.append(component("quality", "Quality, median", quantity(lane.quality, "0–1", "1", 2)))
    code = local_code(f"{lane.modality}-expressions", f"What the {lane.modality} resembled, share of the measured time")
    why = {} if lane.expressions else quantity(None, "", "", 0)
    return observation(code, **common, **why, note=[{"text": LANE_NOTE}], component=components)


def _voice(summary: SessionSummary, **common: Any) -> Resource:
    middles = [(one, summary.voice[one.field]) for one in DESCRIPTORS]
    components = [
        component(
            one.field.replace("_", "-"), f"{one.name}, median", quantity(middle.median if middle else None, one.unit, _UCUM[one.unit], 3)
        )
        for one, middle in middles
    ]
    return observation(local_code("voice-descriptors", "How the voice sounded"), **common, component=components)
