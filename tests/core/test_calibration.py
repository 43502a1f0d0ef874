import math
from datetime import UTC, datetime

import numpy as np
import pytest

from core.calibration import LEAST_PIECES, calibration_of
from core.labels import Emotion
from core.readings import Absence
from core.session_values import INDEX
from tests.fixtures.window_services import face, no_face, score, voice

MADE = datetime(2026, 11, 27, 9, tzinfo=UTC)
FACTS = {"rest_s": 5.0, "speech_s": 20.0, "source": "Front camera", "made_utc": MADE}


def test_every_signal_that_was_measured_has_its_median_and_its_spread_from_moment_to_moment():
    rest = [face(n / 30, Emotion.SADNESS, value) for n, value in enumerate((0.1, 0.2, 0.3, 0.2, 0.9))]
    speech = [voice(3.0 * n, pitch_hz=pitch) for n, pitch in enumerate((140.0, 150.0, 160.0))]
    made = calibration_of(rest, speech, [score(n / 2, value) for n, value in enumerate((None, 30.0, 32.0, 40.0))], **FACTS)
    assert made.signals["face.sadness"].centre == pytest.approx(0.2)
    assert made.signals["face.sadness"].spread == pytest.approx(1.4826 * 0.1)
    assert made.signals["voice.pitch_hz"].centre == 150.0
    assert (made.signals[INDEX].centre, made.signals[INDEX].count) == (32.0, 3)
    assert {f"voice.{emotion}" for emotion in Emotion} <= set(made.signals)


def test_what_was_not_measured_is_missing_and_never_a_zero():
    made = calibration_of(
        [no_face(0.0, Absence.NO_FACE)] * 9,
        [voice(2.0, pitch_hz=math.nan) for _ in range(5)],
        [score(0.5, None)] * 9,
        **FACTS,
    )
    assert not [key for key in made.signals if key.startswith("face.")]
    assert INDEX not in made.signals
    assert "voice.pitch_hz" not in made.signals
    assert "voice.speech_rate_hz" in made.signals
    assert calibration_of([], [], [], **FACTS).signals == {}


def test_of_too_few_pieces_nothing_is_said():
    speech = [voice(2.0)] * (LEAST_PIECES - 1)
    assert calibration_of([], speech, [], **FACTS).signals == {}


def test_fewer_than_half_of_the_moments_do_not_move_the_centre_beyond_the_others():
    rng = np.random.default_rng(0)
    values = rng.uniform(20, 40, 60).tolist()
    made = calibration_of([], [], [score(n / 2, value) for n, value in enumerate([*values, *[100.0] * 59])], **FACTS)
    assert made.signals[INDEX].centre <= 40.0
