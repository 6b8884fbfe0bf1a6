"""The panel's settings: one JSON file in the user's own folder, written whole or not at all.

A file that can't be read is set aside as ``panel.json.corrupt-<time>``; the settings begin anew, with a notice.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import time
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QIODevice, QSaveFile

import bridge
from gui.state.wish import PERSONAL, Wish
from models.music.errors import BadValue

VERSION = 1
_ALLOWED: dict[str, tuple[object, ...]] = {"look": ("system", "light", "dark"), "language": ("system", "en", "zh")}
_NAME = "panel.json"
EXAMPLE = Path(bridge.__file__).parent / "examples" / "lead.mid"
"""A clip of our own, to try things with."""


@dataclass(frozen=True, slots=True)
class PanelSettings:
    """What is remembered between two runs."""

    wish: Wish = Wish()
    window: bytes = b""  # size and place as Qt packs them; empty: as it comes
    folder: str = ""  # where a file was last opened or saved; "" the user's home
    log_shown: bool = False
    look: str = "system"  # of ``appearance.SCHEMES``
    language: str = "system"  # of ``say.LANGUAGES``
    more_shown: bool = False
    port: str = ""  # the MIDI port to play on; "": the speakers


def read(place: Path) -> tuple[PanelSettings, str]:
    """The settings in the folder ``place`` and a notice for the user, "" when all is well; never raises."""
    path = place / _NAME
    try:
        values = json.loads(path.read_bytes())
        if not isinstance(values, dict):
            raise ValueError("not an object")
    except FileNotFoundError:
        return PanelSettings(), ""
    except OSError as error:
        return PanelSettings(), f"The settings can't be read ({error.strerror}); the panel starts with its own."
    except (ValueError, RecursionError):  # JSON and UTF-8 errors are ValueErrors
        aside = path.with_name(f"{_NAME}.corrupt-{time.strftime('%Y%m%d-%H%M%S')}")
        with contextlib.suppress(OSError):  # a folder that can't be written: the bad file stays
            os.replace(path, aside)
        return PanelSettings(), f"The settings were damaged and begin anew; the old file is now {aside.name}."
    first = PanelSettings()
    sane: dict[str, Any] = {
        row.name: values[row.name]
        for row in fields(PanelSettings)
        if type(values.get(row.name)) is type(getattr(first, row.name))
        and values[row.name] in _ALLOWED.get(row.name, (values[row.name],))
    }
    if isinstance(values.get("wish"), dict):
        sane["wish"] = Wish.from_json(values["wish"])
    with contextlib.suppress(KeyError, TypeError, ValueError):  # it isn't what was written
        sane["window"] = base64.b64decode(values["window"], validate=True)
    newer = isinstance(values.get("version"), int) and values["version"] > VERSION
    notice = "The settings are of a newer version; what is known of them was taken." * newer
    return PanelSettings(**sane), notice


def write(place: Path, settings: PanelSettings) -> None:
    """Write ``settings`` into the folder ``place``, whole or not at all; raises OSError."""
    place.mkdir(parents=True, exist_ok=True)
    values = {row.name: getattr(settings, row.name) for row in fields(PanelSettings)} | {
        "version": VERSION,
        "wish": settings.wish.to_json(),
        "window": base64.b64encode(settings.window).decode("ascii"),
    }
    write_whole(place / _NAME, json.dumps(values, indent=1).encode())


def write_preset(path: Path, wish: Wish) -> None:
    """Write where the controls stand, without what belongs to one clip or one press; raises OSError."""
    values = {name: value for name, value in wish.to_json().items() if name not in PERSONAL}
    write_whole(path, json.dumps({"clipkin-preset": VERSION, "wish": values}, indent=1, ensure_ascii=False).encode())


def read_preset(path: Path, wish: Wish) -> Wish:
    """The wish with the values of a preset's file; raises BadValue."""
    try:
        values = json.loads(path.read_bytes())
        said = values["wish"] if "clipkin-preset" in values else None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise BadValue(f'"{path.name}" is not a preset of Clipkin.')
    values = wish.to_json() | {name: value for name, value in said.items() if name not in PERSONAL}
    return Wish.from_json(values).but(region=wish.region)


def write_whole(path: Path, content: bytes) -> None:
    """Put ``content`` at ``path``; raises OSError."""
    file = QSaveFile(str(path))
    if not file.open(QIODevice.OpenModeFlag.WriteOnly) or file.write(content) != len(content) or not file.commit():
        raise OSError(None, file.errorString(), str(path))
