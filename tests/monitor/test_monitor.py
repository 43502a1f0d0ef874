import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from capture.source import Pace
from core.clock import SessionClock
from core.labels import Emotion, Modality
from core.media import Frame
from core.readings import ClassMap, FusionScore, Gap
from monitor.events import Event, LaneReady, LaneRecovered, State, StateChanged
from monitor.lane import Lane, Plan
from store.engine import sqlite
from tests.fixtures.monitor_runs import LIMIT_S, SETTINGS, Run, threads_left
from tests.fixtures.scripted import GONE, ScriptedReader, ScriptedSource, chunks, frames


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    yield
    assert threads_left() == []


def lane(modality: Modality, source: Any, capacity: int = 2, **reader: Any) -> Lane:
    return Lane(modality, source, lambda: ScriptedReader(modality, **reader), capacity)


def recording(*lanes: Lane) -> Plan:
    return Plan("test", Pace.RECORDED, lanes, SessionClock(), total_s=3.0)


def live(*lanes: Lane) -> Plan:
    return Plan("test", Pace.LIVE, lanes, SessionClock())


def ready(modality: Modality) -> Callable[[Event], bool]:
    return lambda event: isinstance(event, LaneReady) and event.modality is modality


def test_a_recording_runs_to_its_end_and_every_frame_is_read(tmp_path: Path) -> None:
    run = Run(
        recording(lane(Modality.FACE, ScriptedSource([frames(90)])), lane(Modality.VOICE, ScriptedSource([chunks(30)]))), tmp_path / "s.db"
    )
    results = run.finished()
    assert [reading.at for reading in results.of(Modality.FACE)] == [n / 30 for n in range(90)]
    assert len(results.of(Modality.VOICE)) == 3
    assert [score.at for score in results.scores] == [0.5, 1.0, 1.5, 2.0, 2.5, 3.0][: len(results.scores)]
    assert len(results.scores) >= 5
    assert results.info.ended_utc is not None
    assert results.info.counts == {"face.items_read": 90, "face.items_dropped": 0, "voice.items_read": 30, "voice.items_dropped": 0}
    states = [event.state for event in run.events if isinstance(event, StateChanged)]
    assert states == [State.STARTING, State.RUNNING, State.STOPPING, State.ENDED]
    assert run.failures() == []


def test_five_replays_with_random_delays_give_identical_scores(tmp_path: Path) -> None:
    def scores(seed: int) -> list[FusionScore]:
        chance = random.Random(seed)
        delays = {"delay": lambda: time.sleep(chance.choice((0, 0, 0, 0.001, 0.01)))}
        plan = recording(
            lane(Modality.FACE, ScriptedSource([frames(120)]), **delays), lane(Modality.VOICE, ScriptedSource([chunks(40)]), **delays)
        )
        return list(Run(plan, tmp_path / f"{seed}.db").finished().scores)

    first, *others = [scores(seed) for seed in range(5)]
    assert any(score.value is not None for score in first)
    assert all(other == first for other in others)


def test_a_live_source_that_is_lost_comes_back_and_the_time_between_is_a_gap(tmp_path: Path) -> None:
    clock = SessionClock()
    source = ScriptedSource([frames(3), GONE, frames(3)], pace=Pace.LIVE, lost_at_end=True, held=True)
    run = Run(Plan("test", Pace.LIVE, (lane(Modality.FACE, source),), clock), tmp_path / "s.db")
    run.wait_for(lambda event: isinstance(event, LaneRecovered))
    run.monitor.stop()
    results = run.finished()
    assert [event.failure for event in run.failures()] == [GONE]
    assert run.failures()[0].retrying
    assert source.opened == 3
    assert source.closed >= 3
    (gap,) = results.gaps
    assert gap.modality is Modality.FACE
    assert gap.why == GONE.what


def test_the_gap_of_a_lost_source_begins_with_the_last_that_it_delivered(tmp_path: Path) -> None:
    source = ScriptedSource([frames(3), [Frame(frames(1)[0].image, 9.0, 3)]], pace=Pace.LIVE, lost_at_end=True, held=True)
    run = Run(live(lane(Modality.FACE, source)), tmp_path / "s.db")
    run.wait_for(lambda event: isinstance(event, LaneRecovered))
    run.monitor.stop()
    (gap,) = run.finished().gaps
    assert (gap.starts_at, gap.ends_at) == (2 / 30, 9.0)


def test_a_source_that_was_back_is_tried_again_as_soon_as_at_first(tmp_path: Path) -> None:
    waits = "capture.reconnect_first_s", "capture.reconnect_most_s"
    settings = SETTINGS.with_values(dict(zip(waits, (0.05, 600), strict=True)), "the test")
    source = ScriptedSource([frames(1)] * 20, pace=Pace.LIVE, lost_at_end=True, held=True)
    run = Run(live(lane(Modality.FACE, source)), tmp_path / "s.db", settings)
    run.wait_for(lambda _event: run.events.count(LaneRecovered(Modality.FACE)) == 19)  # doubled each time, this would take hours
    run.monitor.stop()
    assert len(run.finished().gaps) == 19


def test_a_recorded_source_that_fails_ends_its_lane_and_the_other_goes_on(tmp_path: Path) -> None:
    plan = recording(lane(Modality.FACE, ScriptedSource([GONE])), lane(Modality.VOICE, ScriptedSource([chunks(30)])))
    run = Run(plan, tmp_path / "s.db")
    results = run.finished()
    assert len(results.of(Modality.VOICE)) == 3
    assert results.of(Modality.FACE) == []
    assert [(event.modality, event.retrying) for event in run.failures()] == [(Modality.FACE, False)]
    assert results.gaps == [Gap(Modality.FACE, 0.0, 0.0, GONE.what)]


def test_a_reader_that_dies_frees_its_source_and_leaves_the_other_lane_alone(tmp_path: Path) -> None:
    plan = recording(lane(Modality.FACE, ScriptedSource([frames(90)]), fails_at=5), lane(Modality.VOICE, ScriptedSource([chunks(30)])))
    run = Run(plan, tmp_path / "s.db")
    results = run.finished()
    assert len(results.of(Modality.FACE)) == 4
    assert len(results.of(Modality.VOICE)) == 3
    (failed,) = run.failures()
    assert "the network broke" in failed.failure.why


def test_a_stop_in_the_middle_keeps_what_was_done(tmp_path: Path) -> None:
    run = Run(recording(lane(Modality.FACE, ScriptedSource([frames(100_000)]))), tmp_path / "s.db")
    run.wait_for(ready(Modality.FACE))
    run.monitor.stop()
    run.monitor.stop()
    results = run.finished()
    assert results.info.ended_utc is not None
    assert len(results.readings) < 100_000


def test_a_paused_recording_holds_and_loses_nothing(tmp_path: Path) -> None:
    run = Run(recording(lane(Modality.FACE, ScriptedSource([frames(600)]), delay=lambda: time.sleep(0.0005))), tmp_path / "s.db")
    run.wait_for(lambda event: event == StateChanged(State.RUNNING))
    run.monitor.pause()
    assert run.monitor.state is State.PAUSED
    assert not run.monitor.ended.wait(0.5)
    run.monitor.resume()
    assert len(run.finished().readings) == 600


def test_a_live_pause_is_written_as_a_gap_of_its_length(tmp_path: Path) -> None:
    source = ScriptedSource([frames(5)], pace=Pace.LIVE, held=True)
    run = Run(live(lane(Modality.FACE, source)), tmp_path / "s.db")
    run.wait_for(ready(Modality.FACE))
    before = run.monitor.now()
    run.monitor.pause()
    paused = run.monitor.now()
    run.monitor.resume()
    after = run.monitor.now()
    run.monitor.stop()
    (gap,) = run.finished().gaps
    assert gap.why == "paused"
    assert before <= gap.starts_at <= paused <= gap.ends_at <= after


def test_a_lane_that_has_nothing_to_say_does_not_hold_up_the_scores(tmp_path: Path) -> None:
    silent = ScriptedSource([chunks(30)[:9]], held=True)  # too few chunks for a reading
    run = Run(recording(lane(Modality.FACE, ScriptedSource([frames(40)], held=True)), lane(Modality.VOICE, silent)), tmp_path / "s.db")
    scores: list[float] = []
    ends = time.monotonic() + 10
    while not scores and time.monotonic() < ends:
        scores += [score.at for score in run.board.take().scores]
        time.sleep(0.02)
    run.monitor.stop()
    run.finished()
    assert scores == [0.5]


def test_what_is_measured_while_recording_is_off_is_shown_but_not_stored(tmp_path: Path) -> None:
    began = threading.Event()
    run = Run(recording(lane(Modality.FACE, ScriptedSource([frames(30)]), delay=began.wait)), tmp_path / "s.db")
    run.wait_for(ready(Modality.FACE))
    run.monitor.set_recording(False)
    began.set()
    results = run.finished()
    assert results.readings == []
    assert len(run.board.take().readings) == 30
    assert [(gap.modality, gap.why) for gap in results.gaps] == [(Modality.FACE, "not recorded")]


CLASS_MAP = ClassMap(Emotion.SADNESS, ((0, 255), (12, 0)))


def test_marks_notes_and_typed_text_are_stamped_and_stored(tmp_path: Path) -> None:
    run = Run(live(lane(Modality.FACE, ScriptedSource([frames(2)], pace=Pace.LIVE, held=True))), tmp_path / "s.db")
    run.wait_for(ready(Modality.FACE))
    run.monitor.mark("event", CLASS_MAP)
    run.monitor.note("he smiled")
    run.monitor.stop()
    results = run.finished()
    assert [(mark.name, mark.class_map) for mark in results.marks] == [("event", CLASS_MAP)]
    assert [note.text for note in results.notes] == ["he smiled"]
    assert 0 <= results.marks[0].at <= results.notes[0].at <= run.monitor.now()


def test_a_database_that_cannot_be_opened_is_told_and_the_session_is_still_shown(tmp_path: Path) -> None:
    (tmp_path / "s.db").mkdir()
    run = Run(recording(lane(Modality.FACE, ScriptedSource([frames(30)]))), tmp_path / "s.db")
    assert run.monitor.ended.wait(LIMIT_S)
    assert run.monitor.session_id is None
    assert len(run.board.take().readings) == 30
    (failed,) = run.failures()
    assert failed.modality is None
    assert "cannot be used" in failed.failure.what


def test_a_database_that_is_full_from_the_first_row_is_told_and_the_session_is_still_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from monitor import scribe

    def refuse(*_: object) -> None:
        raise sqlite.OperationalError("database or disk is full")

    monkeypatch.setattr(scribe, "SessionWriter", refuse)
    run = Run(recording(lane(Modality.FACE, ScriptedSource([frames(5000)]))), tmp_path / "s.db")  # more than may wait for the scribe
    assert run.monitor.ended.wait(LIMIT_S)
    assert run.monitor.session_id is None
    assert len(run.board.take().readings) == 5000
    (failed,) = run.failures()
    assert "full" in failed.failure.why


def test_a_database_that_refuses_writes_for_a_while_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from store import session_writer

    monkeypatch.setattr(session_writer, "COMMIT_EVERY_S", 0.0)
    real, refused = session_writer.SessionWriter.commit, [3]

    def commit(self: session_writer.SessionWriter) -> None:
        if refused[0]:
            refused[0] -= 1
            raise sqlite.OperationalError("database or disk is full")
        real(self)

    monkeypatch.setattr(session_writer.SessionWriter, "commit", commit)
    run = Run(recording(lane(Modality.FACE, ScriptedSource([frames(90)]))), tmp_path / "s.db")
    results = run.finished()
    assert len(results.readings) == 90
    (failed,) = run.failures()
    assert "full" in failed.failure.why
    assert "waits in memory" in failed.failure.what_to_do
    assert run.events.index(LaneRecovered(None)) > run.events.index(failed)


def test_a_refused_commit_is_told_once_though_others_are_not_due_in_between(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from store import session_writer

    tries: list[bool] = []

    def commit_if_due(self: session_writer.SessionWriter) -> bool:
        tries.append(len(tries) % 2 == 0)
        if tries[-1]:
            raise sqlite.OperationalError("database or disk is full")
        return False

    monkeypatch.setattr(session_writer.SessionWriter, "commit_if_due", commit_if_due)
    run = Run(recording(lane(Modality.FACE, ScriptedSource([frames(30)]))), tmp_path / "s.db")
    assert len(run.finished().readings) == 30
    assert tries.count(True) > 1
    assert len(run.failures()) == 1


def test_a_slow_live_reader_drops_the_oldest_and_counts_them(tmp_path: Path) -> None:
    source = ScriptedSource([frames(300)], pace=Pace.LIVE, held=True)
    gate = threading.Event()
    run = Run(live(lane(Modality.FACE, source, delay=gate.wait)), tmp_path / "s.db")
    run.wait_for(ready(Modality.FACE))
    gate.set()
    run.monitor.stop()
    results = run.finished()
    read, dropped = results.info.counts["face.items_read"], results.info.counts["face.items_dropped"]
    assert read == len(results.readings)
    assert read + dropped <= 300


def test_a_recording_of_an_earlier_day_is_stored_on_that_day_in_its_own_zone(tmp_path: Path) -> None:
    started = datetime(2026, 3, 29, 23, 30, tzinfo=timezone(timedelta(hours=-5)))
    plan = replace(recording(lane(Modality.FACE, ScriptedSource([frames(60)]))), started=started)
    info = Run(plan, tmp_path / "s.db").finished().info
    assert info.started_utc == started
    assert info.zone == "-0500"
    assert info.ended_utc == started + timedelta(seconds=info.seconds)
