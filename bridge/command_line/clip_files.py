"""Files as clips, whatever they are: MIDI is read, a recording is listened to.

Offers: ``read_clip``, ``read_clips``, ``listen``.
"""

from __future__ import annotations

from pathlib import Path

from models import midi_file
from models.listening.audio import ENDINGS
from models.listening.hear import Wish
from models.music.clip import Clip
from models.music.errors import BadValue, EmptyClip


def read_clip(path: Path, track: int | None = None, channel: int | None = None) -> Clip:
    """The file as one clip; raises UnreadableFile, BadValue, and of recordings EmptyClip, EngineUnavailable."""
    return listen(path) if path.suffix.lower() in ENDINGS else midi_file.read(path, track=track, channel=channel)


def read_clips(path: Path) -> tuple[Clip, ...]:
    """A clip for each track of the file; a recording is one. Raises as ``read_clip``."""
    return (listen(path),) if path.suffix.lower() in ENDINGS else midi_file.read_tracks(path)


def listen(path: Path, wish: Wish | None = None) -> Clip:
    """What is heard in a recording; what is wrong with it is said with its name."""
    from models.listening.audio import read_recording
    from models.listening.hear import hear

    if path.suffix.lower() not in ENDINGS:
        raise BadValue(f'"{path}" is no recording; give a file that ends in {", ".join(ENDINGS)}.')
    recording = read_recording(path)
    try:
        return hear(recording, wish, path.stem)
    except EmptyClip as problem:
        raise EmptyClip(problem.sentence.replace("the recording", f'"{path}"', 1)) from None
