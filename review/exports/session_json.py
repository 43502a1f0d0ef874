"""session.json: how the numbers beside it came about, in a stable form."""

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from core.labels import Modality
from core.session import Mark, SessionResults
from core.version import running_versions
from review.exports.whole_file import whole_file

SCHEMA = "affectograph-session-1"
SESSION_FILE = "session.json"


def session_json(results: SessionResults) -> dict[str, Any]:
    """The session without its readings and scores, fit for JSON: no NaN, enums as words, times in seconds and ISO 8601."""
    info = results.info
    return _plain(
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
            "fusions": sorted({score.fusion for score in results.scores}),
            "versions": info.versions,
            "written_with": running_versions(),
            "settings": info.settings,
            "counts": {
                **info.counts,
                "readings": len(results.readings),
                "scores": len(results.scores),
                "scores_abstained": sum(score.value is None for score in results.scores),
                "lanes": {lane.value: _lane_counts(results, lane) for lane in Modality if _took_part(results, lane)},
            },
            "gaps": [
                {"modality": gap.modality, "starts_at": gap.starts_at, "ends_at": gap.ends_at, "why": gap.why} for gap in results.gaps
            ],
            "marks": [{"at": mark.at, "name": mark.name, "class_map": _class_map(mark)} for mark in results.marks],
            "notes": [{"at": note.at, "text": note.text} for note in results.notes],
        }
    )


def write_session_json(path: Path, results: SessionResults) -> None:
    """`session_json` as a file; raises OutputUnwritable."""
    with whole_file(path) as stream:
        json.dump(session_json(results), stream, ensure_ascii=False, indent=2, allow_nan=False)
        stream.write("\n")


def _took_part(results: SessionResults, lane: Modality) -> bool:
    return lane in results.info.sources or any(reading.modality is lane for reading in results.readings)


def _lane_counts(results: SessionResults, lane: Modality) -> dict[str, Any]:
    readings = results.of(lane)
    absent = Counter(reading.absent_because.value for reading in readings if reading.absent_because)
    return {
        "readings": len(readings),
        "measured": len(readings) - absent.total(),
        "absent": dict(sorted(absent.items())),
        "dropped": sum(reading.dropped_before for reading in readings),
    }


def _class_map(mark: Mark) -> dict[str, Any] | None:
    """Where the face's network looked for `label`: rows from the top of the face's square, 0 to 255."""
    return {"label": mark.class_map.label, "rows": mark.class_map.rows} if mark.class_map else None


def _plain(value: Any) -> Any:
    """`value` as JSON can say it: mappings with words as keys, numbers of Python, null for what is not a number."""
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Sequence):
        return [_plain(one) for one in value]
    if value is None or isinstance(value, bool | int):
        return value
    number = value.item() if hasattr(value, "item") else value
    if isinstance(number, float):
        return number if math.isfinite(number) else None
    return number if isinstance(number, bool | int) else str(number)
