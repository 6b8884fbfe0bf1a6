"""What a kit plays of its beat: the kick alone, hats, a backbeat from afar, the rim for the snare, a ride for the hats.

Offers: ``kick_alone``, ``hats_alone``, ``pulsing``, ``rimmed``, ``ridden``, ``busier``, ``cymbals``, ``lanes_of``,
``is_kit``.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

from models.drums.density import more_hits
from models.drums.kit import pitch_for
from models.drums.rhythm import Rhythm, swung
from models.music.beats import TIGHT
from models.music.clip import Clip, without_overlaps
from models.music.drum_kit import Lane, lane_of
from models.music.note import Note

GHOST = 50
"""Velocity up to which a snare is a ghost."""

_RIM, _RIM_SHARE = 37, 0.9
_FAR = 0.6
"""How loud a backbeat is that comes from afar."""

_MORE = 0.15
"""Share of its hits that a busier beat has more."""


def kick_alone(clip: Clip) -> Clip:
    """Of drums the kick and, softly, what ticks on; a kit without a kick stays."""
    return (
        _ticking(clip, lambda note: lane_of(note.pitch) in ("kick", "closed hat")) if "kick" in lanes_of(clip) else clip
    )


def hats_alone(clip: Clip) -> Clip:
    """Of drums what is neither kick nor backbeat, as behind a filter; other tracks stay, and drums that tick on
    nothing."""
    return _ticking(clip, lambda note: lane_of(note.pitch) not in ("kick", "snare"))


def pulsing(clip: Clip) -> Clip:
    """Of drums in a break the backbeat, softly, as a clap in the next room; from the middle on what ticks as well. A
    kit without a backbeat ticks."""
    if not clip.drums or "snare" not in lanes_of(clip):
        return hats_alone(clip)
    ticks = hats_alone(clip).notes
    backs = [note for note in clip.notes if lane_of(note.pitch) == "snare" and note.velocity > GHOST]
    soft = [note.moved(velocity=max(1, round(_FAR * note.velocity))) for note in backs]
    return clip.with_notes([*soft, *(note for note in ticks if note.onset >= clip.length / 2 - TIGHT)])


def rimmed(clip: Clip) -> Clip:
    """Of a kit the rim in place of the snare, whose ghosts go: a verse's beat."""
    if not is_kit(clip) or _RIM in {note.pitch for note in clip.notes}:
        return clip
    kept = [note for note in clip.notes if lane_of(note.pitch) != "snare" or note.velocity > GHOST]
    rims = {note: note.moved(pitch=_RIM, velocity=max(1, round(_RIM_SHARE * note.velocity))) for note in kept}
    return clip.with_notes([rims[note] if lane_of(note.pitch) == "snare" else note for note in kept])


def ridden(clip: Clip) -> Clip:
    """A kit whose hats are played on the ride."""
    if not is_kit(clip):
        return clip
    ride = pitch_for(clip.notes, "ride")
    moved = [
        note.moved(pitch=ride) if lane_of(note.pitch) in ("closed hat", "open hat") else note for note in clip.notes
    ]
    return clip.with_notes(without_overlaps(moved, clip.length))


def busier(clip: Clip) -> Clip:
    """A kit with a few ghosts and pushes more, as a drummer adds them."""
    if not is_kit(clip):
        return clip
    more = more_hits(clip, 0.0, clip.length, {note.pitch for note in clip.notes}, 0)
    return clip.with_notes(without_overlaps([*clip.notes, *more[: round(_MORE * len(clip.notes))]], clip.length))


def cymbals(clip: Clip) -> list[Note]:
    """What a lift adds to a kit: open hats between the pulses, in the beat's swing; where a hat of it is open there
    already, a ride on the pulses."""
    lanes = lanes_of(clip)
    lane: Lane = "ride" if "open hat" in lanes else "open hat"
    if not clip.notes or lane in lanes:
        return []
    rhythm = Rhythm.of((clip,), clip.length, muted=True)
    loudest = max(note.velocity for note in clip.notes)
    onsets = [
        swung(bar * clip.metre.bar + pulse + 0.5 * (lane == "open hat"), rhythm.swing, rhythm.swing_unit)
        for bar in range(clip.metre.bars(clip.length))
        for pulse in clip.metre.pulses
    ]
    pitch = pitch_for(clip.notes, lane)
    return [Note(pitch, onset, 0.25, max(1, loudest - 25)) for onset in onsets if onset < clip.length - TIGHT]


def _ticking(clip: Clip, stays: Callable[[Note], bool]) -> Clip:
    """Of drums what stays; a bar in which nothing ticks, as in a fill, takes what ticked in the one before."""
    kept = [note for note in clip.notes if stays(note)]
    bars: list[list[Note]] = [[] for _ in range(clip.metre.bars(clip.length))]
    for note in kept:
        if lane_of(note.pitch) not in ("kick", "snare"):
            bars[min(clip.metre.bar_of(note.onset + TIGHT), len(bars) - 1)].append(note)
    for place, (before, now) in enumerate(itertools.pairwise(bars), 1):
        if 2 * len(now) < len(before):
            gone = {*now}
            bars[place] = [note.moved(onset=note.onset + clip.metre.bar) for note in before]
            kept = [note for note in kept if note not in gone] + bars[place]
    return clip.with_notes([note for note in kept if note.onset < clip.length]) if clip.drums and kept else clip


def lanes_of(clip: Clip) -> set[str]:
    """The drums that a clip strikes."""
    return {lane_of(note.pitch) or "other" for note in clip.notes}


def is_kit(clip: Clip) -> bool:
    """Is it drums with kick and snare, or one of them and more, and not a single drum or the percussion beside them?"""
    found = len(lanes_of(clip) & {"kick", "snare"})
    return clip.drums and (found == 2 or (found == 1 and len(lanes_of(clip)) > 2))
