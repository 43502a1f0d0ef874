"""The version stands in two places, and they agree."""

import tomllib

from core.paths import PROGRAM_ROOT
from core.version import VERSION


def test_the_package_and_the_program_have_the_same_version():
    with (PROGRAM_ROOT / "pyproject.toml").open("rb") as stream:
        assert tomllib.load(stream)["project"]["version"] == VERSION
