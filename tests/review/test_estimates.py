from core.estimate import NOT_TRAINED
from core.labels import Modality
from review.estimate_words import TITLE, about, above, estimate_rows, estimate_section, explained, shortly, total
from review.estimates import MOST_SEGMENTS, NOTHING_YET, KeptEstimates
from tests.fixtures.own_fusion import estimate


def test_the_estimate_that_holds_is_the_newest_up_to_a_moment() -> None:
    kept = KeptEstimates()
    assert (kept.at(99.0), kept.newest) == (None, None)
    kept.add([estimate(10.0), estimate(20.0, total=3.0)])
    assert [one and one.at for one in (kept.at(9.9), kept.at(10.0), kept.at(19.9), kept.at(20.0), kept.at(500.0))] == [None, 10, 10, 20, 20]
    assert kept.newest == kept.all[-1] == estimate(20.0, total=3.0)


def test_of_estimates_that_are_past_the_strongest_segments_are_kept() -> None:
    kept = KeptEstimates()
    kept.add([estimate(100.0), estimate(110.0)])
    before, newest = kept.all
    assert newest == estimate(110.0)
    assert [one.ends_s for one in before.segments[Modality.FACE]] == [100.0 - 10.0 * number for number in range(MOST_SEGMENTS)]
    assert estimate_rows(before) == estimate_rows(estimate(100.0))


def test_of_a_running_session_the_newest_are_kept() -> None:
    kept = KeptEstimates(most=2)
    kept.add(estimate(10.0 * number) for number in range(1, 5))
    assert [one.at for one in kept.all] == [30.0, 40.0]


def test_without_a_checkpoint_it_is_said_that_nothing_was_trained_on_questionnaires() -> None:
    kept = KeptEstimates.of_session("", None)
    assert kept.none_because == NOT_TRAINED
    assert shortly(kept.none_because) == "not trained on questionnaires"
    assert about(kept, None).startswith(f"{TITLE}: not trained on questionnaires: no estimate of items or of a total is made")
    section = estimate_section(kept)
    assert [(row.name, row.words) for row in section.rows] == [("Not trained on questionnaires", "")]
    assert "index is made by fixed rules" in section.about
    assert estimate_rows(None) == ()


def test_with_a_checkpoint_too_little_evidence_and_an_unfit_one_are_told_apart() -> None:
    assert KeptEstimates.of_session("clinic", ()).none_because == NOTHING_YET
    assert shortly(NOTHING_YET) == "not enough evidence yet"
    assert "its checkpoint is not used: what is wrong with “clinic” was said" in KeptEstimates.of_session("clinic", None).none_because


def test_a_total_stands_with_its_interval_and_a_probability_is_never_certain() -> None:
    assert total(estimate(10.0)) == "9 (4 to 15)"
    assert [above(estimate(10.0, above=value)) for value in (0.0004, 0.421, 0.9999)] == [
        "10 or more: under 1 %",
        "10 or more: 42 %",
        "10 or more: over 99 %",
    ]
    assert "90% of people like those" in explained(estimate(10.0))
    assert "no questionnaire and no diagnosis" in explained(estimate(10.0))


def test_items_and_attention_are_lines_that_add_nothing_to_the_index() -> None:
    [row] = estimate_rows(estimate(100.0))
    assert (row.what, row.measured, row.points, row.at) == (TITLE, "PHQ-8 9 (4 to 15); 10 or more: 42 %", "", 100.0)
    items, lanes, face, voice = row.below
    assert len(items.below) == 8
    assert {one.measured for one in items.below} == {"1.2 ± 0.7"}
    assert [one.measured for one in lanes.below] == ["0.50", "0.30", "not there", "0.20"]
    assert (face.below[0].what, face.below[0].at) == ("1:30.0 to 1:40.0", 90.0)
    assert len(face.below) == MOST_SEGMENTS < len(estimate(100.0).segments[Modality.FACE])
    assert len(voice.below) == 1
    everything = [row, *row.below, *(one for part in row.below for one in part.below)]
    assert all(one.points == "" for one in everything)


def test_what_the_card_says_of_its_limits_stands_with_the_estimate() -> None:
    note = "No items were known to it."
    kept = KeptEstimates.of_session("clinic", (note,))
    kept.add([estimate(10.0)])
    assert note in about(kept, kept.newest)
    assert estimate_rows(kept.newest, kept.notes)[0].below[0].below[0].what == note
    assert note in [row.words for row in estimate_section(kept).rows]


def test_the_summary_names_every_item_and_the_checkpoint() -> None:
    kept = KeptEstimates()
    kept.add([estimate(10.0), estimate(20.0, total=12.0, weights={Modality.TEXT: 1.0})])
    rows = {row.name: row.words for row in estimate_section(kept).rows}
    assert len(rows) == 2 + 8 + 1
    assert rows["PHQ-8 total, of 24"] == "12 (7 to 18)"
    assert rows["Low mood"] == "1.5 ± 0.7"
    assert rows["Made by"] == "“clinic”"
