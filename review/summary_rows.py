"""A session's summary as rows of words with the numbers behind them: the same for one session and for two side by side."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from core.labels import EMOTIONS, Modality
from core.readings import NOT_ENOUGH_EVIDENCE
from review.shares import Share
from review.summary import DESCRIPTORS, IndexSummary, LaneSummary, Middle, SessionSummary

ABSENT = "did not take part"
NOTHING = "–"
_RESEMBLED = {Modality.FACE: "Face resembled", Modality.VOICE: "Voice resembled", Modality.TEXT: "Words resembled"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number with the stretch in which it may as well lie, written with `decimals`; `spread` says what that stretch is.

    `unit` is the number's, `step` that of a difference: between two shares in per cent there are points.
    """

    value: float
    low: float
    high: float
    unit: str
    step: str
    decimals: int
    spread: str

    def written(self) -> str:
        """12 % (8 to 17)."""
        return f"{self._of(self.value)}{f' {self.unit}' if self.unit else ''} ({self._of(self.low)} to {self._of(self.high)})"

    def _of(self, number: float) -> str:
        return f"{number:.{self.decimals}f}".replace("-", "\N{MINUS SIGN}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line: `key` is the same in every session; `figure` is None where there are words alone."""

    key: str
    name: str
    words: str
    figure: Figure | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """Lines that belong together; `about` says how they are to be read."""

    title: str
    about: str
    rows: Sequence[Row] = field(default_factory=tuple)


def sections(summary: SessionSummary) -> list[Section]:
    """Index, lanes and voice; how much was measured and how well stands first in each lane."""
    lanes = summary.lanes
    return [
        Section("Index", "0–100; in brackets the usual band of uncertainty.", tuple(_index(summary.index))),
        *(Section(modality.capitalize(), _ABOUT[modality], tuple(_lane(lanes[modality]))) for modality in lanes),
        Section("Speaking", "Medians over the stretches of speech; in brackets the quartiles.", tuple(_speaking(summary.voice))),
    ]


_ABOUT: Mapping[Modality, str] = {
    Modality.FACE: "Share of the measured time in which each expression was the strongest; in brackets the 95 % interval.",
    Modality.VOICE: "Share of the measured speech in which each was the strongest; in brackets the 95 % interval.",
    Modality.TEXT: "Share of the entries in which each was the strongest; in brackets the 95 % interval.",
}


def length_in_words(seconds: float) -> str:
    """9.0 s, 4:33 min, 1:01:15 h."""
    if round(seconds) < 60:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02} h" if hours else f"{minutes}:{rest:02} min"


def _index(index: IndexSummary) -> Iterator[Row]:
    middle = index.middle
    if middle is None:
        yield Row(key="index", name="Median", words=NOT_ENOUGH_EVIDENCE)
    else:
        half = (index.band_width or 0.0) / 2
        figure = Figure(
            value=middle.median,
            low=max(0.0, middle.median - half),
            high=min(100.0, middle.median + half),
            unit="",
            step="points",
            decimals=0,
            spread="bands of uncertainty",
        )
        yield Row(key="index", name="Median", words=figure.written(), figure=figure)
        yield Row(key="index.quartiles", name="Quartiles", words=f"{middle.lower_quartile:.0f} and {middle.upper_quartile:.0f}")
        yield Row(key="index.range", name="Lowest and highest", words=f"{index.lowest:.0f} and {index.highest:.0f}")
    measured = f"{_percent(index.measured_share)} of {index.moments} moments" if index.moments else "none"
    yield Row(key="index.measured", name="Moments with a number", words=measured)
    for why, count in index.abstained_because.items():
        yield Row(key=f"index.none.{why}", name=f"No number: {why}", words=_percent(count / index.moments))


def _lane(lane: LaneSummary) -> Iterator[Row]:
    key = lane.modality.value
    if not lane.took_part:
        yield Row(key=f"{key}.measured", name="Measured", words=ABSENT)
        return
    yield Row(key=f"{key}.measured", name="Measured", words=_measured(lane))
    quality = (
        NOTHING if lane.quality is None else f"{lane.quality:.2f}" + (f"; {_percent(lane.poor_share)} poor" if lane.poor_share else "")
    )
    yield Row(key=f"{key}.quality", name="Quality, median (0–1)", words=quality)
    if lane.quality_reasons:
        yield Row(key=f"{key}.reasons", name="Why it was low", words=", ".join(list(lane.quality_reasons)[:3]))
    for why, amount in lane.absent_s.items():
        yield Row(key=f"{key}.absent.{why}", name=f"Absent: {why}", words=_amount(amount, lane))
    if lane.gap_s:
        yield Row(key=f"{key}.gaps", name="Gaps", words=length_in_words(lane.gap_s))
    if lane.dropped:
        yield Row(key=f"{key}.dropped", name="Items lost", words=str(lane.dropped))
    if lane.expressions is None:
        yield Row(key=f"{key}.shares", name=f"{_RESEMBLED[lane.modality]}", words=NOT_ENOUGH_EVIDENCE)
        return
    for emotion in EMOTIONS:
        if emotion in lane.expressions:
            figure = _share(lane.expressions[emotion])
            yield Row(key=f"{key}.{emotion}", name=f"{_RESEMBLED[lane.modality]} {emotion}", words=figure.written(), figure=figure)


def _speaking(voice: Mapping[str, Middle | None]) -> Iterator[Row]:
    for one in DESCRIPTORS:
        middle = voice[one.field]
        if middle is None:
            yield Row(key=f"voice.{one.field}", name=one.name, words=NOT_ENOUGH_EVIDENCE)
            continue
        unit = "" if one.unit == "0–1" else one.unit
        figure = Figure(
            value=middle.median,
            low=middle.lower_quartile,
            high=middle.upper_quartile,
            unit=unit,
            step=unit,
            decimals=one.decimals,
            spread="quartiles",
        )
        yield Row(key=f"voice.{one.field}", name=one.name, words=figure.written(), figure=figure)


def _measured(lane: LaneSummary) -> str:
    if lane.modality is Modality.TEXT:
        return f"{lane.measured_s:.0f} of {lane.readings} entries"
    return f"{length_in_words(lane.measured_s)} ({_percent(lane.measured_share)} of the session)"


def _quality(lane: LaneSummary) -> str:
    poor = f"; {_percent(lane.poor_share)} poor" if lane.poor_share else ""
    return NOTHING if lane.quality is None else f"{lane.quality:.2f}{poor}"


def _amount(amount: float, lane: LaneSummary) -> str:
    return f"{amount:.0f}" if lane.modality is Modality.TEXT else length_in_words(amount)


def _share(share: Share) -> Figure:
    low, value, high = (100 * part for part in (share.low, share.share, share.high))
    return Figure(value=value, low=low, high=high, unit="%", step="points", decimals=0, spread="95 % intervals")


def _percent(share: float | None) -> str:
    if share is None:
        return NOTHING
    return "under 1 %" if 0 < share < 0.005 else f"{share * 100:.0f} %"
