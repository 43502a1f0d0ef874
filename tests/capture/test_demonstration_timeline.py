from itertools import pairwise

import pytest

from capture.demonstration_timeline import PAUSE_S, SENTENCES, demonstration_timeline, phrases_between, stretch_at, stretches
from core.labels import Emotion


@pytest.mark.parametrize("seed", range(5))
def test_a_cycle_shows_five_expressions_and_a_stretch_without_a_face(seed):
    timeline = demonstration_timeline(seed, 60)
    assert {stretch.expression for stretch in timeline if stretch.face_shown} == {
        Emotion.NEUTRAL,
        Emotion.HAPPINESS,
        Emotion.SURPRISE,
        Emotion.SADNESS,
        Emotion.ANGER,
    }
    assert not all(stretch.face_shown for stretch in timeline)


@pytest.mark.parametrize("seed", range(5))
def test_stretches_follow_one_another_without_a_hole_up_to_the_length(seed):
    timeline = demonstration_timeline(seed, 130.0)
    assert timeline[0].starts_at == 0
    assert timeline[-1].ends_at == 130.0
    for one, after in pairwise(timeline):
        assert one.ends_at == after.starts_at


@pytest.mark.parametrize("seed", range(5))
def test_phrases_last_1_5_to_4_seconds_with_pauses_of_0_6_to_2_between(seed):
    phrases = [phrase for stretch in demonstration_timeline(seed, 200) for phrase in stretch.phrases][:-1]
    assert all(1.5 <= phrase.ends_at - phrase.starts_at <= 4 for phrase in phrases)
    pauses = [after.starts_at - one.ends_at for one, after in pairwise(phrases)]
    assert min(pauses) >= 0.6
    assert max(pauses) <= 2
    assert PAUSE_S[0] <= phrases[0].starts_at


def test_the_same_seed_gives_the_same_timeline_and_another_seed_another():
    assert demonstration_timeline(3, 60) == demonstration_timeline(3, 60)
    assert demonstration_timeline(3, 60) != demonstration_timeline(4, 60)


def test_a_moment_is_found_in_every_repetition_of_the_cycle():
    for place, stretch in enumerate(stretches(1)):
        middle = (stretch.starts_at + stretch.ends_at) / 2
        assert stretch_at(1, middle) == stretch
        phrase = stretch.phrases[0]
        assert phrases_between(1, phrase.starts_at, phrase.ends_at) == (phrase,)
        if place == 25:
            return


def test_what_is_written_suits_the_expression():
    for stretch in demonstration_timeline(2, 120):
        assert stretch.sentence in SENTENCES[stretch.expression]
        assert stretch.starts_at <= stretch.sentence_at
