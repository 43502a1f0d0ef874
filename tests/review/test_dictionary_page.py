from core.paths import PROGRAM_ROOT
from review.exports.columns import READING_COLUMNS, SCORE_COLUMNS
from review.exports.dictionary_page import dictionary_markdown
from review.exports.period_files import SESSION_COLUMNS
from review.questionnaire_csv import COLUMNS


def test_the_page_in_docs_is_the_one_that_the_columns_make():
    assert (PROGRAM_ROOT / "docs" / "data-dictionary.md").read_text(encoding="utf-8") == dictionary_markdown()


def test_every_column_has_its_row():
    rows = [line for line in dictionary_markdown().splitlines() if line.startswith("| `")]
    assert [row.split("`")[1] for row in rows] == [
        *(column.name for column in (*READING_COLUMNS, *SCORE_COLUMNS, *SESSION_COLUMNS)),
        *COLUMNS,
    ]
    assert all(row.count("|") == 4 for row in rows)
