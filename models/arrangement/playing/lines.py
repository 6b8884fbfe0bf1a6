"""What a part plays of its loop: held, driving, growing, a variation of it that still carries the harmony.

Offers: ``held``, ``driven``, ``rooted``, ``swelled``, ``then``; ``velocity``, a loudness as one of a note.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby, pairwise

from models.music.beats import TIGHT, strength
from models.music.chord import TimedChord, chord_at
from models.music.clip import Clip, without_overlaps
from models.music.note import Note

_STRUM, _EARLY = 0.2, 0.15
_HIGHEST = 115  # which has an octave above it
_FAR_LEAP = 7
_STRONG, _BEARING = 0.75, (0, 3, 4, 7)
"""Strength of places that carry the harmony, and what above its root bears a chord there."""

_SOFT, _MOST_VOICES = 0.8, 5
_SOFTEST, _SHORT_SOFTEST, _LONG, _FULLEST = 0.55, 0.85, 8, 1.05
"""Share of its loudness that a swell begins with, and one of less bars than so many; that it ends with."""


def held(clip: Clip, chords: Sequence[TimedChord]) -> Clip:
    """The loop as a pad, or a bass as a pedal: what it strikes first in each chord and bar, softly, held until it
    changes or two bars are over; of broken chords all their tones. A tune stays."""
    if clip.drums or not chords or clip.role == "melody":
        return clip
    period, bar = chords[-1].end, clip.metre.bar
    changes = {timed.onset + period * turn for turn in range(math.ceil(clip.length / period)) for timed in chords}
    starts = sorted(
        {at for at in changes if at < clip.length - TIGHT}
        | {bar * number for number in range(clip.metre.bars(clip.length))}
    )
    pieces: list[tuple[float, list[Note]]] = []
    for start, end in pairwise([*starts, clip.length]):
        there = [note for note in clip.notes if start - _EARLY <= note.onset < end - _EARLY]
        voices = there[:1] if clip.role == "bass" else _voiced(there)
        again = bool(pieces) and {n.pitch for n in pieces[-1][1]} == {n.pitch for n in voices}
        # What comes so shortly before the next is a push or a pick-up.
        if voices and end - start > 1 + TIGHT and not (again and start - pieces[-1][0] < 2 * bar - TIGHT):
            pieces.append((start, voices))
    ends = [*(start for start, _ in pieces), clip.length][1:]
    found = [
        note.moved(onset=start, duration=end - start, velocity=velocity(_SOFT * note.velocity))
        for (start, voices), end in zip(pieces, ends, strict=True)
        for note in voices
    ]
    return clip.with_notes(without_overlaps(found, clip.length)) if found else clip


def _voiced(notes: Sequence[Note]) -> list[Note]:
    """The first stroke of three tones and more, else all different tones."""
    full = next((stroke for stroke in _strokes(notes) if len({note.pitch for note in stroke}) > 2), None)
    return (full or list({note.pitch: note for note in reversed(notes)}.values()))[:_MOST_VOICES]


def driven(clip: Clip) -> Clip:
    """A bass that drives: each of its notes struck again in eighths until the next; one that does so already leaves
    the last eighth of each bar to the octave."""
    if clip.role != "bass" or not clip.notes:
        return clip
    found: list[Note] = []
    for note, after in zip(clip.notes, [*(each.onset for each in clip.notes[1:]), clip.length], strict=True):
        room = int((after - note.onset) / 0.5 + 0.1)
        found.append(note.moved(duration=min(note.duration, 0.45)) if room > 1 else note)
        for place in range(1, room):
            soft = velocity(note.velocity - (12 if place % 2 else 6))
            found.append(note.moved(onset=note.onset + place / 2, duration=0.42, velocity=soft))
    if len(found) == len(clip.notes):
        bars = [list(group) for _, group in groupby(clip.notes, lambda note: clip.metre.bar_of(note.onset + _EARLY))]
        up = {bar[-1] for bar in bars if len(bar) > 2 and bar[-1].pitch <= _HIGHEST}
        found = [note.moved(pitch=note.pitch + 12 * (note in up)) for note in clip.notes]
    return clip.with_notes(without_overlaps(found, clip.length))


def rooted(varied: Clip, loop: Clip, chords: Sequence[TimedChord]) -> Clip:
    """A varied bass that still carries the harmony: the first note of each chord is the loop's there, on strong places
    nothing stands but what bears a chord, and no note leaps further than a fifth, but by an octave, where the same name
    lies nearer."""
    if loop.role != "bass" or not chords:
        return varied
    own = {round(note.onset * 8): note.pitch for note in loop.notes}
    heads = {round(timed.onset % loop.length * 8) for timed in chords}
    low, high = min(own.values()), max(own.values())
    found: list[Note] = []
    for note in varied.notes:
        place = round(note.onset * 8)
        head = place in heads or place % round(8 * loop.metre.bar) == 0
        chord = chord_at(chords, note.onset % chords[-1].end)
        bears = strength(note.onset, loop.metre) >= _STRONG and chord and (note.pitch - chord.root) % 12 not in _BEARING
        pitch = own.get(place, note.pitch) if head or bears else note.pitch
        leap = abs(pitch - found[-1].pitch) if found else 0
        strays = (leap > _FAR_LEAP and leap != 12) or not low - 2 <= pitch <= high + 2
        if strays and found and not (head and place in own):
            near = [each for each in range(max(0, low - 2), min(128, high + 10)) if (each - pitch) % 12 == 0]
            pitch = min(near, key=lambda each: (abs(each - found[-1].pitch), each))
        found.append(note.moved(pitch=pitch))
    return varied.with_notes(found)


def swelled(clip: Clip, *, falling: bool = False) -> Clip:
    """The section growing from soft to full, as a filter opens, or falling back; a short one from less far."""
    least = _SOFTEST if clip.metre.bars(clip.length) >= _LONG else _SHORT_SOFTEST

    def share(note: Note) -> float:
        place = note.onset / clip.length
        return 1 - (1 - least) * place if falling else least + (_FULLEST - least) * place

    return clip.with_notes([note.moved(velocity=velocity(note.velocity * share(note))) for note in clip.notes])


def then(first: Clip, second: Sequence[Note], turn: float) -> Clip:
    """A clip up to a turn (beats), and what others play from there on; a hand may be ahead of it."""
    after = [note for note in second if note.onset >= turn - _EARLY]
    limit = min([turn - TIGHT, *(note.onset for note in after)])
    before = [note.moved(duration=min(note.duration, turn - note.onset)) for note in first.notes if note.onset < limit]
    return first.with_notes([*before, *after])


def _strokes(notes: Sequence[Note]) -> list[list[Note]]:
    """The notes stroke by stroke, those of a strum together."""
    found: list[list[Note]] = []
    for note in notes:
        if found and note.onset - found[-1][0].onset <= _STRUM:
            found[-1].append(note)
        else:
            found.append([note])
    return found


def velocity(loud: float) -> int:
    """The nearest velocity, 1-127."""
    return max(1, min(127, round(loud)))
