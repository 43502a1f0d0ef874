import csv
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.failures import OutputUnwritable
from core.labels import EMOTIONS, Emotion, Modality
from core.readings import Absence, FaceReading, TextReading, VoiceReading
from core.session import SessionResults
from review.exports.columns import READING_COLUMNS, SCORE_COLUMNS, cell_text, escaped, unescaped
from review.exports.csv_files import dictionary_rows, write_data_dictionary, write_readings_csv, write_scores_csv
from tests.fixtures.sessions import FORMULA, MARKUP, empty_session, info, session


@pytest.fixture(scope="module")
def results() -> SessionResults:
    return session(60.0)


def read_table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, strict=True))


@pytest.fixture(scope="module")
def readings(results, tmp_path_factory) -> list[dict[str, str]]:
    path = tmp_path_factory.mktemp("out") / "readings.csv"
    write_readings_csv(path, results)
    return read_table(path)


def test_each_reading_is_a_row_in_the_order_of_time(results, readings):
    assert len(readings) == len(results.readings)
    assert [row["modality"] for row in readings] == [reading.modality for reading in results.readings]
    assert [float(row["timestamp"]) for row in readings] == pytest.approx([reading.at for reading in results.readings], abs=1e-6)


def test_columns_have_the_names_that_py_feat_uses(readings):
    names = list(readings[0])
    assert [name for name in names if name in set(EMOTIONS)] == ["anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral"]
    expected = {"FaceRectX", "FaceRectY", "FaceRectWidth", "FaceRectHeight", "FaceScore", "timestamp", "modality", "quality"}
    assert expected | {"interval_low", "interval_high", "absent_because", "model", "dropped_before"} <= set(names)


def test_probabilities_come_back_and_sum_to_one(results, readings):
    for reading, row in zip(results.readings, readings, strict=True):
        values = [row[emotion] for emotion in EMOTIONS]
        if reading.absent_because:
            assert values == [""] * 7
        else:
            assert sum(map(float, values)) == pytest.approx(1, abs=1e-5)
            assert float(row[reading.top]) == max(map(float, values))


def test_what_was_not_measured_is_empty_and_never_zero(results, readings):
    absent = [row for row in readings if row["absent_because"] == "no face"]
    assert absent
    for row in absent:
        kept = {name for name, value in row.items() if value}
        assert kept == {"timestamp", "modality", "starts", "ends", "people", "absent_because", "model", "dropped_before"}
    pitches = [row["pitch_hz"] for row in readings if row["modality"] == "voice"]
    assert "" in pitches
    assert all(float(pitch) > 50 for pitch in pitches if pitch)


def test_a_session_without_readings_has_a_head_and_no_rows(tmp_path):
    write_readings_csv(tmp_path / "readings.csv", empty_session())
    write_scores_csv(tmp_path / "scores.csv", empty_session())
    for name, columns in (("readings.csv", READING_COLUMNS), ("scores.csv", SCORE_COLUMNS)):
        with (tmp_path / name).open(encoding="utf-8", newline="") as stream:
            assert list(csv.reader(stream)) == [[column.name for column in columns]]


def test_the_spread_of_a_face_holds_most_of_its_last_second_and_absences_have_none(readings):
    faces = [row for row in readings if row["modality"] == "face"]
    with_spread = [row for row in faces if row["interval_low"]]
    assert len(with_spread) > 0.9 * len([row for row in faces if not row["absent_because"]])
    assert all(0 <= float(row["interval_low"]) <= float(row["interval_high"]) <= 1 for row in with_spread)
    assert all(row["interval_low"] == "" for row in readings if row["absent_because"] or row["modality"] != "face")


def test_words_of_a_person_come_back_and_formulas_are_escaped(results, readings):
    texts = [row["text"] for row in readings if row["modality"] == "text"]
    assert "'" + FORMULA in texts
    assert "'+49 is no number here" in texts
    assert MARKUP in texts
    assert [unescaped(text) for text in texts] == [reading.text for reading in results.readings if isinstance(reading, TextReading)]


def test_a_negative_number_stays_a_number(results, readings):
    levels = [row["speech_level_dbfs"] for row in readings if row["speech_level_dbfs"]]
    expected = [reading.speech_level for reading in results.readings if isinstance(reading, VoiceReading) and not reading.absent_because]
    assert [float(level) for level in levels] == pytest.approx(expected, abs=1e-6)
    assert max(expected) < 0


@given(st.text())
def test_escaped_words_come_back_and_never_begin_as_a_formula(words):
    cell = escaped(words)
    assert unescaped(cell) == words
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


@given(st.from_regex(r"'{0,3}[=+\-@\t\r]?.{0,5}", fullmatch=True))
def test_apostrophes_in_front_of_a_formula_come_back(words):
    assert unescaped(escaped(words)) == words


@given(st.floats())
def test_a_number_is_written_to_six_decimals_or_not_at_all(number):
    cell = cell_text(number)
    if math.isfinite(number):
        assert float(cell) == pytest.approx(number, abs=5.1e-7, rel=1e-12)
        assert not cell.startswith("-0.0") or float(cell) < 0
    else:
        assert cell == ""


@given(st.text(st.characters(codec="utf-8"), min_size=1))
def test_any_text_survives_the_file(tmp_path_factory, words):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    reading = TextReading(modality=Modality.TEXT, at=0.0, covers=(0.0, 0.0), model="m", text=words, absent_because=Absence.TOO_SHORT)
    write_readings_csv(path, SessionResults(info=info(1.0), readings=[reading], scores=[]))
    [row] = read_table(path)
    assert unescaped(row["text"]) == words


def test_half_a_letter_does_not_stop_the_file(tmp_path):
    reading = TextReading(modality=Modality.TEXT, at=0.0, covers=(0.0, 0.0), model="m", text="a\ud800b", absent_because=Absence.TOO_SHORT)
    write_readings_csv(tmp_path / "r.csv", SessionResults(info=info(1.0), readings=[reading], scores=[]))
    assert read_table(tmp_path / "r.csv")[0]["text"] == "a?b"


def test_a_class_that_the_model_does_not_know_is_empty(tmp_path):
    known = {Emotion.SADNESS: 0.25, Emotion.NEUTRAL: 0.75}
    reading = FaceReading(modality=Modality.FACE, at=0.0, covers=(0.0, 0.0), model="m", probabilities=known, quality=1.0)
    write_readings_csv(tmp_path / "r.csv", SessionResults(info=info(1.0), readings=[reading], scores=[]))
    row = read_table(tmp_path / "r.csv")[0]
    assert (row["sadness"], row["neutral"], row["anger"], row["FaceRectX"]) == ("0.25", "0.75", "", "")


def test_scores_say_their_contributions_and_why_there_are_none(results, tmp_path):
    write_scores_csv(tmp_path / "scores.csv", results)
    rows = read_table(tmp_path / "scores.csv")
    assert len(rows) == len(results.scores)
    abstained = [row for row in rows if not row["value"]]
    assert len(abstained) == sum(score.value is None for score in results.scores) > 0
    assert all(row["abstained_because"] and not row["interval_low"] and not row["contribution_face"] for row in abstained)
    for row in rows:
        if row["value"]:
            parts = [float(row[f"contribution_{lane}"]) for lane in Modality]
            assert sum(parts) == pytest.approx(float(row["value"]), abs=1e-5)
            assert float(row["interval_low"]) <= float(row["value"]) <= float(row["interval_high"])
            assert row["heard_from"] == "face voice text"


def test_the_dictionary_explains_every_column_that_is_written(tmp_path):
    write_data_dictionary(tmp_path / "data_dictionary.csv")
    rows = read_table(tmp_path / "data_dictionary.csv")
    assert [(row["file"], row["column"]) for row in rows] == [
        *(("readings.csv", column.name) for column in READING_COLUMNS),
        *(("scores.csv", column.name) for column in SCORE_COLUMNS),
    ]
    assert all(row["meaning"].endswith(".") for row in rows)
    assert len(rows) == len(dictionary_rows())


def test_columns_are_named_once():
    for columns in (READING_COLUMNS, SCORE_COLUMNS):
        names = [column.name for column in columns]
        assert len(names) == len(set(names))


def test_a_folder_that_is_not_there_is_said_in_words(tmp_path, results):
    with pytest.raises(OutputUnwritable, match="cannot be written"):
        write_scores_csv(tmp_path / "nowhere" / "scores.csv", results)
