"""What a mark kept of where the face's network looked: on a drawn outline, never on a person's picture."""

import base64
from collections.abc import Sequence

import cv2

from core.class_map_picture import class_map_caption, class_map_picture
from core.readings import ClassMap
from core.session import Mark
from review.exports.html_parts import Markup, clock_time, escape

SIDE_PX = 48
MOST_MAPS = 24
"""More would fill pages; session.json has them all."""

OUTLINE = "M50 6C24 6 14 26 16 50C18 76 34 97 50 97C66 97 82 76 84 50C86 26 76 6 50 6M25 39H42M58 39H75M50 44V60M37 77H63"
"""Head, eyes, nose and mouth where they usually lie in a square of 100 around a face that looks ahead; drawn, of nobody."""

EXPLAINED = (
    "The class activation map of one picture (Zhou et al. 2016): what at each place spoke for the named expression rather than for the "
    "others; the lighter and yellower, the more. It is coarse, as every place of the map sees much of the face, and says nothing of the "
    "reason for an expression. The outline is drawn; no picture of the person is on this page."
)


def class_map_figure(marks: Sequence[Mark]) -> Markup:
    """The kept maps of the marks beside one another; empty when there is none."""
    kept = [(mark, mark.class_map) for mark in marks if mark.class_map]
    if not kept:
        return Markup("")
    items = "".join(_item(mark, class_map) for mark, class_map in kept[:MOST_MAPS])
    more = f" The first {MOST_MAPS} of {len(kept)} are shown; session.json has all." if len(kept) > MOST_MAPS else ""
    return Markup(f'<figure><ul class="maps">{items}</ul><figcaption>{escape(EXPLAINED + more)}</figcaption></figure>')


def _item(mark: Mark, class_map: ClassMap) -> str:
    words = class_map_caption(class_map.label)
    return (
        f'<li><svg viewBox="0 0 100 100" role="img" aria-label="{escape(words)}">'
        f'<image width="100" height="100" preserveAspectRatio="none" href="{_png(class_map)}"/>'
        f'<path class="outline" d="{OUTLINE}"/></svg>{escape(f"{clock_time(mark.at)}, mark “{mark.name}”. {words}.")}</li>'
    )


def _png(class_map: ClassMap) -> str:
    """The map's colours as a data URI."""
    picture = cv2.cvtColor(class_map_picture(class_map, SIDE_PX), cv2.COLOR_RGBA2BGRA)
    return f"data:image/png;base64,{base64.b64encode(cv2.imencode('.png', picture)[1].tobytes()).decode()}"
