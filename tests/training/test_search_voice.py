"""The search among classifiers: by speaker, resumable, with the trivial one among them."""

import json

import numpy as np
import pytest

from core.failures import OutputUnwritable
from core.labels import Emotion
from training.search_voice import Task, add_cell, ranking, read_cells, search, table_of
from training.voice_candidates import FAMILIES, MAJORITY, Candidate, candidates

CLASSES = (Emotion.ANGER, Emotion.SADNESS, Emotion.NEUTRAL)


@pytest.fixture
def task():
    """Ninety rows of three classes that a straight line parts, dealt to three folds."""
    random = np.random.default_rng(0)
    labels = np.tile([0, 1, 2], 30)
    features = random.normal(0, 0.5, (90, 8)).astype(np.float32)
    features[np.arange(90), labels] += 2.0
    return Task(features, labels, CLASSES, tuple(np.arange(90).reshape(3, 30)))


def run(task, file, wanted, told=None):
    return search(task, wanted, file, seed=1, on_cell=(told if told is not None else []).append)


def test_every_family_learns_and_the_trivial_one_does_not(task, tmp_path):
    wanted = [one for one in candidates(quick=True) if one.family not in {"MLP (Keras)", "gradient boosting"}]
    cells = run(task, tmp_path / "cells.jsonl", wanted)
    rows = ranking(cells)
    assert [row[0] for row in rows][-1] == MAJORITY
    assert rows[-1][2] == pytest.approx(1 / 3, abs=1e-3)
    assert all(row[2] > 0.8 for row in rows[:-1])
    assert [row[2] for row in rows] == sorted((row[2] for row in rows), reverse=True)
    assert table_of(cells).row_count == len(wanted)


@pytest.mark.parametrize("family", ["MLP (Keras)", "gradient boosting"])
def test_the_slower_families_learn_too(task, family):
    candidate = next(one for one in candidates(quick=True) if one.family == family)
    classifier = candidate.build(1)
    classifier.fit(np.tile(task.features, (4, 1)), np.tile(task.labels, 4))
    assert np.mean(classifier.predict(task.features) == task.labels) > 0.8


def test_the_quick_grid_has_one_of_each_family_and_the_whole_one_more():
    quick, whole = list(candidates(quick=True)), list(candidates(quick=False))
    assert [one.family for one in quick] == list(FAMILIES)
    assert len(whole) > 3 * len(quick)
    assert len({(one.family, str(one)) for one in whole}) == len(whole)
    assert all(one in whole for one in quick)


def test_what_was_found_is_not_searched_again(task, tmp_path):
    file = tmp_path / "cells.jsonl"
    wanted = [Candidate(MAJORITY, {}), Candidate("nearest neighbours", {"n_neighbors": 5, "weights": "uniform"})]
    first = run(task, file, wanted[:1])
    marked = [cell | {"uar": 0.9} for cell in read_cells(file)]
    file.write_text("".join(json.dumps(cell) + "\n" for cell in marked) + '{"task": "cut o', encoding="utf-8")
    again = run(task, file, wanted)
    assert [cell["uar"] for cell in again[:3]] == [0.9] * 3, "taken from the file"
    assert first[0]["uar"] != 0.9
    assert len(read_cells(file)) == 6, "the torn line stands alone"


def test_an_interrupted_search_keeps_what_it_has(task, tmp_path):
    file = tmp_path / "cells.jsonl"

    def stop_at_second(candidate):
        if len(read_cells(file)) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        search(task, [Candidate(MAJORITY, {})], file, 1, stop_at_second)
    assert [cell["fold"] for cell in read_cells(file)] == [0, 1]
    assert [cell["fold"] for cell in run(task, file, [Candidate(MAJORITY, {})])] == [0, 1, 2]


def test_other_data_is_another_search(task, tmp_path):
    file = tmp_path / "cells.jsonl"
    run(task, file, [Candidate(MAJORITY, {})])
    other = Task(task.features + 1, task.labels, task.classes, task.folds)
    assert other.fingerprint != task.fingerprint
    run(other, file, [Candidate(MAJORITY, {})])
    assert len(read_cells(file)) == 6


def test_a_file_that_cannot_be_written_is_told(tmp_path):
    with pytest.raises(OutputUnwritable, match="what was found before is kept"):
        add_cell(tmp_path, {"uar": 1.0})
