"""The vectoriser against scikit-learn's, and how text is cut."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from models.text.inputs import Tfidf, letter_runs, marked_negation, tokens, word_runs
from training.train_text_tfidf import run_names

CORPUS = [
    "I am not happy. Not happy at all!",
    "Why me? Why now? Why not",
    "I don’t know, I DON'T know",
    "so tired, so so tired 😔😔",
    "happy happy happy birthday to you",
]


def pair(runs):
    theirs = TfidfVectorizer(analyzer=partial(run_names, runs), sublinear_tf=True).fit(CORPUS)
    return theirs, Tfidf(runs, theirs.vocabulary_, np.asarray(theirs.idf_))


@pytest.mark.parametrize("runs", [word_runs, letter_runs])
@given(text=st.lists(st.sampled_from([*" ".join(CORPUS).split(), "unheard", "?!", "ÄRGER"]), max_size=30).map(" ".join))
@settings(max_examples=60, deadline=None)
def test_the_weights_are_scikit_learns(runs, text):
    theirs, ours = pair(runs)
    spoken = tokens(text)
    dense = np.zeros(len(theirs.vocabulary_))
    for column, weight in ours.weights(ours.places(spoken)).items():
        dense[column] = weight
    assert dense == pytest.approx(theirs.transform([text]).toarray()[0], abs=1e-6)


def test_words_keep_their_apostrophes_and_marks_stand_alone():
    assert tokens("I DON’T know_it… Why?! 😔") == ["i", "don't", "know", "it", "why", "?", "!", "😔"]


def test_look_alikes_are_one_spelling():
    assert tokens("ｈａｐｐｙ") == tokens("happy")


def test_pairs_of_words_know_where_they_stand():
    assert list(word_runs(["not", "happy"])) == [("not", range(1)), ("happy", range(1, 2)), ("not happy", range(2))]


def test_runs_of_letters_stay_within_a_word_and_know_its_ends():
    runs = list(letter_runs(["ab", "c"]))
    assert [run for run, where in runs if where == range(1)] == ["<a", "ab", "b>", "<ab", "ab>", "<ab>"]
    assert [run for run, where in runs if where == range(1, 2)] == ["<c", "c>", "<c>"]


@pytest.mark.parametrize("text", ["", "   ", "…,;:—", "\x00\x07"])
def test_a_text_without_words_has_no_weights(text):
    _, ours = pair(word_runs)
    assert ours.weights(ours.places(tokens(text))) == {}


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("I am not happy today", ["i", "am", "not", "~happy", "~today"]),
        ("never ever feel so good", ["never", "~ever", "~feel", "~so", "good"]),
        ("I can't sleep but I am fine", ["i", "can't", "~sleep", "but", "i", "am", "fine"]),
        ("No! I like it", ["no", "!", "i", "like", "it"]),
        ("I like it", ["i", "like", "it"]),
    ],
)
def test_the_words_after_a_negator_are_marked_until_the_thought_ends(text, marked):
    assert marked_negation(tokens(text)) == marked


def test_runs_of_letters_of_a_negated_word_are_features_of_their_own():
    assert not {run for run, _ in letter_runs(["happy"])} & {run for run, _ in letter_runs(["~happy"])}


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("I feel hopeless", ["i", "feel", "~hopeless"]),
        ("I am not hopeless", ["i", "am", "not", "hopeless"]),
        ("unless you bless it", ["unless", "you", "bless", "it"]),
    ],
)
def test_a_word_that_ends_in_less_negates_itself(text, marked):
    assert marked_negation(tokens(text)) == marked


def test_hopeless_has_no_runs_of_letters_in_common_with_hope():
    assert not {run for run, _ in letter_runs(marked_negation(["hopeless"]))} & {run for run, _ in letter_runs(["hope"])}
