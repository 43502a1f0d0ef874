from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from core.labels import Emotion
from core.readings import ClassMap
from core.session import Mark, SessionInfo
from store.database import open_for_writing
from store.session_reader import read_session
from store.session_writer import SessionWriter
from tests.fixtures.stores import KEY

MAP = ClassMap(Emotion.SADNESS, ((0, 12, 255), (3, 4, 5)))


def test_a_mark_keeps_its_class_map_through_the_store(tmp_path: Path) -> None:
    info = SessionInfo(id=0, started_utc=datetime(2026, 3, 1, tzinfo=UTC), ended_utc=None, zone="+0", title="", recorded=False)
    marks = [Mark(1.0, "event", MAP), Mark(2.0, "3")]
    with closing(open_for_writing(tmp_path / "sessions.db", KEY)) as connection:
        writer = SessionWriter(connection, info)
        for mark in marks:
            writer.add(mark)
        writer.end({})
        assert read_session(connection, writer.session_id).marks == marks
