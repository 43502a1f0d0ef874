from dataclasses import replace
from datetime import UTC, datetime

import pytest

from core.labels import Modality
from core.session import Judgement, Verdict
from store.judgements import add_judgement, read_judgements
from store.session_reader import NoSuchSession
from store.verify import faults
from tests.fixtures.sessions import session
from tests.fixtures.stores import KEY
from tests.store.test_tracks import write

SAID = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
AGREED = Judgement(modality=Modality.FACE, at=12.3, verdict=Verdict.AGREE, note="looked away – «да»", said_utc=SAID)


@pytest.fixture
def written(store) -> int:
    return write(store, session(30.0, rate_hz=2.0))


def test_the_newest_of_a_lane_and_a_moment_holds(store, written):
    index = replace(AGREED, modality=None, at=12.0, note="")
    for one in (AGREED, index, replace(AGREED, verdict=Verdict.DISAGREE, note=""), replace(AGREED, at=5.0)):
        add_judgement(store, written, one)
    assert read_judgements(store, written) == [
        replace(AGREED, at=5.0),
        index,
        replace(AGREED, verdict=Verdict.DISAGREE, note=""),
    ]
    assert store.execute("SELECT count(*) FROM judgement").fetchone() == (4,)


def test_each_is_a_change_in_the_audit_log_and_verify_finds_nothing(store, written, database):
    add_judgement(store, written, AGREED)
    add_judgement(store, written, replace(AGREED, modality=None))
    rows = store.execute("SELECT action, subject, detail FROM audit ORDER BY seq DESC LIMIT 2").fetchall()
    assert rows == [
        ("change", f"session {written}", "agree with the index at 12.3 s"),
        ("change", f"session {written}", "agree with the face at 12.3 s"),
    ]
    assert list(faults(database, KEY)) == []


def test_a_session_that_is_not_there_is_not_judged(store):
    with pytest.raises(NoSuchSession):
        add_judgement(store, 99, AGREED)
