"""Spoils face, sound and words of real clips in every combination, and checks what the fusion promises of it.

usage: python -m bench.fusion_robustness --data DIR        Writes docs/fusion-robustness.md; exit status 1 when a promise is broken.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.fused_combinations import courses, fused_combinations
from bench.fusion_page import page
from bench.fusion_promises import Clip, Promise, promises
from bench.spoiled_runs import Recording, clips, runs
from core.paths import PROGRAM_ROOT
from core.settings import Settings

PAGE = PROGRAM_ROOT / "docs" / "fusion-robustness.md"


def measured(recording: Recording, settings: Settings) -> Clip:
    """A recording through the monitor in all states, and every combination of them fused."""
    passes = list(runs(recording, settings))
    step_s = settings.fusion.step_s
    moments = min(len(one.scores) for one in passes)
    lanes = courses(passes, settings.fusion, moments)
    return Clip(recording.name, step_s, passes, lanes, fused_combinations(lanes, settings.fusion))


def verdict(found: Sequence[Promise]) -> str:
    """Each promise on a line."""
    return "".join(
        f"{'kept  ' if one.kept else 'BROKEN'} {one.words}: {one.measured:.2f} of at most {one.bound:g} {one.unit}\n" for one in found
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, write the page, say which promises are kept."""
    parser = argparse.ArgumentParser(prog="python -m bench.fusion_robustness", description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="the folder with the shared clips in DIR/video")
    parser.add_argument("--rounds", type=int, default=4, metavar="N", help="how often each clip is played in a row (default: 4)")
    parser.add_argument("-o", "--output", type=Path, default=PAGE, metavar="FILE", help=f"the page (default: {PAGE.name} in docs)")
    options = parser.parse_args(arguments)
    settings = Settings().of_a_log()
    done, lengths = [], []
    for recording in clips(options.data / "video", options.rounds, settings):
        sys.stderr.write(f"{recording.name}, {recording.seconds:g} s\n")
        done.append(measured(recording, settings))
        lengths.append(recording.seconds)
    found = promises(done)
    options.output.write_text(page(done, found, lengths, settings.face.rate_hz), encoding="utf-8")
    sys.stdout.write(verdict(found))
    return 0 if all(one.kept for one in found) else 1


if __name__ == "__main__":
    sys.exit(main())
