"""The grid: the prompt and the chosen result below each other on one time axis and one keyboard.

Everything but the playhead and the region is painted once into a picture, which is shown again until the clips, the
view, the size or the colours change. Keys: + and - zoom, 0 shows all, arrows scroll; the wheel as in a DAW.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from PyQt6 import QtGui
from PyQt6.QtCore import QEvent, QRect, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtWidgets import QAbstractScrollArea, QScrollBar, QSizePolicy, QWidget

from gui.appearance import Colours, canvas, gap
from gui.clips.grid.grid_picture import Axes, Lane, paint_grid
from gui.language.say import say

_FORGIVEN = 0.15
"""Share of a beat by which a hand may miss a beat line."""

_MOST_ZOOM, _MOST_ROWS_ZOOM, _STEP = 64.0, 8.0, 1.25
_FORGET_ON = (QEvent.Type.PaletteChange, QEvent.Type.FontChange, QEvent.Type.StyleChange)


class Grid(QAbstractScrollArea):
    """Shows lanes; emits ``region_dragged`` (beats, or None for a click), ``seek`` with a time clicked in the ruler,
    ``play_wanted`` and ``swap_wanted`` (A/B)."""

    region_dragged = pyqtSignal(object)
    seek = pyqtSignal(float)
    play_wanted = pyqtSignal()
    swap_wanted = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.lanes: tuple[Lane, ...] = ()
        self._zoom = self._rows_zoom = 1.0
        self._picture: QtGui.QPixmap | None = None
        self._axes: Axes | None = None
        self._region: tuple[float, float] | None = None
        self._takes_region = False
        self._playhead: float | None = None
        self._from: float | None = None
        key = Qt.Key
        self._keys: dict[int, Callable[[], object]] = {
            **{key.Key_Space: self.play_wanted.emit, key.Key_B: self.swap_wanted.emit, key.Key_0: self.show_all},
            **dict.fromkeys((key.Key_Plus, key.Key_Equal), lambda: self.zoom(_STEP)),
            key.Key_Minus: lambda: self.zoom(1 / _STEP),
        }
        self.setAccessibleName(say("Notes of the prompt and of the chosen result"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        # Our own: Qt may answer None when it is asked for those that it makes.
        self.view, self._across, self._down = QWidget(), QScrollBar(Qt.Orientation.Horizontal), QScrollBar()
        self.setViewport(self.view)
        self.setHorizontalScrollBar(self._across)
        self.setVerticalScrollBar(self._down)
        for bar in (self._across, self._down):
            bar.valueChanged.connect(self._forget)
            bar.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    # ---- what is shown

    def show_lanes(self, lanes: tuple[Lane, ...], words: str) -> None:
        """Show these, the uppermost first; the view stays where it is while the length does. ``words``: for those who
        hear it.
        """
        before, self.lanes = self._length, lanes
        self.setAccessibleDescription(words)
        if self._length != before:
            self._zoom = self._rows_zoom = 1.0
        self._fit()

    def show_region(self, region: tuple[float, float] | None, taken: bool) -> None:
        """Veil what may not change; None: all of it may. ``taken``: whether dragging makes a region."""
        self._takes_region = taken
        self._region = region
        self.view.update()
        words = say("Drag over the notes to choose the region that may change; click to take it away.") if taken else ""
        self.setToolTip(words)

    def set_playhead(self, beat: float | None) -> None:
        """Show where it plays, in beats from the grid's start; None: it doesn't."""
        for where in (self._playhead, beat):
            if where is not None:
                x = round(self.axes.x_of(where))
                self.view.update(QRect(x - 2, 0, 5, self.view.height()))
        self._playhead = beat

    # ---- geometry

    @property
    def _length(self) -> float:
        return max((lane.offset + lane.clip.length for lane in self.lanes), default=4.0)

    @property
    def axes(self) -> Axes:
        """Where everything lies now."""
        if self._axes is None:  # a playhead asks 60 times a second
            metrics = QtGui.QFontMetricsF(self.font())
            line = metrics.height()
            names = [name for lane in self.lanes for name in (lane.title, *lane.rows.labels().values())]
            left = min(max([metrics.horizontalAdvance(name) for name in names] + [line * 2]) + line * 0.7, line * 6)
            self._axes = Axes(
                left,
                max(1.0, self.view.width() - left - 1),
                self.view.height(),
                line * 1.2,
                line * 1.25,
                len(self.lanes),
                self._length,
                self._zoom,
                float(self._across.value()),
                self._rows_zoom,
                self._down.value() / max(1, self._down.maximum()),
            )
        return self._axes

    def zoom(self, factor: float, x: float | None = None) -> None:
        """Zoom in time by a factor; the time at ``x`` (None: the middle) stays where it is."""
        axes = self.axes
        x = axes.left + axes.width / 2 if x is None else x
        self._zoom = min(max(self._zoom * factor, 1.0), _MOST_ZOOM)
        self._fit()
        wanted = replace(axes, zoom=self._zoom, scroll=0.0).x_of(axes.beats_at(x)) - x
        self._across.setValue(round(wanted))

    def show_all(self) -> None:
        """All beats and all rows."""
        self._zoom = self._rows_zoom = 1.0
        self._fit()

    def _fit(self) -> None:
        self._forget()
        axes, across, down = self.axes, self._across, self._down
        across.setRange(0, round(axes.width * (self._zoom - 1)))
        across.setPageStep(round(axes.width))
        across.setSingleStep(round(axes.beat) or 1)
        down.setRange(0, round(axes.field(0).height() * (self._rows_zoom - 1)))
        down.setPageStep(round(axes.field(0).height()))
        self._forget()

    def sizeHint(self) -> QSize:
        return QSize(gap(self, 30), gap(self, 16))

    def minimumSizeHint(self) -> QSize:
        return QSize(gap(self, 16), gap(self, 9))

    # ---- events

    def resizeEvent(self, event: QtGui.QResizeEvent | None) -> None:
        self._fit()

    def changeEvent(self, event: QEvent | None) -> None:
        if event and event.type() in _FORGET_ON:
            self._forget()
        super().changeEvent(event)

    def paintEvent(self, event: QtGui.QPaintEvent | None) -> None:
        view, ratio = self.view, self.devicePixelRatioF()
        if self._picture is None or self._picture.devicePixelRatio() != ratio:
            self._picture = self.picture(view.size())
        painter, colours, axes = QtGui.QPainter(view), Colours.of(self), self.axes
        area = event.rect() if event else view.rect()
        painter.drawPixmap(area, self._picture, QRect(area.topLeft() * ratio, area.size() * ratio))
        if self._region is not None and self.lanes:
            field, (start, end), veil = axes.field(0), map(axes.x_of, self._region), QtGui.QColor(colours.roll)
            painter.setClipRect(field)
            veil.setAlphaF(0.65)
            painter.fillRect(QRectF(field.left(), field.top(), start - field.left(), field.height()), veil)
            painter.fillRect(QRectF(end, field.top(), max(0.0, field.right() - end), field.height()), veil)
            painter.setPen(QtGui.QPen(QtGui.QColor(colours.accent), 2))
            painter.drawRect(QRectF(start, field.top(), end - start, field.height()).adjusted(1, 1, -1, -1))
        if self._playhead is not None:
            painter.fillRect(QRectF(axes.x_of(self._playhead) - 1, 0, 2, view.height()), QtGui.QColor(colours.text))
        painter.end()

    def picture(self, size: QSize) -> QtGui.QPixmap:
        """All but the region and the playhead."""
        colours = Colours.of(self)
        picture = canvas(self, size, colours.roll)
        if self.lanes:
            painter = QtGui.QPainter(picture)
            painter.setFont(self.font())
            paint_grid(painter, self.axes, self.lanes, self.lanes[0].clip.metre, colours)
            painter.end()
        return picture

    def _forget(self) -> None:
        self._picture = self._axes = None
        self.view.update()

    def wheelEvent(self, event: QtGui.QWheelEvent | None) -> None:
        """Ctrl: zoom in time; Alt: zoom in pitch; Shift or a tilted wheel: along the time; else up and down."""
        if event is None:
            return
        turned, mods = event.angleDelta(), event.modifiers()
        clicks = (turned.y() or turned.x()) / 120
        if mods & Qt.KeyboardModifier.ControlModifier:
            self.zoom(_STEP**clicks, event.position().x())
        elif mods & Qt.KeyboardModifier.AltModifier:
            self._rows_zoom = min(max(self._rows_zoom * _STEP**clicks, 1.0), _MOST_ROWS_ZOOM)
            self._fit()
        elif mods & Qt.KeyboardModifier.ShiftModifier or abs(turned.x()) > abs(turned.y()):
            self._across.setValue(self._across.value() - round(clicks * self.axes.width / 8))
        else:
            self._down.setValue(self._down.value() - round(clicks * self.axes.field(0).height() / 8))
        event.accept()

    def keyPressEvent(self, event: QtGui.QKeyEvent | None) -> None:
        if event and (then := self._keys.get(event.key())):
            then()
        else:
            super().keyPressEvent(event)  # arrows and pages scroll

    def mousePressEvent(self, event: QtGui.QMouseEvent | None) -> None:
        if event is None or not self.lanes or event.button() != Qt.MouseButton.LeftButton:
            return
        axes, beats = self.axes, self.axes.beats_at(event.position().x())
        if axes.lane_at(event.position().y()) is None:
            self.seek.emit(beats)
        elif self._takes_region:
            self._from = beats

    def mouseMoveEvent(self, event: QtGui.QMouseEvent | None) -> None:
        if event and self._from is not None and (region := self._region_to(event)) is not None:
            self.region_dragged.emit(region)

    def mouseReleaseEvent(self, event: QtGui.QMouseEvent | None) -> None:
        if event and self._from is not None:
            self.region_dragged.emit(self._region_to(event))
        self._from = None

    def _region_to(self, event: QtGui.QMouseEvent) -> tuple[float, float] | None:
        """The beats from the press to here, forgiving a hair; None where they are nearly the same place."""
        one, other = sorted((self._from or 0.0, self.axes.beats_at(event.position().x())))
        if (other - one) * self.axes.beat < gap(self, 0.4):
            return None
        clip = self.lanes[0].clip
        unit = clip.metre.unit
        start, end = math.floor(one / unit + _FORGIVEN) * unit, math.ceil(other / unit - _FORGIVEN) * unit
        return (start, min(clip.length, end)) if start < min(clip.length, end) else None
