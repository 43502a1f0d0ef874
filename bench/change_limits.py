"""Finds the multipliers of `core.statistics` by simulation and prints them: `python -m bench.change_limits` (two minutes)."""

import numpy as np
from numpy.typing import NDArray

from core.statistics import BASELINES, CARRY_OVER, MOST_LOOKS, NOMINAL_RATE, PARTS, RECENT, measurement_error, needed, robust_baseline

PERSONS, BATCH = 40_000, 4_000
Floats = NDArray[np.float64]


def stable_persons(rng: np.random.Generator, persons: int, days: int, carry_over: float = CARRY_OVER) -> Floats:
    """Normal values (persons, days) with mean 0, SD 1 and `carry_over` as the correlation between a day and the next."""
    values = rng.standard_normal((persons, days))
    for day in range(1, days):
        values[:, day] = carry_over * values[:, day - 1] + np.sqrt(1 - carry_over**2) * values[:, day]
    return values


def largest_distance(values: Floats, baseline_count: int) -> Floats:
    """Per person the largest distance from the baseline at any look, in errors."""
    first = needed(baseline_count) - 1
    windows = np.lib.stride_tricks.sliding_window_view(values[:, baseline_count:], RECENT, axis=1)
    away = np.abs(np.median(windows, axis=2) - robust_baseline(values, baseline_count).median[:, None])
    return (away / measurement_error(values)[:, first:]).max(axis=1)


def main() -> None:
    """Print the table."""
    rng = np.random.default_rng(20_260_101)
    for count in BASELINES:
        days = needed(count) + MOST_LOOKS - 1
        distances = np.concatenate([largest_distance(stable_persons(rng, BATCH, days), count) for _ in range(PERSONS // BATCH)])
        row = ", ".join(f"{np.quantile(distances, 1 - NOMINAL_RATE / part):.2f}" for part in PARTS)
        print(f"    {count}: ({row}),", flush=True)  # noqa: T201  the script's only output


if __name__ == "__main__":
    main()
