"""What the fusion promises when lanes are spoiled, each with its bound, and what was measured of it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from bench.fused_combinations import Company, Course, Floats, Fused, column
from bench.spoiled_runs import AS_IS, NOTHING_WRITTEN, SPOILINGS, Run
from core.labels import MODALITIES, Modality
from core.readings import NOT_ENOUGH_EVIDENCE

FACE, VOICE, TEXT = Modality.FACE, Modality.VOICE, Modality.TEXT
WORDS = ("sad words", "cheerful words")
"""What is written when the words are as they are."""

FEW_WORDS = "three words"
WORSE_THAN: Mapping[Modality, Mapping[str, tuple[str, ...]]] = {
    **{modality: {one.name: one.worse_than for one in ways} for modality, ways in SPOILINGS.items()},
    TEXT: {FEW_WORDS: WORDS, NOTHING_WRITTEN: (FEW_WORDS,)},
}
LOSSES = frozenset({"gone halfway", "absent", "muted", FEW_WORDS, NOTHING_WRITTEN})
"""Spoilings that take evidence away and do nothing else; others also change what is seen, or when a segment of speech ends and is read."""

NO_FACE = frozenset({"absent", "darkened to 15 %"})
NO_VOICE = frozenset({"muted", "noise alone", "noise as loud", "babble as loud"})
NO_WORDS = frozenset({FEW_WORDS, NOTHING_WRITTEN})
HARDLY_A_VOICE = NO_VOICE | {"noise 10 dB below", "babble 10 dB below"}
HALF = 0.5
SETTLED_S = 10.0
"""After so long a lane that is as it is has said enough for a number."""

ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class Clip:
    """A recording, spoiled in every way: its passes through the monitor, what each lane said, and every combination fused."""

    name: str
    step_s: float
    runs: Sequence[Run]
    courses: Mapping[tuple[Modality, str], Course]
    fused: Mapping[Company, Fused]


@dataclass(frozen=True, slots=True)
class Promise:
    """A sentence that holds while `measured` is at most `bound`, and what a fusion without weights does (None: it has no such thing)."""

    words: str
    bound: float
    unit: str
    measured: float
    naive: float | None = None

    @property
    def kept(self) -> bool:
        """Whether it holds; what could not be measured does not."""
        return self.measured <= self.bound + ROUNDING


@dataclass(frozen=True, slots=True)
class Damage:
    """A group of combinations, and how far the index may move in it: at worst, and in the mean (points)."""

    name: str
    holds: Callable[[frozenset[Modality], Company], bool]
    worst: float
    mean: float


def _words_alone(spoiled: frozenset[Modality], company: Company) -> bool:
    return TEXT not in spoiled and company[0] in NO_FACE and company[1] in HARDLY_A_VOICE


DAMAGES = (
    Damage("face or sound spoiled or lost", lambda spoiled, _: len(spoiled) == 1 and TEXT not in spoiled, 30.0, 8.0),
    Damage("face and sound", lambda spoiled, company: spoiled == {FACE, VOICE} and not _words_alone(spoiled, company), 40.0, 12.0),
    Damage("face and sound, so that only words remain", _words_alone, 45.0, 20.0),
    Damage("words left out", lambda spoiled, _: spoiled == {TEXT}, 50.0, 20.0),
    Damage("words left out, and face or sound or both spoiled", lambda spoiled, _: TEXT in spoiled and len(spoiled) > 1, 55.0, 20.0),
)


def promises(clips: Sequence[Clip]) -> list[Promise]:
    """All of them, with their measures."""
    return [*_moves(clips), *_bands(clips), *_weights(clips), *_abstentions(clips), *_undamaged(clips)]


def moved(clip: Clip, company: Company, words: str) -> tuple[Floats, Floats]:
    """How far the index moved from the undamaged one with these words, where both have a number, and the naive one at the same moments."""
    whole, spoiled = clip.fused[AS_IS, AS_IS, words], clip.fused[company]
    both = whole.spoken & spoiled.spoken
    return np.abs(spoiled.value - whole.value)[both], np.abs(spoiled.naive - whole.naive)[both]


def companies(clip: Clip) -> Iterator[tuple[frozenset[Modality], Company, str]]:
    """Every combination with what is spoiled in it, once for each kind of words that would be there."""
    for company in clip.fused:
        for words in WORDS if company[2] in NO_WORDS else (company[2],):
            as_is = (AS_IS, AS_IS, words)
            yield frozenset(m for m, is_now, was in zip(MODALITIES, company, as_is, strict=True) if is_now != was), company, words


def _moves(clips: Sequence[Clip]) -> Iterator[Promise]:
    for damage in DAMAGES:
        found = [moved(clip, c, words) for clip in clips for spoiled, c, words in companies(clip) if damage.holds(spoiled, c)]
        ours, naive = (np.concatenate(parts) for parts in zip(*found, strict=True))
        yield Promise(f"The index moves, {damage.name}: at worst", damage.worst, "points", _largest(ours), _largest(naive))
        yield Promise(f"The index moves, {damage.name}: in the mean", damage.mean, "points", float(ours.mean()), float(naive.mean()))
    yield Promise("It moves further than the damaged lane's weight", 0.0, "points", _largest([_beyond_weight(clip) for clip in clips]))


def _beyond_weight(clip: Clip) -> float:
    """How far a single damaged lane moved the index beyond 100 times its weight, before or after the damage, at worst."""
    beyond = []
    for spoiled, company, words in companies(clip):
        if len(spoiled) == 1:
            (lane,) = spoiled
            whole, now = clip.fused[AS_IS, AS_IS, words], clip.fused[company]
            beyond.append(np.abs(now.value - whole.value) - 100.0 * np.maximum(whole.weights[lane], now.weights[lane]))
    return float(np.nanmax(np.concatenate(beyond)))


def steps(clip: Clip) -> Iterator[tuple[Modality, Company, Company]]:
    """Every pair of combinations of which the second has one lane one step worse, with that lane."""
    for company in clip.fused:
        for number, lane in enumerate(MODALITIES):
            for better in WORSE_THAN[lane].get(company[number], ()):
                yield lane, (*company[:number], better, *company[number + 1 :]), company  # type: ignore[misc]


def _bands(clips: Sequence[Clip]) -> Iterator[Promise]:
    for words, is_loss in (("lost", True), ("spoiled", False)):
        narrowings = [
            clip.fused[better].band - clip.fused[worse].band
            for clip in clips
            for lane, better, worse in steps(clip)
            if (worse[MODALITIES.index(lane)] in LOSSES) is is_loss
        ]
        every = np.concatenate(narrowings)
        every = every[~np.isnan(every)]
        yield Promise(f"The band narrows when more is {words}: at worst", 0.0 if is_loss else 4.0, "points", max(0.0, _largest(every)))
        if not is_loss:
            yield Promise("How often it narrows then, by more than 0.1 points", 2.0, "% of moments", 100.0 * float((every > 0.1).mean()))


def alone(lane: Modality, name: str, words: str) -> Company:
    """The combination in which that lane is spoiled and no other."""
    face, sound, text = (name if one is lane else as_is for one, as_is in zip(MODALITIES, (AS_IS, AS_IS, words), strict=True))
    return face, sound, text


def _weights(clips: Sequence[Clip]) -> Iterator[Promise]:
    rises, kept = [], [0.0]
    for clip, lane, name, words in ((c, m, one.name, w) for c in clips for m, ways in SPOILINGS.items() for one in ways[1:] for w in WORDS):
        whole, now = clip.fused[AS_IS, AS_IS, words], clip.fused[alone(lane, name, words)]
        before, after = _weight(whole, lane, now), _weight(now, lane, whole)
        rises.append(after - before)
        if clip.courses[lane, name].quality <= HALF * clip.courses[lane, AS_IS].quality:
            kept.append(after / before)
    yield Promise("A spoiled lane's weight (0 to 1) rises: mean of a recording, at worst", 0.02, "", max(0.0, *rises), 0.0)
    yield Promise("A lane of half the quality or less keeps of its weight", HALF, "of 1", max(kept), 1.0)
    falls = [
        _weight(clip.fused[worse], lane, clip.fused[better]) - _weight(clip.fused[better], lane, clip.fused[worse])
        for clip in clips
        for lane, better, worse in steps(clip)
        if np.any(clip.fused[better].spoken & clip.fused[worse].spoken)
    ]
    yield Promise("Its weight rises with a further step of spoiling, in any company", 0.05, "", max(0.0, *falls), 0.0)


def _weight(fused: Fused, lane: Modality, beside: Fused) -> float:
    return float(fused.weights[lane][fused.spoken & beside.spoken].mean())


def _abstentions(clips: Sequence[Clip]) -> Iterator[Promise]:
    nothing = [clip.fused[c] for clip in clips for c in clip.fused if c[0] in NO_FACE and c[1] in NO_VOICE and c[2] in NO_WORDS]
    yield Promise("There is a number though nothing can be read", 0.0, "% of moments", *_spoken_shares(nothing))
    unsaid = [reason for one in nothing for reason in one.reasons if not reason.startswith(NOT_ENOUGH_EVIDENCE)]
    yield Promise("No number and no reason", 0.0, "reasons", float(len(unsaid)))
    able = [one for clip in clips for c, one in clip.fused.items() if AS_IS in c[:2]]
    settled = [int(SETTLED_S / clip.step_s) for clip in clips for c in clip.fused if AS_IS in c[:2]]
    silent = np.concatenate([~one.spoken[first:] for one, first in zip(able, settled, strict=True)])
    yield Promise(f"There is none though face or sound is as it is, after {SETTLED_S:g} s", 0.0, "% of moments", 100.0 * silent.mean(), 0.0)


def _spoken_shares(fused: Sequence[Fused]) -> tuple[float, float]:
    """In which share of the moments there is a number, ours and the naive one (%)."""
    shares = [float(np.concatenate(parts).mean()) for parts in ([f.spoken for f in fused], [~np.isnan(f.naive) for f in fused])]
    return 100.0 * shares[0], 100.0 * shares[1]


def _undamaged(clips: Sequence[Clip]) -> Iterator[Promise]:
    differing = [
        (clip.name, lane)
        for clip in clips
        for one, other in combinations(clip.runs, 2)
        for lane in MODALITIES
        if one.spoiled[lane] == other.spoiled[lane] and repr(one.of(lane)) != repr(other.of(lane))
    ]
    yield Promise("An undamaged lane reads differently beside a damaged one", 0.0, "lanes", float(len(differing)))
    apart = [_apart(clip, run) for clip in clips for run in clip.runs]
    yield Promise("The monitor's own scores differ from those fused here", 0.0, "points", _largest(apart))


def _apart(clip: Clip, run: Run) -> float:
    """The largest difference between a run's stored scores and its combination; where only one has a number, endless."""
    fused = clip.fused[run.spoiled[FACE], run.spoiled[VOICE], run.spoiled[TEXT]].value
    stored = column(score.value for score in run.scores)[: len(fused)]
    if np.any(np.isnan(stored) != np.isnan(fused)):
        return float("inf")
    return _largest(np.nan_to_num(np.abs(stored - fused)))


def _largest(values: Floats | Sequence[float]) -> float:
    return float(np.max(values))
