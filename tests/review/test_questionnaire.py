import itertools
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.failures import WrongUse
from core.questionnaire import Filled, Kind
from review.questionnaire import (
    FORMS,
    HIGHEST,
    SELF_HARM_ITEM,
    band_of,
    change_in_words,
    lacks_safety_item,
    needs_safety_panel,
    score,
    score_in_words,
    score_of,
)
from review.questionnaire_csv import COLUMNS, Fault, faults_in_words, read_rows, read_table, write_rows, write_table

NOW = datetime(2026, 4, 1, 9, 0, tzinfo=timezone(timedelta(hours=2)))
ANSWERS = st.integers(0, HIGHEST)
KINDS = st.sampled_from(Kind)


def filled_forms(kind: Kind, missing: bool = True):
    item = st.one_of(st.none(), ANSWERS) if missing else ANSWERS
    return st.tuples(*[item for _ in FORMS[kind].items])


@pytest.mark.parametrize("kind", Kind)
def test_every_total_can_be_reached_and_has_exactly_one_band(kind):
    form = FORMS[kind]
    for total in range(form.highest + 1):
        whole, rest = divmod(total, HIGHEST)
        answers = [HIGHEST] * whole + [rest] * (whole < len(form.items)) + [0] * (len(form.items) - whole - 1)
        assert score(form, answers).total == total
        upper = [band.least for band in form.bands if band.least > total]
        band = band_of(form, total)
        assert band.least <= total < min(upper, default=form.highest + 1)


@pytest.mark.parametrize(
    ("kind", "limits"), [(Kind.PHQ9, (0, 5, 10, 15, 20)), (Kind.PHQ8, (0, 5, 10, 15, 20)), (Kind.GAD7, (0, 5, 10, 15))]
)
def test_the_bands_are_the_published_ones(kind, limits):
    assert tuple(band.least for band in FORMS[kind].bands) == limits
    assert {Kind.PHQ9: 27, Kind.PHQ8: 24, Kind.GAD7: 21}[kind] == FORMS[kind].highest


@pytest.mark.parametrize("kind", Kind)
def test_a_total_outside_the_forms_range_has_no_band(kind):
    for total in (-1, FORMS[kind].highest + 1):
        with pytest.raises(ValueError, match="lies between"):
            band_of(FORMS[kind], total)


@given(KINDS.flatmap(lambda kind: st.tuples(st.just(kind), filled_forms(kind, missing=False))))
def test_a_whole_form_scores_the_sum_of_its_answers_in_any_order(case):
    kind, answers = case
    assert score(FORMS[kind], answers).total == sum(answers) == score(FORMS[kind], sorted(answers)).total


@given(KINDS.flatmap(lambda kind: st.tuples(st.just(kind), filled_forms(kind))))
def test_left_out_items_are_filled_in_only_where_the_rule_allows_it_and_never_silently(case):
    kind, answers = case
    form, missing = FORMS[kind], answers.count(None)
    one = score(form, answers)
    if missing > form.most_missing:
        assert one.total is None
        assert "left out" in one.not_scored_because
    else:
        given_ = [answer for answer in answers if answer is not None]
        assert one.estimated == (missing > 0)
        assert sum(given_) <= one.total <= sum(given_) + HIGHEST * missing
        assert abs(one.total - sum(given_) * len(answers) / len(given_)) <= 0.5


def test_one_or_two_missing_items_of_a_phq9_count_as_the_mean_of_the_others():
    assert score(FORMS[Kind.PHQ9], (2, 2, 2, 2, 2, 2, 2, None, None)).total == 18
    assert score(FORMS[Kind.PHQ9], (1, 2, 1, 2, 1, 2, 1, 2, None)).total == 14  # 12 x 9/8 = 13.5
    assert score(FORMS[Kind.PHQ9], (1, 1, 1, 1, 1, 1, None, None, None)).total is None
    assert score(FORMS[Kind.PHQ8], (1,) * 7 + (None,)).total is None
    assert score(FORMS[Kind.GAD7], (1,) * 6 + (None,)).total is None


@pytest.mark.parametrize("wrong", [(4,), (-1,), (1.5,), (True,), ("2",)])
def test_an_answer_that_the_form_does_not_have_is_refused(wrong):
    with pytest.raises(ValueError, match="0, 1, 2 or 3"):
        score(FORMS[Kind.GAD7], (0,) * 6 + wrong)


def test_a_form_with_another_number_of_items_is_refused():
    with pytest.raises(ValueError, match="9 items"):
        score(FORMS[Kind.PHQ9], (0,) * 8)


def test_the_safety_panel_is_shown_for_every_form_with_item_nine_above_zero_and_for_no_other():
    for others, ninth in itertools.product([(0,) * 8, (3,) * 8, (None,) * 8], [None, 0, 1, 2, 3]):
        answers = (*others, ninth)
        assert needs_safety_panel(Kind.PHQ9, answers) == (ninth in (1, 2, 3))
        assert lacks_safety_item(Kind.PHQ9, answers) == (ninth is None)
    assert not needs_safety_panel(Kind.PHQ8, (3,) * 8)
    assert not needs_safety_panel(Kind.GAD7, (3,) * 7)


def test_the_phq8_is_the_phq9_without_its_ninth_item():
    assert FORMS[Kind.PHQ8].items == FORMS[Kind.PHQ9].items[:SELF_HARM_ITEM]


def test_loinc_codes_are_well_formed_and_none_is_used_twice():
    codes = [item.loinc for kind in (Kind.PHQ9, Kind.GAD7) for item in FORMS[kind].items]
    codes += [code for form in FORMS.values() for code in (form.panel, form.total) if code]
    assert len(set(codes)) == len(codes)
    assert all(has_check_digit(code) for code in codes)
    assert (FORMS[Kind.PHQ9].panel, FORMS[Kind.PHQ9].total) == ("44249-1", "44261-6")


def has_check_digit(code: str) -> bool:
    """LOINC's own, mod 10 (Luhn)."""
    digits, _, check = code.partition("-")
    doubled = str(int(digits[::-1][::2][::-1]) * 2)
    total = sum(map(int, doubled)) + sum(map(int, digits[::-1][1::2]))
    return (10 - total % 10) % 10 == int(check)


@given(KINDS.flatmap(lambda kind: st.tuples(st.just(kind), *[st.integers(0, FORMS[kind].highest)] * 2)))
def test_a_change_is_told_against_every_published_line_with_its_source(case):
    kind, before, after = case
    form, words = FORMS[kind], change_in_words(FORMS[kind], before, after)
    if before == after:
        assert words == "no difference"
        return
    for line in form.changes:
        assert f"{'at least' if abs(after - before) >= line.points else 'less than'} {line.points} ({line.name}" in words


def test_a_total_is_told_with_its_band_and_a_missing_one_with_its_reason():
    form = FORMS[Kind.PHQ9]
    assert score_in_words(form, score(form, (1,) * 9)) == "9 of 27, mild"
    assert score_in_words(form, score(form, (1,) * 8 + (None,))) == "9 of 27, mild (estimated)"
    assert score_in_words(form, score(form, (None,) * 9)) == "Not scored: 9 of 9 items were left out, at most 2 may be."


# Tables


def a_form(kind: Kind, answers, **more) -> Filled:
    return Filled(kind=kind, version=FORMS[kind].version, filled_at=NOW - timedelta(days=3), answers=tuple(answers), **more)


@given(
    st.lists(
        st.tuples(
            st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=12).map(str.strip),
            KINDS.flatmap(lambda kind: st.tuples(st.just(kind), filled_forms(kind))),
            st.one_of(st.none(), ANSWERS),
        ),
        max_size=5,
    )
)
def test_what_is_written_is_read_again(cases):
    forms = [
        (person, a_form(kind, answers, difficulty=difficulty))
        for person, (kind, answers), difficulty in cases
        if any(answer is not None for answer in answers)
    ]
    rows, faults = read_rows(write_rows(forms), "window", NOW)
    assert faults == []
    assert [(row.person, row.filled) for row in rows] == forms


def test_a_name_that_a_spreadsheet_would_compute_is_escaped():
    assert "\n'=1+1," in write_rows([("=1+1", a_form(Kind.GAD7, (1,) * 7))])


HEADER = ",".join(COLUMNS)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("A,phq10,,2026-03-01,0,0,0,0,0,0,0,0,0,,", "kind is “phq10”; it is one of PHQ-9, PHQ-8, GAD-7"),
        ("A,PHQ-9,,1.3.2026,0,0,0,0,0,0,0,0,0,,", "filled_at is “1.3.2026”; it is a date such as 2026-03-29"),
        ("A,phq9,,2026-02-29,0,0,0,0,0,0,0,0,0,,", "filled_at is “2026-02-29”"),
        ("A,phq9,,2027-03-01,0,0,0,0,0,0,0,0,0,,", "lies in the future"),
        ("A,phq9,,2026-03-01,0,0,4,0,0,0,0,0,0,,", "item_3 is “4”; it is a whole number from 0 to 3, or empty"),
        ("A,phq9,,2026-03-01,0,0,1.0,0,0,0,0,0,0,,", "item_3 is “1.0”"),
        ("A,phq9,,2026-03-01,0,0,²,0,0,0,0,0,0,,", "item_3 is “²”"),
        ("A,phq8,,2026-03-01,0,0,0,0,0,0,0,0,1,,", "the PHQ-8 has 8 items, and item_9 is filled in"),
        ("A,gad7,,2026-03-01,0,0,0,0,0,0,0,,,,9", "total says 9, but the items make 0"),
        ("A,phq9,,2026-03-01,,,,,,,,,,,", "no item is filled in"),
        ("A,phq9,,2026-03-01,0,0,0,0,0,0,0,0,0,7,", "difficulty is “7”"),
        ("A,phq9,,2026-03-01,0,0,0,0,0,0,0,0,0,,0,extra", "more cells than the first row has columns"),
    ],
)
def test_a_bad_row_is_told_by_its_number_and_the_good_ones_are_read(row, why):
    good = "B,gad7,,2026-03-01,1,1,1,1,1,1,1,,,,7"
    rows, faults = read_rows(f"{HEADER}\n{good}\n{row}\n\n{good}\n", "forms.csv", NOW)
    assert [one.number for one in rows] == [2, 5]
    assert len(faults) == 1
    assert str(faults[0]).startswith("Row 3: ")
    assert why in str(faults[0])


def test_a_table_of_a_spreadsheet_with_semicolons_and_a_byte_order_mark_is_read():
    text = "\ufeffkind;filled_at;" + ";".join(f"item_{n}" for n in range(1, 8)) + "\nGAD-7;2026-03-01;3;3;3;3;3;3;3\n"
    rows, faults = read_rows(text, "forms.csv", NOW)
    assert faults == []
    assert score_of(rows[0].filled).total == 21
    assert rows[0].filled.filled_at == datetime(2026, 3, 1, 12, 0, tzinfo=NOW.tzinfo)


def test_a_form_of_today_without_an_hour_is_not_in_the_future():
    rows, faults = read_rows("kind,filled_at," + ",".join(f"item_{n}" for n in range(1, 8)) + "\ngad7,2026-04-01,1,1,1,1,1,1,1\n", "x", NOW)
    assert faults == []
    assert rows[0].filled.filled_at == NOW


def test_a_time_keeps_its_own_zone():
    columns = "kind,filled_at," + ",".join(f"item_{n}" for n in range(1, 8))
    rows, _ = read_rows(f"{columns}\ngad7,2026-03-01T10:00+00:00,1,1,1,1,1,1,1\n", "x", NOW)
    assert rows[0].filled.filled_at == datetime(2026, 3, 1, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "\n", "a,b\n1,2\n", "kind;items\n"])
def test_a_file_that_is_no_such_table_is_refused_with_the_columns_it_lacks(text):
    with pytest.raises(WrongUse, match="lacks the column"):
        read_rows(text, "other.csv", NOW)


def test_a_table_is_written_to_a_file_and_read_from_it(tmp_path):
    forms = [("Änne", a_form(Kind.GAD7, (1,) * 7, source="forms.csv"))]
    write_table(tmp_path / "forms.csv", forms)
    rows, faults = read_table(tmp_path / "forms.csv", NOW)
    assert ([(row.person, row.filled) for row in rows], faults) == (forms, [])


@pytest.mark.parametrize("content", [b"\xff\xfe\x00kind", None])
def test_a_file_that_cannot_be_read_is_refused_with_what_to_do(tmp_path, content):
    path = tmp_path / "forms.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(WrongUse, match="Save it as CSV in UTF-8"):
        read_table(path, NOW)


def test_many_faults_are_told_by_the_first_ones():
    words = faults_in_words([Fault(number, "kind is wrong") for number in range(2, 9)])
    assert words.startswith("Row 2: kind is wrong. Row 3: ")
    assert words.endswith("And 2 more.")
