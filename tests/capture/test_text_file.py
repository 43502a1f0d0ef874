import pytest

from capture.text_file import TextFile, parse_entries
from core.failures import MediaUnreadable
from tests.fixtures.media import without_rights


def entries(tmp_path, content, encoding="utf-8"):
    path = tmp_path / "Wörter und mehr.txt"
    path.write_bytes(content.encode(encoding))
    source = TextFile(path)
    source.open()
    return [(entry.at, entry.text) for entry in source.items()]


def refusal(path):
    with pytest.raises(MediaUnreadable) as caught:
        TextFile(path).open()
    failure = caught.value.failure
    assert all((failure.what, failure.why, failure.what_to_do))
    assert path.name in failure.what
    return failure


@pytest.mark.parametrize(
    ("line", "at"),
    [
        ("0:07 so", 7.0),
        ("00:07 so", 7.0),
        ("75:30 so", 4530.0),
        ("1:02:03 so", 3723.0),
        ("01:02.5 so", 62.5),
        ("01:02,25 so", 62.25),
        ("1:02:03.125 so", 3723.125),
        ("[01:02] so", 62.0),
        ("[1:02:03.5]so", 3723.5),
        ("  0:07\tso", 7.0),
        ("0:07 - so", 7.0),
        ("0:07 – so", 7.0),
    ],
)
def test_a_stamp_at_the_start_of_a_line_is_its_time(tmp_path, line, at):
    assert entries(tmp_path, line) == [(pytest.approx(at), "so")]


@pytest.mark.parametrize("line", ["0:75 so", "[0:07 so", "0:07so", "at 0:07 so", "7 so", "10:3 so", "-0:07 so"])
def test_what_only_looks_like_a_stamp_is_text(tmp_path, line):
    assert entries(tmp_path, line) == [(0.0, line)]


def test_lines_without_a_stamp_belong_to_the_entry_before(tmp_path):
    content = "0:01 I slept badly,\nas I always do.\n\n0:05 Then it\r\ngot better.\r0:09 Yes."
    assert entries(tmp_path, content) == [(1.0, "I slept badly, as I always do."), (5.0, "Then it got better."), (9.0, "Yes.")]


def test_text_before_the_first_stamp_is_an_entry_at_the_start(tmp_path):
    assert entries(tmp_path, "Second visit\n\n0:05 Hello.") == [(0.0, "Second visit"), (5.0, "Hello.")]


def test_without_any_stamp_each_line_is_an_entry_at_the_start(tmp_path):
    assert entries(tmp_path, "I am well.\n\n  Not so well. \n") == [(0.0, "I am well."), (0.0, "Not so well.")]


def test_a_stamp_alone_is_no_entry_but_may_be_followed_by_its_text(tmp_path):
    assert entries(tmp_path, "0:01\n0:02\nHello.\n0:03 Bye.") == [(2.0, "Hello."), (3.0, "Bye.")]


def test_equal_stamps_are_in_order(tmp_path):
    assert entries(tmp_path, "0:01 A\n0:01 B") == [(1.0, "A"), (1.0, "B")]


def test_entries_are_numbered(tmp_path):
    assert [entry.index for entry in parse_entries(tmp_path, "a\nb\nc")] == [0, 1, 2]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_with_or_without_a_mark_is_read(tmp_path, encoding):
    assert entries(tmp_path, "0:01 Müde, 疲れた, 😔", encoding) == [(1.0, "Müde, 疲れた, 😔")]


@pytest.mark.parametrize("order", ["le", "be"])
def test_marked_utf_16_is_read_in_either_order(tmp_path, order):
    assert entries(tmp_path, "\ufeff0:01 Müde", f"utf-16-{order}") == [(1.0, "Müde")]


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16-le", "utf-16-be", "utf-32", "cp850"])
def test_another_encoding_is_refused_with_what_to_do(tmp_path, encoding):
    path = tmp_path / "old.txt"
    path.write_bytes("0:01 Müde".encode(encoding))
    failure = refusal(path)
    assert "not a text in UTF-8" in failure.why
    assert "Save as" in failure.what_to_do


def test_a_utf_16_file_cut_in_half_a_letter_is_refused(tmp_path):
    path = tmp_path / "cut.txt"
    path.write_bytes("Müde".encode("utf-16")[:-1])
    assert "not a text in UTF-8" in refusal(path).why


def test_a_stamp_that_goes_back_is_refused_naming_its_line(tmp_path):
    path = tmp_path / "mixed.txt"
    path.write_text("0:05 a\n\nmore\n0:04 b\n")
    failure = refusal(path)
    assert "line 4" in failure.why
    assert "0:04 b" in failure.why


def test_a_file_that_is_not_there_is_refused(tmp_path):
    assert "not there" in refusal(tmp_path / "none.txt").why


def test_a_folder_is_refused(tmp_path):
    assert "folder" in refusal(tmp_path).why


def test_an_empty_file_is_refused(tmp_path):
    (tmp_path / "a.txt").touch()
    assert "is empty" in refusal(tmp_path / "a.txt").why


@pytest.mark.parametrize("content", ["\n \n", "\ufeff", "0:01\n0:02\n"])
def test_a_file_without_words_is_refused(tmp_path, content):
    path = tmp_path / "a.txt"
    path.write_text(content, encoding="utf-8")
    assert "no words" in refusal(path).why


def test_a_file_without_the_right_to_read_it_is_refused():
    with without_rights() as folder:
        path = folder / "diary.txt"
        path.write_text("secret")
        path.chmod(0o000)
        assert "may not be read" in refusal(path).why
