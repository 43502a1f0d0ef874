"""The one place where a text becomes numbers, for training and for the running program alike: TF-IDF of words and of letters."""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

INPUT_KIND = "text-tfidf-words-letters-negation-v2"
"""Changes whenever the numbers change: a checkpoint made for another kind is refused."""

LONGEST_WORD_RUN = 2
"""Words in a row that are one feature ("give up" is neither "give" nor "up"). Triples cost twice the size and measured no better."""

LETTER_RUNS = (2, 5)
"""Shortest and longest run of letters within one word: they carry spellings that no list of words holds ("saaad", "hopelessness")."""

NEGATORS = frozenset((
    "not", "no", "never", "cannot", "without", "nothing", "nobody", "hardly",
    "cant", "dont", "wont", "didnt", "doesnt", "isnt", "wasnt", "couldnt", "wouldnt",
))  # fmt: skip
"""Words that turn what follows; so does every word that ends in n't."""

NEGATION_ENDS = frozenset(("?", "!", "but", "because", "and"))
NEGATED_TOKENS = 3
"""Tokens after a negator that are features of their own (after Das and Chen 2001), so that "not happy" is not "happy"."""

WITHOUT = "less"
SHORTEST_WITHOUT = 7
"""Letters of a word that ends in WITHOUT and is so the negation of its stem: "hopeless" is not "hope", but "unless" is whole."""

NEGATED = "~"
"""Before a negated token; no token holds it."""

TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[!?]|[\u2600-\u27BF\U0001F300-\U0001FAFF]")
"""A word with its apostrophes, a mark of question or exclamation, or an emoji; all else separates."""

Runs = Iterator[tuple[str, range]]
"""Features as (name, the positions of the tokens that make it up)."""


def input_description() -> dict[str, object]:
    """What goes into the model, for a checkpoint's card."""
    return {
        "kind": INPUT_KIND,
        "text": "NFKC, curly apostrophes made straight, lower case",
        "token": TOKEN.pattern,
        "negation": f"the {NEGATED_TOKENS} tokens after a negator are marked, until one of: {' '.join(sorted(NEGATION_ENDS))}; "
        f"a word of {SHORTEST_WITHOUT} letters or more that ends in -{WITHOUT} is marked by itself",
        "blocks": {"words": [1, LONGEST_WORD_RUN], "letters within <word>": list(LETTER_RUNS)},
        "weight": "(1 + ln count) x idf of the vocabulary's runs; each block divided by its Euclidean length",
    }


def normalised(text: str) -> str:
    """One spelling for what looks the same."""
    return unicodedata.normalize("NFKC", text).replace("’", "'").lower()


def tokens(text: str) -> list[str]:
    """Words, marks and emojis in their order."""
    return TOKEN.findall(normalised(text))


def is_word(token: str) -> bool:
    """Whether a token is a word (or number), not a mark or an emoji."""
    return token[0].isalnum()


def marked_negation(spoken: Sequence[str]) -> list[str]:
    """The same tokens, with NEGATED before each word that follows a negator closely or negates itself; not where it does both."""
    marked, left = [], 0
    for token in spoken:
        left = 0 if token in NEGATION_ENDS else left
        negated = (left > 0 and is_word(token)) is not _is_without(token)
        marked.append(NEGATED + token if negated else token)
        left = NEGATED_TOKENS if token in NEGATORS or token.endswith("n't") else max(0, left - 1)
    return marked


def _is_without(token: str) -> bool:
    return token.endswith(WITHOUT) and len(token) >= SHORTEST_WITHOUT


def word_runs(spoken: Sequence[str]) -> Runs:
    """All runs of 1..LONGEST_WORD_RUN tokens, joined by spaces."""
    for length in range(1, LONGEST_WORD_RUN + 1):
        for start in range(len(spoken) - length + 1):
            yield " ".join(spoken[start : start + length]), range(start, start + length)


def letter_runs(spoken: Sequence[str]) -> Runs:
    """All runs of letters of LETTER_RUNS lengths within each token, its ends marked by < and >; NEGATED stays before each."""
    shortest, longest = LETTER_RUNS
    for position, token in enumerate(spoken):
        mark = NEGATED if token.startswith(NEGATED) else ""
        framed = f"<{token.removeprefix(NEGATED)}>"
        where = range(position, position + 1)
        for length in range(shortest, min(longest, len(framed)) + 1):
            for start in range(len(framed) - length + 1):
                yield mark + framed[start : start + length], where


@dataclass(frozen=True, slots=True)
class Tfidf:
    """Turns tokens into weights of known runs: scikit-learn's TfidfVectorizer with `sublinear_tf`, without scikit-learn.

    `columns` numbers the known runs; `idf` (F,) is the inverse document frequency of each.
    """

    runs: Callable[[Sequence[str]], Runs]
    columns: Mapping[str, int]
    idf: NDArray[np.float64]

    def places(self, spoken: Sequence[str]) -> list[tuple[int, range]]:
        """(column, positions of tokens) of each place where a known run stands."""
        return [(self.columns[run], where) for run, where in self.runs(marked_negation(spoken)) if run in self.columns]

    def weights(self, places: Sequence[tuple[int, range]]) -> dict[int, float]:
        """{column: weight}, of Euclidean length 1; empty when no run is known."""
        counts = Counter(column for column, _ in places)
        raw = {column: (1.0 + math.log(count)) * self.idf[column] for column, count in counts.items()}
        length = math.sqrt(sum(value * value for value in raw.values()))
        return {column: float(value / length) for column, value in raw.items()}
