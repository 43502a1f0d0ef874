"""Runs each part in processes of its own, interleaved with the peer where it is installed, and makes rows of the medians."""

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from bench.clips import face_films, jpegs, minute_film
from bench.http_camera import HttpCamera
from capture.media_file import probe
from core.paths import PROGRAM_ROOT
from core.settings import CaptureSettings

LONG_H = 2.0
"""The longest visit that is to open at once; a camera gives 216,000 readings of a face in it."""

PEER_PYTHON = PROGRAM_ROOT / ".venv-peer" / "bin" / "python"


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: what, how much, in which unit, the goal in words, and whether it is met (None: nothing to hold it against)."""

    what: str
    value: float
    unit: str
    goal: str
    met: bool | None


def measure(data: Path | None, rounds: int, live_s: float, say: Callable[[str], None]) -> dict[str, Any]:
    """Everything, as {"machine": ..., "rows": [...], "raw": ...}."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        say("preparing the films")
        films, minute = face_films(data, folder), minute_film(data, folder)
        raw: dict[str, Any] = {"ours": [], "peer": [], "analyze": []}
        for number in range(rounds):
            say(f"round {number + 1} of {rounds}: frames, peer, a recording")
            raw["ours"].append(_frames_ours(films))
            if PEER_PYTHON.is_file():
                raw["peer"].append(_json([str(PEER_PYTHON), str(PROGRAM_ROOT / "bench" / "peer_fer.py"), *map(str, films)]))
            raw["analyze"].append(_analyze(minute, folder / f"out{number}"))
        raw["pause"] = _json([sys.executable, "-m", "bench.pause", str(minute)])
        say(f"live with the window, {live_s:.0f} s")
        pictures = jpegs(films[-2] if len(films) > 1 else films[0])
        raw["live"] = _live(pictures, live_s)
        say(f"the same with picture and sound kept, {live_s:.0f} s")
        raw["kept"] = _live(pictures, live_s, "kept")
        say(f"a stored session of {LONG_H:g} h is written, opened and moved through")
        raw["review"] = _json([sys.executable, "-m", "bench.long_review", str(LONG_H)], _with_screen())
    rows = [*_frame_rows(raw["ours"], raw["peer"]), *_analyze_rows(raw["analyze"]), *_pause_rows(raw["pause"])]
    rows += [*_live_rows(raw["live"]), *_kept_rows(raw["kept"]), *_review_rows(raw["review"])]
    return {"machine": machine(), "rows": rows, "raw": raw}


def machine() -> dict[str, Any]:
    """What the figures were taken on."""
    return {"system": platform.platform(terse=True), "cores": os.cpu_count(), "python": platform.python_version()}


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that `share` of all values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


def _frames_ours(films: list[Path]) -> Any:
    return _json([sys.executable, "-m", "bench.frames", *map(str, films)])


def _analyze(film: Path, folder: Path) -> dict[str, float]:
    began = time.perf_counter()
    command = [sys.executable, "main.py", "analyze", str(film), "-o", str(folder), "--database", str(folder.with_suffix(".db"))]
    with subprocess.Popen(command, cwd=PROGRAM_ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        _, errors = process.communicate()
        wall_s = time.perf_counter() - began
    if process.returncode:
        raise RuntimeError(f"analyze ended with {process.returncode}: {errors.decode()}")
    return {"times_real_time": (probe(film, CaptureSettings()).duration_s or 0.0) / wall_s}


def _live(pictures: list[bytes], seconds: float, *words: str) -> Any:
    with HttpCamera(pictures) as camera:
        return _json([sys.executable, "-m", "bench.live_window", camera.url, str(seconds), *words], _with_screen())


def _with_screen() -> dict[str, str]:
    return os.environ | ({} if os.environ.get("DISPLAY") else {"QT_QPA_PLATFORM": "offscreen"})


def _json(command: list[str], environment: dict[str, str] | None = None) -> Any:
    ended = subprocess.run(command, cwd=PROGRAM_ROOT, capture_output=True, text=True, check=False, env=environment)
    if ended.returncode:
        raise RuntimeError(f"{' '.join(command[:4])} ended with {ended.returncode}: {ended.stderr[-2000:]}")
    return json.loads(ended.stdout.splitlines()[-1])


def _frame_rows(ours: list[Any], peers: list[Any]) -> list[Row]:
    mine = statistics.median(r["cpu_s"] / r["frames"] * 1000 for r in ours)
    slowest = statistics.median(r["slowest_frames_ms"][-1] for r in ours)
    rows = [
        Row("a 640x480 frame, decode to reading (processor)", mine, "ms", "", None),
        Row("the slowest frame's reading (processor)", slowest, "ms", "at most 15", slowest <= 15),
        Row("frames with a face found", ours[0]["faces"], f"of {ours[0]['frames']}", "", None),
    ]
    if peers:
        ratio = statistics.median(p["cpu_s"] / p["frames"] / (o["cpu_s"] / o["frames"]) for o, p in zip(ours, peers, strict=True))
        theirs = statistics.median(p["cpu_s"] / p["frames"] * 1000 for p in peers)
        rows += [
            Row("fer 25.10.3, the same frames (processor)", theirs, "ms", "", None),
            Row("times less than fer", ratio, "x", "at least 15", ratio >= 15),
            Row(
                "frames in which fer finds a face",
                peers[0]["faces"],
                f"of {peers[0]['frames']}",
                "no more than ours",
                ours[0]["faces"] >= peers[0]["faces"],
            ),
        ]
    return rows


def _analyze_rows(runs: list[Any]) -> list[Row]:
    speed = statistics.median(run["times_real_time"] for run in runs)
    return [Row("a recording with sound, start to files written", speed, "x real time", "at least 8", speed >= 8)]


def _pause_rows(run: Any) -> list[Row]:
    worst, middle = max(run["segments_ms"]), statistics.median(run["segments_ms"])
    return [
        Row("after a pause: features, descriptors, network (median)", middle, "ms", "at most 20", middle <= 20),
        Row("after a pause, the slowest", worst, "ms", "", None),
        Row("a chunk of 100 ms in between", statistics.median(run["chunks_ms"]), "ms", "", None),
    ]


def _live_rows(run: Any) -> list[Row]:
    read, painted = percentile(run["read_ms"], 0.99), percentile(run["painted_ms"], 0.99)
    return [
        Row("live: frames a second", run["frames_a_second"], "1/s", "", None),
        Row("live: frames handled", run["handled_share"] * 100, "%", "at least 98", run["handled_share"] >= 0.98),
        Row("live: capture to reading, p99", read, "ms", "at most 33", read <= 33),
        Row("live: capture to painted, p99", painted, "ms", "at most 66", painted <= 66),
        Row("live: whole program", run["cpu_share"] * 100, "% of a core", "at most 35", run["cpu_share"] <= 0.35),
        Row("live: memory", run["peak_mb"], "MB", "at most 250", run["peak_mb"] <= 250),
        Row("start to first live reading", run["first_reading_s"], "s", "at most 2", run["first_reading_s"] <= 2),
    ]


def _kept_rows(run: Any) -> list[Row]:
    """The live rows that keeping picture and sound may change."""
    read = percentile(run["read_ms"], 0.99)
    return [
        Row("live, kept: frames handled", run["handled_share"] * 100, "%", "at least 98", run["handled_share"] >= 0.98),
        Row("live, kept: capture to reading, p99", read, "ms", "at most 33", read <= 33),
        Row("live, kept: whole program", run["cpu_share"] * 100, "% of a core", "at most 35", run["cpu_share"] <= 0.35),
        Row("live, kept: memory", run["peak_mb"], "MB", "", None),
        Row("live, kept: on the disk", run["kept_bytes_a_second"] * 3600 / 1e9, "GB an hour", "", None),
    ]


def _review_rows(run: Any) -> list[Row]:
    wall, processor = (max(one[clock] for one in run["opened"]) for clock in (0, 1))
    panned, zoomed = ([one[1] * 1000 for one in run[what]] for what in ("panned", "zoomed"))
    frame = percentile(panned, 0.99)
    return [
        Row(f"a stored session of {run['hours']:g} h, chosen to painted", wall, "s", "at most 1", wall <= 1),
        Row("the same (processor)", processor, "s", "", None),
        Row("moving through it: a frame, p99 (processor)", frame, "ms", "at most 33", frame <= 33),
        Row("zooming in it: the slowest step (processor)", max(zoomed), "ms", "", None),
        Row("made ready once, when it has ended (processor)", run["made_ready"][1], "s", "", None),
    ]


def busy() -> float:
    """The share of the machine that others use just now, 0..1: above a tenth, wall times say little."""
    return psutil.cpu_percent(interval=1.0) / 100
