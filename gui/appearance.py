"""How the panel looks: two sets of colours, light and dark, chosen by the system; sizes follow the font.

Text reaches a contrast of 4.5:1 on what it stands on, notes and lines that matter 3:1; a test measures both.

Offers: ``Colours`` (``of``), ``dress``, ``gap``.
"""

from __future__ import annotations

from dataclasses import dataclass

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor, QFontMetrics, QPalette
from PyQt6.QtWidgets import QApplication, QStyleFactory, QWidget


@dataclass(frozen=True, slots=True)
class Colours:
    """Everything that is painted, as ``#rrggbb``.

    window, surface, field     grounds: of the window, of cards and of what is typed into
    text, quiet                words, and words of less weight
    edge, button               frames; buttons
    accent, on_accent          the one button that does it, and its words
    roll, black_row, beat, bar ground and lines of a piano roll
    kept, new, gone            notes: from the prompt, newly made, only in the prompt
    onset                      the mark at the start of a new note
    good, busy, bad            dots of the status line; with words for each
    """

    window: str
    surface: str
    field: str
    text: str
    quiet: str
    edge: str
    button: str
    accent: str
    on_accent: str
    roll: str
    black_row: str
    beat: str
    bar: str
    kept: str
    new: str
    gone: str
    onset: str
    good: str
    busy: str
    bad: str

    @staticmethod
    def of(widget: QWidget) -> Colours:
        """The colours that go with the widget's palette."""
        return DARK if widget.palette().color(QPalette.ColorRole.Window).lightness() < 128 else LIGHT


_DARK_AND_LIGHT = {
    "window": ("#202328", "#eceef0"),
    "surface": ("#292d33", "#f8f9fa"),
    "field": ("#1a1d21", "#ffffff"),
    "text": ("#e7e9ec", "#1b1f24"),
    "quiet": ("#a7aeb8", "#555d68"),
    "edge": ("#3b4048", "#c4c9d0"),
    "button": ("#353a42", "#e3e6ea"),
    "accent": ("#f0a23b", "#b4520a"),
    "on_accent": ("#1d1405", "#ffffff"),
    "roll": ("#191c20", "#ffffff"),
    "black_row": ("#1f2328", "#f5f7f8"),
    "beat": ("#2a2e34", "#e7eaee"),
    "bar": ("#434951", "#bdc4cc"),
    "kept": ("#6c9fc4", "#2f6a96"),
    "new": ("#f0a23b", "#b44d04"),
    "gone": ("#8c95a1", "#717a85"),
    "onset": ("#ffffff", "#3d1700"),
    "good": ("#5cc489", "#1d8a50"),
    "busy": ("#f0a23b", "#b4520a"),
    "bad": ("#f2797a", "#c2292f"),
}
DARK, LIGHT = (Colours(**{name: both[look] for name, both in _DARK_AND_LIGHT.items()}) for look in (0, 1))

SCHEMES = {"system": None, "light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
"""The looks that can be asked for."""


def dress(application: QApplication, look: str = "system") -> None:
    """Give the application its style; "system" follows the system when it turns dark or light."""
    application.setStyle(QStyleFactory.create("Fusion"))
    hints, asked = application.styleHints(), SCHEMES[look]
    if hints is None:
        return
    _paint(application, asked or hints.colorScheme())
    if asked is None:
        hints.colorSchemeChanged.connect(lambda scheme: _paint(application, scheme))


def gap(widget: QWidget, share: float = 0.5) -> int:
    """A distance that grows with the widget's font: ``share`` of a line's height."""
    return max(1, round(QFontMetrics(widget.font()).height() * share))


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
        role.Mid: colours.edge,
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
    return f"""
        QPushButton {{ background: {colours.button}; border: 1px solid {colours.edge}; border-radius: 0.5ex;
                       padding: 0.5ex 1.4ex; }}
        QPushButton:hover {{ border-color: {colours.quiet}; }}
        QPushButton:focus {{ border-color: {colours.accent}; }}
        QPushButton:pressed, QPushButton:checked {{ background: {colours.edge}; }}
        QPushButton:disabled {{ color: {colours.quiet}; background: {colours.window}; }}
        QComboBox {{ background: {colours.button}; border: 1px solid {colours.edge}; border-radius: 0.5ex;
                     padding: 0.35ex 1ex; }}
        QComboBox::drop-down {{ border: none; width: 3ex; }}
        QComboBox:focus {{ border-color: {colours.accent}; }}
        QComboBox:disabled {{ color: {colours.quiet}; background: {colours.window}; }}
        QListView, QComboBox QAbstractItemView {{ background: {colours.field}; color: {colours.text}; outline: none;
                     selection-background-color: {colours.accent}; selection-color: {colours.on_accent}; }}
        QListView::item {{ padding: 0.4ex 0.8ex; }}
        QListView::item:selected {{ background: {colours.accent}; color: {colours.on_accent}; }}
        QListView::item:disabled {{ color: {colours.quiet}; }}
        QPushButton#flat {{ background: transparent; border-color: transparent; color: {colours.quiet};
                            padding: 0.5ex 1ex; }}
        QPushButton#flat:hover, QPushButton#flat:focus {{ border-color: {colours.quiet}; color: {colours.text}; }}
        QPushButton#flat:disabled {{ color: transparent; }}
        QPushButton#toggle:checked {{ background: {colours.kept}; color: {colours.roll};
                                      border-color: {colours.kept}; }}
        QPushButton#toggle:focus {{ border-color: {colours.text}; }}
        QPushButton#start {{ background: {colours.accent}; color: {colours.on_accent}; border-color: {colours.accent};
                            font-weight: bold; padding: 1ex; }}
        QPushButton#start:focus {{ border-color: {colours.text}; }}
        QPushButton#start:disabled {{ background: {colours.button}; color: {colours.quiet};
                                     border-color: {colours.edge}; }}
        QPushButton#chip {{ text-align: left; padding: 0.4ex 1ex; background: {colours.surface}; }}
        QPushButton#chip:hover, QPushButton#chip:focus {{ border-color: {colours.accent}; }}
        QLineEdit#words {{ background: {colours.field}; border: 1px solid {colours.edge}; border-radius: 0.5ex;
                           padding: 0.35ex 0.6ex; }}
        QLineEdit#words:focus {{ border-color: {colours.accent}; }}
        QFrame#row {{ border: 1px solid transparent; border-radius: 0.5ex; }}
        QFrame#row:focus {{ border-color: {colours.accent}; }}
        QFrame#card {{ background: {colours.surface}; border: 1px solid {colours.edge}; border-radius: 0.8ex; }}
        QFrame#card:focus {{ border-color: {colours.accent}; }}
        QLabel#quiet {{ color: {colours.quiet}; }}
        QLabel#heading {{ color: {colours.text}; font-weight: bold; }}
        QLabel#error, QLabel#bad {{ color: {colours.bad}; }}
        QLabel#good {{ color: {colours.good}; }}
        QLabel#busy {{ color: {colours.busy}; }}
        QProgressBar {{ border: none; border-radius: 0.3ex; background: {colours.edge};
                        max-height: 0.8ex; min-height: 0.8ex; }}
        QProgressBar::chunk {{ background: {colours.accent}; border-radius: 0.3ex; }}
        QToolTip {{ background: {colours.surface}; color: {colours.text}; border: 1px solid {colours.edge}; }}
    """
