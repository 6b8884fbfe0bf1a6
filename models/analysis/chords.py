"""Which chords a clip spells or implies, beat by beat.

A small network likens each beat to a chord of every root and family (``chord.views`` has what it looks at, weights
fitted). Where few classes sound, what is usual in the key weighs more, so that a tune alone is harmonised. A path
through the beats (Viterbi) then chooses: a change costs least at a bar line, and less the more often songs make it, so
that a two-five-one without roots is read as one. Last, each chord is named with its colours and its bass, see
``chord.names``.

Conventions: beats from the clip's start; a gap means that nothing sounds for a bar or more; labels are Harte's.

Offers: ``find_chords``, ``chords_of``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache, lru_cache

import numpy as np

from models.analysis.arrays import NoteArrays, heard_notes
from models.analysis.chord.names import named
from models.analysis.chord.views import (
    BASS_SOUNDS,
    CHORD_FAMILIES,
    FROM_ROOTS,
    LOW,
    ROOTLESS,
    edges_of,
    features_of,
    is_one_voice,
    settled,
)
from models.analysis.key import RankedKey, find_scale, keys_of
from models.analysis.weights.fitted import fitted
from models.music.beats import TIGHT, Metre
from models.music.chord import QUALITIES, TimedChord
from models.music.clip import Clip
from models.music.note import Note

CHANGE_COST = 3.0
"""Nats that a change costs inside a bar; a quarter of it at a bar line, three quarters at the half bar."""

_ONE_VOICE_COST = 1.0
"""By how much a change costs more under a single line, which only implies its chords."""

_FOLLOWS = 0.8
"""What songs' habits weigh: nats of cost for each nat by which a change is rarer than any."""

_TRUST = 1.7
"""What a beat's likelihood counts, as beats beside each other say much the same."""

_KEY = 0.5
"""What counts how usual a chord is in the key, in a beat where one class sounds."""

_ROOTLESS_BONUS = 0.55
"""Nats a beat that a reading without roots is given: it is always the less certain one."""

_REMEMBERED = 8.0
_ABOVE = 7
"""Beats for which a bass is remembered."""

_DOMINANT = 7
_LIKELIEST_KEYS = 6
_LIKELY = 8


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
    notes = settled(notes, edges)
    features = features_of(notes, edges, metre)
    classes = (features[:, :12] > 0).sum(axis=1)
    heard = classes > 0
    costs = _change_costs(edges, metre) * (_ONE_VOICE_COST if is_one_voice(notes) else 1)
    # The less sounds, the more counts what is usual in the key.
    usual = _KEY * _usual(keys)[None] / np.maximum(classes, 1)[:, None]

    def read() -> tuple[np.ndarray, float]:
        scores = _TRUST * _likelihoods(features) + usual
        scores[~heard] = 0
        return _best_path(scores, costs)

    path, score = read()
    if _may_be_rootless(features, heard) and not _rooted(path, features, heard):
        features[:, ROOTLESS] = 1
        rootless, other = read()
        path = rootless if other > score - _ROOTLESS_BONUS * int(heard.sum()) else path
    runs = _runs(path, heard, edges, metre.bar)
    chords = _named_runs(path, runs, notes, edges, features[:, BASS_SOUNDS] > 0)
    return _with_thirds(chords, notes, keys[0]) if keys else tuple(chords)


def _with_thirds(chords: Iterable[TimedChord], notes: NoteArrays, key: RankedKey) -> tuple[TimedChord, ...]:
    """The chords; a third that nobody plays is the key's, but for the dominant's, which is major in minor, too."""
    home, found = find_scale(key, notes), []
    for timed in chords:
        chord, part = timed.chord, notes.sounding_in(timed.onset, timed.end)
        thirds = [place for place in chord.intervals if place in (3, 4)]
        if part is not None and len(thirds) == 1 and (chord.root - key.tonic) % 12 != _DOMINANT:
            heard = set(((part.pitch - chord.root) % 12).tolist())
            (own,), other = thirds, 7 - thirds[0]
            if not heard & {3, 4} and (chord.root + own) % 12 not in home and (chord.root + other) % 12 in home:
                intervals = tuple(other if place == own else place for place in chord.intervals)
                timed = timed._replace(chord=replace(chord, intervals=intervals))
        found.append(timed)
    return tuple(found)


def _named_runs(
    path: np.ndarray, runs: Iterable[tuple[int, int]], notes: NoteArrays, edges: np.ndarray, low: np.ndarray
) -> list[TimedChord]:
    """The chords of the path; what has no bass of its own goes on with the chord before where it has its tones."""
    chords: list[TimedChord] = []
    for first, last in runs:
        family, root = divmod(int(path[first]), 12)
        # A run may begin under the bass of the chord before: see where its own comes in.
        own = first + int(low[first:last].argmax()) if low[first:last].any() else last
        for end in (own, last) if first < own < last else (last,):
            start, part = float(edges[first]), _own(notes, float(edges[first]), float(edges[end]))
            if chords and (part is None or _continues(chords[-1], notes, part)):
                chords[-1] = chords[-1]._replace(duration=float(edges[end]) - chords[-1].onset)
                first = end
        if first < last and part is not None:
            chords.append(TimedChord(start, float(edges[last]) - start, named(root, CHORD_FAMILIES[family], part)))
    return chords


def _own(notes: NoteArrays, start: float, end: float) -> NoteArrays | None:
    """What sounds in a chord's time, without what only rings over from before; None where nothing does."""
    over = (notes.onset < start - TIGHT) & (notes.end < start + min(1.0, (end - start) / 3))
    columns = (notes.onset, notes.pitch, notes.duration, notes.velocity)
    own = NoteArrays(*(column[~over] for column in columns)).sounding_in(start, end)
    return own if own is not None else notes.sounding_in(start, end)


def _may_be_rootless(features: np.ndarray, heard: np.ndarray) -> bool:
    """True when hardly a bass sounds and chords of more than three classes do."""
    return bool(features[0, ROOTLESS - 1] < 0.1 and features[0, ROOTLESS - 2] >= 0.55)


def _rooted(path: np.ndarray, features: np.ndarray, heard: np.ndarray) -> bool:
    """Do the chords of the path, roots and all, explain everything that sounds (a sixth upon a major triad, too)?"""
    sounding = features[:, :12] > 0
    families = [CHORD_FAMILIES[chord // 12] for chord in path]
    tones = [
        {(chord + place) % 12 for place in (*QUALITIES[family], *((9,) if family == "maj" else ()))}
        for chord, family in zip(path.tolist(), families, strict=True)
    ]
    return all(
        {*np.flatnonzero(row).tolist()} <= own and row[chord % 12]
        for row, own, chord, there in zip(sounding, tones, path.tolist(), heard, strict=True)
        if there
    )


def _continues(before: TimedChord, notes: NoteArrays, part: NoteArrays) -> bool:
    """True when a stretch has no bass of its own, or hardly a note, and only tones of the chord before it."""
    start, end = float(part.onset.min()), float(part.end.max())
    lasting = part.pitch[part.duration > 0.05 * (end - start)]
    fifth = part.pitch % 12 == (before.chord.root + 7) % 12
    if before.end >= start - TIGHT and fifth[part.pitch.argmin()] and part.pitch.min() <= LOW:
        # The bass goes to the fifth under the same chord, as in a bossa nova.
        hand = {*(part.pitch[part.pitch > part.pitch.min()] % 12).tolist()}
        then = notes.sounding_in(max(before.onset, start - _REMEMBERED), before.end)
        same = then is not None and hand == {*(then.pitch[then.pitch > then.pitch.min()] % 12).tolist()}
        if same and len(hand) > 2:
            return True
    if before.end < start - 1 or not {*(lasting % 12).tolist()} <= before.chord.classes:
        return False
    under = notes.sounding_in(max(before.onset, start - _REMEMBERED), before.end)
    if under is None:
        return False
    bass = int(under.pitch.min())
    above = bass <= LOW and int(part.pitch.min()) - bass >= _ABOVE and len(np.unique(lasting % 12)) > 1
    return above or {*(lasting - before.chord.root) % 12} <= {0}


def _likelihoods(features: np.ndarray) -> np.ndarray:
    """Log-likelihood of each chord in each beat, (T, families · 12); chord = family · 12 + root."""
    seen = features.astype(np.float32)[:, FROM_ROOTS]  # (T, 12, F)
    scores = fitted("chord").scores(seen).transpose(0, 2, 1).reshape(len(features), -1)
    scores -= scores.max(axis=1, keepdims=True)
    likelihoods: np.ndarray = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    return likelihoods.astype(float)


def _usual(keys: tuple[RankedKey, ...]) -> np.ndarray:
    """Log-probability of each chord in the likeliest keys, (families · 12,)."""
    mixed = np.zeros((len(CHORD_FAMILIES), 12))
    for key in keys[:_LIKELIEST_KEYS]:
        mixed += key.confidence * np.roll(fitted("chord").extra["shares"][int(key.minor)], key.tonic, axis=1)
    usual: np.ndarray = np.log(mixed + 1e-5).ravel()
    return usual


@cache
def _habits() -> np.ndarray:
    """What a change from one chord to another costs less or more than the average, nats, (chords, chords)."""
    transitions = fitted("chord").extra["transitions"]  # (families, 12 semitones up, families)
    count = len(CHORD_FAMILIES)
    table = np.zeros((count, 12, count, 12))
    for root in range(12):
        for after in range(12):
            table[:, root, :, after] = transitions[:, (after - root) % 12, :]
    costs: np.ndarray = -_FOLLOWS * (table.reshape(count * 12, -1) + np.log(count * 12))
    np.fill_diagonal(costs, 0)
    return costs


def _change_costs(edges: np.ndarray, metre: Metre) -> np.ndarray:
    """What a change at the start of each beat costs, nats (T,)."""
    positions = np.array([metre.in_bar(edge) for edge in edges[:-1]])
    costs = np.full(len(positions), CHANGE_COST)
    costs[np.abs(positions - metre.bar / 2) < TIGHT] *= 0.75
    costs[positions < TIGHT] *= 0.25
    return costs


def _best_path(scores: np.ndarray, costs: np.ndarray) -> tuple[np.ndarray, float]:
    """The chord of each beat, (T,), and the score of the path: the sum of scores less the costs of its changes."""
    # Only chords that are among the likeliest of some beat are worth following.
    likely = np.unique(np.argpartition(-scores, _LIKELY, axis=1)[:, :_LIKELY])
    scores = scores[:, likely]
    beats, chords = scores.shape
    habits, changing = _habits()[np.ix_(likely, likely)], 1 - np.eye(len(likely))
    before = np.zeros((beats, chords), int)
    total, everyone = scores[0].copy(), np.arange(chords)
    for beat in range(1, beats):
        arriving = total[:, None] - (habits + costs[beat] * changing)
        before[beat] = arriving.argmax(axis=0)
        total = arriving[before[beat], everyone] + scores[beat]
    path = np.zeros(beats, int)
    path[-1] = total.argmax()
    for beat in range(beats - 1, 0, -1):
        path[beat - 1] = before[beat, path[beat]]
    return likely[path], float(total.max())


def _runs(path: np.ndarray, heard: np.ndarray, edges: np.ndarray, bar: float) -> Iterator[tuple[int, int]]:
    """First beat and end (a beat number) of each chord, silence of a bar or more cut out."""
    sound = np.flatnonzero(heard)
    silent = [
        (one + 1, other)
        for one, other in zip(sound, sound[1:], strict=False)
        if edges[other] - edges[one + 1] >= bar - TIGHT
    ]
    bounds = [sound[0], *(beat for gap in silent for beat in gap), _last_heard(sound[-1], edges, bar)]
    for start, end in zip(bounds[::2], bounds[1::2], strict=True):
        changes = [start, *(np.flatnonzero(np.diff(path[start:end])) + start + 1), end]
        yield from ((int(one), int(other)) for one, other in zip(changes, changes[1:], strict=False))


def _last_heard(beat: int, edges: np.ndarray, bar: float) -> int:
    """The last chord rings on to the end unless a bar of silence follows."""
    return beat + 1 if edges[-1] - edges[beat + 1] >= bar - TIGHT else len(edges) - 1
