"""Cameras in the network: which addresses are taken, and why one does not answer."""

import http.client
import socket
import ssl
from base64 import b64encode
from urllib.parse import SplitResult, unquote, urlsplit

from capture.devices import without_secrets
from core.failures import Failure

PORTS = {"http": 80, "https": 443, "rtsp": 554, "rtsps": 322}
"""The schemes of cameras, with their usual ports. Anything else (file:, concat:, ...) would let an address read local files."""

MOVING = ("multipart/", "video/", "image/", "application/octet-stream")
"""Content types that can be a camera's; the stream itself was already tried."""


def is_address(spec: str) -> bool:
    """Whether `spec` is meant as an address rather than as a device's name."""
    return "://" in spec


def refused_address(url: str) -> Failure | None:
    """What is wrong with an address before anything is sent to it; None when it can be tried."""
    try:
        parts = urlsplit(url.strip())
        usable = parts.scheme in PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if usable:
        return None
    return Failure(
        f"“{without_secrets(url)}” is not the address of a camera.",
        f"It must begin with {', '.join(f'{scheme}://' for scheme in PORTS)} and name a host.",
        "The camera's own page or manual names its stream's address, for example http://192.168.1.20:8080/video.",
    )


def why_no_stream(url: str, timeout_s: float) -> Failure:
    """Why the address gave no stream: asked step by step, at most about `timeout_s` a step."""
    parts = urlsplit(url.strip())
    what = f"The camera “{without_secrets(url)}” cannot be opened."
    try:
        with socket.create_connection((parts.hostname, _port(parts)), timeout_s):
            pass
        if parts.scheme in ("http", "https"):
            return _judge_answer(what, *_ask(parts, timeout_s))
    except (OSError, http.client.HTTPException) as error:
        return _explain(what, error)
    return Failure(what, "Its host answers, but it sends no video under this path.", "Check the path, the user and the password.")


def _port(parts: SplitResult) -> int:
    return parts.port or PORTS[parts.scheme]


def _ask(parts: SplitResult, timeout_s: float) -> tuple[int, str]:
    """Status and content type of an HTTP address."""
    secure = parts.scheme == "https"
    connection = (http.client.HTTPSConnection if secure else http.client.HTTPConnection)(
        parts.hostname or "", _port(parts), timeout=timeout_s
    )
    headers = {}
    if parts.username:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
    try:
        connection.request("GET", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.getheader("Content-Type", "")
    finally:
        connection.close()


def _judge_answer(what: str, status: int, content: str) -> Failure:
    if status in (401, 403):
        return Failure(
            what, f"It refuses access (HTTP {status}).", "Put user and password into the address: http://user:password@host/path."
        )
    if status == 404:
        return Failure(what, "Its host knows no such path (HTTP 404).", "Check the path after the host's name.")
    if status >= 400:
        return Failure(what, f"Its host reports an error (HTTP {status}).", "Restart the camera, or look at its own page.")
    if not content.startswith(MOVING):
        return Failure(
            what,
            f"What it sends is {content or 'of an unknown type'}, not video.",
            "The address of the stream often ends in /video or /mjpg.",
        )
    return Failure(what, "It answers, but what it sends cannot be read as video.", "Set the camera to MJPEG or H.264.")


def _explain(what: str, error: Exception) -> Failure:
    """A network error in words; never the error's own text, which may hold the address."""
    match error:
        case socket.gaierror():
            return Failure(what, "No computer of this name is known.", "Check the name, or use the camera's number (192.168. ...).")
        case ConnectionRefusedError():
            return Failure(what, "Its host refuses the connection: nothing listens there.", "Check the port, and whether the camera is on.")
        case TimeoutError():
            return Failure(what, "Its host does not answer in time.", "Check that the camera is on and in the same network.")
        case ssl.SSLError():
            return Failure(what, "Its certificate is not trusted.", "Use its http:// address within your own network.")
        case _:
            return Failure(what, f"The connection failed ({type(error).__name__}).", "Check the network, the address and the camera.")
