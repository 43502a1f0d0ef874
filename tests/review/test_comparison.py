from dataclasses import replace

import pytest

from core.readings import NOT_ENOUGH_EVIDENCE
from review.comparison import CAUTION, compared, difference_in_words
from review.summary import summarise
from review.summary_rows import Figure, sections
from tests.fixtures.sessions import empty_session, session

WHOLE = sections(summarise(session(600.0, rate_hz=5.0)))


def rows(found, title):
    return {row.name: row.words for row in next(one for one in found if one.title == title).rows}


def test_a_summary_says_index_shares_descriptors_quality_and_how_much_was_measured():
    assert rows(WHOLE, "Index")["Median"].endswith(")")
    face = rows(WHOLE, "Face")
    assert "of the session)" in face["Measured"]
    assert face["Face resembled neutral"].count("%") == 1
    assert "poor" in face["Quality, median (0–1)"]
    assert face["Why it was low"] == "the picture is dark"
    assert face["Gaps"] == "30.0 s"
    assert "Hz (" in rows(WHOLE, "Speaking")["Pitch"]
    assert rows(WHOLE, "Text")["Measured"] == "7 of 8 entries"


def test_a_session_in_which_nothing_was_read_has_words_in_place_of_numbers():
    found = sections(summarise(empty_session()))
    assert rows(found, "Index")["Median"] == NOT_ENOUGH_EVIDENCE
    assert rows(found, "Face")["Face resembled"] == NOT_ENOUGH_EVIDENCE
    assert all("nan" not in words for one in found for words in rows(found, one.title).values())


def test_a_lane_that_did_not_take_part_says_so():
    silent = session(600.0, rate_hz=5.0)
    silent = replace(silent, info=replace(silent.info, sources={}), readings=[])
    assert rows(sections(summarise(silent)), "Voice") == {"Measured": "did not take part"}


def test_the_same_session_twice_has_no_change():
    words = [pair.difference for one in compared(WHOLE, WHOLE) for pair in one.pairs if pair.difference]
    assert len(words) > 15
    assert all(one.startswith("+0") and one.endswith("no change") for one in words)


def test_what_only_one_session_has_stands_beside_a_dash():
    empty = sections(summarise(empty_session()))
    pairs = {pair.name: pair for one in compared(WHOLE, empty) for pair in one.pairs}
    assert pairs["Absent: two people"].second == "–"
    assert pairs["Median"].second == NOT_ENOUGH_EVIDENCE
    assert pairs["Median"].difference == ""


def figure(value: float, half: float, **more) -> Figure:
    known = {"unit": "%", "step": "points", "decimals": 0, "spread": "95 % intervals"}
    return Figure(value=value, low=value - half, high=value + half, **(known | more))


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        (figure(20, 5), figure(28, 5), "+8 points, within the 95 % intervals: no change"),
        (figure(20, 5), figure(40, 5), "+20 points, beyond the 95 % intervals"),
        (figure(40, 5), figure(20, 5), "−20 points, beyond the 95 % intervals"),
        (
            figure(200, 5, step="Hz", spread="quartiles"),
            figure(190, 5, step="Hz", spread="quartiles"),
            "−10 Hz, within the quartiles: no change",
        ),
        (figure(0.3, 0.1, step="", decimals=2, spread="quartiles"), figure(0.31, 0.1), "+0.01, within the quartiles: no change"),
    ],
)
def test_a_difference_within_the_intervals_is_no_change(first, second, words):
    assert difference_in_words(first, second) == words


def test_the_page_says_that_two_sessions_are_no_trend():
    assert "not a change" in CAUTION
    assert "no trend" in CAUTION
