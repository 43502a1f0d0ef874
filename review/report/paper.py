"""What a report is printed on."""

from enum import StrEnum


class Paper(StrEnum):
    """The two sizes that clinics have."""

    A4 = "A4"
    LETTER = "Letter"

    @property
    def size_mm(self) -> tuple[float, float]:
        """Width and height (ISO 216; ANSI/ASME Y14.1)."""
        return (210.0, 297.0) if self is Paper.A4 else (215.9, 279.4)


MARGIN_MM = (16.0, 15.0)
"""Left and right, top and bottom: what a punch takes."""
