"""The panel's settings: one JSON file in the user's own folder, written whole or not at all.

A file that can't be read is set aside as ``panel.json.corrupt-<time>``; the settings begin anew, with a notice.

Offers: ``PanelSettings``, ``read``, ``write``, ``folder``.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import json
import os
import time
from dataclasses import dataclass
from pathlib import Path

from gui.link.whole_file import write_whole
from gui.state.wish import Wish

VERSION = 1
_NAME = "panel.json"


@dataclass(frozen=True, slots=True)
class PanelSettings:
    """What is remembered between two runs.

    window   size and place as Qt packs them; empty: as it comes
    folder   where a file was last opened or saved; "" the user's home
    """

    wish: Wish = Wish()
    window: bytes = b""
    folder: str = ""
    log_shown: bool = False


def folder() -> Path:
    """The user's folder for Clipkin's settings."""
    import platformdirs  # only where it is needed: the window comes first

    return Path(platformdirs.user_config_dir("clipkin", appauthor=False))


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
        return PanelSettings(), _set_aside(path)
    return _from_json(values), ""


def write(place: Path, settings: PanelSettings) -> None:
    """Write ``settings`` into the folder ``place``, whole or not at all; raises OSError."""
    place.mkdir(parents=True, exist_ok=True)
    write_whole(place / _NAME, json.dumps(_to_json(settings), indent=1).encode())


def _set_aside(path: Path) -> str:
    aside = path.with_name(f"{path.name}.corrupt-{time.strftime('%Y%m%d-%H%M%S')}")
    with contextlib.suppress(OSError):  # a folder that can't be written: the bad file stays, the notice is the same
        os.replace(path, aside)
    return f"The settings were damaged and begin anew; the old file is now {aside.name}."


def _to_json(settings: PanelSettings) -> dict[str, object]:
    return {
        "version": VERSION,
        "wish": settings.wish.to_json(),
        "folder": settings.folder,
        "log_shown": settings.log_shown,
        "window": base64.b64encode(settings.window).decode("ascii"),
    }


def _from_json(values: dict[str, object]) -> PanelSettings:
    wish, window, place = values.get("wish"), values.get("window"), values.get("folder")
    try:
        packed = base64.b64decode(window, validate=True) if isinstance(window, str) else b""
    except (binascii.Error, ValueError):
        packed = b""
    return PanelSettings(
        wish=Wish.from_json(wish) if isinstance(wish, dict) else Wish(),
        window=packed,
        folder=place if isinstance(place, str) else "",
        log_shown=values.get("log_shown") is True,
    )
