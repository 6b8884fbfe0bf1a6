"""The grid's picture: keyboard strip, bar lines, chords, the tones of the scale, and the notes of every lane.

Offers: ``paint_grid``, ``lead_sheet``.
"""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from gui.appearance import Colours
from gui.clips.grid.axes import Axes, Lane
from gui.clips.grid.note_layer import mixed
from models.music.beats import Metre
from models.music.chord import Chord

_MOST_LINES = 400
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_QUALITIES = {"maj": "", "hdim7": "ø7", "minmaj7": "mM7"}


def paint_grid(painter: QPainter, axes: Axes, lanes: Sequence[Lane], metre: Metre, colours: Colours) -> None:
    """Paint all of it; the ground is there already."""
    font = painter.font()
    for place, lane in enumerate(lanes):
        _paint_rows(painter, axes, place, lane, colours)
        _paint_keys(painter, axes, place, lane, colours, font)
    _paint_bars(painter, axes, len(lanes), metre, colours)
    for place, lane in enumerate(lanes):
        _paint_chords(painter, axes, place, lane, colours)
        painter.save()
        painter.setClipRect(axes.field(place))
        painter.translate(axes.x_of(lane.offset), axes.first_row_y(place))
        painter.scale(axes.beat, axes.row_height(len(lane.rows)))
        start, end = (beats - lane.offset for beats in axes.seen)
        lane.layer.paint(painter, colours, start, end, (axes.beat, axes.row_height(len(lane.rows))))
        painter.restore()


def _paint_rows(painter: QPainter, axes: Axes, place: int, lane: Lane, colours: Colours) -> None:
    """Shade the rows of black keys, or where a key is known the rows outside it; its root is lighter."""
    field, rows = axes.field(place), lane.rows
    painter.save()
    painter.setClipRect(field)
    painter.setPen(Qt.PenStyle.NoPen)
    tall, top = axes.row_height(len(rows)), axes.first_row_y(place)
    by_scale = bool(lane.scale) and not rows.drums
    for pitch in rows.pitches:
        dark = pitch % 12 not in lane.scale if by_scale else rows.is_dark(pitch)
        root = by_scale and pitch % 12 == lane.root
        if dark or root:
            row = QRectF(field.left(), top + rows.from_top(pitch) * tall, field.width(), tall)
            painter.fillRect(row, mixed(colours.kept, colours.roll, 0.16) if root else QColor(colours.black_row))
    painter.restore()


def _paint_keys(painter: QPainter, axes: Axes, place: int, lane: Lane, colours: Colours, font: QFont) -> None:
    """The keyboard at the left, or the names of the kit's drums."""
    field, rows = axes.field(place), lane.rows
    tall, top = axes.row_height(len(rows)), axes.first_row_y(place)
    metrics = QFontMetricsF(font)
    line = metrics.height()
    strip = QRectF(0, field.top(), field.left() - 2, field.height())
    painter.save()
    painter.setClipRect(strip)
    if not rows.drums:
        painter.fillRect(strip, QColor(colours.keys))
    last = float("inf")
    for pitch in rows.pitches:
        row = QRectF(0, top + rows.from_top(pitch) * tall, strip.width(), tall)
        if not rows.drums and rows.is_dark(pitch):
            painter.fillRect(row.adjusted(0, 0, -strip.width() * 0.38, 0), QColor(colours.black_key))
        elif not rows.drums and pitch % 12 in (0, 5) and tall > 3:
            painter.setPen(QColor(colours.quiet))
            painter.drawLine(row.bottomLeft(), row.bottomRight())
        name = rows.labels().get(pitch) if rows.drums or pitch % 12 == 0 else None
        middle = row.center().y()
        if name and middle <= last - line * 0.9:
            painter.setPen(QColor(colours.text if rows.drums else "#1b1f24"))  # keys are light in both looks
            area = QRectF(0, middle - line / 2, strip.width() - line * 0.25, line)
            painter.drawText(area, _RIGHT, metrics.elidedText(name, Qt.TextElideMode.ElideRight, area.width()))
            last = middle
    painter.restore()


def _paint_bars(painter: QPainter, axes: Axes, lanes: int, metre: Metre, colours: Colours) -> None:
    """Beat and bar lines through all lanes, and the bars' numbers above them."""
    start, end = axes.seen
    unit, bar = metre.unit, metre.bar
    painter.save()
    painter.setClipRect(QRectF(axes.left, 0, axes.width + 1, axes.height))
    fields = [axes.field(lane) for lane in range(lanes)]
    if (end - start) / unit <= _MOST_LINES and unit * axes.beat > 4:
        painter.setPen(QColor(colours.beat))
        first = int(start / unit)
        for beat in range(first, int(end / unit) + 2):
            x = axes.x_of(beat * unit)
            for field in fields:
                painter.drawLine(QLineF(x, field.top(), x, field.bottom()))
    metrics = painter.fontMetrics()
    room = metrics.horizontalAdvance("0000") * 1.4
    step = 1
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
    title = QRectF(line * 0.3, strip.top(), axes.left - line * 0.3, strip.height())
    painter.drawText(
        title, _LEFT, painter.fontMetrics().elidedText(lane.title, Qt.TextElideMode.ElideRight, int(title.width()))
    )
    painter.save()
    painter.setClipRect(strip)
    for timed in lane.chords:
        left, right = axes.x_of(timed.onset + lane.offset), axes.x_of(timed.end + lane.offset)
        if right < strip.left() or left > strip.right():
            continue
        box = QRectF(left + 1, strip.top() + 1, right - left - 2, strip.height() - 2)
        painter.fillRect(box, QColor(colours.chord))
        words = painter.fontMetrics().elidedText(
            lead_sheet(timed.chord.label), Qt.TextElideMode.ElideRight, int(box.width() - line * 0.4)
        )
        painter.setPen(QColor(colours.text))
        painter.drawText(box.adjusted(line * 0.25, 0, 0, 0), _LEFT, words)
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
