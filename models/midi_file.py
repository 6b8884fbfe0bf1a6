"""Standard MIDI files on disk: .mid ↔ Clip.

Nothing is written over: a name that is taken is refused, or the next free number is used.

Offers: ``read``, ``read_tracks``, ``read_together``, ``write``, ``write_numbered``, ``encode`` (what they write);
``publish`` and ``publish_numbered`` for files of other kinds; ``Taken``.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import secrets
from collections.abc import Iterable, Sequence
from pathlib import Path

from models.midi.reading import File
from models.midi.writing import Marker
from models.midi.writing import encode as encode
from models.music.clip import Clip
from models.music.errors import BadValue, EmptyClip, UnreadableFile

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


def read_together(path: str | Path) -> tuple[Clip, ...]:
    """The file's tracks as clips to be heard together, the longest first; raises UnreadableFile, EmptyClip."""
    clips = read_tracks(path)
    if not clips:
        raise EmptyClip(f'"{path}" has no notes; choose a clip with at least one.')
    return tuple(sorted(clips, key=lambda clip: -clip.length))


def write(
    path: str | Path, clips: Clip | Sequence[Clip], markers: Iterable[Marker] = (), *, replacing: bool = False
) -> None:
    """Write one clip, or several as tracks, whole or not at all.

    Raises BadValue when the place can't be written, or a file is there that the user didn't agree to replace.
    """
    publish(Path(path), encode(clips, markers), replacing=replacing)


def write_numbered(folder: Path, stem: str, clips: Clip | Sequence[Clip]) -> Path:
    """Write ``<stem>-1.mid``, or with the next number that is free, and give its path; raises BadValue."""
    return publish_numbered(folder, stem, ".mid", encode(clips))


def publish_numbered(folder: Path, stem: str, suffix: str, data: bytes) -> Path:
    """``publish`` under the first of ``<stem>-1<suffix>``, ``<stem>-2<suffix>`` … that is free; gives its path.

    The name is claimed before it is written, so that two commands in one folder don't meet.
    """
    for number in itertools.count(1):
        path = folder / f"{stem}-{number}{suffix}"
        if not path.exists():
            with contextlib.suppress(Taken):
                publish(path, data)
                return path
    raise AssertionError("numbers don't end")


class Taken(BadValue):
    """A file of that name is there."""


def publish(path: Path, data: bytes, *, replacing: bool = False) -> None:
    """Bytes under a name, all at once: written beside it, then moved onto a name that was claimed. The folder of a
    new file is made.

    Raises BadValue when the place can't be written, or a file is there that the user didn't agree to replace.
    """
    temporary = path.parent / f".clipkin-{secrets.token_hex(8)}"
    claimed = False
    try:
        if not replacing:
            path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(data)
        if not replacing:
            path.open("xb").close()
            claimed = True
        os.replace(temporary, path)
        claimed = False
    except OSError as error:
        if isinstance(error, FileExistsError) and path.parent.is_dir():
            raise Taken(f'"{path}" is there already; choose another name.', field="out") from None
        raise BadValue(f'"{path}" can\'t be written ({error.strerror}); choose another place.', field="out") from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()
        if claimed:
            path.unlink(missing_ok=True)


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
