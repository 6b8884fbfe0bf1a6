"""Clips as files: the prompt is read, its key found; every variation becomes a real .mid file to drag out.

Files that are dragged live in the user's cache folder and stay for a week: a DAW may read one after the drop.
"""

from __future__ import annotations

import contextlib
import shutil
import time
from pathlib import Path

from gui.link.whole_file import write_whole
from gui.state.values import Prompt
from models.generator import Variation
from models.music.clip import Clip
from models.music.errors import BadValue, EmptyClip

_KEPT_FOR_S = 7 * 24 * 3600


def read_prompt(path: Path, track: int = 0) -> Prompt:
    """A track of the file as a clip (``track``: its place among those with notes), and the key found in it.

    Raises UnreadableFile, EmptyClip.
    """
    clips, names = _tracks(path)
    track = min(track, len(clips) - 1)
    return Prompt(clips[track], path, key_of(clips[track]), names, track, (*clips[:track], *clips[track + 1 :]))


def read_context(path: Path) -> tuple[Prompt, ...]:
    """Every track of the file, each as a clip of its own. Raises UnreadableFile, EmptyClip."""
    clips, names = _tracks(path)
    return tuple(Prompt(clip, path, "", names, track) for track, clip in enumerate(clips))


def _tracks(path: Path) -> tuple[tuple[Clip, ...], tuple[str, ...]]:
    """The file's tracks that have notes, and what the user sees of each."""
    from models import midi_file  # with numpy below: loaded when the window is long there

    clips = midi_file.read_tracks(path)
    if not clips:
        raise EmptyClip(f'"{path.name}" has no notes; choose a clip with at least one.')
    return tuple(clips), tuple(track_name(*numbered) for numbered in enumerate(clips, 1))


def track_name(number: int, clip: Clip) -> str:
    """What the user sees of a track: "2 · Bass", "3 · drums", "4"."""
    said = clip.name or ("drums" if clip.drums else "")
    return f"{number} · {said}" if said else f"track {number}"


def key_of(clip: Clip) -> str:
    """The scale in words that new notes should stay in; "" for drums, and where nobody could tell."""
    from models.analysis.key import FEWEST, clip_scale

    if clip.drums or len(clip.notes) < FEWEST:
        return ""
    return str(clip_scale(clip) or "")


def write_variation(folder: Path, stem: str, variation: Variation) -> Path:
    """Write ``<stem>.mid`` into a folder of the panel's own and give its path back; raises BadValue."""
    from models import midi_file

    path = folder / f"{stem}.mid"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadValue(f'The folder "{folder}" can\'t be made ({error.strerror}).') from error
    midi_file.write(path, variation.clip, replacing=True)
    return path


def save_copy(source: Path, target: Path) -> None:
    """Put the bytes of ``source`` at ``target``, whole or not at all; raises BadValue."""
    try:
        write_whole(target, source.read_bytes())
    except OSError as error:
        raise BadValue(f'"{target}" can\'t be written ({error.strerror}); choose another place.') from error


def sweep(folder: Path) -> None:
    """Take away folders of variations that nobody has written into for a week."""
    with contextlib.suppress(OSError):
        for old in folder.iterdir():
            if old.is_dir() and time.time() - old.stat().st_mtime > _KEPT_FOR_S:
                shutil.rmtree(old, ignore_errors=True)
