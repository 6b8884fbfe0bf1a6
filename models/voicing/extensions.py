"""Colours on request: sevenths, ninths and so on that fit the key.

A tension is added where the key has it and where it doesn't lie a semitone above a tone of the chord (an "avoid note");
a dominant takes its minor seventh whatever the key. So a request for ninths gives C:maj9 and D:min9 in C major, but
leaves E:min7 without one. A minor seventh chord takes the eleventh for the thirteenth, which would make it a dominant.

Offers: ``extended``, ``within``, ``scale_of``.
"""

from __future__ import annotations

from collections.abc import Sequence

from models.music.chord import Chord, TimedChord
from models.music.scale import SCALES, Scale

_DEGREES = {"6": (9,), "7": (11, 10), "9": (2,), "11": (5, 6), "13": (9,), "add9": (2,), "add11": (5, 6)}
"""Semitones that a colour may have, tried in this order."""

_BRINGS = {"7": ("7",), "9": ("7", "9"), "11": ("7", "9", "11"), "13": ("7", "9", "13")}
"""What a colour's name brings along."""


def extended(chord: Chord, names: Sequence[str], scale: Scale) -> Chord:
    """The chord with the colours that ``names`` ask for, as far as the scale has fitting ones; the bass stays."""
    for name in names:
        if name.startswith("sus"):
            # Second or fourth instead of the third, where the chord has a perfect fifth and the key that tone.
            place = 2 if name == "sus2" else 5
            if chord.root + place in scale and 7 in chord.intervals:
                root, *kept = (interval for interval in chord.intervals if interval not in (2, 3, 4, 5))
                chord = Chord(chord.root, (root, place, *kept), chord.bass)
            continue
        for step in _BRINGS.get(name, (name,)):
            minor = {3, 10} <= {*chord.intervals} and step == "13"
            chord = _with(chord, "11" if minor else step, scale)
    return chord


def _with(chord: Chord, step: str, scale: Scale) -> Chord:
    has = set(chord.intervals)
    if step == "7" and has & {9, 10, 11} or len(has) < 3:
        return chord  # a sixth or a seventh is there already; power chords stay bare
    for place in _DEGREES[step]:
        # Another kind of ninth or thirteenth is there already; and a flat thirteenth wants a flat ninth.
        ninth = place == 2 and (1 in has or {3, 4} <= has or {4, 8, 10} <= has)
        if place in has or (place == 11 and 3 in has and 7 not in has) or ninth or (place == 9 and 8 in has):
            continue
        # A semitone under a tone is a rub as well: 11 under the fifth's b5, 9 under a minor third is fine.
        rubs = (place - 1) % 12 in has and place not in (11,)
        # A major chord whose own third or fifth leaves the key is a secondary dominant.
        outside = any(chord.root + interval not in scale for interval in chord.intervals)
        dominant = place == 10 and 4 in chord.intervals and outside
        if (chord.root + place in scale or dominant) and not rubs:
            return Chord(chord.root, (*chord.intervals, place), chord.bass)
    return chord


def within(chord: Chord, scale: Scale) -> Chord:
    """The chord's tones that lie in the scale; of a chord without any, the scale's tones nearest to its own."""
    tones = frozenset(tone for tone in chord.classes if tone in scale)
    tones = tones or frozenset(scale.nearest(60 + tone) % 12 for tone in chord.classes)
    bass = chord.bass if chord.bass in tones else min(tones, key=lambda tone: (tone - chord.root) % 12)
    if chord.root not in tones:
        return Chord(bass, tuple(sorted((tone - bass) % 12 for tone in tones)), bass)
    intervals = tuple(place for place in chord.intervals if (chord.root + place) % 12 in tones)
    return Chord(chord.root, intervals, bass)


def scale_of(chords: Sequence[TimedChord]) -> Scale:
    """The major or minor key that most of the chords' tones belong to, weighted by length.

    Major and minor with the same tones are told apart by the time on the tonic, by the first and the last chord, and by
    dominants that resolve to it.
    """
    best, best_score = Scale.parse("C major"), float("-inf")
    total = sum(timed.duration for timed in chords) or 1.0
    for root in range(12):
        for kind in ("Major", "Minor"):
            scale = Scale.from_intervals(root, SCALES[kind])
            third = 4 if kind == "Major" else 3
            score = 0.0
            for place, timed in enumerate(chords):
                inside = sum(interval_root in scale for interval_root in timed.chord.classes)
                tonic = timed.chord.root == root and third in timed.chord.intervals
                ends = (0.3 if place == 0 else 0.0) + (0.2 if place == len(chords) - 1 else 0.0)
                before = chords[place - 1].chord  # of the first: the last, round the loop
                resolves = tonic and 4 in before.intervals and (before.root - root) % 12 == 7
                score += timed.duration / total * (inside / len(timed.chord.classes) + 0.15 * tonic)
                score += (ends / 2 + 0.15 * resolves) * tonic
            if score > best_score + 1e-9:
                best, best_score = scale, score
    return best
