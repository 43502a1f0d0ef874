import struct
import sys

import pytest

from capture.devices import (
    CAN_CAPTURE,
    CAPABILITIES,
    HAS_OWN_CAPABILITIES,
    MicrophoneDevice,
    can_capture,
    chosen,
    chosen_microphone,
    distinct,
    find_microphone,
    gives_pictures,
    linux_cameras,
    list_cameras,
    list_microphones,
    matching,
    microphones_of,
    plain_name,
)
from core.failures import SourceUnavailable
from tests.fixtures.sound_server import SoundServer

NAMES = ["Integrated Camera", "USB Webcam", "usb webcam", "USB Webcam Pro"]
NUMBERS = [("0", "/dev/video0"), ("2", "/dev/video2"), ("4", "/dev/video4"), ("6", "/dev/video6")]


def capabilities(whole_device, node):
    return CAPABILITIES.pack(b"uvcvideo", b"Camera", b"usb-1", 0, whole_device, node)


def test_the_kernels_structure_is_read_as_the_kernel_writes_it():
    assert CAPABILITIES.size == 104
    assert struct.unpack_from("<I", capabilities(1, 0), 84) == (1,)


def test_a_node_of_metadata_is_no_camera():
    metadata = 0x00800000
    assert gives_pictures(capabilities(HAS_OWN_CAPABILITIES | 1 | metadata, 1))
    assert not gives_pictures(capabilities(HAS_OWN_CAPABILITIES | 1 | metadata, metadata))
    assert gives_pictures(capabilities(CAN_CAPTURE, 0))


@pytest.mark.skipif(sys.platform != "linux", reason="Video4Linux")
def test_cameras_are_listed_by_the_kernels_names(tmp_path, monkeypatch):
    system = tmp_path / "video4linux"
    for node, name in {"video0": "Integrated Camera: Integrated C", "video1": "Meta", "video2": "Webcam", "video10": "Webcam"}.items():
        (system / node).mkdir(parents=True)
        (system / node / "name").write_text(f"{name}\n")
    (system / "v4l-subdev0").mkdir()
    monkeypatch.setattr("capture.devices.can_capture", lambda path: path.name != "video1")
    found = linux_cameras(system, tmp_path)
    assert [(one.name, one.number) for one in found] == [("Integrated Camera", 0), ("Webcam", 2), ("Webcam (2)", 10)]
    assert found[0].path == str(tmp_path / "video0")


@pytest.mark.skipif(sys.platform != "linux", reason="Video4Linux")
def test_a_file_that_is_no_video_device_is_no_camera(tmp_path):
    (tmp_path / "video0").write_bytes(b"")
    assert not can_capture(tmp_path / "video0")
    assert not can_capture(tmp_path / "video1")


def test_a_machine_without_cameras_has_an_empty_list(tmp_path):
    assert linux_cameras(tmp_path / "none", tmp_path) == []
    assert isinstance(list_cameras(), list)


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Integrated Camera: Integrated C\n", "Integrated Camera"),
        ("Logitech BRIO", "Logitech BRIO"),
        ("vivid: driver", "vivid: driver"),
        ("A: ", "A:"),
    ],
)
def test_a_name_that_the_driver_wrote_twice_is_shown_once(name, plain):
    assert plain_name(name) == plain


def test_devices_of_the_same_name_can_be_told_apart():
    assert distinct(["Webcam", "Desk", "Webcam", "Webcam"]) == ["Webcam", "Desk", "Webcam (2)", "Webcam (3)"]


@pytest.mark.parametrize(
    ("spec", "places"),
    [
        ("Integrated Camera", [0]),
        ("integrated camera", [0]),
        ("integr", [0]),
        ("USB Webcam", [1]),
        ("USB WEBCAM", [1, 2]),
        ("usb webcam pro", [3]),
        ("webcam", [1, 2, 3]),
        ("4", [2]),
        (" 4 ", [2]),
        ("1", []),
        ("/dev/video6", [3]),
        ("", []),
    ],
)
def test_a_device_is_found_by_its_name_a_part_of_it_its_number_or_its_file(spec, places):
    assert matching(spec, NAMES, NUMBERS) == places


def refusal(spec, names, aliases):
    with pytest.raises(SourceUnavailable) as caught:
        chosen(spec, "camera", names, aliases)
    failure = caught.value.failure
    assert all(part.strip() for part in (failure.what, failure.why, failure.what_to_do))
    return failure


def test_a_word_that_fits_several_devices_names_them():
    assert "“USB Webcam”, “usb webcam”, “USB Webcam Pro”" in refusal("webcam", NAMES, NUMBERS).why


def test_an_unknown_device_names_those_that_are_there():
    assert "“Integrated Camera”" in refusal("Desk", NAMES, NUMBERS).why


def test_no_device_at_all_is_said():
    assert "There is no camera." in refusal("Desk", [], []).what


class Hosts:
    """What PyAudio tells of a Windows machine with one microphone."""

    hosts = ("MME", "Windows DirectSound", "Windows WASAPI", "Windows WDM-KS")

    def get_host_api_count(self):
        return len(self.hosts)

    def get_host_api_info_by_index(self, index):
        return {"index": index, "name": self.hosts[index], "defaultInputDevice": 3 * index + 1}

    def get_device_count(self):
        return 12

    def get_device_info_by_index(self, index):
        host, kind = divmod(index, 3)
        return {
            "index": index,
            "hostApi": host,
            "name": ("Speakers", "Headset", "Array")[kind],
            "maxInputChannels": min(kind, 2),
            "defaultSampleRate": 48_000.0,
        }


def test_a_microphone_that_several_host_apis_repeat_is_listed_once():
    found = microphones_of(Hosts())
    assert found == [
        MicrophoneDevice("Headset", 7, "Windows WASAPI", True, 48_000, 1),
        MicrophoneDevice("Array", 8, "Windows WASAPI", False, 48_000, 2),
    ]


def test_default_means_the_systems_default_microphone():
    assert chosen_microphone("default", microphones_of(Hosts())).name == "Headset"


@pytest.mark.sound
def test_the_sound_servers_microphones_are_listed_with_the_default_first():
    with SoundServer() as server:
        found = list_microphones()
        assert found[0].is_default
        assert {"default", "desk_microphone"} <= {one.name for one in found}
        assert find_microphone("desk").name == "desk_microphone"
        server.unplug()
        assert list_microphones() == []
