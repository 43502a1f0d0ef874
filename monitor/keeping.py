"""Picture and sound of a session: what is kept, whether there is a consent, and whether the disk has room."""

import math
import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from core.channel import WhenFull
from core.failures import Failure
from core.labels import Modality
from core.media import AudioChunk, Frame, MediaItem, MediaKind
from core.settings import RecordSettings
from monitor.events import Event, KeepingChanged, Remarked
from monitor.keeper import Keeper
from monitor.lane import Lane
from store.files import media_folder
from store.kept_media import Piece

GB = 1_000_000_000
KIND_OF = {Modality.FACE: MediaKind.PICTURE, Modality.VOICE: MediaKind.SOUND}
"""What a lane's source delivers."""


class Keeping:
    """The keepers of one session; from any thread. Until `allow` nothing is written, and without it nothing ever is.

    Below `settings.disk_warning_gb` it warns once; below `settings.disk_least_gb` it stops keeping, and the session goes on.
    """

    def __init__(
        self,
        lanes: Iterable[Lane],
        kinds: frozenset[MediaKind],
        when_full: WhenFull,
        settings: RecordSettings,
        database: Path,
        pass_on: Callable[[Piece], bool],
        on_event: Callable[[Event], None],
    ) -> None:
        self._settings = settings
        self._folder = media_folder(database)
        self._on_event = on_event
        sources = [KIND_OF[lane.modality] for lane in lanes if lane.source and lane.modality in KIND_OF]
        self._keepers = {
            kind: Keeper(kind, when_full, settings.picture_quantiser, pass_on, self._tell) for kind in sources if kind in kinds
        }
        self._allowed = False
        self._warned = False

    @property
    def threads(self) -> Mapping[str, Callable[[], None]]:
        """The bodies of the threads, by name."""
        return {f"keeper-{kind}": keeper.run for kind, keeper in self._keepers.items()}

    @property
    def counts(self) -> dict[str, int]:
        """Frames and chunks of sound that were kept, and that a slow or full disk lost."""
        counts = {}
        for kind, keeper in self._keepers.items() if self._allowed else ():
            counts[f"{kind}.items_kept"] = keeper.kept
            counts[f"{kind}.items_dropped"] = keeper.given - keeper.kept
        return counts

    def tap(self, modality: Modality) -> Callable[[MediaItem], None] | None:
        """Where a lane's pump puts what its source delivers; None: it is not kept."""
        kind = KIND_OF.get(modality)
        keeper = self._keepers.get(kind) if kind else None
        if keeper is None:
            return None

        def put(item: MediaItem) -> None:
            if isinstance(item, Frame | AudioChunk):
                keeper.put(item)

        return put

    def allow(self, session: int) -> None:
        """There is a consent: keep from now on, and what has waited for this."""
        if not self._keepers:
            return
        self._allowed = True
        if self._look():
            self._tell()
        for keeper in self._keepers.values():
            keeper.allow(self._folder, session)

    def set_on(self, on: bool) -> None:
        """Whether what comes from now on is kept; after a full disk it is tried again."""
        for keeper in self._keepers.values():
            keeper.on = on
        if self._allowed and self._keepers and self._look():
            self._tell()

    def beat(self) -> None:
        """A quarter of a second has passed (TICK_S)."""
        for keeper in self._keepers.values() if self._allowed else ():
            keeper.beat()
        self._look()

    def forbid(self) -> None:
        """There is no consent; nothing after `allow`."""
        for keeper in self._keepers.values() if not self._allowed else ():
            keeper.forbid()

    def close(self) -> None:
        """No more comes; `allow` or `forbid` must have been said or follow."""
        for keeper in self._keepers.values():
            keeper.close()

    @property
    def _on(self) -> frozenset[MediaKind]:
        return frozenset(kind for kind, keeper in self._keepers.items() if keeper.on) if self._allowed else frozenset()

    def _look(self) -> bool:
        """Whether there is room; where there is not, keeping stops and that is told."""
        free = self._free_gb() if self._on else math.inf
        if free < self._settings.disk_least_gb:
            for keeper in self._keepers.values():
                keeper.on = False
            self._tell(_no_room(self._folder, self._settings))
            return False
        if free < self._settings.disk_warning_gb and not self._warned:
            self._warned = True
            self._on_event(Remarked(_little_room(self._folder, free, self._settings)))
        return True

    def _free_gb(self) -> float:
        try:
            return shutil.disk_usage(self._folder if self._folder.is_dir() else self._folder.parent).free / GB
        except OSError:  # the next block is refused as well, and that is told
            return math.inf

    def _tell(self, failure: Failure | None = None) -> None:
        self._on_event(KeepingChanged(self._on, failure))


def _little_room(folder: Path, free: float, settings: RecordSettings) -> Failure:
    return Failure(
        f"The disk has {free:.1f} GB left.",
        f"Picture and sound are kept in {folder}, up to 1 GB an hour.",
        f"Make room. Below {settings.disk_least_gb:g} GB they are not kept any more; the numbers are.",
    )


def _no_room(folder: Path, settings: RecordSettings) -> Failure:
    return Failure(
        "Picture and sound are not kept any more.",
        f"The disk of {folder} has less than {settings.disk_least_gb:g} GB left.",
        "The session goes on, and its numbers are stored. Make room, then switch recording off and on again (R).",
    )
