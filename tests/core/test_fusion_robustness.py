"""What the fusion promises of any readings that are lost or become worse: bands, moves, weights and abstention."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from core.evidence import decidedness
from core.labels import MODALITIES, Emotion
from core.readings import Reading
from tests.fixtures.fusion_streams import FACE, NEUTRAL, SAD, SETTINGS, STREAMS, TEXT, VOICE, absent, face, fused, length, text, voice

UNTIL_S = 40.0
ROUNDING = 1e-9
PARTS = ({}, SAD, NEUTRAL, {Emotion.SADNESS: 0.4, Emotion.HAPPINESS: 0.4}, {Emotion.ANGER: 1.0})
"""Undecided, decided, and between."""

MAKE = {
    FACE: (40, lambda number, parts, quality: face(1.0 * number, parts, quality)),
    VOICE: (10, lambda number, parts, quality: voice(4.0 * number, parts, quality, 3.5)),
    TEXT: (4, lambda number, parts, quality: text(9.0 * number, parts, quality, 15)),
}
"""Readings enough for every lane to be heard, unless they are poor."""

READING = st.tuples(st.sampled_from(PARTS), st.sampled_from([0.2, 0.6, 1.0]))


@st.composite
def talk(draw, modality):
    """A lane that shows one expression in one quality, and others at some moments."""
    count, make = MAKE[modality]
    usual, other = draw(READING), draw(st.dictionaries(st.integers(1, count), READING, max_size=count // 2))
    return [make(number, *other.get(number, usual)) for number in range(1, count + 1)]


@st.composite
def weakened(draw, stream):
    """The stream with any of its readings kept, lost or of lower quality, or without those of which the network was less sure."""
    least = draw(st.sampled_from([None, 0.1, 0.5]))
    if least is not None:
        return [weaker(item, float(not isinstance(item, Reading) or decidedness(item.probabilities) >= least)) for item in stream]
    shares = st.lists(st.sampled_from([0.0, 0.0, 0.3, 1.0, 1.0, 1.0]), min_size=len(stream), max_size=len(stream))
    return [weaker(item, share) for item, share in zip(stream, draw(shares), strict=True)]


def weaker(item, share):
    if not isinstance(item, Reading) or share == 1.0:
        return item
    return replace(item, quality=share * item.quality) if share else absent(item.modality, item.at)


def scores_of(streams):
    return fused([item for stream in streams for item in stream], UNTIL_S)


ANY = st.tuples(*(talk(modality) for modality in MODALITIES)) | STREAMS


@given(data=st.data(), streams=ANY)
@hypothesis_settings(max_examples=60)
def test_no_loss_narrows_the_band_or_makes_a_number_of_none(data, streams):
    whole = scores_of(streams)
    less = scores_of([data.draw(weakened(stream)) for stream in streams])
    for before, after in zip(whole, less, strict=True):
        assert set(after.heard_from) <= set(before.heard_from)
        if after.value is not None:
            assert length(after) >= length(before) - ROUNDING


@given(data=st.data(), streams=ANY, modality=st.sampled_from(MODALITIES))
@hypothesis_settings(max_examples=60)
def test_a_damaged_lane_moves_the_index_by_its_weight_at_most_and_no_other_lane(data, streams, modality):
    number = MODALITIES.index(modality)
    damaged = [data.draw(weakened(stream)) if stream is streams[number] else stream for stream in streams]
    for before, after in zip(scores_of(streams), scores_of(damaged), strict=True):
        if before.value is None or after.value is None:
            assert after.value is None
            assert set(before.heard_from) <= {modality}
            continue
        weight, left = before.weights.get(modality, 0.0), after.weights.get(modality, 0.0)
        assert abs(after.value - before.value) <= 100.0 * max(weight, left) + ROUNDING
        assert left * (1.0 - weight) * (1.0 - SETTINGS.decided_share) <= weight * (1.0 - left) + ROUNDING
        for other in set(before.heard_from) - {modality}:
            assert evidence(after, other) == pytest.approx(evidence(before, other), abs=1e-9)
            assert after.weights[other] * (1.0 - weight) == pytest.approx(before.weights[other] * (1.0 - left), abs=1e-9)


@given(streams=ANY, modality=st.sampled_from(MODALITIES), share=st.floats(0.01, 0.99))
@hypothesis_settings(max_examples=40)
def test_a_lane_that_is_worse_throughout_loses_weight_and_moves_the_index_by_that_at_most(streams, modality, share):
    number = MODALITIES.index(modality)
    worse = [[weaker(item, share) for item in stream] if stream is streams[number] else stream for stream in streams]
    for before, after in zip(scores_of(streams), scores_of(worse), strict=True):
        if before.value is None or after.value is None:
            continue
        lost = before.weights.get(modality, 0.0) - after.weights.get(modality, 0.0)
        assert lost >= -ROUNDING
        assert lost > 0.0 or modality not in before.heard_from or len(before.heard_from) == 1
        assert abs(after.value - before.value) <= 100.0 * lost + 1e-7


@given(streams=ANY, gone=st.sets(st.sampled_from(MODALITIES), min_size=1))
@hypothesis_settings(max_examples=40)
def test_lanes_that_are_lost_move_the_index_by_their_weights_at_most_and_without_any_there_is_none(streams, gone):
    left = [[] if modality in gone else stream for modality, stream in zip(MODALITIES, streams, strict=True)]
    for before, after in zip(scores_of(streams), scores_of(left), strict=True):
        assert set(after.heard_from) == set(before.heard_from) - gone
        assert (after.value is None) == (not after.heard_from)
        if after.value is not None:
            assert abs(after.value - before.value) <= 100.0 * sum(before.weights.get(m, 0.0) for m in gone) + ROUNDING


def evidence(score, modality):
    return score.contributions[modality] / score.weights[modality]
