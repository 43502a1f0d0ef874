"""How one person ordinarily speaks: what later readings of the voice are compared with."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VoiceBaseline:
    """The centre (N,) of `segments` of ordinary speech, float32, and their `spread` (N,), a standard deviation; NaN: never measured.

    `input_kind` says what the numbers are, and `model` for which checkpoint they were made. `speech_s` is how much was said, `source`
    the microphone or file, and `caution` what may be wrong with it, in a sentence.
    """

    centre: NDArray[np.float32]
    spread: NDArray[np.float32]
    segments: int
    speech_s: float
    input_kind: str
    model: str
    made_utc: datetime
    source: str
    caution: str | None = None

    def facts(self) -> dict[str, Any]:
        """What is stored beside a session that used it: everything but the numbers, ready for JSON."""
        return {
            "made_utc": self.made_utc.isoformat(),
            "speech_s": round(self.speech_s, 2),
            "segments": self.segments,
            "input_kind": self.input_kind,
            "model": self.model,
            "source": self.source,
            "caution": self.caution,
        }
