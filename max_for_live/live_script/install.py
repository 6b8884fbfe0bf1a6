"""Puts the control surface into Live's User Library, and takes it away again.

Offers: ``install``, ``uninstall``, ``find_library``, ``MENU_NAME``.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from models.music.errors import BadValue

MENU_NAME, SCRIPTS = "Clipkin", "Remote Scripts"
"""What the folder is called, which is what Live's menu says; and the folder around it."""

_SOURCES = Path(__file__).parent / "surface"
_ENTRY = '''"""Clipkin's control surface, written by `clipkin live --install`; a new version replaces the folder."""


def create_instance(c_instance):
    """What Live calls when this control surface is chosen."""
    from .control_surface import ControlSurface

    return ControlSurface(c_instance)
'''


def find_library() -> Path:
    """The User Library where Live puts it; raises BadValue where there is none, or more than one."""
    home = Path.home()
    places = {home / "Music", home / "Documents", Path(os.environ.get("ONEDRIVE", home)) / "Documents"}
    found = sorted(path for path in (place / "Ableton" / "User Library" for place in places) if path.is_dir())
    if len(found) != 1:
        seen = "isn't where it usually is" if not found else "may be any of " + ", ".join(map(str, found))
        raise BadValue(
            f"Live's User Library {seen}; name its folder with --into (Live shows it in its settings, Library).",
            field="into",
        )
    return found[0]


def _folder(library: Path) -> Path:
    """Where the script goes; raises BadValue when there is something that isn't ours."""
    if not library.is_dir():
        raise BadValue(f'There is no folder "{library}"; name Live\'s User Library with --into.', field="into")
    folder = (library if library.name == SCRIPTS else library / SCRIPTS) / MENU_NAME
    entry = folder / "__init__.py"
    if folder.exists() and not (entry.is_file() and entry.read_text(encoding="utf-8").startswith(_ENTRY[:30])):
        raise BadValue(f"\"{folder}\" is there already and isn't Clipkin's; move it away first.", field="into")
    return folder


def install(library: Path) -> Path:
    """Copy the script whole, in place of an older one; gives its folder. Raises BadValue, OSError."""
    folder = _folder(library)
    new = folder.with_name(".clipkin-new")
    shutil.rmtree(new, ignore_errors=True)
    shutil.copytree(_SOURCES, new, ignore=shutil.ignore_patterns("__pycache__"))
    (new / "__init__.py").write_text(_ENTRY, encoding="utf-8")
    if folder.exists():
        shutil.rmtree(folder)
    new.rename(folder)
    return folder


def uninstall(library: Path) -> Path:
    """Take the script away; gives where it was. Raises BadValue, OSError."""
    folder = _folder(library)
    if not folder.exists():
        raise BadValue(f'Clipkin isn\'t installed in "{folder.parent}"; there is nothing to take away.', field="into")
    shutil.rmtree(folder)
    if folder.parent != library and not any(folder.parent.iterdir()):
        folder.parent.rmdir()  # a User Library has none before a script is put in
    return folder
