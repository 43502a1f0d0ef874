import math
from datetime import timedelta

import numpy as np

from bench.change_limits import stable_persons
from bench.usual_limits import session_moments
from core.session_values import INDEX
from core.settings import FusionSettings
from core.usual import DIFFERENT_RATE, Standing
from monitor.comparing import LEAST_BARE_S, LEAST_S, Comparing
from review.person_usual import person_usual
from tests.fixtures.session_values import BEGIN, weekly
from tests.fixtures.window_services import score

STABLE = [40.0, 44.0, 38.0, 41.0, 45.0, 37.0, 42.0, 39.0]
USUAL = person_usual("Änne", weekly(STABLE), BEGIN + timedelta(weeks=80))
STEP_S = 0.5


def scores(values):
    return [score(STEP_S * (n + 1), value) for n, value in enumerate(values)]


def test_it_is_the_session_and_not_the_moment_that_is_compared():
    comparing = Comparing(USUAL, STEP_S)
    comparing.add(scores([41.0] * 650))
    comparing.add(scores([99.0] * 90))
    assert comparing.so_far == 41.0
    assert comparing.place.standing is Standing.AS_USUAL


def test_a_session_that_is_too_short_has_no_place():
    comparing = Comparing(USUAL, STEP_S)
    assert comparing.place is None
    assert comparing.least_s == LEAST_S
    comparing.add(scores([90.0] * int(LEAST_S / STEP_S - 1)))
    comparing.add(scores([None] * 500))
    assert comparing.so_far is None
    comparing.add(scores([90.0]))
    assert comparing.place.standing is Standing.HIGHER


def test_who_has_short_sessions_is_compared_after_as_short_a_time():
    logs = person_usual("Änne", weekly(STABLE, measured={INDEX: 45.0}), BEGIN + timedelta(weeks=80))
    comparing = Comparing(logs, STEP_S)
    comparing.add(scores([90.0] * 89))
    assert comparing.place is None
    comparing.add(scores([90.0]))
    assert comparing.place.standing is Standing.HIGHER


def test_without_a_usual_there_is_a_session_and_no_place():
    few = person_usual("Änne", weekly(STABLE[:3]), BEGIN + timedelta(weeks=80))
    for usual in (None, few):
        comparing = Comparing(usual, STEP_S)
        comparing.add(scores([90.0] * int(LEAST_BARE_S / STEP_S)))
        assert comparing.so_far == 90.0
        assert comparing.place is None


def test_from_the_first_word_on_stable_persons_are_called_different_no_more_often_than_the_stated_rate():
    persons, steps, first = 800, 1200, int(LEAST_S / STEP_S)
    rng = np.random.default_rng(5)
    days = np.column_stack((stable_persons(rng, persons, 8), rng.standard_normal(persons)))
    index = 45 + 5 * session_moments(rng, days, steps, FusionSettings(), within=1.0)
    called = {first: 0, steps: 0}
    for person in index:
        usual = person_usual("", weekly(np.median(person[:-1], axis=1).tolist()), BEGIN + timedelta(weeks=80))
        for moments in called:
            comparing = Comparing(usual, STEP_S)
            comparing.add(scores(person[-1][:moments].tolist()))
            called[moments] += comparing.place.standing is not Standing.AS_USUAL
    error = 3 * math.sqrt(DIFFERENT_RATE * (1 - DIFFERENT_RATE) / persons)
    assert max(called.values()) / persons <= DIFFERENT_RATE + error
