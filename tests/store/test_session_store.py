import os
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

import numpy as np
import pytest

from core.labels import EMOTIONS, Emotion, Modality
from core.readings import Absence, Box, FaceReading, FusionScore, Gap, Reading, TextReading, VoiceReading
from core.session import Mark, Note, SessionInfo
from store.database import SCHEMA_VERSION, StoreUnavailable, open_for_reading, open_for_writing, recover
from store.engine import sqlite
from store.session_reader import NoSuchSession, list_sessions, read_info, read_session
from store.session_writer import SessionWriter
from tests.fixtures.stores import KEY

ALL = dict.fromkeys(EMOTIONS, 1 / 7)


def info(**changes: object) -> SessionInfo:
    known: dict[str, object] = {
        "id": 0,
        "started_utc": datetime(2026, 2, 28, 23, 59, tzinfo=UTC),
        "ended_utc": None,
        "zone": "+0100",
        "title": "Визит 1",
        "recorded": False,
        "sources": {Modality.FACE: "Webcam", Modality.VOICE: "Microphone"},
        "settings": {"face.rate_hz": 30.0},
        "versions": {"affectograph": "0"},
    }
    return SessionInfo(**(known | changes))  # type: ignore[arg-type]


def face(at: float, **more: object) -> FaceReading:
    return FaceReading(**{"modality": Modality.FACE, "at": at, "covers": (at, at), "quality": 0.9, "model": "m"} | more)  # type: ignore[arg-type]


READINGS: list[Reading] = [
    face(0.0, probabilities=ALL, smoothed=ALL, box=Box(1, 2, 30, 40), box_score=0.5, others=(Box(5, 6, 7, 8),), dropped_before=3),
    face(0.1, absent_because=Absence.TOO_DARK, quality=0.0, quality_reason="light"),
    VoiceReading(
        modality=Modality.VOICE,
        at=1.5,
        covers=(0.2, 1.4),
        quality=0.7,
        model="v",
        probabilities={Emotion.SADNESS: 0.25, Emotion.NEUTRAL: 0.75},
        speech_level=-23.5,
        pitch_hz=120.0,
        pitch_sd_semitones=1.5,
        loudness_sd=4.0,
        speech_rate_hz=3.5,
        pause_share=0.4,
    ),
    TextReading(
        modality=Modality.TEXT,
        at=2.0,
        covers=(2.0, 2.0),
        quality=0.5,
        model="t",
        probabilities=ALL,
        text="= ня",
        contributions=(("ня", -0.5),),
    ),
]
SCORES = [
    FusionScore(at=0.5, value=None, interval=None, abstained_because="not enough evidence", fusion="f"),
    FusionScore(
        at=1.0,
        value=40.0,
        interval=(30.0, 55.0),
        probabilities=ALL,
        weights={Modality.FACE: 1.0},
        contributions={Modality.FACE: 40.0},
        heard_from=(Modality.FACE,),
        fusion="f",
    ),
]


def test_a_letter_that_utf_8_does_not_have_becomes_a_question_mark(database: Path) -> None:
    half = "\ud800"  # typed on a keyboard that sends halves, or a file name of another encoding
    with closing(open_for_writing(database, KEY)) as connection:
        writer = SessionWriter(connection, info(title=half, sources={Modality.TEXT: half}))
        common = {"modality": Modality.TEXT, "at": 1.0, "covers": (1.0, 1.0), "quality": 0.5, "model": "t"}
        for item in (TextReading(**common, text=half, contributions=((half, 0.5),)), Gap(Modality.TEXT, 1.0, 2.0, half), Note(1.0, half)):
            writer.add(item)
        writer.end({})
    with closing(open_for_reading(database, KEY)) as connection:
        results = read_session(connection, writer.session_id)
    (reading,) = results.readings
    assert isinstance(reading, TextReading)
    assert (results.info.title, results.info.sources, reading.text) == ("?", {Modality.TEXT: "?"}, "?")
    assert reading.contributions == (("?", 0.5),)
    assert (results.gaps[0].why, results.notes[0].text) == ("?", "?")


def test_a_checkpoint_that_was_told_while_the_disk_refused_is_stored_later(database: Path) -> None:
    with closing(open_for_writing(database, KEY)) as connection, closing(open_for_writing(database, KEY)) as other:
        connection.execute("PRAGMA busy_timeout = 0")
        writer = SessionWriter(connection, info())
        other.execute("BEGIN IMMEDIATE")
        writer.set_model(Modality.FACE, "mini", "abc")
        with pytest.raises(sqlite.OperationalError, match="locked"):
            writer.commit()
        other.execute("ROLLBACK")
        writer.commit()
        assert read_info(connection, writer.session_id).models == {Modality.FACE: {"name": "mini", "sha256": "abc"}}


def test_what_was_written_is_read_back_equal(database: Path) -> None:
    with closing(open_for_writing(database, KEY)) as connection:
        writer = SessionWriter(connection, info())
        writer.set_model(Modality.FACE, "mini", "abc")
        for item in (*READINGS, *SCORES, Gap(Modality.FACE, 1.0, 2.0, "unplugged"), Mark(1.0, "event"), Note(1.1, "Ω = note")):
            writer.add(item)
        writer.end({"face.items_read": 2})
    with closing(open_for_reading(database, KEY)) as connection:
        results = read_session(connection, writer.session_id)
    assert results.readings == READINGS
    assert results.scores == SCORES
    assert results.gaps == [Gap(Modality.FACE, 1.0, 2.0, "unplugged")]
    assert results.marks == [Mark(1.0, "event")]
    assert results.notes == [Note(1.1, "Ω = note")]
    assert results.info.models == {Modality.FACE: {"name": "mini", "sha256": "abc"}}
    assert results.info.counts == {"face.items_read": 2}
    assert results.info.seconds == 2.0
    assert results.info.ended_utc is not None
    assert results.info.title == "Визит 1"


@pytest.mark.parametrize("set_by_s", [-86_400.0, 0.0, 31_536_000.0])
def test_a_clock_that_is_set_while_a_session_runs_changes_neither_its_length_nor_its_end(
    database: Path, monkeypatch: pytest.MonkeyPatch, set_by_s: float
) -> None:
    class SetClock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return datetime.now(tz) + timedelta(seconds=set_by_s)

    ticks = iter((100.0, 100.5, 103.0, 103.0)).__next__
    with closing(open_for_writing(database, KEY)) as connection:
        writer = SessionWriter(connection, info(), ticks)
        monkeypatch.setattr("store.session_writer.datetime", SetClock)
        writer.add(face(2.5))
        writer.commit()
        writer.end({})
        stored = read_session(connection, writer.session_id).info
    assert stored.ended_utc - stored.started_utc == timedelta(seconds=3.0)
    assert stored.seconds == 2.5


def test_numbers_of_numpy_are_stored_as_numbers(database: Path) -> None:
    with closing(open_for_writing(database, KEY)) as connection:
        writer = SessionWriter(connection, info())
        writer.add(face(0.0, quality=np.float32(0.25), probabilities={Emotion.FEAR: np.float32(0.5)}, box=Box(*np.arange(1, 5))))
        writer.end({})
        (reading,) = read_session(connection, writer.session_id).readings
    assert reading.quality == 0.25
    assert reading.probabilities == {Emotion.FEAR: 0.5}
    assert reading.box == Box(1, 2, 3, 4)


def test_rows_wait_for_a_second_and_are_then_committed(database: Path) -> None:
    now = [0.0]
    with closing(open_for_writing(database, KEY)) as connection, closing(open_for_writing(database, KEY)) as other:
        writer = SessionWriter(connection, info(), ticks=lambda: now[0])
        writer.add(READINGS[0])
        now[0] = 0.9
        writer.commit_if_due()
        assert read_session(other, writer.session_id).readings == []
        now[0] = 1.0
        writer.commit_if_due()
        assert read_session(other, writer.session_id).readings == READINGS[:1]


def test_rows_that_a_full_disk_refuses_are_written_when_there_is_room(database: Path) -> None:
    with closing(open_for_writing(database, KEY)) as connection:
        writer = SessionWriter(connection, info())
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages + 1}")
        for at in range(2000):
            writer.add(face(float(at), probabilities=ALL, smoothed=ALL))
        with pytest.raises(sqlite.OperationalError, match="full"):
            writer.commit()
        connection.execute("PRAGMA max_page_count = 1000000")
        writer.commit()
        assert len(read_session(connection, writer.session_id).readings) == 2000


def test_a_session_of_a_dead_process_is_recovered_and_a_running_one_is_not(database: Path) -> None:
    with closing(open_for_writing(database, KEY)) as connection:
        lost, running = SessionWriter(connection, info()), SessionWriter(connection, info())
        lost.add(face(12.5))
        lost.commit()
        connection.execute("UPDATE session SET process = '999999999:1.00' WHERE id = ?", (lost.session_id,))
        assert recover(connection) == [lost.session_id]
        first, second = list_sessions(connection)
        assert first.recovered
        assert first.seconds == 12.5
        assert (first.ended_utc - first.started_utc).total_seconds() == 12.5
        assert not second.recovered
        assert second.ended_utc is None
        assert second.id == running.session_id


def test_a_process_killed_while_it_writes_loses_only_what_was_not_committed(database: Path) -> None:
    program = f"""
import os, signal
from tests.store.test_session_store import *
connection = open_for_writing(Path({str(database)!r}), KEY)
writer = SessionWriter(connection, info())
for at in range(100):
    writer.add(face(float(at)))
writer.commit()
writer.add(face(100.0))
os.kill(os.getpid(), signal.SIGKILL)
"""
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=Path(__file__).parents[2], check=False, env={**os.environ, "PYTHONPATH": "."}
    )
    assert ended.returncode == -9
    with closing(open_for_writing(database, KEY)) as connection:
        (number,) = recover(connection)
        results = read_session(connection, number)
    assert [reading.at for reading in results.readings] == list(range(100))
    assert results.info.recovered


def test_a_database_of_a_newer_version_is_refused_unchanged(database: Path) -> None:
    with closing(open_for_writing(database, KEY)) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    before = database.read_bytes()
    for opening in (open_for_writing, open_for_reading):
        with pytest.raises(StoreUnavailable, match="newer version"):
            opening(database, KEY)
    assert database.read_bytes() == before


def test_a_file_that_is_no_database_is_refused_in_words(database: Path) -> None:
    database.parent.mkdir()
    database.write_bytes(b"not a database, but long enough to look like a file of some kind" * 100)
    for opening in (open_for_writing, open_for_reading):
        with pytest.raises(StoreUnavailable, match="cannot be used"):
            opening(database, KEY)


def test_many_programs_may_open_a_new_database_at_once(database: Path) -> None:
    program = """
import sys
from contextlib import closing
from tests.store.test_session_store import *
for line in sys.stdin:
    with closing(open_for_writing(Path(line.strip()), KEY)) as connection:
        SessionWriter(connection, info()).end({})
    print("done", flush=True)
"""
    command, environment = [sys.executable, "-c", program], {**os.environ, "PYTHONPATH": "."}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    running = [subprocess.Popen(command, cwd=Path(__file__).parents[2], env=environment, **pipes) for _ in range(4)]  # type: ignore[call-overload]
    for number in range(25):
        for process in running:
            process.stdin.write(f"{database}{number}\n")
        for process in running:
            process.stdin.flush()
        assert [process.stdout.readline() for process in running] == ["done\n"] * 4
        with closing(open_for_reading(Path(f"{database}{number}"), KEY)) as connection:
            assert len(list_sessions(connection)) == 4
    for process in running:
        process.communicate()
        assert process.returncode == 0


def test_a_missing_database_is_not_made_by_reading(database: Path) -> None:
    with pytest.raises(StoreUnavailable, match="no database"):
        open_for_reading(database, KEY)
    assert not database.exists()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnavailable, match="cannot be used"):
        open_for_writing(tmp_path / "file" / "sessions.db", KEY)


def test_a_session_that_is_not_there_is_told(database: Path) -> None:
    with closing(open_for_writing(database, KEY)) as connection, pytest.raises(NoSuchSession, match="no session 7"):
        read_info(connection, 7)


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_the_database_is_the_persons_own(database: Path) -> None:
    open_for_writing(database, KEY).close()
    assert database.stat().st_mode & 0o777 == 0o600
