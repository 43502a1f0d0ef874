"""The picture that was kept of a session, with the face that was read in it; at a mark, where the face's network looked."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from core.class_map_picture import class_map_caption
from core.readings import FaceReading, Reading
from core.session import Mark
from gui import wording
from gui.class_map_view import ClassMapView
from gui.moment_words import NEAR_S, shown_label
from gui.theme import GAP_PX, Theme
from gui.video_view import VideoView

if TYPE_CHECKING:
    from monitor.kept_picture import Seen

NO_PICTURE = "No picture was kept of this session"


class ReviewPicture(QWidget):
    """Where no picture was kept, the map of a mark lies on a drawn outline."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kept = False
        self.video, self.map_view, self.map_words = VideoView(), ClassMapView(), QLabel()
        self.map_words.setObjectName("dim")
        self.map_words.setWordWrap(True)
        self.map_words.hide()
        below = QHBoxLayout()
        below.setSpacing(GAP_PX)
        below.addWidget(self.map_view)
        below.addWidget(self.map_words, 1)
        self.none = QLabel(NO_PICTURE)
        self.none.setObjectName("dim")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.none)
        column.addWidget(self.video, 1)
        column.addLayout(below)

    def set_theme(self, theme: Theme) -> None:
        """The colours to paint with."""
        self.video.set_theme(theme)
        self.map_view.set_theme(theme)

    def set_kept(self, kept: bool, *, alone: bool) -> None:
        """Whether there is a picture; that there is none is said where there is room for words."""
        self._kept = kept
        self.video.setVisible(kept)
        self.none.setVisible(not kept and alone)

    def clear(self) -> None:
        """Nothing has been seen yet."""
        self.video.show_message("")
        self.map_view.show_map(None)
        self.map_words.hide()

    def show_seen(self, seen: "Seen") -> None:
        """A frame, or words in its place."""
        if seen.frame is not None:
            self.video.show_frame(seen.frame)
        else:
            self.video.show_message(seen.words)

    def show_moment(self, at: float, reading: Reading | None, marks: Sequence[Mark]) -> None:
        """The face's reading that holds at a moment (s), and the map of a mark that is near."""
        kept = next((mark.class_map for mark in marks if mark.class_map and abs(mark.at - at) <= NEAR_S), None)
        face = reading if isinstance(reading, FaceReading) else None
        label = shown_label(face) if face else None
        words = wording.lane_state(face, label) if face and label else ""
        on_picture = kept is not None and face is not None and face.box is not None and self._kept and not self.video.message
        if kept is not None and face is not None and on_picture:
            face, label = replace(face, class_maps={kept.label: kept}), kept.label
        self.video.show_face(face, words, faint=face is not None and wording.is_faint(face), shown=label)
        self.video.switch_class_map(on_picture)
        self.map_view.show_map(None if on_picture else kept)
        self.map_words.setVisible(kept is not None and not on_picture)
        self.map_words.setText(class_map_caption(kept.label) if kept else "")
