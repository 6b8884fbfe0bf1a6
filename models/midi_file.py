"""Standard MIDI files on disk: .mid ↔ Clip.

Offers: ``read``, ``read_tracks``, ``write``, ``encode`` (what ``write`` writes).
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Sequence
from pathlib import Path

from models.midi.reading import File
from models.midi.writing import Marker
from models.midi.writing import encode as encode
from models.music.clip import Clip
from models.music.errors import BadValue, UnreadableFile

MOST_BYTES = 4_000_000


def read(path: str | Path, *, track: int | None = None, channel: int | None = None) -> Clip:
    """A part of a file as a clip, which may be empty; raises UnreadableFile, BadValue.

    track     number of the track to take, counted from 1 among those with notes
    channel   1-16
    Without a number the first part that isn't drums is taken; ``carried.remarks`` say which, where there are several,
    and what was repaired.
    """
    return _load(Path(path)).one(track, channel)


def read_tracks(path: str | Path) -> tuple[Clip, ...]:
    """A clip for each track and channel with notes, in the file's order; raises UnreadableFile."""
    return _load(Path(path)).all()


def write(path: str | Path, clips: Clip | Sequence[Clip], markers: Iterable[Marker] = ()) -> None:
    """Write one clip, or several as tracks, whole or not at all; raises BadValue when the place can't be written."""
    path, data = Path(path), encode(clips, markers)
    temporary = path.parent / f".clipkin-{secrets.token_hex(8)}"
    try:
        temporary.write_bytes(data)
        os.replace(temporary, path)
    except OSError as error:
        raise BadValue(f'"{path}" can\'t be written ({error.strerror}); choose another place.', field="out") from error
    finally:
        temporary.unlink(missing_ok=True)


def _load(path: Path) -> File:
    try:
        with path.open("rb") as opened:
            data = opened.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a name that no system allows
        reason = getattr(error, "strerror", None) or error
        raise UnreadableFile(f'"{path}" can\'t be opened ({reason}); check the name.') from error
    if len(data) > MOST_BYTES:
        raise UnreadableFile(f'"{path}" is larger than {MOST_BYTES // 1_000_000} MB; export the clip alone.')
    try:
        return File.of(data)
    except UnreadableFile as problem:
        raise UnreadableFile(problem.sentence.replace("The file", f'"{path}"', 1)) from None
    except Exception as error:  # mido raises nearly every kind, from IndexError to its own, on broken bytes
        raise UnreadableFile(f'"{path}" is damaged and can\'t be read as MIDI; export it again.') from error
