"""What a chart remembers: times and values in bounded memory, thinned when they come in and when they are drawn."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class History:
    """Rows of `columns` values at rising times (s), of which the newest `capacity` are kept.

    Rows that come sooner than `least_step_s` after the last one are left out. A silence of more than `gap_s`, and `add_gap`,
    leave a row of NaN, so that a line breaks there. The rows lie in a buffer of twice the capacity, always in one piece.
    """

    def __init__(self, columns: int, capacity: int, *, least_step_s: float = 0.0, gap_s: float = float("inf")) -> None:
        self._times = np.empty(2 * capacity)
        self._rows = np.empty((2 * capacity, columns))
        self._capacity = capacity
        self._least_step_s = least_step_s
        self._gap_s = gap_s
        self._end = 0
        self._written = 0

    def __len__(self) -> int:
        return min(self._end, self._capacity)

    def clear(self) -> None:
        """Forget all rows."""
        self._end = self._written = 0

    def add(self, at: float, row: Floats | list[float]) -> None:
        """Append a row at `at` seconds."""
        if self._end:
            since = at - self._times[self._end - 1]
            if since < self._least_step_s and not self._in_gap:
                return
            if since > self._gap_s and not self._in_gap:
                self._append(float(self._times[self._end - 1]), np.nan)
        self._append(at, row)

    def add_gap(self, at: float) -> None:
        """Break the line at `at` seconds; many gaps in a row are one."""
        if self._end and not self._in_gap:
            self._append(at, np.nan)

    @property
    def _in_gap(self) -> bool:
        return bool(np.isnan(self._rows[self._end - 1]).all())

    def _append(self, at: float, row: Floats | list[float] | float) -> None:
        if self._end == len(self._times):
            self._times[: self._capacity] = self._times[-self._capacity :]
            self._rows[: self._capacity] = self._rows[-self._capacity :]
            self._end = self._capacity
        self._times[self._end] = at
        self._rows[self._end] = row
        self._end += 1
        self._written += 1

    def window(self, start: float, end: float, most: int) -> tuple[Floats, Floats]:
        """Times (N,) and rows (N, columns) of start..end seconds, N about `most` or fewer.

        Where there are more, each bin of rows gives its minimum and its maximum, so that no peak is lost. Bins begin at
        multiples of their size in the count of all rows ever written, so that a rolling line does not flicker.
        """
        first_kept = self._end - len(self)
        times = self._times[first_kept : self._end]
        low = max(0, int(np.searchsorted(times, start, side="left")) - 1)
        high = int(np.searchsorted(times, end, side="right"))
        size = -(-(high - low) * 2 // most) if high - low > most else 1
        if size <= 1:
            return times[low:high], self._rows[first_kept + low : first_kept + high]
        return self._binned(first_kept + low, first_kept + high, size)

    def _binned(self, low: int, high: int, size: int) -> tuple[Floats, Floats]:
        offset = self._written - self._end
        low += -(low + offset) % size
        bins = (high - low) // size
        rows = self._rows[low : low + bins * size].reshape(bins, size, -1)
        times = self._times[low : low + bins * size].reshape(bins, size)
        pairs = np.empty((bins * 2, rows.shape[2]))
        pairs[0::2] = rows.min(axis=1)
        pairs[1::2] = rows.max(axis=1)
        moments = np.repeat(times[:, 0], 2)
        moments[1::2] = times[:, size // 2]
        rest = slice(low + bins * size, high)
        return np.concatenate((moments, self._times[rest])), np.concatenate((pairs, self._rows[rest]))
