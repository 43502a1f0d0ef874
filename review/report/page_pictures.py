"""The pages of a PDF as pictures, to be looked at before it is filed."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class PagePictures:
    """The first pages, each as RGB (height, width, 3), and how many the document has."""

    pages: Sequence[np.ndarray]
    count: int


def pictures_of(pdf: bytes, width_px: int, most: int) -> PagePictures:
    """At most so many pages, as wide as asked for."""
    import pypdfium2  # noqa: PLC0415  loaded when a report is looked at

    with closing(pypdfium2.PdfDocument(pdf)) as document:
        count = len(document)
        return PagePictures([_picture(document[number], width_px) for number in range(min(count, most))], count)


def _picture(page: Any, width_px: int) -> np.ndarray:
    with closing(page), closing(page.render(scale=width_px / page.get_width(), rev_byteorder=True)) as bitmap:
        return np.array(bitmap.to_numpy())
