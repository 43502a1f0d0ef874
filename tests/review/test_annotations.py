from dataclasses import replace
from itertools import pairwise

import pytest

from core.labels import Emotion, Modality
from core.readings import Absence, FaceReading, Gap
from core.session import Mark, Note, SessionResults
from review.annotations import LEAST_S, annotations
from tests.fixtures.sessions import empty_session, info, session


def face(at: float, sadness: float | None) -> FaceReading:
    if sadness is None:
        return FaceReading(modality=Modality.FACE, at=at, covers=(at, at), model="m", absent_because=Absence.NO_FACE)
    both = {Emotion.SADNESS: sadness, Emotion.NEUTRAL: 1 - sadness}
    return FaceReading(modality=Modality.FACE, at=at, covers=(at, at), model="m", probabilities=both, smoothed=both, quality=1.0)


def of_faces(*readings: FaceReading, **more) -> dict:
    return annotations(SessionResults(info=info(60.0), readings=readings, scores=[], **more))


def test_readings_that_resemble_the_same_are_one_stretch_with_its_spread():
    tiers = of_faces(*(face(index / 10, 0.6 + index / 100) for index in range(21)))
    assert [one.words for one in tiers["Face"]] == ["Face resembled sadness 0.70 (0.62–0.78)"]
    assert (tiers["Face"][0].starts_at, tiers["Face"][0].ends_at) == pytest.approx((0.0, 2.0))


def test_a_hole_in_time_ends_a_stretch_and_nothing_spans_it():
    stretches = of_faces(face(0.0, 0.9), face(0.1, 0.9), face(9.0, 0.9))["Face"]
    assert [(one.starts_at, one.ends_at) for one in stretches] == [(0.0, 0.1), (9.0, pytest.approx(9.0 + LEAST_S))]


def test_absences_and_gaps_have_a_tier_of_their_own_and_are_never_neutral():
    gap = Gap(Modality.FACE, 3.0, 5.0, "unplugged")
    tiers = of_faces(face(0.0, 0.9), face(0.5, None), face(1.0, None), face(1.5, 0.9), gaps=[gap])
    assert [(one.starts_at, one.ends_at, one.words) for one in tiers["Face not measured"]] == [
        (0.5, 1.5, "no face"),
        (3.0, 5.0, "unplugged"),
    ]
    assert all("neutral" not in one.words for one in tiers["Face"])


def test_tiers_are_in_the_order_of_time_and_do_not_overlap():
    for found in annotations(session(120.0)).values():
        assert all(before.ends_at <= after.starts_at for before, after in pairwise(found))
        assert all(one.ends_at - one.starts_at >= LEAST_S - 1e-9 for one in found)


def test_what_begins_together_is_said_together():
    results = replace(empty_session(), marks=[Mark(2.0, "1"), Mark(2.0, "2"), Mark(2.5, "3")], notes=[Note(2.0, "x")])
    assert [(one.starts_at, one.ends_at, one.words) for one in annotations(results)["Marks"]] == [(2.0, 2.5, "1; 2"), (2.5, 3.5, "3")]


def test_the_index_is_said_by_blocks_and_where_there_is_none():
    made = session(300.0)
    scores = [replace(one, value=None, interval=None) if 20 <= one.at < 30 else one for one in made.scores]
    blocks = annotations(replace(made, scores=scores))["Index"]
    assert [one.starts_at for one in blocks[:3]] == [0.0, 10.0, 20.0]
    assert blocks[1].words.startswith("Index 5")
    assert blocks[2].words == "Index: not enough evidence"
    assert annotations(empty_session())["Index"] == []
