"""Reads a set of interviews as the fusion's training will, and says what is in it: python -m training.check_interviews FORM FOLDER.

What is wrong is one sentence with file and row; what was read is kept in --work, where the training finds it again.
"""

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from training.datasets.interview import LANES, Interview
from training.datasets.interviews import FORMS, load_interviews
from training.sentences import told


def main() -> None:
    """Load and describe."""
    parser = argparse.ArgumentParser(prog="python -m training.check_interviews", description=__doc__)
    parser.add_argument("form", choices=tuple(FORMS), help="what the folder holds (docs/interview-data.md)")
    parser.add_argument("folder", type=Path, help="the data set's folder, as its makers publish it")
    parser.add_argument("--work", type=Path, metavar="DIR", help="where what was read is kept (default: nowhere)")
    arguments = parser.parse_args()
    print(described(load_interviews(arguments.form, arguments.folder, work=arguments.work)))


def described(interviews: Sequence[Interview]) -> str:
    """People and parts, each lane with its kind and length, and what is known of the questionnaire, in a few lines."""
    people = len({interview.person for interview in interviews})
    parts = Counter(interview.split or "no part" for interview in interviews)
    lines = [f"{len(interviews)} interviews of {people} people: {_counted(parts)}"]
    lines += [line for lane in LANES if (line := _lane_line(lane, interviews))]
    known = [interview for interview in interviews if interview.above is not None]
    whole = sum(interview.items is not None and bool(np.isfinite(interview.items).all()) for interview in interviews)
    some = sum(interview.items is not None for interview in interviews) - whole
    scales = " and ".join(sorted({interview.scale for interview in interviews}))
    lines.append(
        f"{scales}: all items of {whole}, some of {some}; {sum(one.above is True for one in known)} of {len(known)} above the cut-off"
    )
    return "\n".join(lines)


def _lane_line(name: str, interviews: Sequence[Interview]) -> str:
    lanes = [interview.lanes[name] for interview in interviews if name in interview.lanes]
    if not lanes:
        return ""
    kinds = ", ".join(sorted({f"{lane.kind} ({lane.vectors.shape[1]} numbers)" for lane in lanes}))
    return f"{name}: in {len(lanes)}, {kinds}, {np.median([len(lane.times_s) for lane in lanes]):g} segments in the middle one"


def _counted(parts: Counter[str]) -> str:
    return ", ".join(f"{part} {count}" for part, count in parts.items())


if __name__ == "__main__":
    told(main)
