"""Progressions to build on: loops of a few bars cut out of the corpora of chord labels, of their train split only.

Offers: ``read_loops``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random

from models.music.chord import Chord, TimedChord
from models.music.errors import BadValue, UnreadableFile

LABELLED = ("billboard", "rs200", "freemidichords", "openewld")
_BAR = 4.0
_SHORTEST = 1.0

Loop = tuple[TimedChord, ...]


def read_loops(folder: Path, chance: Random, bars: tuple[int, ...] = (4, 4, 8)) -> list[Loop]:
    """Loops in 4/4 without a gap, about one for each eight bars of each labelled piece, in a key drawn by chance."""
    loops = []
    for source in LABELLED:
        path = folder / f"{source}.jsonl"
        if not path.is_file():
            continue
        for line in path.read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            if entry["split"] == "train" and entry["n_ts"] == 1 and entry["time_signature"] == "4/4":
                loops += list(_loops_of(entry["chords"], chance, bars))
    if not loops:
        raise UnreadableFile(
            f"There are no chord labels in {folder}; it should hold files such as {LABELLED[0]}.jsonl.", field="data"
        )
    return loops


def _loops_of(labels: list, chance: Random, bars: tuple[int, ...]) -> Iterator[Loop]:
    chords = list(_parsed(labels))
    end = chords[-1].end if chords else 0.0
    start = 0.0
    while start < end:
        length = chance.choice(bars) * _BAR
        by = chance.randrange(12)
        loop = tuple(
            TimedChord(
                max(timed.onset, start) - start,
                min(timed.end, start + length) - max(timed.onset, start),
                timed.chord.transposed(by),
            )
            for timed in chords
            if timed.onset < start + length and timed.end > start
        )
        whole = sum(timed.duration for timed in loop) >= length - 1e-6
        if whole and len(loop) > 1 and min(timed.duration for timed in loop) >= _SHORTEST:
            yield loop
        start += max(length, 8 * _BAR)


def _parsed(labels: list) -> Iterator[TimedChord]:
    """The chords with a third, fourth or second, each joined with the like one before it."""
    last: TimedChord | None = None
    for onset, duration, label in labels:
        try:
            chord = Chord.parse(label)
        except BadValue:
            continue
        if chord is None or len(chord.intervals) < 3 or duration <= 0:
            continue
        if last is not None and last.chord == chord and abs(last.end - onset) < 1e-6:
            last = last._replace(duration=last.duration + duration)
            continue
        if last is not None:
            yield last
        last = TimedChord(float(onset), float(duration), chord)
    if last is not None:
        yield last
