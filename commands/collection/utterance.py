"""One spoken sentence from a live microphone: when it is over, and whether it is good enough to learn from."""

import io
import wave
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.levels import find_clipping
from core.media import VOICE_RATE_HZ, AudioChunk
from core.settings import VoiceSettings
from models.voice.descriptors import mean_level_dbfs
from models.voice.segments import Segmenter
from models.voice.speech import FRAME, FRAME_MS, level_dbfs

LONGEST_WAIT_S = 8.0
"""Nobody who was asked to read a sentence waits longer; then the microphone is the wrong one."""
LONGEST_S = 20.0
"""Three times a long sentence: a voice in the background, or a hum that passes for one."""
PAUSE_S = 1.0
"""Longer than a pause within a sentence (0.2 to 0.6 s), short enough not to be waited for."""
EDGE_S = 0.25
"""Kept before and after the speech: soft beginnings and endings, and a little of the room's noise."""
LEAST_SPEECH_S = 0.5
"""Two or three syllables; less is a cough or a word of the instructions."""
QUIETEST_DBFS = -45.0
"""Of the speech: below it 16 bits and the microphone's own noise begin to colour the voice."""
LEAST_SNR_DB = 12.0
"""Voice over the room's noise: training adds noise of its own, and what is noisy already cannot be made clean."""


@dataclass(frozen=True, slots=True)
class Take:
    """What was heard: float32 (N,) at 16 kHz, its speech's level in dBFS, and why it should be repeated (None: it is good)."""

    samples: NDArray[np.float32]
    level_dbfs: float
    fault: str | None

    @property
    def seconds(self) -> float:
        """Its length."""
        return len(self.samples) / VOICE_RATE_HZ


class Listener:
    """A fold over the chunks of one take; `over` after the chunk with which there is nothing more to wait for."""

    def __init__(self, settings: VoiceSettings) -> None:
        self._segmenter = Segmenter(settings)
        self._heard: list[NDArray[np.float32]] = []
        self._speech: list[bool] = []
        self._lost = False
        self.over = False

    def add(self, chunk: AudioChunk) -> None:
        """The next chunk."""
        heard = self._segmenter.add(chunk)
        self._lost |= heard.lost is not None
        self._heard.append(chunk.samples)
        self._speech += heard.speech
        self.over = self._lost or self._is_over()

    def _is_over(self) -> bool:
        listened = len(self._speech) * FRAME_MS / 1000
        if sum(self._speech) * FRAME_MS / 1000 < LEAST_SPEECH_S:
            return listened >= LONGEST_WAIT_S
        silent = (len(self._speech) - 1 - _last(self._speech)) * FRAME_MS / 1000
        return silent >= PAUSE_S or listened >= LONGEST_S

    def take(self) -> Take:
        """What was heard, from a little before the first speech to a little after the last."""
        samples = np.concatenate(self._heard) if self._heard else np.empty(0, np.float32)
        speech = np.array(self._speech, dtype=bool)
        if self._lost:
            return Take(samples, -np.inf, "Sound was lost on its way from the microphone.")
        if not speech.any():
            return Take(samples, -np.inf, "No speech was heard. Is this the right microphone, and is it switched on?")
        levels = np.array([level_dbfs(samples[i * FRAME : (i + 1) * FRAME]) for i in range(len(speech))])
        first, last, edge = int(speech.argmax()), _last(self._speech), round(EDGE_S * 1000 / FRAME_MS)
        start, end = max(0, first - edge) * FRAME, min(len(speech), last + 1 + edge) * FRAME
        level = mean_level_dbfs(levels[speech])
        return Take(samples[start:end], level, fault_of(samples[start:end], speech, levels))


def fault_of(samples: NDArray[np.float32], speech: NDArray[np.bool_], levels_dbfs: NDArray[np.float64]) -> str | None:
    """Why a take should be repeated; `speech` and `levels_dbfs` are of every 30 ms that were listened to."""
    said = float(speech.sum()) * FRAME_MS / 1000
    level = mean_level_dbfs(levels_dbfs[speech])
    noise = float(np.percentile(levels_dbfs, 10))
    if said < LEAST_SPEECH_S:
        return f"Only {said:.1f} s of speech were heard. Say the whole sentence."
    if find_clipping(samples):
        return "The sound is clipped. Turn the microphone down, or sit further away."
    if level < QUIETEST_DBFS:
        return f"The voice is very quiet ({level:.0f} dBFS). Turn the microphone up, or come nearer."
    if level - noise < LEAST_SNR_DB:
        return f"The room is only {level - noise:.0f} dB quieter than the voice. Come nearer, or switch off what hums."
    if len(speech) * FRAME_MS / 1000 >= LONGEST_S:
        return "Somebody went on talking. Say only the sentence, then wait for a second."
    return None


def listen(chunks: Iterable[AudioChunk], settings: VoiceSettings, on_chunk: Callable[[AudioChunk], None]) -> Take:
    """Hear chunks until the sentence is over, or they end."""
    listener = Listener(settings)
    for chunk in chunks:
        on_chunk(chunk)
        listener.add(chunk)
        if listener.over:
            break
    return listener.take()


def as_wav(samples: NDArray[np.float32]) -> bytes:
    """16 kHz mono 16-bit WAV."""
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(VOICE_RATE_HZ)
        file.writeframes(np.clip(np.round(samples * 32768.0), -32768, 32767).astype("<i2").tobytes())
    return content.getvalue()


def _last(speech: list[bool]) -> int:
    """The index of the last frame of speech; -1 without any."""
    return max((i for i, one in enumerate(speech) if one), default=-1)
