"""The program's version, once; `pyproject.toml` repeats it and a test compares."""

VERSION = "0.1.0"
