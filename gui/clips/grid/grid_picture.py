"""The grid's picture: one set of axes for all lanes, so that they agree to the pixel; keyboard strip, bar lines,
chords, the tones of the scale, and the notes of every lane.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QLineF, QPointF, QRectF
from PyQt6.QtGui import QColor, QFontMetricsF, QPainter

from gui.appearance import Colours, draw_words
from gui.clips.grid.note_layer import NoteLayer, mixed
from gui.clips.grid.rows import Rows
from models.music.beats import Metre
from models.music.chord import Chord, TimedChord
from models.music.clip import Clip


@dataclass(frozen=True, slots=True)
class Lane:
    """A clip in the grid."""

    title: str
    clip: Clip
    layer: NoteLayer
    rows: Rows
    chords: tuple[TimedChord, ...] = ()
    offset: float = 0.0  # beats from the grid's start to its own
    scale: frozenset[int] = frozenset()  # the pitch classes of the key, empty where none was found
    root: int | None = None  # the key's first pitch class


@dataclass(frozen=True, slots=True)
class Axes:
    """Pixels of a grid. Lanes lie one below the other, equally high, each with its chords above it."""

    left: float  # where the field of notes begins
    width: float  # of the field of notes
    height: float  # of the whole grid
    ruler: float  # height of its strip
    chords: float  # height of a lane's strip
    lanes: int  # how many
    length: float  # beats from end to end
    zoom: float = 1.0  # 1 shows all beats, 2 half
    scroll: float = 0.0  # pixels that are scrolled away to the left
    rows_zoom: float = 1.0  # 1 shows all rows, 2 half
    rows_scroll: float = 0.5  # share (0-1) of the rows too much that is scrolled away above

    @property
    def beat(self) -> float:
        """Pixels of a beat."""
        return self.width * self.zoom / self.length

    def x_of(self, beats: float) -> float:
        """Where a time lies across."""
        return self.left + beats * self.beat - self.scroll

    def beats_at(self, x: float) -> float:
        """The time at a place across, inside the grid; the reverse of ``x_of``."""
        return min(max((x - self.left + self.scroll) / self.beat, 0.0), self.length)

    @property
    def seen(self) -> tuple[float, float]:
        """The stretch of beats that is in view."""
        return self.scroll / self.beat, (self.scroll + self.width) / self.beat

    @property
    def _each(self) -> float:
        return (self.height - self.ruler) / max(1, self.lanes)

    def strip(self, lane: int) -> QRectF:
        """The chords of a lane."""
        return QRectF(self.left, self.ruler + lane * self._each, self.width, self.chords)

    def field(self, lane: int) -> QRectF:
        """The notes of a lane."""
        return QRectF(self.left, self.strip(lane).bottom(), self.width, max(1.0, self._each - self.chords - 1))

    def row_height(self, rows: int) -> float:
        """Pixels of one of so many rows."""
        return self.field(0).height() * self.rows_zoom / max(1, rows)

    def first_row_y(self, lane: int) -> float:
        """Where the uppermost row begins; above the field where rows are scrolled away."""
        field = self.field(lane)
        return field.top() - field.height() * (self.rows_zoom - 1.0) * self.rows_scroll

    def lane_at(self, y: float) -> int | None:
        """The lane at a height; None: the ruler."""
        return None if y < self.ruler else min(self.lanes - 1, int((y - self.ruler) // self._each))


_MOST_LINES = 400
_QUALITIES = {"maj": "", "hdim7": "ø7", "minmaj7": "mM7"}


def paint_grid(painter: QPainter, axes: Axes, lanes: Sequence[Lane], metre: Metre, colours: Colours) -> None:
    """Paint all of it; the ground is there already."""
    for place, lane in enumerate(lanes):
        _paint_rows(painter, axes, place, lane, colours)
    _paint_bars(painter, axes, len(lanes), metre, colours)
    for place, lane in enumerate(lanes):
        _paint_chords(painter, axes, place, lane, colours)
        painter.save()
        painter.setClipRect(axes.field(place))
        painter.translate(axes.x_of(lane.offset), axes.first_row_y(place))
        painter.scale(axes.beat, axes.row_height(len(lane.rows)))
        seen = (axes.seen[0] - lane.offset, axes.seen[1] - lane.offset)
        lane.layer.paint(painter, colours, seen, (axes.beat, axes.row_height(len(lane.rows))))
        painter.restore()


def _paint_rows(painter: QPainter, axes: Axes, place: int, lane: Lane, colours: Colours) -> None:
    """The keyboard at the left, or the names of the kit's drums; and the rows of black keys shaded, or where a key is
    known the rows outside it, its root lighter.
    """
    field, rows, line = axes.field(place), lane.rows, QFontMetricsF(painter.font()).height()
    tall, top, by_scale = axes.row_height(len(rows)), axes.first_row_y(place), bool(lane.scale) and not rows.drums
    painter.save()
    painter.setClipRect(QRectF(0, field.top(), field.right(), field.height()))
    strip = QRectF(0, field.top(), field.left() - 2, field.height())
    if not rows.drums:
        painter.fillRect(strip, QColor(colours.keys))
    last, names = float("inf"), rows.labels()
    for pitch in rows.pitches:
        key = QRectF(0, top + rows.from_top(pitch) * tall, strip.width(), tall)
        root = by_scale and pitch % 12 == lane.root
        if root or (pitch % 12 not in lane.scale if by_scale else rows.is_dark(pitch)):
            row = QRectF(field.left(), key.top(), field.width(), tall)
            painter.fillRect(row, mixed(colours.kept, colours.roll, 0.16) if root else QColor(colours.black_row))
        if not rows.drums and rows.is_dark(pitch):
            painter.fillRect(key.adjusted(0, 0, -strip.width() * 0.38, 0), QColor(colours.black_key))
        elif not rows.drums and pitch % 12 in (0, 5) and tall > 3:
            painter.setPen(QColor(colours.quiet))
            painter.drawLine(key.bottomLeft(), key.bottomRight() - QPointF(1, 0))
        middle = key.center().y()
        if (name := names.get(pitch)) and middle <= last - line * 0.9:
            painter.setPen(QColor(colours.text if rows.drums else "#1b1f24"))  # keys are light in both looks
            draw_words(painter, QRectF(0, middle - line / 2, strip.width() - line * 0.25, line), name, right=True)
            last = middle
    painter.restore()


def _paint_bars(painter: QPainter, axes: Axes, lanes: int, metre: Metre, colours: Colours) -> None:
    """Beat and bar lines through all lanes, and the bars' numbers above them."""
    start, end = axes.seen
    unit, bar = metre.unit, metre.bar
    painter.save()
    painter.setClipRect(QRectF(axes.left, 0, axes.width + 1, axes.height))
    if (end - start) / unit <= _MOST_LINES and unit * axes.beat > 4:
        painter.setPen(QColor(colours.beat))
        for field in map(axes.field, range(lanes)):
            for x in (axes.x_of(beat * unit) for beat in range(int(start / unit), int(end / unit) + 2)):
                painter.drawLine(QLineF(x, field.top(), x, field.bottom()))
    metrics = painter.fontMetrics()
    room, step = metrics.horizontalAdvance("0000") * 1.4, 1
    while step * bar * axes.beat < room:
        step *= 2
    for number in range(int(start / bar) // step * step, int(end / bar) + 2, step):
        x = axes.x_of(number * bar)
        painter.setPen(QColor(colours.bar))
        painter.drawLine(QLineF(x, 0, x, axes.height))
        if number * bar < axes.length - 1e-9:
            painter.setPen(QColor(colours.quiet))
            painter.drawText(QPointF(x + metrics.height() * 0.25, metrics.ascent() + 1), str(number + 1))
    painter.restore()


def _paint_chords(painter: QPainter, axes: Axes, place: int, lane: Lane, colours: Colours) -> None:
    """The strip above a lane: its title, and its chords where they sound."""
    strip, line = axes.strip(place), painter.fontMetrics().height()
    painter.fillRect(QRectF(0, strip.top(), axes.left + axes.width, strip.height()), QColor(colours.surface))
    painter.setPen(QColor(colours.text))
    draw_words(painter, QRectF(line * 0.3, strip.top(), axes.left - line * 0.3, strip.height()), lane.title)
    painter.save()
    painter.setClipRect(strip)
    for timed in lane.chords:
        left, right = axes.x_of(timed.onset + lane.offset), axes.x_of(timed.end + lane.offset)
        if right < strip.left() or left > strip.right():
            continue
        box = QRectF(left + 1, strip.top() + 1, right - left - 2, strip.height() - 2)
        painter.fillRect(box, QColor(colours.chord))
        painter.setPen(QColor(colours.text))
        draw_words(painter, box.adjusted(line * 0.25, 0, -line * 0.15, 0), lead_sheet(timed.chord.label))
    painter.restore()


def lead_sheet(label: str) -> str:
    """A chord's label as on a lead sheet: "Am7", "C/E", "G7(b9)"."""
    root, _, quality = label.partition(":")
    quality, slash, _ = quality.partition("/")
    base, bracket, more = quality.partition("(")
    chord = Chord.parse(label) if slash else None
    over = f"/{chord.spelled(chord.bass, (0,)).label.partition(':')[0]}" if chord else ""
    minor = f"m{base.removeprefix('min')}" if base.startswith("min") else base
    return f"{root}{_QUALITIES.get(base, minor)}{bracket}{more}{over}"
