"""Word pieces against those of the tokenizers library (of Hugging Face, version 0.22), recorded with BERT's vocabulary."""

import json
from pathlib import Path

import pytest

from core.paths import checkpoint_folder
from models.text.encoder import VOCABULARY_FILE
from models.text.wordpieces import WordPieces, words

VOCABULARY = checkpoint_folder("text", "minilm") / VOCABULARY_FILE
RECORDED = json.loads((Path(__file__).parent / "wordpieces_of_the_tokenizers_library.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def pieces():
    return WordPieces(VOCABULARY)


@pytest.mark.parametrize(("text", "numbers"), RECORDED)
def test_the_pieces_are_those_of_the_tokenizers_library(pieces, text, numbers):
    assert pieces.ids(text) == numbers


def test_the_vocabulary_is_berts(pieces):
    assert len(pieces.numbers) == 30_522
    assert (pieces.unknown, pieces.start, pieces.end) == (100, 101, 102)


def test_a_mark_that_somebody_types_is_text_and_no_command(pieces):
    assert not {101, 102, 103} & set(pieces.ids("[CLS] [SEP] [MASK]"))


def test_a_long_text_is_cut_into_words_in_one_pass():
    assert sum(1 for _ in words("word, " * 10_000)) == 20_000


def test_a_vocabulary_without_its_special_pieces_is_refused(tmp_path):
    (tmp_path / "v.txt").write_text("a\nb\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"\[PAD\]"):
        WordPieces(tmp_path / "v.txt")
