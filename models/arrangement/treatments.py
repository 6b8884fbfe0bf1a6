"""Treatments: what a track does in a section.

Those of the loop (lift, kick) are made once and then repeated; those of the section (fill, build, the crash that opens
a lift) look at where it begins and ends. None makes a pitch class that the loop doesn't have, so scales hold.

Offers: ``lifted``, ``opened``, ``filled``, ``led_in``, ``built``, ``dubbed``, ``breathed``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median

from models.arrangement.playing.drumming import cymbals, is_kit, lanes_of
from models.arrangement.playing.lines import velocity
from models.constraints.lines import top_line
from models.drums.fill import fills_for, write_fill
from models.drums.hearing import styles_of_beat
from models.drums.kit import pitch_for
from models.drums.rhythm import Rhythm
from models.music.beats import TIGHT
from models.music.clip import Clip, without_overlaps
from models.music.drum_kit import lane_of
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
_ECHO, _FADES, _TIMES = 0.75, 0.7, 7
"""Beats between a stab and its echo, three sixteenths, how much of it an echo keeps, and how often it comes."""


def lifted(clip: Clip) -> Clip:
    """The loop with more air: louder; tunes and the top of chords doubled an octave higher, drums with open hats or a
    ride."""
    louder = [note.moved(velocity=min(127, note.velocity + _LOUDER)) for note in clip.notes]
    if clip.drums:
        added = cymbals(clip) if is_kit(clip) else []
        kept = [
            note
            for note in louder
            if lane_of(note.pitch) != "closed hat" or all(abs(note.onset - other.onset) > 1 / 12 for other in added)
        ]
        return clip.with_notes(without_overlaps([*kept, *added], clip.length))
    if clip.role == "bass":
        return clip.with_notes(louder)
    doubled = [
        note.moved(pitch=note.pitch + 12, velocity=max(1, note.velocity - _LOUDER))
        for note in (louder[index] for index in top_line(louder))
        if note.pitch + 12 <= _HIGHEST_DOUBLE
    ]
    return clip.with_notes(without_overlaps([*louder, *doubled], clip.length))


def opened(clip: Clip, every: int = _PHRASE) -> Clip:
    """The section with a crash on its first beat and at each eighth bar, or ``every`` so many, as loud as anything in
    it; others than a kit stay."""
    if not is_kit(clip):
        return clip
    loudest, phrase = max(note.velocity for note in clip.notes), every * clip.metre.bar
    crashes = [
        Note(pitch_for(clip.notes, "crash"), phrase * number, min(1.0, clip.length), loudest)
        for number in range(max(1, int(clip.length / phrase + TIGHT)))
    ]
    return clip.with_notes(without_overlaps([*clip.notes, *crashes], clip.length))


def breathed(clip: Clip) -> Clip:
    """The section with its last beat silent, before a drop; what rings is cut there."""
    end = max(clip.length / 2, clip.length - _BREATH * 2)
    cut = [
        note if note.end <= end else note.moved(duration=end - note.onset)
        for note in clip.notes
        if note.onset < end - 1 / 32
    ]
    return clip.with_notes(cut)


def filled(clip: Clip, loop: Clip | None = None, turn: int = 0) -> Clip:
    """The section with a last half bar that leads on: drums play a fill, and a shorter one at every eighth bar of a
    long section; a bass runs in eighths. Percussion beside a kit and others stay.

    loop  the kit that plays the fill, where the section has only a part of it; None: the section itself
    turn  from 0: further fills
    """
    half, phrase = clip.length - clip.metre.bar / 2, _PHRASE * clip.metre.bar
    if clip.notes and clip.role == "bass":
        return _replaced(clip, half, clip.length, _bass_run(clip, half))
    whole = clip if loop is None or is_kit(clip) else loop.looped(clip.length)
    if not is_kit(whole):
        return clip
    known = loop or whole  # the shorter one tells the same
    kinds = [kind for kind in fills_for("", styles_of_beat("", known), known) if kind not in _WHOLE_BAR]
    beat = clip.metre.bar - clip.metre.pulses[-1]
    for end in (phrase * number for number in range(1, math.ceil(clip.length / phrase - TIGHT))):
        if clip is whole and clip.length - end > phrase - TIGHT:
            clip = _replaced(clip, end - beat, end, write_fill(clip, end - beat, end, "last-beat", turn))
    return _replaced(
        clip, half, clip.length, write_fill(whole, half, clip.length, kinds[turn % min(2, len(kinds))], turn)
    )


def led_in(clip: Clip, turn: int = 0) -> Clip:
    """Silence but for the fill that leads on to the next section; all silent of others than a kit."""
    if not is_kit(clip):
        return clip.with_notes(())
    start = clip.length - clip.metre.bar / 2
    return clip.with_notes([note for note in filled(clip, None, turn).notes if note.onset >= start - TIGHT])


def dubbed(clip: Clip, turn: int = 0) -> Clip:
    """The section as a dub: of every four bars drums fall silent in the third, the last stroke of the snare in echoes,
    and come back in the middle of the fourth; of what has harmony or tune the first stroke of every other bar is left,
    short and in echoes, of the next four bars those of the others. A bass plays on.

    turn  odd: half of the pattern later
    """
    bar, metre = clip.metre.bar, clip.metre
    if clip.role == "bass" or not clip.notes:
        return clip
    rhythm = Rhythm.of((clip,), clip.length, muted=True)
    gap = 2 / 3 if rhythm.ternary or rhythm.swing_unit == 0.5 else _ECHO
    if clip.drums:
        shift = 2 * bar * (turn % 2)
        kept = [note for note in clip.notes if not 2 * bar <= (note.onset + _ROLL + shift) % (4 * bar) < 3.5 * bar]
        after: dict[int, Note] = {}
        for note in kept:
            place = (note.onset + _ROLL + shift) / (4 * bar)
            if lane_of(note.pitch) == "snare" and place % 1 < 0.5:
                loudest = after.setdefault(int(place), note)
                after[int(place)] = note if note.velocity >= 0.9 * loudest.velocity else loudest
        last = [note.moved(duration=min(note.duration, gap / 2)) for note in after.values()]
        thrown = _echoed(last, gap, clip.length)
        return clip.with_notes(without_overlaps([*kept, *thrown], clip.length))
    heads: dict[int, float] = {}
    for note in clip.notes:
        heads.setdefault(metre.bar_of(note.onset + TIGHT), note.onset)
    stabs = [
        note.moved(duration=min(note.duration, gap * 0.6))
        for note in clip.notes
        if ((place := metre.bar_of(note.onset + TIGHT)) + place // 4) % 2 == turn % 2
        and note.onset <= heads[place] + _ROLL
    ]
    return clip.with_notes(without_overlaps(_echoed(stabs, gap, clip.length), clip.length))


def _echoed(notes: Sequence[Note], gap: float, end: float) -> list[Note]:
    """Short notes and what an echo gives back of them, fainter each time, up to an end."""
    return [
        note.moved(onset=note.onset + gap * turn, velocity=velocity(note.velocity * _FADES**turn))
        for note in notes
        for turn in range(_TIMES + 1)
        if note.onset + gap * turn + note.duration <= end + TIGHT
    ]


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


def built(clip: Clip, start: float = 0.0) -> Clip:
    """The section as a riser from ``start`` (beats) on, with a breath before its end: a kit, or a snare alone, strikes
    again and again, faster and louder, over its hats; others play on as they do, louder and louder, chords and tunes
    that aren't held in eighths at last."""
    end = clip.length - _BREATH
    rolls = is_kit(clip) or (clip.drums and lanes_of(clip) == {"snare"})
    swells = clip.drums or median(note.duration for note in clip.notes or (Note(60, 0.0, 1.0),)) >= _PAD
    turn = start if rolls else end if swells else clip.length * 3 / 4
    if clip.drums and not rolls and "kick" in lanes_of(clip):
        end = turn = clip.length - clip.metre.bar  # the kick stops, so that it can come back
    notes = [
        note.moved(velocity=_risen(clip, note.onset), duration=min(note.duration, turn - note.onset))
        for note in clip.notes
        if note.onset < turn - 1 / 32
    ]
    if rolls:
        # What goes before the riser is the beat as it was.
        ticking = [note for note in clip.notes if lane_of(note.pitch) in ("closed hat", "open hat", "ride")]
        notes = [note for note in clip.notes if note.onset < start - TIGHT]
        notes += [
            note.moved(velocity=_risen(clip, note.onset)) for note in ticking if start <= note.onset < end - TIGHT
        ]
    for onset, gap in _accelerating(turn, end, eighths=not rolls):
        notes += (
            Note(pitch, onset, gap * 0.9, _risen(clip, onset))
            for pitch in (_sounding(clip, onset) if turn < end else ())
        )
    return clip.with_notes(without_overlaps(notes, clip.length))


def _risen(clip: Clip, onset: float) -> int:
    return 56 + round(60 * onset / clip.length)


def _accelerating(turn: float, end: float, *, eighths: bool) -> list[tuple[float, float]]:
    """Onsets and gaps from a turn up to a breath: eighths; or beats for a half, eighths for a quarter, then
    sixteenths."""
    found, onset = [], turn
    while onset < end - TIGHT:
        share = (onset - turn) / (end - turn)
        gap = 0.5 if eighths or 0.5 <= share < 0.75 else 1.0 if share < 0.5 else 0.25
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
