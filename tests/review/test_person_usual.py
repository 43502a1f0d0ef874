from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from bench.change_limits import stable_persons
from core.calendar import Period
from core.calibration import Calibrated, Calibration
from core.labels import Modality
from core.person import Use
from core.reference_speakers import REFERENCES
from core.session_values import INDEX
from core.settings import ReviewSettings
from core.usual import DIFFERENT_RATE, Standing, place_of
from review.measures import MEASURES
from review.person_usual import person_usual
from review.trends import trend
from review.usual_words import (
    POPULATION_UNKNOWN,
    beside_calibration,
    drifted,
    in_general,
    index_usual,
    session_place,
    usual_range,
    usual_sections,
)
from tests.fixtures.session_values import BEGIN, values_of, weekly

NOW = BEGIN + timedelta(weeks=80)
STABLE = [40.0, 44.0, 38.0, 41.0, 45.0, 37.0, 42.0, 39.0]
CALIBRATION = Calibration(
    signals={INDEX: Calibrated(33.4, 2.0, 40)}, rest_s=5.0, speech_s=20.0, source="", made_utc=datetime(2026, 11, 27, 9, tzinfo=UTC)
)


def of(sessions, without=None, calibration=None, **settings):
    return person_usual("Änne", sessions, NOW, ReviewSettings(**settings), without=without, calibration=calibration)


def test_the_usual_is_that_of_the_trend_to_the_last_digit():
    sessions = weekly([*STABLE, 60.0, 61.0, 62.0, 63.0])
    drawn = trend(sessions, MEASURES[INDEX], Period.WEEK, NOW)
    assert of(sessions).index == drawn.usual
    assert of(sessions).index.centre == 40.5


def test_before_there_are_days_enough_it_is_said_how_many_are_missing():
    assert (of([]).days, of([]).missing, of([]).index) == (0, 6, None)
    assert of(weekly(STABLE[:5])).missing == 1
    assert index_usual(of(weekly(STABLE[:5]))) == "What is usual for Änne is not known yet: it takes 1 day more with a good session."
    assert of(weekly(STABLE[:5]), baseline_days=5).index.count == 5


def test_from_six_days_on_a_usual_is_said_as_far_as_it_goes():
    some, whole = of(weekly(STABLE[:6])), of(weekly(STABLE))
    assert (some.index.count, whole.index.count) == (6, 8)
    assert index_usual(some).startswith("Usual for Änne so far, 6 of 8 days: ")
    assert index_usual(whole) == f"Usual for Änne, 8 days: {usual_range(whole.index, MEASURES[INDEX])}."


def test_sessions_that_are_poor_short_excluded_or_misdated_do_not_count():
    good = weekly(STABLE[:6])
    bad = [
        values_of(90, BEGIN + timedelta(days=1), 99.0, quality={INDEX: 0.1}),
        values_of(91, BEGIN + timedelta(days=2), 99.0, measured={INDEX: 5.0}),
        values_of(92, BEGIN + timedelta(days=3), 99.0, use=Use.EXCLUDED),
        values_of(93, datetime(1970, 1, 1, tzinfo=UTC), 99.0),
        values_of(94, NOW + timedelta(days=400), 99.0),
    ]
    assert of([*good, *bad]) == of(good)


def test_the_session_that_is_looked_at_is_not_compared_with_itself():
    sessions = weekly([*STABLE[:7], 99.0])
    assert of(sessions, without=8).index.count == 7
    assert place_of(99.0, of(sessions, without=8).index).standing is Standing.HIGHER
    assert of(sessions, without=3).index == of([one for one in sessions if one.session != 3]).index


def test_sessions_of_one_day_are_one_value():
    twice = [one for n, value in enumerate(STABLE) for one in _two_of_a_day(n, value)]
    assert of(twice).days == 8
    assert of(twice).index.centre == of(weekly(STABLE)).index.centre


def _two_of_a_day(week, value):
    begin = BEGIN + timedelta(weeks=week)
    return values_of(2 * week + 1, begin, value - 1), values_of(2 * week + 2, begin + timedelta(hours=3), value + 1)


def test_sessions_marked_as_baseline_take_its_place():
    sessions = weekly([*STABLE, *[value + 30 for value in STABLE]])
    marked = [replace(one, use=Use.BASELINE) if one.session > 8 else one for one in sessions]
    assert of(marked).index.centre == 70.5


def test_a_drift_is_said_with_its_day_and_as_the_trend_says_it():
    sessions = weekly([*STABLE, *[value + 40 for value in STABLE]])
    drift, drawn = of(sessions).drifts[INDEX], trend(sessions, MEASURES[INDEX], Period.WEEK, NOW)
    assert drift.since == drawn.shifts[-1].day
    assert (drift.before, drift.now) == (40.5, drawn.recent)
    assert drifted(drift).startswith("Usual has moved: 40 → 80, reliably since 7 Apr 2025.")
    back = weekly([*STABLE, *[value + 40 for value in STABLE], *STABLE, *STABLE])
    assert INDEX not in of(back).drifts
    assert not of(weekly(STABLE)).drifts


def test_persons_who_stay_as_they_are_are_seldom_called_different_and_hardly_ever_drift():
    persons = 600
    rng = np.random.default_rng(4)
    values = 45 + 6 * np.column_stack((stable_persons(rng, persons, 20), rng.standard_normal(persons)))
    usuals = [of(weekly(row[:-1].tolist())) for row in values]
    different = np.mean([place_of(row[-1], one.index).standing is not Standing.AS_USUAL for row, one in zip(values, usuals, strict=True)])
    assert different <= DIFFERENT_RATE + 3 * np.sqrt(DIFFERENT_RATE * (1 - DIFFERENT_RATE) / persons)
    assert np.mean([bool(one.drifts) for one in usuals]) <= DIFFERENT_RATE


def test_a_calibration_stands_in_until_there_is_a_usual():
    few, enough = of(weekly(STABLE[:2]), calibration=CALIBRATION), of(weekly(STABLE), calibration=CALIBRATION)
    assert index_usual(few).endswith("it takes 4 days more with a good session. Calibration: 33 on 27 Nov 2026.")
    assert beside_calibration(28.2, few) == "This session 28, \N{MINUS SIGN}5 from the calibration."
    assert "alibration" not in index_usual(enough)
    assert beside_calibration(28.2, enough) == beside_calibration(28.2, of([])) == ""


def test_what_is_not_known_of_the_population_is_said_so():
    assert in_general([Modality.FACE, Modality.VOICE]) == POPULATION_UNKNOWN
    index = REFERENCES[INDEX]
    speakers = f"30 speakers of neutral sentences, by voice alone: {index.low:.0f}–{index.high:.0f} (no norm)."
    assert in_general([Modality.VOICE]) == speakers


def test_the_words_of_a_place_are_about_the_session():
    usual = of(weekly(STABLE)).index
    assert session_place(place_of(41.0, usual), so_far=True) == "This session so far 41: about as usual."
    assert session_place(place_of(99.0, usual), so_far=False) == "This session 99: higher than usual."
    assert session_place(place_of(2.0, usual), so_far=False) == "This session 2: lower than usual."


def test_a_range_ends_where_the_measure_ends():
    low = of(weekly([3.0, 9.0, 1.0, 4.0, 8.0, 2.0, 7.0, 5.0])).index
    assert low.low < 0
    assert usual_range(low, MEASURES[INDEX]).startswith("0–")
    level = of(weekly([-30.0, -31.0, -29.0, -30.5, -32.0, -28.0, -30.0, -31.0], key="voice.speech_level")).signals["voice.speech_level"]
    assert usual_range(level, MEASURES["voice.speech_level"]) == "\N{MINUS SIGN}35 to \N{MINUS SIGN}26"


@pytest.mark.parametrize("enough", [True, False])
def test_the_review_has_a_line_for_each_compared_measure(enough):
    quality = {INDEX: 0.9, "face": 0.9, "voice": 0.9}
    sessions = [
        replace(
            values_of(n, BEGIN + timedelta(weeks=n), 0.0, quality=quality, measured={INDEX: 600.0, "face": 600.0, "voice": 90.0}),
            values={INDEX: value, "face.sadness": value / 100, "voice.pitch_hz": 150 + value, "voice.speech_rate_hz": 3 + value / 100},
        )
        for n, value in enumerate(STABLE)
    ]
    looked_at = replace(
        values_of(99, NOW, 0.0, quality=quality, measured={INDEX: 600.0, "face": 3.0, "voice": 90.0}),
        values={INDEX: 90.0, "face.sadness": 0.4, "voice.speech_rate_hz": 3.4},
    )
    shown = usual_sections(looked_at, of(sessions if enough else sessions[:3], calibration=CALIBRATION))
    beside = {row.name: row.words for row in shown[0].rows}
    general = {row.name: row.words for row in shown[-1].rows}
    assert general["Index"] == "not known"
    assert general["Speech rate"] == "3.2–4.1"
    if enough:
        assert list(beside) == ["Index", "Face resembled sadness", "Speech rate"]
        assert beside["Index"].startswith("90, higher (")
        assert beside["Face resembled sadness"].startswith("too poor (")
    else:
        assert beside == {"Index: not known yet": "it takes 3 days more", "Index: calibration": "33 on 27 Nov 2026"}


def test_the_review_says_which_signals_have_moved():
    moved = of(weekly([*STABLE, *[value + 40 for value in STABLE]]))
    [row] = usual_sections(values_of(99, NOW, 80.0), moved)[1].rows
    assert (row.name, row.words) == ("Index", "40 → 80, 7 Apr 2025")
    assert len(usual_sections(values_of(99, NOW, 80.0), of(weekly(STABLE)))) == 2
