"""How a text becomes windows of word pieces."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.paths import checkpoint_folder
from models.text.encoder import VOCABULARY_FILE
from models.text.pieces import pieces, windows
from models.text.wordpieces import WordPieces

VOCABULARY = WordPieces(checkpoint_folder("text", "minilm") / VOCABULARY_FILE)
PIECE_OF = {number: piece for piece, number in VOCABULARY.numbers.items()}


def spoken(text):
    return [PIECE_OF[piece.number] for piece in pieces(VOCABULARY, text)]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("😂😂😂", ["face", "with", "tears", "of", "joy"]),
        ("ok 👍🏽", ["ok", "thumbs", "up", "sign"]),
        ("I don’t", ["i", "don", "'", "t"]),
        ("ｓａｄ", ["sad"]),
        ("...", [".", ".", "."]),
        ("", []),
        (" \t\n", []),
    ],
)
def test_a_text_is_read_as_a_person_would(text, read):
    assert spoken(text) == read


def test_each_piece_knows_its_token():
    assert [piece.token for piece in pieces(VOCABULARY, "Don't hyperventilate!")] == [
        "don't", "don't", "don't", "hyperventilate", "hyperventilate", "hyperventilate", "hyperventilate", "!",
    ]  # fmt: skip


@given(count=st.integers(0, 400), length=st.integers(3, 60))
def test_windows_hold_every_piece_once_and_fit(count, length):
    numbers = list(range(1000, 1000 + count))
    cut = windows(numbers, VOCABULARY, length, most=1000)
    assert [number for window in cut for number in window.numbers[1:-1]] == numbers
    assert all(len(window.numbers) <= length for window in cut)
    assert all(numbers[window.first : window.first + 1] == window.numbers[1:-1][:1] for window in cut)


def test_a_very_long_text_is_read_in_windows_from_its_beginning_to_its_end():
    cut = windows(range(10_000), VOCABULARY, length=48, most=16)
    assert len(cut) == 16
    assert cut[0].numbers[1] == 0
    assert cut[-1].numbers[-2] == 9_999


@given(st.text(max_size=200))
def test_any_text_has_pieces_of_the_vocabulary(text):
    assert all(0 < piece.number < len(VOCABULARY.numbers) for piece in pieces(VOCABULARY, text))
