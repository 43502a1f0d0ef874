"""Smoothing in seconds of media time, whatever the rate at which values come."""

import math
from collections.abc import Mapping
from typing import TypeVar

Key = TypeVar("Key")


class MovingAverage:
    """An exponential moving average of a distribution, with time constant `tau_s` in seconds of media time.

    A silence of more than `forget_s` starts it anew: two moments far apart are not one.
    """

    def __init__(self, tau_s: float, forget_s: float) -> None:
        self._tau_s = tau_s
        self._forget_s = forget_s
        self._at: float | None = None
        self._values: dict[object, float] = {}

    def add(self, at: float, values: Mapping[Key, float]) -> dict[Key, float]:
        """The average at `at` seconds, with `values` taken in."""
        fresh = self._at is None or at - self._at > self._forget_s or self._values.keys() != values.keys()
        share = 1.0 if fresh else 1.0 - math.exp(-max(0.0, at - self._at) / self._tau_s)  # type: ignore[operator]
        self._at = at
        self._values = {k: v if fresh else self._values[k] + share * (v - self._values[k]) for k, v in values.items()}
        return dict(self._values)  # type: ignore[arg-type]

    def reset(self) -> None:
        """Forget what was."""
        self._at = None


class SteadyLabel:
    """A label that changes only when a rival leads by `margin` for `hold_s` seconds of media time (hysteresis)."""

    def __init__(self, margin: float, hold_s: float) -> None:
        self._margin = margin
        self._hold_s = hold_s
        self._rival_since: tuple[object, float] | None = None
        self.label: object | None = None

    def add(self, at: float, values: Mapping[Key, float]) -> Key:
        """The label to show at `at` seconds, given the newest (smoothed) values."""
        top = max(values, key=values.__getitem__)
        if self.label not in values:
            self.label = top
        elif top == self.label or values[top] - values[self.label] < self._margin:  # type: ignore[index]
            self._rival_since = None
        elif self._rival_since is None or self._rival_since[0] != top:
            self._rival_since = (top, at)
        elif at - self._rival_since[1] >= self._hold_s:
            self.label, self._rival_since = top, None
        return self.label  # type: ignore[return-value]
