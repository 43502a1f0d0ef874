"""Sound faster or slower at its own pitch (WSOLA: FFmpeg's filter atempo)."""

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
from av.audio.frame import AudioFrame
from av.error import BlockingIOError as NothingYet
from av.error import EOFError as AllGiven
from av.filter import Graph
from numpy.typing import NDArray

Samples = NDArray[np.float32]


class Tempo:
    """A stream of mono sound at `rate_hz`, `speed` (0.5 to 100) times as fast; what is fed comes out later, in other pieces."""

    def __init__(self, rate_hz: int, speed: float) -> None:
        self._rate_hz = rate_hz
        self._fed = 0
        self._graph: Graph | None = None if speed == 1.0 else _graph(rate_hz, speed)

    def feed(self, samples: Samples) -> Samples:
        """The next samples (N,); gives what is ready of the result."""
        if self._graph is None:
            return samples
        frame = AudioFrame.from_ndarray(np.ascontiguousarray(samples).reshape(1, -1), format="flt", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = self._rate_hz, self._fed, Fraction(1, self._rate_hz)
        self._fed += len(samples)
        self._graph.push(frame)
        return _joined(self._pulled(self._graph))

    def finish(self) -> Samples:
        """The rest."""
        if self._graph is None:
            return np.zeros(0, np.float32)
        self._graph.push(None)
        return _joined(self._pulled(self._graph))

    def _pulled(self, graph: Graph) -> Iterator[Samples]:
        while True:
            try:
                yield graph.pull().to_ndarray().reshape(-1).astype(np.float32, copy=False)
            except (NothingYet, AllGiven):
                return


def _graph(rate_hz: int, speed: float) -> Graph:
    graph = Graph()
    ends = (
        graph.add_abuffer(sample_rate=rate_hz, format="flt", layout="mono", time_base=Fraction(1, rate_hz)),
        graph.add("atempo", f"{speed:g}"),
        graph.add("abuffersink"),
    )
    graph.link_nodes(*ends).configure()
    return graph


def _joined(parts: Iterator[Samples]) -> Samples:
    return np.concatenate([np.zeros(0, np.float32), *parts])
