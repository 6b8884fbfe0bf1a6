"""The corpus as compact arrays: all notes as rows of the representation, and a table of tracks.

Offers: ``Corpus`` (``build``, ``save``, ``load``, ``window``, ``clip``, ``harmony``), ``evened``, ``Wheels``,
``cache_name``.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from models.analysis.arrays import NoteArrays
from models.analysis.chords import chords_of
from models.analysis.harmony import Harmony, set_of
from models.analysis.key import rank_keys
from models.engines.kin.config import ROLES, STEPS
from models.engines.kin.reading.representation import ONSET, VELOCITY, note_of, write
from models.music.beats import Metre
from models.music.chord import Chord, TimedChord
from models.music.clip import Clip, without_overlaps
from models.training.datasets.sources import Piece

_PLAIN_VELOCITY = 100
"""Of notes whose source says nothing of loudness."""
FORM = 5
"""Raised when what is stored changes, so that old caches are built anew."""

START, COUNT, ROLE, SOURCE, PIECE, BAR_STEPS, TEMPO, VELOCITIES, GRID, LABELS, VALID = range(11)
"""Columns of a track."""
_CHORD_COLUMNS = 6
_SIZE_POWER = 0.6


@dataclass(frozen=True)
class Corpus:
    """Everything to learn from.

    rows     (N, 5), see ``representation``; the notes of a track stand together
    tracks   (T, 11), whole numbers, in columns START … VALID; BAR_STEPS 0: metre not known, TEMPO 0: not known
    chords   (C, 6), in order: piece, first step, end, root, bass, set of pitch classes as ``Harmony`` has it; of each
             piece what its source says of its harmony, else what its pitched tracks spell together; none where a tune
             stands alone, which only implies its chords
    sources  names, by number
    pieces   names, by number
    """

    rows: np.ndarray
    tracks: np.ndarray
    chords: np.ndarray
    sources: tuple[str, ...]
    pieces: tuple[str, ...]

    @classmethod
    def build(cls, pieces: Iterable[Piece]) -> Corpus:
        """Write every track of the pieces in rows."""
        rows, tracks, chords = [], [], []
        sources: dict[str, int] = {}
        names = []
        start = 0
        for piece in pieces:
            names.append(piece.name)
            source = sources.setdefault(piece.source, len(sources))
            bar_steps = round(piece.metre.bar * STEPS) if piece.metre else 0
            for track in piece.tracks:
                written, on_grid = write(
                    track.notes[:, 0],
                    track.notes[:, 1].astype(np.int64),
                    track.notes[:, 2],
                    track.notes[:, 3],
                    drums=track.role == "drums",
                )
                written = written[np.lexsort((written[:, 1], written[:, ONSET]))]
                double = np.insert(np.all(written[1:, :2] == written[:-1, :2], axis=1), 0, False)
                written = written[~double]
                rows.append(written.astype(np.int32))
                tracks.append(
                    (
                        start,
                        len(written),
                        ROLES.index(track.role),
                        source,
                        len(names) - 1,
                        bar_steps,
                        round(piece.tempo or 0),
                        piece.velocities,
                        on_grid,
                        track.labels,
                        piece.split == "valid",
                    )
                )
                start += len(written)
            for onset, duration, chord in piece.chords or _heard(piece):
                span = round(onset * STEPS), round((onset + duration) * STEPS)
                chords.append((len(names) - 1, *span, chord.root, chord.bass, set_of(chord.classes)))
        return cls(
            np.concatenate(rows),
            np.array(tracks, np.int64),
            np.array(chords, np.int64).reshape(-1, _CHORD_COLUMNS),
            tuple(sources),
            tuple(names),
        )

    def save(self, path: Path) -> None:
        """Write the arrays to ``path`` (.npz), whole or not at all."""
        partial = path.with_suffix(".part")
        with partial.open("wb") as file:
            np.savez_compressed(file, **vars(self))
        os.replace(partial, path)

    @classmethod
    def load(cls, path: Path) -> Corpus:
        """Read what ``save`` wrote."""
        with np.load(path, allow_pickle=False) as stored:
            names = (tuple(map(str, stored[what])) for what in ("sources", "pieces"))
            return cls(stored["rows"], stored["tracks"], stored["chords"], *names)

    def notes(self, track: int) -> np.ndarray:
        """The rows of a track, (n, 5)."""
        start, count = self.tracks[track, START], self.tracks[track, COUNT]
        return self.rows[start : start + count]

    def window(self, track: int, start: int, end: int) -> np.ndarray:
        """The rows of a track that begin in [start, end) steps, with onsets from ``start``."""
        rows = self.notes(track)
        first, last = np.searchsorted(rows[:, ONSET], (start, end))
        cut = rows[first:last].astype(np.int64)
        cut[:, ONSET] -= start
        return cut

    def clip(self, track: int, first: int, bars: int) -> Clip:
        """Bars of a track as a clip, on the grid (and micro-timing) of the representation."""
        entry, bar = self.tracks[track], self.bar(track)
        rows = self.window(track, first * bar, (first + bars) * bar)
        if not entry[VELOCITIES]:
            rows[:, VELOCITY] = 1 + _PLAIN_VELOCITY // 4
        length, eighths = bars * bar / STEPS, 2 * bar // STEPS
        # The bar's length is kept, not how it is written.
        metre = Metre(eighths, 8) if eighths % 2 else Metre(eighths // 2, 4)
        notes = without_overlaps([note_of(row) for row in rows], length)
        return Clip(notes, length, "", float(entry[TEMPO]) or 120.0, metre, ROLES[entry[ROLE]])  # type: ignore[arg-type]

    def harmony(self, track: int, start: int, length: int) -> Harmony:
        """The harmony of a track's piece in ``length`` steps from ``start``."""
        piece = self.tracks[track, PIECE]
        first, last = np.searchsorted(self.chords[:, 0], (piece, piece + 1))
        harmony = Harmony.silent(length)
        for _, begin, end, root, bass, classes in self.chords[first:last].tolist():
            if begin - start < length and end > start:
                inside = slice(max(0, begin - start), end - start)
                harmony.sets[inside], harmony.roots[inside], harmony.basses[inside] = classes, root, bass
        return harmony

    def chords_in(self, track: int, start: int, length: int) -> tuple[TimedChord, ...]:
        """The same as chords, onsets in beats from ``start``."""
        harmony = self.harmony(track, start, length)
        begins = [0, *harmony.changes.tolist()] if length else []
        return tuple(
            TimedChord(begin / STEPS, (end - begin) / STEPS, Chord(root, tuple(np.sort(tones).tolist()), bass))
            for begin, end in pairwise([*begins, length])
            if (root := int(harmony.roots[begin])) >= 0
            for bass in (int(harmony.basses[begin]),)
            for tones in ((np.flatnonzero(harmony.members[begin]) - root) % 12,)
        )

    def usable(self, *, valid: bool, fewest: int = 8) -> np.ndarray:
        """Which tracks of a split hold music (not labels) of so many notes at least, (T,)."""
        tracks = self.tracks
        return (tracks[:, VALID] == valid) & (tracks[:, LABELS] == 0) & (tracks[:, COUNT] >= fewest)

    def bar(self, track: int) -> int:
        """Steps in a bar of a track; 4/4 where the metre isn't known."""
        return int(self.tracks[track, BAR_STEPS]) or 4 * STEPS

    def bars(self, track: int) -> int:
        """Bars of a track, the last perhaps begun only."""
        return int(self.notes(track)[-1, ONSET]) // self.bar(track) + 1


def evened(weights: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Weights, (N,), that keep a large group (a source, a role) from drowning the others."""
    _, number = np.unique(groups, return_inverse=True)
    size = np.bincount(number, weights)
    result: np.ndarray = weights * np.maximum(size, 1e-9)[number] ** (_SIZE_POWER - 1)
    return result


class Wheels:
    """A wheel of fortune for each role: numbers that come with their weight, sources evened out, then by ``factors``.

    entries, weights, factors  by number: rows of the table of tracks
    """

    def __init__(self, entries: np.ndarray, numbers: np.ndarray, weights: np.ndarray, factors: np.ndarray) -> None:
        self.numbers, self.edges = [], []
        for role in range(len(ROLES)):
            mine = numbers[entries[numbers, ROLE] == role]
            weight = evened(weights[mine].astype(float), entries[mine, SOURCE]) * factors[mine]
            self.numbers.append(mine)
            self.edges.append(np.cumsum(weight))

    def holds(self, role: int) -> bool:
        """Has a role any numbers?"""
        return len(self.numbers[role]) > 0

    def turn(self, role: int, rng: np.random.Generator) -> int | None:
        """A number of a role; None when it has none."""
        edges = self.edges[role]
        if not len(edges):
            return None
        return int(self.numbers[role][min(np.searchsorted(edges, rng.random() * edges[-1]), len(edges) - 1)])


def _heard(piece: Piece) -> tuple[TimedChord, ...]:
    """The chords that the pitched tracks of a piece spell together."""
    pitched = [track for track in piece.tracks if track.role != "drums"]
    if len(pitched) < 2 and not any(track.role == "chords" for track in pitched):
        return ()
    notes = np.concatenate([track.notes for track in pitched])
    notes = notes[np.lexsort((notes[:, 1], notes[:, 0]))]
    arrays = NoteArrays(notes[:, 0], notes[:, 1].astype(int), notes[:, 2], notes[:, 3].astype(int))
    return chords_of(arrays, piece.metre or Metre(), float(np.ceil(arrays.end.max())), rank_keys(arrays))


def cache_name(folder: Path, sources: Iterable[str]) -> str:
    """A file name for the arrays of a folder; another one when a file of the folder changes."""
    stamp = hashlib.sha256(str(FORM).encode())
    for path in sorted(folder.iterdir()):
        if path.suffix in (".npz", ".jsonl"):
            stamp.update(f"{path.name}:{path.stat().st_size}".encode())
    stamp.update(",".join(sources).encode())
    return f"corpus-{stamp.hexdigest()[:12]}.npz"
