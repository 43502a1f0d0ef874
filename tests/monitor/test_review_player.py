"""Kept picture and sound, played from a real encrypted store; the sound through a real sound server, recorded from its monitor."""

import threading
from collections.abc import Iterator

import numpy as np
import pytest

from bench.sample_media import PICTURE_FPS, keep_demonstration, keep_piece
from core.media import AudioChunk, Frame, MediaKind
from monitor.kept_picture import NO_PICTURE, Seen
from monitor.review_player import ReviewPlayer
from store.kept_media import folder_of, pieces_of
from store.session_writer import SessionWriter
from store.vault import OpenStore
from tests.fixtures.recorder import RATE_HZ, Recorder, loudest_hz
from tests.fixtures.sound_server import SoundServer
from tests.store.test_session_store import info

SECONDS = 60.0
PATIENCE_LOOKS = 3000
TONES_HZ = (400, 700, 1000, 1300, 1600, 1900)
"""Of the first six seconds, one each."""


@pytest.fixture
def session(store) -> int:
    writer = SessionWriter(store, info())
    writer.end({})
    return writer.session_id


@pytest.fixture
def player_of(store, database, key, session):
    made: list[ReviewPlayer] = []

    def make(*kept: MediaKind) -> ReviewPlayer:
        player = ReviewPlayer(OpenStore(database, key), session, SECONDS, kept)
        made.append(player)
        player.start()
        return player

    yield make
    for player in made:
        player.stop()
        player.join()


def keep_tones(store, session: int) -> None:
    for number, hz in enumerate(TONES_HZ):
        keep_piece(store, session, MediaKind.SOUND, number, iter([chunk(hz, float(number))]))


def chunk(hz: float, at: float) -> AudioChunk:
    samples = 0.4 * np.sin(2 * np.pi * hz * np.arange(RATE_HZ) / RATE_HZ)
    return AudioChunk(samples.astype(np.float32), RATE_HZ, at, 0)


def looks(player: ReviewPlayer, tick) -> Iterator[Seen]:
    """What comes to be seen, one look after the other."""
    for _ in range(PATIENCE_LOOKS):
        seen = player.take_picture()
        if seen is not None:
            yield seen
        tick.wait(0.01)
    raise AssertionError("nothing more came to be seen")


@pytest.fixture
def tick():
    """Waits a moment: nobody sets it."""
    return threading.Event()


def frame_of(player: ReviewPlayer, tick, at: float) -> Frame:
    """The frame that is seen at a time, once it has come."""
    return next(seen.frame for seen in looks(player, tick) if seen.frame is not None and abs(seen.frame.at - at) < 0.6 / PICTURE_FPS)


def test_the_frame_of_the_play_head_is_seen_wherever_it_is_sent(store, session, player_of, tick):
    keep_demonstration(store, session, 9.0)
    player = player_of(MediaKind.PICTURE)
    for at in (0.0, 7.3, 2.1, 4.0, 8.9):
        player.seek(at)
        assert frame_of(player, tick, at).at <= at + 0.001


@pytest.mark.parametrize("speed", [0.5, 1.0, 4.0])
def test_playing_shows_frames_in_order_and_not_before_their_time(store, session, player_of, tick, speed):
    keep_demonstration(store, session, 6.0)
    player = player_of(MediaKind.PICTURE)
    player.seek(1.0)
    player.set_speed(speed)
    player.play()
    times: list[float] = []
    for seen in looks(player, tick):
        if seen.frame is None:
            break
        assert seen.frame.at <= player.at() + 0.001
        times.append(seen.frame.at)
        if player.at() > 2.5:
            break
    player.pause()
    assert times == sorted(times)
    assert len(times) > 3
    held = player.at()
    assert player.at() == held


def test_where_no_picture_was_kept_that_is_said_and_no_last_picture_stays(store, session, player_of, tick):
    keep_demonstration(store, session, 4.0)
    player = player_of(MediaKind.PICTURE)
    player.seek(30.0)
    assert next(seen for seen in looks(player, tick) if seen.frame is None).words == NO_PICTURE


def test_a_damaged_piece_is_told_and_the_others_are_shown(store, session, player_of, tick):
    keep_demonstration(store, session, 9.0)
    first, *_ = pieces_of(store, session, MediaKind.PICTURE)
    path = folder_of(store) / first.file
    path.write_bytes(path.read_bytes()[:-1])
    player = player_of(MediaKind.PICTURE)
    told = next(seen for seen in looks(player, tick) if seen.failure is not None)
    assert "cannot be shown" in told.words
    player.seek(6.0)
    assert frame_of(player, tick, 6.0)


def test_without_kept_media_the_play_head_plays_alone(player_of):
    player = player_of()
    player.seek(10.0)
    player.play()
    assert player.take_picture() is None
    assert player.playing
    assert player.at() >= 10.0


def test_a_store_that_is_gone_is_told(tmp_path, key, session, tick):
    player = ReviewPlayer(OpenStore(tmp_path / "none.db", key), session, SECONDS, [MediaKind.PICTURE])
    player.start()
    player.stop()
    player.join()
    assert "no database" in player.take_failure().what


@pytest.mark.sound
@pytest.mark.parametrize(("speed", "second_s"), [(1.0, 1.0), (2.0, 0.5), (0.5, 2.0)])
def test_the_kept_sound_is_heard_at_every_speed_with_its_own_pitch(store, session, player_of, speed, second_s):
    keep_tones(store, session)
    with SoundServer(), Recorder() as recorder:
        player = player_of(MediaKind.SOUND)
        player.set_speed(speed)
        player.seek(1.0)
        player.play()
        heard = recorder.heard(3 * second_s)
        player.pause()
    size = int(second_s * RATE_HZ)
    middles = [heard[number * size + size // 4 : (number + 1) * size - size // 4] for number in range(3)]
    assert [loudest_hz(part) for part in middles] == pytest.approx(TONES_HZ[1:4], abs=15)


@pytest.mark.sound
def test_the_play_head_is_where_the_sound_is(store, session, player_of, tick):
    keep_tones(store, session)
    with SoundServer(), Recorder() as recorder:
        player = player_of(MediaKind.SOUND)
        player.play()
        recorder.heard(2.0)
        heard = player._sound._speaker.heard
        assert player._head.expected(heard.clock) == pytest.approx(heard.at, abs=0.06)
        player.pause()
        assert 1.5 < player.at() < 4.0


@pytest.mark.sound
def test_a_seek_is_heard_at_once_and_a_muted_session_not_at_all(store, session, player_of):
    keep_tones(store, session)
    with SoundServer(), Recorder() as recorder:
        player = player_of(MediaKind.SOUND)
        player.play()
        recorder.heard(0.5)
        player.seek(4.2)
        late = recorder.heard(1.3)[-RATE_HZ // 4 :]
        assert loudest_hz(late) == pytest.approx(TONES_HZ[4], abs=15)
        player.set_sound(False)
        assert player.playing
    assert player.take_failure() is None


@pytest.mark.sound
def test_without_a_loudspeaker_that_is_told_once_and_the_play_head_goes_on(store, session, player_of, tick):
    keep_tones(store, session)
    with SoundServer() as server:
        server.unplug()
        player = player_of(MediaKind.SOUND)
        player.play()
        failure = next(found for found in iter(player.take_failure, ...) if found is not None or tick.wait(0.01))
        assert failure.what == "The sound cannot be played."
        assert player.playing
        player.seek(3.0)
        assert player.at() >= 3.0
        assert player.take_failure() is None


@pytest.mark.sound
def test_a_damaged_piece_of_sound_is_silent_and_told(store, session, player_of, tick):
    keep_tones(store, session)
    piece = pieces_of(store, session, MediaKind.SOUND)[0]
    path = folder_of(store) / piece.file
    path.write_bytes(path.read_bytes()[:-1])
    with SoundServer(), Recorder() as recorder:
        player = player_of(MediaKind.SOUND)
        player.play()
        assert loudest_hz(recorder.heard(0.5)) == pytest.approx(TONES_HZ[1], abs=15)
        assert "sound" in player.take_failure().what
