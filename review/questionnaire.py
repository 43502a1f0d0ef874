"""PHQ-9, PHQ-8 and GAD-7: their words, how they are scored, and when a change counts.

The PHQ and GAD-7 were developed by R. L. Spitzer, J. B. W. Williams, K. Kroenke and colleagues with an educational grant from Pfizer Inc.;
no permission is required to reproduce, translate, display or distribute them. Only what the person answered enters a total: no model
adds to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from core.questionnaire import Filled, Kind

HIGHEST = 3
ANSWER_WORDS = ("Not at all", "Several days", "More than half the days", "Nearly every day")
ANSWER_CODES = ("LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9")
"""LOINC's answers of list LL358-3."""

DIFFICULTY_QUESTION = (
    "If you checked off any problems, how difficult have these problems made it for you to do your work, take care of things at home, "
    "or get along with other people?"
)
DIFFICULTY_WORDS = ("Not difficult at all", "Somewhat difficult", "Very difficult", "Extremely difficult")
DIFFICULTY_CODE = "69722-7"

SELF_HARM_ITEM = 8
"""The index of PHQ-9's ninth item."""


@dataclass(frozen=True, slots=True)
class Item:
    """One question, with its LOINC code."""

    words: str
    loinc: str


@dataclass(frozen=True, slots=True)
class Band:
    """A range of totals, from `least` to the next band's, and what its authors call it."""

    least: int
    name: str


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A published difference between two totals, in points, and where it comes from."""

    points: int
    name: str
    source: str


@dataclass(frozen=True, slots=True)
class Form:
    """A questionnaire: its words and its rules.

    `version` names the words and their language. `most_missing` is how many items may be left out (0: none). `panel` and `total` are LOINC
    codes, empty where LOINC has none.
    """

    kind: Kind
    name: str
    version: str
    stem: str
    items: tuple[Item, ...]
    bands: tuple[Band, ...]
    changes: tuple[ChangeLine, ...]
    most_missing: int
    panel: str
    total: str
    source: str

    @property
    def highest(self) -> int:
        """The largest total."""
        return HIGHEST * len(self.items)


@dataclass(frozen=True, slots=True)
class Score:
    """A total, or the reason why there is none. `estimated` when left-out items were filled in."""

    total: int | None
    estimated: bool = False
    not_scored_because: str = ""


_STEM = "Over the last 2 weeks, how often have you been bothered by any of the following problems?"
_ITEMS = (
    Item("Little interest or pleasure in doing things", "44250-9"),
    Item("Feeling down, depressed, or hopeless", "44255-8"),
    Item("Trouble falling or staying asleep, or sleeping too much", "44259-0"),
    Item("Feeling tired or having little energy", "44254-1"),
    Item("Poor appetite or overeating", "44251-7"),
    Item("Feeling bad about yourself — or that you are a failure or have let yourself or your family down", "44258-2"),
    Item("Trouble concentrating on things, such as reading the newspaper or watching television", "44252-5"),
    Item(
        "Moving or speaking so slowly that other people could have noticed? Or the opposite — being so fidgety or restless that you have "
        "been moving around a lot more than usual",
        "44253-3",
    ),
    Item("Thoughts that you would be better off dead or of hurting yourself in some way", "44260-8"),
)
_WORRIES = (
    Item("Feeling nervous, anxious or on edge", "69725-0"),
    Item("Not being able to stop or control worrying", "68509-9"),
    Item("Worrying too much about different things", "69733-4"),
    Item("Trouble relaxing", "69734-2"),
    Item("Being so restless that it is hard to sit still", "69735-9"),
    Item("Becoming easily annoyed or irritable", "69689-8"),
    Item("Feeling afraid as if something awful might happen", "69736-7"),
)
_SEVERITY = (Band(0, "minimal"), Band(5, "mild"), Band(10, "moderate"), Band(15, "moderately severe"), Band(20, "severe"))
_IMPORTANT = ChangeLine(5, "clinically important", "Löwe et al. 2004, Med Care 42:1194")
_RELIABLE = ChangeLine(6, "reliable", "NHS Talking Therapies Manual")

FORMS: dict[Kind, Form] = {
    Kind.PHQ9: Form(
        kind=Kind.PHQ9,
        name="PHQ-9",
        version="phq9-en-1",
        stem=_STEM,
        items=_ITEMS,
        bands=_SEVERITY,
        changes=(_IMPORTANT, _RELIABLE),
        most_missing=2,
        panel="44249-1",
        total="44261-6",
        source="Kroenke, Spitzer and Williams 2001, J Gen Intern Med 16:606",
    ),
    Kind.PHQ8: Form(
        kind=Kind.PHQ8,
        name="PHQ-8",
        version="phq8-en-1",
        stem=_STEM,
        items=_ITEMS[:SELF_HARM_ITEM],
        bands=_SEVERITY,
        changes=(_IMPORTANT, _RELIABLE),
        most_missing=0,
        panel="",
        total="",
        source="Kroenke et al. 2009, J Affect Disord 114:163",
    ),
    Kind.GAD7: Form(
        kind=Kind.GAD7,
        name="GAD-7",
        version="gad7-en-1",
        stem=_STEM,
        items=_WORRIES,
        bands=(Band(0, "minimal"), Band(5, "mild"), Band(10, "moderate"), Band(15, "severe")),
        changes=(ChangeLine(4, "reliable", "NHS Talking Therapies Manual"),),
        most_missing=0,
        panel="69737-5",
        total="70274-6",
        source="Spitzer et al. 2006, Arch Intern Med 166:1092",
    ),
}

MISSING_RULE = (
    "PHQ-9: one or two items that were left out count as the mean of the others (Kroenke et al. 2010, Gen Hosp Psychiatry 32:345); the "
    "total is rounded and called estimated. With more missing, and for PHQ-8 and GAD-7 with any missing, there is no total."
)
BORROWED = "Both lines were found for the PHQ-9; for the PHQ-8 they are borrowed."


def score_of(filled: Filled) -> Score:
    """The total of a form that was filled in."""
    return score(FORMS[filled.kind], filled.answers)


def score(form: Form, answers: Sequence[int | None]) -> Score:
    """The total by MISSING_RULE; raises ValueError for answers that the form does not have."""
    if len(answers) != len(form.items):
        raise ValueError(f"the {form.name} has {len(form.items)} items, not {len(answers)}")
    given = [answer for answer in answers if answer is not None]
    if any(isinstance(answer, bool) or answer not in range(HIGHEST + 1) for answer in given):
        raise ValueError(f"an answer of the {form.name} is 0, 1, 2 or 3")
    missing = len(answers) - len(given)
    if missing > form.most_missing:
        return Score(None, not_scored_because=_too_many(form, missing))
    if not missing:
        return Score(sum(given))
    return Score(int(sum(given) * len(answers) / len(given) + 0.5), estimated=True)


def band_of(form: Form, total: int) -> Band:
    """The band that a total lies in; raises ValueError outside the form's range."""
    if not 0 <= total <= form.highest:
        raise ValueError(f"a total of the {form.name} lies between 0 and {form.highest}, not at {total}")
    return next(band for band in reversed(form.bands) if total >= band.least)


def needs_safety_panel(kind: Kind, answers: Sequence[int | None]) -> bool:
    """Whether item 9 of a PHQ-9 was answered with more than "not at all"."""
    return kind is Kind.PHQ9 and len(answers) > SELF_HARM_ITEM and (answers[SELF_HARM_ITEM] or 0) > 0


def lacks_safety_item(kind: Kind, answers: Sequence[int | None]) -> bool:
    """Whether item 9 of a PHQ-9 was left out: that is no "not at all"."""
    return kind is Kind.PHQ9 and answers[SELF_HARM_ITEM] is None


def change_in_words(form: Form, before: int, after: int) -> str:
    """+7 points: at least 5 (clinically important, Löwe et al. 2004) and at least 6 (reliable, NHS Talking Therapies)."""
    difference = after - before
    if difference == 0:
        return "no difference"
    reached = [line for line in form.changes if abs(difference) >= line.points]
    missed = [line for line in form.changes if abs(difference) < line.points]
    words = [f"at least {line.points} ({line.name}, {line.source.partition(',')[0]})" for line in reached]
    words += [f"less than {line.points} ({line.name}, {line.source.partition(',')[0]})" for line in missed]
    return f"{difference:+d} points: " + ", ".join(words)


def change_briefly(form: Form, before: int, after: int) -> str:
    """-5: reaches 5, not 6."""
    difference = after - before
    if difference == 0:
        return "no difference"
    reached = [str(line.points) for line in form.changes if abs(difference) >= line.points]
    missed = [str(line.points) for line in form.changes if abs(difference) < line.points]
    if not reached:
        return f"{difference:+d}: below {' and '.join(missed)}"
    return f"{difference:+d}: reaches {' and '.join(reached)}" + (f", not {' and '.join(missed)}" if missed else "")


def changes_explained(form: Form) -> str:
    """The form's published lines with their sources."""
    lines = "; ".join(f"{line.points} points {line.name} ({line.source})" for line in form.changes)
    return f"{form.name} lines of change: {lines}."


def score_in_words(form: Form, one: Score) -> str:
    """14, moderate; or why there is no total."""
    if one.total is None:
        return f"Not scored: {one.not_scored_because}"
    return f"{one.total} of {form.highest}, {band_of(form, one.total).name}" + (" (estimated)" if one.estimated else "")


def _too_many(form: Form, missing: int) -> str:
    allowed = {0: "none may be left out", 2: "at most 2 may be"}[form.most_missing]
    return f"{missing} of {len(form.items)} items {'was' if missing == 1 else 'were'} left out, {allowed}."
