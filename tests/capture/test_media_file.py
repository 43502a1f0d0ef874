import json
import subprocess
import sys
import tracemalloc
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capture.container import Lost, decoded
from capture.media_file import MediaSound, MediaVideo, Orientation, Timeline, fitted, probe, upright
from core.failures import MediaUnreadable, SourceUnavailable
from core.media import slot
from core.settings import CaptureSettings
from tests.fixtures.media import (
    corners,
    damage_packet,
    ffmpeg,
    quadrants,
    tone,
    without_rights,
    write_huge_header,
    write_talking_video,
    write_video,
    write_wav,
)

SETTINGS = CaptureSettings()
UPRIGHT = ["top left", "top right", "bottom left", "bottom right"]


def everything(source):
    source.open()
    try:
        return list(source.items())
    finally:
        source.close()


def frames_of(path, settings=SETTINGS):
    return everything(MediaVideo(path, settings))


def chunks_of(path, settings=SETTINGS):
    return everything(MediaSound(path, settings))


def refusal(path):
    with pytest.raises(MediaUnreadable) as caught:
        probe(path, SETTINGS)
    failure = caught.value.failure
    assert all((failure.what, failure.why, failure.what_to_do))
    assert path.name in failure.what
    return failure


# What a recording holds


def test_probe_says_what_a_video_holds(tmp_path):
    path = write_talking_video(tmp_path / "Besuch Müller 12.mp4")
    info = probe(path, SETTINGS)
    assert (info.path, info.has_video, info.has_sound) == (path, True, True)
    assert (info.width, info.height, info.rotation_degrees) == (160, 120, 0)
    assert info.duration_s == pytest.approx(2.0, abs=0.1)
    assert info.average_fps == pytest.approx(25, abs=0.6)


def test_probe_reads_when_it_was_recorded(tmp_path):
    path = write_video(tmp_path / "a.mp4", metadata={"creation_time": "2024-07-07T09:20:58+02:00"})
    assert probe(path, SETTINGS).recorded_utc == datetime(2024, 7, 7, 7, 20, 58, tzinfo=UTC)


def test_a_clock_that_was_never_set_gives_no_time_of_recording(tmp_path):
    assert probe(write_video(tmp_path / "a.mkv", metadata={"creation_time": "1970-01-01T00:00:00Z"}), SETTINGS).recorded_utc is None


def test_a_recording_without_a_length_has_none(tmp_path):
    path = write_video(tmp_path / "browser.webm", codec="libvpx-vp9", options={"live": "1"})
    assert probe(path, SETTINGS).duration_s is None
    assert len(frames_of(path)) == 25


def test_a_song_with_a_cover_has_no_pictures(tmp_path):
    cover = tmp_path / "cover.png"
    ffmpeg("-f", "lavfi", "-i", "color=red:size=64x64", "-frames:v", 1, cover)
    spoken = write_wav(tmp_path / "s.wav", tone(1.0, 16_000), 16_000)
    path = tmp_path / "song.mp3"
    ffmpeg("-i", spoken, "-i", cover, "-map", 0, "-map", 1, "-c:v", "copy", "-disposition:v", "attached_pic", path)
    info = probe(path, SETTINGS)
    assert (info.has_video, info.has_sound, info.width) == (False, True, 0)


# What is refused


def test_a_file_that_is_not_there_is_refused(tmp_path):
    assert "not there" in refusal(tmp_path / "none.mp4").why


def test_a_folder_is_refused(tmp_path):
    assert "folder" in refusal(tmp_path).why


def test_an_empty_file_is_refused(tmp_path):
    (tmp_path / "a.mp4").touch()
    assert "is empty" in refusal(tmp_path / "a.mp4").why


def test_a_device_is_refused():
    assert "device" in refusal(Path("/dev/zero")).why


def test_a_name_that_no_file_can_have_is_refused():
    with pytest.raises(MediaUnreadable, match="no file can have"):
        probe(Path("a\0b"), SETTINGS)


def test_a_file_without_the_right_to_read_it_is_refused():
    with without_rights() as folder:
        path = folder / "private.mp4"
        path.write_bytes(b"secret")
        path.chmod(0o000)
        assert "may not be read" in refusal(path).why


@pytest.mark.parametrize("name", ["letter.mp4", "letter.txt", "letter.wav", "letter.srt"])
def test_a_text_is_refused_whatever_its_name(tmp_path, name):
    (tmp_path / name).write_text("1\n00:00:01,000 --> 00:00:02,000\nDear doctor,\n\n" * 40)
    assert "is not a recording" in refusal(tmp_path / name).why


@pytest.mark.parametrize("name", ["noise.mp4", "noise.mp3", "noise.mkv"])
def test_noise_is_refused(tmp_path, name):
    (tmp_path / name).write_bytes(np.random.default_rng(3).bytes(50_000))
    refusal(tmp_path / name)


@pytest.mark.parametrize("name", ["photo.png", "photo.jpg", "photo.gif", "photo.mp4.bmp"])
def test_a_still_picture_is_refused(tmp_path, name):
    ffmpeg("-f", "lavfi", "-i", "color=red:size=64x64", "-frames:v", 1, tmp_path / name)
    assert "a picture" in refusal(tmp_path / name).why


def test_a_playlist_cannot_reach_other_files_or_the_network(tmp_path):
    (tmp_path / "list.m3u8").write_text("#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n")
    refusal(tmp_path / "list.m3u8")


def test_an_mp4_that_was_cut_off_before_its_index_is_named_as_such(tmp_path):
    whole = write_talking_video(tmp_path / "whole.mp4").read_bytes()
    (tmp_path / "cut.mp4").write_bytes(whole[: len(whole) // 2])
    assert "cut off before its index" in refusal(tmp_path / "cut.mp4").why


def test_a_container_without_streams_is_refused(tmp_path):
    subtitles = tmp_path / "a.srt"
    subtitles.write_text("1\n00:00:00,000 --> 00:00:01,000\nHello\n")
    ffmpeg("-i", subtitles, "-c:s", "srt", tmp_path / "only_subtitles.mkv")
    assert "neither pictures nor sound" in refusal(tmp_path / "only_subtitles.mkv").why


@pytest.mark.parametrize("name", ["none.mp4", "none.mkv", "none.mov"])
def test_a_video_of_zero_frames_is_refused(tmp_path, name):
    refusal(write_video(tmp_path / name, []))


def test_a_sound_file_of_zero_samples_is_refused(tmp_path):
    assert "no sound" in refusal(write_wav(tmp_path / "a.wav", tone(0, 16_000), 16_000)).why


def test_a_header_that_says_16k_x_16k_is_refused(tmp_path):
    path = write_huge_header(tmp_path / "huge.mov")
    assert "picture size" in refusal(path).why
    with pytest.raises(SourceUnavailable, match="picture size"):
        MediaVideo(path, SETTINGS).open()


@pytest.mark.parametrize(
    ("name", "codec"),
    [("a.avi", "mjpeg"), ("a.mkv", "mjpeg"), ("a.mp4", "libx264"), ("a.mov", "libx265"), ("a.webm", "libvpx-vp9"), ("a.ts", "libx264")],
)
def test_pictures_over_the_limit_are_refused_in_every_container(tmp_path, name, codec):
    path = write_video(tmp_path / name, [0, 0.04], codec=codec, size=(800, 600), pixels="yuvj420p" if codec == "mjpeg" else "yuv420p")
    with pytest.raises(MediaUnreadable, match="picture size"):
        probe(path, CaptureSettings(largest_picture_px=800 * 600 - 1))
    assert probe(path, CaptureSettings(largest_picture_px=800 * 600)).width == 800


def test_a_huge_header_is_refused_before_memory_is_taken(tmp_path):
    path = write_huge_header(tmp_path / "huge.mov")
    program = (
        "import resource, sys; from pathlib import Path; from capture.media_file import probe; from core.settings import CaptureSettings\n"
        "resource.setrlimit(resource.RLIMIT_DATA, (350_000_000, 350_000_000))\n"  # one such picture takes 384 MB
        "try: probe(Path(sys.argv[1]), CaptureSettings())\n"
        "except Exception as error: print(error)"
    )
    told = subprocess.run([sys.executable, "-c", program, path], capture_output=True, text=True, check=True).stdout
    assert "picture size" in told


def test_a_picture_that_grows_huge_midway_is_lost_and_the_rest_is_read(tmp_path):
    path = write_video(tmp_path / "a.avi", codec="mjpeg", pixels="yuvj420p")
    content = path.read_bytes()
    place = content.rindex(b"\x08\x00\x78\x00\xa0")
    path.write_bytes(content[: place + 1] + b"\x3e\x80\x3e\x80" + content[place + 5 :])
    assert [frame.index for frame in frames_of(path)] == list(range(24))


def test_sound_alone_has_no_pictures_to_open(tmp_path):
    path = write_wav(tmp_path / "a.wav", tone(0.5, 16_000), 16_000)
    with pytest.raises(MediaUnreadable, match="has no pictures"):
        MediaVideo(path, SETTINGS).open()


def test_pictures_alone_have_no_sound_to_open(tmp_path):
    with pytest.raises(MediaUnreadable, match="has no sound"):
        MediaSound(write_video(tmp_path / "a.mp4"), SETTINGS).open()


# Pictures


@pytest.mark.parametrize(
    ("name", "codec", "pixels"),
    [
        ("a.mp4", "libx264", "yuv420p"),
        ("a.mov", "libx265", "yuv420p"),
        ("a10.mp4", "libx265", "yuv420p10le"),
        ("a.webm", "libvpx-vp9", "yuv420p"),
        ("a.avi", "mjpeg", "yuvj420p"),
        ("a.mkv", "mpeg4", "yuv420p"),
    ],
)
def test_every_usual_codec_gives_upright_colours_in_bgr(tmp_path, name, codec, pixels):
    frames = frames_of(write_video(tmp_path / name, codec=codec, pixels=pixels))
    assert len(frames) == 25
    assert frames[0].image.shape == (120, 160, 3)
    assert all(corners(frame.image) == UPRIGHT for frame in frames)
    np.testing.assert_allclose(frames[12].image.astype(int)[20:40, 20:60].mean((0, 1)), (0, 0, 255), atol=12)


def test_odd_sizes_are_read(tmp_path):
    frames = frames_of(write_video(tmp_path / "a.mkv", size=(161, 121), codec="mjpeg", pixels="yuvj444p"))
    assert frames[0].image.shape == (121, 161, 3)
    assert corners(frames[0].image) == UPRIGHT


def test_times_are_the_files_own_and_not_counted(tmp_path):
    times = [0.0, 0.01, 0.05, 0.3, 0.301, 1.7, 1.9, 4.0]
    frames = frames_of(write_video(tmp_path / "vfr.mkv", times))
    assert [frame.at for frame in frames] == pytest.approx(times, abs=1e-6)
    assert [frame.index for frame in frames] == list(range(8))


@pytest.mark.parametrize("quarter_turns", [0, 1, 2, 3])
@pytest.mark.parametrize("mirrored", [False, True])
def test_all_eight_orientations_come_out_upright(tmp_path, quarter_turns, mirrored):
    # stored so that mirroring after turning by the tag (FFmpeg's order) gives the upright picture
    stored = np.rot90(quadrants(160, 120)[:, ::-1] if mirrored else quadrants(160, 120), -quarter_turns)
    size = stored.shape[1], stored.shape[0]
    image = np.ascontiguousarray(stored)
    path = write_video(tmp_path / "a.mp4", [0, 0.04], size=size, image=image, rotation=90 * quarter_turns, mirrored=mirrored)
    frames = frames_of(path)
    assert [frame.image.shape for frame in frames] == [(120, 160, 3)] * 2
    assert all(corners(frame.image) == UPRIGHT for frame in frames)
    info = probe(path, SETTINGS)
    assert (info.width, info.height) == (160, 120)
    assert mirrored or info.rotation_degrees == 90 * quarter_turns


@pytest.mark.parametrize("turn", [Orientation(m, q) for m in (False, True) for q in range(4)])
def test_turning_is_what_numpy_makes_of_it(turn):
    image = np.random.default_rng(1).integers(0, 256, (5, 7, 3), dtype=np.uint8)
    expected = np.rot90(image[:, ::-1] if turn.mirrored else image, turn.quarter_turns)
    np.testing.assert_array_equal(upright(image, turn), expected)


def test_large_pictures_are_made_smaller_in_their_shape(tmp_path):
    path = write_video(tmp_path / "a.mp4", [0, 0.04], size=(1920, 1080))
    frames = frames_of(path)
    assert frames[0].image.shape == (720, 1280, 3)
    assert corners(frames[0].image) == UPRIGHT
    assert (probe(path, SETTINGS).width, probe(path, SETTINGS).height) == (1920, 1080)


@given(st.integers(1, 10_000), st.integers(1, 10_000), st.integers(1, 5_000))
def test_a_fitted_size_keeps_its_shape_and_never_grows(width, height, longest):
    new_width, new_height = fitted(width, height, longest)
    assert 1 <= new_width <= min(width, max(longest, 1))
    assert 1 <= new_height <= min(height, max(longest, 1))
    assert abs(new_width * height - new_height * width) <= max(width, height)


def test_pixels_that_are_not_square_are_made_square(tmp_path):
    path = tmp_path / "anamorphic.mp4"
    ffmpeg("-i", write_video(tmp_path / "a.mp4"), "-vf", "setsar=2/1", path)
    assert frames_of(path)[0].image.shape == (120, 320, 3)
    assert probe(path, SETTINGS).width == 320


def test_a_damaged_picture_is_left_out_with_a_jump_of_the_index(tmp_path):
    frames = frames_of(damage_packet(write_video(tmp_path / "a.avi", codec="mjpeg", pixels="yuvj420p"), 10))
    assert [frame.index for frame in frames] == [i for i in range(25) if i != 10]
    assert [frame.at for frame in frames] == pytest.approx([i / 25 for i in range(25) if i != 10])


@pytest.mark.parametrize("most_hz", [3.0, 10.0, 25.0, 1000.0])
def test_where_fewer_pictures_are_wanted_the_first_of_each_slot_comes_and_none_is_a_jump(tmp_path, most_hz):
    path = write_video(tmp_path / "a.mkv", [0, 0.02, 0.11, 0.13, 0.2, 0.34, 0.36, 0.37, 0.5, 0.9])
    whole, held = frames_of(path), set()
    first = [frame for frame in whole if slot(frame.at, most_hz) not in held and not held.add(slot(frame.at, most_hz))]
    fewer = everything(MediaVideo(path, SETTINGS, most_hz))
    assert [frame.at for frame in fewer] == [frame.at for frame in first]
    assert [frame.index for frame in fewer] == list(range(len(first)))
    assert all(np.array_equal(one.image, other.image) for one, other in zip(fewer, first, strict=True))


def test_a_damaged_picture_is_a_jump_also_where_fewer_are_wanted(tmp_path):
    damaged = damage_packet(write_video(tmp_path / "a.avi", codec="mjpeg", pixels="yuvj420p"), 10)
    jumps = [after.index - before.index for before, after in pairwise(everything(MediaVideo(damaged, SETTINGS, 10.0)))]
    assert sorted(set(jumps)) == [1, 2]
    assert jumps.count(2) == 1


@pytest.mark.parametrize("share", [0.9, 0.6])
def test_a_recording_cut_off_at_its_end_is_read_up_to_there(tmp_path, share):
    whole = write_video(tmp_path / "whole.mkv", codec="mjpeg", pixels="yuvj420p").read_bytes()
    (tmp_path / "cut.mkv").write_bytes(whole[: int(share * len(whole))])
    frames = frames_of(tmp_path / "cut.mkv")
    assert 25 * (share - 0.1) <= len(frames) < 25


def test_recordings_joined_end_to_end_go_on_in_time(tmp_path):
    ffmpeg("-i", write_talking_video(tmp_path / "one.mp4"), "-c:v", "copy", "-c:a", "copy", tmp_path / "one.ts")
    (tmp_path / "two.ts").write_bytes(2 * (tmp_path / "one.ts").read_bytes())
    frames, chunks = frames_of(tmp_path / "two.ts"), chunks_of(tmp_path / "two.ts")
    assert all(before.at <= after.at for before, after in pairwise(frames))
    assert all(before.at <= after.at for before, after in pairwise(chunks))
    assert frames[-1].at == pytest.approx(3.96, abs=0.15)
    assert chunks[-1].ends_at == pytest.approx(4.0, abs=0.3)


def test_a_drive_that_is_taken_away_is_said(tmp_path):
    class Drive:
        def __init__(self, path):
            self._file = path.open("rb")
            self.taken_away = False

        def read(self, size):
            if self.taken_away:
                raise OSError(5, "Input/output error")
            return self._file.read(size)

    path = write_wav(tmp_path / "long.wav", tone(10.0, 48_000), 48_000)
    drive = Drive(path)
    with av.open(drive) as container:
        pieces = decoded(path, container, container.streams.audio[0], stopped=lambda: False)
        next(pieces)
        drive.taken_away = True
        with pytest.raises(MediaUnreadable, match="could not be read any further"):
            list(pieces)
    drive._file.close()


def test_memory_is_let_go_of(tmp_path):
    path = write_talking_video(tmp_path / "a.mp4")
    everything(MediaVideo(path, SETTINGS))
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(5):
            source = MediaVideo(path, SETTINGS)
            source.open()
            for _ in source.items():
                pass
            source.close()
        assert tracemalloc.get_traced_memory()[0] - before < 160 * 120 * 3 * 5
    finally:
        tracemalloc.stop()


# The line of time


def test_a_missing_time_follows_the_one_before():
    timeline = Timeline(step_s=0.04, back_s=1.0)
    assert [timeline.at(t) for t in (None, None, 0.5, None)] == pytest.approx([0.0, 0.04, 0.5, 0.54])


def test_a_time_out_of_order_is_held():
    timeline = Timeline(step_s=0.04, back_s=1.0)
    assert [timeline.at(t) for t in (1.0, 0.9, 1.1)] == [1.0, 1.0, 1.1]


def test_a_clock_that_begins_anew_goes_on():
    timeline = Timeline(step_s=0.04, back_s=1.0)
    assert [timeline.at(t) for t in (9.0, 0.0, 0.5)] == pytest.approx([9.0, 9.04, 9.54])


@given(st.lists(st.none() | st.floats(-1e6, 1e6, allow_nan=False)))
def test_whatever_a_file_says_its_times_never_go_back(said):
    timeline = Timeline(step_s=0.04, back_s=1.0)
    times = [timeline.at(t) for t in said]
    assert all(0 <= before <= after for before, after in pairwise([0.0, *times]))


# Sound


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("a.wav", []),
        ("a.flac", []),
        ("a.mp3", []),
        ("a.m4a", ["-c:a", "aac"]),
        ("a.ogg", ["-c:a", "libvorbis"]),
        ("a.opus", ["-c:a", "libopus"]),
        ("a.webm", ["-c:a", "libopus"]),
        ("a.mkv", ["-c:a", "pcm_s24le"]),
        ("a.avi", ["-c:a", "libmp3lame"]),
    ],
)
def test_every_usual_sound_is_read_as_16_khz_mono(tmp_path, name, words):
    spoken = write_wav(tmp_path / "s.wav", tone(2.0, 48_000, 2), 48_000)
    if name != "s.wav":
        ffmpeg("-i", spoken, *words, tmp_path / name)
    chunks = chunks_of(tmp_path / name)
    assert all(len(chunk.samples) == 1600 for chunk in chunks[:-1])
    assert all(after.at == pytest.approx(before.ends_at, abs=1e-9) for before, after in pairwise(chunks))
    assert [chunk.index for chunk in chunks] == list(range(len(chunks)))
    heard = np.concatenate([chunk.samples for chunk in chunks])
    assert len(heard) == pytest.approx(32_000, abs=1600)
    truth = tone(2.0, 48_000, 2).mean(axis=1) / 32_768
    assert heard.std() == pytest.approx(truth.std(), rel=0.1)


def test_chunks_are_as_long_as_the_setting_says(tmp_path):
    path = write_wav(tmp_path / "s.wav", tone(1.0, 44_100), 44_100)
    chunks = chunks_of(path, CaptureSettings(microphone_chunk_ms=30))
    assert {len(chunk.samples) for chunk in chunks[:-1]} == {480}
    assert sum(len(chunk.samples) for chunk in chunks) == 16_000


def test_loud_sound_stays_within_one(tmp_path):
    square = np.where(np.arange(44_100) // 50 % 2, 32_767, -32_768).astype(np.int16)[:, None]
    chunks = chunks_of(write_wav(tmp_path / "s.wav", square, 44_100))
    assert max(np.abs(chunk.samples).max() for chunk in chunks) == 1.0


def test_a_gap_in_the_sound_is_a_jump_of_index_and_time(tmp_path):
    spoken = write_wav(tmp_path / "s.wav", tone(3.0, 16_000), 16_000)
    ffmpeg("-i", spoken, "-af", "aselect='lt(t,1)+gte(t,2)'", "-c:a", "pcm_s16le", tmp_path / "gap.mkv")
    chunks = chunks_of(tmp_path / "gap.mkv")
    jumps = [(before, after) for before, after in pairwise(chunks) if after.index != before.index + 1]
    assert len(jumps) == 1
    before, after = jumps[0]
    assert before.ends_at == pytest.approx(1.0, abs=0.07)
    assert after.at == pytest.approx(2.0, abs=0.07)
    assert sum(len(chunk.samples) for chunk in chunks) == pytest.approx(32_000, abs=2100)


def test_damaged_sound_is_left_out_with_a_jump_of_the_index(tmp_path):
    ffmpeg("-i", write_wav(tmp_path / "s.wav", tone(3.0, 16_000), 16_000), "-c:a", "flac", tmp_path / "s.mkv")
    chunks = chunks_of(damage_packet(tmp_path / "s.mkv", 5, stream="audio"))
    jumps = [(before, after) for before, after in pairwise(chunks) if after.index != before.index + 1]
    assert len(jumps) == 1
    assert jumps[0][1].at > jumps[0][0].ends_at + 0.02
    assert chunks[-1].ends_at == pytest.approx(3.0, abs=0.01)


def test_sound_and_pictures_count_from_the_same_zero(tmp_path):
    pictures = write_video(tmp_path / "p.mkv")
    spoken = write_wav(tmp_path / "s.wav", tone(1.0, 16_000), 16_000)
    ffmpeg("-itsoffset", "0.5", "-i", spoken, "-itsoffset", "0.2", "-i", pictures, "-c:v", "copy", "-c:a", "flac", tmp_path / "late.mkv")
    assert frames_of(tmp_path / "late.mkv")[0].at == pytest.approx(0.0, abs=0.002)
    assert chunks_of(tmp_path / "late.mkv")[0].at == pytest.approx(0.3, abs=0.002)


def test_two_readings_of_a_file_are_the_same(tmp_path):
    path = write_talking_video(tmp_path / "a.mp4")
    for one, other in zip(frames_of(path), frames_of(path), strict=True):
        assert (one.at, one.index) == (other.at, other.index)
        np.testing.assert_array_equal(one.image, other.image)
    for one, other in zip(chunks_of(path), chunks_of(path), strict=True):
        assert (one.at, one.index) == (other.at, other.index)
        np.testing.assert_array_equal(one.samples, other.samples)


@pytest.mark.parametrize("kind", [MediaVideo, MediaSound])
def test_items_that_are_still_held_end_when_the_file_is_closed_and_opened_again(tmp_path, kind):
    source = kind(write_talking_video(tmp_path / "a.mp4"), SETTINGS)
    source.open()
    held = source.items()
    next(held)
    source.close()
    source.open()
    assert list(held) == []
    assert list(source.items())
    source.close()


def test_probing_reads_nothing_of_a_closed_file(tmp_path):
    path = write_talking_video(tmp_path / "a.mp4")
    assert {(info.width, info.height) for info in (probe(path, SETTINGS) for _ in range(50))} == {(160, 120)}


def test_damage_is_one_word_in_the_walk():
    assert list(Lost) == [Lost.LOST]


# Real recordings


@pytest.mark.data
def test_real_variable_times_are_those_of_ffprobe(shared_data):
    path = shared_data / "video" / "face_leaves_vfr_hevc.mov"
    words = ["ffprobe", "-v", "error", "-select_streams", "v", "-show_entries", "frame=best_effort_timestamp_time", "-of", "json", path]
    told = json.loads(subprocess.run(words, capture_output=True, check=True).stdout)["frames"]
    times = [float(frame["best_effort_timestamp_time"]) for frame in told]
    assert [frame.at for frame in frames_of(path)] == pytest.approx(times, abs=1e-5)
    assert len({round(after - before, 4) for before, after in pairwise(times)}) > 1, "the rate varies"
    assert chunks_of(path)[0].at == pytest.approx(2.43, abs=0.01), "its sound begins late"


@pytest.mark.data
def test_a_real_rotated_recording_is_upright_as_ffmpeg_turns_it(shared_data, tmp_path):
    path = shared_data / "video" / "rotated_by_metadata.mp4"
    ffmpeg("-i", path, "-frames:v", 1, "-pix_fmt", "bgr24", "-f", "rawvideo", tmp_path / "raw")
    turned = np.fromfile(tmp_path / "raw", np.uint8).reshape(1280, 720, 3)
    frame = frames_of(path)[0]
    assert frame.image.shape == turned.shape
    assert np.abs(frame.image.astype(int) - turned).mean() < 2
    info = probe(path, SETTINGS)
    assert (info.width, info.height, info.rotation_degrees) == (720, 1280, 90)


@pytest.mark.data
def test_a_real_truncated_recording_is_refused_in_words(shared_data):
    assert "cut off before its index" in refusal(shared_data / "video" / "broken_truncated.mp4").why


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "frames", "has_sound", "codec_note"),
    [
        ("talking_1.mp4", 200, True, "mpeg4"),
        ("talking_2_vp9_opus.webm", 200, True, "VP9"),
        ("portrait_selfie_no_audio.mp4", 352, False, "H.264 portrait"),
        ("second_face_enters_no_audio.mkv", 63, False, "no length of frames in the header"),
    ],
)
def test_real_recordings_are_read_whole(shared_data, name, frames, has_sound, codec_note):
    path = shared_data / "video" / name
    assert len(frames_of(path)) == frames, codec_note
    assert probe(path, SETTINGS).has_sound == has_sound
