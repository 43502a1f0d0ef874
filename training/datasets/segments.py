"""What the monitor would make of a clip."""

import numpy as np
from numpy.typing import NDArray

from core.media import VOICE_RATE_HZ, AudioChunk
from core.settings import VoiceSettings
from models.voice.segments import Segment, Segmenter

CHUNK = VOICE_RATE_HZ // 10
"""As a microphone delivers it."""


def segments_of(samples: NDArray[np.float32], settings: VoiceSettings) -> list[Segment]:
    """The segments of a clip (16 kHz) that hold enough speech."""
    segmenter = Segmenter(settings)
    found: list[Segment] = []
    for index, start in enumerate(range(0, len(samples), CHUNK)):
        found += segmenter.add(AudioChunk(samples[start : start + CHUNK], VOICE_RATE_HZ, start / VOICE_RATE_HZ, index)).segments
    return [segment for segment in (*found, *segmenter.finish()) if segment.speech_ms >= settings.shortest_speech_ms]
