"""Speech as the sequence networks learn from it: every segment as log-mel steps, clean and in noise."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from capture.audio_files import read_sound
from core.labels import Emotion
from core.settings import VoiceSettings
from models.voice.log_mel import log_mel_input
from training.datasets.segments import segments_of
from training.datasets.speech_manifest import Clip
from training.voice_conditions import with_noise

TRAINING_SNR_DB = (8.0, 35.0)
"""As train_voice: rooms and laptop fans; studio corpora have none of it."""
NOISY_COPIES = 2
TEST_SNR_DB = 20.0


@dataclass(frozen=True, slots=True)
class Sequences:
    """N segments: `clean` and, at TEST_SNR_DB, `noisy` (N, STEPS, COLUMNS); to learn from, V `versions` (N, V, STEPS, COLUMNS)."""

    clean: NDArray[np.float32]
    noisy: NDArray[np.float32]
    versions: NDArray[np.float32]
    labels: NDArray[np.int64]
    speakers: NDArray[np.str_]
    corpora: NDArray[np.str_]
    unheard: int

    @property
    def fingerprint(self) -> str:
        """Changes with the data."""
        return hashlib.sha256(self.clean.tobytes() + self.labels.tobytes()).hexdigest()[:16]


def load_sequences(clips: Sequence[Clip], classes: Sequence[Emotion], seed: int) -> Sequences:
    """Every segment of every clip, clean and in noise; raises MediaUnreadable."""
    random = np.random.default_rng(seed)
    versions, noisy, of = [], [], []
    for clip in clips:
        for segment in segments_of(read_sound(clip.path), VoiceSettings()):
            levels = random.uniform(*TRAINING_SNR_DB, NOISY_COPIES)
            heard = [segment.samples, *(with_noise(segment.samples, level, random) for level in levels)]
            versions.append([log_mel_input(samples) for samples in heard])
            noisy.append(log_mel_input(with_noise(segment.samples, TEST_SNR_DB, random)))
            of.append(clip)
    return Sequences(
        clean=np.array([one[0] for one in versions]),
        noisy=np.array(noisy),
        versions=np.array(versions),
        labels=np.array([classes.index(clip.emotion) for clip in of]),
        speakers=np.array([clip.speaker for clip in of]),
        corpora=np.array([clip.corpus for clip in of]),
        unheard=len(clips) - len({clip.path for clip in of}),
    )
