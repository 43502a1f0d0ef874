import os
from dataclasses import replace

import numpy as np
import pytest

from bench.sample_media import PICTURE_FPS, keep_demonstration
from capture.kept_decoding import pictures, sound
from core.media import MediaKind
from store.files import media_folder
from store.kept_media import PieceDamaged, decrypted, pieces_of
from store.piece_file import PieceFile, new_key, whole_blocks
from store.session_writer import SessionWriter
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


@pytest.mark.parametrize(("from_at", "first"), [(-1.0, 0.0), (0.0, 0.0), (2.44, 2.4), (2.5, 2.5), (5.95, 5.9), (9.0, 5.9)])
def test_a_piece_can_be_shown_from_any_moment_on(store, kept, from_at, first):
    session = kept
    store.execute("DELETE FROM media WHERE session = ?", (session,))
    keep_demonstration(store, session, 6.0, piece_s=6.0)
    [piece] = pieces_of(store, session, MediaKind.PICTURE)
    content = decrypted(store, piece)
    whole = {round(frame.at, 3): frame.image for frame in pictures(content, 0.0)}
    shown = list(pictures(content, 0.0, from_at))
    assert [frame.at for frame in shown] == pytest.approx(np.arange(round(first * PICTURE_FPS), 60) / PICTURE_FPS, abs=0.001)
    assert all(np.array_equal(frame.image, whole[round(frame.at, 3)]) for frame in shown)


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
