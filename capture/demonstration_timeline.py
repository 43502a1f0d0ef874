"""What happens in the demonstration and when: its true timeline, the same for picture, sound and text of one seed."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import count, takewhile

import numpy as np

from core.labels import Emotion

WALK_S = 0.8
"""How long the person takes to walk out of the picture, and to come back."""

PAUSE_S = (0.8, 1.8)
PHRASE_S = (1.8, 3.2)
PHRASES_HERE, PHRASES_AWAY = 2, 1

CYCLE: tuple[tuple[Emotion, bool], ...] = (
    (Emotion.NEUTRAL, True),
    (Emotion.HAPPINESS, True),
    (Emotion.SURPRISE, True),
    (Emotion.NEUTRAL, False),
    (Emotion.SADNESS, True),
    (Emotion.ANGER, True),
    (Emotion.NEUTRAL, True),
)
"""The expressions in their order, and whether the face is there."""

SENTENCES: dict[Emotion, tuple[str, ...]] = {
    Emotion.NEUTRAL: (
        "I went to the shop on Tuesday and then I took the bus back.",
        "I usually get up at seven and have some tea before work.",
    ),
    Emotion.HAPPINESS: (
        "I had a wonderful afternoon with my sister, I love how she makes me laugh.",
        "I am so happy and grateful that my friends came to see me.",
    ),
    Emotion.SURPRISE: (
        "Wow, I was so surprised when they called, I really did not expect that!",
        "I cannot believe it, what a surprise to see him after all these years!",
    ),
    Emotion.SADNESS: (
        "I feel so sad and lonely, I miss her and I cry every night.",
        "I am sorry, it hurts, everything feels sad and heavy to me.",
    ),
    Emotion.ANGER: (
        "I was so angry, I hate it when nobody listens to me.",
        "It makes me furious how rude and stupid that letter was.",
    ),
}


@dataclass(frozen=True, slots=True)
class Phrase:
    """Something is said, from `starts_at` to `ends_at` (s), in the voice of `expression`."""

    starts_at: float
    ends_at: float
    expression: Emotion


@dataclass(frozen=True, slots=True)
class Stretch:
    """One expression, from `starts_at` to `ends_at` (s).

    The face changes to `expression` within the first half second. `face_shown` is False from the moment in which the person begins
    to walk out of the picture until they are back, `WALK_S` at either end. `sentence` is what is written at `sentence_at`.
    """

    starts_at: float
    ends_at: float
    expression: Emotion
    face_shown: bool
    phrases: tuple[Phrase, ...]
    sentence: str
    sentence_at: float


def stretches(seed: int) -> Iterator[Stretch]:
    """The timeline of a seed, without end: one cycle, again and again."""
    cycle = _cycle(seed)
    for turn in count():
        for stretch in cycle:
            yield _later(stretch, turn * cycle[-1].ends_at)


def demonstration_timeline(seed: int, seconds: float) -> tuple[Stretch, ...]:
    """The true timeline of a demonstration of `seconds`; the last stretch is cut at its end, a phrase within it too."""
    begun = takewhile(lambda stretch: stretch.starts_at < seconds, stretches(seed))
    return tuple(_cut(stretch, seconds) for stretch in begun)


def stretch_at(seed: int, at: float) -> Stretch:
    """The stretch of the moment `at` (s, not negative)."""
    cycle = _cycle(seed)
    period = cycle[-1].ends_at
    turn = int(at // period)
    place = bisect_right([stretch.starts_at for stretch in cycle], at - turn * period) - 1
    return _later(cycle[place], turn * period)


def stretch_before(seed: int, stretch: Stretch) -> Stretch:
    """The stretch that came before; of the first one, the first itself."""
    return stretch_at(seed, stretch.starts_at - 0.1) if stretch.starts_at > 0 else stretch


def phrases_between(seed: int, starts_at: float, ends_at: float) -> tuple[Phrase, ...]:
    """The phrases of which something is heard from `starts_at` to `ends_at` (s)."""
    found: list[Phrase] = []
    stretch = stretch_at(seed, starts_at)
    while stretch.starts_at < ends_at:
        found += (p for p in stretch.phrases if p.starts_at < ends_at and p.ends_at > starts_at)
        stretch = stretch_at(seed, stretch.ends_at + 1e-6)
    return tuple(found)


@lru_cache(maxsize=16)
def _cycle(seed: int) -> tuple[Stretch, ...]:
    rng = np.random.default_rng((seed, 2))
    made: list[Stretch] = []
    at = 0.0
    turns = {emotion: int(rng.integers(len(words))) for emotion, words in SENTENCES.items()}
    for expression, face_shown in CYCLE:
        starts_at, phrases = at, []
        for _ in range(PHRASES_HERE if face_shown else PHRASES_AWAY):
            begins = round(at + rng.uniform(*PAUSE_S), 2)
            at = round(begins + rng.uniform(*PHRASE_S), 2)
            phrases.append(Phrase(begins, at, expression))
        words = SENTENCES[expression]
        sentence = words[turns[expression] % len(words)]
        turns[expression] += 1
        made.append(Stretch(starts_at, at, expression, face_shown, tuple(phrases), sentence, phrases[-1].starts_at))
    return tuple(made)


def _later(stretch: Stretch, by: float) -> Stretch:
    if by == 0:
        return stretch
    phrases = tuple(replace(p, starts_at=p.starts_at + by, ends_at=p.ends_at + by) for p in stretch.phrases)
    return replace(
        stretch,
        starts_at=stretch.starts_at + by,
        ends_at=stretch.ends_at + by,
        phrases=phrases,
        sentence_at=stretch.sentence_at + by,
    )


def _cut(stretch: Stretch, at: float) -> Stretch:
    phrases = tuple(replace(p, ends_at=min(p.ends_at, at)) for p in stretch.phrases if p.starts_at < at)
    return replace(stretch, ends_at=min(stretch.ends_at, at), phrases=phrases)
