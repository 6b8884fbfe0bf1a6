"""Files that come and go by hand: where clips are dropped, the first screen and the frame around the part of the window
that would take a drag; and what was made leaves the panel as a real .mid file, dragged into a DAW or a folder, or shown
where it lies. The file is written before the gesture begins and stays afterwards: a DAW may read it after the drop.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
from pathlib import Path

from PyQt6.QtCore import QMimeData, QPoint, QRect, Qt, QUrl
from PyQt6.QtGui import QColor, QDrag, QPainter, QPaintEvent, QPen, QPixmap
from PyQt6.QtWidgets import QApplication, QFrame, QWidget

from gui.appearance import Colours, button, column, gap, label, row
from gui.language.say import say
from gui.state.panel_state import PanelState
from models.music.errors import BadValue

_SHOW_ITEMS = (
    "dbus-send --session --print-reply --reply-timeout=3000 --dest=org.freedesktop.FileManager1 "
    "/org/freedesktop/FileManager1 org.freedesktop.FileManager1.ShowItems"
)


def mime_of(*paths: Path) -> QMimeData:
    """What is dragged or copied: the files' addresses."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def to_clipboard(what: str | Path) -> None:
    """Put a text, or a file, on the clipboard."""
    if (clipboard := QApplication.clipboard()) is not None:
        clipboard.setMimeData(mime_of(what)) if isinstance(what, Path) else clipboard.setText(what)


def paths_in(mime: QMimeData | None) -> list[Path]:
    """The files and folders in what is dropped, of whatever kind; the reverse of ``mime_of``."""
    urls = mime.urls() if mime else []
    return [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]


def drag(source: QWidget, path: Path, picture: QPixmap) -> Qt.DropAction:
    """One gesture: carry the file until it is dropped; one QDrag for each gesture (Qt deletes it)."""
    carried = QDrag(source)
    carried.setMimeData(mime_of(path))
    carried.setPixmap(picture)
    return carried.exec(Qt.DropAction.CopyAction)


def folder_commands(path: Path, platform: str = sys.platform) -> list[list[str]]:
    """The programs to try, one after the other, that show the file in its folder, selected where they can."""
    if platform == "darwin":
        return [["open", "-R", str(path)]]
    if platform == "win32":
        return [["explorer", f"/select,{path}"]]
    address = QUrl.fromLocalFile(str(path)).toString(QUrl.ComponentFormattingOption.FullyEncoded)
    return [[*_SHOW_ITEMS.split(), f"array:string:{address}", "string:"], ["xdg-open", str(path.parent)]]


def show_in_folder(path: Path) -> None:
    """Show where the file lies; waits for the program, so not on the window's thread. Raises BadValue."""
    for command in folder_commands(path):
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            done = subprocess.run(command, capture_output=True, timeout=5, check=False)
            if done.returncode == 0 or sys.platform == "win32":  # Explorer's code says nothing
                return
    raise BadValue(f"No file manager answers here; the file is {path}.")


class FirstScreen(QFrame):
    """Where a clip comes from: three buttons, ``open``, ``example`` and, with a Live, ``take``."""

    def __init__(self, state: PanelState) -> None:
        super().__init__()
        self._state = state
        self.setObjectName("drop")
        self.open = button(say("Open a clip…"), say("Open a clip"), "Ctrl+O")
        self.example = button(say("Try an example"), say("Try an example"), kind="start")
        title = label(say("Drop a MIDI clip here"), "title")
        what = say("A .mid file, or a clip dragged out of your DAW. Its kin come out: variations, chords, a bass line.")
        words = label(what, "quiet", wraps=True)
        self.live = label("", "quiet")
        for each in (title, words, self.live):
            each.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.take = button(say("Take from Live"), say("Take the clip that is selected in Live"), "Ctrl+T")
        buttons = row(self, None, self.example, self.open, self.take, None, space=0.5)
        self.setLayout(column(self, None, title, words, buttons, self.live, None, space=1.0, edge=1.5))
        state.follow("others server live", self._show)

    def _show(self) -> None:
        seen, live = self._state.others, self._state.live
        self.take.setVisible(live is not None)
        waiting = say("Waiting for Live: the device shows here.")
        told = say("Live was at work at {time}.", time=seen) if seen else waiting
        self.live.setText(live.words if live is not None else told)


class DropMark(QWidget):
    """A frame around the part of the window that would take what is dragged, with words that say what as."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._words = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def show_over(self, part: QWidget | None, words: str = "") -> None:
        """Frame ``part``; None: nothing would take it."""
        window = self.parentWidget()
        self.setVisible(part is not None)
        self._words = words
        if part is not None and window is not None:
            self.setGeometry(area_of(part, window))
            self.raise_()
            self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter, wide, colours = QPainter(self), gap(self, 0.12), Colours.of(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = self.rect().adjusted(wide, wide, -wide, -wide)
        painter.setPen(QPen(QColor(colours.accent), wide))
        painter.drawRoundedRect(frame, gap(self, 0.3), gap(self, 0.3))
        words = self.fontMetrics().boundingRect(self._words).adjusted(-wide * 4, -wide * 2, wide * 4, wide * 2)
        words.moveCenter(frame.center())
        painter.fillRect(words, QColor(colours.accent))
        painter.setPen(QColor(colours.on_accent))
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, self._words)
        painter.end()


def area_of(part: QWidget, window: QWidget) -> QRect:
    """Where ``part`` lies in the window."""
    return QRect(part.mapTo(window, QPoint()), part.size())
