"""Where the running server says how to reach it: ``server.json`` in the user's data folder.

Readable by the user alone, and written whole or not at all: a reader never sees half a file.

Offers: ``PortFile`` (``write``, ``read``, ``remove``), ``home``, ``version``, ``HOST``, ``DEFAULT_PORT``.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path

import platformdirs

HOST = "127.0.0.1"
"""Never "localhost": that may mean ::1 first, and Max sends IPv4."""

DEFAULT_PORT = 11_800
FILE_NAME = "server.json"


def home() -> Path:
    """The user's data folder of Clipkin."""
    return platformdirs.user_data_path("clipkin", appauthor=False)


def version() -> str:
    """Clipkin's version, as installed."""
    try:
        return metadata.version("clipkin")
    except metadata.PackageNotFoundError:
        return "from source"


@dataclass(frozen=True)
class PortFile:
    """A running server: its process, its port, the number of its run, and a secret only its user can read."""

    pid: int
    port: int
    epoch: int
    token: str

    def write(self, folder: Path) -> Path:
        """Put the file into ``folder``, over an old one; raises OSError."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / FILE_NAME
        unfinished = folder / f"{FILE_NAME}.{self.pid}"
        unfinished.unlink(missing_ok=True)
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(asdict(self), file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, path)
        return path

    @classmethod
    def read(cls, folder: Path) -> PortFile | None:
        """What the file says; None when there is none or it is damaged. The server may be gone by now."""
        try:
            found = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
            return cls(int(found["pid"]), int(found["port"]), int(found["epoch"]), str(found["token"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def remove(self, folder: Path) -> None:
        """Take the file away, unless another server has written its own by now."""
        if PortFile.read(folder) == self:
            (folder / FILE_NAME).unlink(missing_ok=True)
