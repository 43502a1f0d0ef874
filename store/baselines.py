"""What is usual for one person, of which the newest holds; the ones before stay."""

import json
from datetime import datetime

import numpy as np

from core.baseline import VoiceBaseline
from core.calibration import Calibrated, Calibration
from core.failures import Failure, WrongUse
from core.labels import Modality
from core.person import Scope
from core.session_values import INDEX
from store import audit
from store.consents import consented
from store.engine import sqlite

VOICE_CENTRE = "voice_centre"
"""The kind whose numbers are a centre and its spread, one after the other."""

CALIBRATION = "calibration"
"""The kind whose numbers are a pair for each signal that its source names: the centre and its spread."""

_LITTLE_ENDIAN = np.dtype("<f4")

_INSERT = "INSERT INTO baseline (person, modality, kind, model, made_utc, numbers, source) VALUES (?, ?, ?, ?, ?, ?, ?)"
_SELECT = (
    "SELECT model, made_utc, numbers, source FROM baseline "
    "WHERE person = ? AND modality = ? AND kind = ? ORDER BY made_utc DESC, id DESC LIMIT 1"
)


def require_consent(connection: sqlite.Connection, person: int) -> None:
    """Raise WrongUse where somebody has not consented to storing; raises sqlite.Error."""
    if not consented(connection, person, Scope.STORE):
        why = "The person has not consented to storing what is measured."
        how = "It is used until the program ends. Note the consent first: main.py people consent NAME --give store"
        raise WrongUse(Failure("The ordinary speech is not stored.", why, how))


def add_voice_baseline(connection: sqlite.Connection, person: int, baseline: VoiceBaseline) -> None:
    """Let it hold from now on; raises sqlite.Error."""
    numbers = np.stack((baseline.centre, baseline.spread)).astype(_LITTLE_ENDIAN).tobytes()
    facts = baseline.facts()
    model, made_utc = facts.pop("model"), facts.pop("made_utc")
    with audit.recorded(connection, "add", f"person {person}", "ordinary speech"):
        connection.execute(_INSERT, (person, Modality.VOICE, VOICE_CENTRE, model, made_utc, numbers, json.dumps(facts)))


def read_voice_baseline(connection: sqlite.Connection, person: int) -> VoiceBaseline | None:
    """The newest of a person; None: there is none. Raises sqlite.Error."""
    row = connection.execute(_SELECT, (person, Modality.VOICE, VOICE_CENTRE)).fetchone()
    if row is None:
        return None
    model, made_utc, numbers, source = row
    centre, spread = np.frombuffer(numbers, _LITTLE_ENDIAN).reshape(2, -1).astype(np.float32)
    return VoiceBaseline(centre=centre, spread=spread, model=model, made_utc=datetime.fromisoformat(made_utc), **json.loads(source))


def add_calibration(connection: sqlite.Connection, person: int, calibration: Calibration) -> None:
    """Let it hold from now on; raises sqlite.Error."""
    signals = calibration.signals
    numbers = np.array([(one.centre, one.spread) for one in signals.values()], _LITTLE_ENDIAN).tobytes()
    source = {
        "signals": {key: one.count for key, one in signals.items()},
        "rest_s": calibration.rest_s,
        "speech_s": calibration.speech_s,
        "source": calibration.source,
    }
    with audit.recorded(connection, "add", f"person {person}", "calibration"):
        connection.execute(_INSERT, (person, INDEX, CALIBRATION, "", calibration.made_utc.isoformat(), numbers, json.dumps(source)))


def read_calibration(connection: sqlite.Connection, person: int) -> Calibration | None:
    """The newest of a person; None: there is none. Raises sqlite.Error."""
    row = connection.execute(_SELECT, (person, INDEX, CALIBRATION)).fetchone()
    if row is None:
        return None
    _, made_utc, numbers, source = row
    facts = json.loads(source)
    pairs = np.frombuffer(numbers, _LITTLE_ENDIAN).reshape(-1, 2).tolist()
    counts: dict[str, int] = facts.pop("signals")
    signals = {key: Calibrated(centre, spread, count) for (key, count), (centre, spread) in zip(counts.items(), pairs, strict=True)}
    return Calibration(signals=signals, made_utc=datetime.fromisoformat(made_utc), **facts)
