"""Questionnaires as FHIR: each form a QuestionnaireResponse, and its total an Observation. Only what the person answered is in them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from core.questionnaire import Filled
from review.exports.fhir_parts import LOINC, Entries, Resource, absent, local_code, loinc_code, observation, quantity
from review.questionnaire import (
    ANSWER_CODES,
    ANSWER_WORDS,
    DIFFICULTY_CODE,
    DIFFICULTY_QUESTION,
    DIFFICULTY_WORDS,
    FORMS,
    Form,
    band_of,
    score_of,
)

_LOCAL_FORM = "urn:affectograph:questionnaire:"


def held(forms: Sequence[Filled]) -> list[Filled]:
    """Those that no later one corrects."""
    corrected = {one.replaces for one in forms if one.replaces is not None}
    return [one for one in forms if one.id is None or one.id not in corrected]


def add_form(entries: Entries, filled: Filled, subject: Mapping[str, str] | None) -> None:
    """A form and its total."""
    form = FORMS[filled.kind]
    response = entries.add(_response(form, filled, subject))
    score = score_of(filled)
    code = loinc_code(form.total, f"{form.name} total") if form.total else local_code(f"{filled.kind}-total", f"{form.name} total")
    more: dict[str, Any] = {"effectiveDateTime": _moment(filled.filled_at), "derivedFrom": [response]}
    if score.total is None:
        more |= absent(score.not_scored_because)
    else:
        more |= quantity(score.total, "points", "{score}", 0)
        more["interpretation"] = [{"text": f"{band_of(form, score.total).name} ({form.source})"}]
    if score.estimated:
        more["note"] = [{"text": "Estimated: items were left out."}]
    entries.add(observation(code, subject, **more))


def _response(form: Form, filled: Filled, subject: Mapping[str, str] | None) -> Resource:
    items = [
        _item(f"/{item.loinc}", item.words, _choice(ANSWER_CODES[answer], ANSWER_WORDS[answer]) if answer is not None else None)
        for item, answer in zip(form.items, filled.answers, strict=True)
    ]
    if filled.difficulty is not None:
        items.append(_item(f"/{DIFFICULTY_CODE}", DIFFICULTY_QUESTION, {"valueString": DIFFICULTY_WORDS[filled.difficulty]}))
    total = score_of(filled).total
    if total is not None:
        items.append(_item(f"/{form.total or f'{filled.kind}-total'}", "Total", {"valueInteger": total}))
    return {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": f"{LOINC}/q/{form.panel}" if form.panel else f"{_LOCAL_FORM}{filled.version}",
        "status": "amended" if filled.replaces is not None else "completed",
        **({"subject": dict(subject), "source": dict(subject)} if subject else {}),
        "authored": _moment(filled.filled_at),
        "item": items,
    }


def _item(link: str, words: str, answer: Mapping[str, Any] | None) -> dict[str, Any]:
    """A question; one that was left out has no answer."""
    return {"linkId": link, "text": words} | ({"answer": [dict(answer)]} if answer else {})


def _choice(code: str, words: str) -> dict[str, Any]:
    return {"valueCoding": {"system": LOINC, "code": code, "display": words}}


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
