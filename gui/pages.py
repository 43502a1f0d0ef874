"""The window's pages, and what they tell one another."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeAlias, TypeVar, cast

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QWidget

from core.failures import Failure
from core.person import Consent, Person, Scope
from core.settings import DisplaySettings, Settings
from gui.background import Background
from gui.live_page import LivePage
from gui.notices import Notice
from gui.people_page import PeoplePage
from gui.recording_page import RecordingPage
from gui.recording_queue import Job
from gui.report_page import ReportPage
from gui.review_page import ReviewPage
from gui.services import Services
from gui.store_door import StoreDoor
from gui.theme import Theme
from store.vault import State

Page: TypeAlias = LivePage | RecordingPage | PeoplePage | ReportPage | ReviewPage
OfTheStore = TypeVar("OfTheStore", PeoplePage, ReportPage, ReviewPage)

LIVE, RECORDING, PEOPLE, REPORTS, REVIEW = "Live", "Recording", "People", "Reports", "Review"


class Pages(QStackedWidget):
    """Each but the live page is built when it is first asked for: what nobody looks at costs no memory.

    People, reports and review are there only where `services` have a store. `turned_to` wants the page of that name shown.
    """

    notice = Signal(object)
    notice_over = Signal(str)
    busy_changed = Signal(bool)
    person_chosen = Signal(object, object)
    class_map_wanted = Signal()
    turned_to = Signal(str)

    def __init__(self, services: Services, settings: Callable[[], Settings], background: Background) -> None:
        super().__init__()
        self.setAccessibleName("Pages")
        self._services, self._settings, self._background = services, settings, background
        self._theme: Theme | None = None
        self._person: Person | None = None
        self._makers: dict[str, Callable[[], Page]] = {LIVE: self._make_live, RECORDING: self._make_recording}
        if services.door:
            self._makers[PEOPLE] = self._make_people
            if services.write_session:
                self._makers[REPORTS] = self._make_reports
            self._makers[REVIEW] = self._make_review
        self._built: dict[str, Page] = {}
        for _ in self._makers:
            self.addWidget(QWidget())
        self.page(LIVE)

    @property
    def names(self) -> Sequence[str]:
        """Of the pages there are, in their order."""
        return tuple(self._makers)

    @property
    def built(self) -> Sequence[Page]:
        """The pages that somebody has asked for."""
        return tuple(self._built.values())

    def page(self, name: str) -> Page:
        """The page of that name; raises KeyError where there is none."""
        if name not in self._built:
            page = self._makers[name]()
            self._built[name] = page
            place, seen = self.names.index(name), self.currentIndex()
            self.insertWidget(place, page)
            empty = cast(QWidget, self.widget(place + 1))
            self.removeWidget(empty)
            empty.deleteLater()
            self.setCurrentIndex(seen)
            if self._theme is not None and not isinstance(page, ReportPage):
                page.set_theme(self._theme)
        return self._built[name]

    @property
    def live(self) -> LivePage:
        """Live sessions."""
        return cast(LivePage, self.page(LIVE))

    @property
    def recording(self) -> RecordingPage:
        """Recordings."""
        return cast(RecordingPage, self.page(RECORDING))

    @property
    def review(self) -> ReviewPage:
        """Stored sessions; raises KeyError without a store."""
        return cast(ReviewPage, self.page(REVIEW))

    @property
    def sessions(self) -> Sequence[LivePage | RecordingPage]:
        """The built pages on which something is measured."""
        return [page for page in self.built if isinstance(page, LivePage | RecordingPage)]

    @property
    def session_runs(self) -> bool:
        """Whether anything is being measured."""
        return any(page.running for page in self.sessions)

    def set_theme(self, theme: Theme) -> None:
        """The colours to draw with."""
        self._theme = theme
        for page in self.built:
            if not isinstance(page, ReportPage):
                page.set_theme(theme)

    def set_display(self, display: DisplaySettings) -> None:
        """Changed settings, for what is running as well."""
        for page in self.sessions:
            page.view.set_display(display)
            page.view.charts.set_window(display.chart_seconds)

    def set_person(self, person: Person | None, consents: Sequence[Consent]) -> None:
        """Whose the sessions are from now on; None: nobody's."""
        self._person = person
        self.live.set_person(person, consents)
        if RECORDING in self._built:
            self.recording.set_person(person)

    def stop_recordings(self) -> None:
        """End what is analysed, and what waits."""
        if RECORDING in self._built:
            self.recording.stop_all()

    @Slot(int)
    def review_session(self, session: int) -> None:
        """Show a stored session."""
        if REVIEW in self._makers:
            self.turned_to.emit(REVIEW)
            self.review.open_session(session)

    # The store

    @Slot()
    def show_open(self) -> None:
        """The store was opened."""
        for page in self._of_the_store():
            page.show_open()

    @Slot()
    def show_closed(self) -> None:
        """Opening it was put off."""
        for page in self._of_the_store():
            page.show_closed()

    @Slot()
    def put_away(self) -> None:
        """The window was locked."""
        if REVIEW in self._built:
            self.review.put_away()

    def close_backgrounds(self) -> None:
        """End the pages' threads."""
        for page in self._of_the_store():
            page.close_background()

    def _of_the_store(self) -> Sequence[PeoplePage | ReportPage | ReviewPage]:
        return [page for page in self.built if isinstance(page, PeoplePage | ReportPage | ReviewPage)]

    # Building

    def _make_live(self) -> LivePage:
        page = LivePage(self._services, self._settings, self._background)
        self._connect_session(page)
        page.session_ended.connect(self._session_ended)
        if PEOPLE in self._makers:
            page.give_consents = self._give_consents
        return page

    def _make_recording(self) -> RecordingPage:
        page = RecordingPage(self._services, self._settings, self._background)
        self._connect_session(page)
        page.job_ended.connect(self._job_ended)
        page.may_start = self._recording_may_start
        page.set_person(self._person)
        return page

    def _connect_session(self, page: LivePage | RecordingPage) -> None:
        page.notice.connect(self.notice)
        page.notice_over.connect(self.notice_over)
        page.busy_changed.connect(self.busy_changed)
        page.view.map_button.clicked.connect(self.class_map_wanted)

    def _make_people(self) -> PeoplePage:
        page = PeoplePage(self._services, self._settings, self._door)
        page.notice.connect(self.notice)
        page.person_chosen.connect(self.person_chosen)
        page.logs_wanted.connect(self._analyse_logs)
        page.files_wanted.connect(self._write_session)
        page.review_wanted.connect(self.review_session)
        return self._as_the_store_is(page)

    def _make_reports(self) -> ReportPage:
        page = ReportPage(self._services, self._settings, self._door)
        page.notice.connect(self.notice)
        return self._as_the_store_is(page)

    def _make_review(self) -> ReviewPage:
        page = ReviewPage(self._door, self._settings)
        page.notice.connect(self.notice)
        return self._as_the_store_is(page)

    @property
    def _door(self) -> StoreDoor:
        assert self._services.door is not None
        return self._services.door

    def _as_the_store_is(self, page: OfTheStore) -> OfTheStore:
        if self._door.vault.state is State.OPEN:
            page.show_open()
        else:
            page.show_closed()
        return page

    # What one page tells another

    def _give_consents(self, number: int, scopes: Sequence[Scope], then: Callable[[], None]) -> None:
        cast(PeoplePage, self.page(PEOPLE)).consent(number, scopes, then)

    @Slot(int)
    def _write_session(self, session: int) -> None:
        self.recording.write_session(session)

    @Slot(int, object)
    def _analyse_logs(self, person: int, logs: Sequence[tuple[Path, datetime]]) -> None:
        self.turned_to.emit(RECORDING)
        self.recording.add_logs(person, logs)
        self.recording.start()

    @Slot(object)
    def _job_ended(self, job: Job) -> None:
        self._session_ended(job.session_id)

    @Slot(object)
    def _session_ended(self, session: int | None) -> None:
        """The review makes it ready to be opened at once; the others read anew what they list."""
        if REVIEW in self._makers:
            self.review.take_ended(session)
        for page in self._of_the_store():
            if not isinstance(page, ReviewPage):
                page.refresh()

    def _recording_may_start(self) -> bool:
        if not self.live.running:
            return True
        failure = Failure(
            "The recording waits.", "A live session is running, and both would be slow.", "End the live session, then press Analyse."
        )
        self.notice.emit(Notice("recording waits", failure, failed=False))
        return False
