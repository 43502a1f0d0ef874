import pytest

from capture.camera_address import is_address, refused_address, why_no_stream
from capture.devices import without_secrets


@pytest.mark.parametrize("url", ["http://10.0.0.2:8080/video", "https://cam/x", "rtsp://user:pw@cam/live?channel=1", "RTSP://cam/live"])
def test_addresses_of_cameras_are_tried(url):
    assert is_address(url)
    assert refused_address(url) is None


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "concat://a|b",
        "http://",
        "http://cam:notaport/x",
        "http://[::1/x",
        "ftp://user:secret@cam/",
        "://",
        "http://cam:0/",
    ],
)
def test_other_addresses_are_refused_before_anything_is_sent(url):
    failure = refused_address(url)
    assert "address" in failure.what
    assert "secret" not in str(failure)


@pytest.mark.parametrize(
    ("spec", "shown"),
    [
        ("http://user:secret@cam:80/video", "http://cam:80/video"),
        ("http://user:sec@ret@cam/video", "http://cam/video"),
        ("http://user:sec/ret@cam/video", "http://cam/video"),
        ("http://user:sec?ret@cam/video", "http://cam/video"),
        ("http://user:sec#ret@cam/video", "http://cam/video"),
        ("http://cam/video?user=a&pwd=secret", "http://cam/video"),
        ("user:secret@cam/video", "cam/video"),
        ("Integrated Camera", "Integrated Camera"),
    ],
)
def test_what_is_shown_of_an_address_holds_no_secret(spec, shown):
    assert without_secrets(spec) == shown


def test_a_name_that_is_unknown_is_said():
    assert "name" in why_no_stream("http://no-such-host.invalid/video", 1.0).why
