from pathlib import Path

import numpy as np
import pytest

from capture.audio_files import ConversionFailed, decode_to_wav, plan
from capture.media_file import MediaSound
from core.failures import MediaUnreadable, WrongUse
from core.settings import CaptureSettings
from tests.fixtures.media import damage_packet, ffmpeg, read_wav, tone, without_rights, write_talking_video, write_video, write_wav


def as_ffmpeg_does(source, folder):
    destination = folder / "ffmpeg.wav"
    ffmpeg("-i", source, "-ac", 1, "-ar", 16_000, "-sample_fmt", "s16", destination)
    return read_wav(destination)


def assert_equal_to_ffmpeg(source, folder):
    converted = decode_to_wav(source, folder / "ours.wav", force=False)
    rate, channels, width, ours = read_wav(folder / "ours.wav")
    assert (rate, channels, width) == (16_000, 1, 2)
    theirs = as_ffmpeg_does(source, folder)[3]
    assert len(ours) == len(theirs)
    assert converted.seconds == pytest.approx(len(ours) / 16_000)
    assert np.sqrt(np.mean((ours.astype(float) - theirs) ** 2)) <= 1.0
    assert ours.std() > 0


def made(folder, name, content=b"x"):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def destinations(made_plan, folder):
    return {one.source.name: str(one.destination.relative_to(folder)) for one in made_plan.conversions}


# The samples


@pytest.mark.parametrize("rate_hz", [8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 47_999, 48_000, 96_000])
@pytest.mark.parametrize("channels", [1, 2])
def test_every_rate_is_resampled_as_ffmpeg_does(tmp_path, rate_hz, channels):
    assert_equal_to_ffmpeg(write_wav(tmp_path / "s.wav", tone(1.5, rate_hz, channels), rate_hz), tmp_path)


@pytest.mark.parametrize("channels", [3, 6])
def test_many_channels_are_mixed_as_ffmpeg_does(tmp_path, channels):
    assert_equal_to_ffmpeg(write_wav(tmp_path / "s.wav", tone(1.0, 48_000, channels), 48_000), tmp_path)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("a.flac", []),
        ("a.mp3", []),
        ("a.m4a", ["-c:a", "aac"]),
        ("a.ogg", ["-c:a", "libvorbis"]),
        ("a.opus", ["-c:a", "libopus"]),
        ("a.wav", ["-c:a", "pcm_f32le"]),
        ("b.wav", ["-c:a", "pcm_u8"]),
        ("c.wav", ["-c:a", "pcm_alaw"]),
        ("a.mkv", ["-c:a", "pcm_s24le"]),
        ("a.webm", ["-c:a", "libopus"]),
        ("a.avi", ["-c:a", "libmp3lame"]),
        ("a.ts", ["-c:a", "aac"]),
        ("a.wma", []),
        ("a.aiff", []),
    ],
)
def test_every_usual_format_is_decoded_as_ffmpeg_does(tmp_path, name, words):
    spoken = write_wav(tmp_path / "s.wav", tone(1.5, 48_000, 2), 48_000)
    ffmpeg("-i", spoken, *words, tmp_path / name)
    assert_equal_to_ffmpeg(tmp_path / name, tmp_path)


def test_the_sound_of_a_video_is_converted(tmp_path):
    assert_equal_to_ffmpeg(write_talking_video(tmp_path / "talk.mp4"), tmp_path)


def test_a_change_of_rate_midway_is_followed(tmp_path):
    parts = []
    for rate_hz in (22_050, 44_100):
        part = tmp_path / f"{rate_hz}.mp3"
        ffmpeg("-i", write_wav(tmp_path / "s.wav", tone(1.0, rate_hz), rate_hz), "-write_xing", 0, "-id3v2_version", 0, part)
        parts.append(part.read_bytes())
    (tmp_path / "both.mp3").write_bytes(b"".join(parts))
    assert decode_to_wav(tmp_path / "both.mp3", tmp_path / "both.wav", force=False).seconds == pytest.approx(2.0, abs=0.15)


def test_the_live_source_hears_the_same_samples(tmp_path):
    path = write_talking_video(tmp_path / "talk.mp4")
    decode_to_wav(path, tmp_path / "talk.wav", force=False)
    source = MediaSound(path, CaptureSettings())
    source.open()
    heard = np.concatenate([chunk.samples for chunk in source.items()])
    source.close()
    np.testing.assert_array_equal(heard * 32_768, read_wav(tmp_path / "talk.wav")[3])


def test_damaged_sound_is_left_out_and_counted(tmp_path):
    ffmpeg("-i", write_wav(tmp_path / "s.wav", tone(3.0, 16_000), 16_000), "-c:a", "flac", tmp_path / "s.mkv")
    converted = decode_to_wav(damage_packet(tmp_path / "s.mkv", 5, stream="audio"), tmp_path / "o.wav", force=False)
    assert converted.damaged == 1
    assert 2.8 < converted.seconds < 3.0


def test_progress_is_told_in_seconds_of_sound(tmp_path):
    told = []
    decode_to_wav(write_wav(tmp_path / "s.wav", tone(2.0, 44_100), 44_100), tmp_path / "o.wav", force=False, on_progress=told.append)
    assert told == sorted(told)
    assert told[-1] == pytest.approx(2.0, abs=0.01)


@pytest.mark.data
@pytest.mark.parametrize(
    "name",
    [
        "talking_2.mp4",
        "talking_1_audio_only.m4a",
        "face_leaves_vfr_hevc.mov",
        "neutral_to_smile.mp4",
        "no_face_cartoon.mp4",
    ],
)
def test_real_recordings_are_converted_as_ffmpeg_does(shared_data, tmp_path, name):
    assert_equal_to_ffmpeg(shared_data / "video" / name, tmp_path)


@pytest.mark.data
@pytest.mark.parametrize("corpus", ["emodb", "ravdess", "tess"])
def test_real_speech_is_converted_as_ffmpeg_does(shared_data, tmp_path, corpus):
    speech = sorted(path for path in (shared_data / "speech" / corpus).rglob("*") if path.is_file())
    for number, path in enumerate(speech[:: len(speech) // 3][:3]):
        (tmp_path / str(number)).mkdir()
        assert_equal_to_ffmpeg(path, tmp_path / str(number))


# The file


def test_the_folder_is_made(tmp_path):
    spoken = write_wav(tmp_path / "s.wav", tone(0.1, 16_000), 16_000)
    destination = tmp_path / "new" / "ordner mit ümlaut" / "o.wav"
    assert decode_to_wav(spoken, destination, force=False).destination == destination
    assert destination.is_file()


def test_nothing_is_overwritten_without_force(tmp_path):
    spoken = write_wav(tmp_path / "s.wav", tone(0.1, 16_000), 16_000)
    there = made(tmp_path, "o.wav", b"mine")
    with pytest.raises(ConversionFailed, match="--force"):
        decode_to_wav(spoken, there, force=False)
    assert there.read_bytes() == b"mine"
    decode_to_wav(spoken, there, force=True)
    assert read_wav(there)[0] == 16_000


def test_a_file_is_never_written_over_itself(tmp_path):
    spoken = write_wav(tmp_path / "s.wav", tone(0.1, 44_100), 44_100)
    before = spoken.read_bytes()
    with pytest.raises(ConversionFailed, match="is the source itself"):
        decode_to_wav(spoken, spoken, force=True)
    assert spoken.read_bytes() == before


def test_a_source_that_fails_leaves_nothing_behind_and_keeps_what_was_there(tmp_path):
    broken = made(tmp_path, "broken.mp4", b"not a recording" * 100)
    there = made(tmp_path / "out", "broken.wav", b"mine")
    with pytest.raises(MediaUnreadable):
        decode_to_wav(broken, there, force=True)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["broken.wav"]
    assert there.read_bytes() == b"mine"


def test_a_recording_without_sound_is_refused(tmp_path):
    with pytest.raises(MediaUnreadable, match="has no sound"):
        decode_to_wav(write_video(tmp_path / "a.mp4"), tmp_path / "o.wav", force=False)
    assert not (tmp_path / "o.wav").exists()


def test_a_sound_file_of_zero_samples_is_refused_and_leaves_nothing(tmp_path):
    with pytest.raises(MediaUnreadable, match="no sound that can be decoded"):
        decode_to_wav(write_wav(tmp_path / "a.wav", tone(0, 16_000), 16_000), tmp_path / "out" / "o.wav", force=False)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_folder_that_may_not_be_written_is_said():
    with without_rights() as folder:
        spoken = write_wav(folder / "s.wav", tone(0.1, 16_000), 16_000)
        locked = folder / "locked"
        locked.mkdir()
        locked.chmod(0o555)
        with pytest.raises(ConversionFailed, match="may be written to"):
            decode_to_wav(spoken, locked / "o.wav", force=False)


def test_a_file_where_a_folder_should_be_is_said(tmp_path):
    spoken = write_wav(tmp_path / "s.wav", tone(0.1, 16_000), 16_000)
    with pytest.raises(ConversionFailed):
        decode_to_wav(spoken, made(tmp_path, "file") / "o.wav", force=False)


# The plan


def test_a_file_goes_to_its_name_with_wav(tmp_path):
    assert destinations(plan([Path("some where/Gespräch 1.mp4")], tmp_path), tmp_path) == {"Gespräch 1.mp4": "Gespräch 1.wav"}


def test_the_tree_of_a_folder_is_kept(tmp_path):
    source, out = tmp_path / "in", tmp_path / "out"
    made(source, "a.mp4")
    made(source, "Tag 1/früh/b.MP3")
    made(source, "Tag 1/notes.txt")
    made(source, ".hidden/c.mp4")
    made(source, "._a.mp4")
    todo = plan([source], out)
    assert destinations(todo, out) == {"a.mp4": "a.wav", "b.MP3": str(Path("Tag 1") / "früh" / "b.wav")}
    assert (todo.left_alone, todo.failures) == (1, ())


def test_several_folders_keep_their_names(tmp_path):
    for day in ("day1", "day2"):
        made(tmp_path, f"{day}/s1.wav")
    todo = plan([tmp_path / "day1", tmp_path / "day2"], tmp_path / "out")
    assert [str(one.destination.relative_to(tmp_path / "out")) for one in todo.conversions] == ["day1/s1.wav", "day2/s1.wav"]


def test_sources_that_would_share_a_name_keep_their_endings(tmp_path):
    for name in ("a.mp3", "a.mp4", "b.mp4", "A.flac"):
        made(tmp_path / "in", name)
    assert destinations(plan([tmp_path / "in"], tmp_path), tmp_path) == {
        "a.mp3": "a.mp3.wav",
        "a.mp4": "a.mp4.wav",
        "b.mp4": "b.wav",
        "A.flac": "A.flac.wav",
    }


def test_sources_of_the_very_same_name_are_numbered(tmp_path):
    todo = plan([Path("x/a.mp4"), Path("y/a.mp4"), Path("z/a.mp4.flac")], tmp_path)
    names = [one.destination.name for one in todo.conversions]
    assert names == ["a.mp4 (2).wav", "a.mp4 (3).wav", "a.mp4.wav"]


def test_a_source_named_twice_is_done_once(tmp_path):
    assert len(plan([Path("a.mp4"), Path("./a.mp4")], tmp_path).conversions) == 1


def test_earlier_results_inside_the_source_folder_are_no_sources(tmp_path):
    made(tmp_path, "a.mp4")
    made(tmp_path, "wav/a.wav")
    assert destinations(plan([tmp_path], tmp_path / "wav"), tmp_path / "wav") == {"a.mp4": "a.wav"}


def test_a_folder_cannot_be_its_own_result(tmp_path):
    with pytest.raises(WrongUse, match="both source and result"):
        plan([tmp_path], tmp_path)


def test_a_file_cannot_be_the_folder_to_write_to(tmp_path):
    with pytest.raises(WrongUse, match="is no folder"):
        plan([Path("a.mp4")], made(tmp_path, "file"))


def test_a_folder_that_cannot_be_read_is_told_and_the_rest_is_planned():
    with without_rights() as folder:
        made(folder, "in/a.mp4")
        made(folder, "in/locked/b.mp4")
        (folder / "in/locked").chmod(0o000)
        todo = plan([folder / "in"], folder / "out")
        (folder / "in/locked").chmod(0o755)
    assert [one.source.name for one in todo.conversions] == ["a.mp4"]
    assert "locked" in todo.failures[0].what
