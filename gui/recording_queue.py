"""The recordings that were opened, and how far each of them is."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from core.calendar import Period, name_of
from core.failures import Failure
from gui import wording
from monitor.board import Progress

MOST_ROWS = 4
TALL_PAGE_PX = 500


class Stage(Enum):
    """Where a recording is."""

    WAITING = "waiting"
    RUNNING = "being analysed"
    DONE = "done"
    CANCELLED = "cancelled; what was done is kept"
    FAILED = "could not be analysed"


@dataclass(slots=True)
class Job:
    """One recording: its file, its text, its stage, and the session that came of it.

    A daily log has the number of its person and the time at which it was made.
    """

    path: Path
    text_file: Path | None = None
    person: int | None = None
    started: datetime | None = None
    owner: str = ""
    stage: Stage = Stage.WAITING
    session_id: int | None = None
    failure: Failure | None = None

    @property
    def name_in_words(self) -> str:
        """The file's name, the day of a daily log, and whose it is."""
        day = "" if self.started is None else name_of(self.started.date(), Period.DAY)
        return " · ".join(part for part in (self.path.name, day, self.owner) if part)

    @property
    def state_in_words(self) -> str:
        """The stage, with the session that holds the results."""
        stored = f", stored as session {self.session_id}" if self.session_id is not None and self.stage is not Stage.FAILED else ""
        return self.stage.value + stored


def progress_in_words(progress: Progress) -> str:
    """1:20 of 4:00, 0:35 left."""
    words = wording.clock(progress.done_s)
    if progress.total_s is not None:
        words += f" of {wording.clock(progress.total_s)}"
    if progress.left_s is not None:
        words += f", {wording.clock(progress.left_s)} left"
    return words


class RecordingQueue(QTreeWidget):
    """One row a recording."""

    chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.jobs: list[Job] = []
        self.setColumnCount(3)
        self.setHeaderLabels(["Recording", "Text file", "State"])
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setAccessibleName("Recordings to be analysed")
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.header().setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        self.header().setSectionsClickable(False)
        self.itemSelectionChanged.connect(self._tell)

    def add(self, path: Path, person: int | None = None, started: datetime | None = None, owner: str = "") -> None:
        """Put a recording at the end."""
        self.jobs.append(Job(path, person=person, started=started, owner=owner))
        item = QTreeWidgetItem()
        self.addTopLevelItem(item)
        self.show_job(self.jobs[-1])
        if len(self.jobs) == 1:
            self.setCurrentItem(item)

    def show_job(self, job: Job, progress: Progress | None = None) -> None:
        """Write a job's row anew."""
        item = self._row(job)
        state = progress_in_words(progress) if progress else job.state_in_words
        for column, words in enumerate((job.name_in_words, job.text_file.name if job.text_file else "", state)):
            item.setText(column, words)
        item.setToolTip(0, str(job.path))
        item.setToolTip(2, str(job.failure) if job.failure else "")

    def _row(self, job: Job) -> QTreeWidgetItem:
        item = self.topLevelItem(self.jobs.index(job))
        assert item is not None
        return item

    def fit(self, page_px: int) -> None:
        """Be as tall as the rows that a page of this height has room for; the rest scrolls."""
        rows = min(len(self.jobs), MOST_ROWS if page_px >= TALL_PAGE_PX else 1)
        row_px = max(20, self.sizeHintForRow(0))
        self.setFixedHeight(self.header().sizeHint().height() + max(1, rows) * row_px + 6)

    def next_waiting(self) -> Job | None:
        """The first that has not begun."""
        return next((job for job in self.jobs if job.stage is Stage.WAITING), None)

    @property
    def selected(self) -> Job | None:
        """The job of the selected row."""
        item = self.currentItem()
        return self.jobs[self.indexOfTopLevelItem(item)] if item is not None else None

    def select(self, job: Job) -> None:
        """Select a job's row."""
        self.setCurrentItem(self._row(job))

    def remove_ended(self) -> None:
        """Take all rows away that are over."""
        for job in [job for job in self.jobs if job.stage not in (Stage.WAITING, Stage.RUNNING)]:
            self.takeTopLevelItem(self.jobs.index(job))
            self.jobs.remove(job)

    @Slot()
    def _tell(self) -> None:
        self.chosen.emit()
