"""Which key a clip is in.

A log-linear model over the 24 major and minor keys. What it looks at is seen from each tonic in turn: the pitch
classes by duration (Krumhansl's and Albrecht & Shanahan's idea) and those of the bass, of the whole clip, its first
and its last part, the first and the last bass, and on which bass notes minor and major thirds stand. Weights are
fitted, see ``weights.key``; confidences are its probabilities, sharper the more notes there are.
Modes other than major and minor are found by which scale on the tonic covers the notes best.

Goal: the tonic a listener would sing, and how sure that is. Under ``FEWEST`` notes nobody can be: then the ranking
is a list of candidates, not a claim.

Offers: ``find_key``, ``keys_of``, ``rank_keys``, ``find_scale``, ``RankedKey``, ``FEWEST``; ``views_of`` for fitting.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np

from models.analysis.arrays import NoteArrays, class_histogram, heard_notes
from models.analysis.weights.key import BIAS, SHARPENING, VIEWS, WEIGHTS
from models.music.clip import Clip
from models.music.note import Note
from models.music.pitch import class_name
from models.music.scale import SCALES, Scale

FEWEST = 8
"""Notes below which a key is not claimed."""

PART = 32.0
"""Beats that count as the beginning or the end; at most half of the clip."""

PIECE = 64.0
"""Beats from which on a clip is a piece, whose last bass is a cadence; a shorter one is a loop and ends nowhere."""

_MOST_NOTES = 1000

_KINDS: dict[str, tuple[str, ...]] = {
    "major": ("Major", "Mixolydian", "Lydian", "Major Pentatonic", "Major Blues", "Phrygian Dominant"),
    "minor": ("Minor", "Dorian", "Harmonic Minor", "Melodic Minor", "Phrygian", "Minor Pentatonic", "Minor Blues"),
}
"""Scales that a key of each mode may really be in, the most common first."""

_RARITY = 0.02
"""Share of the notes by which a rarer scale must cover more than the plain one."""

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
        flats = self.tonic in ((3, 10) if self.minor else (1, 3, 8, 10))
        return f"{class_name(self.tonic, flats=flats)} {'minor' if self.minor else 'major'}"

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


def rank_keys(notes: NoteArrays) -> tuple[RankedKey, ...]:
    """All 24 keys, the likeliest first, of at least one note."""
    seen = views_of(notes)  # (views, 12)
    from_tonic = np.stack([np.roll(seen, -tonic, axis=1) for tonic in range(12)])  # (12, views, 12)
    scores = np.einsum("tvc,mvc->mt", from_tonic, _weights()) + np.array(BIAS)[:, None]  # (2, 12)
    scores *= (min(len(notes), _MOST_NOTES) / 64) ** SHARPENING
    shares = np.exp(scores - scores.max())
    shares /= shares.sum()
    ranked = sorted(
        ((float(shares[mode, tonic]), tonic, mode) for mode in (0, 1) for tonic in range(12)),
        key=lambda entry: (-entry[0], entry[1:]),
    )
    return tuple(RankedKey(_scale(tonic, ("Major", "Minor")[mode]), share) for share, tonic, mode in ranked)


def find_scale(key: RankedKey, notes: NoteArrays) -> Scale:
    """The scale on the key's tonic that fits the notes best: the key itself, another mode, pentatonic or blues."""
    present = np.roll(class_histogram(notes.pitch, notes.heard), -key.tonic)  # (12,), from the tonic
    best, best_score = key.scale, -1.0
    for rarity, kind in enumerate(_KINDS["minor" if key.minor else "major"]):
        degrees = list(SCALES[kind])
        score = present[degrees].sum() - _RARITY * (rarity > 0) - _UNUSED * (present[degrees] == 0).sum()
        if score > best_score + 1e-9:
            best, best_score = _scale(key.tonic, kind), score
    return best


@cache
def _weights() -> np.ndarray:
    """(2 modes, views, 12 classes above the tonic)."""
    return np.array([[WEIGHTS[mode, view] for view in VIEWS] for mode in ("major", "minor")])


@cache
def _scale(tonic: int, kind: str) -> Scale:
    return Scale.from_intervals(tonic, SCALES[kind])


def views_of(notes: NoteArrays) -> np.ndarray:
    """What the model looks at, (views, 12), in the order of VIEWS."""
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

    return np.stack(
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
