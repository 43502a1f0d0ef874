"""session.json: how the numbers beside it came about, in a stable form."""

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from core.labels import Modality
from core.session import Mark
from core.session_stream import SessionStream
from core.version import running_versions
from review.exports.whole_file import whole_file

SCHEMA = "affectograph-session-1"
SESSION_FILE = "session.json"


def session_json(session: SessionStream) -> dict[str, Any]:
    """The session without its readings and scores, fit for JSON: no NaN, enums as words, times in seconds and ISO 8601."""
    info = session.info
    lanes = {lane.value: counted for lane, counted in _lane_counts(session).items() if counted["readings"] or lane in info.sources}
    fusions = Counter((score.fusion, score.value is None) for score in session.scores)
    return plain(
        {
            "schema": SCHEMA,
            "id": info.id,
            "title": info.title,
            "started_utc": info.started_utc.isoformat(),
            "ended_utc": info.ended_utc.isoformat() if info.ended_utc else None,
            "zone": info.zone,
            "seconds": info.seconds,
            "recorded": info.recorded,
            "recovered": info.recovered,
            "sources": info.sources,
            "models": info.models,
            "fusions": sorted({fusion for fusion, _ in fusions}),
            "versions": info.versions,
            "written_with": running_versions(),
            "settings": info.settings,
            "counts": {
                **info.counts,
                "readings": sum(counted["readings"] for counted in lanes.values()),
                "scores": fusions.total(),
                "scores_abstained": sum(count for (_, abstained), count in fusions.items() if abstained),
                "lanes": lanes,
            },
            "gaps": [
                {"modality": gap.modality, "starts_at": gap.starts_at, "ends_at": gap.ends_at, "why": gap.why} for gap in session.gaps
            ],
            "marks": [{"at": mark.at, "name": mark.name, "class_map": _class_map(mark)} for mark in session.marks],
            "notes": [{"at": note.at, "text": note.text} for note in session.notes],
        }
    )


def write_session_json(path: Path, session: SessionStream) -> None:
    """`session_json` as a file; raises OutputUnwritable."""
    with whole_file(path) as stream:
        json.dump(session_json(session), stream, ensure_ascii=False, indent=2, allow_nan=False)
        stream.write("\n")


def _lane_counts(session: SessionStream) -> dict[Modality, dict[str, Any]]:
    """How much each lane read, measured and lost, in one passage through the readings."""
    readings, dropped = Counter[Modality](), Counter[Modality]()
    absent: dict[Modality, Counter[str]] = {lane: Counter() for lane in Modality}
    for reading in session.readings:
        readings[reading.modality] += 1
        dropped[reading.modality] += reading.dropped_before
        if reading.absent_because:
            absent[reading.modality][reading.absent_because.value] += 1
    return {
        lane: {
            "readings": readings[lane],
            "measured": readings[lane] - absent[lane].total(),
            "absent": dict(sorted(absent[lane].items())),
            "dropped": dropped[lane],
        }
        for lane in Modality
    }


def _class_map(mark: Mark) -> dict[str, Any] | None:
    """Where the face's network looked for `label`: rows from the top of the face's square, 0 to 255."""
    return {"label": mark.class_map.label, "rows": mark.class_map.rows} if mark.class_map else None


def plain(value: Any) -> Any:
    """`value` as JSON can say it: mappings with words as keys, numbers of Python, null for what is not a number."""
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Sequence):
        return [plain(one) for one in value]
    if value is None or isinstance(value, bool | int):
        return value
    number = value.item() if hasattr(value, "item") else value
    if isinstance(number, float):
        return number if math.isfinite(number) else None
    return number if isinstance(number, bool | int) else str(number)
