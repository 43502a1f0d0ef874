import io

from review.report.page_pictures import pictures_of
from review.report.pdf_writer import write_pdf
from tests.review.test_pdf import report


def made() -> bytes:
    stream = io.BytesIO()
    write_pdf(stream, report())
    return stream.getvalue()


def test_pages_are_as_wide_as_asked_for_and_the_rest_is_counted():
    pictures = pictures_of(made(), 300, most=2)
    assert [page.shape for page in pictures.pages] == [(425, 300, 3)] * 2
    assert pictures.count >= 5
    assert all(page.min() < 80 and page.max() == 255 for page in pictures.pages)
