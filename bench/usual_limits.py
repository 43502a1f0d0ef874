"""Finds the multipliers of `core.usual` by simulation and prints them, with what they find: `python -m bench.usual_limits` (seconds)."""

import numpy as np

from bench.change_limits import stable_persons
from core.statistics import BASELINES, robust_baseline
from core.usual import DIFFERENT_RATE

PERSONS = 400_000
COUNTS = sorted({*BASELINES, 7})
SHIFTS = (2.0, 3.0, 4.0)


def main() -> None:
    """A row per number of days: the multiplier, and of shifts by so many standard deviations the share that one later day shows."""
    rng = np.random.default_rng(20_260_102)
    print(f"days  multiplier  {'  '.join(f'{shift:g} SD' for shift in SHIFTS)}")  # noqa: T201  the script's only output
    for count in COUNTS:
        baseline = robust_baseline(stable_persons(rng, PERSONS, count), count)
        later = rng.standard_normal(PERSONS)  # far enough behind the usual's days to be independent of them: the harder case
        multiplier = float(np.quantile(np.abs(later - baseline.median) / baseline.spread, 1 - DIFFERENT_RATE))
        found = [np.mean(np.abs(later + shift - baseline.median) > multiplier * baseline.spread) for shift in SHIFTS]
        print(f"{count:4}  {multiplier:10.2f}  {'  '.join(f'{share:4.0%}' for share in found)}")  # noqa: T201


if __name__ == "__main__":
    main()
