import os
from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest

from capture.kept_decoding import pictures, sound
from core.media import MediaKind
from store.database import open_for_writing
from store.files import media_folder
from store.kept_media import UNFINISHED, Piece, PieceDamaged, decrypted, pieces_of
from store.piece_file import PieceFile, new_key, new_name, whole_blocks
from store.recovery import recover_sessions
from store.session_writer import SessionWriter
from store.vault import OpenStore
from store.verify import faults
from tests.fixtures.kept_media import PICTURE_FPS, keep_demonstration
from tests.store.test_session_store import info


@pytest.fixture
def kept(store):
    """The number of a stored session of which six seconds of picture and sound were kept."""
    writer = SessionWriter(store, info())
    writer.end({})
    keep_demonstration(store, writer.session_id, 6.0, piece_s=2.0)
    return writer.session_id


def test_kept_picture_and_sound_come_back_at_the_sessions_times(store, kept):
    pieces = pieces_of(store, kept, MediaKind.PICTURE)
    assert [piece.starts_at for piece in pieces] == [0, 2, 4]
    frames = [frame for piece in pieces for frame in pictures(decrypted(store, piece), piece.starts_at)]
    assert np.allclose([frame.at for frame in frames], np.arange(60) / PICTURE_FPS, atol=0.001)
    assert frames[0].image.shape == (480, 640, 3)
    chunks = [sound(decrypted(store, piece), piece.starts_at) for piece in pieces_of(store, kept, MediaKind.SOUND)]
    assert [chunk.at for chunk in chunks] == [0, 2, 4]
    assert sum(len(chunk.samples) for chunk in chunks) == 6 * 16_000
    assert [chunk.ends_at for chunk in chunks] == [piece.ends_at for piece in pieces_of(store, kept, MediaKind.SOUND)]


def test_no_file_of_them_says_what_it_is_and_only_its_owner_reads_it(store, database, kept):
    for path in media_folder(database).iterdir():
        content = path.read_bytes()
        assert b"matroska" not in content
        assert b"Lavc" not in content
        assert path.suffix == ".piece"
        if os.name == "posix":
            assert path.stat().st_mode & 0o077 == 0
    [piece, *_] = pieces_of(store, kept, MediaKind.PICTURE)
    assert b"matroska" in decrypted(store, piece)
    assert str(piece.key) not in repr(piece)


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[:-1],
        lambda content: content + b"1",
        lambda content: content[:100] + bytes([content[100] ^ 1]) + content[101:],
        lambda content: b"",
    ],
)
def test_a_piece_that_was_altered_is_refused_in_words(store, database, kept, damage):
    [piece, *_] = pieces_of(store, kept, MediaKind.SOUND)
    path = media_folder(database) / piece.file
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(PieceDamaged, match=r"The sound of session 1 from 0\.0 to 2\.0 s cannot be shown"):
        decrypted(store, piece)
    path.unlink()
    with pytest.raises(PieceDamaged, match="No such file"):
        decrypted(store, piece)


def test_another_pieces_file_in_its_place_is_refused(store, kept):
    first, second, _ = pieces_of(store, kept, MediaKind.PICTURE)
    with pytest.raises(PieceDamaged):
        decrypted(store, replace(first, file=second.file, bytes=second.bytes))


def test_a_file_that_was_cut_off_is_whole_up_to_its_last_whole_block(tmp_path):
    key, path = new_key(), tmp_path / "cut.piece"
    file = PieceFile(path, key)
    for number in range(3):
        file.append(bytes([number]) * 100, number + 0.5)
    file.close()
    content = path.read_bytes()
    assert file.bytes == len(content)
    ends = [block.file_bytes for block in whole_blocks(content, key)]
    for cut in range(len(content)):
        blocks = list(whole_blocks(content[:cut], key))
        assert len(blocks) == sum(end <= cut for end in ends)
        assert [block.reaches for block in blocks] == [number + 0.5 for number in range(len(blocks))]
    assert list(whole_blocks(content, new_key())) == []


GONE = "999999999:1.00"
"""A process that is not there."""


def begun_piece(store, database, writer, number: int, blocks: int) -> Piece:
    """A piece of sound with so many blocks of a second each, as a crash leaves it: cut off within the block that follows them."""
    folder = media_folder(database)
    folder.mkdir(exist_ok=True)
    starts_at = number * 10.0
    piece = Piece(writer.session_id, MediaKind.SOUND, number, starts_at, starts_at, new_name(), new_key(), 0, UNFINISHED)
    writer.add(piece)
    writer.commit()
    file = PieceFile(folder / piece.file, piece.key)
    for block in range(blocks + 1):
        whole = file.bytes
        file.append(bytes([block]) * 1000, starts_at + block + 1)
    file.close()
    os.truncate(folder / piece.file, whole + 500)
    return piece


def cut_off(store, writer) -> None:
    store.execute("UPDATE session SET process = ? WHERE id = ?", (GONE, writer.session_id))


def test_a_piece_that_a_crash_cut_off_is_closed_after_its_last_whole_block_and_an_empty_one_goes(store, database, key):
    writer = SessionWriter(store, info())
    begun_piece(store, database, writer, 0, blocks=3)
    empty = begun_piece(store, database, writer, 1, blocks=0)
    cut_off(store, writer)
    (media_folder(database) / "without-a-row.piece").write_bytes(b"its row was not committed")
    assert list(faults(database, key)) == []
    assert recover_sessions(OpenStore(database, key)) == [writer.session_id]
    [piece] = pieces_of(store, writer.session_id, MediaKind.SOUND)
    assert (piece.starts_at, piece.ends_at) == (0, 3)
    assert decrypted(store, piece) == b"".join(bytes([block]) * 1000 for block in range(3))
    assert [path.name for path in media_folder(database).iterdir()] == [piece.file]
    assert store.execute("SELECT seconds FROM session").fetchone() == (3.0,)
    assert store.execute("SELECT count(*) FROM media WHERE key = ?", (empty.key,)).fetchone() == (0,)
    assert list(faults(database, key)) == []


def test_a_file_without_a_row_stays_while_another_session_runs_whose_it_may_be(store, database, key):
    lost, running = SessionWriter(store, info()), SessionWriter(store, info())
    cut_off(store, lost)
    media_folder(database).mkdir()
    newest = media_folder(database) / new_name()
    newest.write_bytes(b"begun a moment ago by the session that runs")
    assert recover_sessions(OpenStore(database, key)) == [lost.session_id]
    assert newest.exists()
    cut_off(store, running)
    assert recover_sessions(OpenStore(database, key)) == [running.session_id]
    assert not newest.exists()


def test_a_piece_of_a_session_that_runs_is_no_fault(store, database, key):
    begun_piece(store, database, SessionWriter(store, info()), 0, blocks=2)
    assert list(faults(database, key)) == []


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM media WHERE kind = 'sound' AND piece = 2",
        "DELETE FROM media",
        "UPDATE media SET starts_at = starts_at + 0.5 WHERE piece = 1",
        "UPDATE media SET key = x'00' WHERE piece = 0",
        "INSERT INTO media SELECT session, kind, 9, starts_at, ends_at, file, key, bytes, sha256 FROM media WHERE piece = 0",
    ],
)
def test_a_row_of_what_was_kept_that_was_removed_altered_or_added_is_found(store, database, key, statement):
    writer = SessionWriter(store, info())
    keep_demonstration(store, writer.session_id, 3.0, piece_s=1.0)
    writer.end({})
    assert list(faults(database, key)) == []
    with closing(open_for_writing(database, key)) as other:
        other.execute(statement)
    assert list(faults(database, key)) == [
        "The picture and sound of session 1 are not those that were kept: a piece was removed, added or exchanged."
    ]
