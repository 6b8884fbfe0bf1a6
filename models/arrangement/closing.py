"""How a song closes: every track together on the home chord, at the first beat of the last bar, and left to ring.

Offers: ``home_of``, ``closed``, ``led_on``, ``without_lost_pickup``.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from models.analysis.key import find_key
from models.arrangement.arranged import Section
from models.arrangement.playing.drumming import is_kit, lanes_of
from models.drums.kit import pitch_for
from models.music.beats import TIGHT
from models.music.chord import TimedChord
from models.music.clip import Clip
from models.music.drum_kit import Lane
from models.music.note import Note

_STRUM = 0.2
_EARLY = 0.6
"""Beats by which a chord may be struck ahead of its place."""

_SOFT = 0.7
"""How loud, of its loudest, a track comes in for the last bar alone."""

_REST, _PICKUP = 1.25, 1.5
"""Beats from a note to the next that part them, and before a section's end in which what comes is a pickup."""


def home_of(loops: Sequence[Clip], chords: Sequence[TimedChord]) -> TimedChord | None:
    """Where the scene is at home: its first chord where that is the key's or the relative key's first degree, else the
    key's first degree wherever it comes, else the first chord; None without chords."""
    pitched = [loop for loop in loops if not loop.drums]
    keys = find_key(pitched[0], pitched[1:]) if pitched else ()
    if not chords or not keys:
        return chords[0] if chords else None
    key = keys[0].scale
    relative = key.root + (9 if key.root + 4 in key else 3)
    if (chords[0].chord.root - key.root) % 12 == 0 or (chords[0].chord.root - relative) % 12 == 0:
        return chords[0]
    return next((timed for timed in chords if timed.chord.root == key.root), chords[0])


def closed(clip: Clip, loop: Clip, home: TimedChord | None) -> Clip:
    """The section with a last bar in which the track strikes the home chord on the first beat and lets it ring.

    A bass plays its root, chords as the loop voices them there, a tune the root nearest to where it was, a kit kick
    and crash. A track that is silent until then comes in softly. Drums without a kick, and all without a home, end
    with what they play on that beat.
    """
    start, bar = clip.length - clip.metre.bar, clip.metre.bar
    before = [
        note.moved(duration=min(note.duration, start - note.onset))
        for note in clip.notes
        if note.onset < start - _STRUM / 2
    ]
    loudest = max(note.velocity for note in loop.notes)
    velocity = max((note.velocity for note in before), default=max(1, round(_SOFT * loudest)))
    if loop.drums and "kick" in lanes_of(loop):
        lanes: tuple[Lane, ...] = ("kick", "crash") if is_kit(loop) else ("kick",)
        last = [Note(pitch_for(loop.notes, lane), start, bar, velocity) for lane in lanes]
    elif loop.drums or home is None:
        last = [
            note.moved(duration=clip.length - note.onset)
            for note in clip.notes
            if abs(note.onset - start) <= _STRUM / 2
        ]
    elif loop.role == "chords":
        voices = _voiced(loop, home)
        first = min(note.onset for note in voices)
        last = [
            Note(note.pitch, start + note.onset - first, bar - (note.onset - first), min(note.velocity, velocity))
            for note in voices
        ]
    else:
        last = [Note(_root(loop, home, before), start, bar, velocity)]
    return clip.with_notes([*before, *last])


def _voiced(loop: Clip, home: TimedChord) -> list[Note]:
    """The loop's fullest stroke of the home chord, as it is strummed; of broken chords, all its pitches at once."""
    at = home.onset % loop.length
    there = [note for note in loop.notes if at - _EARLY <= note.onset < at + home.duration] or list(loop.notes)
    strokes = [[note for note in there if head.onset - TIGHT <= note.onset <= head.onset + _STRUM] for head in there]
    classes = home.chord.classes

    def fits(stroke: Sequence[Note]) -> int:
        return sum(1 if note.pitch % 12 in classes else -2 for note in stroke)

    best = max(strokes, key=fits)
    if fits(best) >= min(3, len(classes)):
        return best
    spread = {note.pitch: note.moved(onset=at) for note in there if note.pitch % 12 in classes}
    return list(spread.values()) or best


def _root(loop: Clip, home: TimedChord, before: Sequence[Note]) -> int:
    """The root of home nearest to the track's middle, for a tune to its last note; where the loop has it, its own."""
    pitches = [note.pitch for note in loop.notes]
    middle = before[-1].pitch if before and loop.role == "melody" else median(pitches)
    roots = [pitch for pitch in range(128) if pitch % 12 == home.chord.root]
    return min([pitch for pitch in roots if pitch in pitches] or roots, key=lambda pitch: abs(pitch - middle))


def without_lost_pickup(clip: Clip) -> Clip:
    """The section without a pickup at its end, for a tune that doesn't go on in the next."""
    rests = [after for note, after in itertools.pairwise(clip.notes) if after.onset - note.onset >= _REST]
    lost = clip.role == "melody" and rests and rests[-1].onset >= clip.length - _PICKUP
    return clip.with_notes([note for note in clip.notes if note.onset < rests[-1].onset]) if lost else clip


def led_on(section: Section, after: Section | None) -> Section:
    """The section without the pickups of tunes that don't go on in the next."""
    goes_on = [after is not None and bool(after.clips[number].notes) for number in range(len(section.clips))]
    clips = (clip if on else without_lost_pickup(clip) for clip, on in zip(section.clips, goes_on, strict=True))
    return replace(section, clips=tuple(clips))
