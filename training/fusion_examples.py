"""Interviews as what the fusion network learns from: packed lanes, targets, and who is who; what cannot be used is said."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.estimate import CUT_OFF, HIGHEST_ITEM, HIGHEST_TOTAL, ITEMS
from core.failures import DataUnfit, Failure
from models.fusion.packing import LaneShape, Layout, Numbers, packed
from training.datasets.interview import LANES, Interview
from training.leaks import require_no_interview_leak

TOTAL, ABOVE = ITEMS, ITEMS + 1
"""Columns of the targets after the items."""

LEAST_PEOPLE = 10
"""With fewer, no part of a nested cross-validation has more than a person or two."""

PHQ8 = "PHQ-8"


class Examples(NamedTuple):
    """N sessions. `arrays` (N, segments, width) are packed by `layout`; `people` (N,) name the person.

    `targets` (N, 10) are the items, the total of the PHQ-8, and above the cut-off (0 or 1); NaN for one that is not known.
    """

    arrays: Numbers
    targets: NDArray[np.float32]
    people: NDArray[np.str_]
    layout: Layout

    @property
    def fingerprint(self) -> str:
        """Of all that is learned from."""
        whole = hashlib.sha256(repr(self.layout).encode())
        for values in (self.arrays, self.targets, self.people):
            whole.update(values.tobytes())
        return whole.hexdigest()[:16]


def examples_of(interviews: Sequence[Interview], segments: int) -> Examples:
    """What can be learned from; raises DataUnfit in a sentence, and LeakFound where a recording stands under two names."""
    usable = [one for one in interviews if one.lanes and _has_target(one)]
    if not usable:
        raise _unfit("There is nothing to learn from.", "No interview has both a lane and a known item, total or side of the cut-off.", "")
    for one in usable:
        _require_sound(one)
    require_no_interview_leak(usable)
    layout = Layout(_lane_shapes(usable), segments)
    examples = Examples(
        arrays=np.stack([_packed(one, layout) for one in usable]),
        targets=np.stack([_targets(one) for one in usable]),
        people=np.array([one.person for one in usable]),
        layout=layout,
    )
    _require_people(examples)
    return examples


def described(examples: Examples, interviews: Sequence[Interview]) -> str:
    """One line on what there is."""
    there = examples.layout.masks(examples.arrays).any(axis=-1)
    lanes = ", ".join(f"{lane.name} in {count}" for lane, count in zip(examples.layout.lanes, there.sum(axis=0), strict=True))
    left_out = len(interviews) - len(examples.arrays)
    longer = sum(any(len(lane.times_s) > examples.layout.segments for lane in one.lanes.values()) for one in interviews)
    return (
        f"{len(examples.arrays)} sessions of {len(set(examples.people))} people: {lanes}"
        + (f"; {left_out} left out, without a lane or an answer" if left_out else "")
        + (f"; {longer} longer than {examples.layout.segments} segments, of which the newest are read" if longer else "")
    )


def _has_target(one: Interview) -> bool:
    return one.above is not None or bool(np.isfinite(_targets(one)).any())


def _targets(one: Interview) -> NDArray[np.float32]:
    """The total is that of the eight items where all are known, so that a ninth does not count; else that of a PHQ-8."""
    row = np.full(ITEMS + 2, np.nan, np.float32)
    if one.items is not None:
        row[:ITEMS] = one.items
    if np.isfinite(row[:ITEMS]).all():
        row[TOTAL] = row[:ITEMS].sum()
    elif one.total is not None and one.scale == PHQ8:
        row[TOTAL] = one.total
    if np.isfinite(row[TOTAL]):
        row[ABOVE] = row[TOTAL] >= CUT_OFF
    elif one.above is not None:
        row[ABOVE] = one.above
    return row


def _require_sound(one: Interview) -> None:
    row, who = _targets(one), f"The session “{one.session}” of “{one.person}”"
    items, total = row[:ITEMS], row[TOTAL]
    if ((items < 0) | (items > HIGHEST_ITEM)).any():
        raise _unfit(f"{who} has an item outside 0 to {HIGHEST_ITEM:g}.", f"Its items are {', '.join(f'{value:g}' for value in items)}.")
    if total < 0 or total > HIGHEST_TOTAL:
        raise _unfit(f"{who} has a total outside 0 to {HIGHEST_TOTAL:g}.", f"It is {total:g}.")
    for name, lane in one.lanes.items():
        if not len(lane.times_s) == len(lane.vectors) == len(lane.qualities) or lane.vectors.ndim != 2:
            shapes = f"{len(lane.times_s)} times, vectors of {lane.vectors.shape} and {len(lane.qualities)} qualities"
            raise _unfit(f"{who} has a lane “{name}” whose parts do not fit together.", f"It has {shapes}.")
        if not np.isfinite(lane.vectors).all() or not np.isfinite(lane.qualities).all():
            raise _unfit(f"{who} has numbers in its lane “{name}” that are not finite.", "NaN or infinity cannot be learned from.")
        if ((lane.qualities < 0.0) | (lane.qualities > 1.0)).any():
            raise _unfit(f"{who} has a quality outside 0 to 1 in its lane “{name}”.", "")


def _lane_shapes(interviews: Iterable[Interview]) -> tuple[LaneShape, ...]:
    """The lanes that occur, each of one kind and width."""
    found: dict[str, Counter[LaneShape]] = {}
    for one in interviews:
        for name, lane in one.lanes.items():
            found.setdefault(name, Counter())[LaneShape(name, lane.kind, lane.vectors.shape[1])] += 1
    for name, shapes in found.items():
        if name not in LANES:
            raise _unfit(f"There is a lane “{name}”.", f"The network's lanes are {', '.join(LANES)}.")
        if len(shapes) > 1:
            kinds = " and ".join(f"“{shape.kind}” of {shape.width} numbers ({count})" for shape, count in shapes.items())
            raise _unfit(f"The sessions disagree on what their lane “{name}” is.", f"There are {kinds}.")
    return tuple(next(iter(found[name])) for name in LANES if name in found)


def _packed(one: Interview, layout: Layout) -> Numbers:
    return packed({name: (lane.vectors, lane.qualities) for name, lane in one.lanes.items()}, layout)


def _require_people(examples: Examples) -> None:
    people = set(examples.people.tolist())
    if "" in people:
        raise _unfit("A session names no person.", "Parts are made by person, so that nobody is learned by heart.")
    if len(people) < LEAST_PEOPLE:
        one = "one person" if len(people) == 1 else f"{len(people)} people"
        why = f"Testing on people that were not learned from takes at least {LEAST_PEOPLE}."
        raise _unfit(f"There are sessions of {one} only.", why, "Add interviews of others.")
    for column, name in ((TOTAL, "total"), (ABOVE, "side of the cut-off")):
        known = examples.targets[:, column][np.isfinite(examples.targets[:, column])]
        if len(known) and (known == known[0]).all():
            raise _unfit(f"All sessions have the same {name}.", "There is nothing to tell apart.", "Add interviews of others.")


def _unfit(what: str, why: str, what_to_do: str = "Mend the data, or leave the session out.") -> DataUnfit:
    return DataUnfit(Failure(what, why, what_to_do))
