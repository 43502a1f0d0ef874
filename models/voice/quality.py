"""How far a segment of speech can be trusted, and why not further."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.readings import Absence
from core.settings import VoiceSettings
from models.voice.descriptors import mean_level_dbfs
from models.voice.segments import Segment

FULL_SCALE = 0.999
"""A 16-bit sample at its limit, give or take a resampler's ripple."""


@dataclass(frozen=True, slots=True)
class Quality:
    """`value` 0..1, the `reason` in words when something lowers it, and `absence` when nothing should be said at all."""

    value: float
    reason: str | None = None
    absence: Absence | None = None


def judge(segment: Segment, speech_rate_hz: float, settings: VoiceSettings) -> Quality:
    """The product of four shares: signal over noise, length of speech, freedom from clipping, and syllables (music has few)."""
    if segment.speech_ms < settings.shortest_speech_ms:
        said, needed = segment.speech_ms / 1000, settings.shortest_speech_ms / 1000
        return Quality(0.0, f"{said:.1f} s of speech; at least {needed:.1f} s are needed", Absence.TOO_LITTLE_SPEECH)
    clipped = clipped_share(segment.samples)
    if clipped >= settings.clipped_share:
        return Quality(0.0, f"{clipped:.0%} of the sound is clipped; turn the microphone down", Absence.CLIPPED)
    snr = mean_level_dbfs(segment.levels_dbfs[segment.speech]) - segment.noise_dbfs
    clear = _ramp(snr, settings.poor_snr_db, settings.good_snr_db)
    long = min(1.0, segment.speech_ms / settings.good_speech_ms)
    undamaged = 1.0 - clipped / settings.clipped_share
    syllabic = min(1.0, speech_rate_hz / settings.slowest_speech_hz)
    reasons = [
        *([f"noise only {snr:.0f} dB below the voice"] if clear < 1.0 else []),
        *([f"short ({segment.speech_ms / 1000:.1f} s of speech)"] if long < 1.0 else []),
        *([f"{clipped:.1%} of the sound clipped"] if clipped > 0.0 else []),
        *(["hardly any syllables, perhaps music or noise"] if syllabic < 1.0 else []),
        *(["sound was lost just before"] if segment.lost_before else []),
    ]
    return Quality(clear * long * undamaged * syllabic, ", ".join(reasons) or None)


def clipped_share(samples: NDArray[np.float32]) -> float:
    """The share of samples at full scale, 0..1."""
    return float(np.mean(np.abs(samples) >= FULL_SCALE)) if len(samples) else 0.0


def _ramp(value: float, low: float, high: float) -> float:
    """0 at `low` and below, 1 at `high` and above, straight between."""
    return min(1.0, max(0.0, (value - low) / max(high - low, 1e-9)))
