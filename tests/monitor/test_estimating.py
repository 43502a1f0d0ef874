"""The user's own learned fusion beside the index, on the demonstration: what it estimates, what it leaves alone, how it fails."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from core.estimate import NOT_TRAINED, Estimate
from core.readings import FusionScore
from core.settings import Settings
from monitor.estimating import NOTHING_MEASURED, STOPPED, estimates_of, kept_estimates
from monitor.events import Remarked
from monitor.wiring import demonstration_plan
from monitor.wiring import own_fusion as own_fusion_of
from tests.fixtures.monitor_runs import SETTINGS, Run
from tests.fixtures.own_fusion import UNFIT, unfit

SECONDS, FPS = 25.0, 5.0


def with_fusion(folder: Path | str) -> Settings:
    return SETTINGS.with_values({"fusion.checkpoint": str(folder)}, "the test")


def ran(settings: Settings, database: Path) -> Run:
    run = Run(demonstration_plan(settings, seconds=SECONDS, fps=FPS), database, settings)
    assert run.monitor.ended.wait(60.0)
    return run


def scores_of(run: Run) -> list[FusionScore]:
    return [one for one in run.shown if isinstance(one, FusionScore)]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return ran(SETTINGS, tmp_path_factory.mktemp("plain") / "without.db")


def test_each_ten_seconds_of_a_lane_make_an_estimate_and_the_index_stays_as_it_is(plain, own_fusion, tmp_path) -> None:
    run = ran(with_fusion(own_fusion), tmp_path / "with.db")
    shown = [one for one in run.shown if isinstance(one, Estimate)]
    assert len(shown) >= 5
    assert {one.checkpoint for one in shown} == {"clinic"}
    assert shown[-1].at == 30.0
    assert list(run.board.take().estimates) == shown
    assert run.board.take().estimates == ()
    assert scores_of(run) == scores_of(plain)
    assert not any(isinstance(one, Estimate) for one in plain.shown)


def test_a_stored_session_is_estimated_again_as_it_was(own_fusion, database) -> None:
    run = ran(with_fusion(own_fusion), database)
    stored = run.finished()
    assert stored.info.settings["fusion.checkpoint"] == str(own_fusion)
    last = next(one for one in reversed(run.shown) if isinstance(one, Estimate))
    again = list(estimates_of(stored.readings, own_fusion))[-1]
    assert again == replace(last, items=again.items, segments=again.segments)
    assert [item.value for item in again.items] == pytest.approx([item.value for item in last.items], abs=1e-6)
    assert kept_estimates(stored, str(own_fusion)).newest == again


@pytest.mark.parametrize("why", UNFIT)
def test_an_unfit_checkpoint_is_said_in_a_sentence(plain, own_fusion, tmp_path, why) -> None:
    folder, words = unfit(own_fusion, tmp_path / "unfit", why)
    used, [remark] = own_fusion_of(with_fusion(folder))
    assert used is None
    assert words in str(remark)
    assert "fusion checkpoint" in remark.what
    said = kept_estimates(plain.finished(), str(folder))
    assert said.newest is None
    assert words in said.none_because


def test_an_unfit_checkpoint_is_told_when_the_session_begins_and_the_index_goes_on(plain, own_fusion, tmp_path) -> None:
    folder, words = unfit(own_fusion, tmp_path / "unfit", "another version")
    run = ran(with_fusion(folder), tmp_path / "with.db")
    [remark] = [event.failure for event in run.events if isinstance(event, Remarked)]
    assert words in str(remark)
    assert scores_of(run) == scores_of(plain)
    assert not any(isinstance(one, Estimate) for one in run.shown)


def test_a_network_that_fails_is_told_once_and_the_session_goes_on(plain, own_fusion, tmp_path, monkeypatch) -> None:
    from models.fusion.reader import FusionReader

    settings = with_fusion(own_fusion)
    plan = demonstration_plan(settings, seconds=SECONDS, fps=FPS)
    monkeypatch.setattr(FusionReader, "estimate", lambda reader, segments: 1 / 0)
    run = Run(plan, tmp_path / "with.db", settings)
    run.finished(60.0)
    assert [event.failure.what for event in run.events if isinstance(event, Remarked)] == [STOPPED]
    assert scores_of(run) == scores_of(plain)


def test_without_a_checkpoint_nothing_is_remarked_and_it_is_said_that_nothing_was_trained(plain) -> None:
    assert own_fusion_of(Settings()) == (None, ())
    assert not [event for event in plain.events if isinstance(event, Remarked)]
    assert kept_estimates(plain.finished(), "").none_because == NOT_TRAINED


def test_a_session_without_the_lanes_of_the_network_is_not_enough_evidence(plain, own_fusion) -> None:
    nothing = replace(plain.finished(), readings=())
    assert kept_estimates(nothing, str(own_fusion)).none_because == NOTHING_MEASURED


def test_what_nobody_wants_any_more_is_cut_short(plain, own_fusion) -> None:
    assert kept_estimates(plain.finished(), str(own_fusion), lambda: False).all == ()


def test_nothing_of_the_network_is_loaded_without_a_checkpoint() -> None:
    code = (
        "import sys; import gui.application, gui.main_window, commands.arguments, monitor.monitor; from core.settings import Settings; "
        "from monitor.wiring import demonstration_plan; demonstration_plan(Settings(), seconds=1.0); "
        "print([name for name in sys.modules if name.startswith('models.fusion')])"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"
