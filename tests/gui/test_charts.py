"""The charts and pictures, each given what it shows."""

import time

import numpy as np
import pytest
from PySide6.QtGui import QColor, QFont, QFontMetrics

from core.labels import EMOTIONS, MODALITIES, Emotion, Modality
from core.media import Frame
from core.readings import Absence, Box
from core.session import Mark
from gui.chart_stack import WINDOWS_S, ChartStack
from gui.contribution_bars import in_whole_numbers, starts
from gui.emotion_chart import IndexChart
from gui.level_meter import LevelMeter, share
from gui.theme import DARK, LIGHT, LINE_STYLES
from gui.time_ruler import tick_step
from gui.video_view import LATE_S, VideoView
from monitor.board import SoundLevel
from tests.fixtures.window_services import face, frame, no_face, score, text, voice


@pytest.fixture
def charts(qtbot):
    made = ChartStack()
    made.set_theme(LIGHT)
    made.resize(900, 600)
    qtbot.addWidget(made)
    made.show()
    return made


def points(curve):
    return curve.x.tolist(), curve.y.tolist()


def test_a_lost_face_is_a_gap_and_never_a_zero(charts):
    charts.add_readings([face(98.0), no_face(99.0, Absence.NO_FACE), face(100.0)])
    charts.refresh(100.0)
    x, y = points(charts.face._curves[Emotion.HAPPINESS])
    assert x == [-2.0, -1.0, 0.0]
    assert y[0] == y[2] == 0.62
    assert np.isnan(y[1])


def test_an_index_without_evidence_is_a_gap_in_line_and_band(charts):
    charts.add_scores([score(1.0, 40.0), score(1.5, 42.0), score(2.0, None), score(2.5, 44.0), score(3.0, 46.0)])
    charts.refresh(3.0)
    _, y = points(charts.index._curve)
    assert np.isnan(y[2])
    assert len(charts.index._band._pieces) == 2


def test_speech_is_a_level_over_the_stretch_that_it_covers(charts):
    charts.add_readings([voice(95.0), voice(99.0)])
    charts.refresh(100.0)
    x, y = points(charts.voice._curves[Emotion.SADNESS])
    assert x[:2] == [-7.0, -5.0]
    assert y[:2] == [0.5, 0.5]
    assert np.isnan(y[2])


def test_silence_leaves_the_last_descriptor_standing(charts):
    charts.add_readings([voice(5.0), voice(6.0, absent_because=Absence.NO_SPEECH, probabilities={}, pitch_hz=float("nan"))])
    assert charts.descriptors.cells["pitch_hz"].text == "142 Hz"


def test_a_class_that_is_hidden_is_not_drawn(charts, qtbot):
    charts._legend._buttons[Emotion.FEAR].click()
    assert not charts.face._curves[Emotion.FEAR].isVisible()
    assert charts.face._curves[Emotion.ANGER].isVisible()


def test_text_is_a_point_a_class(charts):
    charts.add_readings([text(98.0)])
    charts.refresh(100.0)
    x, y = charts.text._points[Emotion.SADNESS].getData()
    assert (x.tolist(), y.tolist()) == ([-2.0], [0.7])


def test_marks_stand_in_every_chart_and_leave_with_the_window(charts):
    charts.set_window(30.0)
    charts.add_mark(Mark(25.0, "event"))
    charts.refresh(40.0)
    for plot in (charts.index, charts.face, charts.voice, charts.text):
        assert points(plot._marks)[0] == [-15.0, -15.0, -15.0]
    charts.refresh(60.0)
    assert points(charts.face._marks)[0] == []


@pytest.mark.parametrize("seconds", WINDOWS_S)
def test_every_window_is_drawn_in_bounded_detail(charts, seconds):
    charts.set_window(seconds)
    for n in range(25_000):
        charts.face._history.add(n * 0.1, [0.1] * len(EMOTIONS))
    charts.refresh(2500.0)
    x, _ = points(charts.face._curves[Emotion.ANGER])
    assert 0 < len(x) <= 2 + charts.face.points + 2 * 60
    assert min(x) >= -seconds - 10


def test_charts_without_anything_can_be_drawn(charts):
    charts.refresh(0.0)
    assert not charts.grab().isNull()


def test_contributions_stand_one_behind_the_other():
    begun = starts({Modality.FACE: 20.0, Modality.VOICE: 10.0, Modality.TEXT: 5.0})
    assert begun == {Modality.FACE: 0.0, Modality.VOICE: 20.0, Modality.TEXT: 30.0}


def test_no_class_is_known_by_its_colour_alone_and_all_are_different():
    for theme in (LIGHT, DARK):
        assert len(set(theme.emotions.values())) == len(EMOTIONS)
    solid = [emotion for emotion in EMOTIONS if not LINE_STYLES[emotion]]
    assert len({tuple(LINE_STYLES[emotion]) for emotion in EMOTIONS}) == len(EMOTIONS) - len(solid) + 1


def luminance(colour: str) -> float:
    channels = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in QColor(colour).getRgbF()[:3]]
    return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_words_are_readable_by_the_contrast_that_wcag_asks_for(theme):
    pairs = [(theme.text, theme.window), (theme.dim, theme.window), (theme.dim, theme.card), (theme.accent, theme.card)]
    pairs += [(theme.on_accent, theme.accent), (theme.text, theme.failure_soft), (theme.text, theme.accent_soft)]
    for front, back in pairs:
        light, dark = sorted((luminance(front), luminance(back)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, (front, back)


def test_times_on_the_ruler_do_not_touch():
    for seconds in WINDOWS_S:
        assert tick_step(seconds, 800) / seconds * 800 >= 70


def test_the_level_meter_spans_sixty_decibels(qtbot):
    assert [share(level) for level in (0.0, -30.0, -60.0, -90.0, float("nan"))] == [1.0, 0.5, 0.0, 0.0, 0.0]
    meter = LevelMeter()
    qtbot.addWidget(meter)
    meter.show_level(SoundLevel(0.0, -3.0, 0.0, clipped=True))
    assert meter.clipped


def test_a_picture_is_painted_with_its_colours_and_the_box_where_the_face_is(qtbot):
    view = VideoView()
    qtbot.addWidget(view)
    view.resize(640, 480)
    picture = frame(1)
    picture.image[:] = (255, 0, 0)
    view.show_frame(picture)
    view.show_face(face(1.0, box=Box(200, 100, 200, 200)), "", faint=False)
    image = view.grab().toImage()
    assert image.pixelColor(20, 20) == QColor(0, 0, 255)
    assert image.pixelColor(200, 150).red() > 200
    assert image.pixelColor(300, 200) == QColor(0, 0, 255)


@pytest.mark.parametrize("width", [380, 200])
def test_words_that_are_wider_than_a_narrow_picture_are_read_whole_or_end_in_dots(qtbot, width):
    view = VideoView()
    qtbot.addWidget(view)
    view.resize(width, 150)
    view.set_theme(LIGHT)
    view.show_frame(Frame(np.full((150, 120, 3), 255, np.uint8), 0.0, 0))
    box = Box(40, 30, 60, 60)
    words = "Face: undecided between fear, sadness and neutral"
    view.show_face(face(1.0, box=box), words, faint=False)
    image = view.grab().toImage()
    row = round(box.y + box.height + 4 + 3)
    dark = [x for x in range(image.width()) if image.pixelColor(x, row).lightness() < 120]
    assert dark, "the words stand on a dark ground"
    font = QFont(view.font())
    font.setPixelSize(12)
    whole = QFontMetrics(font).horizontalAdvance(words)
    assert max(dark) - min(dark) > min(whole, width - 30), "nothing is cut that there is room for"


def test_a_large_picture_is_thinned_before_it_is_painted(qtbot):
    view = VideoView()
    qtbot.addWidget(view)
    view.resize(320, 240)
    view.show_frame(Frame(np.zeros((2160, 3840, 3), np.uint8), 0.0, 0))
    view.grab()
    assert view._pixels.shape[0] <= 2 * 240


def test_a_live_picture_that_is_late_is_dimmed_until_the_next_comes(qtbot):
    view = VideoView()
    qtbot.addWidget(view)
    view.resize(320, 240)
    white = frame(1, shade=255)
    view.show_frame(white)
    view.dim_when_late(time.monotonic())
    assert not view.late
    assert view.grab().toImage().pixelColor(20, 20).lightness() == 255
    view.dim_when_late(time.monotonic() + LATE_S + 1)
    assert view.late
    assert view.grab().toImage().pixelColor(20, 20).lightness() < 200
    view.show_frame(white)
    assert not view.late


def test_a_message_in_place_of_a_picture_is_not_late(qtbot):
    view = VideoView()
    qtbot.addWidget(view)
    view.show_frame(frame(1))
    view.show_message("The camera was lost.")
    view.dim_when_late(time.monotonic() + 60)
    assert not view.late


def test_whole_contributions_add_up_to_the_index_as_it_is_written():
    parts = {Modality.FACE: 9.6, Modality.VOICE: 0.0, Modality.TEXT: 8.7}
    assert in_whole_numbers(parts, 18.3) == {Modality.FACE: 9, Modality.VOICE: 0, Modality.TEXT: 9}
    assert in_whole_numbers({Modality.FACE: 14.5}, 14.5) == {Modality.FACE: 14}
    assert in_whole_numbers({Modality.FACE: 30.4, Modality.VOICE: -5.2}, 25.2) == {Modality.FACE: 30, Modality.VOICE: -5}


def test_names_of_marks_that_are_close_stand_below_one_another(qtbot):
    chart = IndexChart()
    qtbot.addWidget(chart)
    chart.resize(600, 120)
    chart.name_marks([Mark(10.0, "event"), Mark(10.2, "3"), Mark(30.0, "1")], 60.0)
    first, second, third = (chart._names[n].pos().y() for n in range(3))
    assert second < first
    assert third == first


def test_without_a_picture_the_last_one_does_not_stand(qtbot):
    view = VideoView()
    qtbot.addWidget(view)
    view.show_frame(frame(1))
    view.show_message("The camera was lost.")
    assert view._image is None
    assert view.accessibleDescription() == "The camera was lost."


def test_every_lane_has_a_shade_of_its_own():
    for theme in (LIGHT, DARK):
        assert len({theme.lane(modality).alpha() for modality in MODALITIES}) == len(MODALITIES)


def test_a_window_fills_from_the_left_and_then_rolls(charts):
    charts.add_readings([face(0.0), face(10.0)])
    charts.refresh(10.0)
    assert points(charts.face._curves[Emotion.HAPPINESS])[0][0] == -60.0
    charts.refresh(65.0)
    assert points(charts.face._curves[Emotion.HAPPINESS])[0][-1] == -55.0
