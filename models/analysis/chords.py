"""Which chords a clip spells or implies, beat by beat.

A small network likens each beat to a chord of every root and family; it looks at the beat, its bar, the bars around
and the key (``chord.views``), and hears four beats to either side, weights fitted. A path through the beats (Viterbi)
then chooses roots and thirds, families of one third together: a change costs least at a bar line, and less the more
often songs make it, so that a two-five-one without roots is read as one. A second path chooses the bass, which the
network hears as well: what a musician would write below the stroke, not the lowest note of the moment. Last, each chord
is named with its colours, see ``chord.names``.

Conventions: beats from the clip's start; a gap means that nothing sounds for a bar or more; labels are Harte's.

Offers: ``find_chords``, ``chords_of``, ``roots_in``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

import numpy as np

from models.analysis.arrays import NoteArrays, heard_notes
from models.analysis.chord.names import named
from models.analysis.chord.views import (
    CHORD_FAMILIES,
    FROM_ROOTS,
    LOW,
    LOWEST,
    ROOTLESS,
    edges_of,
    features_of,
    settled,
)
from models.analysis.key import RankedKey, keys_of
from models.analysis.weights.fitted import fitted
from models.music.beats import TIGHT, Metre
from models.music.chord import QUALITIES, Chord, TimedChord
from models.music.clip import Clip
from models.music.note import Note

CHANGE_COST = 2.0
"""Nats that a change costs inside a bar; a quarter of it at a bar line, three quarters at the half bar."""

_FOLLOWS = 0.4
"""What songs' habits weigh: nats of cost for each nat by which a change is rarer than any."""

_TRUST = 1.7
"""What a beat's likelihood counts, as beats beside each other say much the same."""

_LIKELY = 8

THIRDS = (("maj", "7", "maj7"), ("min", "min7"), ("dim", "dim7", "hdim7"), ("aug",), ("sus4", "sus2"))
"""Families that the path doesn't tell apart."""
_MEMBERS = tuple(np.array([CHORD_FAMILIES.index(family) for family in alike]) for alike in THIRDS)


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
    features = features_of(notes, edges, metre, keys)
    heard: np.ndarray = (features[:, :12] > 0).max(axis=1)
    costs = _change_costs(edges, metre)
    # That a bass sounds, or above it a hand but no single voice, counts for a nat more than the network thinks.
    low, high = features[:, LOWEST : LOWEST + 12], features[:, LOWEST + 12 : LOWEST + 24]
    lowest = low + high * (1 - features[:, ROOTLESS - 5, None])  # (T, 12)
    bars = np.array([metre.bar_of(edge) for edge in edges[:-1]])

    def read() -> tuple[np.ndarray, float]:
        likely, bass = _likelihoods(features)
        scores = _TRUST * _by_third(likely)
        scores[~heard] = 0
        path, score = _best_path(scores, costs, _habits())
        freely = np.where(np.diff(path, prepend=-1), 0.0, costs)  # another bass may come with any change of chord
        bass = _TRUST * (bass + lowest) * heard[:, None]
        basses = _best_path(bass, freely, np.zeros((12, 12)))[0]
        return _with_families(path, likely, heard, bars * 12 + basses) * 12 + basses, score

    path, score = read()
    if _may_be_rootless(features, heard) and not _rooted(path // 12, features, heard):
        features[:, ROOTLESS] = 1
        rootless, other = read()
        path = rootless if other > score else path
    return _named_runs(path, _runs(path, heard, edges, metre.bar), notes, edges)


def roots_in(clip: Clip, spans: Iterable[tuple[float, float]]) -> np.ndarray:
    """How likely each root is in each span of beats, 0-1, (spans, 12): the mean of its beats; for at least one note."""
    heard = heard_notes(clip, ())
    notes, edges = NoteArrays.of(heard), edges_of(clip.metre, clip.length)
    features = features_of(settled(notes, edges), edges, clip.metre, keys_of(heard))
    shares = np.exp(_likelihoods(features)[0]).sum(axis=1)
    inside = [(edges[:-1] < end - TIGHT) & (edges[1:] > start + TIGHT) for start, end in spans]
    return np.array([shares[beats].mean(axis=0) for beats in inside])


def _named_runs(
    path: np.ndarray, runs: Iterable[tuple[int, int]], notes: NoteArrays, edges: np.ndarray
) -> tuple[TimedChord, ...]:
    """The chords of the path, (family · 12 + root) · 12 + bass of each beat.

    A fifth whose root has a third elsewhere in the clip is that chord without it.
    """
    chords: list[TimedChord] = []
    families: list[str] = []
    for first, last in runs:
        (place, root), bass = divmod(int(path[first]) // 12, 12), int(path[first]) % 12
        family = CHORD_FAMILIES[place]
        start, end = float(edges[first]), float(edges[last])
        joined = bool(chords) and start < chords[-1].end + TIGHT
        if joined and (late := _lost_bass(chords[-1], notes, edges[first : last + 1])):
            chords[-1], start = chords[-1]._replace(duration=late - chords[-1].onset), late
        part = _own(notes, start, end)
        chord = named(root, family, part, bass) if part is not None else None
        if chords and (part is None or chord is None or (joined and _goes_on(chords[-1], chord, notes, part))):
            chords[-1] = chords[-1]._replace(duration=end - chords[-1].onset)
        elif chord is not None:
            chords.append(TimedChord(start, end - start, chord))
            families.append(family)
    whole = {timed.chord.root for timed in chords if {3, 4} & {*timed.chord.intervals}}
    fifths = (timed.chord.intervals == QUALITIES["5"] and timed.chord.root in whole for timed in chords)
    return tuple(
        timed._replace(chord=Chord.of(timed.chord.root, family, timed.chord.bass)) if bare else timed
        for timed, family, bare in zip(chords, families, fifths, strict=True)
    )


def _lost_bass(before: TimedChord, notes: NoteArrays, edges: np.ndarray) -> float | None:
    """The beat of a chord at which its bass enters, where until then a hand has only tones of the chord before."""
    low = notes.onset[(notes.pitch <= LOW) & (notes.onset > edges[0] - TIGHT) & (notes.onset < edges[-1] - TIGHT)]
    enters = float(edges[np.searchsorted(edges, low[0] + TIGHT) - 1]) if len(low) else edges[0]
    part = _own(notes, float(edges[0]), enters) if enters > edges[0] else None
    return enters if part is not None and part.pitch.min() > LOW and _is_hand_of(before, part) else None


def _is_hand_of(before: TimedChord, part: NoteArrays) -> bool:
    """True for tones of a chord without its bass."""
    hand = {*(part.pitch % 12).tolist()}
    return len(hand) > 1 and hand < before.chord.classes and before.chord.bass not in hand


def _goes_on(before: TimedChord, chord: Chord, notes: NoteArrays, part: NoteArrays) -> bool:
    """True where a chord is that before it, a hand of its tones that has lost the bass, or it with its fifth below."""
    if chord == before.chord:
        return True
    low = int(part.pitch.min())
    if low > LOW:
        return _is_hand_of(before, part)
    then = notes.sounding_in(before.onset, before.end)
    if then is None or (low - before.chord.root) % 12 != 7:
        return False  # else the bass goes to the fifth under the same hand, as in a bossa nova
    above, was = ({*(one.pitch[one.pitch > one.pitch.min()] % 12).tolist()} for one in (part, then))
    return above == was and len(above) > 2


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


def _likelihoods(features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Log-likelihood of each chord in each beat, (T, families, 12), and of each class as its bass, (T, 12)."""
    seen = features.astype(np.float32)[:, FROM_ROOTS]  # (T, 12, F)
    scores = fitted("chord").scores_in_time(seen).transpose(0, 2, 1).astype(float)  # (T, families + 1, 12)
    chords, basses = scores[:, :-1], scores[:, -1]
    chords -= np.logaddexp.reduce(chords, axis=(1, 2), keepdims=True)
    return chords, basses - np.logaddexp.reduce(basses, axis=1, keepdims=True)


def _by_third(likelihoods: np.ndarray) -> np.ndarray:
    """Those of the families of one third together, (T, thirds · 12); state = third · 12 + root."""
    shares = np.exp(likelihoods)
    together = np.stack([shares[:, members].sum(axis=1) for members in _MEMBERS], axis=1)
    return np.log(together + 1e-9).reshape(len(likelihoods), -1)


def _with_families(path: np.ndarray, likelihoods: np.ndarray, heard: np.ndarray, parts: np.ndarray) -> np.ndarray:
    """The likeliest family with the third of a run of the path in each part: family · 12 + root of each beat, (T,)."""
    found = np.zeros(len(path), int)
    changes = np.flatnonzero(np.diff(path, prepend=-1) | np.diff(parts, prepend=-1))
    for start, end in zip(changes, [*changes[1:], len(path)], strict=True):
        third, root = divmod(int(path[start]), 12)
        told = likelihoods[start:end, _MEMBERS[third], root][heard[start:end]].sum(axis=0)
        found[start:end] = _MEMBERS[third][told.argmax()] * 12 + root
    return found


@cache
def _habits() -> np.ndarray:
    """What a change from one chord to another costs less or more than the average, nats, (states, states)."""
    transitions = fitted("chord").extra["transitions"]  # (thirds, 12 semitones up, thirds)
    count = len(THIRDS)
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


def _best_path(scores: np.ndarray, costs: np.ndarray, habits: np.ndarray) -> tuple[np.ndarray, float]:
    """The state of each beat, (T,), and the score of the path: the sum of scores less the costs of its changes."""
    # Only chords that are among the likeliest of some beat are worth following.
    likely = np.unique(np.argpartition(-scores, _LIKELY, axis=1)[:, :_LIKELY])
    scores = scores[:, likely]
    beats, chords = scores.shape
    habits, changing = habits[np.ix_(likely, likely)], 1 - np.eye(len(likely))
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
