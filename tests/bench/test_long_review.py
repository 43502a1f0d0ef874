"""The long session on the review page: what is measured of it, and the rows that are made of that."""

import json
import os
import subprocess
import sys

import pytest

from bench.measure import _review_rows
from core.paths import PROGRAM_ROOT

FAST = {
    "hours": 2.0,
    "opened": [(0.5, 0.3), (0.9, 0.4)],
    "panned": [(0.2, 0.004)] * 99 + [(0.3, 0.03)],
    "zoomed": [(0.1, 0.05)],
    "made_ready": (9.0, 2.0),
}


def goals(run):
    return {row.what: row.met for row in _review_rows(run) if row.goal}


def test_the_slowest_opening_and_the_slow_frames_are_held_against_their_goals():
    assert set(goals(FAST).values()) == {True}
    opening, moving = goals(FAST)
    assert goals(FAST | {"opened": [(0.5, 0.3), (1.1, 0.4)]}) == {opening: False, moving: True}
    assert goals(FAST | {"panned": [(0.1, 0.004)] * 90 + [(0.1, 0.04)] * 10}) == {opening: True, moving: False}


@pytest.mark.slow
def test_a_session_is_written_opened_and_moved_through():
    command = [sys.executable, "-m", "bench.long_review", "0.05"]
    ended = subprocess.run(
        command, cwd=PROGRAM_ROOT, capture_output=True, text=True, check=False, env=os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    )
    assert ended.returncode == 0, ended.stderr
    run = json.loads(ended.stdout.splitlines()[-1])
    assert run["readings"] > 0.05 * 3600 * 28
    assert len(run["opened"]) == 3
    assert all(0 < wall < 60 and processor > 0 for wall, processor in (*run["opened"], run["made_ready"]))
    assert len(run["panned"]) == 3 * 120
    assert len(_review_rows(run)) == 5
