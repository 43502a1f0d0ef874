"""What the window remembers between two starts: its size, and the devices by name."""

import json
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from capture.devices import without_secrets

logger = logging.getLogger(__name__)

FILE_NAME = "window.json"


@dataclass(frozen=True, slots=True)
class WindowState:
    """Pixels of the window, and the devices of the last session: a name or an address; "": off; None: none was chosen yet."""

    width: int = 1280
    height: int = 780
    maximised: bool = False
    camera: str | None = None
    microphone: str | None = None


def load_window_state(path: Path) -> WindowState:
    """What the file says; a missing or broken one gives the defaults, for nothing is lost with it."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return WindowState()
    except (OSError, ValueError):
        logger.warning("the state of the window could not be read from %s", path)
        return WindowState()
    return _usable(raw) if isinstance(raw, dict) else WindowState()


def _usable(raw: Mapping[str, Any]) -> WindowState:
    kinds = {"width": int, "height": int, "maximised": bool, "camera": str, "microphone": str}
    return WindowState(**{one.name: raw[one.name] for one in fields(WindowState) if type(raw.get(one.name)) is kinds[one.name]})


def save_window_state(path: Path, state: WindowState) -> None:
    """Write it, an address with a password or key left out; a disk that refuses is logged, for nobody waits for this."""
    if state.camera is not None and without_secrets(state.camera) != state.camera:
        state = WindowState(state.width, state.height, state.maximised, None, state.microphone)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(state), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        logger.warning("the state of the window could not be written to %s: %s", path, error)
