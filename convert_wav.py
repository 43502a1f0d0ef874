#!/usr/bin/env python3
"""Command line: any audio or video file or folder to 16 kHz mono 16-bit WAV. The work is done by capture/audio_files.py."""

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

Report = Callable[[float], None]


def arguments(words: list[str] | None) -> argparse.Namespace:
    """The command line; argparse ends with 2 when it is wrong."""
    parser = argparse.ArgumentParser(
        prog="convert_wav.py",
        description="Turn the sound of audio or video files into 16 kHz mono 16-bit WAV. Folders are searched and their tree is kept.",
        epilog="Ends with 0 when all was done, 1 when something was not (the rest is done all the same), 2 when it was asked wrongly.",
    )
    parser.add_argument("sources", nargs="+", type=Path, metavar="SOURCE", help="a recording, or a folder of recordings")
    parser.add_argument(
        "-o", "--output", required=True, type=Path, metavar="DIR", help="the folder to write to (made when it is not there)"
    )
    parser.add_argument("--force", action="store_true", help="write files anew that are there already")
    return parser.parse_args(words)


def main(words: list[str] | None = None) -> int:
    """Convert everything that can be; the exit code."""
    options = arguments(words)
    from capture.audio_files import decode_to_wav, plan  # noqa: PLC0415 - only here, so that --help and a wrong option answer at once
    from core.failures import AffectographError, WrongUse  # noqa: PLC0415

    try:
        todo = plan(options.sources, options.output)
    except WrongUse as error:
        print(error, file=sys.stderr)
        return 2
    failed = len(todo.failures)
    for failure in todo.failures:
        print(failure, file=sys.stderr)
    with progress(len(todo.conversions)) as (tell, step):
        for number, one in enumerate(todo.conversions, start=1):
            try:
                done = decode_to_wav(one.source, one.destination, options.force, step(number, one.source))
            except AffectographError as error:
                failed += 1
                tell(str(error), sys.stderr)
                continue
            damage = f", {done.damaged} damaged packets left out" if done.damaged else ""
            tell(f"{one.source} -> {done.destination} ({done.seconds:.1f} s{damage})", sys.stdout)
    alone = f", {todo.left_alone} other files left alone" if todo.left_alone else ""
    print(f"{len(todo.conversions) + len(todo.failures) - failed} converted, {failed} failed{alone}.")
    return 1 if failed else 0


@contextmanager
def progress(files: int) -> Iterator[tuple[Callable[..., None], Callable[[int, Path], Report | None]]]:
    """Ways to tell a line and to begin the next file's bar: a bar on a terminal, plain lines in a pipe."""
    if not sys.stdout.isatty():
        yield lambda line, stream: print(line, file=stream, flush=True), lambda number, source: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn  # noqa: PLC0415 - not needed in a pipe

    columns = BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}", markup=False)
    with Progress(*columns, transient=True) as bar:
        task = bar.add_task("", total=files)

        def step(number: int, source: Path) -> Report:
            bar.update(task, completed=number - 1, description=source.name)
            return lambda seconds: bar.update(task, description=f"{source.name}  {seconds:.0f} s of sound")

        yield lambda line, stream: bar.console.print(line, markup=False, highlight=False, soft_wrap=True), step


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # a file's name may be no text at all
    try:
        code = main()
        sys.stdout.flush()
    except KeyboardInterrupt:
        print("Stopped. What was written before is whole.", file=sys.stderr)
        code = 1
    except BrokenPipeError:  # nobody reads any more (`| head`); the exit would complain again
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    sys.exit(code)
