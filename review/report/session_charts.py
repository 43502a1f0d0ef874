"""The figures of a session's report: which series stand on which rows."""

from collections.abc import Sequence

import numpy as np

from core.labels import EMOTIONS, Modality
from core.readings import Absence
from core.settings import ReviewSettings
from core.tracks import Track
from review.chart_series import (
    Shade,
    Stretches,
    absence_shades,
    abstention_shades,
    descriptor_stretches,
    emotion_curves,
    emotion_stretches,
    gap_shades,
    index_band,
)
from review.report.document import ChartKey, Figure, Piece, Run, Tone
from review.report.drawing import Drawing
from review.report.material import Material
from review.report.session_drawing import ChartRow, TimeAxis, rows_of, session_drawing, shade_key
from review.report.session_words import index_words, lane_words
from review.summary import DESCRIPTORS, Descriptor, SessionSummary

KEY = ChartKey(
    "not measured",
    "the device or file was lost.",
    "A letter there stands for the reason below the chart. Dotted lines are marks and notes, their flags above. Where one pixel holds many "
    "readings, the strong line is their mean and the faint one their lowest and highest.",
)


def index_figure(session: Material, summary: SessionSummary, axis: TimeAxis) -> Figure:
    """The index with its band, and what each lane added."""
    scores = session.tracks.scores
    band = index_band(scores)
    index = ChartRow(label="Index", unit="0–100", colour="index", low=0, high=100, height=130, line=(band.times, band.value), band=band)
    added = session.contributions
    low, high = round_scale(np.concatenate([np.zeros(1), *added.values.values()]))
    shades = abstention_shades(scores)
    rows = [index, *rows_of(added, unit="points", low=low, high=high, height=34)]
    chart = session_drawing("index-chart", "Depressive-affect index over the session", index_words(summary.index), rows, axis, shades)
    words = "The index with its band of uncertainty, and the points that face, voice and text added to it; the three add up to the index."
    return _figure(chart, words, shades, axis)


def face_figure(session: Material, summary: SessionSummary, axis: TimeAxis, settings: ReviewSettings) -> Figure:
    """A row for each expression of the face."""
    track = session.tracks.lanes[Modality.FACE]
    shades, gaps = absence_shades(track, settings.longest_step_s), gap_shades(session.tracks.gaps, Modality.FACE)
    rows = rows_of(emotion_curves(track, settings.longest_step_s), unit="", low=0, high=1, height=36)
    said = lane_words(summary.lanes[Modality.FACE])
    chart = session_drawing("face-chart", "What the face resembled over the session", said, rows, axis, shades, gaps)
    return _figure(chart, "Probability (0–1) that the face resembled each expression, smoothed over seconds.", [*shades, *gaps], axis)


def voice_figure(session: Material, summary: SessionSummary, axis: TimeAxis) -> Figure:
    """A row for each expression of the voice."""
    track = session.tracks.lanes[Modality.VOICE]
    shades, gaps = _unheard(track), gap_shades(session.tracks.gaps, Modality.VOICE)
    said = lane_words(summary.lanes[Modality.VOICE])
    chart = session_drawing("voice-chart", "What the voice resembled over the session", said, _emotion_rows(track, 28), axis, shades, gaps)
    words = "Probability (0–1) that each stretch of speech resembled an expression; without a bar, nobody spoke or nothing was measured."
    return _figure(chart, words, [*shades, *gaps], axis)


def sound_figure(session: Material, axis: TimeAxis) -> Figure:
    """A row for each voice descriptor."""
    track = session.tracks.lanes[Modality.VOICE]
    shades, gaps = _unheard(track), gap_shades(session.tracks.gaps, Modality.VOICE)
    rows = [_descriptor_row(descriptor_stretches(track, one.field), one) for one in DESCRIPTORS]
    said = "Pitch, level, speech rate and pauses of each stretch of speech; the table below gives their medians."
    chart = session_drawing("sound-chart", "How the voice sounded over the session", said, rows, axis, shades, gaps)
    return _figure(chart, "How each stretch of speech sounded. Little variation of pitch means monotone speech.", [*shades, *gaps], axis)


def text_figure(session: Material, summary: SessionSummary, axis: TimeAxis) -> Figure:
    """A row for each expression of the words."""
    rows = _emotion_rows(session.tracks.lanes[Modality.TEXT], 22)
    chart = session_drawing("text-chart", "What the words resembled", lane_words(summary.lanes[Modality.TEXT]), rows, axis, [])
    return _figure(chart, "Probability (0–1) that each entry resembled an expression.", [], axis)


def round_scale(values: np.ndarray) -> tuple[float, float]:
    """A scale of round numbers that holds all of `values` (N,); 0 to 1 when none is a number."""
    finite = values[np.isfinite(values)]
    if not len(finite):
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    step = 10.0 ** np.floor(np.log10(max(high - low, 1e-3)))
    bottom = float(np.floor(low / step) * step)
    return bottom, max(float(np.ceil(high / step) * step), bottom + step)


def _emotion_rows(track: Track, height: int) -> list[ChartRow]:
    return [
        ChartRow(label=e.capitalize(), unit="", colour=e, low=0, high=1, height=height, stretches=emotion_stretches(track, e))
        for e in EMOTIONS
    ]


def _descriptor_row(stretches: Stretches, one: Descriptor) -> ChartRow:
    low, high = round_scale(stretches.values)
    return ChartRow(label=one.name, unit=one.unit, colour="descriptor", low=low, high=high, height=34, stretches=stretches)


def _unheard(track: Track) -> list[Shade]:
    """Absences of the voice that are no pauses: a pause is what the space between two bars says already."""
    return [shade for shade in absence_shades(track, longest_step_s=0.0) if shade.why != Absence.NO_SPEECH]


def _figure(drawing: Drawing, words: str, shades: Sequence[Shade], axis: TimeAxis) -> Figure:
    caption: list[Piece] = [words]
    for number, (letter, why) in enumerate(shade_key(shades, axis)):
        caption += [" Not measured: " if number == 0 else "; ", Run(letter, Tone.STRONG), f" {why}"]
    return Figure(drawing, caption if len(caption) == 1 else [*caption, "."])
