"""Which key a clip is in.

A small network over the 24 major and minor keys. What it looks at is seen from each tonic in turn: the pitch
classes by duration (Krumhansl's and Albrecht & Shanahan's idea) and those of the bass, of the whole clip, its first
and its last part, the first and the last bass, on which bass notes minor and major thirds stand, and where dominants
lead. Weights are fitted, see ``weights``; confidences are its probabilities.
Modes other than major and minor are found by which scale on the tonic covers the notes best.

Goal: the tonic a listener would sing, and how sure that is. Under ``FEWEST`` notes nobody can be: then the ranking
is a list of candidates, not a claim.

Offers: ``find_key``, ``keys_of``, ``rank_keys``, ``clip_scale``, ``find_scale``, ``RankedKey``, ``FEWEST``; for
fitting ``features_of``, ``FROM_TONICS``.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache, lru_cache

import numpy as np

from models.analysis.arrays import NoteArrays, class_histogram, heard_notes
from models.analysis.weights.fitted import fitted
from models.music.clip import Clip
from models.music.errors import BadValue
from models.music.note import Note
from models.music.scale import SCALES, Scale

FEWEST = 8
"""Notes below which a key is not claimed."""

PART = 32.0
"""Beats that count as the beginning or the end; at most half of the clip."""

PIECE = 64.0
"""Beats from which on a clip is a piece, whose last bass is a cadence; a shorter one is a loop and ends nowhere."""

_MOST_NOTES = 1000

VIEWS = 14
"""All notes and the bass, of the clip, its first and its last part; the first and the last bass; thirds on the bass;
what opens the clip and what a dominant leads to. Twelve pitch classes each."""

_KINDS: dict[str, tuple[str, ...]] = {
    "major": (
        "Major",
        "Mixolydian",
        "Lydian",
        "Major Pentatonic",
        "Major Blues",
        "Phrygian Dominant",
        "Harmonic Major",
        "Lydian Dominant",
        "Whole Tone",
    ),
    "minor": (
        "Minor",
        "Dorian",
        "Harmonic Minor",
        "Melodic Minor",
        "Phrygian",
        "Minor Pentatonic",
        "Minor Blues",
        "Hungarian Minor",
    ),
}
"""Scales that a key of each mode may really be in, the most common first."""

_RARITY = 0.02
"""Share of the notes by which a rarer scale must cover more than the plain one."""

_FEWEST_BEATS = 4
_UNUSED = 0.012
"""What a degree that never sounds costs a scale, as a share of the notes."""


@dataclass(frozen=True, slots=True)
class RankedKey:
    """A major or minor key and how likely it is, 0-1; the confidences of all 24 add up to 1."""

    scale: Scale
    confidence: float

    @property
    def name(self) -> str:
        """As musicians write it: "A minor", "Eb major"."""
        return str(self.scale)

    @property
    def tonic(self) -> int:
        """Pitch class 0-11."""
        return self.scale.root

    @property
    def minor(self) -> bool:
        """True for a minor key."""
        return bool(self.scale.mask >> 3 & 1)


def find_key(clip: Clip, context: Iterable[Clip] = ()) -> tuple[RankedKey, ...]:
    """All 24 keys, the likeliest first; none for a clip without pitched notes. Context clips are listened to as well.

    With fewer than FEWEST notes the first is only the best of the candidates.
    """
    return keys_of(heard_notes(clip, context))


@lru_cache(maxsize=256)
def keys_of(heard: tuple[Note, ...]) -> tuple[RankedKey, ...]:
    """What ``find_key`` gives, found out once for the same notes."""
    notes = NoteArrays.of(heard)
    return rank_keys(notes) if len(notes) else ()


def stated_first(keys: tuple[RankedKey, ...], clip: Clip) -> tuple[RankedKey, ...]:
    """The ranked keys with the one that the clip's file says in front, as likely as the likeliest was."""
    scale = clip_scale(clip) if clip.key else None
    stated = next((key for key in keys if scale and (key.tonic, key.scale.mask) == (scale.root, scale.mask)), None)
    if stated is None or stated is keys[0]:
        return keys
    others = (key if key is not keys[0] else replace(key, confidence=stated.confidence) for key in keys)
    rest = sorted((key for key in others if key is not stated), key=lambda key: -key.confidence)
    return (replace(stated, confidence=keys[0].confidence), *rest)


def rank_keys(notes: NoteArrays) -> tuple[RankedKey, ...]:
    """All 24 keys, the likeliest first, of at least one note."""
    scores = fitted("key").scores(features_of(notes)[FROM_TONICS]).T.astype(float)  # (2, 12)
    shares = np.exp(scores - scores.max())
    shares /= shares.sum()
    ranked = sorted(
        ((float(shares[mode, tonic]), tonic, mode) for mode in (0, 1) for tonic in range(12)),
        key=lambda entry: (-entry[0], entry[1:]),
    )
    return tuple(RankedKey(_scale(tonic, ("Major", "Minor")[mode]), share) for share, tonic, mode in ranked)


def clip_scale(clip: Clip, context: Iterable[Clip] = ()) -> Scale | None:
    """The scale that a clip is in, heard together with its context; None without pitched notes.

    The one answer for everybody who needs a scale that nobody named: what its file says, unless the notes contradict it
    (then ``Clip.key`` is None), else what is heard.
    """
    if clip.key:
        with contextlib.suppress(BadValue):
            return Scale.parse(clip.key)
    heard = heard_notes(clip, context)
    keys = keys_of(heard)  # none where nothing but muted notes is there
    return find_scale(keys[0], NoteArrays.of(heard)) if keys else None


def find_scale(key: RankedKey, notes: NoteArrays) -> Scale:
    """The scale of the notes: the key itself, another mode on its tonic, harmonic or melodic minor, blues, whole tones.

    Where the clip begins, ends and stays longest on another note of that scale, a mode of its own is meant, and the
    scale stands on that note: E phrygian dominant rather than A harmonic minor.
    """
    found = _scale_on(key.tonic, key.minor, notes)
    home = _emphasised(notes)
    if home is None or home == key.tonic or home not in found:
        return found
    present = class_histogram(notes.pitch, notes.heard)
    other = _scale_on(home, bool(present[(home + 3) % 12] > present[(home + 4) % 12]), notes)
    return other if _outside(other, present) <= _outside(found, present) + 1e-9 else found


def _scale_on(tonic: int, minor: bool, notes: NoteArrays) -> Scale:
    present = np.roll(class_histogram(notes.pitch, notes.heard), -tonic)  # (12,), from the tonic
    kinds = _KINDS["minor" if minor else "major"]
    best, best_score = kinds[0], -1.0
    for rarity, kind in enumerate(kinds):
        degrees = list(SCALES[kind])
        score = present[degrees].sum() - _RARITY * (rarity > 0) - _UNUSED * (present[degrees] == 0).sum()
        if score > best_score + 1e-9:
            best, best_score = kind, score
    return _scale(tonic, best)


def _emphasised(notes: NoteArrays) -> int | None:
    """The class on which the lowest notes begin and end and stay longest, None where it isn't one."""
    beat, bass = notes.lowest()
    stays = int(np.bincount(bass % 12, minlength=12).argmax())
    whole = int(class_histogram(notes.pitch, notes.heard).argmax())
    return stays if stays == bass[0] % 12 == notes.last_bass % 12 == whole and len(beat) >= _FEWEST_BEATS else None


def _outside(scale: Scale, present: np.ndarray) -> float:
    return float(sum(present[place] for place in range(12) if place not in scale))


@cache
def _scale(tonic: int, kind: str) -> Scale:
    return Scale.from_intervals(tonic, SCALES[kind])


FROM_TONICS = np.array(
    [
        [view * 12 + (place + tonic) % 12 for view in range(VIEWS) for place in range(12)] + [VIEWS * 12]
        for tonic in range(12)
    ]
)
"""Which feature stands where when a clip is seen from each tonic: ``features[FROM_TONICS]`` is (12, F)."""


def features_of(notes: NoteArrays) -> np.ndarray:
    """What the model looks at, (VIEWS · 12 + 1,): pitch classes from C, view by view, and how many notes."""
    start, end = notes.onset[0], notes.onset[-1]
    part = min(PART, max((end - start) / 2, 1e-3))
    beat, bass = notes.lowest()
    first, last = np.zeros(12), np.zeros(12)
    first[bass[0] % 12] = 1
    last[notes.last_bass % 12] = end - start >= PIECE
    begins, ends = notes.onset <= start + part, notes.onset >= end - part

    def spread(chosen: np.ndarray) -> np.ndarray:
        # The square root keeps one long note from hiding the rest.
        shares: np.ndarray = np.sqrt(class_histogram(notes.pitch[chosen], notes.heard[chosen]))
        return shares

    count = np.log(min(len(notes), _MOST_NOTES) / 64) / 2
    return np.concatenate(
        [
            spread(np.ones(len(notes), bool)),
            class_histogram(bass),
            spread(begins),
            class_histogram(bass[beat <= start + part]),
            first,
            spread(ends),
            class_histogram(bass[beat >= end - part]),
            last,
            *_thirds_on(notes, beat, bass),
            *_openings_and_arrivals(notes, beat, bass),
            [count],
        ]
    )


def _thirds_on(notes: NoteArrays, beat: np.ndarray, bass: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """By class of the bass of its beat, the share of the sound a minor, and a major, third above it: (12,) each."""
    place = np.searchsorted(beat, np.floor(notes.onset + 1e-6), side="right") - 1
    below = bass[np.maximum(place, 0)] % 12
    interval = (notes.pitch - below) % 12
    minor, major = (
        np.sqrt(
            np.bincount(below[interval == third], notes.heard[interval == third], 12)
            / max(float(notes.heard.sum()), 1e-6)
        )
        for third in (3, 4)
    )
    return minor, major


def _openings_and_arrivals(notes: NoteArrays, beat: np.ndarray, bass: np.ndarray) -> tuple[np.ndarray, ...]:
    """The first bass where a minor, and a major, third stands on it; and the share of the changes of the bass that

    come down a fifth (or up a fourth), from a major third, to each class with a minor, and a major, third: (12,) each.
    """
    began = np.floor(notes.onset + 0.1).astype(int)
    classes = np.zeros((int(max(beat[-1], began[-1])) + 2, 12), bool)
    classes[began, notes.pitch % 12] = True
    # What sounds over a bass: all that begins until the bass changes.
    roots = bass % 12
    changes = np.append(0, np.flatnonzero(np.diff(roots)) + 1)
    starts, roots = beat[changes], roots[changes]
    ends = np.append(starts[1:], len(classes))
    over = np.array([classes[start:end].any(axis=0) for start, end in zip(starts, ends, strict=True)])
    rows = np.arange(len(roots))
    minor, major = over[rows, (roots + 3) % 12], over[rows, (roots + 4) % 12]
    first = [np.zeros(12), np.zeros(12)]
    for view, third in zip(first, (minor & ~major, major & ~minor), strict=True):
        view[roots[0]] = third[0]
    falls = (roots[1:] - roots[:-1]) % 12 == 5
    arrivals = [
        np.bincount(roots[1:][falls & major[:-1] & third[1:]], minlength=12) / max(len(roots) - 1, 1)
        for third in (minor, major)
    ]
    return (*first, *arrivals)
