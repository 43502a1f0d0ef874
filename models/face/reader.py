"""From frames to readings: whose face it is, how well it can be read, and which expression it shows."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from core.labels import Emotion, Modality
from core.media import Frame, slot
from core.readings import Absence, Box, ClassMap, FaceReading
from core.settings import FaceSettings
from core.smoothing import MovingAverage
from models.calibration import classes_left
from models.checkpoints import resolve
from models.face.classifier import FaceClassifier
from models.face.detector import FaceDetector, open_detector
from models.face.explain import class_maps
from models.face.inputs import grey_square, to_side
from models.face.quality import Quality, is_dark, judge, measure
from models.face.tracks import PrimaryFace, Scene


class Expression(NamedTuple):
    """What the network says of one face, and where it looked; both empty when it was not asked."""

    probabilities: Mapping[Emotion, float]
    class_maps: Mapping[Emotion, ClassMap]


class FaceReader:
    """Detector, tracks and network of one source; raises CheckpointRefused when the checkpoint or the detector's file is unfit.

    With a source faster than `rate_hz` it reads the first frame of each slot of media time, so that live and replay choose
    the same frames; `read` returns None for the others.
    """

    def __init__(self, settings: FaceSettings, checkpoint: Path | None = None) -> None:
        self._classifier = FaceClassifier(checkpoint or resolve(Modality.FACE, settings.checkpoint))
        self.card = self._classifier.card
        self._settings = settings
        self._detector: FaceDetector = open_detector(settings)
        self._person = PrimaryFace(settings)
        self._average = MovingAverage(settings.smoothing_s, settings.forget_s)
        self._slot: int | None = None
        self._next_index: int | None = None
        self._dropped = 0
        cv2.setNumThreads(1)

    def warm_up(self) -> None:
        """Search a made-up picture and run the network once; nothing of it is remembered."""
        picture = np.random.default_rng(0).integers(0, 255, (480, 640, 3), dtype=np.uint8)
        open_detector(self._settings).find(picture)
        self._expression(grey_square(picture, Box(200, 120, 200, 200)))

    def read(self, item: Frame) -> FaceReading | None:
        """The reading of this frame, or None when its slot of media time has had one."""
        self._count(item.index)
        here = slot(item.at, self._settings.rate_hz)
        if here == self._slot:
            return None
        self._slot = here
        height, width = item.image.shape[:2]
        scene = self._person.add(item.at, self._detector.find(item.image), width, height)
        if scene.two_people:
            return self._absent(item.at, scene, Quality(0.0, None, Absence.TWO_PEOPLE))
        if scene.primary is None:
            nobody = Absence.TOO_DARK if is_dark(item.image, self._settings) else Absence.NO_FACE
            return self._absent(item.at, scene, Quality(0.0, None, nobody))
        square = grey_square(item.image, scene.primary.box)
        quality = judge(measure(to_side(square), scene.primary.box, width, height), self._settings)
        if quality.absence is not None:
            return self._absent(item.at, scene, quality)
        return self._reading(item.at, scene, quality, self._expression(square))

    def finish(self) -> None:
        """Nothing is left to say: every frame was read when it came."""
        return

    def _count(self, index: int) -> None:
        """Count the frames that were lost before this one."""
        if self._next_index is not None:
            self._dropped += max(0, index - self._next_index)
        self._next_index = index + 1

    def _expression(self, square: NDArray[np.uint8]) -> Expression:
        values, maps = self._classifier.explain(square)
        labels = self.card.emotions
        probabilities = {label: float(value) for label, value in zip(labels, values, strict=True)}
        return Expression(probabilities, {} if maps is None else class_maps(maps, labels))

    def _absent(self, at: float, scene: Scene, quality: Quality) -> FaceReading:
        return self._reading(at, scene, quality, Expression({}, {}))

    def _reading(self, at: float, scene: Scene, quality: Quality, expression: Expression) -> FaceReading:
        probabilities = expression.probabilities
        dropped, self._dropped = self._dropped, 0
        smoothed = self._average.add(at, probabilities) if probabilities else {}
        return FaceReading(
            modality=Modality.FACE,
            at=at,
            covers=(at, at),
            probabilities=probabilities,
            label_set=classes_left(smoothed, self.card.calibration),
            quality=quality.value,
            quality_reason=quality.reason,
            model=self.card.name,
            absent_because=quality.absence,
            dropped_before=dropped,
            box=scene.primary.box if scene.primary else None,
            box_score=scene.primary.score if scene.primary else 0.0,
            smoothed=smoothed,
            others=tuple(one.box for one in scene.others),
            class_maps=expression.class_maps,
        )
