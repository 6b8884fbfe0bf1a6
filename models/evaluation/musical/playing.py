"""Does the line go somewhere, and is it still played?

    loop             notes of the longest run of a line that goes round with a period of 1-8 notes, beyond the clip's
    leap             semitones by which its largest leap exceeds the clip's; range: the same of its range
    velocity spread  spread (standard deviation) of the new notes' velocities for each of the clip's, at most 2
    looseness        mean distance of the new notes from 16ths and triplets for each of the clip's, at most 2
    accents kept     share of pairs of places in the bar, one clearly louder in the clip, that keep their order
    dead notes woken share of the clip's dead notes (short and soft) where a note that is none begins in the result
    apart            mean difference (1 - similarity) of several results from each other

Offers: ``moves``, ``plays``, ``apart``.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from models.evaluation.musical.parts import UNSAID, new_notes, share, starts, step_of
from models.music.clip import Clip
from models.music.note import Note
from models.music.similarity import similarity

_LONGEST_PERIOD = 8
_CLEARLY = 10
_DEAD_VELOCITY, _DEAD_LENGTH, _AWAKE = 45, 0.2, 60
_MOST = 2.0
_GRID = 1 / 12
_LEAST_SPREAD = 2.0
_LEAST_LOOSENESS = 1 / 200
_FEWEST = 3


def moves(before: Clip, after: Clip) -> dict[str, float]:
    """ "loop", "leap" and "range" of a result's leading line: of a bass its lowest notes, else the highest."""
    old, new = (_line(clip) for clip in (before, after))
    return {
        "loop": float(max(0, _longest_loop(new) - _longest_loop(old))),
        "leap": max(0.0, _largest(new) - _largest(old)),
        "range": max(0.0, _range(new) - _range(old)),
    }


def _line(clip: Clip) -> list[tuple[int, int]]:
    """(onset in 1/24 beat, pitch) of the leading line."""
    pick = min if clip.role == "bass" else max
    return [(step_of(start[0].onset), pick(note.pitch for note in start)) for start in starts(clip.notes)]


def _longest_loop(line: Sequence[tuple[int, int]]) -> int:
    """Notes of the longest run in which pitch and distance to the next note are those of some notes before.

    A period counts once it has come round twice.
    """
    onsets = np.array([onset for onset, _ in line])
    tokens = np.array([pitch for _, pitch in line[:-1]]) + 128 * np.diff(onsets)
    longest = 0
    for period in range(1, min(_LONGEST_PERIOD, len(tokens) // 2) + 1):
        same = np.concatenate([[0], tokens[period:] == tokens[:-period], [0]]).astype(int)
        edges = np.flatnonzero(np.diff(same))
        run = int((edges[1::2] - edges[::2]).max(initial=0))
        if run >= period:
            longest = max(longest, run + period)
    return longest


def _largest(line: Sequence[tuple[int, int]]) -> float:
    return float(np.abs(np.diff([pitch for _, pitch in line])).max(initial=0))


def _range(line: Sequence[tuple[int, int]]) -> float:
    return float(np.ptp([pitch for _, pitch in line])) if line else 0.0


def plays(before: Clip, after: Clip) -> dict[str, float]:
    """The measures of loudness and time, of a result in its clip's time."""
    new = new_notes(before, after)
    spread, loose = (
        [measure(notes) if len(notes) >= _FEWEST else UNSAID for notes in (before.notes, new)]
        for measure in (lambda notes: float(np.std([note.velocity for note in notes])), _looseness)
    )
    dead = [n.onset for n in before.notes if n.velocity < _DEAD_VELOCITY and n.duration <= _DEAD_LENGTH]
    awake = [note for note in after.notes if note.velocity >= _AWAKE]
    return {
        "velocity spread": min(_MOST, spread[1] / spread[0]) if spread[0] >= _LEAST_SPREAD else UNSAID,
        "looseness": min(_MOST, loose[1] / loose[0]) if loose[0] >= _LEAST_LOOSENESS else UNSAID,
        "accents kept": _accents(before, after),
        "dead notes woken": share([any(abs(note.onset - at) < 1 / 24 for note in awake) for at in dead])
        if any(note.velocity >= _AWAKE for note in before.notes)
        else UNSAID,
    }


def _looseness(notes: Sequence[Note]) -> float:
    onsets = np.array([note.onset for note in notes])
    return float(np.abs(onsets - np.round(onsets / _GRID) * _GRID).mean())


def _accents(before: Clip, after: Clip) -> float:
    """Places are 16ths of the bar that both have."""
    old, new = (_loudness(clip) for clip in (before, after))
    places = sorted(old.keys() & new.keys())
    pairs = [(i, j) for i, j in combinations(places, 2) if abs(old[i] - old[j]) >= _CLEARLY]
    return share([(old[i] - old[j]) * (new[i] - new[j]) > 0 for i, j in pairs])


def _loudness(clip: Clip) -> dict[int, float]:
    """Mean velocity of each 16th of the bar."""
    heard: dict[int, list[int]] = {}
    for note in clip.notes:
        heard.setdefault(round(clip.metre.in_bar(note.onset) * 4), []).append(note.velocity)
    return {place: float(np.mean(velocities)) for place, velocities in heard.items()}


def apart(results: Sequence[Clip]) -> float:
    """ "apart" of several results of one request; UNSAID of one."""
    pairs = list(combinations(results, 2))
    drums = bool(results) and results[0].drums
    return float(np.mean([1 - similarity(a.notes, b.notes, drums=drums) for a, b in pairs])) if pairs else UNSAID
