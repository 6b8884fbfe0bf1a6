"""What the chord model looks at: the beats of a clip, and the pitch classes that sound in and around each of them.

People hear a rolled chord as one onset, a chord that comes early as that of the beat that it anticipates, and the bass
of the bar's first beat under the beats after it. So notes are settled first (``settled``), and the lowest pitch is
looked at both in the beat and since the bar line.

Offers: ``edges_of``, ``settled``, ``features_of``, ``FROM_ROOTS``, ``CHORD_FAMILIES``.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models.analysis.arrays import LONGEST_BASS, NoteArrays
from models.music.beats import TIGHT, Metre
from models.music.chord import FAMILIES

CHORD_FAMILIES = tuple(family for family in FAMILIES if family != "5")
"""What the model tells apart; a bare fifth is told from its notes afterwards."""

VIEWS = (
    "sounding",
    "begun",
    "before",
    "after",
    "bar",
    "low bass",
    "high bass",
    "lowest of the bar",
    "first of the bar",
    "remembered bass",
    "two before",
    "two after",
    "bar before",
    "bar after",
)
"""Twelve pitch classes each: what sounds in the beat, what begins, what sounds in the beats beside it and in the bar;
the lowest pitch of the beat, apart by register; the lowest so far in the bar, the first lowest of the bar, and the last
bass, of two bars at most; what sounds two beats away, and in the bars beside this one."""

_PLAIN = 8

BASS_SOUNDS, ROOTLESS = len(VIEWS) * 12 + 2, len(VIEWS) * 12 + 5
"""Features: whether a bass sounds in the beat; and that roots are left out, zero as ``features_of`` makes it."""

ROLL = 0.2
"""Beats within which notes that ring together are one onset, a roll or a strum."""

_EARLY = 0.55
"""Beats by which a chord may come before the beat that it belongs to."""

_RINGS_OVER = 0.15
_LEAST_OVERLAP = 0.1
LOW = 48
"""Pitches up to this one (C2) are a bass's."""


def edges_of(metre: Metre, length: float) -> np.ndarray:
    """Where beats begin, and the end: pulses of the metre, those of two beats and more halved; (T + 1,)."""
    pulses = [*metre.pulses, metre.bar]
    starts: list[float] = []
    for start, end in zip(pulses, pulses[1:], strict=False):
        starts += [start, start + (end - start) / 2] if end - start >= 2 - TIGHT else [start]
    positions = (np.arange(metre.bars(length))[:, None] * metre.bar + np.array(starts)[None]).ravel()
    return np.append(positions[positions < length - TIGHT], length)


def settled(notes: NoteArrays, edges: np.ndarray) -> NoteArrays:
    """The notes with rolls joined into one onset and chords that come early moved to their beat; ends stay."""
    if len(notes) < 2:
        return notes
    onset, end = notes.onset.copy(), notes.end
    # The first note of each group: what rings together and begins within a roll's length of it.
    heads = np.zeros(len(notes), int)
    head, ends = 0, end.tolist()
    onsets = onset.tolist()
    for index in range(1, len(onsets)):
        if onsets[index] - onsets[head] > ROLL or min(ends[head], ends[index - 1]) < onsets[index] + 0.05:
            head = index
        heads[index] = head
    onset = onset[heads]
    groups, group, size = np.unique(heads, return_inverse=True, return_counts=True)
    begins = onset[groups]
    following = edges[np.minimum(np.searchsorted(edges, begins + 1e-3), len(edges) - 1)]
    # Until when most of a group rings.
    rings = np.zeros(len(groups))
    np.add.at(rings, group, end > following[group] + _RINGS_OVER)
    next_begins = np.append(begins[1:], np.inf)
    next_size = np.append(size[1:], 0)
    struck_again = (next_begins < following + 0.3) & (2 * next_size >= size)
    early = (
        (following - begins <= _EARLY)
        & (following < edges[-1])
        & ((size >= 2) | (following - begins <= ROLL / 2))
        & (2 * rings > size)
        & ~struck_again
    )
    onset = np.where(early, following, begins)[group]
    order = np.lexsort((notes.pitch, onset))
    moved = replace(notes, onset=onset, duration=np.maximum(end - onset, 1e-3))
    return NoteArrays(*(column[order] for column in (moved.onset, moved.pitch, moved.duration, moved.velocity)))


def views_of(notes: NoteArrays, edges: np.ndarray, metre: Metre) -> np.ndarray:
    """The views of each beat, (T, views, 12), in the order of VIEWS; of settled notes."""
    sounding, begun, lowest = _in_beats(notes, edges)
    beats = len(edges) - 1
    bars = np.array([metre.bar_of(edge) for edge in edges[:-1]])
    in_bar = np.zeros((int(bars[-1]) + 1, 12))
    np.add.at(in_bar, bars, sounding)
    still = np.zeros((1, 12))
    low, first, last = _basses_of_bars(lowest, bars)
    views = np.zeros((beats, len(VIEWS), 12))
    views[:, 0], views[:, 1] = spread(sounding), spread(begun)
    views[:, 2], views[:, 3] = spread(np.vstack([still, sounding[:-1]])), spread(np.vstack([sounding[1:], still]))
    views[:, 4] = spread(in_bar)[bars]
    twice = np.vstack([still, still])
    views[:, 10], views[:, 11] = spread(np.vstack([twice, sounding])[:beats]), spread(np.vstack([sounding, twice])[2:])
    beyond = np.vstack([still, in_bar, still])
    views[:, 12], views[:, 13] = spread(beyond)[bars], spread(beyond)[bars + 2]
    for view, pitches, heard in (
        (5, lowest, lowest <= LOW),
        (6, lowest, (lowest > LOW) & (lowest < 128)),
        (7, low, low < 128),
        (8, first, first < 128),
        (9, last, last < 128),
    ):
        at = np.flatnonzero(heard)
        views[at, view, pitches[at] % 12] = 1
    return views


def _in_beats(notes: NoteArrays, edges: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """By beat: how long each class sounds, how often it begins, (T, 12); the lowest pitch, (T,)."""
    beats = len(edges) - 1
    ends = notes.onset + np.minimum(notes.duration, LONGEST_BASS)
    first = np.clip(np.searchsorted(edges, notes.onset + TIGHT, side="right") - 1, 0, beats - 1)
    last = np.maximum(np.searchsorted(edges, ends - 0.06, side="left"), first + 1)
    counts = np.minimum(last, beats) - first
    which = np.repeat(np.arange(len(notes)), counts)  # (pairs of a note and a beat,)
    beat = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts) + first[which]
    overlap = np.minimum(ends[which], edges[beat + 1]) - np.maximum(notes.onset[which], edges[beat])
    widths = np.maximum(edges[beat + 1] - edges[beat], TIGHT)  # the last beat of an odd length may be nearly nothing
    share = np.minimum(np.maximum(overlap, _LEAST_OVERLAP) / widths, 1)
    sounding, begun, lowest = np.zeros((beats, 12)), np.zeros((beats, 12)), np.full(beats, 128)
    np.add.at(sounding, (beat, notes.pitch[which] % 12), share)
    np.add.at(begun, (first, notes.pitch % 12), 1)
    np.minimum.at(lowest, beat, notes.pitch[which])
    return sounding, begun, lowest


def _basses_of_bars(lowest: np.ndarray, bars: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each beat, (T,), 128 is none: the lowest since the bar line, the first of the bar, the last bass."""
    low, first, last = lowest.copy(), lowest.copy(), lowest.copy()
    remembered, since = 128, 0
    for beat, pitch in enumerate(lowest.tolist()):
        if beat and bars[beat] == bars[beat - 1]:
            low[beat] = min(pitch, low[beat - 1])
            if first[beat - 1] < 128:
                first[beat] = first[beat - 1]
        if pitch <= LOW:
            remembered, since = pitch, bars[beat]
        last[beat] = remembered if bars[beat] - since < 2 else 128
    return low, first, last


def spread(weights: np.ndarray) -> np.ndarray:
    """The square roots of the shares in each row."""
    shares: np.ndarray = np.sqrt(weights / np.maximum(weights.sum(axis=1, keepdims=True), TIGHT))
    return shares


def features_of(notes: NoteArrays, edges: np.ndarray, metre: Metre) -> np.ndarray:
    """What the model is given for each beat, (T, views · 12 + 8): the views from C, and plain figures.

    These are the same from every root: whether the clip is one voice, how many classes sound, whether a bass does, and
    both of them on average over the clip; and whether the roots are left out, which the caller may set.
    """
    views = views_of(notes, edges, metre)  # (T, views, 12)
    plain = np.zeros((len(views), _PLAIN))
    plain[:, 0] = is_one_voice(notes)
    plain[:, 1] = (views[:, 0] > 0).sum(axis=1) / 6
    plain[:, 2] = views[:, 5].sum(axis=1)
    positions = np.array([metre.in_bar(edge) for edge in edges[:-1]])
    plain[:, 6] = positions < TIGHT
    plain[:, 7] = np.abs(positions - metre.bar / 2) < TIGHT
    heard = plain[:, 1] > 0
    if heard.any():
        plain[:, 3:5] = plain[heard, 1:3].mean(axis=0)
    return np.concatenate([views.reshape(len(views), -1), plain], axis=1)


FROM_ROOTS = np.array(
    [
        [view * 12 + (place + root) % 12 for view in range(len(VIEWS)) for place in range(12)]
        + [len(VIEWS) * 12 + plain for plain in range(_PLAIN)]
        for root in range(12)
    ]
)
"""Which feature stands where when a beat is seen from each root: ``features[:, FROM_ROOTS]`` is (T, 12, F)."""


def is_one_voice(notes: NoteArrays) -> bool:
    """True when hardly a note begins while another sounds."""
    return len(notes) < 2 or float((notes.onset[1:] < notes.end[:-1] - _LEAST_OVERLAP).mean()) < _LEAST_OVERLAP
