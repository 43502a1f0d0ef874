import json

import pytest

from core.failures import WrongUse
from training import fusion_demonstration
from training.fusion_config import SHUFFLED
from training.fusion_demonstration import BEGINS, ENDS, FIGURES, PAGE, RUNS_SHOWN, config, section, write_page


def test_the_page_says_what_was_measured() -> None:
    assert "\n".join(section(json.loads(FIGURES.read_text()))) in PAGE.read_text()


def test_what_was_measured_is_what_the_page_claims() -> None:
    found = json.loads(FIGURES.read_text())
    known, unreliable, shuffled = found["known"], found["unreliable"], found["shuffled"]
    assert known["total"]["attention"]["rmse"][2] < known["total"]["constant"]["rmse"][1]
    assert known["truth"]["attention"][1] > 0.85
    low, high = known["interval"]["held"][1:]
    assert low <= known["interval"]["meant"] <= high
    assert all(known["total"][f"{lane} alone"]["rmse"][0] > known["total"]["attention"]["rmse"][0] for lane in ("face", "voice", "text"))
    assert unreliable["differences"]["concatenation"][1] > 0.0
    assert unreliable["differences"]["no quality input"][1] > 0.0
    assert shuffled["total"]["attention"]["correlation"][1] < 0.0 < shuffled["total"]["attention"]["correlation"][2] or (
        shuffled["total"]["attention"]["correlation"][2] < 0.0
    )
    assert max(found["small"]["step_ms"], found["conv_bilstm"]["step_ms"]) < 5.0


@pytest.mark.parametrize("run", RUNS_SHOWN)
def test_every_run_has_a_valid_configuration(run: str) -> None:
    assert config(run, 240).people in (120, 240)


def test_a_run_of_too_few_is_refused() -> None:
    with pytest.raises(WrongUse, match=r"data\.people"):
        config("small", 10)
    assert config("shuffled", 20).form == SHUFFLED


def test_only_what_is_between_the_marks_is_written(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "page.md"  # type: ignore[operator]
    page.write_text(f"before\n{BEGINS}\nold\n{ENDS}\nafter\n")
    monkeypatch.setattr(fusion_demonstration, "section", lambda found: iter(["new"]))
    write_page({}, page)
    assert page.read_text() == f"before\n{BEGINS}\n\nnew\n{ENDS}\nafter\n"
