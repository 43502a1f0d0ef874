import base64
import json
from dataclasses import replace
from html.parser import HTMLParser

import cv2
import numpy as np

from core.labels import Emotion
from core.readings import ClassMap
from core.session import Mark
from review.exports.session_json import session_json
from review.exports.summary_html import summary_html
from review.report.class_maps import MOST_MAPS, class_maps
from tests.fixtures.sessions import cards, session

MAP = ClassMap(Emotion.SADNESS, ((0, 0), (0, 255)))


class Images(HTMLParser):
    """The pictures of a page."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(words)

    def handle_starttag(self, tag, attrs):
        if tag == "image":
            self.found.append(dict(attrs)["href"])


def test_a_mark_with_a_map_is_shown_in_the_summary_as_the_map_alone():
    results = replace(session(30.0), marks=[Mark(2.0, "event", MAP), Mark(3.0, "1")])
    page = summary_html(results, cards())
    assert "0:02, mark “event”. Where the network looked for sadness – not where sadness is." in page
    (uri,) = Images(page).found
    picture = cv2.imdecode(np.frombuffer(base64.b64decode(uri.removeprefix("data:image/png;base64,")), np.uint8), cv2.IMREAD_UNCHANGED)
    assert picture.shape == (48, 48, 4)
    assert picture[40, 40, 3] > 100
    assert picture[4, 4, 3] < 10, "nothing lies below the map: no face"
    assert picture[44, 44, 2] > picture[44, 44, 0], "yellow is red and green, not blue"


def test_a_session_without_maps_has_no_such_figure():
    assert Images(summary_html(session(30.0), cards())).found == []
    assert class_maps([Mark(1.0, "event")]) is None


def test_of_many_maps_the_first_are_shown_and_the_page_says_so():
    figure = class_maps([Mark(float(at), "event", MAP) for at in range(MOST_MAPS + 5)])
    assert figure is not None
    assert len(figure.maps) == MOST_MAPS
    assert f"The first {MOST_MAPS} of {MOST_MAPS + 5}" in figure.caption


def test_session_json_holds_the_map_of_a_mark():
    results = replace(session(30.0), marks=[Mark(2.0, "event", MAP), Mark(3.0, "1")])
    first, second = json.loads(json.dumps(session_json(results)))["marks"]
    assert first["class_map"] == {"label": "sadness", "rows": [[0, 0], [0, 255]]}
    assert second["class_map"] is None
