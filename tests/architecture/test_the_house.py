import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from core.version import VERSION

ROOT = Path(__file__).resolve().parents[2]
HEAVY = {"tensorflow", "keras", "librosa", "numba", "sklearn", "pandas"}


def test_imports_run_downwards_only() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout


@pytest.mark.parametrize(
    "program",
    [
        "import main",
        "import gui.application, gui.main_window, monitor.monitor, monitor.preview",
        "from monitor.wiring import READERS; from core.settings import Settings; [r(Settings()).warm_up() for r in READERS.values()]; "
        "from core.media import TextEntry; READERS['text'](Settings()).read(TextEntry('I am so very sad today', 0.0, 0))",
    ],
    ids=["the command line", "the window", "the three readers"],
)
def test_what_runs_live_loads_nothing_that_trains(program: str) -> None:
    code = f"{program}; import sys; print(*sorted({HEAVY!r} & set(sys.modules)))"
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.split() == []


def test_the_window_loads_no_decoder_of_recordings_before_one_is_opened() -> None:
    code = "import gui.application, gui.main_window, monitor.monitor, sys; print('av' in sys.modules)"
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "False"


def test_the_command_line_loads_no_qt() -> None:
    code = "import main, sys; print([name for name in sys.modules if name.startswith(('PySide6', 'pyqtgraph'))])"
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"


def test_the_light_set_holds_nothing_that_trains_and_agrees_with_the_whole_set() -> None:
    light, whole, tools = (_pins(name) for name in ("requirements-run.txt", "requirements.txt", "requirements-dev.txt"))
    assert {"tensorflow", "keras", "librosa", "scikit-learn", "pandas", "numba"}.isdisjoint(light)
    assert {"tensorflow", "keras", "librosa", "opencv-python-headless", "pyaudio", "pyside6-essentials", "numpy", "pyqtgraph"} <= set(whole)
    assert light.items() <= whole.items() <= tools.items()


def test_the_version_stands_once() -> None:
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == VERSION


def test_main_is_short() -> None:
    for name in ("main.py", "convert_wav.py"):
        assert len((ROOT / name).read_text().splitlines()) < 100


def _pins(name: str) -> dict[str, str]:
    lines = (ROOT / name).read_text().splitlines()
    return dict(re.match(r"([\w.-]+)==(\S+)", line).groups() for line in lines if line and line[0] not in "# ")  # type: ignore[union-attr, misc]
