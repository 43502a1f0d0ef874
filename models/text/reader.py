"""From a text entry to a reading."""

from functools import cached_property
from pathlib import Path

from core.failures import CheckpointRefused, Failure
from core.labels import EMOTIONS, Emotion, Modality
from core.media import TextEntry
from core.readings import Absence, TextReading
from core.settings import TextSettings
from models.calibration import classes_left
from models.card import load_card
from models.checkpoints import resolve
from models.text.classifier import MODELS, TextClassifier, strongest_first
from models.text.inputs import is_word, tokens


class TextReader:
    """Reads with any of the lane's models; raises CheckpointRefused when its checkpoint (by default the one of the settings) is unfit.

    The model itself is loaded with the first text (0.15 s): who writes nothing is spared its 44 MB.
    """

    def __init__(self, settings: TextSettings, checkpoint: Path | None = None) -> None:
        self._folder = checkpoint or resolve(Modality.TEXT, settings.checkpoint)
        self.card = load_card(self._folder, MODELS)
        if not set(self.card.labels) <= set(EMOTIONS):
            raise _not_of_emotions(self.card.name)
        self._settings = settings

    @cached_property
    def _classifier(self) -> TextClassifier:
        return TextClassifier(self._folder)

    def warm_up(self) -> None:
        """Nothing: most sessions have no text."""

    def read(self, item: TextEntry) -> TextReading:
        """A reading for every entry; absent when it is too short or of other words than the model knows."""
        words = [token for token in tokens(item.text) if is_word(token)]
        if len(words) < self._settings.least_words:
            return self._absent(item, Absence.TOO_SHORT, f"{_count(len(words))}; at least {self._settings.least_words} are needed")
        known_share = self._classifier.known_share(words)
        if known_share < self._settings.least_known_share:
            return self._absent(item, Absence.UNKNOWN_WORDS, f"the model knows {known_share:.0%} of {_count(len(words))}")
        return self._present(item, len(words), known_share)

    def finish(self) -> None:
        """Nothing waits: every entry was answered at once."""

    def _present(self, item: TextEntry, words: int, known_share: float) -> TextReading:
        values, moved = self._classifier.explain(item.text)
        quality = known_share * min(1.0, words / self._settings.full_quality_words)
        probabilities = {Emotion(label): float(p) for label, p in zip(self.card.labels, values, strict=True)}
        return TextReading(
            modality=Modality.TEXT,
            at=item.at,
            covers=(item.at, item.at),
            probabilities=probabilities,
            label_set=classes_left(probabilities, self.card.calibration),
            quality=quality,
            quality_reason=self._why_low(words, known_share),
            model=self.card.name,
            text=item.text,
            contributions=tuple(strongest_first(moved, int(values.argmax()))),
        )

    def _absent(self, item: TextEntry, why: Absence, reason: str) -> TextReading:
        return TextReading(
            modality=Modality.TEXT,
            at=item.at,
            covers=(item.at, item.at),
            model=self.card.name,
            absent_because=why,
            quality_reason=reason,
            text=item.text,
        )

    def _why_low(self, words: int, known_share: float) -> str | None:
        reasons = [
            *([f"short ({_count(words)})"] if words < self._settings.full_quality_words else []),
            *([f"the model knows {known_share:.0%} of the words"] if known_share < self._settings.good_known_share else []),
        ]
        return ", ".join(reasons) or None


def _count(words: int) -> str:
    return "1 word" if words == 1 else f"{words} words"


def _not_of_emotions(name: str) -> CheckpointRefused:
    return CheckpointRefused(
        Failure(
            f"The checkpoint “{name}” is not used:",
            "it does not read emotions but levels of severity, for research only.",
            "Choose another checkpoint in the settings; `python -m training.evaluate text` measures this one.",
        )
    )
