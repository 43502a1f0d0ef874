from dataclasses import replace

import pytest

from core.failures import WrongUse
from core.person import CONSENT_VERSION, CONSENT_WORDS, Person, Scope, Use, found, holding
from store.consents import consented, give_consent, read_consents
from store.deletion import withdraw_consent
from store.people import NoSuchPerson, add_person, change_person, people, read_person
from store.session_use import read_uses, set_use
from store.session_values import read_values, write_values
from store.session_writer import SessionWriter
from tests.fixtures.session_values import BEGIN, values_of
from tests.fixtures.sessions import info


def audit_rows(store):
    return store.execute("SELECT action, subject, detail FROM audit ORDER BY seq").fetchall()


def test_a_person_is_kept_with_any_letters_and_only_the_pseudonym_is_needed(store):
    whole = add_person(store, "  Ōë \u202e“Nachtigall”  睡眠 ", 1961, "female", "knits\nsecond line")
    bare = add_person(store, "7")
    assert whole == Person(1, "Ōë \u202e“Nachtigall” 睡眠", 1961, "female", "knits\nsecond line")
    assert bare == Person(2, "7")
    assert people(store) == [bare, whole]
    assert audit_rows(store) == [("add", "person", "")] * 2


def test_a_letter_that_utf_8_does_not_have_is_kept_as_a_question_mark(store):
    assert add_person(store, "a\udc80b").pseudonym == "a?b"


def test_who_is_known_is_changed_and_the_log_does_not_say_what(store):
    person = add_person(store, "Änne")
    assert change_person(store, Person(person.id, "Änne B", 1970, None, "moved")) == Person(1, "Änne B", 1970, None, "moved")
    assert audit_rows(store)[-1] == ("change", "person 1", "")


@pytest.mark.parametrize(
    ("pseudonym", "year", "why"), [("  ", None, "empty"), ("änne", None, "already"), ("x", 1812, "1812"), ("x", 3000, "3000")]
)
def test_what_cannot_be_is_refused_in_a_sentence_and_stores_nothing(store, pseudonym, year, why):
    add_person(store, "Änne")
    with pytest.raises(WrongUse, match=why):
        add_person(store, pseudonym, year)
    with pytest.raises(NoSuchPerson):
        read_person(store, 2)


@pytest.mark.parametrize("query", ["anne", "ÄNNE", "muller", "Müller ann", "1961", "lod strasse", "睡"])
def test_search_finds_any_letters_without_case_and_accents(query):
    one = Person(1, "Änne Müller 睡眠", 1961, None, "from Łódź, Straße 3")
    assert found([one, Person(2, "Bo")], query) == [one]


def test_search_wants_every_word_and_shows_all_for_none():
    two = [Person(1, "Änne"), Person(2, "Bo")]
    assert found(two, "anne bo") == []
    assert found(two, "  ") == two


def test_a_consent_has_version_time_and_the_words_that_were_shown(store):
    person = add_person(store, "Änne").id
    give_consent(store, person, Scope.STORE)
    give_consent(store, person, Scope.STORE)
    [consent] = read_consents(store, person)
    assert (consent.version, consent.text, consent.withdrawn_utc) == (CONSENT_VERSION, CONSENT_WORDS[Scope.STORE], None)
    assert consented(store, person, Scope.STORE)
    assert not consented(store, person, Scope.RECORD)


def test_a_consent_that_is_withdrawn_stays_told_and_can_be_given_again(store):
    person = add_person(store, "Änne").id
    give_consent(store, person, Scope.RESEARCH)
    withdraw_consent(store, person, Scope.RESEARCH)
    assert holding(read_consents(store, person)) == {}
    give_consent(store, person, Scope.RESEARCH)
    first, second = read_consents(store, person)
    assert first.withdrawn_utc is not None
    assert holding([first, second]) == {Scope.RESEARCH: second}


def test_a_consent_to_other_words_is_asked_for_anew(store, monkeypatch):
    person = add_person(store, "Änne").id
    give_consent(store, person, Scope.STORE)
    monkeypatch.setattr("store.consents.CONSENT_VERSION", "en-2030-01")
    give_consent(store, person, Scope.STORE)
    assert [one.version for one in read_consents(store, person)] == [CONSENT_VERSION, "en-2030-01"]


def test_a_session_is_marked_as_baseline_or_left_out_and_the_trend_knows_it(store):
    person = add_person(store, "Änne").id
    writer = SessionWriter(store, replace(info(60.0), person=person))
    writer.end({}, info(60.0).ended_utc)
    write_values(store, values_of(writer.session_id, BEGIN, 40.0), 1)
    for use in (Use.BASELINE, Use.EXCLUDED):
        set_use(store, writer.session_id, use)
        assert read_uses(store, person) == {writer.session_id: use}
        assert [one.use for one in read_values(store, person, 1)[0]] == [use]
    set_use(store, writer.session_id, None)
    assert read_uses(store, person) == {}
