"""How the panel looks: two sets of colours, light and dark, chosen by the system; sizes follow the font.

Text reaches a contrast of 4.5:1 on what it stands on, notes and lines that matter 3:1; a test measures both.

Offers: ``Colours`` (``of``), ``dress``, ``gap``, ``icon``.
"""

from __future__ import annotations

from PyQt6.QtCore import QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QFontMetrics, QIcon, QPainter, QPalette, QPixmap
from PyQt6.QtWidgets import QApplication, QStyleFactory, QWidget


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
        for name, both in _DARK_AND_LIGHT.items():
            setattr(self, name, both[look])

    def __getattr__(self, name: str) -> str:  # asked only for what isn't there; tells that all are strings
        raise AttributeError(name)

    @staticmethod
    def of(widget: QWidget) -> Colours:
        """The colours that go with the widget's palette."""
        return DARK if widget.palette().color(QPalette.ColorRole.Window).lightness() < 128 else LIGHT


_DARK_AND_LIGHT = {
    "window": ("#1d2025", "#eceef1"),
    "surface": ("#262a30", "#f8f9fb"),
    "field": ("#17191d", "#ffffff"),
    "text": ("#e7e9ec", "#1b1f24"),
    "quiet": ("#a9b0ba", "#535b66"),
    "edge": ("#6f7783", "#7d858f"),
    "line": ("#363b43", "#d2d6dc"),
    "button": ("#2f343b", "#e1e4e9"),
    "accent": ("#9d97f5", "#4f46c8"),
    "on_accent": ("#14122b", "#ffffff"),
    "roll": ("#16181c", "#ffffff"),
    "black_row": ("#1e2126", "#f5f7f8"),
    "beat": ("#282c32", "#e7eaee"),
    "bar": ("#474e58", "#b6bdc7"),
    "keys": ("#c9ced6", "#ffffff"),
    "black_key": ("#33383f", "#555c66"),
    "chord": ("#2b3139", "#e4e8ee"),
    "kept": ("#6c9fc4", "#2f6a96"),
    "new": ("#f0a23b", "#b44d04"),
    "gone": ("#8c95a1", "#717a85"),
    "onset": ("#ffffff", "#3d1700"),
    "good": ("#5cc489", "#1d8a50"),
    "busy": ("#d9cb57", "#7c6a00"),
    "bad": ("#f2797a", "#c2292f"),
}
DARK, LIGHT = Colours(0), Colours(1)

_FINEST, _WIDEST = 0.2, 1.0
"""Shares of a line that are spaces; finer are strokes, wider are things."""

SCHEMES = {"system": None, "light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
"""The looks that can be asked for."""


def dress(application: QApplication, look: str = "system") -> None:
    """Give the application its style; "system" follows the system when it turns dark or light."""
    application.setStyle(QStyleFactory.create("Fusion"))
    hints, asked = application.styleHints(), SCHEMES[look]
    if hints is None:
        return
    _paint(application, asked or hints.colorScheme())
    hints.colorSchemeChanged.connect(lambda scheme: _paint(application, scheme) if asked is None else None)


def gap(widget: QWidget, share: float = 0.5) -> int:
    """A distance that grows with the widget's font: ``share`` of a line's height. Spaces between things are whole
    quarters of a line, so that all lies on one grid: of 4 and 8 pixels where a line is 14 to 17 high.
    """
    line = QFontMetrics(widget.font()).height()
    if _FINEST <= share <= _WIDEST:
        return max(1, round(line / 4)) * round(share * 4)
    return max(1, round(line * share))


def _paint(application: QApplication, scheme: Qt.ColorScheme) -> None:
    colours = DARK if scheme == Qt.ColorScheme.Dark else LIGHT
    application.setPalette(_palette(colours))
    application.setStyleSheet(_sheet(colours))


def _palette(colours: Colours) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for target, colour in {
        role.Window: colours.window,
        role.WindowText: colours.text,
        role.Base: colours.field,
        role.AlternateBase: colours.surface,
        role.Text: colours.text,
        role.Button: colours.button,
        role.ButtonText: colours.text,
        role.BrightText: colours.bad,
        role.ToolTipBase: colours.surface,
        role.ToolTipText: colours.text,
        role.PlaceholderText: colours.quiet,
        role.Highlight: colours.accent,
        role.HighlightedText: colours.on_accent,
        role.Link: colours.accent,
        role.Mid: colours.line,
        role.Light: colours.surface,
        role.Midlight: colours.button,
        role.Dark: colours.edge,
    }.items():
        palette.setColor(target, QColor(colour))
    for target in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, target, QColor(colours.quiet))
    return palette


def _sheet(colours: Colours) -> str:
    """What a palette can't say. Lengths are in em and ex, so that they follow the font."""
    edged = f"border: 1px solid {colours.edge}; border-radius: 0.6ex;"
    return f"""
        QPushButton, QToolButton {{ background: {colours.button}; {edged} padding: 0.45ex 1.2ex; }}
        QPushButton:hover, QToolButton:hover {{ border-color: {colours.text}; }}
        QPushButton:focus, QToolButton:focus, QComboBox:focus, QLineEdit#words:focus, QAbstractSpinBox:focus,
        QListView:focus, QTableView:focus, QPlainTextEdit:focus, Grid:focus {{ border: 2px solid {colours.accent}; }}
        QPushButton:pressed, QPushButton:checked, QToolButton:checked {{ background: {colours.line}; }}
        QPushButton:disabled, QToolButton:disabled {{ color: {colours.quiet}; background: {colours.window};
                       border-color: {colours.line}; }}
        QToolButton::menu-indicator {{ image: none; }}
        QComboBox {{ background: {colours.button}; {edged} padding: 0.35ex 1ex; }}
        QComboBox::drop-down {{ border: none; width: 3ex; }}
        QComboBox:disabled {{ color: {colours.quiet}; background: {colours.window}; }}
        QListView, QTableView, QComboBox QAbstractItemView {{ background: {colours.field}; color: {colours.text};
                     outline: none; selection-background-color: {colours.accent};
                     selection-color: {colours.on_accent}; }}
        QComboBox QAbstractItemView::item {{ padding: 0.4ex 0.8ex; }}
        QComboBox QAbstractItemView::item:selected {{ background: {colours.accent}; color: {colours.on_accent}; }}
        QComboBox QAbstractItemView::item:disabled {{ color: {colours.quiet}; }}
        QListView#rounds, QTableView#song, QPlainTextEdit {{ border: 1px solid {colours.line};
                     border-radius: 0.6ex; background: {colours.surface}; }}
        QTableCornerButton::section, QHeaderView::section {{ background: {colours.surface}; color: {colours.text};
                     border: none;
                     border-right: 1px solid {colours.line}; border-bottom: 1px solid {colours.line};
                     padding: 0.4ex 0.8ex; }}
        QScrollBar {{ background: transparent; border: none; }}
        QScrollBar:vertical {{ width: 1.8ex; }}
        QScrollBar:horizontal {{ height: 1.8ex; }}
        QScrollBar::handle {{ background: {colours.edge}; border-radius: 0.5ex; margin: 0.4ex; min-height: 4ex;
                     min-width: 4ex; }}
        QScrollBar::handle:disabled {{ background: transparent; }}
        QScrollBar::handle:hover {{ background: {colours.quiet}; }}
        QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
        QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
        QMenu {{ background: {colours.surface}; color: {colours.text}; border: 1px solid {colours.edge}; }}
        QMenu::item {{ padding: 0.5ex 3ex 0.5ex 2ex; }}
        QMenu::item:selected {{ background: {colours.accent}; color: {colours.on_accent}; }}
        QMenu::item:disabled {{ color: {colours.quiet}; }}
        QMenu::separator {{ height: 1px; background: {colours.line}; margin: 0.4ex 1ex; }}
    """ + _kinds(colours)


def _kinds(colours: Colours) -> str:
    """The style of single kinds of buttons, fields, frames and words, by their object names."""
    edged = f"border: 1px solid {colours.edge}; border-radius: 0.6ex;"
    return f"""
        QPushButton#flat, QToolButton#flat {{ background: transparent; border-color: transparent;
                            color: {colours.text}; padding: 0.45ex 0.9ex; }}
        QPushButton#flat:hover, QToolButton#flat:hover {{ border-color: {colours.edge}; }}
        QPushButton#flat:focus, QToolButton#flat:focus {{ border: 2px solid {colours.accent}; }}
        QPushButton#flat:disabled, QToolButton#flat:disabled {{ color: {colours.quiet}; }}
        QPushButton#section {{ background: transparent; border-color: transparent; text-align: left;
                            padding: 0.5ex 0.4ex; font-weight: bold; }}
        QPushButton#section:focus {{ border: 2px solid {colours.accent}; }}
        QPushButton#toggle {{ padding: 0.35ex 0.8ex; }}
        QPushButton#toggle:checked {{ background: {colours.kept}; color: {colours.roll};
                                      border-color: {colours.kept}; }}
        QPushButton#toggle:focus {{ border: 2px solid {colours.accent}; }}
        QPushButton#start {{ background: {colours.accent}; color: {colours.on_accent}; border-color: {colours.accent};
                            font-weight: bold; padding: 1ex; }}
        QPushButton#start:focus {{ border: 2px solid {colours.text}; }}
        QPushButton#start:disabled {{ background: {colours.button}; color: {colours.quiet};
                                     border-color: {colours.edge}; }}
        QPushButton#chip {{ text-align: left; padding: 0.3ex 0.8ex; background: {colours.surface}; }}
        QLineEdit#words, QAbstractSpinBox {{ background: {colours.field}; {edged} padding: 0.35ex 0.6ex; }}
        QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ background: transparent; border: none;
                           width: 3ex; }}
        QAbstractSpinBox::up-arrow, QAbstractSpinBox::down-arrow {{ image: none; }}
        QAbstractSpinBox:disabled {{ color: {colours.quiet}; border-color: {colours.line}; }}
        QFrame#drop {{ border: 2px dashed {colours.edge}; border-radius: 1.6ex; background: {colours.surface}; }}
        QFrame#side {{ background: {colours.surface}; border: 1px solid {colours.line}; border-radius: 0.8ex; }}
        QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; }}
        QLabel#quiet {{ color: {colours.quiet}; }}
        QLabel#heading {{ font-weight: bold; }}
        QLabel#title {{ font-weight: bold; }}
        QLabel#error, QLabel#bad {{ color: {colours.bad}; }}
        QLabel#good {{ color: {colours.good}; }}
        QLabel#busy {{ color: {colours.busy}; }}
        QProgressBar {{ border: none; border-radius: 0.3ex; background: {colours.line};
                        max-height: 0.8ex; min-height: 0.8ex; }}
        QProgressBar::chunk {{ background: {colours.accent}; border-radius: 0.3ex; }}
        QToolTip {{ background: {colours.surface}; color: {colours.text}; border: 1px solid {colours.edge}; }}
    """


def icon() -> QIcon:
    """The program's sign: a clip and its kin, two rows of notes, the second one changed."""
    made = QIcon()
    for side in (16, 32, 64, 256):
        picture = QPixmap(QSize(side, side))
        picture.fill(QColor(DARK.window))
        painter, unit = QPainter(picture), side / 16
        for left, top, wide, colour in (
            *((2, 4, 4, DARK.kept), (7, 4, 3, DARK.kept), (11, 4, 3, DARK.kept)),
            *((2, 9, 4, DARK.kept), (7, 7, 3, DARK.new), (11, 11, 3, DARK.new)),
        ):
            painter.fillRect(QRectF(left * unit, top * unit, wide * unit, 2 * unit), QColor(colour))
        painter.end()
        made.addPixmap(picture)
    return made
