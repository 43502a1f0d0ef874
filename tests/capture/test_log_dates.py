from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import av
import numpy as np
import pytest

from capture.log_dates import Says, date_in_data, date_of, dates_in_name, decide, logs_in
from core.failures import MediaUnreadable
from core.settings import CaptureSettings

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 4, 2, 10, 0, tzinfo=BERLIN)
LOG = Path("log.mp4")


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("2026-03-29.mp4", "2026-03-29 12:00 CEST"),
        ("20260329_1830.mp4", "2026-03-29 18:30 CEST"),
        ("IMG_20260329_183012.mp4", "2026-03-29 18:30 CEST"),
        ("VID_20260329_183012~2.mp4", "2026-03-29 18:30 CEST"),
        ("PXL_20260329_163012345.mp4", "2026-03-29 16:30 UTC"),
        ("WhatsApp Video 2026-03-29 at 18.30.12.mp4", "2026-03-29 18:30 CEST"),
        ("VID-20260329-WA0003.mp4", "2026-03-29 12:00 CEST"),
        ("2026-03-29 18-30-12.mkv", "2026-03-29 18:30 CEST"),
        ("2026-03-29T18:30.mkv", "2026-03-29 18:30 CEST"),
        ("Screen Recording 2026-03-29 at 6.30.12.mov", "2026-03-29 12:00 CEST"),
        ("Tagebuch 29.03.2026.mp4", "2026-03-29 12:00 CEST"),
        ("29.3.2026_18.30.mp4", "2026-03-29 18:30 CEST"),
        ("log-2028-02-29.mp4", "2028-02-29 12:00 CET"),
        ("2026.03.28_0215.mp4", "2026-03-28 02:15 CET"),
        ("睡眠-2026_01_05-größe.webm", "2026-01-05 12:00 CET"),
    ],
)
def test_names_of_usual_cameras_and_programs_are_read(name, written):
    [(when, says)] = dates_in_name(name, BERLIN)
    assert f"{when:%Y-%m-%d %H:%M %Z}" == written
    assert says is (Says.NAME_WITHOUT_HOUR if "12:00" in written else Says.NAME)


@pytest.mark.parametrize(
    "name",
    ["log.mp4", "IMG_1234.mov", "MVI0042.avi", "2026-13-01.mp4", "2026-02-30.mp4", "1234567890123.mp4", "20261399.mp4", "v2.0.1.mp4"],
)
def test_names_without_a_date_have_none(name):
    assert dates_in_name(name, BERLIN) == []


def test_day_and_month_that_can_be_exchanged_are_two_readings_and_left_to_the_person():
    named = dates_in_name("03-04-2026.mp4", BERLIN)
    assert {when.date().isoformat() for when, _ in named} == {"2026-04-03", "2026-03-04"}
    late = NOW + timedelta(days=9)
    one = decide(LOG, None, named, late)
    assert one.when is None
    assert "two ways" in one.why
    assert len(one.candidates) == 2
    assert one.dated(one.candidates[0]).says is Says.PERSON
    assert decide(LOG, None, named, NOW).when.date().isoformat() == "2026-03-04"  # the other one lies in the future
    assert decide(LOG, datetime(2026, 4, 3, 7, tzinfo=UTC), named, late).when.date().isoformat() == "2026-04-03"


def test_an_hour_that_the_spring_night_left_out_is_dated_all_the_same():
    [(when, _)] = dates_in_name("20260329_0230.mp4", BERLIN)
    assert when.astimezone(UTC).date().isoformat() == "2026-03-29"


@pytest.mark.parametrize(
    ("metadata", "written"),
    [
        ({"creation_time": "2026-03-28T23:30:00.000000Z"}, "2026-03-28T23:30:00+00:00"),
        (
            {"com.apple.quicktime.creationdate": "2026-03-29T18:30:00+0200", "creation_time": "2026-03-30T00:00:00Z"},
            "2026-03-29T18:30:00+02:00",
        ),
        ({"date": "2026-03-29T18:30:00"}, "2026-03-29T18:30:00+00:00"),
        ({"date": "2026"}, None),
        ({"creation_time": "yesterday evening"}, None),
        ({}, None),
    ],
)
def test_dates_in_the_data_are_read(metadata, written):
    found = date_in_data(metadata)
    assert (found.isoformat() if found else None) == written


def test_data_and_name_that_agree_but_for_a_zone_give_the_names_hour():
    data = datetime(2026, 3, 28, 23, 31, tzinfo=UTC)
    one = decide(LOG, data, dates_in_name("20260329_003000.mp4", BERLIN), NOW)
    assert (one.when.isoformat(), one.says) == ("2026-03-29T00:30:00+01:00", Says.NAME)


def test_a_date_alone_is_given_its_hour_by_the_data():
    one = decide(LOG, datetime(2026, 3, 29, 16, 30, tzinfo=UTC), dates_in_name("2026-03-29.mp4", BERLIN), NOW)
    assert (one.when.isoformat(), one.says) == ("2026-03-29T18:30:00+02:00", Says.DATA)


def test_data_of_a_copy_are_left_to_the_person():
    one = decide(LOG, datetime(2026, 4, 1, 8, tzinfo=UTC), dates_in_name("2026-03-10.mp4", BERLIN), NOW)
    assert one.when is None
    assert "different dates" in one.why
    assert [when.date().isoformat() for when in one.candidates] == ["2026-04-01", "2026-03-10"]


@pytest.mark.parametrize("wrong", [datetime(1904, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)])
def test_the_data_of_a_wrong_clock_are_not_believed(wrong):
    assert decide(LOG, wrong, [], NOW).when is None
    assert decide(LOG, wrong, [], NOW).why == "Its date cannot be right."
    assert decide(LOG, wrong, dates_in_name("2026-03-10.mp4", BERLIN), NOW).says is Says.NAME_WITHOUT_HOUR


def write_sound(path: Path, **metadata: str) -> Path:
    with av.open(str(path), "w") as file:
        file.metadata.update(metadata)
        stream = file.add_stream("aac", rate=16_000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 4096), np.float32), format="fltp", layout="mono")
        frame.sample_rate = 16_000
        file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return path


def test_a_real_file_is_dated_by_its_own_data(tmp_path):
    path = write_sound(tmp_path / "clip.mp4", creation_time="2026-03-29T16:30:00.000000Z")
    one = date_of(path, NOW, CaptureSettings())
    assert (one.when.isoformat(), one.says) == ("2026-03-29T18:30:00+02:00", Says.DATA)


def test_a_file_without_a_date_and_one_that_cannot_be_read_are_told_apart(tmp_path):
    undated = date_of(write_sound(tmp_path / "clip.mp4"), NOW, CaptureSettings())
    broken = tmp_path / "2026-03-01.mp4"
    broken.write_bytes(b"no recording at all")
    unreadable = date_of(broken, NOW, CaptureSettings())
    assert (undated.when, undated.failure) == (None, None)
    assert "Neither its data nor its name" in undated.why
    assert unreadable.when is None
    assert unreadable.failure is not None


def test_the_logs_of_a_folder_are_its_recordings_by_name(tmp_path):
    for name in ("b.mp4", "a.MOV", "notes.txt", ".hidden.mp4", "c.wav"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "older").mkdir()
    assert [path.name for path in logs_in(tmp_path)] == ["a.MOV", "b.mp4", "c.wav"]
    with pytest.raises(MediaUnreadable, match="cannot be read"):
        logs_in(tmp_path / "nowhere")
