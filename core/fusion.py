"""From the lanes' readings to one depressive-affect index, step by step; `docs/fusion.md` has the formula and its sources.

The index is 0..100 and describes expression, voice and words of the last minutes. It is not validated against any diagnosis.
"""

import math
from collections import deque
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from core.evidence import LaneMemory, LaneRules, lane_rules
from core.labels import EMOTIONS, MODALITIES, Emotion, Modality
from core.readings import NOT_ENOUGH_EVIDENCE, Ended, FusionScore, Gap, Reached, Reading
from core.settings import FusionSettings
from core.tally import Ground, Tally

FUSION = "rules-2"
"""The formula's name and version: a stored score says by which it was made."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a lane that is heard brings to one moment.

    `evidence` 0..1; `presence` 0..1 is how much it has to go by: amount, quality and recency; `pull`, to which its weight is proportional,
    is presence x how decided its readings were; `sd` is how far the evidence may be from the truth.
    """

    evidence: float
    presence: float
    pull: float
    sd: float
    probabilities: Mapping[Emotion, float]


class Fuser:
    """Takes the lanes' items in any interleaving, and yields the score of each moment, `step_s` apart, once it is over.

    `awaited` are the lanes that a moment waits for; readings of others count when they are there. A score uses readings with
    `at` up to its moment only, so that live and replayed sessions agree. Not for use by two threads at once.
    """

    def __init__(self, settings: FusionSettings, awaited: Collection[Modality]) -> None:
        self._settings = settings
        self._rules = lane_rules(settings)
        self._memories = {modality: LaneMemory(rules) for modality, rules in self._rules.items()}
        self._ahead: dict[Modality, deque[Reading]] = {modality: deque() for modality in self._memories}
        self._reached = dict.fromkeys(awaited, -math.inf)
        self._next = 1

    def add(self, item: Reading | Reached | Ended | Gap) -> None:
        """Take in a lane's next item. A gap changes nothing: the readings that it lacks say the same."""
        if isinstance(item, Reading):
            self._ahead[item.modality].append(item)
        if isinstance(item, Gap) or item.modality not in self._reached:
            return
        at = math.inf if isinstance(item, Ended) else item.at
        self._reached[item.modality] = max(self._reached[item.modality], at)

    def due(self, deadline: float | None = None) -> Iterator[FusionScore]:
        """The scores of all moments that every awaited lane has passed, or that are before `deadline` (s).

        When no lane is awaited any longer, only a deadline or `finish` makes moments pass.
        """
        reached = min(self._reached.values(), default=math.inf)
        over = max(-math.inf if reached == math.inf else reached, -math.inf if deadline is None else deadline)
        while self._moment < over:
            yield self._score()

    def finish(self, until: float) -> Iterator[FusionScore]:
        """The scores of the remaining moments up to and including `until` (s)."""
        while self._moment <= until:
            yield self._score()

    @property
    def _moment(self) -> float:
        return self._next * self._settings.step_s

    def _score(self) -> FusionScore:
        at = self._moment
        self._next += 1
        for modality, ahead in self._ahead.items():
            while ahead and ahead[0].at <= at:
                self._memories[modality].add(ahead.popleft())
        grounds = {modality: ground for modality, memory in self._memories.items() if (ground := memory.take_ground())}
        return score_of(at, grounds, self._rules, self._settings)


def score_of(at: float, grounds: Mapping[Modality, Ground], rules: Mapping[Modality, LaneRules], settings: FusionSettings) -> FusionScore:
    """The score of a moment from what the lanes remember; one that is left out is as if it had never said anything."""
    heard = {m: one for m in MODALITIES if m in grounds and (one := heard_of(grounds[m].tally, at - grounds[m].at, rules[m], settings))}
    if heard:
        return fuse(at, heard, settings, grounds)
    why = _why_silent(at, grounds, rules)
    return FusionScore(at=at, value=None, interval=None, abstained_because=why, fusion=FUSION, grounds=grounds)


def heard_of(tally: Tally, age_s: float, rules: LaneRules, settings: FusionSettings) -> Heard | None:
    """What a lane brings with these sums, `age_s` after its last reading; None: too little to be heard."""
    left = rules.faded(age_s)
    usable = tally.usable * left
    if usable <= rules.least:
        return None
    firm = tally.firm * left
    presence = (usable - rules.least) / usable * firm / (firm + rules.least)
    pull = presence * (1.0 - settings.decided_share * (1.0 - rules.decided(tally)))
    return Heard(rules.evidence(tally), presence, pull, rules.sd, rules.probabilities(tally))


def fuse(at: float, heard: Mapping[Modality, Heard], settings: FusionSettings, grounds: Mapping[Modality, Ground]) -> FusionScore:
    """The score of the lanes that are heard (at least one)."""
    total = sum(one.pull for one in heard.values())
    weights = {modality: one.pull / total for modality, one in heard.items()}
    contributions = {modality: 100.0 * weights[modality] * one.evidence for modality, one in heard.items()}
    value = min(100.0, sum(contributions.values()))
    mixed = {e: sum(weights[m] * one.probabilities[e] for m, one in heard.items()) for e in EMOTIONS}
    whole = sum(mixed.values())
    return FusionScore(
        at=at,
        value=value,
        interval=band(value, half_width(heard.values(), settings)),
        probabilities={emotion: p / whole for emotion, p in mixed.items()},
        weights=weights,
        contributions=contributions,
        heard_from=tuple(heard),
        fusion=FUSION,
        grounds=grounds,
    )


def half_width(heard: Collection[Heard], settings: FusionSettings) -> float:
    """Half the band, in points of the index: what is known adds up as precision, so that less of any lane is a wider band."""
    precision = 1.0 / settings.prior_sd**2 + sum(one.presence / one.sd**2 for one in heard)
    return 100.0 * settings.band_sd / math.sqrt(precision)


def band(value: float, half: float) -> tuple[float, float]:
    """`value` +- `half`; at an end of the scale it keeps its length and leans inwards, for nothing is known better there."""
    length = min(100.0, 2.0 * half)
    low = min(max(0.0, value - half), 100.0 - length)
    return min(low, value), max(low + length, value)


def _why_silent(at: float, grounds: Mapping[Modality, Ground], rules: Mapping[Modality, LaneRules]) -> str:
    fresh = {m: g.tally.usable * rules[m].faded(at - g.at) for m, g in grounds.items()}
    found = ", ".join(_amount(fresh.get(modality, 0.0), one.unit) for modality, one in rules.items())
    needed = [f"{one.least:g} {one.unit}" for one in rules.values()]
    return f"{NOT_ENOUGH_EVIDENCE}: {found}; more than {', '.join(needed[:-1])} or {needed[-1]} are needed"


def _amount(usable: float, unit: str) -> str:
    thing = unit.removeprefix("s of ")
    if usable < 0.05:
        return f"no {'text' if unit == 'words' else thing}"
    return f"{usable:.0f} {unit}" if unit == "words" else f"{usable:.1f} {unit}"
