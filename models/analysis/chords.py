"""Which chords a clip spells or implies, beat by beat.

Per beat three views are taken of the pitch classes: what sounds, what begins and the bass. A log-linear model turns
them into a likelihood for each root and quality (weights fitted, see ``weights.chord``); where few classes sound, what
is usual in the key weighs more, so that a tune alone is harmonised. A path through the beats (Viterbi) then chooses,
paying for each change, least at a bar line. Last, a chord whose notes spell another of our qualities on the same root
exactly takes that name, and the bass its inversion.

Conventions: beats from the clip's start; a gap means that nothing sounds for a bar or more; labels are Harte's.

Offers: ``find_chords``, ``chords_of``; ``edges_of``, ``views_of``, ``spread`` for fitting.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

import numpy as np

from models.analysis.arrays import LONGEST_BASS, NoteArrays, heard_notes
from models.analysis.key import RankedKey, keys_of
from models.analysis.weights.chord import CHORD_BIAS, CHORD_QUALITIES, CHORD_SHARES, CHORD_VIEWS, CHORD_WEIGHTS
from models.music.beats import TIGHT, Metre
from models.music.chord import QUALITIES, Chord, TimedChord
from models.music.clip import Clip
from models.music.note import Note

CHANGE_COST = 4.0
"""Nats that a change costs inside a bar; a quarter of it at a bar line, three quarters at the half bar."""

_ONE_VOICE_COST = 1.5
"""By how much a change costs more under a single line, which only implies its chords."""

_LEAST_OVERLAP = 0.1
_BASS_ALONE = 55
"""Where nothing sounds above this pitch, a bass line stands alone, and its notes are mostly roots."""

_ROOT_BONUS = 3.0
"""Nats for the bass being the root then."""

_SPELT = 0.06
"""Share of a chord's sound below which a pitch class is passing."""

_SIXTHS = {"maj6": "min7", "min6": "hdim7"}
"""A sixth chord over its sixth has the name of the seventh chord there."""

_LIKELIEST_KEYS = 6


def find_chords(clip: Clip, context: Iterable[Clip] = ()) -> tuple[TimedChord, ...]:
    """The chords of a clip, heard together with its context, in order and without overlap; none for drums alone."""
    return _chords_of(heard_notes(clip, context), clip.metre, clip.length)


@lru_cache(maxsize=256)
def _chords_of(heard: tuple[Note, ...], metre: Metre, length: float) -> tuple[TimedChord, ...]:
    """What ``find_chords`` gives, found out once."""
    notes = NoteArrays.of(heard)
    return chords_of(notes, metre, length, keys_of(heard)) if len(notes) else ()


def chords_of(notes: NoteArrays, metre: Metre, length: float, keys: tuple[RankedKey, ...]) -> tuple[TimedChord, ...]:
    """The chords of at least one note, in a stretch of ``length`` beats, given the ranked keys."""
    edges = edges_of(metre, length)
    sounding, begun, bass = views_of(notes, edges)
    heard = sounding.sum(axis=1) > 0
    scores = _likelihoods(sounding, begun, bass)
    alone = _is_one_voice(notes)
    # The less sounds, the more counts what is usual in the key.
    classes = np.maximum((sounding > 0).sum(axis=1), 1)
    scores += _usual(keys)[None] / (1 if alone else classes[:, None])
    if np.percentile(notes.pitch, 95) <= _BASS_ALONE:
        scores += _ROOT_BONUS * np.tile(bass, len(CHORD_QUALITIES))
    scores[~heard] = 0
    path = _best_path(scores, _change_costs(edges, metre) * (_ONE_VOICE_COST if alone else 1))
    return tuple(
        _chord(edges, first, last, path[first], notes, sounding) for first, last in _runs(path, heard, edges, metre.bar)
    )


def _is_one_voice(notes: NoteArrays) -> bool:
    """True when hardly a note begins while another sounds."""
    return len(notes) < 2 or float((notes.onset[1:] < notes.end[:-1] - _LEAST_OVERLAP).mean()) < _LEAST_OVERLAP


def edges_of(metre: Metre, length: float) -> np.ndarray:
    """Where beats begin, and the end: pulses of the metre, those of two beats and more halved; (T + 1,)."""
    pulses = [*metre.pulses, metre.bar]
    starts: list[float] = []
    for start, end in zip(pulses, pulses[1:], strict=False):
        starts += [start, start + (end - start) / 2] if end - start >= 2 - TIGHT else [start]
    places = (np.arange(metre.bars(length))[:, None] * metre.bar + np.array(starts)[None]).ravel()
    return np.append(places[places < length - TIGHT], length)


def views_of(notes: NoteArrays, edges: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each beat and pitch class (T, 12): how long it sounds (in beats' lengths), how often it begins, the bass."""
    beats = len(edges) - 1
    ends = notes.onset + np.minimum(notes.duration, LONGEST_BASS)
    first = np.clip(np.searchsorted(edges, notes.onset + TIGHT, side="right") - 1, 0, beats - 1)
    last = np.maximum(np.searchsorted(edges, ends - 1e-3, side="left"), first + 1)
    counts = np.minimum(last, beats) - first
    which = np.repeat(np.arange(len(notes)), counts)  # (pairs of a note and a beat,)
    beat = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts) + first[which]
    overlap = np.minimum(ends[which], edges[beat + 1]) - np.maximum(notes.onset[which], edges[beat])
    share = np.minimum(np.maximum(overlap, _LEAST_OVERLAP) / (edges[beat + 1] - edges[beat]), 1)
    sounding, begun, bass = np.zeros((beats, 12)), np.zeros((beats, 12)), np.zeros((beats, 12))
    np.add.at(sounding, (beat, notes.pitch[which] % 12), share)
    np.add.at(begun, (first, notes.pitch % 12), 1)
    lowest = np.full(beats, 128)
    np.minimum.at(lowest, beat, notes.pitch[which])
    heard = np.flatnonzero(lowest < 128)
    bass[heard, lowest[heard] % 12] = 1
    return sounding, begun, bass


def _likelihoods(sounding: np.ndarray, begun: np.ndarray, bass: np.ndarray) -> np.ndarray:
    """Log-likelihood of each chord in each beat, (T, qualities · 12); chord = quality · 12 + root."""
    views = np.stack([spread(sounding), spread(begun), bass], axis=1)  # (T, views, 12)
    from_root = np.stack([np.roll(views, -root, axis=2) for root in range(12)], axis=1)  # (T, 12, views, 12)
    flat = from_root.reshape(len(views), 12, -1) @ _weights().reshape(len(CHORD_QUALITIES), -1).T  # (T, 12, Q)
    scores = (flat + np.array(CHORD_BIAS)).transpose(0, 2, 1).reshape(len(views), -1)  # (T, Q · 12)
    scores -= scores.max(axis=1, keepdims=True)
    likelihoods: np.ndarray = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    return likelihoods


def spread(weights: np.ndarray) -> np.ndarray:
    """The square roots of the shares in each row."""
    spread: np.ndarray = np.sqrt(weights / np.maximum(weights.sum(axis=1, keepdims=True), TIGHT))
    return spread


@cache
def _weights() -> np.ndarray:
    """(qualities, views, 12 classes above the root)."""
    return np.array([[CHORD_WEIGHTS[quality, view] for view in CHORD_VIEWS] for quality in CHORD_QUALITIES])


@cache
def _shares() -> np.ndarray:
    """(2 modes, qualities, 12 degrees)."""
    return np.array([[CHORD_SHARES[mode, quality] for quality in CHORD_QUALITIES] for mode in ("major", "minor")]) / 1e3


def _usual(keys: tuple[RankedKey, ...]) -> np.ndarray:
    """Log-probability of each chord in the likeliest keys, (qualities · 12,)."""
    mixed = np.zeros((len(CHORD_QUALITIES), 12))
    for key in keys[:_LIKELIEST_KEYS]:
        mixed += key.confidence * np.roll(_shares()[int(key.minor)], key.tonic, axis=1)
    usual: np.ndarray = np.log(mixed + 1e-5).ravel()
    return usual


def _change_costs(edges: np.ndarray, metre: Metre) -> np.ndarray:
    """What a change at the start of each beat costs, nats (T,)."""
    places = np.array([metre.in_bar(edge) for edge in edges[:-1]])
    costs = np.full(len(places), CHANGE_COST)
    costs[np.abs(places - metre.bar / 2) < TIGHT] *= 0.75
    costs[places < TIGHT] *= 0.25
    return costs


def _best_path(scores: np.ndarray, costs: np.ndarray) -> np.ndarray:
    """The chord of each beat, (T,): the path of the highest sum of scores less the costs of its changes."""
    beats, chords = scores.shape
    stayed, best_before = np.ones((beats, chords), bool), np.zeros(beats, int)
    total = scores[0].copy()
    for beat in range(1, beats):
        best_before[beat] = total.argmax()
        changed = total[best_before[beat]] - costs[beat]
        stayed[beat] = total >= changed
        total = np.maximum(total, changed) + scores[beat]
    path = np.zeros(beats, int)
    path[-1] = total.argmax()
    for beat in range(beats - 1, 0, -1):
        path[beat - 1] = path[beat] if stayed[beat, path[beat]] else best_before[beat]
    return path


def _runs(path: np.ndarray, heard: np.ndarray, edges: np.ndarray, bar: float) -> Iterator[tuple[int, int]]:
    """First beat and end (a beat number) of each chord, silence of a bar or more cut out."""
    sound = np.flatnonzero(heard)
    silent = [
        (one + 1, other)
        for one, other in zip(sound, sound[1:], strict=False)
        if edges[other] - edges[one + 1] >= bar - TIGHT
    ]
    bounds = [sound[0], *(place for gap in silent for place in gap), _last_heard(sound[-1], edges, bar)]
    for start, end in zip(bounds[::2], bounds[1::2], strict=True):
        changes = [start, *(np.flatnonzero(np.diff(path[start:end])) + start + 1), end]
        yield from ((int(one), int(other)) for one, other in zip(changes, changes[1:], strict=False))


def _last_heard(beat: int, edges: np.ndarray, bar: float) -> int:
    """The last chord rings on to the end unless a bar of silence follows."""
    return beat + 1 if edges[-1] - edges[beat + 1] >= bar - TIGHT else len(edges) - 1


def _chord(
    edges: np.ndarray, first: int, last: int, number: int, notes: NoteArrays, sounding: np.ndarray
) -> TimedChord:
    quality, root = divmod(int(number), 12)
    named = _respelt(root, CHORD_QUALITIES[quality], sounding[first:last].sum(axis=0))
    start, end = float(edges[first]), float(edges[last])
    chord = Chord.of(root, named)
    inside = (notes.onset < end - TIGHT) & (notes.end > start + TIGHT)
    if inside.any():
        # The bass that counts is the one under the chord's beginning.
        early = inside & (notes.onset < start + min(1.0, end - start) - TIGHT)
        bass = int(notes.pitch[early if early.any() else inside].min()) % 12
        if named in _SIXTHS and bass == (root + 9) % 12:
            chord = Chord.of(bass, _SIXTHS[named])
        elif bass in chord:
            chord = Chord.of(root, named, bass)
    return TimedChord(start, end - start, chord)


def _respelt(root: int, quality: str, classes: np.ndarray) -> str:
    """The quality whose tones are exactly what sounds, when it has the same third; else ``quality``."""
    from_root = np.roll(classes, -root)
    if not np.delete(from_root, QUALITIES["5"]).any() and from_root[7]:
        return "5"
    present = {int(place) for place in np.flatnonzero(from_root > _SPELT * classes.sum())}
    for name, tones in QUALITIES.items():
        if set(tones) == present and {3, 4} & present and {3, 4} & present == {3, 4} & set(QUALITIES[quality]):
            return name
    return quality
