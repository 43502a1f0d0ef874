from contextlib import closing
from datetime import UTC, date, datetime

import pytest

from bench.sample_record import PASSPHRASE, write_record
from bench.sample_year import FIRST_DAY, HOLIDAYS, LAST_DAY, PERSONAS, Persona, forms_of
from core.calendar import Period
from core.questionnaire import Kind
from gui.trend_record import read_record
from review.measures import MEASURES
from review.questionnaire import needs_safety_panel
from review.session_values import VALUES_VERSION, session_values
from review.trends import trend
from store.database import open_for_writing
from store.failures import StoreUnavailable
from store.session_reader import read_session
from store.session_values import read_values
from store.vault import Vault
from tests.fixtures.stores import CHEAP

NOW = datetime(2026, 4, 1, tzinfo=UTC)
SHIFTING = Persona("Ω <b>&amp; 睡", 1980, None, "", {FIRST_DAY: 0.75, date(2025, 8, 15): 0.1}, minutes=1.0, last=date(2026, 1, 31))
FEW = Persona("few", None, None, "", {FIRST_DAY: 0.5}, minutes=1.0, first=date(2026, 3, 10))


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    database = write_record(tmp_path_factory.mktemp("sample"), (SHIFTING, FEW), CHEAP)
    vault = Vault(database, CHEAP)
    vault.unlock(PASSPHRASE)
    return vault.store


def test_the_sample_is_a_real_store_from_which_a_trend_is_read(store):
    record = read_record(store, 1, SHIFTING.name)
    index = trend(record.sessions, MEASURES["index"], Period.MONTH, NOW)
    assert len(record.sessions) > 25
    assert index.shifts[-1].lasts
    assert index.shifts[-1].distance < 0
    assert {form.kind for form in record.forms} == {Kind.PHQ9, Kind.GAD7}


def test_a_person_with_few_sessions_has_no_baseline(store):
    record = read_record(store, 2, FEW.name)
    assert trend(record.sessions, MEASURES["index"], Period.MONTH, NOW).usual is None


def test_values_that_are_missing_or_of_an_older_version_are_made_anew_from_the_readings(store):
    whole = read_record(store, 2, FEW.name)
    with closing(open_for_writing(store.database, store.key)) as connection:
        number = whole.sessions[0].session
        connection.execute("UPDATE session_values SET version = ? WHERE session = ?", (VALUES_VERSION - 1, number))
        assert read_values(connection, 2, VALUES_VERSION)[1] == [number]
        expected = session_values(read_session(connection, number))
    assert read_record(store, 2, FEW.name).sessions == whole.sessions
    assert whole.sessions[0] == expected


def test_a_second_sample_is_not_written_over_the_first(store):
    with pytest.raises(StoreUnavailable):
        write_record(store.database.parent, (FEW,), CHEAP)


def test_the_year_has_gaps_and_one_form_that_needs_the_safety_panel():
    forms = {persona.name: list(forms_of(persona)) for persona in PERSONAS}
    days = [form.filled_at.date() for person in forms.values() for form in person]
    assert not any(first <= day <= last for day in days for first, last in HOLIDAYS)
    assert min(days) >= FIRST_DAY
    assert max(days) <= LAST_DAY
    assert sum(needs_safety_panel(form.kind, form.answers) for person in forms.values() for form in person) == 1
    assert any(None in form.answers for person in forms.values() for form in person)
