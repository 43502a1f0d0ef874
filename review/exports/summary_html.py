"""summary.html: the report of a session as a page, written beside its tables."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.labels import Modality
from core.session import SessionResults
from core.settings import REVIEW_DEFAULTS, ReviewSettings
from review.exports.whole_file import whole_file
from review.report.html_writer import html_page
from review.report.material import material_of_results
from review.report.session_report import Beside, session_report

SUMMARY_FILE = "summary.html"
Cards = Mapping[Modality, Mapping[str, Any]]


def write_summary_html(path: Path, results: SessionResults, cards: Cards, settings: ReviewSettings = REVIEW_DEFAULTS) -> None:
    """Write the page of a session; `cards` hold each lane's model (name, sha256, figures, data, notes). Raises OutputUnwritable."""
    with whole_file(path) as stream:
        stream.write(summary_html(results, cards, settings))


def summary_html(results: SessionResults, cards: Cards, settings: ReviewSettings = REVIEW_DEFAULTS) -> str:
    """The page as text."""
    return "".join(html_page(session_report(material_of_results(results), cards, Beside(), settings)))
