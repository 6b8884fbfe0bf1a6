"""Where a command may write: found out before its work begins, and nothing that is there is written over.

Offers: ``check_places``, ``make_folder``, ``write_picture``.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from models.music.errors import BadValue


def check_places(arguments: argparse.Namespace) -> None:
    """Raise BadValue unless the folder of ``--out`` and the picture of ``--picture``, where given, can be written."""
    folder, picture = (vars(arguments).get(name) for name in ("out", "picture"))
    if folder is not None and not _holds(folder):
        raise BadValue(f'The folder "{folder}" can\'t be written; choose another with --out.', field="out")
    if picture is not None and os.path.lexists(picture):
        raise BadValue(f'"{picture}" is there already; choose another name.', field="picture")
    if picture is not None and not _holds(picture.parent):
        raise BadValue(f'The picture "{picture}" can\'t be written; choose another place.', field="picture")


def _holds(folder: Path) -> bool:
    """Can files be written into a folder, which may have to be made first?"""
    try:
        there = next(place for place in (folder, *folder.absolute().parents) if os.path.lexists(place))
    except ValueError:  # a name that no system allows
        return False
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)


def make_folder(folder: Path) -> None:
    """Make a folder for results; raises BadValue when it can't be made."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise BadValue(
            f'The folder "{folder}" can\'t be made ({problem.strerror}); choose another with --out.', field="out"
        ) from None


def write_picture(path: Path, text: str) -> None:
    """Write an SVG's text, whole or not at all; raises BadValue when the place is taken or can't be written."""
    from models import midi_file

    make_folder(path.parent)
    midi_file.publish(path, text.encode())
