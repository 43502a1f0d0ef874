"""From segments of the lanes to an estimate, with a checkpoint that a user trained on questionnaires; a program without one says so."""

from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from core.estimate import Estimate, EstimatedItem, SegmentWeight
from core.labels import MODALITIES, Modality
from core.paths import CHECKPOINTS
from core.readings import Reading
from models.card import CARD_FILE
from models.fusion.card import load_fusion_card, refused
from models.fusion.estimates import interval, item_moments, probability_above, total_moments
from models.fusion.inputs import COLUMNS, LIVE_KINDS, Segment, SegmentStream
from models.fusion.packing import LaneShape, packed
from models.runtime import LiteRtModel

FUSION_CHECKPOINTS = CHECKPOINTS / "fusion"
"""A user's own; none is shipped."""


def own_checkpoints(root: Path = FUSION_CHECKPOINTS) -> list[Path]:
    """The folders of the user's checkpoints, by name; with none, core.estimate.NOT_TRAINED is what is said."""
    return sorted(path.parent for path in root.glob(f"*/{CARD_FILE}"))


class FusionReader:
    """A checkpoint as a function of segments; raises CheckpointRefused when it is unfit. For one thread."""

    def __init__(self, folder: Path) -> None:
        self.card = load_fusion_card(folder)
        _require_live(folder, self.card.layout.lanes)
        self._lanes = tuple(Modality(lane.name) for lane in self.card.layout.lanes)
        self._model = LiteRtModel(self.card.path)
        wanted = (1, self.card.layout.segments, self.card.layout.width)
        if self._model.input_shape != wanted:
            raise refused(folder, f"its card describes an input of {wanted}, and its file takes {self._model.input_shape}")

    def estimate(self, segments: Mapping[Modality, Sequence[Segment]]) -> Estimate | None:
        """What a session's segments (of each lane, in the order of time) come to; None while there is none in the network's lanes.

        Of more than the network takes, the newest are read.
        """
        heard = {lane: segments[lane][-self.card.layout.segments :] for lane in self._lanes if segments.get(lane)}
        if not heard:
            return None
        lanes = {lane.value: (_vectors(some), np.array([one.quality for one in some], np.float32)) for lane, some in heard.items()}
        items, of_lanes, of_segments = (values[0] for values in self._model.run(packed(lanes, self.card.layout)[np.newaxis]))
        means, deviations = item_moments(items)
        total, sd = (float(value) for value in total_moments(items, self.card.calibration["spread"]))
        low, high = interval(total, sd, self.card.calibration)
        weights = {lane: float(of_lanes[self._lanes.index(lane)]) for lane in heard}
        return Estimate(
            at=max(some[-1].ends_s for some in heard.values()),
            items=tuple(EstimatedItem(float(mean), float(deviation)) for mean, deviation in zip(means, deviations, strict=True)),
            total=total,
            interval=(float(low), float(high)),
            coverage=self.card.calibration["coverage"],
            above=float(probability_above(total, sd)),
            weights=weights,
            unheard=max(0.0, 1.0 - sum(weights.values())),
            segments={lane: _weighed(some, of_segments[self._lanes.index(lane)]) for lane, some in heard.items()},
            checkpoint=self.card.name,
        )


class FusionStream:
    """A session while it runs: takes the lanes' readings in any interleaving, and estimates anew with every segment that is over."""

    def __init__(self, reader: FusionReader) -> None:
        self._reader = reader
        self._stream = SegmentStream()
        newest = reader.card.layout.segments
        self._segments: dict[Modality, deque[Segment]] = {modality: deque(maxlen=newest) for modality in MODALITIES}

    def add(self, reading: Reading) -> Estimate | None:
        """The estimate, when this reading ended a segment of its lane."""
        segment = self._stream.add(reading)
        return self.step(segment) if segment else None

    def step(self, segment: Segment) -> Estimate | None:
        """The estimate with one more segment, which is later than its lane's before; None while the network's lanes are empty."""
        self._segments[segment.modality].append(segment)
        return self._reader.estimate({modality: list(some) for modality, some in self._segments.items()})

    def finish(self) -> Estimate | None:
        """With what the last readings of each lane make; None when that is nothing new."""
        estimate = None
        for segment in self._stream.finish():
            estimate = self.step(segment)
        return estimate


def _vectors(segments: Sequence[Segment]) -> np.ndarray:
    return np.stack([one.vector for one in segments])


def _weighed(segments: Sequence[Segment], weights: np.ndarray) -> tuple[SegmentWeight, ...]:
    return tuple(SegmentWeight(one.starts_s, one.ends_s, float(weight)) for one, weight in zip(segments, weights, strict=False))


def _require_live(folder: Path, lanes: Sequence[LaneShape]) -> None:
    """Raise CheckpointRefused where a lane is not what a session of this program has."""
    for lane in lanes:
        live = LIVE_KINDS.get(Modality(lane.name)) if lane.name in MODALITIES else None
        if live is None or lane.kind != live or lane.width != len(COLUMNS[live]):
            made = f"“{live}” ({len(COLUMNS[live])} numbers)" if live else "nothing of that name"
            raise refused(folder, f"its lane “{lane.name}” wants “{lane.kind}” ({lane.width} numbers), and a session has {made}")
