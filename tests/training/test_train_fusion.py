import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.estimate import ITEMS
from core.failures import DataUnfit, WrongUse
from core.labels import Modality
from models.fusion.estimates import interval, total_moments
from models.fusion.inputs import Segment
from models.fusion.network import NetworkSettings
from models.fusion.packing import without_lanes
from models.fusion.reader import FusionReader
from training import fusion_figures, fusion_validation, train_fusion
from training.datasets.generated_interviews import generated_interviews
from training.datasets.interview import Interview, LaneVectors
from training.fusion_config import FusionConfig, config_of, read_config
from training.fusion_examples import ABOVE, TOTAL, described, examples_of
from training.fusion_learning import LearningSettings, learned, said, soft_targets, thinned
from training.fusion_validation import calibration_of, folds_of, parts
from training.fusion_variations import WHOLE, variations_of
from training.leaks import LeakFound

NETWORK = NetworkSettings(width=4)
SHORT = LearningSettings(epochs=2)


def asked(**data: Any) -> FusionConfig:
    """A training of seconds."""
    return config_of(
        {
            "name": "tiny",
            "data": {"people": 24} | data,
            "network": {"widths": [4], "segments": 12},
            "learning": {"epochs": 2},
            "validation": {"folds": 3, "inner_folds": 1, "variations": ["concatenation"]},
        }
    )


def interview(person: str = "a", **changes: Any) -> Interview:
    random = np.random.default_rng(list(person.encode()))
    lane = LaneVectors("face-test-10s-v1", np.arange(3.0) * 10, random.normal(size=(3, 4)).astype(np.float32), np.full(3, 0.5, np.float32))
    whole = Interview(person, "1", "", "PHQ-8", np.ones(ITEMS, np.float32), 8.0, False, "", {"face": lane})
    return whole._replace(**changes)


def people(**of_the_first: Any) -> list[Interview]:
    others = [interview(f"p{number}", items=np.full(ITEMS, number % 4, np.float32)) for number in range(12)]
    return [interview(**of_the_first), *others]


# What goes wrong is told


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({"learning": {"epoch": 5}}, "“learning.epoch” is no setting. Is “epochs” meant?"),
        ({"lerning": {}}, "“lerning” is no setting. Is “learning” meant?"),
        ({"learning": {"epochs": 0}}, "“learning.epochs” is “0”. It must be a whole number from 1 to 100000."),
        ({"learning": {"epochs": 2.5}}, "a whole number"),
        ({"learning": {"rate": "fast"}}, "“learning.rate” is “fast”. It must be a number"),
        ({"learning": [1]}, "“learning” holds no settings"),
        ({"network": {"encoder": "transformer"}}, "It must be small or conv_bilstm."),
        ({"network": {"widths": 8}}, "It must be a list"),
        ({"network": {"widths": []}}, "It must be a list"),
        ({"network": {"encoder": "conv_bilstm", "segments": 50}}, "takes a multiple of 3"),
        ({"data": {"form": "clinic"}}, "“data.folder” is missing"),
        ({"data": {"form": "clinics"}}, "It must be generated or"),
        ({"validation": {"folds": 3, "inner_folds": 2}}, "at most 1 can validate"),
        ({"name": "../elsewhere"}, "fit for a folder's name"),
        ("a sentence", "holds no settings"),
    ],
)
def test_a_wrong_configuration_is_told_in_a_sentence(raw: Any, words: str) -> None:
    with pytest.raises(WrongUse) as refusal:
        config_of(raw)
    assert words in str(refusal.value)


def test_a_configuration_that_is_no_file_and_no_yaml_is_told_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match=r"nowhere\.yaml cannot be read"):
        read_config(tmp_path / "nowhere.yaml")
    (tmp_path / "odd.yaml").write_text("name: [")
    with pytest.raises(WrongUse, match=r"odd\.yaml is no YAML"):
        read_config(tmp_path / "odd.yaml")


def test_the_shipped_configuration_is_whole_and_an_empty_one_is_the_usual() -> None:
    shipped = read_config(Path(__file__).parents[2] / "configs" / "fusion.yaml")
    assert (shipped.form, shipped.people, shipped.folds) == ("generated", 240, 5)
    assert config_of({}).learning == LearningSettings()


def test_a_variation_that_is_none_is_told() -> None:
    with pytest.raises(WrongUse, match="“no nose” is none of the variations"):
        variations_of(examples_of(people(), 3).layout, ("no nose",))


def _lane(**changes: Any) -> dict[str, Any]:
    return {"lanes": {"face": interview().lanes["face"]._replace(**changes)}}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"items": np.full(ITEMS, 4.0, np.float32)}, "has an item outside 0 to 3"),
        ({"items": np.full(ITEMS, -1.0, np.float32)}, "has an item outside 0 to 3"),
        ({"items": None, "total": 25.0}, "has a total outside 0 to 24"),
        (_lane(vectors=np.full((3, 4), np.nan, np.float32)), "are not finite"),
        (_lane(vectors=np.full((3, 4), -np.inf, np.float32)), "are not finite"),
        (_lane(qualities=np.full(3, 1.5, np.float32)), "a quality outside 0 to 1"),
        (_lane(qualities=np.ones(2, np.float32)), "whose parts do not fit together"),
        (_lane(kind="face-other-10s-v1"), "disagree on what their lane “face” is"),
        ({"lanes": {"smell": interview().lanes["face"]}}, "There is a lane “smell”"),
        ({"person": ""}, "names no person"),
    ],
)
def test_interviews_that_cannot_be_used_are_told_in_a_sentence(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(DataUnfit) as refusal:
        examples_of(people(**changes), 3)
    assert words in str(refusal.value)


def test_one_person_only_and_answers_that_are_all_alike_are_told() -> None:
    with pytest.raises(DataUnfit, match="sessions of one person only"):
        examples_of([interview("a"), interview("a", session="2")], 3)
    with pytest.raises(DataUnfit, match="All sessions have the same total"):
        examples_of([interview(f"p{number}") for number in range(12)], 3)
    with pytest.raises(DataUnfit, match="nothing to learn from"):
        examples_of([interview(lanes={})], 3)


def test_the_same_recording_under_two_names_fails_the_run() -> None:
    with pytest.raises(LeakFound, match="are the same"):
        examples_of([*people(), interview("somebody else", lanes=people()[3].lanes)], 3)


def test_a_person_in_two_parts_fails_the_run() -> None:
    with pytest.raises(LeakFound, match=r"share 1 person.* \(such as a\)"):
        parts(np.array([0, 1, 2, 2]), 0, 0, np.array(["a", "a", "b", "c"]))


def test_the_command_tells_and_shows_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "wrong.yaml").write_text("learning: {epoch: 5}")
    ended = subprocess.run(
        [sys.executable, "-m", "training.train_fusion", "--config", str(tmp_path / "wrong.yaml")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert "wrong.yaml: “learning.epoch” is no setting. Is “epochs” meant?" in ended.stderr
    assert "Traceback" not in ended.stderr


# What is learned from


def test_the_total_is_that_of_the_eight_items_and_else_of_a_phq_8_only() -> None:
    known = [
        interview("a", items=np.full(ITEMS, 2, np.float32), total=19.0, scale="PHQ-9", above=None),
        interview("b", items=None, total=11.0, above=None),
        interview("c", items=None, total=60.0, scale="SDS", above=True),
        interview("d", items=np.array([np.nan, *[1] * 7], np.float32), total=None, above=None),
    ]
    targets = examples_of([*people(), *known], 3).targets[-4:]
    np.testing.assert_array_equal(targets[:, TOTAL], [16.0, 11.0, np.nan, np.nan])
    np.testing.assert_array_equal(targets[:, ABOVE], [1.0, 1.0, 1.0, np.nan])


def test_a_session_without_a_lane_is_learned_from_and_one_without_answers_is_left_out() -> None:
    given = [*people(), interview("without", items=None, total=None, above=None)]
    examples = examples_of(given, 2)
    assert len(examples.people) == 13
    words = described(examples, given)
    assert words.startswith("13 sessions of 13 people: face in 13; 1 left out, without a lane or an answer; ")
    assert words.endswith("14 longer than 2 segments, of which the newest are read")


def test_soft_targets_have_the_items_as_their_mean_inside_the_scale_and_nothing_where_none_is_known() -> None:
    soft = soft_targets(np.array([[1.0, 2.0, np.nan]], np.float32))
    np.testing.assert_allclose(soft[0].sum(axis=-1), [1.0, 1.0, 0.0], atol=1e-6)
    np.testing.assert_allclose(soft[0] @ np.linspace(0, 3, 32), [1.0, 2.0, 0.0], atol=0.02)


def test_what_is_dropped_at_random_is_never_all() -> None:
    examples = examples_of(generated_interviews(40, 1).interviews, 12)
    left = thinned(examples.arrays, examples.layout, LearningSettings(lane_dropout=0.9, segment_dropout=0.9), np.random.default_rng(0))
    there, before = (examples.layout.masks(one) for one in (left, examples.arrays))
    assert (there.any(axis=(1, 2)) | (before.sum(axis=(1, 2)) < 100)).all()
    assert 0.05 < there.sum() / before.sum() < 0.5
    kept = np.repeat(there[:, 0, :, None] > 0, examples.layout.lanes[0].width, axis=2)
    np.testing.assert_array_equal(left[..., : kept.shape[-1]][kept], examples.arrays[..., : kept.shape[-1]][kept])


def test_people_are_dealt_whole_and_evenly_by_how_much_they_have() -> None:
    examples = examples_of(generated_interviews(60, 1).interviews, 12)
    twice = examples._replace(people=np.repeat(examples.people[:30], 2), targets=np.repeat(examples.targets[:30], 2, axis=0))
    fold = folds_of(twice, 3, seed=1)
    assert (fold[::2] == fold[1::2]).all()
    means = [twice.targets[fold == number, TOTAL].mean() for number in range(3)]
    assert max(means) - min(means) < 2.0
    with pytest.raises(DataUnfit, match="30 people cannot be dealt into 31 folds"):
        folds_of(twice, 31, seed=1)


# What is measured


def test_the_figures_are_those_of_their_definitions() -> None:
    random = np.random.default_rng(3)
    true, estimate = random.normal(size=50), random.normal(size=50)
    estimate += true
    once = np.ones((1, 50))
    assert fusion_figures.rmse(once, true, estimate)[0] == pytest.approx(np.sqrt(np.mean((true - estimate) ** 2)))
    assert fusion_figures.correlation(once, true, estimate)[0] == pytest.approx(np.corrcoef(true, estimate)[0, 1])
    concordance = 2 * np.cov(true, estimate, bias=True)[0, 1] / (true.var() + estimate.var() + (true.mean() - estimate.mean()) ** 2)
    assert fusion_figures.ccc(once, true, estimate)[0] == pytest.approx(concordance)
    above = (true > 0).astype(float)
    pairs = [(a > b) + 0.5 * (a == b) for a in estimate[above > 0] for b in estimate[above == 0]]
    assert fusion_figures.auc(once, above, estimate)[0] == pytest.approx(np.mean(pairs))
    twice = np.where(np.arange(50) < 10, 2.0, 1.0)[np.newaxis]
    again = np.concatenate([np.arange(50), np.arange(10)])
    assert fusion_figures.auc(twice, above, estimate)[0] == pytest.approx(
        fusion_figures.auc(np.ones((1, 60)), above[again], estimate[again])[0]
    )
    said_above, is_above = estimate >= 0.5, above > 0.5
    expected = 2 * (said_above & is_above).sum() / (said_above.sum() + is_above.sum())
    assert fusion_figures.f1(once, above, estimate)[0] == pytest.approx(expected)


def test_the_interval_of_a_total_holds_as_many_as_it_says() -> None:
    random = np.random.default_rng(1)
    items = random.dirichlet(np.ones(32), size=(2000, ITEMS)).astype(np.float32)
    totals = (items @ np.linspace(0, 3, 32)).sum(axis=1) + 3.0 * random.normal(size=2000)
    targets = np.full((1000, ITEMS + 2), np.nan)
    targets[:, TOTAL] = totals[:1000]
    calibration = calibration_of(items[:1000], targets)
    low, high = interval(*total_moments(items[1000:], calibration["spread"]), calibration)
    assert np.mean((totals[1000:] >= low) & (totals[1000:] <= high)) == pytest.approx(0.9, abs=0.03)


def test_where_only_sides_are_known_the_probability_of_the_cut_off_is_as_sure_as_it_is_right() -> None:
    random = np.random.default_rng(1)
    means = random.uniform(0.5, 1.9, size=2000)
    items = np.exp(-0.5 * ((np.linspace(0, 3, 32) - means[:, None]) / 0.3) ** 2)
    items = np.repeat((items / items.sum(axis=1, keepdims=True))[:, np.newaxis], ITEMS, axis=1).astype(np.float32)
    targets = np.full((2000, ITEMS + 2), np.nan)
    targets[:, ABOVE] = total_moments(items)[0] + 3.4 * random.normal(size=2000) >= 9.5
    assert calibration_of(items, targets)["spread"] == pytest.approx(3.4 / total_moments(items)[1].mean(), rel=0.3)


# What training does


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path]:
    folder = tmp_path_factory.mktemp("fusion")
    return train_fusion.train(asked(), folder / "work", folder / "checkpoints", "make train-fusion CONFIG=tiny.yaml"), folder


def test_a_training_leaves_a_checkpoint_that_the_monitor_can_feed_and_a_report(finished: tuple[dict[str, Any], Path]) -> None:
    figures, folder = finished
    reader = FusionReader(folder / "checkpoints" / "tiny")
    lanes = generated_interviews(24, 1).interviews[0].lanes
    segments = {
        Modality(name): [
            Segment(Modality(name), at, at + 10, *of)
            for at, *of in zip(lane.times_s.tolist(), lane.vectors, lane.qualities.tolist(), strict=True)
        ]
        for name, lane in lanes.items()
    }
    estimate = reader.estimate(segments)
    assert estimate is not None
    assert set(estimate.weights) == {Modality(name) for name in lanes}
    assert reader.card.calibration["spread"] > 0
    assert json.loads(json.dumps(reader.card.figures)) == json.loads(json.dumps(figures))
    page = (folder / "work" / "report.html").read_text()
    for said_of in ("constant: the mean of the others", "concatenation", "F1", "made-up people", "no diagnosis"):
        assert said_of in page
    assert figures["fits"] == 6
    assert (folder / "work" / "logs" / "attention_4_0_0" / "log.csv").is_file()


def test_a_killed_run_goes_on_and_gives_the_same_figures(
    finished: tuple[dict[str, Any], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, allowed = [], [4]
    whole = fusion_validation.learned

    def counted(*given: Any, **named: Any) -> Any:
        if len(made) == allowed[0]:
            raise KeyboardInterrupt
        made.append(given)
        return whole(*given, **named)

    monkeypatch.setattr(fusion_validation, "learned", counted)
    with pytest.raises(KeyboardInterrupt):
        train_fusion.measure(asked(), tmp_path, "")
    next((tmp_path / "fits").glob("*attention_4_1_0.npz")).write_bytes(b"cut off")
    made.clear()
    allowed[0] = 99
    again = train_fusion.measure(asked(), tmp_path, "").figures
    assert len(made) == 3
    assert again | {"cpu_minutes": 0} == finished[0] | {"cpu_minutes": 0}


def test_what_was_learned_before_changes_nothing() -> None:
    examples = examples_of(generated_interviews(30, 1).interviews, 12)
    rows, validating = np.arange(30) < 20, np.arange(30) >= 20
    first = learned(examples, rows, validating, NETWORK, SHORT, seed=1)
    other = learned(examples, rows, validating, NETWORK, SHORT, seed=2)
    again = learned(examples, rows, validating, NETWORK, SHORT, seed=1)
    assert first.loss == again.loss != other.loss
    for one, same in zip(first.weights, again.weights, strict=True):
        np.testing.assert_array_equal(one, same)


def test_a_network_learns_from_sides_of_the_cut_off_alone() -> None:
    examples = examples_of(generated_interviews(60, 1).interviews, 12)
    targets = np.full_like(examples.targets, np.nan)
    targets[:, ABOVE] = examples.targets[:, ABOVE]
    losses: list[float] = []
    rows = np.ones(60, dtype=bool)
    settings = LearningSettings(epochs=25, rate=0.01)
    learned(examples._replace(targets=targets), rows, None, NETWORK, settings, 1, lambda epoch, loss, val: losses.append(loss))
    assert losses[-1] < 0.8 * losses[0]


@pytest.mark.slow
def test_a_relation_is_found_where_there_is_one_and_none_where_the_answers_are_dealt_out_anew() -> None:
    settings, rows = LearningSettings(epochs=25), np.arange(160) < 110
    found = {}
    for shuffled in (False, True):
        generated = generated_interviews(160, 5, shuffled=shuffled)
        examples = examples_of(generated.interviews, 24)
        known = learned(examples, rows, None, NETWORK, settings, seed=1)
        items, _ = said(examples.layout, NETWORK, settings, known, examples.arrays[~rows])
        total = (items @ np.linspace(0, 3, items.shape[-1])).sum(axis=-1)
        found[shuffled] = np.corrcoef(total, examples.targets[~rows, TOTAL])[0, 1]
    assert found[False] > 0.7
    assert abs(found[True]) < 0.35


def test_a_lane_that_is_left_out_is_never_seen() -> None:
    examples = examples_of(generated_interviews(30, 1).interviews, 12)
    by_name = {one.name: one for one in variations_of(examples.layout, ("all",))}
    assert list(by_name) == [
        WHOLE,
        "face alone",
        "voice alone",
        "text alone",
        "no face",
        "no voice",
        "no text",
        "no quality input",
        "concatenation",
    ]
    left = without_lanes(examples.arrays, examples.layout, by_name["face alone"].left_out)
    assert left[..., examples.layout.columns(0)].any()
    assert not left[..., examples.layout.columns(1).start :].any()
