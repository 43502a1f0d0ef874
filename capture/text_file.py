"""A text file as a source: what was said or written in a recording, with optional times at the beginnings of lines."""

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from threading import Event

from capture.file_checks import head_of_readable_file, unreadable
from capture.source import Pace
from core.media import TextEntry

_STAMP = re.compile(
    r"""^\s*(?P<open>\[)?
        (?:(?P<hours>\d{1,3}):)?(?P<minutes>\d{1,3}):(?P<seconds>[0-5]\d)(?:[.,](?P<fraction>\d{1,6}))?
        (?(open)\]|(?=\s|$))
        \s*(?:[-–—]\s+)?(?P<text>.*)$""",
    re.VERBOSE,
)
_LINE_END = re.compile(r"\r\n|\r|\n")
_SAVE_AS_UTF8 = "Open it in a text editor, choose “Save as” with the encoding UTF-8, and try again."


class TextFile:
    """The entries of a text file.

    A line that begins with a time (`mm:ss`, `h:mm:ss`, `mm:ss.s`, or one of these in square brackets; `,` does for `.`) begins
    an entry; lines without one belong to the entry before. Text before the first time is an entry at 0 s. A file without any
    times is an entry per line that is not empty, all at 0 s. Read as UTF-8, with or without byte order mark, or as UTF-16 with one.
    """

    pace = Pace.RECORDED

    def __init__(self, path: Path) -> None:
        self.label = path.name
        self._path = path
        self._entries: tuple[TextEntry, ...] = ()
        self._stopped = Event()

    def open(self) -> None:
        """Read the whole file; raises MediaUnreadable for another encoding, times that go back, or a file without words."""
        head_of_readable_file(self._path)
        self._entries = parse_entries(self._path, decode_text(self._path, self._path.read_bytes()))
        self._stopped.clear()

    def items(self) -> Iterator[TextEntry]:
        """The entries in the order of their times."""
        for entry in self._entries:
            if self._stopped.is_set():
                return
            yield entry

    def stop(self) -> None:
        """End `items` before its next entry, from any thread."""
        self._stopped.set()

    def close(self) -> None:
        """Forget the text."""
        self._entries = ()


def decode_text(path: Path, content: bytes) -> str:
    """The words in `content`; raises MediaUnreadable, naming `path`, when it is in another encoding than UTF-8 or marked UTF-16."""
    encoding = "utf-16" if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise unreadable(path, "is not a text in UTF-8 (nor in UTF-16 with its mark).", _SAVE_AS_UTF8) from None
    if "\0" in text:
        raise unreadable(path, "is not a text in UTF-8: it holds zero bytes, as UTF-32, unmarked UTF-16 or other files do.", _SAVE_AS_UTF8)
    return text


def parse_entries(path: Path, text: str) -> tuple[TextEntry, ...]:
    """The entries of a text; raises MediaUnreadable, naming `path`, for times that go back or a text without words."""
    lines = _LINE_END.split(text)
    stamps = [_STAMP.match(line) for line in lines]
    pieces = _stamped(path, lines, stamps) if any(stamps) else [(0.0, line.strip()) for line in lines]
    said = [(at, words) for at, words in pieces if words]
    if not said:
        raise unreadable(path, "holds no words.", "Write what was said into it, one entry a line, and save it.")
    return tuple(TextEntry(words, at, index) for index, (at, words) in enumerate(said))


def _stamped(path: Path, lines: list[str], stamps: list[re.Match[str] | None]) -> list[tuple[float, str]]:
    said: list[tuple[float, list[str]]] = [(0.0, [])]
    for number, (line, stamp) in enumerate(zip(lines, stamps, strict=True), start=1):
        if stamp is None:
            said[-1][1].append(line.strip())
            continue
        at = _seconds(stamp)
        if at < said[-1][0]:
            raise unreadable(
                path,
                f"goes back in time in line {number}: {line.strip()[:40]!r}, after an entry at {said[-1][0]:g} s.",
                "Put the entries in the order in which they were said, or correct that time.",
            )
        said.append((at, [stamp["text"].strip()]))
    return [(at, " ".join(part for part in parts if part)) for at, parts in said]


def _seconds(stamp: re.Match[str]) -> float:
    whole = 3600 * int(stamp["hours"] or 0) + 60 * int(stamp["minutes"]) + int(stamp["seconds"])
    return whole + float(f"0.{stamp['fraction'] or 0}")
