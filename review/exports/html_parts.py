"""Small pieces of HTML, each escaped where words of people go in."""

import html
import re
from collections.abc import Iterable, Sequence

_NOT_IN_HTML = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
NO_BREAK = "\N{NO-BREAK SPACE}"


class Markup(str):
    """Words that are HTML already; all other words are escaped when they enter a page."""

    __slots__ = ()


def escape(words: object) -> str:
    """Words for an HTML text or attribute; letters that HTML does not allow become the replacement sign."""
    return html.escape(_NOT_IN_HTML.sub("\N{REPLACEMENT CHARACTER}", str(words)), quote=True)


def cell(value: object) -> str:
    """A piece of a page: Markup as it is, other words escaped."""
    return value if isinstance(value, Markup) else escape(value)


def said(words: str) -> Markup:
    """Words of a person, kept apart so that a change of writing direction inside them stays inside."""
    return Markup(f"<bdi>{escape(words)}</bdi>")


def table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[object]], *, numbers_from: int = 1, kind: str = "") -> Markup:
    """A table with a caption; the first cell of each row heads it, cells from `numbers_from` on are set as numbers."""
    head = "".join(f'<th scope="col"{_number_class(i, numbers_from)}>{cell(words)}</th>' for i, words in enumerate(heads))
    body = "\n".join("<tr>" + "".join(_cell(i, value, numbers_from) for i, value in enumerate(row)) + "</tr>" for row in rows)
    opening = f'<table class="{kind}">' if kind else "<table>"
    return Markup(
        f"{opening}<caption>{cell(caption)}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table>" if body else ""
    )


def section(name: str, title: str, *parts: str) -> Markup:
    """A headed section of the page."""
    inside = "\n".join(part for part in parts if part)
    return Markup(f'<section aria-labelledby="{name}">\n<h2 id="{name}">{escape(title)}</h2>\n{inside}\n</section>')


def paragraph(words: object, kind: str = "") -> Markup:
    """A paragraph, with a class of the style sheet."""
    return Markup(f'<p class="{kind}">{cell(words)}</p>' if kind else f"<p>{cell(words)}</p>")


def clock_time(seconds: float) -> str:
    """75 is 1:15, 3675 is 1:01:15."""
    whole = round(seconds)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def signed(number: str) -> str:
    """A number with a minus sign that is as wide as a plus."""
    return number.replace("-", "\N{MINUS SIGN}")


def percent(share: float) -> str:
    """A share as a whole percentage; what is neither nothing nor all is never shown as such."""
    if 0 < share < 0.005:
        return f"<{NO_BREAK}1{NO_BREAK}%"
    return f">{NO_BREAK}99{NO_BREAK}%" if 0.995 <= share < 1 else f"{share * 100:.0f}{NO_BREAK}%"


def _cell(index: int, value: object, numbers_from: int) -> str:
    if index == 0:
        return f'<th scope="row">{cell(value)}</th>'
    return f"<td{_number_class(index, numbers_from)}>{cell(value)}</td>"


def _number_class(index: int, numbers_from: int) -> str:
    return ' class="number"' if index >= numbers_from else ""
