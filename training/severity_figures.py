"""How well "at least mild" is told from the lowest level, beside what needs no model."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.text.inputs import is_word, tokens
from training.figures import CONFIDENCE, RESAMPLES, rounded

KEYWORDS = frozenset((
    "alone", "anxious", "anymore", "appetite", "cried", "cry", "crying", "dead", "depressed", "depressing", "depression", "die", "dying",
    "empty", "exhausted", "failure", "guilt", "guilty", "hate", "helpless", "hopeless", "hurt", "insomnia", "kill", "lonely", "miserable",
    "nightmares", "numb", "pain", "panic", "pointless", "sad", "sleep", "suicidal", "suicide", "tired", "unhappy", "useless", "worthless",
))  # fmt: skip
"""What a person would look for: words of the criteria of depression and their like. Written down before anything was measured."""


def auc(positive: ArrayLike, scores: ArrayLike) -> float:
    """The area under the ROC curve: how often a positive item scores above a negative one, ties by half (Mann and Whitney 1947)."""
    from scipy.stats import rankdata

    true = np.asarray(positive, dtype=bool)
    count = int(true.sum())
    ranks = rankdata(np.asarray(scores, dtype=np.float64))
    return float((ranks[true].sum() - count * (count + 1) / 2) / (count * (len(true) - count)))


def auc_with_interval(positive: ArrayLike, scores: ArrayLike, seed: int = 0) -> dict[str, Any]:
    """The AUC and its 95 % interval by the bootstrap over items, drawn within both groups."""
    true, values = np.asarray(positive, dtype=bool), np.asarray(scores, dtype=np.float64)
    random = np.random.default_rng(seed)
    ill, well = values[true], values[~true]
    drawn = [_drawn(ill, well, random) for _ in range(RESAMPLES)]
    tail = (1 - CONFIDENCE) / 2
    return {
        "auc": rounded(auc(true, values)),
        "interval": [rounded(value) for value in np.quantile(drawn, (tail, 1 - tail))],
        "n": len(true),
        "positive": int(true.sum()),
    }


def baselines(texts: Sequence[str], positive: ArrayLike) -> dict[str, Any]:
    """The AUC of a text's length in words and of the share of KEYWORDS among them."""
    words = [[token for token in tokens(text) if is_word(token)] for text in texts]
    keywords = [sum(word in KEYWORDS for word in spoken) / max(1, len(spoken)) for spoken in words]
    return {"length": auc_with_interval(positive, [len(spoken) for spoken in words]), "keywords": auc_with_interval(positive, keywords)}


def _drawn(ill: NDArray[np.float64], well: NDArray[np.float64], random: np.random.Generator) -> float:
    one, other = random.choice(ill, len(ill)), random.choice(well, len(well))
    return auc(np.arange(len(one) + len(other)) < len(one), np.concatenate([one, other]))
