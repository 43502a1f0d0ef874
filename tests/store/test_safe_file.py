import threading
from pathlib import Path

import pytest

from store.safe_file import write_whole


def test_threads_that_write_one_file_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    path, failed = tmp_path / "head", []
    begin = threading.Barrier(8)

    def write(letter: bytes) -> None:
        begin.wait()
        for _ in range(50):
            try:
                write_whole(path, letter * 1000)
            except OSError as error:
                failed.append(error)

    threads = [threading.Thread(target=write, args=(bytes([65 + number]),)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    content = path.read_bytes()
    assert len(content) == 1000
    assert len(set(content)) == 1
    assert list(tmp_path.iterdir()) == [path]


def test_what_cannot_be_written_leaves_the_old_file_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "head"
    write_whole(path, b"old")
    monkeypatch.setattr("store.safe_file.os.fsync", lambda number: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(OSError, match="No space"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
