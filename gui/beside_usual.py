"""The index of a session beside what is usual for its person: on the card and in the chart."""

from collections.abc import Sequence

from core.labels import Modality
from core.readings import FusionScore
from gui.chart_stack import ChartStack
from gui.index_card import IndexCard
from monitor.comparing import Comparing
from review.person_usual import PersonUsual
from review.usual_words import index_lines


class BesideUsual:
    """Is told whose session it is, when it begins and ends, and its scores; it may learn later what is usual."""

    def __init__(self, card: IndexCard, charts: ChartStack) -> None:
        self._card, self._charts = card, charts
        self._comparing = Comparing(None, 0.0)
        self._heard_from: tuple[Modality, ...] = ()
        self._ended = False
        self.compare_with(None)

    @property
    def person_usual(self) -> PersonUsual | None:
        """What is usual for the person; None: nobody's session, or not known."""
        return self._comparing.usual

    def compare_with(self, usual: PersonUsual | None) -> None:
        """What is usual for the person whose session it is; None: it is nobody's."""
        self._comparing.usual = usual
        self._charts.show_usual(usual.index if usual else None)
        self._show()

    def begin(self, step_s: float) -> None:
        """A session begins that has a score every `step_s`."""
        self._comparing = Comparing(self._comparing.usual, step_s)
        self._heard_from, self._ended = (), False
        self._show()

    def forget(self) -> None:
        """What came so far was somebody else's."""
        self._comparing = Comparing(self._comparing.usual, self._comparing.step_s)

    def add(self, scores: Sequence[FusionScore]) -> None:
        """Take in what came."""
        if scores:
            self._comparing.add(scores)
            self._heard_from = scores[-1].heard_from or self._heard_from
            self._show()

    def end(self) -> None:
        """The session is over."""
        self._ended = True
        self._show()

    def _show(self) -> None:
        usual = self._comparing.usual
        lines = index_lines(usual, self._comparing.so_far, self._heard_from, so_far=not self._ended)
        self._card.show_usual(usual.index if usual else None, lines)
