import re
import socket
import threading
import time
from itertools import islice, pairwise

import cv2
import numpy as np
import pytest

from bench.http_camera import Answer, HttpCamera, number_in
from capture.camera import Camera, check_picture, open_capture, programs_that_hold, skip_backlog, why_no_device
from capture.device_check import check_camera
from capture.devices import CameraDevice
from core.clock import SessionClock
from core.failures import SourceUnavailable
from core.settings import CaptureSettings
from tests.fixtures.rtsp_camera import RtspCamera

QUICK = CaptureSettings(camera_open_timeout_ms=800, camera_read_timeout_ms=400)
GENEROUS = CaptureSettings(camera_open_timeout_ms=20_000, camera_read_timeout_ms=20_000)


@pytest.fixture
def network_camera():
    with HttpCamera() as served:
        yield served


@pytest.fixture(autouse=True)
def no_thread_is_left():
    yield
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("affectograph")]


@pytest.fixture
def camera_of():
    cameras = []

    def make(spec, settings=GENEROUS, now=None, connect=None):
        cameras.append(Camera(spec, settings, now or SessionClock().now, connect))
        return cameras[-1]

    yield make
    for camera in cameras:
        camera.stop()
        camera.close()


def refusal(camera):
    with pytest.raises(SourceUnavailable) as caught:
        camera.open()
    failure = caught.value.failure
    assert all(part.strip() for part in (failure.what, failure.why, failure.what_to_do))
    return failure


def loss(items):
    with pytest.raises(SourceUnavailable) as caught:
        for _ in items:
            pass
    failure = caught.value.failure
    assert all(part.strip() for part in (failure.what, failure.why, failure.what_to_do))
    return failure


def test_the_pictures_arrive_as_they_were_sent(network_camera, camera_of):
    camera = camera_of(network_camera.url)
    camera.open()
    frames = list(islice(camera.items(), 10))
    assert all(frame.image.shape == (480, 640, 3) for frame in frames)
    numbers = [number_in(frame.image) for frame in frames]
    assert numbers == sorted(set(numbers))
    assert [frame.index - frames[0].index for frame in frames] == [number - numbers[0] for number in numbers]


def test_a_frame_is_stamped_after_it_was_sent_and_before_it_is_given(network_camera, camera_of):
    camera = camera_of(network_camera.url, now=time.perf_counter)
    camera.open()
    for frame in islice(camera.items(), 10):
        assert network_camera.sent[number_in(frame.image)] < frame.at < time.perf_counter()


def test_each_picture_owns_its_memory(network_camera, camera_of):
    camera = camera_of(network_camera.url)
    camera.open()
    first, second = islice(camera.items(), 2)
    assert not np.shares_memory(first.image, second.image)
    assert number_in(first.image) < number_in(second.image)


def test_a_slow_consumer_loses_the_oldest_pictures_and_sees_it_in_the_index(network_camera, camera_of):
    camera = camera_of(network_camera.url, now=time.perf_counter)
    camera.open()
    items = camera.items()
    first = next(items)
    while network_camera.newest_sent() < number_in(first.image) + 10:
        network_camera.wait_for_next()
    second = next(items)
    assert second.index > first.index + 1
    assert second.index - first.index == number_in(second.image) - number_in(first.image)


def test_a_stalled_camera_is_lost_within_the_read_timeout_and_comes_back_when_opened_again(network_camera, camera_of):
    camera = camera_of(network_camera.url, QUICK)
    camera.open()
    items = camera.items()
    before = next(items)
    network_camera.stall()
    assert "0.4 s" in loss(items).why
    camera.close()
    network_camera.go_on()
    camera.open()
    after = next(camera.items())
    assert after.index > before.index + 1
    assert after.at > before.at


def test_a_dropped_connection_is_a_lost_camera_at_once(network_camera, camera_of):
    camera = camera_of(network_camera.url, GENEROUS)
    camera.open()
    items = camera.items()
    next(items)
    network_camera.drop()
    assert "lost" in loss(items).what
    camera.close()
    camera.open()
    assert next(camera.items())


def test_a_camera_that_goes_away_is_refused_until_it_comes_back(network_camera, camera_of):
    camera = camera_of(network_camera.url)
    camera.open()
    items = camera.items()
    next(items)
    network_camera.refuse()
    loss(items)
    camera.close()
    assert "refuses the connection" in refusal(camera).why
    network_camera.come_back()
    camera.open()
    assert next(camera.items())


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Answer.A_PAGE, "text/html, not video"),
        (Answer.GARBAGE, "cannot be read as video"),
        (Answer.DENIED, "refuses access"),
        (Answer.UNKNOWN_PATH, "404"),
        (Answer.SILENCE, "does not answer in time"),
    ],
)
def test_an_address_that_is_no_camera_says_why_and_shows_no_password(network_camera, camera_of, capfd, caplog, answer, why):
    network_camera.answer = answer
    camera = camera_of(network_camera.url_with("doctor", "se%40cret"), QUICK)
    failure = refusal(camera)
    assert why in failure.why
    network_camera.drop()
    camera.close()
    told = f"{failure} {camera.label} {capfd.readouterr()} {caplog.text}"
    assert "doctor" not in told
    assert "cret" not in told
    assert "127.0.0.1" in camera.label


def test_user_and_password_of_the_address_reach_the_camera(network_camera, camera_of):
    network_camera.password = ("doctor", "se@cret")
    assert "refuses access" in refusal(camera_of(network_camera.url)).why
    camera = camera_of(network_camera.url_with("doctor", "se%40cret"))
    camera.open()
    assert next(camera.items())


def test_a_wrong_scheme_is_refused(camera_of, tmp_path):
    (tmp_path / "secret.mp4").write_bytes(b"")
    assert "not the address of a camera" in refusal(camera_of(f"file://{tmp_path}/secret.mp4")).what


@pytest.mark.parametrize("spec", ["Integrated Camera", "99", "/dev/video99"])
def test_a_camera_that_is_not_there_is_named(camera_of, spec):
    failure = refusal(camera_of(spec))
    assert spec in str(failure)


def test_nothing_of_a_forgotten_scheme_shows_the_password(camera_of):
    assert "secret" not in str(refusal(camera_of("doctor:secret@10.0.0.2/video")))


class ThreadThatIsOver(threading.Thread):
    """Has ended by the time that `start` returns."""

    def start(self):
        super().start()
        self.join()


class BlockedDriver:
    """A driver whose `grab` hangs after the first picture, until it is let go; what OpenCV gives for a hung USB camera."""

    def __init__(self):
        self.let_go = threading.Event()
        self.released = threading.Event()
        self._pictures = 1

    def grab(self):
        self._pictures -= 1
        return self._pictures >= 0 or (self.let_go.wait(60) and False)

    def retrieve(self):
        return True, np.zeros((48, 64, 3), np.uint8)

    def release(self):
        self.released.set()


def test_a_driver_that_hangs_is_noticed_and_lets_go_when_it_comes_back(camera_of):
    driver = BlockedDriver()
    camera = camera_of("Hung Camera", QUICK, connect=lambda spec, settings: driver)
    camera.open()
    items = camera.items()
    next(items)
    assert "has stopped" in loss(items).what
    driver.let_go.set()
    camera.close()
    assert driver.released.is_set()


def test_stop_frees_a_consumer_of_a_driver_that_hangs(camera_of):
    driver = BlockedDriver()
    camera = camera_of("Hung Camera", GENEROUS, connect=lambda spec, settings: driver)
    camera.open()
    items = camera.items()
    next(items)
    stopper = threading.Thread(target=camera.stop)
    stopper.start()
    assert list(items) == []
    stopper.join()
    driver.let_go.set()


def test_stop_frees_an_open_that_waits_for_its_driver(camera_of):
    asked, answer = threading.Event(), threading.Event()

    def connect(spec, settings):
        asked.set()
        answer.wait(60)
        return BlockedDriver()

    camera = camera_of("Slow Camera", GENEROUS, connect=connect)
    opener = threading.Thread(target=camera.open)
    opener.start()
    assert asked.wait(10)
    camera.stop()
    opener.join(10)
    assert not opener.is_alive()
    assert list(camera.items()) == []
    answer.set()


@pytest.mark.parametrize("fails_first", [False, True])
def test_a_driver_that_fails_is_a_lost_camera(camera_of, caplog, monkeypatch, fails_first):
    class Failing(BlockedDriver):
        def retrieve(self):
            raise cv2.error("(-215:Assertion failed)")

    if fails_first:
        monkeypatch.setattr("capture.camera.Thread", ThreadThatIsOver)
    driver = Failing()
    camera = camera_of("Odd Camera", connect=lambda spec, settings: driver)
    camera.open()
    assert "driver failed" in loss(camera.items()).why
    assert driver.released.is_set()


def test_a_picture_larger_than_allowed_is_refused(network_camera):
    with pytest.raises(SourceUnavailable, match="640 x 480"):
        open_capture(network_camera.url, CaptureSettings(largest_picture_px=307_199))


@pytest.mark.parametrize("image", [np.zeros((8, 640, 3), np.uint8), np.zeros((480, 640), np.uint8), np.zeros((480, 640, 3), np.uint16)])
def test_a_picture_that_no_camera_sends_is_refused(image):
    with pytest.raises(SourceUnavailable):
        check_picture(image, "Odd Camera", GENEROUS)


def test_pictures_that_were_waiting_when_a_stream_opened_are_thrown_away():
    class Buffered(BlockedDriver):
        seconds, taken = 0.0, 0

        def grab(self):
            self.taken += 1
            self.seconds += 0.001 if self.taken <= 20 else 0.033
            return True

    driver = Buffered()
    skip_backlog(driver, lambda: driver.seconds)
    assert driver.taken == 21


def test_a_stream_that_ends_while_it_opens_does_not_hold_the_opening():
    class Ended(BlockedDriver):
        taken = 0

        def grab(self):
            self.taken += 1
            return False

    driver = Ended()
    skip_backlog(driver)
    assert driver.taken == 1


def test_who_holds_a_camera_is_named(tmp_path):
    held = tmp_path / "video0"
    held.touch()
    process = tmp_path / "proc" / "4242"
    (process / "fd").mkdir(parents=True)
    (process / "fd" / "7").symlink_to(held)
    (process / "comm").write_text("conference\n")
    assert programs_that_hold(str(held), tmp_path / "proc") == ["conference"]
    assert programs_that_hold(str(tmp_path / "video1"), tmp_path / "proc") == []


def test_a_camera_that_was_unplugged_while_it_was_opened_is_said(tmp_path):
    assert "unplugged" in why_no_device(CameraDevice("Desk Camera", 3, str(tmp_path / "video3"))).why


def test_a_busy_camera_is_said(tmp_path):
    (tmp_path / "video0").touch()
    assert "Another program uses it" in why_no_device(CameraDevice("Desk Camera", 0, str(tmp_path / "video0"))).why


def test_a_camera_is_tried_for_doctor(network_camera):
    check = check_camera(network_camera.url, GENEROUS, seconds=0.2)
    assert check.works
    assert (check.width_px, check.height_px) == (640, 480)
    assert check.fps > 0
    network_camera.refuse()
    assert "refuses" in check_camera(network_camera.url, QUICK).failure.why


def test_indices_and_times_only_grow_over_many_frames(network_camera, camera_of):
    camera = camera_of(network_camera.url)
    camera.open()
    frames = list(islice(camera.items(), 60))
    assert all(before.index < after.index and before.at < after.at for before, after in pairwise(frames))


def test_an_unused_port_refuses_rtsp_as_well(camera_of):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        failure = refusal(camera_of(f"rtsp://u:secret@127.0.0.1:{port}/live", QUICK))
    assert re.search("refuses the connection", failure.why)
    assert "secret" not in str(failure)


def test_an_rtsp_camera_delivers_and_its_stall_is_noticed(camera_of):
    with RtspCamera() as served:
        camera = camera_of(served.url, CaptureSettings(camera_open_timeout_ms=20_000, camera_read_timeout_ms=1000))
        camera.open()
        items = camera.items()
        frames = list(islice(items, 10))
        assert all(frame.image.shape == (240, 320, 3) for frame in frames)
        numbers = [number_in(frame.image) for frame in frames]
        assert numbers == sorted(numbers)
        assert numbers[-1] > numbers[0]
        served.stalled.set()
        assert loss(items)
