from pathlib import Path

import pytest

from core.failures import OutputUnwritable
from review.exports.whole_file import whole_file


def test_a_file_that_fails_half_way_leaves_what_was_there_before(tmp_path):
    path = tmp_path / "out.txt"
    path.write_text("before", encoding="utf-8")
    with pytest.raises(ZeroDivisionError), whole_file(path) as stream:
        stream.write(f"half {1 / 0}")
    assert path.read_text(encoding="utf-8") == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_whole_file_replaces_the_one_before(tmp_path):
    path = tmp_path / "with spaces – ä.txt"
    path.write_text("before", encoding="utf-8")
    with whole_file(path) as stream:
        stream.write("after")
    assert path.read_text(encoding="utf-8") == "after"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_a_full_disk_is_said_in_words_and_leaves_nothing(tmp_path, monkeypatch):
    real_open = Path.open
    monkeypatch.setattr(
        Path, "open", lambda path, *args, **kw: real_open(Path("/dev/full") if path.suffix == ".part" else path, *args, **kw)
    )
    with pytest.raises(OutputUnwritable) as refused, whole_file(tmp_path / "out.txt") as stream:
        stream.write("x" * 100_000)
    assert "No space left on device" in refused.value.failure.why
    assert "out.txt" in refused.value.failure.what
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_place_of_the_file_is_said_in_words(tmp_path):
    (tmp_path / "out.txt").mkdir()
    with pytest.raises(OutputUnwritable, match=r"out\.txt cannot be written"), whole_file(tmp_path / "out.txt") as stream:
        stream.write("x")
    assert list(tmp_path.iterdir()) == [tmp_path / "out.txt"]
