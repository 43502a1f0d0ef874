from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from core.baseline import VoiceBaseline
from core.calibration import Calibrated, Calibration
from store.baselines import add_calibration, add_voice_baseline, read_calibration, read_voice_baseline
from store.deletion import delete_person
from store.engine import sqlite
from store.people import add_person
from store.person_facts import read_facts

A_BASELINE = VoiceBaseline(
    centre=np.array([1.5, np.nan, -3.25e-7], np.float32),
    spread=np.array([0.1, np.nan, 2.0], np.float32),
    segments=6,
    speech_s=20.4,
    input_kind="voice-statistics-v1",
    model="statistics_lda",
    made_utc=datetime(2026, 11, 21, 10, 30, tzinfo=UTC),
    source="größe.wav",
    caution="The loudness jumped 2 times.",
)

A_CALIBRATION = Calibration(
    signals={"index": Calibrated(33.25, 2.5, 40), "voice.pitch_hz": Calibrated(141.0, 0.0, 7)},
    rest_s=5.03,
    speech_s=20.4,
    source="Größe (camera), mic",
    made_utc=datetime(2026, 11, 27, 9, 30, tzinfo=UTC),
)


def test_ordinary_speech_is_read_as_it_was_stored_bit_for_bit(store):
    person = add_person(store, "Änne")
    assert read_voice_baseline(store, person.id) is None
    add_voice_baseline(store, person.id, A_BASELINE)
    found = read_voice_baseline(store, person.id)
    assert found.facts() == A_BASELINE.facts()
    assert (found.centre.tobytes(), found.spread.tobytes()) == (A_BASELINE.centre.tobytes(), A_BASELINE.spread.tobytes())
    assert store.execute("SELECT action, subject, detail FROM audit ORDER BY seq DESC LIMIT 1").fetchone() == (
        "add",
        f"person {person.id}",
        "ordinary speech",
    )


def test_the_newest_holds_for_its_person_only_and_the_one_before_stays(store):
    person, other = add_person(store, "Änne"), add_person(store, "Ben")
    newer = replace(A_BASELINE, made_utc=A_BASELINE.made_utc + timedelta(days=90), segments=7)
    for one in (newer, A_BASELINE):
        add_voice_baseline(store, person.id, one)
    assert read_voice_baseline(store, person.id).segments == 7
    assert read_voice_baseline(store, other.id) is None
    assert store.execute("SELECT count(*) FROM baseline").fetchone() == (2,)


def test_nothing_is_stored_for_nobody(store):
    with pytest.raises(sqlite.IntegrityError):
        add_voice_baseline(store, 99, A_BASELINE)
    assert store.execute("SELECT count(*) FROM baseline").fetchone() == (0,)
    assert store.execute("SELECT count(*) FROM audit").fetchone() == (0,)


def test_a_calibration_is_read_as_it_was_stored_and_the_newest_holds(store):
    person, other = add_person(store, "Änne"), add_person(store, "Ben")
    assert read_calibration(store, person.id) is None
    newer = replace(A_CALIBRATION, signals={}, made_utc=A_CALIBRATION.made_utc + timedelta(days=1))
    for one in (newer, A_CALIBRATION):
        add_calibration(store, other.id, one)
    add_calibration(store, person.id, A_CALIBRATION)
    assert read_calibration(store, person.id) == A_CALIBRATION
    assert read_calibration(store, other.id) == newer
    assert read_voice_baseline(store, person.id) is None
    assert store.execute("SELECT detail FROM audit ORDER BY seq DESC LIMIT 1").fetchone() == ("calibration",)


def test_the_export_of_a_person_and_the_deletion_hold_the_calibration(store):
    person = add_person(store, "Änne")
    add_calibration(store, person.id, A_CALIBRATION)
    [exported] = read_facts(store, person.id)["baselines"]
    assert (exported["kind"], exported["numbers"], exported["source"]["rest_s"]) == ("calibration", [33.25, 2.5, 141.0, 0.0], 5.03)
    delete_person(store, person.id)
    assert store.execute("SELECT count(*) FROM baseline").fetchone() == (0,)
