"""``clipkin benchmark analysis``: how good the analysis, the moods and the score are on the valid split.

Keys are scored as mir_eval.key does: 1 the same, 0.5 a fifth above, 0.3 the relative, 0.2 the parallel key; beside them
stand those of a published method. Chords are compared at every annotated moment as mir_eval.chord.majmin does: root and
third, sevenths forgiven, what is neither major nor minor (sus, dim, aug) left out. Roles are counted over tracks, moods
over trials, the score over pairs of what people made of a prompt and an edit of it, as similar to it as theirs is.

Offers: ``main``, ``measure``, ``Row``, ``key_score``, ``majmin``, ``nearest_profile``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np

from models.analysis.arrays import NoteArrays, class_histogram
from models.analysis.chords import chords_of
from models.analysis.key import FEWEST, rank_keys
from models.analysis.role import rank_roles
from models.analysis.voices import melody_line, skyline
from models.benchmarks.figure import tell
from models.benchmarks.mood import CUES, WORDS, clips_of, run_trials
from models.music.chord import Chord, TimedChord
from models.studio import Studio
from models.training.analysis.annotated import ALL_SOURCES, KEYED, SONGS, read_annotated
from models.training.analysis.played_chords import play
from models.training.judging.ranking import score_trials
from models.training.options import Options

_CHORDED = ("pop909", "openewld")
_LOOP = 8  # bars of the loops of played chords
_STEP = 0.25
"""Beats between the moments at which chords are compared."""
MOOD_ENGINES = (("rules", 2), ("kin", 2))
"""Engines that moods are tried with, and rounds."""
_PROFILES = np.array(
    [
        (0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081),
        (0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052),
    ]
)
"""Shares of pitch classes in major and minor, from the tonic. Joshua Albrecht, Daniel Shanahan: The Use of Large
Corpora to Train a New Type of Key-Finding Algorithm, Music Perception 31 (2013)."""

Key = tuple[int, bool]
"""Tonic 0-11, and whether the key is minor."""
T = TypeVar("T")


@dataclass(frozen=True)
class Row:
    """One figure: ``what`` was measured, on which ``of`` (how many), and how it came out."""

    what: str
    on: str
    value: float
    of: int
    unit: str = "share"
    note: str = ""


def main(arguments: Sequence[str]) -> None:
    """The command: the rows as a table, or as JSON."""
    options = Options("benchmark analysis", __doc__, json=True)
    options.add_argument("--split", default="valid", choices=("valid", "train"))
    options.add_argument("--only", nargs="+", default=tuple(PARTS), choices=tuple(PARTS), help="measure only these")
    chosen = options.parse_args(arguments)
    tell([asdict(row) for row in measure(chosen.data, chosen.split, chosen.only)], as_json=chosen.json)


def key_score(truth: Key, found: Key) -> float:
    """mir_eval.key.weighted_score of two keys (tonic 0-11, minor)."""
    apart = (found[0] - truth[0]) % 12
    if truth == found:
        return 1.0
    if truth[1] == found[1]:
        return 0.5 if apart == 7 else 0.0
    if apart == (3 if truth[1] else 9):
        return 0.3
    return 0.2 if apart == 0 else 0.0


def nearest_profile(notes: NoteArrays) -> Key:
    """The key, of at least one note, whose published profile is nearest (Euclid) to the durations of pitch classes."""
    shares = class_histogram(notes.pitch, notes.duration)
    turned = np.stack([np.roll(_PROFILES, tonic, axis=1) for tonic in range(12)], axis=1)  # (2, 12 tonics, 12)
    minor, tonic = np.unravel_index(np.linalg.norm(turned - shares, axis=2).argmin(), (2, 12))
    return int(tonic), bool(minor)


def signature_of(key: Key) -> int:
    """The tonic of the major key with the same signature."""
    return (key[0] + 3 * key[1]) % 12


def _mean(what: str, on: str, values: Sequence[float], note: str = "") -> Row:
    return Row(what, on, float(np.mean(values)), len(values), note=note)


def _with_all(groups: dict[str, list[T]]) -> dict[str, list[T]]:
    """The groups, and "all" of them together."""
    return {**groups, "all": [item for group in groups.values() for item in group]}


def _keys(folder: Path, split: str) -> Iterator[Row]:
    named = {1.0: "right", 0.5: "fifth", 0.3: "relative", 0.2: "parallel", 0.0: "other"}
    scores: dict[str, list[float]] = {source: [] for source in KEYED}
    published: dict[str, list[float]] = {source: [] for source in KEYED}
    agree, labelled = [], []
    for piece in read_annotated(folder, KEYED, split):
        if piece.signature is None:
            continue
        first = rank_keys(piece.together)[0]
        found = (first.tonic, first.minor)
        labelled.append(found == piece.signature)
        agree.append(found == piece.key if piece.has_mode else signature_of(found) == signature_of(piece.signature))
        if piece.key is not None:
            scores[piece.source].append(key_score(piece.key, found))
            published[piece.source].append(key_score(piece.key, nearest_profile(piece.together)))
    for source, listed in _with_all(scores).items():
        errors = Counter(named[score] for score in listed if score < 1)
        note = ", ".join(f"{name} {errors[name]}" for name in ("fifth", "relative", "parallel", "other"))
        yield _mean("key", source, [score == 1 for score in listed], f"errors: {note}")
        yield _mean("key, weighted", source, listed)
    for source, listed in _with_all(published).items():
        right, weighted = [score == 1 for score in listed], f"weighted {np.mean(listed):.3f}"
        yield _mean("key, by Albrecht & Shanahan's profiles", source, right, weighted)
    yield _mean("key, or its signature where only that is annotated", "all", agree)
    yield _mean("key as labelled (every signature called major)", "all", labelled)


def _tonics(folder: Path, split: str) -> Iterator[Row]:
    """Songs of which musicians wrote down the chords and the tonic: played whole, and as the loops in them."""
    rng = np.random.default_rng(0)
    finders: dict[str, Callable[[NoteArrays], int]] = {
        "tonic of played chords": lambda notes: rank_keys(notes)[0].tonic,
        "tonic, by Albrecht & Shanahan's profiles": lambda notes: nearest_profile(notes)[0],
    }
    hits: dict[tuple[str, str], list[bool]] = {}
    for song in read_annotated(folder, SONGS, split):
        notes = play(song.chords, rng)
        bars = [song.metre.bar_of(float(notes.onset[place])) for place in (0, -1)] if len(notes) else (0, -1)
        loops = [
            notes.between(bar * song.metre.bar - 0.02, (bar + _LOOP) * song.metre.bar - 0.02)
            for bar in range(bars[0], bars[1] + 1, _LOOP)
        ]
        for on, listed in (("songs", [notes]), (f"{_LOOP} bars of them", loops)):
            for part in listed:
                if len(part) >= FEWEST:
                    for name, find in finders.items():
                        hits.setdefault((name, on), []).append(find(part) == song.tonic)
    for (name, on), listed in hits.items():
        yield _mean(name, on, listed)


def majmin(chord: Chord | None) -> tuple[int, bool] | None:
    """Root, and whether the chord is minor; None for what is neither major nor minor."""
    if chord is None:
        return None
    major, minor = 4 in chord.intervals and 8 not in chord.intervals, 3 in chord.intervals and 6 not in chord.intervals
    return (chord.root, minor) if major != minor else None


def _at(chords: tuple[TimedChord, ...], moments: np.ndarray) -> list[Chord | None]:
    """The chord at each moment."""
    sounding: list[Chord | None] = [None] * len(moments)
    for timed in chords:
        for place in np.flatnonzero((moments >= timed.onset) & (moments < timed.end)):
            sounding[place] = timed.chord
    return sounding


def _chords(folder: Path, split: str) -> Iterator[Row]:
    hits: dict[str, list[tuple[bool, bool, bool]]] = {source: [] for source in _CHORDED}
    for piece in read_annotated(folder, _CHORDED, split):
        notes = piece.together
        length = piece.metre.bars(float(notes.end.max())) * piece.metre.bar
        found = chords_of(notes, piece.metre, length, rank_keys(notes))
        moments = np.arange(0, length, _STEP) + _STEP / 2
        for truth, heard in zip(_at(piece.chords, moments), _at(found, moments), strict=True):
            if truth is not None and majmin(truth) is not None:
                root, bass = (heard.root, heard.bass) if heard else (None, None)
                hits[piece.source].append((majmin(heard) == majmin(truth), root == truth.root, bass == truth.bass))
    for source, listed in _with_all(hits).items():
        beats = round(len(listed) * _STEP)
        for name, share in zip(
            ("chord, major or minor", "chord, root", "chord, bass"), np.mean(listed, axis=0), strict=True
        ):
            yield Row(name, source, float(share), beats, note="by duration, of beats")


def _roles(folder: Path, split: str) -> Iterator[Row]:
    whole: dict[str, list[bool]] = {source: [] for source in ALL_SOURCES}
    short: list[bool] = []
    for piece in read_annotated(folder, ALL_SOURCES, split):
        for role, notes in piece.tracks:
            if role is None or not len(notes):
                continue
            whole[piece.source].append(rank_roles(notes)[0][0] == role)
            middle = piece.metre.bar_of(float(notes.onset[len(notes) // 2])) * piece.metre.bar
            clip = notes.between(middle - 0.02, middle + 4 * piece.metre.bar - 0.02)
            short.append(rank_roles(clip)[0][0] == role)
    for source, listed in _with_all(whole).items():
        yield _mean("role of a track", source, listed)
    yield _mean("role of four bars of it", "all", short)


def _melody(folder: Path, split: str) -> Iterator[Row]:
    """The voice of a song among voice and piano, from its first to its last note."""
    lines: dict[str, Callable[[NoteArrays], list[int]]] = {"melody line": melody_line, "melody by skyline": skyline}
    counts = {name: np.zeros(3) for name in lines}
    pieces = 0
    for piece in read_annotated(folder, ("lieder",), split):
        voices = [notes for role, notes in piece.tracks if role == "melody"]
        if len(voices) != 1:
            continue
        pieces += 1
        together = piece.together.between(float(voices[0].onset[0]), float(voices[0].onset[-1]) + 0.01)
        sung = set(zip(voices[0].onset.round(3), voices[0].pitch, strict=True))
        for name, line in lines.items():
            taken = {(round(float(together.onset[index]), 3), int(together.pitch[index])) for index in line(together)}
            counts[name] += (len(taken & sung), len(taken), len(sung))
    for name, (right, given, wanted) in counts.items():
        note = f"recall {right / wanted:.3f}; interludes count as errors"
        yield Row(name, "lieder", float(2 * right / (given + wanted)), pieces, "F1", note)


def _scores(folder: Path, split: str) -> Iterator[Row]:
    for name, listed in _with_all(dict(score_trials(folder, split))).items():
        yield _mean("human variation above a random edit", name, listed)


def _moods(folder: Path, split: str) -> Iterator[Row]:
    """Words turned up and down, see ``mood_trials``."""
    trials = list(run_trials(clips_of(folder, split, 6), MOOD_ENGINES, Studio(patient=True)))
    every = [trial.holds for trial in trials if trial.applies]
    yield _mean("mood, words turned", "all", every)
    for axis in WORDS:
        for engine in (*dict(MOOD_ENGINES), "all"):
            listed = [trial for trial in trials if trial.axis == axis and engine in (trial.engine, "all")]
            applied = [trial for trial in listed if trial.applies]
            told = Counter(f"{trial.role} {trial.locks}" for trial in listed if trial.told)
            note = (
                f"apart: {len(listed) - len(applied) - told.total()} where the locks leave the engine nothing, "
                f"{told.total()} where they leave nothing of it ({', '.join(told)})"
            )
            yield _mean(f"mood, {axis} turned", engine, [trial.holds for trial in applied], note)
        for cue in CUES:
            moved = [trial.cue_moved(cue) for trial in trials if trial.axis == axis and trial.applies]
            moved = [way for way in moved if way]
            if moved:
                note = "happier words are also louder ones" if (axis, cue) == ("valence", "dynamics") else ""
                yield _mean(f"  {cue} moved as published, where it moved", axis, [way > 0 for way in moved], note)


_MEASURED = (_keys, _tonics, _chords, _roles, _melody, _scores, _moods)
PARTS: dict[str, Callable[[Path, str], Iterator[Row]]] = {part.__name__.strip("_"): part for part in _MEASURED}


def measure(folder: Path, split: str = "valid", parts: Sequence[str] = tuple(PARTS)) -> list[Row]:
    """The figures of PARTS on a split of the packed corpora in ``folder``."""
    return [row for name in parts for row in PARTS[name](folder, split)]
