"""Finds the multipliers of `core.usual` by simulation and prints them with what they find: `python -m bench.usual_limits` (a minute)."""

import numpy as np
from numpy.typing import NDArray

from bench.change_limits import stable_persons
from core.settings import FusionSettings
from core.statistics import BASELINES, robust_baseline
from core.usual import DIFFERENT_RATE, usual_multiplier
from monitor.comparing import LEAST_S

PERSONS, WATCHED = 400_000, 2_000
COUNTS = sorted({*BASELINES, 7})
SHIFTS = (2.0, 3.0, 4.0)
LENGTHS_S = (60.0, 120.0, LEAST_S, 600.0)
Floats = NDArray[np.float64]


def session_moments(rng: np.random.Generator, days: Floats, steps: int, settings: FusionSettings, *, within: float) -> Floats:
    """The index (persons, days, steps) of days with these values; its moments differ by `within`, as slowly as the voice's memory fades."""
    carry = 2.0 ** (-settings.step_s / settings.voice_half_life_s)
    return days[..., None] + within * stable_persons(rng, days.size, steps, carry).reshape(*days.shape, steps)


def called_so_far(rng: np.random.Generator, within: float) -> list[float]:
    """Of stable persons, the share whose session is called different after each of LENGTHS_S; their usual is of 8 whole sessions."""
    settings = FusionSettings()
    days = np.column_stack((stable_persons(rng, WATCHED, 8), rng.standard_normal(WATCHED)))
    moments = session_moments(rng, days, int(LENGTHS_S[-1] / settings.step_s), settings, within=within)
    baseline = robust_baseline(np.median(moments[:, :8], axis=2), 8)
    so_far = [np.median(moments[:, 8, : int(length / settings.step_s)], axis=1) for length in LENGTHS_S]
    return [float(np.mean(np.abs(one - baseline.median) > usual_multiplier(8) * baseline.spread)) for one in so_far]


def main() -> None:
    """A row per number of days: the multiplier, and of shifts by so many standard deviations the share that one later day shows.

    Then: how often a running session of a stable person is called different, by its length, where moments differ within a session as
    much as days do, or twice as much.
    """
    rng = np.random.default_rng(20_260_102)
    print(f"days  multiplier  {'  '.join(f'{shift:g} SD' for shift in SHIFTS)}")  # noqa: T201  the script's only output
    for count in COUNTS:
        baseline = robust_baseline(stable_persons(rng, PERSONS, count), count)
        later = rng.standard_normal(PERSONS)  # far enough behind the usual's days to be independent of them: the harder case
        multiplier = float(np.quantile(np.abs(later - baseline.median) / baseline.spread, 1 - DIFFERENT_RATE))
        found = [np.mean(np.abs(later + shift - baseline.median) > multiplier * baseline.spread) for shift in SHIFTS]
        print(f"{count:4}  {multiplier:10.2f}  {'  '.join(f'{share:4.0%}' for share in found)}")  # noqa: T201
    for within in (1.0, 2.0):
        shares = ", ".join(f"{share:.1%} at {length:.0f} s" for share, length in zip(called_so_far(rng, within), LENGTHS_S, strict=True))
        print(f"moments {within:g} SD of days: {shares}")  # noqa: T201


if __name__ == "__main__":
    main()
