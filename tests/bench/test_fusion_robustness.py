"""The measure of the fusion's robustness: through the real monitor for a few seconds, and on streams in which promises are broken."""

from collections import Counter
from dataclasses import replace
from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest

from bench import fusion_robustness
from bench.fused_combinations import course, fused_combinations, naive_index
from bench.fusion_page import page
from bench.fusion_promises import FEW_WORDS, WORDS, Clip, companies, promises, steps
from bench.spoiled_runs import AS_IS, FACES, NOTHING_WRITTEN, SOUNDS, SPOILINGS, TEXTS, Run, demonstration, run
from core.labels import MODALITIES, Emotion
from core.settings import Settings
from tests.fixtures.fusion_streams import FACE, NEUTRAL, SETTINGS, TEXT, VOICE, absent, faces, fused, text, voices

SECONDS = 20.0
MOMENTS = int(SECONDS / SETTINGS.step_s)
LOW = {Emotion.NEUTRAL: 0.6, Emotion.SADNESS: 0.3}
LEFT = {
    "covered, a quarter": 0.9,
    "covered, a half": 0.5,
    "darkened to 40 %": 0.6,
    "darkened to 15 %": 0.0,
    "noise 30 dB below": 0.9,
    "noise 20 dB below": 0.7,
    "noise 10 dB below": 0.4,
    "noise as loud": 0.0,
    "babble 10 dB below": 0.5,
    "babble as loud": 0.0,
}
"""How good readings are in a made-up world in which quality falls as it should."""


def stream(modality, name):
    if modality is TEXT:
        words = {FEW_WORDS: [text(2.0, NEUTRAL, words=3)], NOTHING_WRITTEN: []}
        return words.get(name, [text(at, LOW if name == "sad words" else NEUTRAL, words=14) for at in (2.0, 9.0)])
    make = {FACE: lambda quality: faces(NEUTRAL, SECONDS, quality, 5.0), VOICE: lambda quality: voices(NEUTRAL, SECONDS, quality)}[modality]
    if name in ("absent", "muted", "noise alone"):
        return [absent(modality, reading.at) for reading in make(0.9)]
    if name.endswith("halfway"):
        return [reading if reading.at < SECONDS / 2 else absent(modality, reading.at) for reading in make(0.9)]
    return make(0.9 * LEFT.get(name, 1.0))


def passed(*names):
    """A run in which the lanes were so spoiled, as the monitor would have stored it."""
    streams = [stream(modality, name) for modality, name in zip(MODALITIES, names, strict=True)]
    readings = [reading for one in streams for reading in one]
    return Run(dict(zip(MODALITIES, names, strict=True)), SimpleNamespace(readings=readings, scores=fused(readings, SECONDS)))


@pytest.fixture(scope="module")
def clip():
    names = {modality: [one.name for one in ways] for modality, ways in SPOILINGS.items()} | {TEXT: list(TEXTS)}
    courses = {(m, name): course(m, stream(m, name), SETTINGS, MOMENTS) for m in MODALITIES for name in names[m]}
    runs = [passed(AS_IS, AS_IS, "sad words"), passed("absent", AS_IS, "cheerful words"), passed(AS_IS, "muted", NOTHING_WRITTEN)]
    return Clip("made up", SETTINGS.step_s, runs, courses, fused_combinations(courses, SETTINGS))


def broken(clip):
    return [one.words for one in promises([clip]) if not one.kept]


def altered(clip, company, **changes):
    return replace(clip, fused={**clip.fused, company: replace(clip.fused[company], **changes)})


def test_where_quality_falls_as_it_should_every_promise_is_kept(clip):
    assert len(clip.fused) == len(FACES) * len(SOUNDS) * len(TEXTS)
    assert broken(clip) == []


def test_a_band_that_narrows_with_a_loss_breaks_its_promise(clip):
    company = ("absent", AS_IS, "sad words")
    narrow = altered(clip, company, band=clip.fused[company].band - 10.0)
    assert "The band narrows when more is lost: at worst" in broken(narrow)


def test_an_index_that_jumps_breaks_its_promise(clip):
    company = (AS_IS, "muted", "sad words")
    assert "The index moves, face or sound spoiled or lost: at worst" in broken(
        altered(clip, company, value=clip.fused[company].value + 40.0)
    )


def test_a_number_without_evidence_and_none_with_it_break_their_promises(clip):
    number, none = np.full(MOMENTS, 50.0), np.full(MOMENTS, np.nan)
    assert "There is a number though nothing can be read" in broken(altered(clip, ("absent", "muted", NOTHING_WRITTEN), value=number))
    assert any("face or sound is as it is" in one for one in broken(altered(clip, (AS_IS, "muted", NOTHING_WRITTEN), value=none)))


def test_a_spoiled_lane_that_gains_weight_breaks_its_promise(clip):
    company = ("covered, a half", AS_IS, "sad words")
    heavy = {**clip.fused[company].weights, FACE: np.full(MOMENTS, 0.9)}
    assert any(one.startswith("A spoiled lane's weight") for one in broken(altered(clip, company, weights=heavy)))


def test_a_lane_that_reads_differently_in_other_company_and_scores_of_another_formula_break_their_promises(clip):
    moved = passed(AS_IS, "muted", NOTHING_WRITTEN)
    moved.results.readings[0] = replace(moved.results.readings[0], quality=0.1)
    told = broken(replace(clip, runs=[*clip.runs, moved]))
    assert "An undamaged lane reads differently beside a damaged one" in told
    moved.results.scores[-1] = replace(moved.results.scores[-1], value=0.0)
    assert "The monitor's own scores differ from those fused here" in broken(replace(clip, runs=[moved]))


def test_every_combination_is_compared_with_the_words_that_would_be_there(clip):
    found = list(companies(clip))
    assert {(company, words) for spoiled, company, words in found if not spoiled} == {((AS_IS, AS_IS, words), words) for words in WORDS}
    assert {words for _, company, words in found if company[2] == NOTHING_WRITTEN} == set(WORDS)
    named = {m: {one.name for one in ways} for m, ways in SPOILINGS.items()}
    assert all(better in named[m] for m, ways in SPOILINGS.items() for one in ways for better in one.worse_than)
    assert all(better in clip.fused for _, better, _ in steps(clip))


def test_the_naive_index_is_the_mean_of_what_was_ever_said():
    evidence = [np.array([np.nan, 0.2, 0.2]), np.array([np.nan, np.nan, 0.6])]
    assert naive_index(evidence) == pytest.approx([np.nan, 20.0, 40.0], nan_ok=True)


def test_the_page_says_what_is_broken_and_the_program_ends_with_an_error(clip, tmp_path, monkeypatch, capsys):
    company = (AS_IS, "muted", "sad words")
    bad = altered(clip, company, value=clip.fused[company].value + 40.0)
    shown = SimpleNamespace(name="made up", seconds=SECONDS)
    monkeypatch.setattr(fusion_robustness, "clips", lambda *_: [shown])
    for made, status in ((clip, 0), (bad, 1)):
        monkeypatch.setattr(fusion_robustness, "measured", lambda *_, made=made: made)
        assert fusion_robustness.main(["--data", str(tmp_path), "-o", str(tmp_path / "page.md")]) == status
        written = (tmp_path / "page.md").read_text(encoding="utf-8")
        assert ("**NO**" in written) == ("BROKEN" in capsys.readouterr().out) == bool(status)
        assert written == page([made], promises([made]), [SECONDS], Settings().of_a_log().face.rate_hz)
        assert all(f"| {one.name} |" in written for one in (*FACES, *SOUNDS))


@pytest.mark.slow
def test_lanes_through_the_monitor_are_spoiled_as_they_are_named_and_fused_as_it_does():
    settings, recording = Settings().of_a_log(), demonstration(8.0)
    ways = {one.name: one for one in (*FACES, *SOUNDS)}
    whole = run(recording, FACES[0], SOUNDS[0], "sad words", settings)
    parts = [
        run(recording, ways["gone halfway"], ways["muted"], NOTHING_WRITTEN, settings),
        run(recording, ways["absent"], SOUNDS[0], FEW_WORDS, settings),
    ]
    halfway, alone = parts
    present = Counter(reading.at < recording.seconds / 2 for reading in halfway.of(FACE) if reading.probabilities)
    assert set(present) == {True}
    assert not any(reading.probabilities for reading in (*halfway.of(VOICE), *alone.of(FACE)))
    assert halfway.of(TEXT) == ()
    assert repr(alone.of(VOICE)) == repr(whole.of(VOICE))
    moments = min(len(one.scores) for one in (whole, *parts))
    courses = {(m, name): course(m, one.of(m), settings.fusion, moments) for one in (whole, *parts) for m, name in one.spoiled.items()}
    clip = Clip(recording.name, settings.fusion.step_s, [whole, *parts], courses, fused_combinations(courses, settings.fusion))
    for one in clip.runs:
        values = clip.fused[tuple(one.spoiled[m] for m in MODALITIES)].value
        stored = np.array([np.nan if score.value is None else score.value for score in one.scores[:moments]])
        assert values == pytest.approx(stored, abs=1e-9, nan_ok=True)
    assert np.isfinite(clip.fused[AS_IS, AS_IS, "sad words"].value[-1])
    assert len(clip.fused) == len(list(product(*({name for m, name in courses if m is lane} for lane in MODALITIES))))
