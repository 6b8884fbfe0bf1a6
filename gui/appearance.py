"""How the panel looks: two sets of colours, light and dark, chosen by the system; widgets next to and below each other,
with distances that grow with the font.

Text reaches a contrast of 4.5:1 on what it stands on, notes and lines that matter 3:1; a test measures both.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from string import Template

from PyQt6 import QtWidgets
from PyQt6.QtCore import QRect, QRectF, QSize, Qt, pyqtBoundSignal
from PyQt6.QtGui import QAction, QColor, QFontMetrics, QPainter, QPaintEvent, QPalette, QPixmap


class Colours:
    """Everything that is painted, as ``#rrggbb``.

    window, surface, field     grounds: of the window, of cards and of what is typed into
    text, quiet                words, and words of less weight
    edge, line, button         frames of what can be used; lines between parts; buttons
    accent, on_accent          the one button that does it, what has the focus or is chosen, and its words
    roll, black_row, beat, bar ground and lines of a piano roll
    keys, black_key, chord     its keyboard, and the ground of chords
    kept, new, gone            notes: from the prompt, newly made, only in the prompt; "new" is no other thing's colour
    onset                      the mark at the start of a new note
    good, busy, bad            dots of the status line; with words for each
    """

    def __init__(self, look: int) -> None:
        """look: 0 for dark, 1 for light."""
        for name, both in _KNOWN["dark and light"].items():
            setattr(self, name, both[look])

    def __getattr__(self, name: str) -> str:  # asked only for what isn't there; tells that all are strings
        raise AttributeError(name)

    @staticmethod
    def of(widget: QtWidgets.QWidget) -> Colours:
        """The colours that go with the widget's palette."""
        return DARK if widget.palette().color(QPalette.ColorRole.Window).lightness() < 128 else LIGHT


_LOOK = Path(__file__).with_name("look")
_KNOWN = json.loads((_LOOK / "colours.json").read_text(encoding="utf-8"))
DARK, LIGHT = Colours(0), Colours(1)
ICON = str(_LOOK / "icon.png")
"""The program's sign: a clip and its kin, two rows of notes, the second one changed."""
_SHEET = Template((_LOOK / "panel.qss").read_text(encoding="utf-8"))

_FINEST, _WIDEST = 0.2, 1.0
"""Shares of a line that are spaces; finer are strokes, wider are things."""

SCHEMES = {"system": None, "light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
"""The looks that can be asked for."""


def dress(application: QtWidgets.QApplication, look: str = "system") -> None:
    """Give the application its style; "system" follows the system when it turns dark or light."""
    application.setStyle(QtWidgets.QStyleFactory.create("Fusion"))
    hints, asked = application.styleHints(), SCHEMES[look]
    if hints is None:
        return
    _paint(application, asked or hints.colorScheme())
    hints.colorSchemeChanged.connect(lambda scheme: _paint(application, scheme) if asked is None else None)


def gap(widget: QtWidgets.QWidget, share: float = 0.5) -> int:
    """A distance that grows with the widget's font: ``share`` of a line's height. Spaces between things are whole
    quarters of a line, so that all lies on one grid: of 4 and 8 pixels where a line is 14 to 17 high.
    """
    line = QFontMetrics(widget.font()).height()
    if _FINEST <= share <= _WIDEST:
        return max(1, round(line / 4)) * round(share * 4)
    return max(1, round(line * share))


def _paint(application: QtWidgets.QApplication, scheme: Qt.ColorScheme) -> None:
    colours = DARK if scheme == Qt.ColorScheme.Dark else LIGHT
    role, palette = QPalette.ColorRole, QPalette()
    for name, colour in _KNOWN["palette"].items():
        palette.setColor(role[name], QColor(getattr(colours, colour)))
    for target in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, target, QColor(colours.quiet))
    application.setPalette(palette)
    application.setStyleSheet(_SHEET.substitute(vars(colours)))


Item = QtWidgets.QWidget | QtWidgets.QLayout | None
"""None takes the room that is left."""


def row(
    owner: QtWidgets.QWidget, *items: Item, space: float = 0.5, wide: Item = None, edge: float = 0.0, down: bool = False
) -> QtWidgets.QBoxLayout:
    """The items from left to right; ``wide``: the one of them that takes the room that is left.

    owner: whose font ``space``, the distance in lines of text, and ``edge``, what is left free around them, follow
    """
    box = QtWidgets.QVBoxLayout() if down else QtWidgets.QHBoxLayout()
    box.setContentsMargins(*[gap(owner, edge) if edge else 0] * 4)
    box.setSpacing(gap(owner, space))
    for item in items:
        if isinstance(item, QtWidgets.QWidget):
            box.addWidget(item, int(item is wide))
        elif isinstance(item, QtWidgets.QLayout):
            box.addLayout(item, int(item is wide))
        else:
            box.addStretch(1)
    return box


column = partial(row, down=True)
"""The items from top to bottom; as ``row``."""


def label(text: str = "", kind: str = "", *, wraps: bool = False) -> QtWidgets.QLabel:
    """Plain words; ``kind``: "title", "heading", "quiet", "error", or "" for the ordinary."""
    words = QtWidgets.QLabel(text)
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


def show_as(words: QtWidgets.QLabel, kind: str) -> None:
    """Have words look as another kind of ``label``; "good", "busy" and "bad" are colours."""
    words.setObjectName(kind)
    if (style := words.style()) is not None:
        style.polish(words)  # else the style sheet doesn't see the new name


def button(
    text: str, name: str, hint: str = "", then: Callable[..., object] | pyqtBoundSignal | None = None, kind: str = ""
) -> QtWidgets.QPushButton:
    """A button: its text, its name for those who hear it, its tool tip, what a click calls; ``kind``: "start" for the
    one that does it, "flat", or "" for the ordinary.
    """
    made = QtWidgets.QPushButton(text)
    made.setObjectName(kind)
    made.setAccessibleName(name)
    made.setToolTip(hint)
    if then is not None:
        made.clicked.connect(then)
    return made


def canvas(widget: QtWidgets.QWidget, size: QSize, ground: str) -> QPixmap:
    """A picture of ``size`` as fine as the widget's screen, filled with a colour (``#rrggbb``, or "transparent")."""
    ratio = widget.devicePixelRatioF()
    picture = QPixmap((size * ratio).expandedTo(QSize(1, 1)))
    picture.setDevicePixelRatio(ratio)
    picture.fill(QColor(ground))
    return picture


class Tiles(QtWidgets.QGridLayout):
    """Widgets in rows of so many."""

    def __init__(self, owner: QtWidgets.QWidget, in_a_row: int) -> None:
        """owner: whose font the distances follow."""
        super().__init__()
        self._in_a_row = in_a_row
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(gap(owner, 0.3))

    def fill(self, widgets: Iterable[QtWidgets.QWidget]) -> None:
        """Put these in the place of those that are there, which are deleted."""
        while (item := self.takeAt(0)) and (old := item.widget()):
            old.hide()  # until it is deleted
            old.deleteLater()
        for place, widget in enumerate(widgets):
            self.addWidget(widget, *divmod(place, self._in_a_row))


def context_menu(parent: QtWidgets.QWidget) -> QtWidgets.QMenu:
    """A menu that is gone when it is closed."""
    menu = QtWidgets.QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return menu


def add_entry(
    menu: QtWidgets.QMenu, words: str, then: Callable[[], object] | None = None, *, possible: bool = True
) -> QAction:
    """An entry of a menu, and what it calls; one that is not ``possible`` can't be chosen."""
    action = QAction(words, menu)
    action.setEnabled(possible)
    if then is not None:
        action.triggered.connect(lambda: then())
    menu.addAction(action)
    return action


def draw_words(painter: QPainter, area: QRectF | QRect, words: str, right: bool = False) -> None:
    """Words on one line in the middle of an area's height, from its left or up to its right; "…" where it is narrow."""
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    elided = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(area.width()))
    painter.drawText(QRectF(area), int(side | Qt.AlignmentFlag.AlignVCenter), elided)


def keep_place(*widgets: QtWidgets.QWidget) -> None:
    """Have widgets take their room when they are hidden, too: else the whole window would jump."""
    for widget in widgets:
        policy = widget.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        widget.setSizePolicy(policy)


class ElidedLabel(QtWidgets.QLabel):
    """Words on one line that end in "…" where there is no room; all of them stand in the tool tip."""

    def __init__(self, kind: str = "") -> None:
        """kind: as of ``label``."""
        super().__init__()
        self.setObjectName(kind)
        self.setTextFormat(Qt.TextFormat.PlainText)

    def setText(self, text: str | None) -> None:
        super().setText(text)
        self.setToolTip(text or "")

    def minimumSizeHint(self) -> QSize:
        return QSize(gap(self, 3), super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        draw_words(painter, self.contentsRect(), self.text())
        painter.end()
