"""What one lane remembers of its readings, and how they count; `docs/fusion.md` has the reasons and sources."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from core.cues import SQUARES, Cue, Means, evidence_of, face_cues, text_cues, voice_cues
from core.labels import EMOTIONS, Emotion, Modality
from core.readings import FaceReading, Reading, TextReading, VoiceReading
from core.settings import FusionSettings
from core.tally import Ground, Piece, Tally

DECIDED = "how decided the readings were"
"""Per reading: 1 - entropy / its largest value; 1 when one class has all the probability, 0 when all classes are alike."""

VOICE_MEASURES = ("pitch_sd_semitones", "speech_rate_hz", "pause_share", "loudness_sd")


@dataclass(frozen=True, slots=True)
class LaneRules:
    """How a lane's readings count.

    `half_life_s` is the age (s) at which a reading counts half. `amount` says how much a reading holds, in `unit`, given the seconds since
    the lane's reading before; `least` of it (fresh, times quality) is needed before the lane is heard. `columns` name what is averaged, and
    `values` takes it from a reading; `cues` makes evidence of the means. `sd` is how far that may be from the truth. `in_steps`: the
    readings of one step are one piece of evidence; else each is its own.
    """

    half_life_s: float
    least: float
    unit: str
    sd: float
    amount: Callable[[Reading, float], float]
    columns: tuple[str, ...]
    values: Callable[[Reading], Sequence[float]]
    cues: Callable[[Means], tuple[Cue, ...]]
    in_steps: bool = False

    def faded(self, seconds: float) -> float:
        """What is left of a reading after so long."""
        return 0.5 ** (max(0.0, seconds) / self.half_life_s)

    def means(self, tally: Tally) -> Means:
        """The means of a tally, by name."""
        return Means(self.columns, tally)

    def evidence(self, tally: Tally) -> float:
        """The evidence for depressive affect, 0..1."""
        return evidence_of(self.cues(self.means(tally)))

    def probabilities(self, tally: Tally) -> dict[Emotion, float]:
        """The mean probabilities over all classes, 0 for those that the model does not know."""
        means = self.means(tally)
        return {emotion: 0.0 if math.isnan(p := means(emotion)) else p for emotion in EMOTIONS}

    def decided(self, tally: Tally) -> float:
        """How decided its readings were, 0..1."""
        value = tally.mean(self.columns.index(DECIDED))
        return 0.0 if math.isnan(value) else value


class LaneMemory:
    """Sums over a lane's readings, each counting by its amount, its quality, and half as much for every half-life of its age.

    What it says of a moment depends on the readings up to then alone: it is asked once a step, and the steps are the session's own.
    """

    def __init__(self, rules: LaneRules) -> None:
        self.rules = rules
        self._at: float | None = None
        self._pieces: list[Piece] = []
        self._ground: Ground | None = None

    def add(self, reading: Reading) -> None:
        """Take in the lane's next reading; an absent one holds nothing, but time passes."""
        since_s = 0.0 if self._at is None else max(0.0, reading.at - self._at)
        self._at = reading.at if self._at is None else max(self._at, reading.at)
        amount = self.rules.amount(reading, since_s) if reading.probabilities else 0.0
        if amount > 0.0 and math.isfinite(reading.quality):
            self._open_piece(reading, self._at).add(amount, min(1.0, max(0.0, reading.quality)), self.rules.values(reading))

    def take_ground(self) -> Ground | None:
        """What it remembers, with the pieces that came since it was last taken; None when it never had a reading."""
        if self._at is None:
            return None
        before = self._ground
        tally = before.tally if before else Tally(len(self.rules.columns))
        if before and self._at > before.at:
            tally = tally.faded(self.rules.faded(self._at - before.at))
        for piece in self._pieces:
            tally = tally.plus(piece.tally, self.rules.faded(self._at - piece.at))
        self._ground = Ground(self._at, tally, tuple(self._pieces))
        self._pieces = []
        return self._ground

    def _open_piece(self, reading: Reading, at: float) -> Tally:
        """The sums of the piece that the reading belongs to, as they are at its time."""
        if self.rules.in_steps and self._pieces:
            last = self._pieces[-1]
            last.tally.fade(self.rules.faded(at - last.at))
            self._pieces[-1] = Piece(at, last.starts, reading.covers[1], last.tally)
        else:
            said = None if self.rules.in_steps else reading
            self._pieces.append(Piece(at, reading.covers[0], reading.covers[1], Tally(len(self.rules.columns)), said))
        return self._pieces[-1].tally


def expression(reading: Reading) -> Mapping[Emotion, float]:
    """The probabilities that count: a face's are smoothed over seconds, so that the noise of single frames is no liveliness."""
    return reading.smoothed if isinstance(reading, FaceReading) and reading.smoothed else reading.probabilities


def decidedness(probabilities: Mapping[Emotion, float]) -> float:
    """1 - entropy / its largest value; of one class alone 1."""
    if len(probabilities) < 2:
        return 1.0
    entropy = -sum(p * math.log(p) for p in probabilities.values() if p > 0.0)
    return min(1.0, max(0.0, 1.0 - entropy / math.log(len(probabilities))))


def lane_rules(settings: FusionSettings) -> dict[Modality, LaneRules]:
    """The rules of every lane."""
    return {
        Modality.FACE: LaneRules(
            half_life_s=settings.face_half_life_s,
            least=settings.face_least_s,
            unit="s of face",
            sd=settings.face_sd,
            amount=lambda reading, since_s: min(since_s, settings.face_longest_step_s),
            columns=(*EMOTIONS, DECIDED, SQUARES),
            values=_face_values,
            cues=lambda mean: face_cues(mean, settings),
            in_steps=True,
        ),
        Modality.VOICE: LaneRules(
            half_life_s=settings.voice_half_life_s,
            least=settings.voice_least_s,
            unit="s of speech",
            sd=settings.voice_sd,
            amount=lambda reading, since_s: max(0.0, reading.covers[1] - reading.covers[0]),
            columns=(*EMOTIONS, DECIDED, *VOICE_MEASURES),
            values=_voice_values,
            cues=lambda mean: voice_cues(mean, settings),
        ),
        Modality.TEXT: LaneRules(
            half_life_s=settings.text_half_life_s,
            least=settings.text_least_words,
            unit="words",
            sd=settings.text_sd,
            amount=lambda reading, since_s: float(len(reading.text.split())) if isinstance(reading, TextReading) else 0.0,
            columns=(*EMOTIONS, DECIDED),
            values=_values,
            cues=lambda mean: text_cues(mean, settings),
        ),
    }


def _values(reading: Reading) -> list[float]:
    """The probabilities of all classes, NaN for those that the model does not know, and how decided they are."""
    known = expression(reading)
    return [*(known.get(emotion, math.nan) for emotion in EMOTIONS), decidedness(known)]


def _face_values(reading: Reading) -> list[float]:
    return [*_values(reading), sum(p * p for p in expression(reading).values())]


def _voice_values(reading: Reading) -> list[float]:
    measured = [getattr(reading, name) for name in VOICE_MEASURES] if isinstance(reading, VoiceReading) else [math.nan] * 4
    return [*_values(reading), *measured]
