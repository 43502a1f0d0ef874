"""A piece of picture or sound while it is being kept: an encoder, an encrypted file, and the row that the store has of it."""

from dataclasses import replace
from pathlib import Path

from capture.kept_encoding import PictureEncoder, PieceEncoder, SoundEncoder
from core.media import AudioChunk, Frame, MediaKind
from store.kept_media import UNFINISHED, Piece
from store.piece_file import PieceFile, new_key, new_name


class GrowingPiece:
    """Begins with its first item, which it does not take; used by one thread. What raises OSError leaves the file whole."""

    def __init__(self, first: Frame | AudioChunk, folder: Path, session: int, number: int, quantiser: int) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        is_picture = isinstance(first, Frame)
        key = new_key()
        self._encoder: PieceEncoder = PictureEncoder(first, quantiser) if is_picture else SoundEncoder(first)  # type: ignore[arg-type]
        self.row = Piece(
            session=session,
            kind=MediaKind.PICTURE if is_picture else MediaKind.SOUND,
            number=number,
            starts_at=first.at,
            ends_at=first.at,
            file=new_name(),
            key=key,
            bytes=0,
            sha256=UNFINISHED,
        )
        self._file = PieceFile(folder / self.row.file, key)

    def suits(self, item: Frame | AudioChunk) -> bool:
        """Whether it can go on with `item`."""
        return self._encoder.suits(item)

    def add(self, item: Frame | AudioChunk) -> None:
        """Take an item; what is finished by it is on the disk afterwards."""
        self._encoder.add(item)
        self._append(self._encoder.taken())

    def finish(self) -> None:
        """Write what the encoder still holds."""
        self._append(self._encoder.finish())

    def close(self) -> Piece:
        """The row of what is on the disk; no more can be added."""
        self._file.close()
        return replace(self.row, bytes=self._file.bytes, sha256=self._file.sha256)

    def _append(self, content: bytes) -> None:
        if content:
            self._file.append(content, self._encoder.reaches)
            self.row = replace(self.row, ends_at=self._encoder.reaches)
