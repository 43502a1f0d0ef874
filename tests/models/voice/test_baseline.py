"""Twenty seconds of ordinary speech become a centre, and what is no ordinary speech does not."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from core.failures import CheckpointRefused, DataUnfit
from core.labels import Modality
from core.settings import VoiceSettings
from models.checkpoints import resolve
from models.voice.baseline import SpeechCollector, baseline_of, caution_of, misfit_with, require_centred
from models.voice.classifier import VoiceClassifier
from tests.fixtures.voices import chunked, joined, silence, voice

SETTINGS = replace(VoiceSettings(), baseline_speech_s=6.0)
NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)


def phrases(*levels, seconds=2.0):
    return joined(silence(1.0), *(joined(voice(seconds, 110 + 10 * n, level=level), silence(0.8)) for n, level in enumerate(levels)))


def collected(samples, sizes=1600):
    collector = SpeechCollector(SETTINGS)
    for chunk in chunked(samples.astype(np.float32), sizes):
        if collector.add(chunk).done:
            break
    return collector


@pytest.fixture(scope="module")
def classifier(centred_checkpoint):
    return VoiceClassifier(centred_checkpoint)


def test_enough_speech_is_enough_and_no_more_is_heard():
    collector = collected(phrases(*[0.1] * 8))
    assert 6.0 <= collector.progress.speech_s < 7.5
    assert collector.progress.hint is None
    assert len(collector.segments) >= 3


def test_progress_moves_while_somebody_speaks():
    collector = SpeechCollector(SETTINGS)
    seen = [collector.add(chunk).speech_s for chunk in chunked(phrases(0.1, 0.1))]
    assert len(set(seen)) > 20
    assert max(np.diff(seen)) < 0.5
    assert min(np.diff(seen)) > -0.5  # a pause that was taken for speech at first


def test_speech_without_a_pause_is_enough_as_well():
    assert collected(voice(9.0)).progress.done


@pytest.mark.parametrize(
    ("samples", "hint"),
    [
        (silence(8.0), None),
        (phrases(*[0.1] * 6, seconds=0.5), None),
        (np.clip(phrases(*[0.1] * 6) * 30, -1, 1), "is clipped"),
        (phrases(*[0.1] * 6) * 0.02, "very quiet"),
        (phrases(*[0.1] * 6) + silence(17.8, 0.03)[: len(phrases(*[0.1] * 6))], "quieter than the voice"),
    ],
    ids=["silence", "single words", "clipped", "quiet", "noisy"],
)
def test_too_little_good_speech_is_refused_with_the_reason(samples, hint, classifier):
    collector = collected(samples)
    collector.finish()
    assert not collector.progress.done
    with pytest.raises(DataUnfit, match=r"s of ordinary speech were heard; 6 s are needed") as told:
        baseline_of(collector, classifier, "test", NOW)
    assert (hint or "Silence, music and single words do not count") in str(told.value)


def test_two_jumps_of_loudness_are_a_caution_and_one_is_not():
    assert caution_of(collected(phrases(0.2, 0.2, 0.03, 0.03)).segments) is None
    assert "jumped 2 times by more than 10 dB" in caution_of(collected(phrases(0.2, 0.03, 0.2, 0.2)).segments)


def test_the_centre_is_the_mean_of_the_segments_and_says_where_it_is_from(classifier):
    collector = collected(phrases(*[0.1] * 8))
    baseline = baseline_of(collector, classifier, "Desk microphone", NOW)
    values = np.stack([classifier.features(segment.samples) for segment in collector.segments])
    np.testing.assert_allclose(baseline.centre, np.nanmean(values, axis=0), rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(baseline.spread, np.nanstd(values, axis=0), rtol=1e-3, atol=1e-3)
    assert baseline.facts() == {
        "made_utc": "2026-11-21T10:00:00+00:00",
        "speech_s": round(collector.progress.speech_s, 2),
        "segments": len(collector.segments),
        "input_kind": classifier.card.input["kind"],
        "model": "centred",
        "source": "Desk microphone",
        "caution": None,
    }


def test_a_centre_of_another_kind_of_numbers_is_not_used_and_that_is_said(classifier, centred_checkpoint):
    baseline = baseline_of(collected(phrases(*[0.1] * 8)), classifier, "test", NOW)
    assert misfit_with(centred_checkpoint, baseline) is None
    told = str(misfit_with(centred_checkpoint, replace(baseline, input_kind="voice-statistics-v0", model="older")))
    assert "is not used: the voice is compared with people in general" in told
    assert "voice-statistics-v0 for “older”" in told
    assert "Record the ordinary speech again" in told


def test_a_network_that_takes_no_centre_says_so_before_anybody_speaks(classifier):
    baseline = baseline_of(collected(phrases(*[0.1] * 8)), classifier, "test", NOW)
    folder = resolve(Modality.VOICE, "mlp_180")
    assert "cannot be compared with a person's own ordinary speech" in str(misfit_with(folder, baseline))
    with pytest.raises(CheckpointRefused, match="mlp_180"):
        require_centred(VoiceClassifier(folder))
