from datetime import datetime, timedelta, timezone

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from core.questionnaire import Filled, Kind
from core.settings import Settings
from gui.questionnaire_dialog import QuestionnaireDialog
from gui.questionnaire_history import QuestionnaireHistory
from review.questionnaire import FORMS
from review.questionnaire_history import history

NOW = datetime(2026, 4, 1, 9, 0, tzinfo=timezone(timedelta(hours=2)))
SMALL = (600, 300)
"""What a screen of 1280x720 leaves at 200 %."""

CONTACTS = "Call 555 at any hour."


def opened(qtbot, *args, **more) -> QuestionnaireDialog:
    dialog = QuestionnaireDialog("Änne <b>", CONTACTS, *args, now=lambda: NOW, **more)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    dialog.activateWindow()
    dialog.rows[0].setFocus()
    return dialog


def press(dialog, keys) -> None:
    for key in keys:
        QTest.keyClick(dialog.focusWidget(), key)


def a_form(kind: Kind = Kind.PHQ9, answer: int = 1, day: int = 0, **more) -> Filled:
    answers = more.pop("answers", (answer,) * len(FORMS[kind].items))
    return Filled(kind=kind, version=FORMS[kind].version, filled_at=NOW - timedelta(days=90 - day), answers=answers, **more)


@pytest.mark.parametrize(("kind", "keys", "total"), [(Kind.PHQ9, "012301230", 12), (Kind.PHQ8, "33333333", 24), (Kind.GAD7, "1111111", 7)])
def test_a_form_is_filled_in_and_saved_by_keys_alone(qtbot, kind, keys, total):
    dialog = opened(qtbot, kind)
    press(dialog, keys)
    with qtbot.waitSignal(dialog.filled) as told:
        QTest.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    [form] = told.args
    assert (form.kind, form.version, sum(form.answers)) == (kind, FORMS[kind].version, total)
    assert not dialog.isVisible()


def test_the_total_is_shown_when_all_items_are_answered_and_not_before(qtbot):
    dialog = opened(qtbot)
    press(dialog, "11111111")
    assert dialog.total.text() == "1 item left."
    press(dialog, "0")
    assert dialog.total.text() == "8 of 27, mild"


@pytest.mark.parametrize("answer", "0123")
def test_item_nine_above_zero_always_shows_the_safety_panel_with_whom_to_call(qtbot, answer):
    dialog = opened(qtbot)
    dialog.rows[8].setFocus()
    press(dialog, answer)
    assert dialog.safety.isVisible() == (answer != "0")
    assert CONTACTS in dialog.safety.accessibleDescription()
    dialog.rows[8].setFocus()
    QTest.keyClick(dialog.rows[8], Qt.Key.Key_Delete)
    assert not dialog.safety.isVisible()


@pytest.mark.parametrize("size", [(600, 300), (900, 620)])
def test_no_word_of_the_safety_panel_is_cut_off_and_the_question_stays_in_sight(qtbot, size):
    dialog = QuestionnaireDialog("Änne", Settings().safety.contacts, now=lambda: NOW)
    qtbot.addWidget(dialog)
    dialog.resize(*size)
    dialog.show()
    qtbot.waitExposed(dialog)
    dialog.rows[8].setFocus()
    press(dialog, "2")
    labels = dialog.safety.findChildren(QLabel)
    qtbot.waitUntil(lambda: all(label.height() >= label.heightForWidth(label.width()) for label in labels))
    assert (dialog.width(), dialog.height()) == size
    assert dialog.rect().contains(dialog.safety.geometry())
    bottoms = [label.geometry().bottom() for label in labels]
    assert all(below.geometry().top() > bottom for below, bottom in zip(labels[1:], bottoms, strict=False))
    assert not dialog.rows[8].visibleRegion().isEmpty()


def test_arrows_move_an_answer_can_be_changed_and_enter_alone_saves_nothing(qtbot):
    dialog = opened(qtbot, Kind.GAD7)
    press(dialog, ["3", Qt.Key.Key_Up, "1", Qt.Key.Key_Down, "2", Qt.Key.Key_Return])
    assert dialog.answers[:3] == (1, None, 2)
    assert dialog.isVisible()


def test_another_form_can_be_chosen_and_begins_empty(qtbot):
    dialog = opened(qtbot)
    press(dialog, "111")
    dialog.choice.setCurrentIndex(dialog.choice.findData("gad7"))
    assert dialog.answers == (None,) * 7
    assert not dialog.save.isEnabled()


def test_a_correction_begins_with_the_old_answers_and_names_what_it_replaces(qtbot):
    old = a_form(id=7, difficulty=2, answers=(0, 1, 2, 3, 0, 1, 2, 3, 0))
    dialog = opened(qtbot, correct=old)
    assert dialog.answers == old.answers
    press(dialog, "3")
    with qtbot.waitSignal(dialog.filled) as told:
        dialog.save.click()
    [form] = told.args
    assert (form.replaces, form.answers[0], form.difficulty, form.id) == (7, 3, 2, None)
    assert form.filled_at == old.filled_at


def test_a_form_cannot_be_filled_in_tomorrow(qtbot):
    dialog = opened(qtbot)
    assert dialog.when.maximumDateTime().toPython() == NOW.astimezone().replace(tzinfo=None)


# The history


def test_each_form_is_compared_with_the_first_and_the_one_before_of_its_kind():
    forms = [a_form(answer=2, id=1), a_form(Kind.GAD7, 3, 1, id=2), a_form(answer=1, day=14, id=3), a_form(answer=1, day=28, id=4)]
    rows = {row.filled.id: row for row in history(forms)}
    assert (rows[1].since_first, rows[2].since_first) == ("", "")
    assert rows[3].since_last == "-9: reaches 5 and 6"
    assert (rows[4].since_last, rows[4].since_first) == ("no difference", "-9: reaches 5 and 6")


def test_corrected_and_unscored_forms_stay_in_the_history_and_are_compared_with_nothing():
    forms = [a_form(answer=2, id=1), a_form(answer=0, day=7, id=2), a_form(answer=2, day=7, id=3, replaces=2)]
    rows = {row.filled.id: row for row in history([*forms, a_form(day=9, id=4, answers=(None,) * 5 + (1,) * 4)])}
    assert rows[2].corrected
    assert rows[2].since_last == ""
    assert rows[3].since_last == "no difference"
    assert rows[4].total.startswith("Not scored")
    assert rows[4].safety == "Item 9: 1"


def shown(qtbot, forms) -> QuestionnaireHistory:
    dialog = QuestionnaireHistory("N. N.", Settings().safety.contacts)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    dialog.show_forms(forms)
    return dialog


def test_the_newest_form_with_item_nine_shows_the_safety_panel_and_a_later_one_without_takes_it_away(qtbot):
    dialog = shown(qtbot, [a_form(answer=1, id=1)])
    assert dialog.safety.isVisible()
    dialog.show_forms([a_form(answer=1, id=1), a_form(answer=0, day=3, id=2)])
    assert not dialog.safety.isVisible()
    assert dialog.table.topLevelItem(1).text(5) == "Item 9: 1"


def test_the_chosen_form_can_be_corrected_but_not_one_that_is_corrected_already(qtbot):
    dialog = shown(qtbot, [a_form(id=1), a_form(day=2, id=2, replaces=1)])
    with qtbot.waitSignal(dialog.correct_wanted) as told:
        dialog.correct.click()
    assert told.args[0].id == 2
    dialog.table.setCurrentItem(dialog.table.topLevelItem(1))
    assert not dialog.correct.isEnabled()


def test_no_date_is_cut_off_and_every_column_can_be_seen(qtbot):
    dialog = shown(qtbot, [a_form(id=1), a_form(Kind.GAD7, id=2)])
    table = dialog.table
    for column in range(table.columnCount() - 1):
        for row in range(2):
            words = table.topLevelItem(row).text(column)
            assert table.columnWidth(column) > table.fontMetrics().horizontalAdvance(words), words


def test_in_a_small_window_nothing_of_the_history_sticks_out(qtbot):
    dialog = shown(qtbot, [a_form(id=1)])
    dialog.resize(*SMALL)
    qtbot.waitUntil(lambda: dialog.height() == SMALL[1])
    assert dialog.width() == SMALL[0]
    for widget in (dialog.safety, dialog.table, *dialog.fill.values(), dialog.write_out):
        assert dialog.rect().contains(widget.geometry()), widget


def test_a_history_without_forms_offers_to_fill_one_in(qtbot):
    dialog = shown(qtbot, [])
    with qtbot.waitSignal(dialog.fill_wanted) as told:
        dialog.fill[Kind.GAD7].click()
    assert told.args == [Kind.GAD7]
    assert not dialog.write_out.isEnabled()
