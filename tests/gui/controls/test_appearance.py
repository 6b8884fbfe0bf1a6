"""How it looks: contrast of both sets of colours, and sizes that follow the font."""

import re
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor, QFont

from gui.appearance import DARK, LIGHT, Colours, dress
from gui.clips.grid.note_layer import PALEST, mixed
from gui.controls.pieces import Menu
from gui.window import Window

PANEL = Path(__file__).parents[3] / "gui"


def luminance(colour):
    channels = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (colour.redF(), colour.greenF(), colour.blueF())
    ]
    return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]


def contrast(one, other):
    """After WCAG 2.2: 1 to 21."""
    light, dark = sorted((luminance(QColor(one)), luminance(QColor(other))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_measured_as_wcag_does():
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("colours", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize(
    ("words", "ground"),
    [
        ("text", "window"),
        ("text", "surface"),
        ("text", "field"),
        ("text", "button"),
        ("text", "line"),
        ("quiet", "window"),
        ("quiet", "surface"),
        ("quiet", "field"),
        ("quiet", "roll"),
        ("quiet", "button"),
        ("on_accent", "accent"),
        ("roll", "kept"),
        ("bad", "window"),
    ],
)
def test_words_can_be_read(colours, words, ground):
    assert contrast(getattr(colours, words), getattr(colours, ground)) >= 4.5


@pytest.mark.parametrize("colours", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("ground", ["roll", "black_row"])
def test_the_softest_notes_can_be_seen(colours, ground):
    for kind in ("kept", "new", "gone"):
        softest = mixed(getattr(colours, kind), colours.roll, PALEST) if kind != "gone" else QColor(colours.gone)
        assert contrast(softest, getattr(colours, ground)) >= 3.0
    assert contrast(colours.onset, colours.new) >= 2.0


@pytest.mark.parametrize("colours", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("ground", ["window", "surface", "field"])
def test_edges_of_what_can_be_used_can_be_seen(colours, ground):
    for line in ("edge", "accent"):
        assert contrast(getattr(colours, line), getattr(colours, ground)) >= 3.0


@pytest.mark.parametrize("colours", [DARK, LIGHT], ids=["dark", "light"])
def test_new_is_no_other_thing_s_colour(colours):
    values = dict(vars(colours))
    new = QColor(values.pop("new"))
    vivid = [QColor(value) for value in values.values() if QColor(value).hsvSaturationF() > 0.5]
    assert [colour.name() for colour in vivid if abs(colour.hue() - new.hue()) < 15 and colour.lightness() > 60] == []


@pytest.mark.parametrize("colours", [DARK, LIGHT], ids=["dark", "light"])
def test_lights_can_be_seen(colours):
    for light in ("good", "busy", "bad", "quiet"):
        assert contrast(getattr(colours, light), colours.window) >= 3.0


@pytest.fixture
def dressed(qapp):
    palette, sheet, style = qapp.palette(), qapp.styleSheet(), qapp.style().objectName()
    yield qapp
    qapp.setStyleSheet(sheet)
    qapp.setStyle(style)
    qapp.setPalette(palette)


@pytest.mark.parametrize(("look", "colours"), [("dark", DARK), ("light", LIGHT)])
def test_every_widget_wears_the_colours(dressed, qtbot, state, look, colours):
    dress(dressed, look)
    window = Window(state)
    qtbot.addWidget(window)
    assert Colours.of(window) is colours
    assert Colours.of(window.grid) is colours


def test_the_system_s_change_is_followed(dressed, qtbot):
    dress(dressed)
    dressed.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert dressed.palette().window().color() == QColor(DARK.window)
    dressed.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert dressed.palette().window().color() == QColor(LIGHT.window)


def test_twice_the_font_twice_the_window(dressed, qtbot, ready, a_result):
    font = dressed.font()
    sizes = []
    try:
        for share in (1, 2):
            larger = QFont(font)
            larger.setPointSizeF(font.pointSizeF() * share)
            dressed.setFont(larger)
            window = Window(ready)
            qtbot.addWidget(window)
            sizes.append(
                (window.form.sizeHint().height(), window.grid.sizeHint().height(), window.grid.sizeHint().width())
            )
    finally:
        dressed.setFont(font)
    for small, large in zip(*sizes, strict=True):
        assert 1.7 < large / small < 2.3


def test_no_pixel_sizes_in_the_sources():
    lines = [
        f"{path.name}: {line.strip()}"
        for path in PANEL.rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        # A frame of a pixel or two is a hair on every screen; everything else follows the font.
        if re.search(r"\b(?![12]px)\d+px|setPixelSize|\.(resize|setFixed\w+|setMinimum\w+)\(\d", line)
    ]
    assert lines == []


@pytest.mark.parametrize(("look", "colours"), [("dark", DARK), ("light", LIGHT)])
def test_the_entry_under_the_hand_can_be_read(dressed, qtbot, look, colours):
    dress(dressed, look)
    menu = Menu("Menu")
    qtbot.addWidget(menu)
    menu.addItems(["one", "two"])
    menu.show()
    menu.setCurrentIndex(1)
    menu.showPopup()
    view = menu.view()
    view.grab()  # the style is applied when it is first painted
    picture, row = view.viewport().grab().toImage(), view.visualRect(menu.model().index(1, 0))
    menu.hidePopup()
    assert picture.pixelColor(row.right() - 3, row.center().y()).name() == colours.accent
