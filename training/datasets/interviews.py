"""Interviews with their questionnaire by the name of their form; docs/interview-data.md says how each lies in its folder."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from core.failures import DataUnfit, Failure, WrongUse
from core.settings import Settings
from training.datasets.clinic import load_clinic
from training.datasets.daic_woz import load_daic_woz, load_daic_woz_landmarks, load_daic_woz_own
from training.datasets.e_daic import load_e_daic, load_e_daic_own
from training.datasets.eatd import load_eatd
from training.datasets.interview import Interview
from training.datasets.lane_cache import LaneCache
from training.datasets.vlogs import load_d_vlog, load_lmvd
from training.leaks import require_no_interview_leak

FORMS: Mapping[str, Callable[[Path, Settings, LaneCache], list[Interview]]] = {
    "clinic": load_clinic,
    "daic-woz": load_daic_woz,
    "daic-woz-landmarks": load_daic_woz_landmarks,
    "daic-woz-own": load_daic_woz_own,
    "e-daic": load_e_daic,
    "e-daic-own": load_e_daic_own,
    "d-vlog": load_d_vlog,
    "lmvd": load_lmvd,
    "eatd": load_eatd,
}
"""With "-own", and for clinic and eatd, voice, face and words are read by the program itself: only a network that learned from these can
be fed by the monitor. The others have the features that their makers publish, which are kinds of their own."""

LEAST_PEOPLE = 3
"""One to learn from, one to choose by, one to measure on."""


def load_interviews(form: str, folder: Path, *, work: Path | None = None, settings: Settings | None = None) -> list[Interview]:
    """The interviews of `folder`, which has one of the FORMS: what configs/fusion.yaml names as `form` and `folder`.

        interviews = load_interviews("clinic", Path("our-interviews"), work=Path("runs/fusion/lanes"))

    One session is read at a time, and what was made of it is kept in `work`, so that a second run takes seconds. `settings` are the
    program's, for lanes that it reads itself. Raises DataUnfit, in a sentence with file and row, for data that cannot be used or that
    leaks (somebody in two parts, the same vectors under two names), and WrongUse for an unknown form.
    """
    if form not in FORMS:
        raise WrongUse(Failure(f"“{form}” is no form of interview data.", f"These are: {', '.join(FORMS)}.", "Choose one of them."))
    interviews = FORMS[form](folder, settings or Settings(), LaneCache(work))
    require_people(interviews)
    require_no_interview_leak(interviews)
    return interviews


def require_people(interviews: Sequence[Interview]) -> None:
    """Raise DataUnfit when there are too few to measure on strangers."""
    people = sorted({interview.person for interview in interviews})
    if len(people) >= LEAST_PEOPLE:
        return
    raise DataUnfit(
        Failure(
            f"All interviews are of one person, “{people[0]}”."
            if len(people) == 1
            else f"There are interviews of {len(people)} people only.",
            f"Learning, choosing and measuring need different people, {LEAST_PEOPLE} at the least.",
            "Add interviews of others.",
        )
    )
