"""Where a reviewed session is: (now - anchor) x speed + start. No clock is asked here."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class PlayHead:
    """`start` is the session's time (s) at the clock's `anchor` (s); it stands still unless it is `playing`, and ends at `end`."""

    end: float
    start: float = 0.0
    anchor: float = 0.0
    speed: float = 1.0
    playing: bool = False

    def at(self, now: float) -> float:
        """The session's time when the clock says `now`."""
        moved = self.start + (now - self.anchor) * self.speed if self.playing else self.start
        return min(max(0.0, moved), self.end)

    def over(self, now: float) -> bool:
        """Whether it has reached the end."""
        return self.at(now) >= self.end

    def played(self, now: float) -> "PlayHead":
        """Going on from here; from the beginning where the end was reached."""
        return replace(self, start=0.0 if self.over(now) else self.at(now), anchor=now, playing=True)

    def paused(self, now: float) -> "PlayHead":
        """Standing here."""
        return replace(self, start=self.at(now), anchor=now, playing=False)

    def sought(self, at: float, now: float) -> "PlayHead":
        """At another time of the session, playing or not as before."""
        return replace(self, start=min(max(0.0, at), self.end), anchor=now)

    def with_speed(self, speed: float, now: float) -> "PlayHead":
        """Faster or slower from here on."""
        return replace(self, start=self.at(now), anchor=now, speed=speed)
