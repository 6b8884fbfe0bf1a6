"""What was made leaves the panel as a real .mid file: dragged into a DAW or a folder, or shown where it lies.

The file is written before the gesture begins and stays afterwards: a DAW may read it after the drop.

Offers: ``mime_of``, ``paths_in``, ``drag``, ``show_in_folder``.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
from pathlib import Path

from PyQt6.QtCore import QMimeData, Qt, QUrl
from PyQt6.QtGui import QDrag, QPixmap
from PyQt6.QtWidgets import QWidget

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
