"""Where the program keeps what belongs to the person: the system's folders, or AFFECTOGRAPH_HOME when it is set."""

import os
from collections.abc import Mapping
from pathlib import Path

import platformdirs

HOME_VARIABLE = "AFFECTOGRAPH_HOME"
_NAME = "Affectograph"


def data_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder of the database and the log; it need not exist yet."""
    home = environment.get(HOME_VARIABLE)
    return Path(home) if home else Path(platformdirs.user_data_dir(_NAME, appauthor=False))


def settings_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder of the settings file; it need not exist yet."""
    home = environment.get(HOME_VARIABLE)
    return Path(home) if home else Path(platformdirs.user_config_dir(_NAME, appauthor=False))


def database_file(environment: Mapping[str, str] = os.environ) -> Path:
    """The database of sessions."""
    return data_folder(environment) / "sessions.db"
