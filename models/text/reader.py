"""From a text entry to a reading."""

from collections.abc import Sequence
from pathlib import Path

from core.labels import Modality
from core.media import TextEntry
from core.readings import Absence, TextReading
from core.settings import TextSettings
from models.calibration import calibrated_logits, classes_left
from models.card import load_card
from models.checkpoints import resolve
from models.text.inputs import INPUT_KIND, is_word, tokens
from models.text.linear import load_model


class TextReader:
    """TF-IDF and logistic regression; raises CheckpointRefused when its checkpoint (by default the one of the settings) is unfit."""

    def __init__(self, settings: TextSettings, checkpoint: Path | None = None) -> None:
        self.card = load_card(checkpoint or resolve(Modality.TEXT, settings.checkpoint), INPUT_KIND)
        self._settings = settings
        self._model = load_model(self.card.path, len(self.card.labels))

    def warm_up(self) -> None:
        """Read one sentence and forget it."""
        self.read(TextEntry("This is only a sentence to warm up.", 0.0, 0))

    def read(self, item: TextEntry) -> TextReading:
        """A reading for every entry; absent when it is too short or of other words than the model knows."""
        spoken = tokens(item.text)
        words = [token for token in spoken if is_word(token)]
        known_share = self._model.known_share(words)
        if len(words) < self._settings.least_words:
            return self._absent(item, Absence.TOO_SHORT, f"{_count(len(words))}; at least {self._settings.least_words} are needed")
        if known_share < self._settings.least_known_share:
            return self._absent(item, Absence.UNKNOWN_WORDS, f"the model knows {known_share:.0%} of {_count(len(words))}")
        return self._present(item, spoken, len(words), known_share)

    def finish(self) -> None:
        """Nothing waits: every entry was answered at once."""

    def _present(self, item: TextEntry, spoken: Sequence[str], words: int, known_share: float) -> TextReading:
        logits = self._model.logits(spoken)
        contributions = self._model.contributions(spoken, int(logits.argmax()))
        quality = known_share * min(1.0, words / self._settings.full_quality_words)
        values = calibrated_logits(logits, self.card.calibration)
        probabilities = {label: float(p) for label, p in zip(self.card.labels, values, strict=True)}
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
            contributions=tuple(sorted(contributions.items(), key=lambda pair: (-abs(pair[1]), pair[0]))),
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
