"""What is usual for a person, from a real encrypted store."""

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bench.sample_record import PASSPHRASE, write_record
from bench.sample_year import FIRST_DAY, Persona
from core.calendar import Period
from core.calibration import Calibrated, Calibration
from core.person import Use
from core.session_values import INDEX
from core.settings import ReviewSettings
from core.usual import Standing, place_of
from gui.store_door import StoreDoor
from gui.trend_record import read_record
from gui.usual_record import UsualRecord, read_usual
from review.measures import MEASURES
from review.trends import trend
from store.baselines import add_calibration
from store.database import writing
from store.people import NoSuchPerson
from store.session_use import set_use
from store.vault import Vault
from tests.fixtures.stores import CHEAP

MOVED = Persona("Ω <b>", 1980, None, "", {FIRST_DAY: 0.8, date(2025, 7, 1): 0.1}, minutes=0.8, last=date(2025, 10, 31))
FEW = Persona("few", None, None, "", {FIRST_DAY: 0.5}, minutes=0.8, missed=0.0, first=date(2026, 3, 10))
SETTINGS = ReviewSettings()
MADE = Calibration(
    signals={INDEX: Calibrated(33.0, 2.0, 30)}, rest_s=5.0, speech_s=20.0, source="", made_utc=datetime(2026, 3, 1, tzinfo=UTC)
)


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> Path:
    return write_record(tmp_path_factory.mktemp("record"), (MOVED, FEW), CHEAP)


@pytest.fixture
def vault(written, tmp_path) -> Vault:
    shutil.copytree(written.parent, tmp_path / "home")
    made = Vault(tmp_path / "home" / written.name, CHEAP)
    made.unlock(PASSPHRASE)
    return made


def test_it_is_the_baseline_of_the_trend_and_its_drift_is_the_trends_change(vault):
    sessions = read_record(vault.store, 1, "").sessions
    drawn = trend(sessions, MEASURES[INDEX], Period.WEEK, datetime.now(UTC) + timedelta(days=1))
    one = read_usual(vault.store, 1, SETTINGS)
    assert one.person == MOVED.name
    assert one.index == drawn.usual
    assert one.index.count == SETTINGS.baseline_days
    assert one.drifts[INDEX].since == drawn.shifts[-1].day
    assert one.drifts[INDEX].now < one.drifts[INDEX].before
    assert place_of(sessions[-1].values[INDEX], one.index).standing is Standing.LOWER


def test_the_session_that_is_looked_at_and_excluded_ones_are_left_out(vault):
    first, second, *_ = read_record(vault.store, 1, "").sessions
    whole = read_usual(vault.store, 1, SETTINGS).index
    without = read_usual(vault.store, 1, SETTINGS, without=first.session).index
    assert without.first == second.started.date() != whole.first
    with writing(vault.store.database, vault.store.key) as connection:
        set_use(connection, first.session, Use.EXCLUDED)
    assert read_usual(vault.store, 1, SETTINGS).index == without


def test_of_a_person_with_few_sessions_it_is_said_how_many_are_missing_and_the_calibration_stands_in(vault):
    assert read_usual(vault.store, 2, SETTINGS).calibration is None
    with writing(vault.store.database, vault.store.key) as connection:
        add_calibration(connection, 2, MADE)
    one = read_usual(vault.store, 2, SETTINGS)
    assert one.index is None
    assert one.missing == 6 - one.days > 0
    assert one.calibration == MADE
    assert read_usual(vault.store, 1, SETTINGS).calibration is None


def test_a_locked_store_knows_nobody_and_a_person_who_is_not_there_is_named(vault):
    door = StoreDoor(vault)
    assert UsualRecord(door).of(2, SETTINGS).person == "few"
    with pytest.raises(NoSuchPerson, match="no person 99"):
        UsualRecord(door).of(99, SETTINGS)
    vault.lock()
    assert UsualRecord(door).of(2, SETTINGS) is None
    door.close()
