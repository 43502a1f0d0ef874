"""What all tests share."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from tests.fixtures.centred_voice import centred_checkpoint
from tests.fixtures.own_fusion import own_fusion

__all__ = ["centred_checkpoint", "own_fusion"]

hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

SHARED_DATA = Path(os.environ.get("AFFECTOGRAPH_SHARED_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real faces, speech, text and clips; required where CI=true, else the test is skipped."""
    if not SHARED_DATA.is_dir():
        message = f"the data folder {SHARED_DATA} is not there (set AFFECTOGRAPH_SHARED_DATA)"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return SHARED_DATA


LET_GO_S = 5.0
"""How long a thread that a test began may take to end after it."""


@pytest.fixture(autouse=True)
def no_thread_outlives_its_test(request: pytest.FixtureRequest) -> Iterator[None]:
    """A thread that a test leaves behind is a failure; those of fixtures that live longer were there before."""
    before = set(threading.enumerate())
    yield
    left = [thread for thread in threading.enumerate() if thread not in before]
    for thread in left:
        thread.join(LET_GO_S)
    assert [thread.name for thread in left if thread.is_alive()] == []


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where CI=true, a test that was skipped should have run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") == "true" and reporter is not None and reporter.stats.get("skipped") and session.exitstatus == 0:
        reporter.write_line("a test was skipped, and CI=true", red=True)
        session.exitstatus = 1
