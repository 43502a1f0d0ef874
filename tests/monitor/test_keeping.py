import os
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from capture.kept_decoding import pictures, sound
from capture.source import Pace
from core.clock import SessionClock
from core.labels import Modality
from core.media import AudioChunk, Frame, MediaItem, MediaKind
from core.person import Scope
from core.readings import FaceReading
from core.settings import Settings
from monitor.events import KeepingChanged, LaneReady, Remarked
from monitor.growing_piece import GrowingPiece
from monitor.lane import Lane, Plan
from store import piece_file
from store.consents import give_consent
from store.database import open_for_reading, open_for_writing
from store.files import media_folder
from store.kept_media import Piece, decrypted, pieces_of
from store.people import add_person
from store.verify import faults
from tests.fixtures.monitor_runs import SETTINGS, Run, threads_left
from tests.fixtures.program import small_disk
from tests.fixtures.scripted import ScriptedReader, ScriptedSource, chunks
from tests.fixtures.stores import KEY

BOTH = frozenset(MediaKind)
ROOMY: Settings = SETTINGS.with_values({"record.disk_warning_gb": 0, "record.disk_least_gb": 0}, "the test")


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    yield
    assert threads_left() == []


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A store with a person (1) who has consented to everything, one (2) to storing only, and one (3) to nothing."""
    return with_people(tmp_path / "sessions.db")


def with_people(path: Path) -> Path:
    with closing(open_for_writing(path, KEY)) as connection:
        for name, scopes in (("Anna", tuple(Scope)), ("Berta", (Scope.STORE,)), ("Carla", ())):
            person = add_person(connection, name).id
            for scope in scopes:
                give_consent(connection, person, scope)
    return path


def seen(times: Sequence[float], size: tuple[int, int] = (48, 64)) -> list[Frame]:
    """Frames whose grey tells which they are."""
    return [Frame(np.full((*size, 3), 10 + n % 100, np.uint8), at, n) for n, at in enumerate(times)]


def plan(person: int | None = 1, pace: Pace = Pace.RECORDED, **items: Sequence[MediaItem]) -> Plan:
    """A session of this person with these frames and chunks, of which picture and sound are wanted."""
    lanes = [_lane(Modality[name.upper()], list(of), pace) for name, of in items.items()]
    return Plan("test", pace, tuple(lanes), SessionClock(), person=person, keep=BOTH)


def _lane(modality: Modality, items: list[MediaItem], pace: Pace) -> Lane:
    return Lane(modality, ScriptedSource([items], pace=pace, held=pace is Pace.LIVE), lambda: ScriptedReader(modality), 2)


def kept(database: Path, kind: MediaKind) -> list[tuple[Piece, bytes]]:
    with closing(open_for_reading(database, KEY)) as connection:
        return [(piece, decrypted(connection, piece)) for piece in pieces_of(connection, 1, kind)]


def frames_of(database: Path) -> list[Frame]:
    return [frame for piece, content in kept(database, MediaKind.PICTURE) for frame in pictures(content, piece.starts_at)]


def told(run: Run) -> list[KeepingChanged]:
    return [event for event in run.events if isinstance(event, KeepingChanged)]


def test_each_picture_is_kept_at_its_own_time_however_uneven_the_times_are(database: Path) -> None:
    times = np.cumsum(np.random.default_rng(0).uniform(0.01, 0.09, 580))
    run = Run(plan(face=seen(times)), database, ROOMY)
    results = run.finished()
    back = frames_of(database)
    assert np.allclose([frame.at for frame in back], times, rtol=0, atol=0.00051)
    assert [round(float(frame.image.mean())) for frame in back] == pytest.approx([10 + n % 100 for n in range(580)], abs=2)
    pieces = [piece for piece, _ in kept(database, MediaKind.PICTURE)]
    assert [piece.number for piece in pieces] == [0, 1, 2]
    assert all(piece.ends_at - piece.starts_at <= 10 for piece in pieces)
    assert results.info.counts["picture.items_kept"] == 580
    assert results.info.counts["picture.items_dropped"] == 0
    assert len(results.of(Modality.FACE)) == 580
    assert told(run) == [KeepingChanged(frozenset({MediaKind.PICTURE}))]
    assert list(faults(database, KEY)) == []


def test_sound_comes_back_as_it_was_to_the_last_of_sixteen_bits_and_without_a_seam(database: Path) -> None:
    whole = np.random.default_rng(1).uniform(-1, 1, 16_000 * 25).astype(np.float32)
    items = [AudioChunk(part, 16_000, n / 10, n) for n, part in enumerate(np.split(whole, 250))]
    Run(plan(voice=items), database, ROOMY).finished()
    parts = [sound(content, piece.starts_at) for piece, content in kept(database, MediaKind.SOUND)]
    assert len(parts) == 3
    assert [part.at for part in parts] == pytest.approx([0, 10, 20])
    assert np.abs(np.concatenate([part.samples for part in parts]) - whole).max() <= 1 / 32768


@pytest.mark.parametrize("person", [None, 2, 3])
def test_nothing_is_kept_of_nobody_or_without_the_consent_to_it(database: Path, person: int | None) -> None:
    run = Run(plan(person=person, face=seen(np.arange(60) / 30), voice=chunks(20)), database, ROOMY)
    results = run.finished()
    assert not media_folder(database).exists()
    assert kept(database, MediaKind.PICTURE) == kept(database, MediaKind.SOUND) == []
    assert told(run) == []
    assert len(results.of(Modality.FACE)) == 60
    assert not [name for name in results.info.counts if "kept" in name]


def test_nothing_is_kept_in_a_store_that_is_not(database: Path) -> None:
    run = Run(plan(face=seen(np.arange(60) / 30)), database, ROOMY, kept=False)
    run.finished()
    assert not media_folder(database).exists()


def test_only_what_was_asked_for_is_kept(database: Path) -> None:
    wanted = replace(plan(face=seen(np.arange(30) / 30), voice=chunks(10)), keep=frozenset({MediaKind.SOUND}))
    Run(wanted, database, ROOMY).finished()
    assert kept(database, MediaKind.PICTURE) == []
    assert len(kept(database, MediaKind.SOUND)) == 1


def test_time_without_pictures_or_another_size_of_them_begins_a_piece(database: Path) -> None:
    items = [*seen([0, 0.5, 1.0]), *seen([3.0, 3.5]), *seen([3.6, 3.7], size=(31, 33))]
    Run(plan(face=items), database, ROOMY).finished()
    spans = [(piece.starts_at, piece.ends_at) for piece, _ in kept(database, MediaKind.PICTURE)]
    assert spans == [(0, 1.0), (3.0, 3.5), (3.6, 3.7)]
    assert [frame.image.shape[:2] for frame in frames_of(database)][-1] == (30, 32)


def test_lost_sound_leaves_a_hole_and_shifts_nothing(database: Path) -> None:
    items = chunks(30)
    del items[10:12]
    Run(plan(voice=items), database, ROOMY).finished()
    spans = [(piece.starts_at, piece.ends_at) for piece, _ in kept(database, MediaKind.SOUND)]
    assert spans == [pytest.approx((0, 1.0)), pytest.approx((1.2, 3.0))]


class LiveSource(ScriptedSource):
    """A live source to which a test hands its items; `put` returns when the item went on to everybody."""

    def __init__(self) -> None:
        super().__init__([[]], pace=Pace.LIVE)
        self._room = threading.Condition()
        self._given: list[MediaItem] = []
        self._wanted = 0

    def put(self, *items: MediaItem) -> None:
        with self._room:
            self._given += items
            self._room.notify_all()
            assert self._room.wait_for(lambda: not self._given and self._wanted, 20)

    def items(self) -> Iterator[MediaItem]:
        while True:
            with self._room:
                self._wanted = True
                self._room.notify_all()
                self._room.wait_for(lambda: self._given or self._stopped.is_set())
                if self._stopped.is_set():
                    return
                item = self._given.pop(0)
                self._wanted = False
            yield item

    def stop(self) -> None:
        super().stop()
        with self._room:
            self._room.notify_all()


@pytest.fixture
def live() -> Iterator[Callable[..., tuple[Run, LiveSource]]]:
    """Starts a live session with one camera that the test plays; it is stopped after the test."""
    runs = []

    def start(database: Path, settings: Settings = ROOMY) -> tuple[Run, LiveSource]:
        source = LiveSource()
        lane = Lane(Modality.FACE, source, lambda: ScriptedReader(Modality.FACE), 2)
        run = Run(Plan("test", Pace.LIVE, (lane,), SessionClock(), person=1, keep=BOTH), database, settings)
        runs.append(run)
        run.wait_for(lambda event: isinstance(event, KeepingChanged))
        run.wait_for(lambda event: isinstance(event, LaneReady))
        return run, source

    yield start
    for run in runs:
        run.monitor.stop()
        assert run.monitor.ended.wait(20)


def test_while_recording_is_off_or_the_session_is_paused_nothing_is_kept(database: Path, live: Callable[..., Any]) -> None:
    run, source = live(database)
    monitor = run.monitor
    first, second, off, third, paused, fourth = (seen([at, at + 0.1]) for at in (0.0, 0.2, 1.0, 3.0, 4.0, 6.0))
    source.put(*first)
    source.put(*second)
    monitor.set_recording(False)
    source.put(*off)
    monitor.set_recording(True)
    source.put(*third)
    monitor.pause()
    source.put(*paused)
    monitor.resume()
    source.put(*fourth)
    monitor.stop()
    run.finished()
    assert [frame.at for frame in frames_of(database)] == pytest.approx([0, 0.1, 0.2, 0.3, 3.0, 3.1, 6.0, 6.1])
    assert [event.kinds for event in told(run)] == [{MediaKind.PICTURE}, frozenset(), {MediaKind.PICTURE}]


def test_what_a_camera_delivered_before_it_fell_silent_is_on_the_disk_within_the_second(database: Path, live: Callable[..., Any]) -> None:
    run, source = live(database)
    source.put(*seen(np.arange(10) / 30))
    ended = "SELECT count(*) FROM media WHERE sha256 != ''"
    wait_for(lambda: query(database, ended) == 1)
    assert len(frames_of(database)) == 10
    assert run.monitor.ended.is_set() is False


def query(database: Path, words: str) -> Any:
    with closing(open_for_reading(database, KEY)) as connection:
        return connection.execute(words).fetchone()[0]


def wait_for(condition: Callable[[], bool], limit_s: float = 20.0) -> None:
    beat, ends = threading.Event(), limit_s / 0.02
    while not condition():
        ends -= 1
        assert ends > 0
        beat.wait(0.02)


def test_a_disk_that_is_too_slow_loses_the_oldest_pictures_and_holds_up_nothing(
    database: Path, live: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    free, real = threading.Event(), os.fsync
    run, source = live(database)
    first, *others = seen(np.arange(90) / 30)
    source.put(first)
    wait_for(lambda: query(database, "SELECT count(*) FROM media") == 1)
    monkeypatch.setattr(piece_file.os, "fsync", lambda number: (free.wait(20), real(number)))
    for frame in others:
        before = len(run.shown)
        source.put(frame)
        run.wait_for_shown(lambda item: isinstance(item, FaceReading), after=before)
    free.set()
    run.monitor.stop()
    results = run.finished()
    assert len(results.of(Modality.FACE)) == 90
    lost = results.info.counts["picture.items_dropped"]
    assert 25 <= lost <= 60  # a second waits, and up to a second is in the encoder
    assert len(frames_of(database)) == 90 - lost
    assert [frame.at for frame in frames_of(database)[-30:]] == pytest.approx(np.arange(60, 90) / 30, abs=0.001)


def test_what_fails_unforeseen_is_told_and_can_be_switched_on_again(
    database: Path, live: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    run, source = live(database)
    source.put(*seen([0.0, 0.1]))
    with monkeypatch.context() as patch:
        patch.setattr(GrowingPiece, "add", lambda *_: 1 / 0)
        source.put(*seen([0.2]))
        run.wait_for(lambda event: isinstance(event, KeepingChanged) and event.failure is not None)
    assert "ZeroDivisionError" in told(run)[-1].failure.why
    run.monitor.set_recording(False)
    run.monitor.set_recording(True)
    assert told(run)[-1] == KeepingChanged(frozenset({MediaKind.PICTURE}))
    source.put(*seen([3.0, 3.1]))
    run.monitor.stop()
    assert run.finished().info.ended_utc is not None
    assert [frame.at for frame in frames_of(database)[-2:]] == pytest.approx([3.0, 3.1])
    assert list(faults(database, KEY)) == []


def resized(disk: Path, megabytes: int) -> None:
    subprocess.run(["mount", "-o", f"remount,size={megabytes}m", str(disk)], check=True)


def test_below_five_gigabytes_it_warns_and_below_one_the_recording_stops_and_the_session_goes_on(
    tmp_path: Path, live: Callable[..., Any]
) -> None:
    with small_disk(tmp_path / "disk", 6_000_000) as disk:
        run, source = live(with_people(disk / "sessions.db"), SETTINGS)
        assert not [event for event in run.events if isinstance(event, Remarked)]
        source.put(*seen([0.0, 0.1]))
        resized(disk, 4000)
        run.wait_for(lambda event: isinstance(event, Remarked))
        (warning,) = [event.failure for event in run.events if isinstance(event, Remarked)]
        assert warning.what == "The disk has 4.2 GB left."
        source.put(*seen([1.0, 1.1]))
        resized(disk, 900)
        run.wait_for(lambda event: isinstance(event, KeepingChanged) and event.failure is not None)
        assert "less than 1 GB" in told(run)[-1].failure.why
        source.put(*seen([3.0, 3.1]))
        run.wait_for_shown(lambda item: isinstance(item, FaceReading) and item.at == 3.1)
        resized(disk, 6000)
        run.monitor.set_recording(False)
        run.monitor.set_recording(True)
        source.put(*seen([5.0, 5.1]))
        run.wait_for_shown(lambda item: isinstance(item, FaceReading) and item.at == 5.1)
        run.monitor.stop()
        results = run.finished()
        assert [reading.at for reading in results.of(Modality.FACE)][-4:] == [3.0, 3.1, 5.0, 5.1]
        assert [frame.at for frame in frames_of(disk / "sessions.db")] == pytest.approx([0, 0.1, 1.0, 1.1, 5.0, 5.1])
        assert list(faults(disk / "sessions.db", KEY)) == []
        assert run.failures() == []


def test_a_disk_with_less_than_that_from_the_beginning_keeps_nothing_and_says_why(tmp_path: Path, live: Callable[..., Any]) -> None:
    with small_disk(tmp_path / "disk", 900_000) as disk:
        run, source = live(with_people(disk / "sessions.db"), SETTINGS)
        source.put(*seen([0.0, 0.1]))
        run.monitor.stop()
        run.finished()
        (only,) = told(run)
        assert only.kinds == frozenset()
        assert only.failure.what == "Picture and sound are not kept any more."
        assert not media_folder(disk / "sessions.db").exists()


@pytest.mark.parametrize("kilobytes", [4, 8, 64, 200, 400, 800])
def test_a_disk_that_is_full_at_any_write_ends_the_piece_and_leaves_what_is_before_readable(database: Path, kilobytes: int) -> None:
    noise = np.random.default_rng(2).integers(0, 255, (360, 48, 64, 3), dtype=np.uint8)
    with small_disk(media_folder(database), kilobytes):
        run = Run(plan(face=[Frame(image, n / 30, n) for n, image in enumerate(noise)]), database, ROOMY)
        results = run.finished()
        assert len(results.of(Modality.FACE)) == 360
        last = told(run)[-1]
        assert last.kinds == frozenset()
        assert last.failure.why == "The system says: No space left on device."
        assert run.failures() == []
        assert len(frames_of(database)) < 360
        assert list(faults(database, KEY)) == []
        assert sum(path.stat().st_size for path in media_folder(database).iterdir()) == query(database, "SELECT total(bytes) FROM media")
