import os
import threading
from itertools import pairwise

import numpy as np
import pytest

from capture import microphone as microphone_module
from capture.device_check import check_microphone
from capture.devices import MicrophoneDevice, list_microphones
from capture.microphone import Format, Microphone, PortAudioError, formats_to_try, why_no_microphone
from capture.resampler import Resampler, mono
from core.clock import SessionClock
from core.failures import SourceUnavailable
from core.levels import QUIETEST_DBFS, sound_level
from core.settings import CaptureSettings
from tests.fixtures.sound_server import SoundServer

QUICK = CaptureSettings(microphone_starved_ms=500)
PATIENT = CaptureSettings(microphone_starved_ms=20_000, microphone_waiting_ms=20_000)
ONE_BLOCK_S = 0.15
"""The sink without hardware renders a block at a time: a sound that begins within a block lands at the block's beginning."""

DESK = MicrophoneDevice("Desk Microphone", 3, "ALSA", True, 44_100, 2)


@pytest.fixture
def sound_server():
    with SoundServer() as server:
        yield server


@pytest.fixture
def microphone_of():
    opened = []

    def make(spec="default", settings=PATIENT, now=None):
        opened.append(Microphone(spec, settings, now or SessionClock().now))
        return opened[-1]

    yield make
    for microphone in opened:
        microphone.stop()
        microphone.close()


def words(seconds=0.8, amplitude=0.4):
    """Something that resembles speech: noise in syllables, the same each time, int16."""
    time = np.arange(round(seconds * 16_000)) / 16_000
    noise = np.convolve(np.random.default_rng(5).standard_normal(len(time)), np.ones(8) / 8, mode="same")
    syllables = np.abs(np.sin(2 * np.pi * 4 * time)) * noise
    return np.round(32767 * amplitude * syllables / np.abs(syllables).max()).astype(np.int16)


def record_while(speaking, items, after_s=0.5):
    """Chunks until `after_s` seconds of sound have come since the speaker ended."""
    chunks, left = [], round(after_s * 16_000)
    for chunk in items:
        chunks.append(chunk)
        if speaking.poll() is not None:
            left -= len(chunk.samples)
            if left <= 0:
                return chunks
    raise AssertionError("the microphone ended by itself")


def joined(chunks):
    return np.concatenate([chunk.samples for chunk in chunks])


def place_of(spoken, heard):
    """Where `spoken` lies in `heard`, and how alike the two are there (correlation)."""
    size = len(heard) + len(spoken)
    match = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(spoken, size)), size)
    place = int(np.argmax(match[: len(heard) - len(spoken)]))
    return place, float(np.corrcoef(spoken, heard[place : place + len(spoken)])[0, 1])


def time_of(place, chunks):
    for chunk in chunks:
        if place < len(chunk.samples):
            return chunk.at + place / chunk.sample_rate
        place -= len(chunk.samples)
    raise AssertionError("beyond the recording")


@pytest.mark.sound
def test_what_is_spoken_arrives_bit_for_bit(sound_server, microphone_of):
    spoken = words()
    microphone = microphone_of()
    microphone.open()
    items = microphone.items()
    next(items)
    chunks = record_while(sound_server.start_speaking(spoken), items)
    heard = joined(chunks)
    place, alike = place_of(spoken / 32768, heard)
    assert alike > 0.999
    assert np.array_equal(np.round(heard[place : place + len(spoken)] * 32768).astype(np.int16), spoken)


@pytest.mark.sound
def test_sound_is_stamped_when_it_was_spoken(sound_server, microphone_of):
    clock = SessionClock()
    spoken = words()
    microphone = microphone_of(now=clock.now)
    microphone.open()
    items = microphone.items()
    next(items)
    before = clock.now()
    speaking = sound_server.start_speaking(spoken)
    chunks = record_while(speaking, items)
    place, alike = place_of(spoken / 32768, joined(chunks))
    assert alike > 0.999
    assert before - ONE_BLOCK_S < time_of(place, chunks) < clock.now() - len(spoken) / 16_000
    assert all(after.at == pytest.approx(first.ends_at, abs=1e-6) for first, after in pairwise(chunks))
    assert all(after.index == first.index + 1 for first, after in pairwise(chunks))


@pytest.mark.sound
@pytest.mark.parametrize("shape", [Format(44_100, 1), Format(48_000, 2)], ids=str)
def test_a_device_that_refuses_16_khz_is_resampled_without_clicks(sound_server, microphone_of, monkeypatch, shape):
    refused = Format(400_000, 1)  # beyond what the sound server takes: PortAudio's own "invalid sample rate"
    monkeypatch.setattr(microphone_module, "formats_to_try", lambda device: [refused, shape])
    spoken = words()
    microphone = microphone_of()
    microphone.open()
    items = microphone.items()
    next(items)
    chunks = record_while(sound_server.start_speaking(spoken), items)
    assert {chunk.sample_rate for chunk in chunks} == {16_000}
    assert all(after.index == first.index + 1 for first, after in pairwise(chunks))
    assert all(after.at == pytest.approx(first.ends_at, abs=0.001) for first, after in pairwise(chunks))
    _, alike = place_of(spoken / 32768, joined(chunks))
    assert alike > 0.995


@pytest.mark.sound
def test_a_microphone_that_is_taken_away_is_lost_and_comes_back_with_a_jump(sound_server, microphone_of):
    microphone = microphone_of(settings=QUICK)
    microphone.open()
    items = microphone.items()
    before = next(items)
    sound_server.unplug()
    with pytest.raises(SourceUnavailable, match="taken away"):
        list(items)
    microphone.close()
    with pytest.raises(SourceUnavailable, match="There is no microphone"):
        microphone.open()
    sound_server.plug_in()
    microphone.open()
    after = next(microphone.items())
    assert after.index > before.index + 1
    assert after.at > before.ends_at


@pytest.mark.sound
def test_sound_that_nobody_took_shows_as_a_jump_of_index_and_time(sound_server, microphone_of):
    settings = CaptureSettings(microphone_chunk_ms=20, microphone_waiting_ms=200, microphone_starved_ms=20_000)
    clock = SessionClock()
    microphone = microphone_of(settings=settings, now=clock.now)
    microphone.open()
    items = microphone.items()
    before = next(items)
    sound_server.speak(words(1.0))  # a second in which the consumer takes nothing, and a fifth of it is kept
    after = next(items)
    assert after.index > before.index + 1
    assert after.at > before.ends_at + 0.5
    following = next(items)
    assert following.index == after.index + 1


@pytest.mark.sound
def test_overflow_told_by_the_driver_is_a_jump(sound_server, microphone_of):
    microphone = microphone_of()
    microphone.open()
    items = microphone.items()
    before = next(items)
    stream = microphone._stream
    times = {"input_buffer_adc_time": 0.0, "current_time": 0.0}
    stream._on_sound(bytes(3200), 1600, times, microphone_module.INPUT_OVERFLOW)
    chunks = [before]
    while len(chunks) < 6:
        chunks.append(next(items))
    assert 2 in {after.index - first.index for first, after in pairwise(chunks)}


@pytest.mark.sound
def test_exact_zeros_are_told_and_do_not_end_the_lane(sound_server, microphone_of, caplog):
    microphone = microphone_of(settings=CaptureSettings(microphone_zeros_ms=500, microphone_starved_ms=20_000))
    microphone.open()
    items = microphone.items()
    while not microphone.muted:
        chunk = next(items)
    assert sound_level(chunk.samples)[0] == QUIETEST_DBFS
    assert "gives only zeros" in caplog.text
    speaking = sound_server.start_speaking(words())
    while microphone.muted:
        chunk = next(items)
    assert chunk.samples.any()
    assert speaking.wait(60) == 0


@pytest.mark.sound
def test_a_microphone_is_found_by_a_part_of_its_name(sound_server, microphone_of):
    microphone = microphone_of("desk")
    microphone.open()
    assert next(microphone.items()).sample_rate == 16_000


@pytest.mark.sound
def test_an_unknown_microphone_names_those_that_are_there(sound_server, microphone_of):
    with pytest.raises(SourceUnavailable, match="desk_microphone") as caught:
        microphone_of("Studio Microphone").open()
    assert "Studio Microphone" in caught.value.failure.what


@pytest.mark.sound
def test_opening_and_losing_a_microphone_says_nothing_on_stderr(sound_server, microphone_of, capfd):
    microphone = microphone_of()
    microphone.open()
    next(microphone.items())
    microphone.close()
    os.write(2, b"the program's own words\n")
    assert capfd.readouterr().err == "the program's own words\n"


@pytest.mark.sound
def test_the_list_may_be_read_while_a_microphone_runs(sound_server, microphone_of):
    microphone = microphone_of()
    microphone.open()
    items = microphone.items()
    before = next(items)
    assert "default" in {one.name for one in list_microphones()}
    assert next(items).index == before.index + 1


@pytest.mark.sound
def test_a_microphone_is_tried_for_doctor(sound_server):
    speaking = sound_server.start_speaking(words(2.0))
    check = check_microphone("default", PATIENT, seconds=1.5)
    speaking.wait()
    assert check.works
    assert not check.only_zeros
    assert -40 < check.rms_dbfs < check.peak_dbfs < 0
    sound_server.unplug()
    assert "no microphone" in check_microphone("default", QUICK).failure.what


@pytest.mark.sound
def test_no_thread_of_the_program_is_left(sound_server, microphone_of):
    before = set(threading.enumerate())
    microphone = microphone_of()
    microphone.open()
    next(microphone.items())
    microphone.close()
    assert {thread.name for thread in threading.enumerate() if thread not in before and "Dummy" not in thread.name} == set()


def test_16_khz_mono_is_asked_for_first_and_then_what_the_device_runs_at():
    assert formats_to_try(DESK) == [Format(16_000, 1), Format(44_100, 1), Format(44_100, 2)]
    assert formats_to_try(MicrophoneDevice("Interface", 0, "Core Audio", False, 96_000, 8))[-1] == Format(96_000, 8)


@pytest.mark.parametrize(
    ("code", "why"),
    [
        (PortAudioError.DEVICE_UNAVAILABLE, "Another program"),
        (PortAudioError.INVALID_RATE, "neither"),
        (PortAudioError.INVALID_DEVICE, "unplugged"),
        (-9999, "-9999"),
    ],
)
def test_why_a_microphone_does_not_open_is_said(code, why):
    failure = why_no_microphone(DESK, code)
    assert why in failure.why
    assert failure.what_to_do


def test_channels_become_their_mean():
    left_and_right = np.array([100, 300, -32768, -32768], "<i2").tobytes()
    assert mono(left_and_right, 2) * 32768 == pytest.approx([200, -32768])


@pytest.mark.parametrize("rate_hz", [8_000, 22_050, 44_100, 48_000, 96_000])
def test_a_tone_cut_into_chunks_is_resampled_as_one(rate_hz):
    time = np.arange(2 * rate_hz) / rate_hz
    tone = (0.5 * np.sin(2 * np.pi * 440 * time)).astype(np.float32)
    resampler = Resampler(rate_hz)
    parts = [resampler.feed(part)[0] for part in np.array_split(tone, 37)]
    out = np.concatenate(parts)
    expected = 0.5 * np.sin(2 * np.pi * 440 * np.arange(len(out)) / 16_000)
    settled = slice(1600, len(out) - 1600)
    assert len(out) > 1.95 * 16_000
    assert np.abs(out[settled] - expected[settled]).max() < 2e-3


def test_a_resampled_chunk_is_stamped_where_its_first_sample_belongs():
    resampler = Resampler(48_000)
    taken = given = 0
    for size in (4800, 4801, 4799, 480):
        samples, offset_s = resampler.feed(np.zeros(size, np.float32))
        assert taken / 48_000 + offset_s == pytest.approx(given / 16_000)
        assert offset_s <= 0
        taken, given = taken + size, given + len(samples)
