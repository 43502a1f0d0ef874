"""Whose face is measured: one person, steadily, and nobody while two people sit before the camera."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.readings import Box
from core.settings import FaceSettings
from models.face.detector import Detection, overlap

STAYS = 0.2
"""Two boxes of following frames that share this much of the larger one show the same person."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Who is in a frame: the measured face (None: not seen), the others, and whether a second person is there to stay."""

    primary: Detection | None
    others: tuple[Detection, ...]
    two_people: bool


class PrimaryFace:
    """Keeps to one face from frame to frame; all times are seconds of media time."""

    def __init__(self, settings: FaceSettings) -> None:
        self._settings = settings
        self._last: Box | None = None
        self._seen_at = 0.0
        self._second_since: float | None = None
        self._second_seen_at = 0.0
        self._two_people = False

    def add(self, at: float, found: Sequence[Detection], width: int, height: int) -> Scene:
        """Who is in the frame of `width` times `height` pixels at `at`, given the faces found in it."""
        primary = self._same_person(found)
        if primary is None and (self._last is None or at - self._seen_at > self._settings.primary_hold_s):
            primary = most_prominent(found, width, height)
        if primary is not None:
            self._last, self._seen_at = primary.box, at
        others = tuple(one for one in found if one is not primary)
        self._watch_second(at, others)
        return Scene(primary, others, self._two_people)

    def _same_person(self, found: Sequence[Detection]) -> Detection | None:
        last = self._last
        if last is None or not found:
            return None
        nearest = max(found, key=lambda one: overlap(one.box, last))
        return nearest if overlap(nearest.box, last) > STAYS * max(nearest.box.area, last.area) else None

    def _watch_second(self, at: float, others: Sequence[Detection]) -> None:
        """A second face counts from when it has stayed a while until it has been gone a while."""
        least_area = self._settings.second_person_share * (self._last.area if self._last else 0)
        if any(one.box.area >= least_area for one in others):
            if self._second_since is None:
                self._second_since = at
            self._second_seen_at = at
            self._two_people = self._two_people or at - self._second_since >= self._settings.second_person_s
        elif self._second_since is not None and at - self._second_seen_at >= self._settings.second_person_gone_s:
            self._second_since, self._two_people = None, False


def most_prominent(found: Sequence[Detection], width: int, height: int) -> Detection | None:
    """The largest face, where a face at the picture's edge counts half as much as one in the middle."""
    return max(found, key=lambda one: one.box.area * (1 - 0.5 * _off_centre(one.box, width, height)), default=None)


def _off_centre(box: Box, width: int, height: int) -> float:
    """0 in the middle, 1 at an edge."""
    return min(1.0, max(abs(2 * (box.x + box.width / 2) / width - 1), abs(2 * (box.y + box.height / 2) / height - 1)))
