"""What was made leaves the panel as a real .mid file: dragged into a DAW or a folder, or shown where it lies.

The file is written before the gesture begins and stays afterwards: a DAW may read it after the drop.

Offers: ``Carried``, ``mime_of``, ``paths_in``, ``drag``, ``show_in_folder``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from PyQt6.QtCore import QMimeData, QPoint, QProcess, Qt, QUrl, pyqtSignal
from PyQt6.QtGui import QDesktopServices, QDrag, QKeyEvent, QMouseEvent, QPixmap
from PyQt6.QtWidgets import QApplication, QFrame, QPushButton, QWidget

from gui.layout import button


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


class Carried(QFrame):
    """A card, or a part of one, that stands for a file: it can be dragged, Return saves it.

    Emits ``wanted`` with a word ("save", "folder", "copy", or "prompt": go on from it) and the file's path.
    """

    wanted = pyqtSignal(str, Path)

    def __init__(self, name: str, path: Path | None, parent: QWidget | None = None) -> None:
        """name: for those who hear it; path: None until there is a file."""
        super().__init__(parent)
        self.path = path
        self._pressed_at: QPoint | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(name)

    def face(self) -> QWidget:
        """What the hand holds while it drags."""
        return self

    def ways(self, go_on: bool = False) -> Iterator[QPushButton]:
        """The buttons that take the file along; ``go_on``: with the one that makes it the next prompt."""
        first = (("Go on from it", "take it as the next prompt", "prompt"),) if go_on else ()
        for text, hint, what in (
            *first,
            ("Copy", "copy the file, to paste it into a folder or a DAW", "copy"),
            ("Save as…", "save as a .mid file", "save"),
            ("Show in folder", "show the .mid file in its folder", "folder"),
        ):
            way = button(text, f"{self.accessibleName()}: {hint}", f"{hint[0].upper()}{hint[1:]}.")
            way.setObjectName("flat")
            way.clicked.connect(lambda _, what=what: self.wanted.emit(what, self.path))
            yield way

    # ---- events

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802  (Qt's name, as below)
        if event and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.path is not None:
            self.wanted.emit("save", self.path)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802
        if event and event.button() == Qt.MouseButton.LeftButton:
            self._pressed_at = event.position().toPoint()

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802
        self._pressed_at = None

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802
        if event is None or self._pressed_at is None or self.path is None:
            return
        moved = (event.position().toPoint() - self._pressed_at).manhattanLength()
        if moved >= QApplication.startDragDistance():
            self._pressed_at = None
            width = min(self.face().width(), QApplication.startDragDistance() * 30)
            drag(self, self.path, self.face().grab().scaledToWidth(width, Qt.TransformationMode.SmoothTransformation))
