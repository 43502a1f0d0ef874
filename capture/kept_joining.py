"""Kept pieces of picture and sound as one Matroska file that any player opens; nothing is decoded or encoded anew."""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, BinaryIO

import av

from core.media import MediaKind


@dataclass(frozen=True, slots=True)
class KeptContent:
    """A piece's Matroska, which begins at `starts_at` (s)."""

    kind: MediaKind
    starts_at: float
    content: bytes


class Joiner:
    """Writes pieces, in the order of their beginnings, into `file` (seekable); times in it are the session's."""

    def __init__(self, file: BinaryIO, first: Iterable[KeptContent]) -> None:
        """`first` are the first piece of each kind that the file is to hold: what they are made of, it is made of."""
        self._container = av.open(file, "w", format="matroska")
        self._streams: dict[MediaKind, Any] = {}
        self._heads: dict[MediaKind, bytes] = {}
        for piece in first:
            with av.open(io.BytesIO(piece.content), "r") as source:
                template = source.streams[0]
                self._streams[piece.kind] = self._container.add_stream_from_template(template)
                self._heads[piece.kind] = _head(template)

    def add(self, piece: KeptContent) -> bool:
        """Append a piece; False, and nothing was done: it is of another size than the file."""
        with av.open(io.BytesIO(piece.content), "r") as source:
            template = source.streams[0]
            if self._heads[piece.kind] != _head(template):
                return False
            for packet in source.demux(template):
                if packet.pts is not None:  # the last is empty
                    packet.pts += round(Fraction(piece.starts_at) / packet.time_base)
                    packet.dts = packet.pts
                    packet.stream = self._streams[piece.kind]
                    self._container.mux(packet)
        return True

    def close(self) -> None:
        """The file is whole."""
        self._container.close()


def _head(stream: Any) -> bytes:
    return bytes(stream.codec_context.extradata or b"")
