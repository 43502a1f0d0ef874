"""Picture and sound that are kept, by the program as a process of its own."""

import io
import signal
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from bench.sample_media import keep_demonstration
from capture.kept_decoding import pictures, sound
from core.labels import Modality
from core.media import MediaKind
from core.person import Scope
from store.consents import give_consent
from store.database import open_for_writing
from store.engine import sqlite
from store.files import key_file, media_folder
from store.kept_media import Piece, decrypted, pieces_of
from store.key_file import unwrap_with_recovery_key
from store.people import add_person
from store.session_writer import SessionWriter
from tests.fixtures.program import Program, small_disk, wait_for_readings
from tests.fixtures.sessions import session

LIVE = ("run", "--headless", "--camera", "demonstration", "--microphone", "demonstration", "--person", "Anna")
MAY_BE_LOST_S = 2.0


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """With Anna in its store, who has consented to everything, and Berta, who has not to “record”."""
    return with_people(Program(tmp_path / "home"))


def with_people(program: Program) -> Program:
    program.set_up()
    with closing(connection_to(program)) as connection:
        for name, scopes in (("Anna", Scope), ("Berta", (Scope.STORE,))):
            person = add_person(connection, name).id
            for scope in scopes:
                give_consent(connection, person, scope)
    return program


def connection_to(program: Program) -> sqlite.Connection:
    return open_for_writing(program.database, unwrap_with_recovery_key(key_file(program.database), program.recovery))


def kept(program: Program, kind: MediaKind, session: int = 1) -> list[tuple[Piece, bytes]]:
    with closing(program.connect()) as connection:
        return [(piece, decrypted(connection, piece)) for piece in pieces_of(connection, session, kind)]


def decoded(program: Program) -> dict[Modality, list[float]]:
    """The times of session 1 to which each frame and each piece of sound reaches when it is decoded."""
    frames = [frame.at for piece, content in kept(program, MediaKind.PICTURE) for frame in pictures(content, piece.starts_at)]
    sounds = [sound(content, piece.starts_at).ends_at for piece, content in kept(program, MediaKind.SOUND)]
    return {Modality.FACE: frames, Modality.VOICE: sounds}


@pytest.mark.slow
@pytest.mark.parametrize("reading_at", [3.0, 14.0])
def test_a_process_that_is_killed_loses_at_most_two_seconds_of_picture_and_sound(
    program: Program, tmp_path: Path, reading_at: float
) -> None:
    process = program.start(*LIVE, "--keep", "picture,sound", "-o", tmp_path / "out")
    wait_for_readings(program, reading_at)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    code, out, _ = program("sessions")
    assert code == 0
    assert "Session 1 was cut off and has been recovered" in out
    assert "kept of it, in the store: " in program("recover")[1]
    with closing(program.connect()) as connection:
        measured = connection.execute("SELECT modality, min(at), max(at) FROM reading GROUP BY modality").fetchall()
        unfinished = connection.execute("SELECT count(*) FROM media WHERE sha256 = ''").fetchone()[0]
        files = {name for (name,) in connection.execute("SELECT file FROM media")}
    assert unfinished == 0
    assert {path.name for path in media_folder(program.database).iterdir()} == files
    times = decoded(program)
    for modality, first, last in measured:
        reached = max(times[Modality(modality)], default=first)
        assert reached >= last - MAY_BE_LOST_S, (modality, first, last)
    for kind, modality in ((MediaKind.PICTURE, Modality.FACE), (MediaKind.SOUND, Modality.VOICE)):
        ends = [piece.ends_at for piece, _ in kept(program, kind)]
        assert max(ends, default=0) == pytest.approx(max(times[modality], default=0), abs=0.001)
    assert all(before < after for before, after in pairwise(times[Modality.FACE]))
    assert program("verify")[0] == 0


def test_a_session_keeps_what_was_asked_for_and_says_so(program: Program, tmp_path: Path) -> None:
    code, _, errors = program(*LIVE, "--keep", "sound", "--seconds", "3", "-o", tmp_path / "out")
    assert code == 0
    assert "Kept of this session, encrypted: sound." in errors
    assert kept(program, MediaKind.PICTURE) == []
    *_, (piece, content) = kept(program, MediaKind.SOUND)
    assert sound(content, piece.starts_at).ends_at == pytest.approx(piece.ends_at)
    code, _, errors = program(*LIVE, "--keep", "none", "--seconds", "1", "-o", tmp_path / "out")
    assert code == 0
    assert "Kept of this session" not in errors
    assert kept(program, MediaKind.SOUND, session=2) == []


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--keep", "picture"), "Nobody is named whose they would be."),
        (("--keep", "picture", "--person", "Berta"), "“Berta” has not consented to it, or has withdrawn it."),
        (("--keep", "smell", "--person", "Anna"), "“smell” cannot be kept"),
    ],
)
def test_what_nobody_has_consented_to_is_refused_before_anything_runs(
    program: Program, tmp_path: Path, words: tuple[str, ...], why: str
) -> None:
    code, _, errors = program("run", "--headless", "--camera", "demonstration", *words, "--seconds", "1", "-o", tmp_path / "out")
    assert code == 2
    assert why in errors
    assert program.sessions == 0


def test_a_disk_without_room_keeps_nothing_and_the_session_is_stored(program: Program, tmp_path: Path) -> None:
    limits = ("--set", "record.disk_warning_gb=9999", "--set", "record.disk_least_gb=9999")
    code, out, errors = program(*LIVE, *limits, "--seconds", "2", "-o", tmp_path / "out")
    assert code == 1
    assert "Picture and sound are not kept any more. " in errors
    assert "less than 9999 GB left. The session goes on, and its numbers are stored." in errors
    assert "Session 1: readings.csv" in out
    assert not media_folder(program.database).exists()


@pytest.fixture
def recorded(program: Program) -> Program:
    """With a session of Anna's of which picture and sound were kept."""
    with closing(connection_to(program)) as connection:
        results = session(6.0)
        writer = SessionWriter(connection, replace(results.info, person=1))
        for reading in results.readings:
            writer.add(reading)
        keep_demonstration(connection, writer.session_id, 6.0, piece_s=2.0)
        writer.end({})
    return program


def test_the_export_of_a_person_holds_picture_and_sound_at_the_sessions_times(recorded: Program, tmp_path: Path) -> None:
    assert recorded("people", "export", "Anna", "-o", tmp_path / "export")[0] == 0
    [path] = (tmp_path / "export").rglob("*.mkv")
    assert path.parent.name == "session-0001"
    assert path.stat().st_mode & 0o077 == 0
    with av.open(str(path)) as container:
        times = [frame.time for frame in container.decode(video=0)]
    assert times == pytest.approx(np.arange(60) / 10, abs=0.001)
    with av.open(str(path)) as container:
        samples = np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])
    parts = [sound(content, piece.starts_at).samples for piece, content in kept(recorded, MediaKind.SOUND)]
    assert np.array_equal(samples, np.rint(np.concatenate(parts) * 32768).astype(np.int16))


def test_the_list_of_sessions_says_how_much_is_kept(recorded: Program) -> None:
    code, out, _ = recorded("sessions")
    assert code == 0
    assert "picture 0:00:05, sound 0:00:06" in " ".join(out.split())


def test_an_export_leaves_out_a_piece_that_was_damaged_and_says_so(recorded: Program, tmp_path: Path) -> None:
    (piece, _), *_ = kept(recorded, MediaKind.PICTURE)
    (media_folder(recorded.database) / piece.file).unlink()
    assert recorded("people", "export", "Anna", "-o", tmp_path / "export")[0] == 0
    [path] = (tmp_path / "export").rglob("*.mkv")
    with av.open(str(path)) as container:
        assert len(list(container.decode(video=0))) == 40
    person = next((tmp_path / "export").rglob("person.json")).read_text("utf-8")
    assert "The picture of session 1 from 0.0 to 1.9 s cannot be shown." in person


def test_an_export_onto_a_full_disk_is_told_and_leaves_no_half_file(recorded: Program, tmp_path: Path) -> None:
    with small_disk(tmp_path / "stick", 120) as stick:
        code, _, errors = recorded("people", "export", "Anna", "-o", stick)
        assert code == 1
        assert "No space left on device" in errors
        assert not list(stick.rglob("*.mkv"))
        assert not list(stick.rglob("*.part"))


@pytest.mark.parametrize(
    "words",
    [
        ("consent", "Anna", "--withdraw", "record", "--yes"),
        ("consent", "Anna", "--withdraw", "store", "--yes"),
        ("delete", "Anna", "--yes"),
    ],
)
def test_what_was_kept_goes_with_the_consent_and_with_the_person(recorded: Program, words: tuple[str, ...]) -> None:
    keys = [piece.key for kind in MediaKind for piece, _ in kept(recorded, kind)]
    assert len(keys) == 6
    assert recorded("people", *words)[0] == 0
    assert list(media_folder(recorded.database).iterdir()) == []
    with closing(recorded.connect()) as connection:
        assert connection.execute("SELECT count(*) FROM media").fetchone() == (0,)
    assert recorded("verify")[0] == 0


def flip(path: Path, _other: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def swap(path: Path, other: Path) -> None:
    first, second = path.read_bytes(), other.read_bytes()
    path.write_bytes(second)
    other.write_bytes(first)


@pytest.mark.parametrize("damage", [flip, swap, lambda path, _: path.unlink()], ids=["flipped", "swapped", "missing"])
def test_verify_finds_a_piece_that_was_altered_exchanged_or_taken_away(recorded: Program, damage: Callable[[Path, Path], None]) -> None:
    assert recorded("verify")[0] == 0
    (first, _), (second, _), *_ = kept(recorded, MediaKind.PICTURE)
    folder = media_folder(recorded.database)
    damage(folder / first.file, folder / second.file)
    code, out, _ = recorded("verify")
    assert code == 1
    assert f"The picture {first.file} of session 1 (piece 1)" in out


def test_a_kept_session_opens_in_memory_only(recorded: Program) -> None:
    for path in recorded.home.rglob("*"):
        if path.is_file():
            assert b"matroska" not in path.read_bytes(), path
    assert av.open(io.BytesIO(kept(recorded, MediaKind.PICTURE)[0][1])).format.name.startswith("matroska")
