"""A long session of an encrypted store on the review page, as a process of its own: opened, moved through, zoomed.

usage: python -m bench.long_review HOURS        Prints a line of JSON.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication

from bench.sample_record import PASSPHRASE, write_long_session, write_record
from bench.sample_year import PERSONAS
from gui.review_page import ReviewPage
from gui.store_door import StoreDoor
from gui.timeline import Timeline
from store.database import reading, writing
from store.tracks import prepare_tracks
from store.vault import OpenStore, Vault

SOMEBODY = replace(PERSONAS[0], minutes=1.0, first=date(2025, 10, 1))
"""Half a year of other sessions: what is usual for the person is read as well."""

Spent = tuple[float, float]
"""Seconds on the wall, and of the processor."""

KEPT_S = 10.0
OPENINGS = 3
PAN_SHARE = 0.02
"""Of what is seen, in each frame: the whole width in under two seconds at 30 frames."""

PAN_FRAMES = 120
PAN_SPANS_S = (3600.0, 600.0, 20.0)
ZOOM_STEPS = 8
PATIENCE_S = 60.0


def main(hours: float) -> None:
    """Write the store, measure, print."""
    app = QApplication(sys.argv[:1])
    with tempfile.TemporaryDirectory() as name, _written(Path(name), hours) as (door, session, figures), _page(door) as page:
        figures["opened"] = [_opened(app, page, session) for _ in range(OPENINGS)]
        timeline = page.desk.panels[0].timeline
        figures["panned"] = [spent for span_s in PAN_SPANS_S for spent in _panned(app, timeline, span_s)]
        timeline.show_all()
        figures["zoomed"] = [_frame(app, lambda: timeline.zoom(0.5, timeline.span.whole / 3)) for _ in range(ZOOM_STEPS)]
    sys.stdout.write(json.dumps(figures) + "\n")


@contextmanager
def _written(folder: Path, hours: float) -> Iterator[tuple[StoreDoor, int, dict[str, object]]]:
    """An open store with a session so long, its number, and what is known of it."""
    vault = Vault(write_record(folder, (SOMEBODY,)))
    vault.unlock(PASSPHRASE)
    store = vault.store
    session = write_long_session(store.database, store.key, hours, KEPT_S)
    with closing(StoreDoor(vault)) as door:
        with reading(store.database, store.key) as connection:
            [readings] = connection.execute("SELECT count(*) FROM reading WHERE session = ?", (session,)).fetchone()
        yield door, session, {"hours": hours, "readings": readings, "made_ready": _made_ready(store, session)}


def _made_ready(store: OpenStore, session: int) -> Spent:
    """What is done once, when a session has ended: its columns are made from all its readings."""
    with writing(store.database, store.key) as connection:
        connection.execute("DELETE FROM track WHERE session = ?", (session,))
    began = _now(time.process_time)
    prepare_tracks(store, session)
    return _since(began, time.process_time)


@contextmanager
def _page(door: StoreDoor) -> Iterator[ReviewPage]:
    page = ReviewPage(door)
    page.notice.connect(lambda notice: sys.stderr.write(f"{notice}\n"))
    page.resize(1280, 720)
    page.show()
    page.show_open()
    try:
        yield page
    finally:
        page.close_background()


def _opened(app: QApplication, page: ReviewPage, session: int) -> Spent:
    """From the wish to the painted page; raises RuntimeError when it does not come."""
    page.go_back()
    app.processEvents()
    began = _now(time.process_time)
    page.open_session(session)
    while not (page.is_shown and page.desk.panels[0].sections):
        app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        if _since(began, time.process_time)[0] > PATIENCE_S:
            raise RuntimeError(f"The session was not shown within {PATIENCE_S:g} s.")
    app.processEvents()
    page.repaint()
    return _since(began, time.process_time)


def _panned(app: QApplication, timeline: Timeline, span_s: float) -> Iterator[Spent]:
    """Frame after frame from the beginning to later, with so many seconds in view."""
    timeline.show_all()
    timeline.zoom(span_s / timeline.span.seconds, 0.0)
    app.processEvents()
    for _ in range(PAN_FRAMES):
        yield _frame(app, lambda: timeline.show_span(timeline.span.moved(PAN_SHARE * timeline.span.seconds)))


def _frame(app: QApplication, change: Callable[[], None]) -> Spent:
    began = _now(time.thread_time)
    change()
    app.processEvents()
    return _since(began, time.thread_time)


def _now(processor: Callable[[], float]) -> Spent:
    return time.perf_counter(), processor()


def _since(began: Spent, processor: Callable[[], float]) -> Spent:
    return time.perf_counter() - began[0], processor() - began[1]


if __name__ == "__main__":
    main(float(sys.argv[1]))
