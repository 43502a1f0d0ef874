"""The index beside what is usual for its person: card, chart and timeline."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from core.calibration import Calibrated, Calibration
from core.failures import Failure
from core.labels import Modality
from core.person import Person
from core.reference_speakers import REFERENCES
from core.session_values import INDEX
from core.tracks import session_tracks_of
from gui.application import real_services
from gui.chart_stack import USUAL
from gui.index_card import IndexCard
from gui.pages import RECORDING
from gui.services import LiveRequest
from gui.store_door import StoreDoor
from gui.theme import LIGHT
from gui.timeline_lanes import IndexLane
from monitor.comparing import LEAST_BARE_S, LEAST_S
from monitor.events import State
from review.person_usual import person_usual
from review.timeline_data import timeline_data
from review.usual_words import NOBODY, POPULATION_UNKNOWN
from store.failures import StoreLocked
from store.vault import Vault
from tests.fixtures import sessions
from tests.fixtures.session_values import BEGIN, weekly
from tests.fixtures.window_services import score

STABLE = [40.0, 44.0, 38.0, 41.0, 45.0, 37.0, 42.0, 39.0]
NOW = BEGIN + timedelta(weeks=80)
ANNE = Person(1, "Änne <b>")
MADE = Calibration(signals={INDEX: Calibrated(33.0, 2.0, 30)}, rest_s=5.0, speech_s=20.0, source="", made_utc=BEGIN)
CAMERA = LiveRequest("Front camera", None, start=False)


def of(values, **more):
    return person_usual(ANNE.pseudonym, weekly(values), NOW, **more)


class Store:
    """Says what is usual, as often as it is asked."""

    def __init__(self) -> None:
        self.usual = of(STABLE)
        self.asked = []
        self.failure: Failure | None = None

    def __call__(self, person, settings, without):
        self.asked.append((person, without))
        if self.failure:
            raise StoreLocked(self.failure)
        return self.usual


@pytest.fixture
def store():
    return Store()


@pytest.fixture
def page(open_window, doors, store):
    class Fixed:
        def services(self):
            return replace(doors.services(), usuals=store)

    window = open_window(Fixed())
    window.live.begin_with(CAMERA)
    return window.live


def words(page) -> str:
    return page.view.index.usual.text()


def run(qtbot, page, value, seconds=LEAST_BARE_S, before=0.0):
    for n in range(int(seconds * 2)):
        page._board.add(score(before + (n + 1) / 2, value))
    page._look()


def started(qtbot, page):
    page.start()
    page.consent.begin.click()
    qtbot.waitUntil(lambda: page.state is State.RUNNING)


def choose(qtbot, page, person=ANNE):
    page.set_person(person)
    if person is not None:
        qtbot.waitUntil(lambda: "usual for" in words(page).lower())


def test_before_somebody_is_chosen_there_is_no_usual_and_that_is_said(page, store):
    assert words(page).splitlines() == [NOBODY, POPULATION_UNKNOWN]
    assert page.view.charts._states["Index"].text() == ""
    assert store.asked == []


def test_who_is_chosen_has_their_usual_on_the_card_and_in_the_chart(qtbot, page, store):
    choose(qtbot, page)
    usual = store.usual.index
    assert words(page) == f"Usual for Änne <b>, 8 days: {usual.low:.0f}–{usual.high:.0f}."
    assert page.view.charts._states["Index"].text() == USUAL
    _, edges = page.view.charts.index._edges.x, page.view.charts.index._edges.y
    assert (edges[0], edges[-1]) == pytest.approx((usual.low, usual.high))
    choose(qtbot, page, None)
    assert words(page).startswith(NOBODY)
    assert np.isnan(page.view.charts.index._edges.y).all()


def test_the_session_so_far_is_placed_and_the_index_itself_is_as_it_was(qtbot, page):
    choose(qtbot, page)
    started(qtbot, page)
    run(qtbot, page, 90.0, LEAST_S - 1)
    assert "This session" not in words(page)
    run(qtbot, page, 90.0, 2, before=LEAST_S)
    assert words(page).splitlines()[1] == "This session so far 90: higher than usual."
    assert page.view.index.number == "90"
    run(qtbot, page, 41.0, 2 * LEAST_S, before=LEAST_S + 2)
    assert words(page).splitlines()[1] == "This session so far 41: about as usual."
    with qtbot.waitSignal(page.session_ended):
        page.end()
    assert words(page).splitlines()[1] == "This session 41: about as usual."


def test_a_new_session_asks_anew_and_begins_from_nothing(qtbot, page, store):
    choose(qtbot, page)
    started(qtbot, page)
    run(qtbot, page, 90.0)
    with qtbot.waitSignal(page.session_ended):
        page.end()
    store.usual = of([value + 20 for value in STABLE])
    asked = len(store.asked)
    started(qtbot, page)
    qtbot.waitUntil(lambda: len(store.asked) == asked + 1)
    qtbot.waitUntil(lambda: f"{store.usual.index.high:.0f}." in words(page))
    assert "This session" not in words(page)


def test_a_session_is_never_held_against_somebody_elses_usual(qtbot, page, store):
    choose(qtbot, page)
    started(qtbot, page)
    run(qtbot, page, 90.0, LEAST_S)
    hers = words(page)
    assert "This session so far 90" in hers
    store.usual = replace(of([value + 20 for value in STABLE]), person="Ben")
    page.set_person(Person(2, "Ben"))
    qtbot.waitUntil(lambda: page._usual is store.usual)
    assert words(page) == hers
    with qtbot.waitSignal(page.session_ended):
        page.end()
    assert words(page).startswith("Usual for Ben")
    assert "This session" not in words(page)
    page.set_person(None)
    assert words(page).startswith(NOBODY)


def test_what_has_moved_is_said_on_the_card(qtbot, page, store):
    store.usual = of([*STABLE, *[value + 40 for value in STABLE]])
    choose(qtbot, page)
    assert "Usual has moved: 40 → 80, reliably since 7 Apr 2025." in words(page)


def test_until_there_are_days_enough_the_calibration_and_the_population_stand_there(qtbot, page, store):
    store.usual = of(STABLE[:2], calibration=MADE)
    choose(qtbot, page)
    assert words(page).splitlines() == [
        "What is usual for Änne <b> is not known yet: it takes 4 days more with a good session. Calibration: 33 on 6 Jan 2025.",
        POPULATION_UNKNOWN,
    ]
    started(qtbot, page)
    run(qtbot, page, 41.0)
    assert words(page).splitlines()[1] == "This session 41, +8 from the calibration."


def test_a_voice_alone_has_speakers_to_be_held_against(qtbot, page, store):
    started(qtbot, page)
    page._board.add(replace(score(1.0), heard_from=(Modality.VOICE,)))
    page._look()
    index = REFERENCES[INDEX]
    assert words(page).splitlines()[1] == f"30 speakers of neutral sentences, by voice alone: {index.low:.0f}–{index.high:.0f} (no norm)."


def test_the_demonstration_is_nobody(qtbot, page):
    choose(qtbot, page)
    page.devices.choose(LiveRequest(demonstration=True))
    assert words(page).startswith(NOBODY)
    page.devices.choose(CAMERA)
    assert words(page).startswith("Usual for Änne <b>")


def test_a_store_that_fails_is_told_and_the_session_goes_on(qtbot, page, store):
    store.failure = Failure("The store is locked.", "", "")
    with qtbot.waitSignal(page.notice) as told:
        page.set_person(ANNE)
    assert told.args[0].failure is store.failure
    started(qtbot, page)
    run(qtbot, page, 90.0)
    assert words(page).startswith(NOBODY)


def test_the_words_are_plain_text_for_eyes_and_screen_readers(qtbot, page):
    choose(qtbot, page)
    assert page.view.index.usual.textFormat() is Qt.TextFormat.PlainText
    assert page.view.index.usual.accessibleName()


def test_a_recording_of_somebody_is_beside_their_usual_and_when_looked_at_again_not_beside_itself(qtbot, page, store, doors):
    window = page.window()
    window.show_page(RECORDING)
    recording = window.recording
    recording.set_person(ANNE)
    recording.add_files([Path("/visits/12.wav")])
    recording.set_person(None)
    recording.add_files([Path("/visits/13.wav")])
    recording.start()
    qtbot.waitUntil(lambda: recording.state is State.RUNNING)
    shown = recording.view.index.usual
    qtbot.waitUntil(lambda: shown.text().startswith("Usual for Änne <b>"))
    assert set(store.asked) == {(1, None)}
    doors.monitor.finish()
    qtbot.waitUntil(lambda: len(doors.monitors) == 2)
    assert shown.text().startswith(NOBODY)
    doors.monitor.finish()
    qtbot.waitUntil(lambda: recording.state is None)
    doors.results[1] = sessions.session(30.0)
    recording.queue.select(recording.queue.jobs[0])
    recording._show_chosen()
    qtbot.waitUntil(lambda: shown.text().startswith("Usual for Änne <b>"))
    assert store.asked[-1] == (1, 1)


def shade(image, x, y) -> int:
    return QColor(image.pixel(round(x), round(y))).lightness()


def test_the_scale_of_the_card_has_a_bracket_where_it_is_usual(qtbot):
    card = IndexCard()
    qtbot.addWidget(card)
    card.set_theme(LIGHT)
    card.resize(400, 300)
    card.show()
    scale = card._scale
    usual = of(STABLE).index
    places = [1 + value / 100 * (scale.width() - 2) for value in (usual.centre, (usual.high + 100) / 2)]
    bare = scale.grab().toImage()
    card.show_usual(usual, ["Usual"])
    drawn = scale.grab().toImage()
    assert shade(drawn, places[0], 14) < shade(bare, places[0], 14) - 50
    assert shade(drawn, places[1], 14) == shade(bare, places[1], 14)


def test_the_timeline_has_a_grey_band_where_it_is_usual(qtbot):
    lane = IndexLane(80)
    qtbot.addWidget(lane)
    lane.set_theme(LIGHT)
    lane.resize(600, 200)
    lane.show_data(timeline_data(session_tracks_of(sessions.empty_session())))
    bare = lane.grab().toImage()
    lane.show_usual(of(STABLE).index)
    drawn = lane.grab().toImage()
    place = lane.place
    inside = place.rect.bottom() - 42.0 / 100 * 200
    assert shade(drawn, 300, inside) < shade(bare, 300, inside)
    assert shade(drawn, 300, 8) == shade(bare, 300, 8)
    assert "usual" in lane.toolTip()
    lane.show_usual(None)
    assert lane.grab().toImage() == bare


def test_the_window_asks_the_store_through_its_door(tmp_path):
    door = StoreDoor(Vault(tmp_path / "sessions.db"))
    services = real_services(None, door, None)
    assert services.usuals(1, None, None) is None
    door.close()
