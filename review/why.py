"""Reasons of scores that are past: kept while a session runs, and made again from a stored session's readings.

For a page: `kept = KeptScores.of(session)` on a thread of the background (about 1 ms and 6 KB a second of session), then on a click
`kept.why(kept.moment(at))`; `review.why_rows.why_rows` makes lines of it, and `gui.why_panel.WhyPanel` shows them.
"""

from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Iterator

from core.failures import AffectographError
from core.fusion import FUSION, Fuser
from core.readings import FusionScore, Reading
from core.session import SessionInfo
from core.session_stream import SessionStream
from core.settings import FusionSettings, Settings
from core.why import Why, explains, why

KEPT_S = 1800.0
"""The longest window of the charts."""

SAME = 0.05
"""Points: what is written without decimals is the same number."""

NO_REASONS = "There is no score at this moment yet."
FORGOTTEN = "This moment is no longer remembered: open the stored session to see its reasons."
OTHER_FUSION = "This value was made by “{fusion}”, whose weights are shown; it does not say which moments moved it."


class KeptScores:
    """Scores in the order of time with what explains them; of a running session the last KEPT_S seconds."""

    def __init__(self, settings: FusionSettings, kept_s: float = KEPT_S) -> None:
        self.settings = settings
        self._scores: deque[FusionScore] = deque(maxlen=max(2, round(kept_s / settings.step_s)))
        self._remarks: dict[float, str] = {}

    @classmethod
    def of(cls, session: SessionStream) -> "KeptScores":
        """Of a stored session, all of them; where its readings give another value than the stored one, `remark` says so."""
        settings = fusion_settings(session.info)
        stored = {score.at: score for score in session.scores}
        until = max(stored, default=0.0)
        kept = cls(settings, max(KEPT_S, until))
        kept.add(retrace(session.readings, settings, until))
        pairs = ((stored[score.at], score) for score in kept._scores if score.at in stored)
        kept._remarks = {again.at: remark for before, again in pairs if (remark := difference(before, again))}
        return kept

    def add(self, scores: Iterable[FusionScore]) -> None:
        """Take newer scores in."""
        self._scores.extend(scores)

    def clear(self) -> None:
        """Forget the session before."""
        self._scores.clear()
        self._remarks.clear()

    def moment(self, at: float, steps: int = 0) -> float | None:
        """The moment of the score that holds at `at` seconds, or `steps` scores later or earlier; None: there is none."""
        times = [score.at for score in self._scores]
        if not times:
            return None
        number = bisect_right(times, at + 1e-9) - 1 + steps
        return times[min(max(0, number), len(times) - 1)]

    def why(self, at: float) -> Why | str:
        """The reasons of the score of a moment that `moment` gave, or a sentence why there are none."""
        scores = list(self._scores)
        number = next((n for n, score in enumerate(scores) if score.at == at), None)
        if number is None:
            return FORGOTTEN if scores and at < scores[0].at else NO_REASONS
        if not explains(scores[number]):
            return OTHER_FUSION.format(fusion=scores[number].fusion)
        return why(scores, number, self.settings)

    def remark(self, at: float) -> str | None:
        """What is to be said beside the reasons of a moment: that they give another value than was stored."""
        return self._remarks.get(at)


def retrace(readings: Iterable[Reading], settings: FusionSettings, until: float) -> Iterator[FusionScore]:
    """The scores up to `until` seconds, made again from readings in the order of time by the Fuser that made them."""
    fuser = Fuser(settings, ())
    for reading in readings:
        if reading.at > until:
            break
        yield from fuser.due(reading.at)
        fuser.add(reading)
    yield from fuser.finish(until)


def fusion_settings(info: SessionInfo) -> FusionSettings:
    """Those that a session ran with; what this program no longer has, or would not take, is as by default."""
    settings = Settings()
    for name in {name for name, _, _ in settings.names() if name.startswith("fusion.")} & info.settings.keys():
        try:
            settings = settings.with_values({name: info.settings[name]}, "the session")
        except AffectographError:
            continue
    return settings.fusion


def difference(stored: FusionScore, again: FusionScore) -> str | None:
    """What is said when the reasons are not those of the stored value; None: they are."""
    now = "no index" if again.value is None else f"{again.value:.0f}"
    if stored.fusion != FUSION:
        return f"The stored value was made by “{stored.fusion}”. These are the reasons of the formula {FUSION}, which gives {now}."
    if (stored.value is None) == (again.value is None) and abs((stored.value or 0.0) - (again.value or 0.0)) < SAME:
        return None
    return f"Made again from the stored readings, the value is {now}: while the session ran, a reading came late, or a part was not stored."
