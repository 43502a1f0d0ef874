import json
import math
from dataclasses import replace

import numpy as np

from core.version import VERSION, running_versions
from review.exports.session_json import SCHEMA, session_json, write_session_json
from tests.fixtures.sessions import MARKUP, empty_session, session

KEYS = [
    *("schema", "id", "title", "started_utc", "ended_utc", "zone", "seconds", "recorded", "recovered", "sources", "models", "fusions"),
    *("versions", "written_with", "settings", "counts", "gaps", "marks", "notes"),
]


def test_the_schema_is_named_and_its_keys_are_stable():
    made = session_json(session(30.0))
    assert made["schema"] == SCHEMA == "affectograph-session-1"
    assert list(made) == KEYS
    assert list(session_json(empty_session())) == KEYS


def test_it_says_how_the_numbers_came_about(tmp_path):
    results = session(60.0)
    write_session_json(tmp_path / "session.json", results)
    read = json.loads((tmp_path / "session.json").read_text(encoding="utf-8"))
    assert read["models"]["face"] == {"name": "face-first", "sha256": "a" * 64}
    assert read["settings"]["face.rate_hz"] == 15.0
    assert read["sources"] == {"face": "Webcam 0", "voice": "USB microphone", "text": "text box"}
    assert read["started_utc"] == "2026-03-02T09:30:00+00:00"
    assert read["gaps"] == [
        {"modality": "face", "starts_at": results.gaps[0].starts_at, "ends_at": results.gaps[0].ends_at, "why": results.gaps[0].why}
    ]
    assert [note["text"] for note in read["notes"]][1] == MARKUP
    assert read["fusions"] == ["weighted-1"]
    assert read["written_with"]["affectograph"] == VERSION


def test_counts_agree_with_the_readings():
    results = session(60.0)
    counts = session_json(results)["counts"]
    assert counts["readings"] == len(results.readings)
    face = counts["lanes"]["face"]
    assert face["readings"] == face["measured"] + sum(face["absent"].values())
    assert set(face["absent"]) == {"no face", "two people"}
    assert counts["scores_abstained"] == sum(score.value is None for score in results.scores)
    assert counts["frames"] == 1800


def test_what_is_not_a_number_is_null(tmp_path):
    results = session(10.0)
    odd = {"a": math.nan, "b": math.inf, "c": [np.float32(0.5), np.float64("nan")], "d": np.int64(3), "e": True}
    write_session_json(tmp_path / "session.json", replace(results, info=replace(results.info, settings=odd)))
    words = (tmp_path / "session.json").read_text(encoding="utf-8")
    assert "NaN" not in words
    assert "Infinity" not in words
    assert json.loads(words)["settings"] == {"a": None, "b": None, "c": [0.5, None], "d": 3, "e": True}


def test_the_running_versions_name_python_and_numpy():
    versions = running_versions()
    assert versions["numpy"] == np.__version__
    assert "python" in versions
