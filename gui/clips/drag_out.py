"""A variation leaves the panel as a real .mid file: dragged into a DAW or a folder, or shown where it lies.

The file is written before the gesture begins and stays afterwards: a DAW may read it after the drop.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PyQt6.QtCore import QMimeData, QProcess, Qt, QUrl
from PyQt6.QtGui import QDesktopServices, QDrag, QPixmap
from PyQt6.QtWidgets import QWidget


def mime_of(path: Path) -> QMimeData:
    """What is dragged or copied: the file's address."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    return mime


def paths_in(mime: QMimeData | None) -> list[Path]:
    """The .mid files in what is dropped; the reverse of ``mime_of``."""
    urls = mime.urls() if mime else []
    paths = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
    return [path for path in paths if path.suffix.lower() in (".mid", ".midi", ".smf")]


def drag(source: QWidget, path: Path, picture: QPixmap) -> None:
    """One gesture: carry the file until it is dropped; one QDrag for each gesture (Qt deletes it)."""
    carried = QDrag(source)
    carried.setMimeData(mime_of(path))
    carried.setPixmap(picture)
    carried.exec(Qt.DropAction.CopyAction)


def folder_command(path: Path, platform: str = sys.platform) -> list[str] | None:
    """The program that shows the file in its folder, selected; None: open the folder instead."""
    if platform == "darwin":
        return ["open", "-R", str(path)]
    if platform == "win32":
        return ["explorer", f"/select,{path}"]
    return None


def show_in_folder(path: Path) -> None:
    """Show where the file lies."""
    command = folder_command(path)
    if command is None or not QProcess.startDetached(command[0], command[1:])[0]:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))
