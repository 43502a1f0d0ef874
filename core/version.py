"""The program's version, once (`pyproject.toml` repeats it and a test compares), and what it runs on."""

import platform
from importlib import metadata

VERSION = "0.1.0"
PACKAGES = (
    "numpy",
    "scipy",
    "opencv-python-headless",
    "av",
    "PyAudio",
    "webrtcvad-wheels",
    "ai-edge-litert",
    "PySide6-Essentials",
    "pyqtgraph",
)
"""The packages whose version can change a number or a picture."""


def running_versions() -> dict[str, str]:
    """The versions of the program, Python, the system and the packages that matter, as they run now."""
    versions = {"affectograph": VERSION, "python": platform.python_version(), "system": platform.platform()}
    for package in PACKAGES:
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return versions
