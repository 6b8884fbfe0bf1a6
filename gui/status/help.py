"""Help (F1): how to begin, and every key."""

from __future__ import annotations

from PyQt6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QWidget

from gui.appearance import gap
from gui.clips.rounds.round_list import WAYS
from gui.language.say import say
from gui.layout import column

STEPS = (
    "Drop a MIDI clip into the window, or press Try an example.",
    "Choose a task, how similar the results may be, a mood, and what must not change.",
    "Press the button below the form. Each press adds a round of results; none is ever lost.",
    "Choose with the arrows, hear with Space, mark with S, drag what you like into your DAW.",
    "Go on from a result with Return, and come back with Backspace; undo takes back any step.",
)

KEYS = (
    ("Ctrl+Return", "Make results"),
    ("Esc", "Stop; what has come stays (Esc)."),
    ("Space", "Play or stop"),
    ("Ctrl+Space", "Play or stop, wherever you are"),
    ("B", "Hear the prompt instead, in time"),
    ("← → ↑ ↓", "Choose a result, scroll the grid"),
    *((keys, words) for words, keys in [*WAYS.values()][1:]),
    ("Ctrl+V", "Paste files as prompt"),
    ("Ctrl+T", "Take from Live"),
    ("Ctrl+O", "Open a clip…"),
    ("Ctrl+Shift+O", "Open what plays along, or the second clip"),
    ("Ctrl+Z / Ctrl+Shift+Z", "Undo and redo"),
    ("+ − 0", "Zoom in, out, show all (Ctrl and the wheel)"),
    ("Ctrl+1 / 2 / 3", "To the form, the grid, the results"),
    ("F10", "Menu"),
    ("Ctrl+L", "Show the log"),
    ("Ctrl+Q", "Quit"),
)
"""Every key and what it does."""


class Help(QDialog):
    """Steps and keys."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(say("Help"))
        text = QTextBrowser()
        text.setAccessibleName(say("Help"))
        steps = "".join(f"<li>{say(step)}</li>" for step in STEPS)
        keys = "".join(f"<tr><td><b>{key}</b>&nbsp;&nbsp;</td><td>{say(words)}</td></tr>" for key, words in KEYS)
        text.setHtml(f"<h3>{say('In a minute')}</h3><ol>{steps}</ol><h3>{say('Keys')}</h3><table>{keys}</table>")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        inside = column(self, text, buttons, wide=text)
        inside.setContentsMargins(*[gap(self, 0.7)] * 4)
        self.setLayout(inside)
        self.resize(gap(self, 34), gap(self, 34))
