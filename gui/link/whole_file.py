"""A file that is written whole or not at all, whatever happens meanwhile."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import QIODevice, QSaveFile


def write_whole(path: Path, content: bytes) -> None:
    """Put ``content`` at ``path``; raises OSError."""
    file = QSaveFile(str(path))
    if not file.open(QIODevice.OpenModeFlag.WriteOnly) or file.write(content) != len(content) or not file.commit():
        raise OSError(None, file.errorString(), str(path))
