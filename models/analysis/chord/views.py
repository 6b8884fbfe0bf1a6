"""What the chord model looks at: the beats of a clip, and the pitch classes that sound in and around each of them.

People hear a rolled chord as one onset, a chord that comes early as that of the beat that it anticipates, and the bass
of the bar's first beat under the beats after it. So notes are settled first (``settled``), and the lowest pitch is
looked at both in the beat and since the bar line; what the bars around and the key say is looked at as well.

Offers: ``edges_of``, ``settled``, ``features_of``, ``FROM_ROOTS``, ``CHORD_FAMILIES``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from models.analysis.arrays import LONGEST_BASS, NoteArrays
from models.analysis.key import RankedKey
from models.music.beats import TIGHT, Metre
from models.music.chord import FAMILIES

CHORD_FAMILIES = tuple(family for family in FAMILIES if family != "5")
"""What the model tells apart; a bare fifth is told from its notes afterwards."""

VIEWS = (
    "sounding",
    "begun",
    "bar",
    "low bass",
    "high bass",
    "lowest of the bar",
    "first of the bar",
    "remembered bass",
    "bar before",
    "bar after",
    "two bars before",
    "two bars after",
    "around",
    "over this bass",
    "basses around",
    "major keys",
    "minor keys",
)
"""Twelve pitch classes each: what sounds in the beat, what begins in it, what sounds in the bar; the lowest pitch of
the beat, apart by register; the lowest so far in the bar, the first lowest of the bar, and the last bass, of two bars
at most; what sounds in the two bars to either side and from four bars before to four after; what sounds wherever the
clip has the same bass, so that a chord without a third has it from where it is played whole; the basses of the bars
around; and how likely each key is."""

_PLAIN = 20

ROOTLESS = len(VIEWS) * 12 + 5
"""The feature that says that roots are left out, zero as ``features_of`` makes it."""

LOWEST = VIEWS.index("low bass") * 12
"""The first of 24 features that say which class is the bass of the beat, and which the lowest tone above a bass's."""

_AROUND = 4
"""Bars to either side that are looked at."""

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


def views_of(notes: NoteArrays, edges: np.ndarray, metre: Metre, keys: Iterable[RankedKey]) -> np.ndarray:
    """The views of each beat, (T, views, 12), in the order of VIEWS; of settled notes."""
    sounding, begun, lowest = _in_beats(notes, edges)
    bars = np.array([metre.bar_of(edge) for edge in edges[:-1]])
    low, first, last = _basses_of_bars(lowest, bars)
    views = np.zeros((len(bars), len(VIEWS), 12))

    def see(view: str, weights: np.ndarray) -> None:
        views[:, VIEWS.index(view)] = weights

    see("sounding", spread(sounding))
    see("begun", spread(begun))
    lowest_of = {
        "low bass": np.where(lowest <= LOW, lowest, 128),
        "high bass": np.where(lowest > LOW, lowest, 128),
        "lowest of the bar": low,
        "first of the bar": first,
        "remembered bass": last,
    }
    for view, pitches in lowest_of.items():
        at = np.flatnonzero(pitches < 128)
        views[at, VIEWS.index(view), pitches[at] % 12] = 1
    in_bar = np.zeros((int(bars[-1]) + 1, 12))
    np.add.at(in_bar, bars, sounding)
    for view, begins, ends in (
        ("bar", 0, 0),
        ("bar before", -1, -1),
        ("bar after", 1, 1),
        ("two bars before", -2, -2),
        ("two bars after", 2, 2),
        ("around", -_AROUND, _AROUND),
    ):
        see(view, spread(_neighbours(in_bar, begins, ends))[bars])
    basses = np.zeros_like(in_bar)
    at = np.flatnonzero(lowest < 128)
    np.add.at(basses, (bars[at], lowest[at] % 12), 1)
    see("basses around", spread(_neighbours(basses, -_AROUND, _AROUND))[bars])
    by_bass = np.zeros((13, 12))
    bass = np.where(low < 128, low % 12, 12)
    np.add.at(by_bass, bass, sounding)
    by_bass[12] = 0
    see("over this bass", spread(by_bass)[bass])
    for key in keys:
        views[:, VIEWS.index("minor keys" if key.minor else "major keys"), key.tonic] = key.confidence
    return views


def _neighbours(in_bars: np.ndarray, begins: int, ends: int) -> np.ndarray:
    """The sums of the bars from ``begins`` to ``ends`` bars away from each, (B, 12)."""
    sums = np.vstack([np.zeros((1, 12)), np.cumsum(in_bars, axis=0)])
    places = np.arange(len(in_bars))
    inside: np.ndarray = (
        sums[np.clip(places + ends + 1, 0, len(in_bars))] - sums[np.clip(places + begins, 0, len(in_bars))]
    )
    return np.maximum(inside, 0)


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


def features_of(notes: NoteArrays, edges: np.ndarray, metre: Metre, keys: Iterable[RankedKey]) -> np.ndarray:
    """What the model is given for each beat, (T, views · 12 + 20): the views from C, and plain figures.

    These are the same from every root: whether the clip is one voice, how many classes sound, whether a bass does, and
    both of them on average over the clip; whether the roots are left out, which the caller may set; and where the beat
    stands in its bar and in its phrase.
    """
    views = views_of(notes, edges, metre, keys)  # (T, views, 12)
    plain = np.zeros((len(views), _PLAIN))
    plain[:, 0] = is_one_voice(notes)
    plain[:, 1] = (views[:, 0] > 0).sum(axis=1) / 6
    plain[:, 2] = views[:, VIEWS.index("low bass")].sum(axis=1)
    positions = np.array([metre.in_bar(edge) for edge in edges[:-1]])
    plain[:, 6] = positions < TIGHT
    plain[:, 7] = np.abs(positions - metre.bar / 2) < TIGHT
    plain[:, 8:] = _in_phrase(
        np.array([metre.bar_of(edge) for edge in edges[:-1]]), plain[:, 6] * views[:, 1].sum(axis=1)
    )
    heard = plain[:, 1] > 0
    if heard.any():
        plain[:, 3:5] = plain[heard, 1:3].mean(axis=0)
    return np.concatenate([views.reshape(len(views), -1), plain], axis=1)


def _in_phrase(bars: np.ndarray, strikes: np.ndarray) -> np.ndarray:
    """Which of eight bars each beat lies in, whether in the second eight; in the last bar, the one before, the first.

    Counted from the second bar where nothing is struck at the first bar line, as behind an upbeat.
    """
    upbeat = not strikes[bars == 0].any() and strikes[bars == 1].any()
    place, rest = bars - upbeat, bars[-1] - bars
    return np.stack([*(place % 8 == np.arange(8)[:, None]), place // 8 % 2, rest == 0, rest == 1, place <= 0], axis=1)


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
