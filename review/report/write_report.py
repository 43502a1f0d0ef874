"""A document into a file."""

from pathlib import Path

from review.exports.formats import Format
from review.exports.whole_file import whole_binary_file, whole_file
from review.report.document import Document
from review.report.html_writer import html_page
from review.report.paper import Paper


def write_report(path: Path, document: Document, kind: Format, paper: Paper) -> None:
    """As PDF or HTML, whole or not at all; raises OutputUnwritable."""
    if kind is Format.PDF:
        from review.report.pdf_writer import write_pdf  # noqa: PLC0415  fonts and reportlab are loaded when a PDF is written

        with whole_binary_file(path) as file:
            write_pdf(file, document, paper)
    else:
        with whole_file(path) as stream:
            stream.writelines(html_page(document, paper))
