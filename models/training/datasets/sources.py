"""Reading music to train on: the packed corpora, or a folder of .mid files.

A packed corpus is two files: ``<source>.npz`` with one array ``notes`` of rows (onset, pitch, duration, velocity) in
ticks of 480 per beat, and ``<source>.jsonl`` with one piece per line (split, tier, metre, tracks by role, chords).

Offers: ``entries_of``, ``notes_of``, ``chords_of``, ``packed``, ``read_packed``, ``read_folder``, ``Piece``, ``Track``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from models.music.beats import Metre
from models.music.chord import Chord, TimedChord
from models.music.clip import ROLES, Clip, Role
from models.music.errors import BadValue, UnreadableFile

TICKS = 480
"""Of a beat."""


def entries_of(folder: Path, source: str) -> list[dict]:
    """What is known of each piece; its tracks say which rows of the notes are theirs. Raises UnreadableFile."""
    try:
        return [json.loads(line) for line in (folder / f"{source}.jsonl").read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError) as error:
        raise _unreadable(folder, source) from error


def notes_of(folder: Path, source: str) -> np.ndarray:
    """All notes, (N, 4): onset (ticks), pitch, duration (ticks), velocity. Raises UnreadableFile."""
    try:
        notes: np.ndarray = np.load(folder / f"{source}.npz", allow_pickle=False)["notes"]
        return notes
    except (OSError, ValueError, KeyError) as error:
        raise _unreadable(folder, source) from error


def _unreadable(folder: Path, source: str) -> UnreadableFile:
    return UnreadableFile(f"The corpus {source} can't be read in {folder}; copy it there again.", field="data")


FIRST = ("groove", "lieder", "freedoom", "lmms", "simutrans", "openewld", "jsb")
"""Sources of notes of the first set whose tier allows shipping without a second thought; every run is measured on them.
"""
SECOND = ("helland", "easyrpg", "blasphemer", "openhymnal", "mutopia", "tunes", "quartets", "orchestra", "polishscores")
"""Those of the second set, all of which may be shipped."""
SHIPPED = (*FIRST, *SECOND)

ROLE_OF: dict[str, Role] = {"melody": "melody", "inner": "melody", "piano": "chords"} | {role: role for role in ROLES}
"""What the corpora call the parts; "fx" and "other" are none of ours."""
_CHORD_FLOOR = 48
_TOGETHER = 1e-6
_TENTH = 10
_ONE_VOICE = 1.15
"""Notes for each onset below which a track of unknown role is a line."""


@dataclass(frozen=True)
class Track:
    """Notes of one instrument: columns onset, pitch, duration (beats), velocity; shape (N, 4), sorted.

    labels: True where the notes spell out chord labels, to be heard beside a tune but not learned
    """

    role: Role
    notes: np.ndarray
    labels: bool = False


@dataclass(frozen=True)
class Piece:
    """One work.

    metre       None where the source doesn't encode it
    velocities  True: played or programmed, worth learning
    chords      what the source says of its harmony; empty where it says nothing
    """

    source: str
    name: str
    split: str
    tempo: float | None
    metre: Metre | None
    velocities: bool
    tracks: tuple[Track, ...]
    chords: tuple[TimedChord, ...] = ()


def read_packed(folder: Path, sources: tuple[str, ...] = SHIPPED) -> Iterator[Piece]:
    """The pieces of the packed corpora in ``folder``; raises UnreadableFile when none is there."""
    for _, entry, notes in packed(folder, sources):
        # After a change of metre bar lines can't be computed; what is kept for tests is never learned.
        if entry["n_ts"] <= 1 and entry["split"] in ("train", "valid"):
            yield _piece(entry, notes)


def packed(folder: Path, sources: tuple[str, ...]) -> Iterator[tuple[str, dict, np.ndarray]]:
    """Source, entry and all notes of the source for every piece in ``folder``; raises UnreadableFile without any."""
    found = [source for source in sources if (folder / f"{source}.jsonl").is_file()]
    if not found:
        raise UnreadableFile(
            f"There is no corpus in {folder}; it should hold files such as {sources[0]}.jsonl and {sources[0]}.npz.",
            field="data",
        )
    for source in found:
        notes = notes_of(folder, source)
        yield from ((source, entry, notes) for entry in entries_of(folder, source))


def _piece(entry: dict, notes: np.ndarray) -> Piece:
    tracks = []
    for listed in entry["tracks"]:
        rows = notes[listed["start"] : listed["start"] + listed["n"]].astype(float)
        role = ROLE_OF.get(listed["role"])
        if listed["role"] == "other" and len(rows):
            role = "melody" if len(rows) < _ONE_VOICE * len(np.unique(rows[:, 0])) else "chords"
        if role is not None and len(rows):
            rows[:, 0] /= TICKS
            rows[:, 2] /= TICKS
            tracks.append(Track(role, without_doubles(rows)))
    chords = chords_of(entry)
    labels = _chord_notes(chords)
    if tracks and len(labels):
        tracks.append(Track("chords", labels, labels=True))
    metre = Metre.parse(entry["time_signature"]) if entry["n_ts"] == 1 else None
    return Piece(
        entry["source"],
        f"{entry['source']}/{entry['id']}",
        entry["split"],
        entry["tempo"],
        metre,
        entry["has_velocity"],
        tuple(tracks),
        chords,
    )


def without_doubles(notes: np.ndarray) -> np.ndarray:
    """Notes sorted, without a second one of the same onset and pitch, those of one pitch cut where they overlap."""
    line = notes[np.lexsort((-notes[:, 2], notes[:, 0], notes[:, 1]))]  # by pitch, onset, the longest first
    double = np.insert((line[1:, 1] == line[:-1, 1]) & (np.diff(line[:, 0]) < _TOGETHER), 0, False)
    line = line[~double & (line[:, 2] > 0)]
    until_next = np.where(line[1:, 1] == line[:-1, 1], np.diff(line[:, 0]), np.inf)
    line[:-1, 2] = np.minimum(line[:-1, 2], until_next)
    return line[np.lexsort((line[:, 1], line[:, 0]))]


def chords_of(entry: dict) -> tuple[TimedChord, ...]:
    """The chords of a piece, of those labels [onset, duration, label] that can be read."""
    chords = []
    for onset, duration, label in entry["chords"]:
        try:
            chord = Chord.parse(label)
        except BadValue:
            continue
        if chord is not None and duration > 0:
            chords.append(TimedChord(onset, duration, chord))
    return tuple(chords)


def _chord_notes(chords: Sequence[TimedChord]) -> np.ndarray:
    """Chords as close ones above C2, (N, 4)."""
    rows = [
        (onset, _CHORD_FLOOR + (chord.root + place) % 12, duration, 80)
        for onset, duration, chord in chords
        for place in chord.intervals
    ]
    return without_doubles(np.array(rows, float)) if rows else np.zeros((0, 4))


def read_folder(folder: Path) -> Iterator[Piece]:
    """The .mid files of a folder and those below it, every tenth for validation, the last one where they are fewer."""
    from models import midi_file  # only adapting reads .mid files

    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in (".mid", ".midi"))
    if not files:
        raise UnreadableFile(
            f"There are no .mid files in {folder}; choose a folder with some of your clips.", field="adapt"
        )
    read = [piece for path in files if (piece := _piece_of_file(path, folder, midi_file.read_tracks))]
    last = len(read) - 1 if 1 < len(read) < _TENTH else None
    for number, piece in enumerate(read):
        yield replace(piece, split="valid") if number == last or number % _TENTH == _TENTH - 1 else piece


def _piece_of_file(path: Path, folder: Path, read_tracks: Callable[[Path], Sequence[Clip]]) -> Piece | None:
    """A file as a piece of train; None when it can't be read or holds no notes."""
    try:
        clips = read_tracks(path)
    except (UnreadableFile, BadValue):
        return None
    tracks = []
    for clip in clips:
        if clip.notes:
            notes = np.array([(n.onset, n.pitch, n.duration, n.velocity) for n in clip.notes], float)
            line = len(notes) < _ONE_VOICE * len(np.unique(notes[:, 0]))
            guessed: Role = "chords" if not line else "bass" if np.median(notes[:, 1]) < _CHORD_FLOOR else "melody"
            tracks.append(Track(clip.role or guessed, without_doubles(notes)))
    if not tracks:
        return None
    velocities = any(len(np.unique(track.notes[:, 3])) > 1 for track in tracks)
    return Piece(
        "own", str(path.relative_to(folder)), "train", clips[0].tempo, clips[0].metre, velocities, tuple(tracks)
    )
