"""What is asked of every file before its content is looked at."""

import stat
from pathlib import Path

from core.failures import Failure, MediaUnreadable

_HEAD_BYTES = 64


def head_of_readable_file(path: Path) -> bytes:
    """The first bytes of a regular, readable file that is not empty; raises MediaUnreadable for anything else."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise unreadable(path, "is a folder, not a file.", "Choose a file inside it.")
        if not stat.S_ISREG(mode):
            raise unreadable(path, "is a device or a pipe, not a file.", "Save the recording as a file and choose that.")
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except FileNotFoundError:
        raise unreadable(path, "is not there.", "Check the name and the folder, and whether the drive is connected.") from None
    except PermissionError:
        raise unreadable(
            path, "may not be read by you.", "Ask its owner for the right to read it, or copy it to a folder of yours."
        ) from None
    except OSError as error:
        raise unreadable(path, f"cannot be read: {error.strerror}.", "Check the path and the drive; copy the file anew.") from None
    except ValueError:
        raise unreadable(path, "has a name that no file can have.", "Check the name.") from None
    if not head:
        raise unreadable(path, "is empty.", "Copy it again from where it was made; if it is empty there too, nothing was recorded.")
    return head


def unreadable(path: Path, why: str, what_to_do: str) -> MediaUnreadable:
    """The error for `path`; `why` is the end of a sentence that begins with its name."""
    return MediaUnreadable(Failure(f"“{path.name}” cannot be opened.", f"{path} {why}", what_to_do))
