"""Widgets next to and below each other, with distances that grow with the font; labels, buttons, entries of menus,
grounds of pictures.

Offers: ``row``, ``column``, ``label``, ``button``, ``canvas``, ``context_menu``, ``add_entry``, ``ElidedLabel``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PyQt6.QtCore import QSize, Qt, pyqtBoundSignal
from PyQt6.QtGui import QAction, QColor, QPainter, QPaintEvent, QPixmap
from PyQt6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from gui.appearance import gap

Item = QWidget | QLayout | None
"""None takes the room that is left."""

Box = TypeVar("Box", bound=QBoxLayout)


def row(owner: QWidget, *items: Item, space: float = 0.5, wide: Item = None) -> QHBoxLayout:
    """The items from left to right; ``wide``: the one of them that takes the room that is left.

    owner: whose font ``space``, the distance in lines of text, follows
    """
    return _filled(QHBoxLayout(), owner, items, space, wide)


def column(owner: QWidget, *items: Item, space: float = 0.5, wide: Item = None) -> QVBoxLayout:
    """The items from top to bottom; as ``row``."""
    return _filled(QVBoxLayout(), owner, items, space, wide)


def _filled(box: Box, owner: QWidget, items: tuple[Item, ...], space: float, wide: Item) -> Box:
    box.setContentsMargins(0, 0, 0, 0)
    box.setSpacing(gap(owner, space))
    for item in items:
        stretch = int(item is wide)
        if isinstance(item, QWidget):
            box.addWidget(item, stretch)
        elif isinstance(item, QLayout):
            box.addLayout(item, stretch)
        else:
            box.addStretch(1)
    return box


def label(text: str = "", kind: str = "", *, wraps: bool = False) -> QLabel:
    """Plain words; ``kind``: "title", "heading", "quiet", "error", or "" for the ordinary."""
    words = QLabel(text)
    words.setObjectName(kind)
    words.setTextFormat(Qt.TextFormat.PlainText)
    words.setWordWrap(wraps)
    if kind == "heading":
        words.setMinimumWidth(gap(words, 5.5))  # so that what stands behind headings begins at one edge
    if kind == "title":
        font = words.font()
        font.setPointSizeF(font.pointSizeF() * 1.6)
        words.setFont(font)
    return words


def button(
    text: str, name: str, hint: str = "", then: Callable[..., object] | pyqtBoundSignal | None = None
) -> QPushButton:
    """A button: its text, its name for those who hear it, its tool tip, and what a click calls."""
    made = QPushButton(text)
    made.setAccessibleName(name)
    made.setToolTip(hint)
    if then is not None:
        made.clicked.connect(then)
    return made


def canvas(widget: QWidget, size: QSize, ground: str) -> QPixmap:
    """A picture of ``size`` as fine as the widget's screen, filled with a colour (``#rrggbb``, or "transparent")."""
    ratio = widget.devicePixelRatioF()
    picture = QPixmap((size * ratio).expandedTo(QSize(1, 1)))
    picture.setDevicePixelRatio(ratio)
    picture.fill(QColor(ground))
    return picture


def context_menu(parent: QWidget) -> QMenu:
    """A menu that is gone when it is closed."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return menu


def add_entry(menu: QMenu, words: str, then: Callable[[], object] | None = None, *, possible: bool = True) -> QAction:
    """An entry of a menu, and what it calls; one that is not ``possible`` can't be chosen."""
    action = QAction(words, menu)
    action.setEnabled(possible)
    if then is not None:
        action.triggered.connect(lambda: then())
    menu.addAction(action)
    return action


class ElidedLabel(QLabel):
    """Words on one line that end in "…" where there is no room; all of them stand in the tool tip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)

    def setText(self, text: str | None) -> None:  # noqa: N802  (Qt's name, as below)
        super().setText(text)
        self.setToolTip(text or "")

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(gap(self, 3), super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802
        painter = QPainter(self)
        area = self.contentsRect()
        words = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), words)
        painter.end()
