import pytest

from core.labels import Emotion, Modality
from core.readings import Absence, FaceReading, Reading, VoiceReading
from core.settings import ReviewSettings
from review.spread import with_spread


def face(at: float, sadness: float) -> FaceReading:
    both = {Emotion.SADNESS: sadness, Emotion.NEUTRAL: 1 - sadness}
    return FaceReading(modality=Modality.FACE, at=at, covers=(at, at), model="m", probabilities=both, quality=1.0)


def spread_of_top(readings: list, *settings: ReviewSettings) -> list[tuple[float, float] | None]:
    return [spread for _, spread in with_spread(readings, *settings)]


def test_the_spread_is_the_tenth_to_ninetieth_percentile_of_the_last_second():
    readings = [face(index / 10, 0.51 + index / 100) for index in range(30)]
    spreads = spread_of_top(readings)
    # the last second of reading 29 holds readings 20..29: nearest ranks 1 and 9
    assert spreads[29] == pytest.approx((0.71, 0.79))


def test_too_few_readings_have_no_spread():
    assert spread_of_top([face(index / 10, 0.6) for index in range(4)]) == [None] * 4
    assert spread_of_top([face(float(index), 0.6) for index in range(9)]) == [None] * 9


def test_nothing_of_the_spread_comes_from_later():
    early = [face(index / 10, 0.6 + (index % 3) / 10) for index in range(20)]
    late = [face(2 + index / 10, 0.99) for index in range(20)]
    assert spread_of_top([*early, *late])[:20] == spread_of_top(early)


def test_lanes_do_not_mix_and_absences_have_none():
    absent = VoiceReading(modality=Modality.VOICE, at=0.35, covers=(0.0, 0.35), model="m", absent_because=Absence.NO_SPEECH)
    spoken = VoiceReading(modality=Modality.VOICE, at=0.45, covers=(0.35, 0.45), model="m", probabilities={Emotion.FEAR: 1.0})
    readings: list[Reading] = [*(face(index / 10, 0.6) for index in range(4)), absent, face(0.4, 0.6), spoken]
    assert spread_of_top(readings, ReviewSettings(spread_least_readings=5))[4:] == [None, pytest.approx((0.6, 0.6)), None]
