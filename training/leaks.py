"""What training saw must not be what it is measured on: the same person, picture or post in two parts of the data fails the run."""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from core.failures import DataUnfit, Failure
from training.datasets.face_pictures import FacePictures, FaceSplits, picture_key
from training.datasets.interview import Interview

NAMED_EXAMPLES = 3
LEAST_TEXTS = 3
"""Segments of words: two people may well say the same in fewer."""

PLURALS = {"person": "people"}


class LeakFound(DataUnfit):
    """Two parts of the data share something, so that the figures would be of what was learned by heart."""


def require_no_leak(kind: str, parts: Mapping[str, Iterable[Hashable]]) -> None:
    """Raise LeakFound when two of the named parts share a key; `kind` says what a key is ("speaker", "picture", "post").

    Keys are compared as they are: hash what is large, and leave out what is unknown ("" would be everybody).
    """
    known = {name: set(keys) for name, keys in parts.items()}
    for (one, first), (other, second) in combinations(known.items(), 2):
        if shared := first & second:
            raise LeakFound(
                Failure(
                    f"“{one}” and “{other}” share {len(shared)} {PLURALS.get(kind, f'{kind}s') if len(shared) > 1 else kind}.",
                    f"What is measured there would have been learned by heart{_examples(shared)}.",
                    f"Part the data so that no {kind} is in two of {', '.join(known)}.",
                )
            )


def require_no_face_leak(splits: FaceSplits) -> None:
    """Raise LeakFound when a picture, or a person where people are known, stands in two of the three parts."""
    parts = {"training": splits.train, "validation": splits.validation, "test": splits.test}
    require_no_leak("picture", {name: picture_keys(faces) for name, faces in parts.items()})
    require_no_leak("person", {name: _people(faces) for name, faces in parts.items()})


def require_strangers(speakers: NDArray[np.str_], tested: NDArray[np.bool_], validating: NDArray[np.bool_]) -> None:
    """Raise LeakFound when a speaker of the tested or validating rows is among the other rows, which are learned from; all (N,)."""
    masks = {"training": ~tested & ~validating, "validation": validating, "test": tested}
    require_no_leak("speaker", {name: speakers[rows].tolist() for name, rows in masks.items()})


def require_no_interview_leak(interviews: Sequence[Interview]) -> None:
    """Raise LeakFound when a person stands in two parts, or when what was recorded of one person stands under another's name too."""
    parts: dict[str, set[str]] = {}
    for interview in interviews:
        if interview.split:
            parts.setdefault(interview.split, set()).add(interview.person)
    require_no_leak("person", parts)
    owners: dict[Hashable, Interview] = {}
    for interview in interviews:
        for key in _recorded(interview):
            other = owners.setdefault(key, interview)
            if other.person != interview.person:
                raise LeakFound(
                    Failure(
                        f"“{other.person}” (session {other.session}) and “{interview.person}” (session {interview.session}) are the same.",
                        "What was measured in one stands in the other, number by number: it is one recording under two names.",
                        "Take one of the two out, or give both the same person.",
                    )
                )


def _recorded(interview: Interview) -> Iterator[Hashable]:
    """What no two people have alike: each vector of a face or a voice, and all vectors of words that are no mere “yes”."""
    for name, lane in interview.lanes.items():
        if name == "text":
            if len(lane.vectors) >= LEAST_TEXTS:
                yield name, lane.kind, lane.vectors.tobytes()
        else:
            yield from ((name, lane.kind, vector.tobytes()) for vector in lane.vectors if np.ptp(vector) > 0)


def picture_keys(faces: FacePictures) -> list[bytes]:
    """One key a picture, the same for pixel-identical ones."""
    return [picture_key(picture) for picture in faces.pictures]


def _people(faces: FacePictures) -> set[str]:
    return set() if faces.people is None else set(faces.people.tolist()) - {""}


def _examples(shared: set[Hashable]) -> str:
    readable = sorted(key for key in shared if isinstance(key, str))[:NAMED_EXAMPLES]
    return f" (such as {', '.join(readable)})" if readable else ""
