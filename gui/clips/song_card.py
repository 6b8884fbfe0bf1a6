"""The whole song: a picture of it, tracks by bars, the fuller the denser, and its one .mid file to take along."""

from __future__ import annotations

from collections.abc import Iterator

from PyQt6.QtCore import QLineF, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from gui.appearance import Colours, gap
from gui.clips.drag_out import Carried
from gui.clips.piano_roll import mixed
from gui.clips.roll_rows import counted
from gui.layout import column, label, row
from gui.state.values import SongFiles
from models.music.beats import TIGHT

_PALEST = 0.35
"""Share of its colour that the sparsest bar with a note has."""


class SongCard(Carried):
    """Drag it into the DAW; Return saves it."""

    def __init__(self, song: SongFiles, parent: QWidget | None = None) -> None:
        super().__init__("The whole song", song.path, parent)
        self.setObjectName("card")
        self.picture = SongPicture(song)
        self.picture.setToolTip("Drag the whole song into your DAW: every track, a marker for each section.")
        self.picture.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setAccessibleDescription(self.picture.accessibleDescription())
        bars, tracks = len(self.picture.densities[0]), len(self.picture.names)
        said, space = label(f"{counted(bars, 'bar')} · {counted(tracks, 'track')}", "quiet", wraps=True), gap(self)
        inside = column(
            self, row(self, label("Song", "heading"), said, *self.ways(), wide=said), self.picture, space=0.2
        )
        inside.setContentsMargins(space, round(space * 0.6), space, space)
        self.setLayout(inside)

    def face(self) -> QWidget:
        """The picture."""
        return self.picture


class SongPicture(QWidget):
    """A row for each track that plays, a column for each bar."""

    def __init__(self, song: SongFiles, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        playing = [track for track in range(len(song.tracks)) if any(clips[track] for clips in song.clips)]
        self.names = tuple(song.tracks[track] for track in playing)
        self.densities = tuple(tuple(densities(song, track)) for track in playing)
        self._sections = tuple(zip(_first_bars(song), song.names, strict=True))
        self.setAccessibleName("Picture of the song")
        self.setAccessibleDescription(
            "; ".join(
                f"{name}: {', '.join(song.tracks[track] for track in playing if clips[track])}"
                for name, clips in zip(song.names, song.clips, strict=True)
            )
        )
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name, as below)
        line = QFontMetricsF(self.font()).height()
        return QSize(round(line * 24), round(line * (1.3 + 1.15 * len(self.names))))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(self.sizeHint().width() // 2, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802
        painter, colours, metrics = QPainter(self), Colours.of(self), QFontMetricsF(self.font())
        line = metrics.height()
        left = min(self.width() / 4, max(map(metrics.horizontalAdvance, self.names)) + line * 0.5)
        field = QRectF(left, line * 1.25, self.width() - left, self.height() - line * 1.25)
        painter.fillRect(field, QColor(colours.roll))
        self._paint_bars(painter, field, colours)
        self._paint_sections(painter, field, colours)
        painter.setPen(QColor(colours.quiet))
        row = field.height() / len(self.names)
        for place, name in enumerate(self.names):
            shown = self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, round(left - line * 0.4))
            painter.drawText(QRectF(0, field.top() + place * row, left, row), Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()

    def _paint_bars(self, painter: QPainter, field: QRectF, colours: Colours) -> None:
        row, wide = field.height() / len(self.names), field.width() / len(self.densities[0])
        for place, shares in enumerate(self.densities):
            for bar, share in enumerate(shares):
                if share:
                    cell = QRectF(field.left() + bar * wide, field.top() + place * row + 1, wide - 1, row - 2)
                    painter.fillRect(cell, mixed(colours.kept, colours.roll, _PALEST + (1 - _PALEST) * share))

    def _paint_sections(self, painter: QPainter, field: QRectF, colours: Colours) -> None:
        wide = field.width() / len(self.densities[0])
        ends = [bar for bar, _ in self._sections[1:]] + [len(self.densities[0])]
        for (bar, name), end in zip(self._sections, ends, strict=True):
            x, room = field.left() + bar * wide, (end - bar) * wide
            painter.setPen(QColor(colours.bar))
            painter.drawLine(QLineF(x, 0.0, x, field.bottom()))
            painter.setPen(QColor(colours.text))
            shown = self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, round(room - gap(self, 0.4)))
            painter.drawText(QRectF(x + gap(self, 0.2), 0, room, field.top()), Qt.AlignmentFlag.AlignVCenter, shown)


def densities(song: SongFiles, track: int) -> Iterator[float]:
    """For each bar of the song how full the track is, 0 silent to 1 the fullest that it gets."""
    counts = [count for clips in song.clips for count in _bar_counts(clips, track)]
    most = max(counts, default=0) or 1
    return (count / most for count in counts)


def _bar_counts(clips: tuple, track: int) -> list[int]:
    clip = next(clip for clip in clips if clip)  # all of a section are equally long
    counts = [0] * clip.metre.bars(clip.length)
    for note in clips[track].notes if clips[track] else ():
        counts[min(len(counts) - 1, int((note.onset + TIGHT) // clip.metre.bar))] += 1
    return counts


def _first_bars(song: SongFiles) -> Iterator[int]:
    """The bar that each section begins with, from 0."""
    bar = 0
    for clips in song.clips:
        yield bar
        bar += len(_bar_counts(clips, 0))
