"""All files of a session, into one folder."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.labels import Modality
from core.session import SessionResults
from core.settings import REVIEW_DEFAULTS, ReviewSettings
from review.exports.csv_files import (
    DICTIONARY_FILE,
    READINGS_FILE,
    SCORES_FILE,
    write_data_dictionary,
    write_readings_csv,
    write_scores_csv,
)
from review.exports.session_json import SESSION_FILE, write_session_json
from review.exports.summary_html import SUMMARY_FILE, write_summary_html
from review.exports.whole_file import unwritable


def write_all(
    folder: Path, results: SessionResults, cards: Mapping[Modality, Mapping[str, Any]], settings: ReviewSettings = REVIEW_DEFAULTS
) -> list[Path]:
    """Write readings, scores, facts, dictionary and summary into `folder` (made when it is not there); their paths, or OutputUnwritable."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(folder, error) from error
    paths = [folder / name for name in (READINGS_FILE, SCORES_FILE, SESSION_FILE, DICTIONARY_FILE, SUMMARY_FILE)]
    readings, scores, session, dictionary, summary = paths
    write_readings_csv(readings, results, settings)
    write_scores_csv(scores, results)
    write_session_json(session, results)
    write_data_dictionary(dictionary)
    write_summary_html(summary, results, cards, settings)
    return paths
