from datetime import datetime, timedelta, timezone

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from core.calendar import Period
from core.questionnaire import Filled, Kind
from core.settings import Settings
from gui.tell_dialog import TellDialog
from gui.theme import DARK, LIGHT
from gui.trend_page import TrendPage
from gui.trend_record import TrendRecord
from review.trend_words import METHOD
from tests.fixtures.session_values import BEGIN, values_of, weekly

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=timezone(timedelta(hours=2)))
STEADY = [40.0, 44.0, 38.0, 41.0, 45.0, 37.0, 42.0, 39.0]


def a_form(week: int, answer: int) -> Filled:
    return Filled(kind=Kind.PHQ9, version="phq9-en-1", filled_at=BEGIN + timedelta(weeks=week), answers=(answer,) * 9)


@pytest.fixture
def page(qtbot) -> TrendPage:
    made = TrendPage(Settings, now=lambda: NOW)
    qtbot.addWidget(made)
    made.resize(1280, 670)
    made.set_theme(LIGHT)
    made.show()
    qtbot.waitExposed(made)
    made.show_record(TrendRecord("Änne", weekly([*STEADY, *STEADY, *[v + 40 for v in STEADY]]), [a_form(0, 1), a_form(20, 2)]))
    made.activateWindow()
    made.take_keyboard()
    return made


def words(page: TrendPage, source: str = "index") -> str:
    return page.rows[source].words.text()


def test_every_chart_says_where_its_measure_stands(page):
    assert "Reliable change, first told on" in words(page)
    assert words(page, "face").startswith("Not enough sessions")
    assert page.form_row.words.text().endswith("since the first +9: reaches 5 and 6.")
    assert "Löwe et al. 2004" in page.form_row.plot.toolTip()
    assert page.rows["index"].plot.accessibleDescription() == words(page)


def test_the_published_lines_are_named_in_the_chart_with_their_sources(page):
    name = page.form_row.plot._name
    assert name.toPlainText() == "±5 (Löwe et al. 2004), ±6 (NHS Talking Therapies Manual) from the first"
    box = name.mapRectToScene(name.boundingRect())
    assert page.form_row.plot.rect().contains(box.toRect())


def test_a_period_without_a_session_has_no_bar(qtbot, page):
    page.show_record(TrendRecord("", [*weekly(STEADY), *weekly(STEADY, BEGIN + timedelta(weeks=30))], ()))
    assert len(page.strip._all.opts["height"]) == 4
    assert min(page.strip._all.opts["height"]) > 0


def test_how_it_is_computed_can_be_read_whole(qtbot, page):
    page.method.click()
    (dialog,) = page.findChildren(TellDialog)
    assert dialog.accessibleDescription() == METHOD
    dialog.close()


def test_arrows_move_from_period_to_period_and_say_what_is_there(page):
    QTest.keyClick(page, Qt.Key.Key_Left)
    assert words(page).startswith("June 2025: ")
    assert page.chosen_sessions == [22, 23, 24]
    QTest.keyClick(page, Qt.Key.Key_Left)
    assert words(page).startswith("May 2025: ")
    QTest.keyClick(page, Qt.Key.Key_Escape)
    assert "Reliable change" in words(page)


def test_enter_opens_the_sessions_behind_a_point(qtbot, page):
    QTest.keyClick(page, Qt.Key.Key_Right)
    with qtbot.waitSignal(page.sessions_wanted) as told:
        QTest.keyClick(page, Qt.Key.Key_Return)
    assert told.args == [[1, 2, 3, 4]]


@pytest.mark.parametrize(
    ("key", "period"), [(Qt.Key.Key_D, Period.DAY), (Qt.Key.Key_W, Period.WEEK), (Qt.Key.Key_M, Period.MONTH), (Qt.Key.Key_Y, Period.YEAR)]
)
def test_a_letter_chooses_the_period(page, key, period):
    QTest.keyClick(page, key)
    assert page.period is period
    assert page.periods.checkedId() == list(Period).index(period)


def test_pages_turn_to_earlier_and_back_to_the_end_of_the_record(page):
    page.set_period(Period.DAY)
    last = page.span.text()
    assert page.earlier.isEnabled()
    assert not page.later.isEnabled()
    QTest.keyClick(page, Qt.Key.Key_PageUp)
    assert page.span.text() != last
    QTest.keyClick(page, Qt.Key.Key_PageDown)
    QTest.keyClick(page, Qt.Key.Key_PageDown)
    assert page.span.text() == last


def test_another_measure_can_be_chosen(page):
    choice = page.rows["voice"].choice
    choice.setCurrentIndex(choice.findData("voice.pause_share"))
    assert page.rows["voice"].plot._trend.measure.key == "voice.pause_share"


def test_sessions_of_a_wrong_clock_are_named(page):
    page.show_record(TrendRecord("x", [values_of(5, datetime(1970, 1, 1, tzinfo=NOW.tzinfo), 40.0)], []))
    assert page.misdated.text().startswith("Left out, because its date cannot be right: session 5.")


def test_nobodys_record_is_an_empty_page_with_words(page):
    page.show_record(TrendRecord("", [], []))
    QTest.keyClick(page, Qt.Key.Key_Left)
    assert "there are none" in words(page)
    assert page.form_row.words.text() == "No PHQ-9 yet."


@pytest.mark.parametrize(
    ("theme", "size", "period"), [(LIGHT, (1280, 670), Period.DAY), (DARK, (640, 310), Period.WEEK), (DARK, (1280, 670), Period.YEAR)]
)
def test_the_page_paints_in_both_themes_and_sizes(page, theme, size, period):
    page.resize(*size)
    page.set_theme(theme)
    page.set_period(period)
    picture = page.grab().toImage()
    colours = {picture.pixelColor(x, y).name() for x in range(0, picture.width(), 7) for y in range(0, picture.height(), 7)}
    assert theme.card.lower() in colours
    assert len(colours) > 10
    assert (picture.width(), picture.height()) == size
