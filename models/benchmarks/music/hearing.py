"""Do makers hear? Their results under the musical measures, and what they do with the chords that they are given.

    heard        the mean of each musical measure (``models.evaluation.musical``) over the results, people's beside them
    told chords  share of the weighty new notes that are tones of the right chords, when those are given as chords, as
                 a clip that plays beside, not at all, and when all of them are given a fifth higher
    hears        the share with the right chords less the share with the wrong ones: 0 for who is deaf

Offers: ``mean_heard``, ``hearing_rows``, ``clip_rows``, ``hearing_tables``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np

from models import midi_file
from models.benchmarks.figure import table
from models.benchmarks.music.makers import HumanPair, played
from models.evaluation.musical.heard import bass_follows, heard, hears
from models.evaluation.musical.parts import new_notes
from models.evaluation.musical.playing import apart
from models.generator import Engine
from models.music.chord import Chord, TimedChord
from models.music.clip import Clip, Role
from models.music.note import Note

FIFTH = 7
COUNT = 4
DIAL = 0.7
_CHORD_FLOOR = 48
Result = tuple[Clip, Clip, tuple[TimedChord, ...]]
"""Prompt, result, and the chords that it was to follow."""


def mean_heard(results: Iterable[Result]) -> dict[str, float]:
    """The mean of each measure over results of one role; what has no meaning in any is left out."""
    return _means(heard(before, after, chords) for before, after, chords in results)


def _means(rows: Iterable[dict[str, float]]) -> dict[str, float]:
    found: dict[str, list[float]] = {}
    for row in rows:
        for name, value in row.items():
            if not np.isnan(value):
                found.setdefault(name, []).append(value)
    return {name: float(np.mean(values)) for name, values in found.items()}


def hearing_rows(engines: Mapping[str, Engine], role: Role, people: Sequence[HumanPair], count: int) -> list[dict]:
    """What each engine makes of the chords of people's own variations; drums hear none."""
    pairs = [pair for pair in people if pair.chords_after][:count]
    if role == "drums" or not pairs:
        return []
    theirs = _means(_told(pair.before, [pair.after], pair.chords_after) for pair in pairs)
    rows = [{"maker": "people", "role": role, "told chords": theirs}]
    for name, engine in engines.items():
        if role not in engine.roles or "vary" not in engine.tasks:
            continue
        asked = (
            (pair.before, pair.chords_after, seed, {"similarity": round(pair.similarity, 3)})
            for seed, pair in enumerate(pairs)
        )
        rows.append({"maker": name, "role": role, "told chords": _gaps(engine, asked)})
    return rows


def _gaps(engine: Engine, asked: Iterable[tuple[Clip, tuple[TimedChord, ...], int, dict]]) -> dict[str, float]:
    """What an engine makes of clips whose right chords are given, wrong ones, or none.

    asked: clip, right chords, seed and what else the request has
    """
    said: dict[str, list[dict[str, float]]] = {}
    for clip, chords, seed, request in asked:
        ways: dict[str, dict] = {
            "right": {"chords": chords},
            "as a clip": {"context": (block_chords(chords, clip),)},
            "none": {},
            "wrong": {"chords": tuple(timed._replace(chord=timed.chord.transposed(FIFTH)) for timed in chords)},
        }
        for how, given in ways.items():
            said.setdefault(how, []).append(_told(clip, played(engine, clip, seed, **request, **given), chords))
    means = {how: _means(rows) for how, rows in said.items()}
    right, wrong = (means[how].get("on chord", 0.0) for how in ("right", "wrong"))
    named = {f"{name}, {how}": value for how, row in means.items() for name, value in row.items()}
    return {"hears": right - wrong, **named}


def block_chords(chords: Sequence[TimedChord], clip: Clip) -> Clip:
    """Chords as a clip of close ones, in the time of another clip."""
    notes = [
        Note(_CHORD_FLOOR + (chord.root + place) % 12, onset, duration, 80)
        for onset, duration, chord in chords
        for place in chord.intervals
    ]
    return replace(clip, role="chords").with_notes(sorted(notes, key=lambda note: note.order))


def _told(before: Clip, results: Sequence[Clip], chords: tuple[TimedChord, ...]) -> dict[str, float]:
    return _means(
        hears(new_notes(before, after), chords, before.metre) | bass_follows(after.notes, chords) for after in results
    )


def clip_rows(engines: Mapping[str, Engine], folder: Path, roles: Sequence[Role]) -> list[dict]:
    """The same of clips with known chords: ``clips.json`` beside .mid files says role and chords of each."""
    rows = []
    clips = _clips(folder)
    for role, (name, engine) in product(roles, engines.items()):
        mine = [(clip, chords) for clip, chords in clips if clip.role == role]
        if role in engine.roles and "vary" in engine.tasks and mine:
            rows.append({"maker": name, "role": role, "clips": len(mine)} | _clip_row(engine, mine))
    return rows


def _clip_row(engine: Engine, clips: Sequence[tuple[Clip, tuple[TimedChord, ...]]]) -> dict:
    asked = {"count": COUNT, "similarity": DIAL}
    made = [(clip, chords, played(engine, clip, 7, **asked)) for clip, chords in clips]
    row = {"heard": mean_heard((clip, after, chords) for clip, chords, results in made for after in results)}
    row["heard"] |= _means({"apart": apart(results)} for _, _, results in made if results)
    if listening := [(clip, chords, 7, asked) for clip, chords in clips if chords]:
        row["told chords"] = _gaps(engine, listening)
    return row


def _clips(folder: Path) -> list[tuple[Clip, tuple[TimedChord, ...]]]:
    read = []
    for entry in json.loads((folder / "clips.json").read_text(encoding="utf-8")):
        (clip, *_) = midi_file.read_tracks(folder / entry["file"])
        chords = tuple(
            TimedChord(onset, duration, chord)
            for onset, duration, label in entry["chords"]
            if (chord := Chord.parse(label)) is not None
        )
        read.append((replace(clip, role=entry["role"]), chords))
    return read


def hearing_tables(rows: Sequence[dict]) -> str:
    """A table for each role and kind of figure, a column for each measure."""
    tables: dict[str, list[dict]] = {}
    for kind, row in product(("heard", "told chords"), rows):
        if kind in row:
            named = {"maker": row["maker"] + (", clips" if "clips" in row else "")}
            tables.setdefault(f"{kind}: {row['role']}", []).append(named | row[kind])
    return "\n\n".join(f"{title}\n{table(mine)}" for title, mine in tables.items())
