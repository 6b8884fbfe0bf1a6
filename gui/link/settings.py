"""The panel's settings: one JSON file in the user's own folder, written whole or not at all.

A file that can't be read is set aside as ``panel.json.corrupt-<time>``; the settings begin anew, with a notice.

Offers: ``PanelSettings``, ``read``, ``write``, ``folder``; ``read_preset``, ``write_preset``.
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
from gui.state.wish import PERSONAL, Wish
from models.music.errors import BadValue

VERSION = 1
LOOKS = ("system", "light", "dark")
LANGUAGES = ("system", "en", "zh")
_NAME = "panel.json"


@dataclass(frozen=True, slots=True)
class PanelSettings:
    """What is remembered between two runs.

    window   size and place as Qt packs them; empty: as it comes
    folder   where a file was last opened or saved; "" the user's home
    port     the MIDI port to play on; "": the speakers
    look     of ``appearance.SCHEMES``; language: of ``say.LANGUAGES``
    """

    wish: Wish = Wish()
    window: bytes = b""
    folder: str = ""
    log_shown: bool = False
    look: str = "system"
    language: str = "system"
    more_shown: bool = False
    port: str = ""


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
    newer = isinstance(values.get("version"), int) and values["version"] > VERSION
    return _from_json(values), "The settings are of a newer version; what is known of them was taken." * newer


def write(place: Path, settings: PanelSettings) -> None:
    """Write ``settings`` into the folder ``place``, whole or not at all; raises OSError."""
    place.mkdir(parents=True, exist_ok=True)
    write_whole(place / _NAME, json.dumps(_to_json(settings), indent=1).encode())


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
    return Wish.from_json({**wish.to_json(), **{name: said[name] for name in said if name not in PERSONAL}}).but(
        region=wish.region
    )


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
        "more_shown": settings.more_shown,
        "port": settings.port,
        "look": settings.look,
        "language": settings.language,
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
        more_shown=values.get("more_shown") is True,
        port=port if isinstance(port := values.get("port"), str) else "",
        look=str(values.get("look")) if values.get("look") in LOOKS else "system",
        language=str(values.get("language")) if values.get("language") in LANGUAGES else "system",
    )
