"""The folder of a personal data set: takes, their manifest, and the consents; each written whole or not at all."""

import csv
import io
import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.failures import Failure, WrongUse
from review.exports.whole_file import unwritable, whole_file

MANIFEST = "manifest.csv"
CONSENTS = "consent.json"

VOICE_COLUMNS = ("path", "corpus", "speaker", "sex", "emotion", "intensity", "sentence", "repetition", "duration_s", "text", "recorded_utc")
FACE_COLUMNS = ("path", "corpus", "person", "sex", "emotion", "repetition", "width", "height", "recorded_utc")


class CollectedFolder:
    """A folder of takes of one kind; `columns` tell which. Raises WrongUse where another kind lies, and OutputUnwritable.

    A take is written before its row, so that every row has its file; a file without a row (after a crash) is written anew.
    """

    def __init__(self, folder: Path, columns: Sequence[str]) -> None:
        self.path = folder
        self._columns = tuple(columns)
        self.rows = self._read()

    def add(self, take: bytes, row: Mapping[str, Any]) -> Path:
        """Keep a take under row["path"], and its row; an earlier row of that path is replaced."""
        path = self.path / row["path"]
        write_bytes(path, take)
        text = {column: str(row.get(column, "")) for column in self._columns}
        rows = [one for one in self.rows if one["path"] != row["path"]] + [text]
        self._write(rows)
        self.rows = rows
        return path

    def _read(self) -> list[dict[str, str]]:
        file = self.path / MANIFEST
        if not file.is_file():
            return []
        try:
            with file.open(encoding="utf-8-sig", newline="") as stream:
                reader = csv.DictReader(stream)
                rows = [{column: row.get(column) or "" for column in self._columns} for row in reader]
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise _not_ours(file, f"It cannot be read ({error}).") from None
        if missing := set(self._columns) - set(reader.fieldnames or ()):
            raise _not_ours(file, f"It has no column {', '.join(sorted(missing))}, so it is not what this command writes.")
        return rows

    def _write(self, rows: Sequence[Mapping[str, str]]) -> None:
        table = io.StringIO()
        writer = csv.DictWriter(table, self._columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        with whole_file(self.path / MANIFEST) as stream:
            stream.write(table.getvalue())


def consent_of(folder: Path, person: str) -> Mapping[str, Any] | None:
    """What `person` agreed to, and when; None when nobody was asked or nobody agreed. Raises WrongUse for an unreadable file."""
    file = folder / CONSENTS
    if not file.is_file():
        return None
    try:
        found = json.loads(file.read_text(encoding="utf-8"))["people"].get(person)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _not_ours(file, f"It cannot be read ({error}).") from None
    return found if isinstance(found, dict) else None


def keep_consent(folder: Path, person: str, text: str) -> None:
    """Write down what a person has just agreed to, beside the consents of others."""
    file = folder / CONSENTS
    make_folder(folder)
    people = json.loads(file.read_text(encoding="utf-8"))["people"] if file.is_file() else {}
    people[person] = {"text": text, "given_utc": now_utc()}
    with whole_file(file) as stream:
        stream.write(json.dumps({"people": people}, indent=2, ensure_ascii=False) + "\n")


def now_utc() -> str:
    """The time as ISO 8601, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def make_folder(folder: Path) -> None:
    """Make it with the folders above it; raises OutputUnwritable."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(folder, error) from error


def write_bytes(path: Path, content: bytes) -> None:
    """A file that is whole or not there; raises OutputUnwritable."""
    make_folder(path.parent)
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _not_ours(file: Path, why: str) -> WrongUse:
    return WrongUse(Failure(f"{file} is there already and cannot be added to.", why, "Choose another folder with -o."))
