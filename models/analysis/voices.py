"""The melody and the bass of a clip that has both.

A path through the onsets (dynamic programming): at each one a note is taken, or none while the line rests or holds.
A note stands out that is higher (for the bass: lower) than what sounds with it, louder and longer; a line moves by
small steps and is not interrupted by what plays under it.

Offers: ``melody_line``, ``bass_line`` (indices into the notes, rising), ``skyline`` (the plain highest notes).
"""

from __future__ import annotations

import numpy as np

from models.analysis.arrays import NoteArrays

_TOGETHER = 0.06
"""Beats in which notes count as struck together; a strummed chord is one."""

_CANDIDATES = 4
_LOOK_BACK = 16
"""Onsets to go back for the note before, so one less may be passed over: a held bar of 16ths and more."""

_STEP_FREE = 4
_STEP_COST = 0.12
"""Cost of each semitone of a leap beyond _STEP_FREE; an octave costs less than a line that stops."""

_PASS_COST = 0.25
"""Cost of an onset passed over while the line is silent."""

_UNDER_COST = 0.05
"""Cost of an onset passed over under a note that is held."""

_CUT_COST = 0.8
_NEIGHBOURS = 24
"""Notes before and after that are looked at for what sounds together."""


def melody_line(notes: NoteArrays) -> list[int]:
    """Indices of the notes that make the tune, one at a time, in order; empty without notes."""
    return _line(notes, 1)


def bass_line(notes: NoteArrays) -> list[int]:
    """Indices of the notes that make the bass, one at a time, in order; empty without notes."""
    return _line(notes, -1)


def skyline(notes: NoteArrays) -> list[int]:
    """Indices of the highest note of each onset, in order."""
    return [group[-1] for group in _groups(notes)]


def _groups(notes: NoteArrays) -> list[list[int]]:
    """Indices of the notes struck together, lowest first."""
    groups: list[list[int]] = []
    for index, onset in enumerate(notes.onset):
        if groups and onset - notes.onset[groups[-1][0]] < _TOGETHER:
            groups[-1].append(index)
        else:
            groups.append([index])
    return [sorted(group, key=lambda index: notes.pitch[index]) for group in groups]


def _line(notes: NoteArrays, side: int) -> list[int]:
    """The best path; ``side`` 1 for the top, -1 for the bottom."""
    groups = _groups(notes)
    if all(len(group) == 1 for group in groups) and (notes.end[:-1] <= notes.onset[1:] + _TOGETHER).all():
        return [group[0] for group in groups]
    height = side * notes.pitch
    table = np.full((len(groups), _CANDIDATES), -1)  # (G, C): the outermost notes of each group, -1: there are fewer
    for number, group in enumerate(groups):
        outermost = group[::-side][:_CANDIDATES]
        table[number, : len(outermost)] = outermost
    salience = np.where(table >= 0, _salience(notes, height)[table], -np.inf)  # (G, C)
    costs = _costs(notes, height, table)  # (G, L, C, C)
    totals = np.full((len(groups) + _LOOK_BACK, _CANDIDATES), -np.inf)  # what lies before the start can't be reached
    origins = np.full((len(groups), _CANDIDATES), -1)  # lag · C + candidate; -1: the line begins here
    for number in range(len(groups)):
        before = totals[number : number + _LOOK_BACK][::-1, :, None] - costs[number]  # (L, C, C), lag 1 first
        before = before.reshape(-1, _CANDIDATES)
        best = before.max(axis=0)
        origins[number] = np.where(best > 0, before.argmax(axis=0), -1)
        totals[number + _LOOK_BACK] = salience[number] + np.maximum(best, 0)
    return _trace(table, totals[_LOOK_BACK:], origins)


def _trace(table: np.ndarray, totals: np.ndarray, origins: np.ndarray) -> list[int]:
    """The notes of the path that ends best, in order."""
    number, candidate = divmod(int(totals.argmax()), _CANDIDATES)
    line = []
    while True:
        line.append(int(table[number, candidate]))
        origin = int(origins[number, candidate])
        if origin < 0:
            return line[::-1]
        number, candidate = number - origin // _CANDIDATES - 1, origin % _CANDIDATES


def _salience(notes: NoteArrays, height: np.ndarray) -> np.ndarray:
    """How much each note stands out, (N,); above 0 where it is worth taking."""
    outer, mean = _surroundings(notes, height)
    above = np.clip((height - mean) / 12, -1, 1)
    loud = np.clip((notes.velocity - notes.velocity.mean()) / 40, -1, 1)
    long = np.clip(np.log2(notes.duration + 0.01), -3, 2)
    salience: np.ndarray = 0.3 + 0.8 * (height >= outer) + 0.5 * above + 0.3 * loud + 0.25 * long
    return salience


def _surroundings(notes: NoteArrays, height: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The outermost height that sounds when each note begins, and the mean height of what sounds; (N,) both."""
    outer, total, count = height.astype(float), height.astype(float), np.ones(len(notes))
    for lag in range(1, min(_NEIGHBOURS, len(notes) - 1) + 1):
        early, late = slice(None, -lag), slice(lag, None)
        rings = notes.end[early] > notes.onset[late] + _TOGETHER
        together = notes.onset[late] - notes.onset[early] < _TOGETHER
        for here, there, sounds in ((late, early, rings), (early, late, together)):
            outer[here] = np.where(sounds, np.maximum(outer[here], height[there]), outer[here])
            total[here] += np.where(sounds, height[there], 0)
            count[here] += sounds
    return outer, total / count


def _costs(notes: NoteArrays, height: np.ndarray, table: np.ndarray) -> np.ndarray:
    """What it costs a line to come to each candidate from those of the last groups, (G, L, C before, C)."""
    costs = np.full((len(table), _LOOK_BACK, _CANDIDATES, _CANDIDATES), np.inf)
    passing = np.zeros(table.shape)  # (G, C): what it costs to stay on a note so far
    for lag in range(1, min(_LOOK_BACK, len(table) - 1) + 1):
        before, after = table[:-lag, :, None], table[lag:, None, :]  # (G - lag, C, 1), (G - lag, 1, C)
        leap = np.abs(height[after] - height[before])
        cut = np.clip(notes.end[before] - notes.onset[after] - _TOGETHER, 0, 1)
        # A note cut short by a lower one wasn't over: the lower one belongs to the accompaniment.
        cost = _STEP_COST * np.maximum(leap - _STEP_FREE, 0) + _CUT_COST * cut * (height[after] < height[before])
        costs[lag:, lag - 1] = cost + passing[:-lag, :, None]
        # The outermost note of the group between is passed over by every longer lag.
        index = table[lag:, :1]  # (G - lag, 1)
        held = (notes.end[table[:-lag]] > notes.onset[index] + _TOGETHER) & (height[table[:-lag]] >= height[index])
        passing[:-lag] += np.where(held, _UNDER_COST, _PASS_COST)
    return costs
