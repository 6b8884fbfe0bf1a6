"""Clips as files: the prompt is read, its key found; every variation becomes a real .mid file to drag out.

Files that are dragged live in the user's cache folder and stay for a week: a DAW may read one after the drop.
"""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Iterable
from pathlib import Path

from gui.link.settings import write_whole
from gui.state.values import Prompt
from models.generator import Variation
from models.music.chord import TimedChord
from models.music.clip import Clip
from models.music.errors import BadValue, EmptyClip

_KEPT_FOR_S = 7 * 24 * 3600
_MOST_HEARD = 20_000

SUFFIXES = (".mid", ".midi", ".smf")
RECORDINGS = (".wav", ".flac", ".ogg", ".mp3", ".aif", ".aiff")
"""What is listened to; the same as ``models.listening.audio`` reads, which is not loaded before the window."""
STARRED = "starred.json"
"""Marks a folder that stays: the numbers of the results with a star."""

MOST_DROPPED = 16
"""Files that are opened of one drop: a prompt and what plays with it, and some for another choice."""


def read_prompt(path: Path, track: int = 0) -> Prompt:
    """A track of the file as a clip (``track``: its place among those with notes), and the key found in it.

    Raises UnreadableFile, EmptyClip, and of recordings EngineUnavailable without the extra.
    """
    clips, names = _tracks(path)
    track = min(track, len(clips) - 1)
    others = (*clips[:track], *clips[track + 1 :])
    return Prompt(clips[track], path, key_of(clips[track]), names, track, others, chords_of(clips[track]))


def read_context(path: Path) -> tuple[Prompt, ...]:
    """Every track of the file, each as a clip of its own. Raises UnreadableFile, EmptyClip."""
    clips, names = _tracks(path)
    return tuple(Prompt(clip, path, "", names, track) for track, clip in enumerate(clips))


def _tracks(path: Path) -> tuple[tuple[Clip, ...], tuple[str, ...]]:
    """The file's tracks that have notes, or what is heard in a recording, and what the user sees of each."""
    from models import midi_file  # with numpy below: loaded when the window is long there

    if path.suffix.lower() in RECORDINGS:
        from models.listening.audio import read_recording
        from models.listening.hear import hear

        clips: tuple[Clip, ...] = (hear(read_recording(path), None, path.stem),)
    else:
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


def chords_of(clip: Clip) -> tuple[TimedChord, ...]:
    """The chords that are heard in the clip; none for drums, nor where it is too long to be looked through."""
    from models.analysis.chords import find_chords

    return () if clip.drums or not clip.notes or len(clip.notes) > _MOST_HEARD else find_chords(clip)


def midi_files_in(paths: Iterable[Path]) -> tuple[tuple[Path, ...], tuple[str, ...]]:
    """The clips that files and folders mean, at most ``MOST_DROPPED``; and a sentence for each refusal."""
    found: list[Path] = []
    refused: list[str] = []
    for path in paths:
        folder = path.is_dir()
        inside = path.rglob("*") if folder else [path]
        endings = SUFFIXES if folder else (*SUFFIXES, *RECORDINGS)
        if clips := sorted(each for each in inside if each.suffix.lower() in endings):
            found += clips
        else:
            none = f'"{path.name}" is neither a MIDI file nor a recording.'
            refused.append(f'"{path.name}" is a folder without .mid files.' if folder else none)
    if len(found) > MOST_DROPPED:
        refused.append(f"Of {len(found)} files the first {MOST_DROPPED} were taken.")
    return tuple(found[:MOST_DROPPED]), tuple(refused)


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
    """Take away folders of variations that nobody has written into for a week, but none with a star in it."""
    with contextlib.suppress(OSError):
        for old in folder.iterdir():
            starred = (old / STARRED).exists()
            if old.is_dir() and not starred and time.time() - old.stat().st_mtime > _KEPT_FOR_S:
                shutil.rmtree(old, ignore_errors=True)
