"""Pieces with what is known about them: key, chords, roles.

What the annotations are worth. pop909: keys and chords found by its publishers' algorithm, keys with their mode.
lieder and openewld: the key is the key signature, always called major (all but 2 of 1 543); so the mode, and with it
the tonic, is taken from the last bass note where that is the tonic of the major key or of its relative minor, and is
not known elsewhere. billboard and rs200: chords and tonic, written down by musicians by ear; no notes, no mode.

Offers: ``Annotated``, ``read_annotated``, ``KEYED``, ``SONGS``, ``ALL_SOURCES``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.analysis.arrays import NoteArrays
from models.music.beats import Metre
from models.music.chord import TimedChord
from models.music.clip import Role
from models.music.pitch import parse_class
from models.training.datasets.sources import ROLE_OF, TICKS, chords_of, entries_of, notes_of

KEYED = ("lieder", "openewld", "pop909")
SONGS = ("billboard", "rs200")
ALL_SOURCES = ("jsb", "lieder", "openewld", "pop909", "freedoom", "lmms", "simutrans", "groove")
_SIGNATURE_ONLY = ("lieder", "openewld")


@dataclass(frozen=True)
class Annotated:
    """One piece.

    tonic       0-11, as annotated; None where it isn't
    signature   the tonic of the annotated key and whether it is minor; None where no mode is annotated
    tracks      role (None: fx and the like) and notes
    """

    source: str
    split: str
    metre: Metre
    tonic: int | None
    signature: tuple[int, bool] | None
    tracks: tuple[tuple[Role | None, NoteArrays], ...]
    chords: tuple[TimedChord, ...]

    @property
    def together(self) -> NoteArrays:
        """All pitched notes."""
        pitched = [notes for role, notes in self.tracks if role != "drums" and len(notes)]
        columns = [
            np.concatenate([getattr(notes, name) for notes in pitched])
            for name in ("onset", "pitch", "duration", "velocity")
        ]
        order = np.lexsort((columns[1], columns[0]))
        return NoteArrays(*(column[order] for column in columns))

    @property
    def key(self) -> tuple[int, bool] | None:
        """Tonic 0-11 and whether the key is minor; None where it isn't known (see the head of the file)."""
        if self.signature is None or self.source not in _SIGNATURE_ONLY or self.signature[1]:
            return self.signature
        tonic, last = self.signature[0], self.together.last_bass % 12
        return {tonic: (tonic, False), (tonic + 9) % 12: (last, True)}.get(last)

    @property
    def has_mode(self) -> bool:
        """True where the annotation itself tells major from minor."""
        return self.signature is not None and self.source not in _SIGNATURE_ONLY


def read_annotated(folder: Path, sources: Iterable[str], split: str) -> Iterator[Annotated]:
    """The pieces of a split; raises UnreadableFile when a source isn't there."""
    for source in sources:
        rows = notes_of(folder, source)
        for entry in entries_of(folder, source):
            if entry["split"] == split:
                yield _annotated(entry, rows)


def _annotated(entry: dict, rows: np.ndarray) -> Annotated:
    tracks = []
    for track in entry["tracks"]:
        onset, pitch, duration, velocity = rows[track["start"] : track["start"] + track["n"]].T
        notes = NoteArrays(onset / TICKS, pitch.astype(int), duration / TICKS, velocity.astype(int))
        tracks.append((ROLE_OF.get(track["role"]), notes))
    words = (entry["key"] or "").split()  # the tonic and, where it is annotated, the mode
    tonic = parse_class(words[0]) if words else None
    signature = (tonic, words[1] == "minor") if tonic is not None and len(words) > 1 else None
    told = Metre.parse(entry["time_signature"]), tonic, signature, tuple(tracks), chords_of(entry)
    return Annotated(entry["source"], entry["split"], *told)
