import pytest

from core.failures import OutputUnwritable
from review.exports.folder import write_all
from tests.fixtures.sessions import cards, empty_session, session


def test_all_files_of_a_session_lie_in_its_folder(tmp_path):
    folder = tmp_path / "visits – ä" / "visit 3"
    paths = write_all(folder, session(30.0), cards())
    assert [path.name for path in paths] == ["readings.csv", "scores.csv", "session.json", "data_dictionary.csv", "summary.html"]
    assert sorted(folder.iterdir()) == sorted(paths)


def test_the_same_session_gives_the_same_files(tmp_path):
    first, second = (write_all(tmp_path / name, session(30.0), cards()) for name in ("a", "b"))
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_an_empty_session_is_written_too(tmp_path):
    assert all(path.stat().st_size > 0 for path in write_all(tmp_path, empty_session(), {}))


def test_a_file_in_place_of_the_folder_is_said_in_words(tmp_path):
    (tmp_path / "taken").write_text("", encoding="utf-8")
    with pytest.raises(OutputUnwritable, match="taken cannot be written"):
        write_all(tmp_path / "taken", session(10.0), cards())
    with pytest.raises(OutputUnwritable, match="cannot be written"):
        write_all(tmp_path / "taken" / "below", session(10.0), cards())
