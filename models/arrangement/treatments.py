"""Treatments: what a track does in a section.

Those of the loop (lift, kick) are made once and then repeated; those of the section (fill, build, the crash that opens
a lift) look at where it begins and ends. None makes a pitch class that the loop doesn't have, so scales hold.

Offers: ``lifted``, ``opened``, ``filled``, ``led_in``, ``built``, ``kick_alone``, ``hats_alone``, ``dubbed``,
``breathed``, ``lanes_of``, ``is_kit``.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from statistics import median

from models.constraints.lines import top_line
from models.drums.fill import fills_for, write_fill
from models.drums.hearing import styles_of_beat
from models.drums.kit import pitch_for
from models.drums.rhythm import Rhythm, swung
from models.music.beats import TIGHT
from models.music.clip import Clip, without_overlaps
from models.music.drum_kit import Lane, lane_of
from models.music.note import Note

_LOUDER = 8
_HIGHEST_DOUBLE = 96
_WHOLE_BAR = ("stop", "broken", "build")
"""Fills that need a bar."""

_SOON = 0.76
"""Beats behind a bar line in which a chord may begin that is the bar's."""

_BREATH = 0.5
"""Beats of silence at the end of a build."""

_PAD = 2.0
"""Usual duration, in beats, from which a part is held."""

_PHRASE = 8
"""Bars after which a long section takes a new breath."""

_ROLL = 0.2
_ECHO, _FADES = 0.75, 0.65
"""Beats between a stab and its echo, three sixteenths, and how much of it an echo keeps."""


def lifted(clip: Clip) -> Clip:
    """The loop with more air: louder; tunes and the top of chords doubled an octave higher, drums with open hats or a
    ride."""
    louder = [note.moved(velocity=min(127, note.velocity + _LOUDER)) for note in clip.notes]
    if clip.drums:
        cymbals = _cymbals(clip) if is_kit(clip) else []
        kept = [
            note
            for note in louder
            if lane_of(note.pitch) != "closed hat" or all(abs(note.onset - other.onset) > 1 / 12 for other in cymbals)
        ]
        return clip.with_notes(without_overlaps([*kept, *cymbals], clip.length))
    if clip.role == "bass":
        return clip.with_notes(louder)
    doubled = [
        note.moved(pitch=note.pitch + 12, velocity=max(1, note.velocity - _LOUDER))
        for note in (louder[index] for index in top_line(louder))
        if note.pitch + 12 <= _HIGHEST_DOUBLE
    ]
    return clip.with_notes(without_overlaps([*louder, *doubled], clip.length))


def _cymbals(clip: Clip) -> list[Note]:
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
    return [
        Note(pitch_for(clip.notes, lane), onset, 0.25, max(1, loudest - 25))
        for onset in onsets
        if onset < clip.length - TIGHT
    ]


def opened(clip: Clip) -> Clip:
    """The section with a crash on its first beat and at each eighth bar, as loud as anything in it; others than a kit
    stay."""
    if not is_kit(clip):
        return clip
    loudest, phrase = max(note.velocity for note in clip.notes), _PHRASE * clip.metre.bar
    crashes = [
        Note(pitch_for(clip.notes, "crash"), phrase * number, min(1.0, clip.length), loudest)
        for number in range(max(1, int(clip.length / phrase + TIGHT)))
    ]
    return clip.with_notes(without_overlaps([*clip.notes, *crashes], clip.length))


def kick_alone(clip: Clip) -> Clip:
    """Of drums the kick and, softly, what ticks on; a kit without a kick stays."""
    return (
        _ticking(clip, lambda note: lane_of(note.pitch) in ("kick", "closed hat")) if "kick" in lanes_of(clip) else clip
    )


def breathed(clip: Clip) -> Clip:
    """The section with its last beat silent, before a drop; what rings is cut there."""
    end = max(clip.length / 2, clip.length - _BREATH * 2)
    cut = [
        note if note.end <= end else note.moved(duration=end - note.onset)
        for note in clip.notes
        if note.onset < end - 1 / 32
    ]
    return clip.with_notes(cut)


def filled(clip: Clip) -> Clip:
    """The section with a last half bar that leads on: drums play a fill, and a shorter one at every eighth bar of a
    long section; a bass runs in eighths. Percussion beside a kit and others stay."""
    half, phrase = clip.length - clip.metre.bar / 2, _PHRASE * clip.metre.bar
    if clip.notes and clip.role == "bass":
        return _replaced(clip, half, clip.length, _bass_run(clip, half))
    if not is_kit(clip):
        return clip
    kind = next(kind for kind in fills_for("", styles_of_beat("", clip), clip) if kind not in _WHOLE_BAR)
    beat = clip.metre.bar - clip.metre.pulses[-1]
    for end in (phrase * number for number in range(1, math.ceil(clip.length / phrase - TIGHT))):
        if clip.length - end > phrase - TIGHT:
            clip = _replaced(clip, end - beat, end, write_fill(clip, end - beat, end, "last-beat", 0))
    return _replaced(clip, half, clip.length, write_fill(clip, half, clip.length, kind, 0))


def led_in(clip: Clip) -> Clip:
    """Silence but for the fill that leads on to the next section; all silent of others than a kit."""
    if not is_kit(clip):
        return clip.with_notes(())
    start = clip.length - clip.metre.bar / 2
    return clip.with_notes([note for note in filled(clip).notes if note.onset >= start - TIGHT])


def dubbed(clip: Clip) -> Clip:
    """The section as a dub: of every four bars drums fall silent in the third and come back in the middle of the
    fourth; of what has harmony or tune the first stroke of every other bar is left, short, and a short one with its
    echo. A bass plays on."""
    bar, metre = clip.metre.bar, clip.metre
    if clip.drums:
        return clip.with_notes(
            [note for note in clip.notes if not 2 * bar <= (note.onset + _ROLL) % (4 * bar) < 3.5 * bar]
        )
    if clip.role == "bass":
        return clip
    heads: dict[int, float] = {}
    for note in clip.notes:
        heads.setdefault(metre.bar_of(note.onset + TIGHT), note.onset)
    places = [(note, metre.bar_of(note.onset + TIGHT)) for note in clip.notes]
    echoes = (
        note.moved(
            onset=note.onset + _ECHO * turn,
            duration=min(note.duration, _ECHO * 2),
            velocity=max(1, round(note.velocity * _FADES**turn)),
        )
        for note, place in places
        if place % 2 == 0 and note.onset <= heads[place] + _ROLL
        for turn in range(4 if note.duration < _ECHO else 1)
    )
    return clip.with_notes(without_overlaps([note for note in echoes if note.end <= clip.length], clip.length))


def hats_alone(clip: Clip) -> Clip:
    """Of drums what is neither kick nor backbeat, as behind a filter; other tracks stay, and drums that tick on
    nothing."""
    return _ticking(clip, lambda note: lane_of(note.pitch) not in ("kick", "snare"))


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


def _replaced(clip: Clip, start: float, end: float, notes: Sequence[Note]) -> Clip:
    """The clip with these notes in [start, end) beats, what rang into it cut."""
    kept = [
        note.moved(duration=max(1 / 32, start - note.onset)) if note.onset < start < note.end else note
        for note in clip.notes
        if not start - TIGHT <= note.onset < end - TIGHT
    ]
    return clip.with_notes(without_overlaps([*kept, *notes], clip.length))


def _bass_run(clip: Clip, start: float) -> list[Note]:
    """The loop's own pitches in eighths, step by step towards the note that the next pass begins with."""
    pitches = sorted({note.pitch for note in clip.notes})
    goal = clip.notes[0].pitch
    count = max(1, round((clip.length - start) / 0.5))
    below = [pitch for pitch in pitches if pitch < goal][-count:]
    above = [pitch for pitch in pitches if pitch > goal][:count][::-1]
    run = below if len(below) >= len(above) else above
    run = [run[0]] * (count - len(run)) + run if run else [goal] * count
    velocity = round(sum(note.velocity for note in clip.notes) / len(clip.notes))
    return [Note(pitch, start + place * 0.5, 0.45, velocity) for place, pitch in enumerate(run)]


def built(clip: Clip) -> Clip:
    """The section as a riser, with a breath before its end: a kit, or a snare alone, strikes again and again, faster
    and louder, over its hats; others play on as they do, louder and louder, chords and tunes that aren't held in
    eighths at last."""
    end = clip.length - _BREATH
    rolls = is_kit(clip) or (clip.drums and lanes_of(clip) == {"snare"})
    swells = clip.drums or median(note.duration for note in clip.notes or (Note(60, 0.0, 1.0),)) >= _PAD
    turn = 0.0 if rolls else end if swells else clip.length * 3 / 4
    if clip.drums and not rolls and "kick" in lanes_of(clip):
        end = turn = clip.length - clip.metre.bar  # the kick stops, so that it can come back
    notes = [
        note.moved(velocity=_risen(clip, note.onset), duration=min(note.duration, turn - note.onset))
        for note in clip.notes
        if note.onset < turn - 1 / 32
    ]
    if rolls:
        ticking = [note for note in clip.notes if lane_of(note.pitch) in ("closed hat", "open hat", "ride")]
        notes = [note.moved(velocity=_risen(clip, note.onset)) for note in ticking if note.onset < end - TIGHT]
    for onset, gap in _accelerating(turn, end):
        notes += (
            Note(pitch, onset, gap * 0.9, _risen(clip, onset))
            for pitch in (_sounding(clip, onset) if turn < end else ())
        )
    return clip.with_notes(without_overlaps(notes, clip.length))


def _risen(clip: Clip, onset: float) -> int:
    return 56 + round(60 * onset / clip.length)


def _accelerating(turn: float, end: float) -> list[tuple[float, float]]:
    """Onsets and gaps up to a breath: beats for a half, eighths for a quarter, then sixteenths; eighths from a turn."""
    found, onset = [], turn
    while onset < end - TIGHT:
        gap = 0.5 if turn else 1.0 if onset < end / 2 else 0.5 if onset < end * 3 / 4 else 0.25
        found.append((onset, gap))
        onset += gap
    return found


def _sounding(clip: Clip, onset: float) -> list[int]:
    """What is struck at a stroke: drums snare, with kick on whole beats; else what sounds there, or the bar's first
    chord where it comes late, or what sounded last."""
    if clip.drums:
        on_beat = abs(onset - round(onset)) < TIGHT and "kick" in lanes_of(clip)
        kick = [pitch_for(clip.notes, "kick")] if on_beat else []
        return [*kick, pitch_for(clip.notes, "snare")]
    now = sorted({note.pitch for note in clip.notes if note.onset - TIGHT <= onset < note.end - TIGHT})
    if now:
        return now
    bar = clip.metre.bar_of(onset)
    soon = [note for note in clip.notes if onset < note.onset <= onset + _SOON and clip.metre.bar_of(note.onset) == bar]
    started = [note for note in clip.notes if note.onset <= onset] or list(clip.notes[:1])
    head = soon[0].onset if soon and clip.metre.in_bar(onset) < _SOON else started[-1].onset
    return sorted({note.pitch for note in clip.notes if abs(note.onset - head) < TIGHT})
