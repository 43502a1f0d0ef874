"""Each export is opened by the program that others open it with."""

import json
from dataclasses import replace

import pympi
import pytest
import pyxdf
import webvtt
from fhir.resources.R4B.bundle import Bundle

from bench.sample_year import PERSONAS, forms_of
from core.labels import EMOTIONS, Modality
from core.person import Person
from core.questionnaire import Filled, Kind
from core.readings import FaceReading, TextReading, VoiceReading
from core.session import Note, SessionResults
from review.exports.data_json import write_data_json
from review.exports.eaf import write_eaf
from review.exports.fhir import Measured, session_bundle, write_fhir
from review.exports.webvtt import write_webvtt
from review.exports.xdf import BLOCK_SAMPLES, CHANNELS, write_xdf
from review.questionnaire import FORMS
from review.summary import summarise
from tests.fixtures.sessions import FORMULA, MARKUP, empty_session, session

CONTROL = "a\x00\x1b]\x0b --> b\n\nWEBVTT <v x>"


@pytest.fixture(scope="module")
def results() -> SessionResults:
    made = session(120.0)
    return replace(made, notes=[*made.notes, Note(119.0, CONTROL)])


def test_elan_annotations_are_read_by_pympi(results, tmp_path):
    write_eaf(tmp_path / "s.eaf", results)
    read = pympi.Elan.Eaf(str(tmp_path / "s.eaf"))
    assert set(read.get_tier_names()) >= {"Face", "Voice", "Text", "Text resembled", "Face not measured", "Index", "Marks", "Notes"}
    assert [(start, words) for start, _, words in read.get_annotation_data_for_tier("Marks")] == [
        (24_000, "event"),
        (25_200, "1"),
        (96_000, "3"),
    ]
    notes = [words for *_, words in read.get_annotation_data_for_tier("Notes")]
    assert MARKUP in notes
    assert FORMULA in notes
    assert "\x00" not in notes[-1]
    assert all(0 <= start < end <= 121_000 for tier in read.get_tier_names() for start, end, _ in read.get_annotation_data_for_tier(tier))
    assert any("two people" in words for *_, words in read.get_annotation_data_for_tier("Face not measured"))


def test_captions_are_read_by_webvtt(results, tmp_path):
    write_webvtt(tmp_path / "s.vtt", results)
    read = list(webvtt.read(str(tmp_path / "s.vtt")))
    starts = [cue.start_in_seconds for cue in read]
    assert starts == sorted(starts)
    assert {cue.voice for cue in read} >= {"Face", "Voice", "Index", "Notes", "Marks"}
    assert any(cue.text == "Face resembled neutral" or cue.text.startswith("Face resembled") for cue in read)
    assert sum(cue.voice == "Notes" for cue in read) == len(results.notes)
    assert len(read) == (tmp_path / "s.vtt").read_text(encoding="utf-8").count(" --> ")


def test_signals_are_read_by_pyxdf_with_every_sample_and_nan_where_nothing_was_measured(results, tmp_path, caplog):
    write_xdf(tmp_path / "s.xdf", results)
    streams, header = pyxdf.load_xdf(str(tmp_path / "s.xdf"), synchronize_clocks=True, dejitter_timestamps=True)
    assert caplog.text == ""
    assert header["info"]["version"] == ["1.0"]
    found = {stream["info"]["name"][0].removeprefix("Affectograph "): stream for stream in streams}
    faces = [reading for reading in results.readings if isinstance(reading, FaceReading)]
    assert len(faces) > BLOCK_SAMPLES
    assert found["face"]["time_stamps"] == pytest.approx([reading.at for reading in faces])
    assert found["face"]["footer"]["info"]["sample_count"] == [str(len(faces))]
    labels = [channel["label"][0] for channel in found["face"]["info"]["desc"][0]["channels"][0]["channel"]]
    assert labels == [channel.name for channel in CHANNELS["face"]]
    for reading, sample in zip(faces, found["face"]["time_series"], strict=True):
        expected = [reading.probabilities.get(emotion, float("nan")) for emotion in EMOTIONS]
        assert sample[:7] == pytest.approx(expected, abs=1e-6, nan_ok=True)
    voices = [reading for reading in results.readings if isinstance(reading, VoiceReading)]
    assert len(found["voice"]["time_series"]) == len(voices)
    assert found["index"]["time_series"][:, 0] == pytest.approx(
        [float("nan") if score.value is None else score.value for score in results.scores], abs=1e-4, nan_ok=True
    )
    events = [tuple(event) for event in found["events"]["time_series"]]
    assert ("mark", "", "event") in events
    assert ("note", "", MARKUP) in events
    assert ("not measured", "face", "two people") in events
    assert ("text", "text", FORMULA) in events


@pytest.mark.parametrize("write", [write_eaf, write_webvtt, write_xdf, write_data_json])
def test_a_session_in_which_nothing_was_measured_is_written_and_read(write, tmp_path):
    path = tmp_path / "empty"
    write(path, empty_session())
    match write:
        case _ if write is write_eaf:
            read = pympi.Elan.Eaf(str(path))
            assert all(read.get_annotation_data_for_tier(tier) == [] for tier in read.get_tier_names())
        case _ if write is write_webvtt:
            assert len(webvtt.read(str(path))) == 0
        case _ if write is write_xdf:
            assert [len(stream["time_stamps"]) for stream in pyxdf.load_xdf(str(path))[0]] == [0] * 5
        case _:
            assert json.loads(path.read_text(encoding="utf-8"))["readings"] == []


def test_json_names_what_was_measured_explains_it_and_says_nothing_of_the_rest(results, tmp_path):
    write_data_json(tmp_path / "s.json", results)
    read = json.loads((tmp_path / "s.json").read_text(encoding="utf-8"))
    assert len(read["readings"]) == len(results.readings)
    assert len(read["scores"]) == len(results.scores)
    explained = {(one["table"], one["name"]) for one in read["dictionary"]}
    assert {("readings", name) for reading in read["readings"] for name in reading} <= explained
    assert {("scores", name) for score in read["scores"] for name in score} <= explained
    absent = next(reading for reading in read["readings"] if reading.get("absent_because") == "no face")
    assert "sadness" not in absent
    assert "quality" not in absent
    said = [reading["text"] for reading in read["readings"] if reading["modality"] == "text"]
    assert said == [reading.text for reading in results.readings if isinstance(reading, TextReading)]
    assert read["session"]["counts"]["readings"] == len(results.readings)


# FHIR


PERSON = Person(4, "Ζωή – 睡眠 <b>", 1985, "female")
FORMS_FILLED = [form for persona in (PERSONAS[0], PERSONAS[2]) for form in list(forms_of(persona))[:14]]


def bundle(results: SessionResults, forms=(), person: Person | None = PERSON) -> Bundle:
    """As another program reads it."""
    made = session_bundle(Measured(results.info, summarise(results)), person, forms)
    return Bundle.model_validate_json(json.dumps(made))


def resources(read: Bundle, kind: str) -> list:
    return [entry.resource for entry in read.entry if entry.resource.get_resource_type() == kind]


def observation(read: Bundle, code: str):
    (found,) = [one for one in resources(read, "Observation") if one.code.coding[0].code == code]
    return found


def test_the_bundle_is_valid_and_never_holds_a_condition(results, tmp_path):
    write_fhir(tmp_path / "s.fhir.json", session_bundle(Measured(results.info, summarise(results)), PERSON, FORMS_FILLED))
    text = (tmp_path / "s.fhir.json").read_text(encoding="utf-8")
    read = Bundle.model_validate_json(text)
    assert {entry.resource.get_resource_type() for entry in read.entry} == {"Patient", "Device", "Observation", "QuestionnaireResponse"}
    assert '"Condition"' not in text
    (patient,) = resources(read, "Patient")
    assert patient.identifier[0].value == PERSON.pseudonym
    assert (patient.gender, str(patient.birthDate)) == ("female", "1985")
    assert patient.name is None
    addresses = {entry.fullUrl for entry in read.entry}
    assert all(one.subject.reference in addresses for one in resources(read, "Observation"))


def test_the_index_has_a_local_code_its_unit_and_what_it_is_not(results):
    index = observation(bundle(session(300.0)), "depressive-affect-index")
    assert index.code.coding[0].system == "urn:affectograph:codes"
    assert 0 <= float(index.valueQuantity.value) <= 100
    assert index.dataAbsentReason is None
    assert "not a diagnosis" in index.note[0].text
    assert {part.code.coding[0].code for part in index.component} >= {"lower-quartile", "upper-quartile", "band-width", "measured-share"}


def test_where_the_index_abstains_it_says_why_and_gives_no_value():
    index = observation(bundle(empty_session()), "depressive-affect-index")
    assert index.valueQuantity is None
    assert index.dataAbsentReason.text == "not enough evidence"
    assert index.dataAbsentReason.coding[0].code == "unknown"


def test_a_session_that_is_nobodys_has_no_patient():
    read = bundle(empty_session(), person=None)
    assert resources(read, "Patient") == []
    assert all(one.subject is None for one in resources(read, "Observation"))


def test_a_phq_9_has_loincs_panel_items_answers_and_total():
    filled = Filled(
        kind=Kind.PHQ9, version="phq9-en-1", filled_at=FORMS_FILLED[0].filled_at, answers=(0, 1, 2, 3, 0, 1, 2, 3, 1), difficulty=2
    )
    read = bundle(empty_session(), [filled])
    (response,) = resources(read, "QuestionnaireResponse")
    assert response.questionnaire == "http://loinc.org/q/44249-1"
    assert [item.linkId for item in response.item[:9]] == [f"/{item.loinc}" for item in FORMS[Kind.PHQ9].items]
    assert [item.answer[0].valueCoding.code for item in response.item[:4]] == ["LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9"]
    assert response.item[-1].linkId == "/44261-6"
    assert response.item[-1].answer[0].valueInteger == 13
    total = observation(read, "44261-6")
    assert total.code.coding[0].system == "http://loinc.org"
    assert float(total.valueQuantity.value) == 13
    assert total.derivedFrom[0].reference in {entry.fullUrl for entry in read.entry}


def test_an_item_that_was_left_out_has_no_answer_and_too_many_give_no_total():
    filled = Filled(kind=Kind.GAD7, version="gad7-en-1", filled_at=FORMS_FILLED[0].filled_at, answers=(0, 1, None, 3, 0, 1, 2))
    read = bundle(empty_session(), [filled])
    (response,) = resources(read, "QuestionnaireResponse")
    assert response.item[2].answer is None
    total = observation(read, "70274-6")
    assert total.valueQuantity is None
    assert "left out" in total.dataAbsentReason.text


def test_a_form_that_was_corrected_is_left_out_and_its_correction_says_amended():
    first = Filled(kind=Kind.PHQ9, version="phq9-en-1", filled_at=FORMS_FILLED[0].filled_at, answers=(0,) * 9, id=1)
    second = replace(first, answers=(1,) * 9, id=2, replaces=1)
    (response,) = resources(bundle(empty_session(), [first, second]), "QuestionnaireResponse")
    assert response.status == "amended"
    assert response.item[-1].answer[0].valueInteger == 9


def test_times_carry_their_zone(results):
    read = bundle(results)
    index = observation(read, "depressive-affect-index")
    assert index.effectivePeriod.start.utcoffset() is not None
    assert Modality.VOICE in {one.code.coding[0].code.partition("-")[0] for one in resources(read, "Observation")}
