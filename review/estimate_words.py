"""What is said of an estimate of a questionnaire: always apart from the index, and never as a filled-in form."""

from collections.abc import Iterator, Sequence

from core.estimate import CUT_OFF, HIGHEST_TOTAL, Estimate
from core.labels import MODALITIES, Modality
from review.estimates import KeptEstimates, strongest
from review.summary_rows import Row, Section
from review.why_rows import WhyRow, clock

TITLE = "Estimate of a questionnaire"

ITEM_NAMES = ("Interest", "Low mood", "Sleep", "Energy", "Appetite", "Self-worth", "Concentration", "Movement")
"""Of the PHQ-8, in its order; not the form's own words, so that nobody takes an estimate for a form that somebody filled in."""

_PARTS = {Modality.FACE: "Ten seconds of the face", Modality.VOICE: "Ten seconds of the voice", Modality.TEXT: "Ten seconds of words"}


def total(estimate: Estimate) -> str:
    """9 (4 to 15)."""
    low, high = estimate.interval
    return f"{estimate.total:.0f} ({low:.0f} to {high:.0f})"


def above(estimate: Estimate) -> str:
    """10 or more: 42 %."""
    percent = 100.0 * estimate.above
    chance = "under 1 %" if percent < 1.0 else "over 99 %" if percent > 99.0 else f"{percent:.0f} %"
    return f"{CUT_OFF:.0f} or more: {chance}"


def made_by(estimate: Estimate) -> str:
    """Whose estimate it is, and what it is not."""
    return f"By “{estimate.checkpoint}”. No questionnaire and no diagnosis."


def explained(estimate: Estimate) -> str:
    """How the numbers are to be read."""
    return (
        f"What somebody like the people that “{estimate.checkpoint}” was trained on would be expected to fill in. In brackets: where the "
        f"true total lies in {estimate.coverage:.0%} of people like those. It is no questionnaire and no diagnosis, rules out no risk, "
        "counts in no trend and is no part of the index."
    )


def about(kept: KeptEstimates, estimate: Estimate | None) -> str:
    """One sentence below reasons or a summary: how an estimate is to be read, or why there is none."""
    return f"{TITLE}: {kept.none_because}." if estimate is None else " ".join((explained(estimate), *kept.notes))


def shortly(none_because: str) -> str:
    """What a line has room for of why there is none."""
    return none_because.partition(": ")[0]


def estimate_rows(estimate: Estimate | None, notes: Sequence[str] = ()) -> tuple[WhyRow, ...]:
    """Items and attention as lines below the reasons of the index, without a point that could be added to it; first what its card says."""
    if estimate is None:
        return ()
    below = (
        *([WhyRow("What its card says", "notes", below=tuple(WhyRow(note) for note in notes))] if notes else []),
        WhyRow("Items", "estimated, each 0 to 3", below=tuple(WhyRow(name, words) for name, words in _items(estimate))),
        WhyRow("Attention to the lanes", "together 1", below=tuple(_lanes(estimate))),
        *(_segments(estimate, modality) for modality in MODALITIES if estimate.segments.get(modality)),
    )
    return (WhyRow(TITLE, f"PHQ-8 {total(estimate)}; {above(estimate)}", at=estimate.at, below=below),)


def estimate_section(kept: KeptEstimates) -> Section:
    """The estimate at a session's end for its summary, or in one line why there is none."""
    estimate = kept.newest
    said = about(kept, estimate)
    if estimate is None:
        short = shortly(kept.none_because)
        return Section(TITLE, said, (Row(key="estimate.none", name=short[:1].upper() + short[1:], words=""),))
    rows = (
        Row(key="estimate.total", name=f"PHQ-8 total, of {HIGHEST_TOTAL:.0f}", words=total(estimate)),
        Row(key="estimate.above", name="Probability", words=above(estimate)),
        *(Row(key=f"estimate.item.{number}", name=name, words=words) for number, (name, words) in enumerate(_items(estimate), 1)),
        *(Row(key=f"estimate.note.{number}", name="Note of its card", words=note) for number, note in enumerate(kept.notes, 1)),
        Row(key="estimate.made_by", name="Made by", words=f"“{estimate.checkpoint}”"),
    )
    return Section(TITLE, said, rows)


def _items(estimate: Estimate) -> Iterator[tuple[str, str]]:
    for name, item in zip(ITEM_NAMES, estimate.items, strict=True):
        yield name, f"{item.value:.1f} ± {item.sd:.1f}"


def _lanes(estimate: Estimate) -> Iterator[WhyRow]:
    for modality in MODALITIES:
        weight = estimate.weights.get(modality)
        yield WhyRow(modality.capitalize(), "not there" if weight is None else f"{weight:.2f}")
    yield WhyRow("What stands for lanes that were not there", f"{estimate.unheard:.2f}")


def _segments(estimate: Estimate, modality: Modality) -> WhyRow:
    rows = [
        WhyRow(f"{clock(one.starts_s)} to {clock(one.ends_s)}", f"{one.weight:.2f} of the lane", at=one.starts_s)
        for one in strongest(estimate.segments[modality])
    ]
    return WhyRow(_PARTS[modality], "the strongest first", below=tuple(rows))
