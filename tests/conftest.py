"""What all tests share."""

import os
from pathlib import Path

import pytest

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
