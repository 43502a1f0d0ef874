"""A checkpoint measured as it is shipped: the light runtime and the live inputs over every item of a test."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from capture.audio_files import read_sound
from core.failures import DataUnfit, Failure, WrongUse
from core.labels import SEVERITIES
from core.media import VOICE_RATE_HZ
from core.settings import FaceSettings, VoiceSettings
from models.card import ModelCard
from models.face.classifier import FaceClassifier
from models.face.detector import CascadeDetector
from models.face.inputs import grey_square
from models.text.classifier import TextClassifier
from models.voice.classifier import VoiceClassifier
from training.datasets.evaluation import Item, TestData, baseline_of
from training.datasets.segments import segments_of
from training.figures import calibration_figures, classification_figures

HAAR_SIDE_PX = 96
"""To which a picture is enlarged for the cascade; from twice its size on, it finds no more faces (80 % of 300, measured)."""
HAAR_MARGIN_PX = 24
"""Repeated edges around it: the pictures are cut so close that the cascade's window would not fit."""
SHORTER_S = 0.25
"""A clip that lacks more than this of the length that its manifest tells is cut off."""
UNKNOWN_GROUP = "unknown"

Watch = Callable[[Sequence[Item]], Iterable[Item]]
"""Goes through the items and may show how far it is."""

Answer = NDArray[np.float64] | None
"""Probabilities (K,), or None where the program would have said nothing."""


class Classifier(Protocol):
    """What every lane's classifier has in common."""

    card: ModelCard


@dataclass(frozen=True, slots=True)
class Rows:
    """N answered items: class indices (N,), calibrated probabilities (N, K), whose they are (N,), and the items."""

    labels: NDArray[np.int64]
    probabilities: NDArray[np.float64]
    items: tuple[Item, ...]

    def where(self, chosen: Sequence[bool] | NDArray[np.bool_]) -> "Rows":
        """The chosen rows only."""
        kept = np.asarray(chosen, dtype=bool)
        return Rows(self.labels[kept], self.probabilities[kept], tuple(item for item, one in zip(self.items, kept, strict=True) if one))

    @property
    def speakers(self) -> list[str] | None:
        """Whose each item is; None where nobody is named."""
        named = [item.speaker for item in self.items]
        return named if any(named) else None


@dataclass(frozen=True, slots=True)
class Measurement:
    """All rows of a test, by which `calibration` they were made, the groups among them, and what must be said beside the figures."""

    what: str
    card: ModelCard
    calibration: Mapping[str, Any]
    rows: Rows
    groups: dict[str, Rows] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The classes in the order of the probabilities."""
        return tuple(str(label) for label in self.card.labels)

    def by(self, column: str) -> "Measurement":
        """With a group for every value that the items' rows have in `column`; raises WrongUse when they have no such column."""
        columns = {name for item in self.rows.items for name in item.columns}
        if column not in columns:
            there = ", ".join(sorted(columns)) or "no column at all"
            raise WrongUse(Failure(f"There is no column “{column}” to part {self.what} by.", f"It has {there}.", "Choose one with --by."))
        of = [item.columns.get(column) or UNKNOWN_GROUP for item in self.rows.items]
        found = {value: self.rows.where([one == value for one in of]) for value in sorted(set(of))}
        return replace(self, groups=self.groups | found)

    def figures(self) -> dict[str, Any]:
        """The figures of all rows, and of each group under "groups"."""
        return self._of(self.rows) | {"groups": {name: self._of(rows) for name, rows in self.groups.items()}}

    def figures_for_card(self) -> dict[str, Any]:
        """The same, with how far the probabilities may be believed, and what was left out."""
        believed = calibration_figures(self.rows.probabilities, self.rows.labels, self.calibration)
        return self.figures() | {"calibration": believed, "notes": list(self.notes)}

    def _of(self, rows: Rows) -> dict[str, Any]:
        said = rows.probabilities.argmax(axis=1)
        of = {"calibration": self.calibration, "clusters": rows.speakers}
        return classification_figures(rows.labels, said, rows.probabilities, self.names, **of)


def measure_face(classifier: FaceClassifier, data: TestData, watch: Watch, *, haar: bool = False) -> Measurement:
    """The pictures as the network's crops; groups "ferplus" (the voters' majority) and, on request, "haar" (the app's own crops)."""
    data = data.for_labels(_names(classifier))
    rows, _ = _answered(data.items, classifier.probabilities, _names(classifier), watch)
    groups, notes = {}, data.notes
    voted = rows.where([bool(item.columns.get("ferplus")) for item in rows.items])
    if len(voted.labels):
        groups["ferplus"] = replace(voted, labels=_indices([item.columns["ferplus"] for item in voted.items], _names(classifier)))
        notes = (*notes, f"ferplus: the FER+ majority, clear and of the seven classes in {len(voted.labels)} of {len(rows.labels)}")
    if haar:
        groups["haar"], lost = _answered(data.items, partial(_through_the_cascade, classifier, _cascade()), _names(classifier), watch)
        notes = (*notes, f"haar: the cascade found no face in {lost} of {len(data.items)} pictures, which are not among its figures")
    return Measurement(data.what, classifier.card, classifier.card.calibration, rows, groups, notes)


def _cascade() -> CascadeDetector:
    settings = FaceSettings()
    return CascadeDetector(settings.cascade, settings.smallest_face_px)


def _through_the_cascade(classifier: FaceClassifier, detector: CascadeDetector, picture: NDArray[np.uint8]) -> Answer:
    """As the monitor reads a face: found by the cascade, cut out of the frame, put into the network."""
    large = cv2.resize(picture, (HAAR_SIDE_PX, HAAR_SIDE_PX), interpolation=cv2.INTER_CUBIC)
    frame = cv2.copyMakeBorder(large, *[HAAR_MARGIN_PX] * 4, cv2.BORDER_REPLICATE)
    found = detector.find(frame)  # type: ignore[arg-type]
    if not found:
        return None
    largest = max(found, key=lambda one: one.box.area)
    return classifier.probabilities(grey_square(frame, largest.box))  # type: ignore[arg-type]


def measure_voice(classifier: VoiceClassifier, data: TestData, watch: Watch, *, baseline_clips: int = 0) -> Measurement:
    """Each clip as the segments that the monitor would cut, their probabilities weighted by length; centred on a baseline on request."""
    data = data.for_labels(_names(classifier))
    notes, items, centres = data.notes, data.items, {}
    if baseline_clips:
        items, centres, notes = _with_baseline(classifier, data, baseline_clips)
        TestData(f"{data.what} without the baselines", items).for_labels(_names(classifier))

    def answer(item: Item) -> Answer:
        return _spoken(classifier, item, centres.get(item.speaker))

    rows, lost = _answered(items, answer, _names(classifier), watch, whole_item=True)
    if lost:
        notes = (*notes, f"left out, as the segmenter found too little speech: {lost} of {len(items)} clips")
    speakers = {item.speaker for item in items}
    heard = speakers & {speaker for source in classifier.card.data for speaker in source.get("speakers", ())}
    if heard:
        notes = (*notes, f"no test of strangers: {len(heard)} of {len(speakers)} speakers were heard in training")
    if len(speakers) == 1:
        notes = (*notes, "one speaker only: there are no intervals, and the figures say nothing of other people")
    calibration = classifier.calibration(next(iter(centres.values()), None))
    return Measurement(data.what, classifier.card, calibration, rows, {}, notes)


def _with_baseline(
    classifier: VoiceClassifier, data: TestData, clips: int
) -> tuple[tuple[Item, ...], dict[str, NDArray[np.float32]], tuple[str, ...]]:
    """The items without the baselines, each speaker's centre, and what must be said."""
    baselines = baseline_of(data.items, clips)
    without = sorted({item.speaker for item in data.items} - baselines.keys())
    if not baselines:
        raise DataUnfit(
            Failure(
                f"No speaker of {data.what} has {clips} neutral clips.",
                "Their mean is the centre on which the others are read.",
                "Ask for fewer with --baseline-clips, or measure without.",
            )
        )
    centres = {speaker: classifier.centre_of([part for item in said for part in _parts(item)]) for speaker, said in baselines.items()}
    taken = {id(item) for said in baselines.values() for item in said}
    items = tuple(item for item in data.items if item.speaker in baselines and id(item) not in taken)
    notes = (*data.notes, f"baseline: the first {clips} neutral clips of each of {len(centres)} speakers, which are not among the figures")
    if without:
        notes = (*notes, f"left out, as they have fewer than {clips} neutral clips: {', '.join(without)}")
    return items, centres, notes


def _spoken(classifier: VoiceClassifier, item: Item, centre: NDArray[np.float32] | None) -> Answer:
    parts = _parts(item)
    if not parts:
        return None
    said = [classifier.probabilities(part) if centre is None else classifier.probabilities(part, centre) for part in parts]
    return np.average(said, axis=0, weights=[len(part) for part in parts])


def _parts(item: Item) -> list[NDArray[np.float32]]:
    """What the monitor would make of a clip: the samples of its segments; raises DataUnfit."""
    return [segment.samples for segment in segments_of(read_clip(item), VoiceSettings())]


def read_clip(item: Item) -> NDArray[np.float32]:
    """A clip's samples at 16 kHz; raises MediaUnreadable when it is damaged and DataUnfit when it is cut off."""
    samples = read_sound(item.value)
    told, held_s = item.columns.get("duration_s", ""), len(samples) / VOICE_RATE_HZ
    if told and held_s < float(told) - SHORTER_S:
        raise DataUnfit(
            Failure(
                f"The clip {item.value} is cut off.",
                f"It holds {held_s:.2f} s of the {told} s that the manifest tells.",
                "Copy it anew, or take its row out of the manifest.",
            )
        )
    return samples


def measure_text(classifier: TextClassifier, data: TestData, watch: Watch) -> Measurement:
    """Each text as a whole."""
    data = data.for_labels(_names(classifier))
    rows, _ = _answered(data.items, classifier.probabilities, _names(classifier), watch)
    notes = (*data.notes, _told_from_the_lowest(rows)) if _names(classifier) == SEVERITIES else data.notes
    return Measurement(data.what, classifier.card, classifier.card.calibration, rows, {}, notes)


def _told_from_the_lowest(rows: Rows) -> str:
    from training.severity_figures import auc_with_interval

    found = auc_with_interval(rows.labels > 0, 1 - rows.probabilities[:, 0])
    low, high = found["interval"]
    return f"at least {SEVERITIES[1]} told from {SEVERITIES[0]}: AUC {found['auc']:.3f} ({low:.3f}–{high:.3f})"


def _names(classifier: Classifier) -> tuple[str, ...]:
    return tuple(str(label) for label in classifier.card.labels)


def _indices(labels: Sequence[str], names: Sequence[str]) -> NDArray[np.int64]:
    return np.array([names.index(label) for label in labels], dtype=np.int64)


def _answered(
    items: Sequence[Item], answer: Callable[[Any], Answer], names: Sequence[str], watch: Watch, *, whole_item: bool = False
) -> tuple[Rows, int]:
    """What was said of each item, and how many nothing was said of; raises DataUnfit when that are all."""
    pairs = [(item, said) for item, said in _each(items, answer, watch, whole_item) if said is not None]
    if not pairs:
        raise DataUnfit(
            Failure(f"Nothing could be read in any of {len(items)} items.", "", "Look at the data: it may not be what it seems.")
        )
    kept = tuple(item for item, _ in pairs)
    rows = Rows(_indices([item.label for item in kept], names), np.stack([said for _, said in pairs]), kept)
    return rows, len(items) - len(kept)


def _each(items: Sequence[Item], answer: Callable[[Any], Answer], watch: Watch, whole_item: bool) -> Iterator[tuple[Item, Answer]]:
    for item in watch(items):
        yield item, answer(item if whole_item else item.value)
