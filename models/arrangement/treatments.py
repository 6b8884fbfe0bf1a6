"""Treatments: what a track does in a section.

Those of the loop (lift) are made once and then repeated; those of the section (fill, build) look at where it ends.
None makes a pitch class that the loop doesn't have, so scales hold; thinning only takes notes away.

Offers: ``lifted``, ``filled``, ``built``.
"""

from __future__ import annotations

from models.constraints.lines import top_line
from models.drums.fill import write_fill
from models.drums.kit import pitch_for
from models.music.beats import TIGHT
from models.music.clip import Clip, without_overlaps
from models.music.drum_kit import lane_of
from models.music.note import Note

_LOUDER = 8
_HIGHEST_DOUBLE = 96
_BREATH = 0.5
"""Beats of silence at the end of a build."""


def lifted(clip: Clip) -> Clip:
    """The loop with more air: louder; tunes and the top of chords doubled an octave higher, drums with open hats."""
    louder = [note.moved(velocity=min(127, note.velocity + _LOUDER)) for note in clip.notes]
    if clip.drums:
        return clip.with_notes(without_overlaps([*louder, *_open_hats(clip)], clip.length))
    if clip.role == "bass":
        return clip.with_notes(louder)
    doubled = [
        note.moved(pitch=note.pitch + 12, velocity=max(1, note.velocity - _LOUDER))
        for note in (louder[index] for index in top_line(louder))
        if note.pitch + 12 <= _HIGHEST_DOUBLE
    ]
    return clip.with_notes(without_overlaps([*louder, *doubled], clip.length))


def _open_hats(clip: Clip) -> list[Note]:
    """A crash on the loop's first beat, open hats between the pulses where no hat of the kit is open yet."""
    loudest = max((note.velocity for note in clip.notes), default=100)
    added = [Note(pitch_for(clip.notes, "crash"), 0.0, min(1.0, clip.length), loudest)]
    if not any(lane_of(note.pitch) == "open hat" for note in clip.notes):
        onsets = [
            bar * clip.metre.bar + pulse + 0.5
            for bar in range(clip.metre.bars(clip.length))
            for pulse in clip.metre.pulses
        ]
        added += [
            Note(pitch_for(clip.notes, "open hat"), onset, 0.25, max(1, loudest - 25))
            for onset in onsets
            if onset < clip.length - TIGHT
        ]
    return added


def filled(clip: Clip) -> Clip:
    """The section with a last half bar that leads on: drums play a fill, a bass runs in eighths; others stay."""
    if not clip.notes or clip.role not in ("drums", "bass"):
        return clip
    start = clip.length - clip.metre.bar / 2
    before = [
        note if note.end <= start else note.moved(duration=max(1 / 32, start - note.onset))
        for note in clip.notes
        if note.onset < start - TIGHT
    ]
    fill = write_fill(clip, start, clip.length, "down", 0, toms=True) if clip.drums else _bass_run(clip, start)
    return clip.with_notes(without_overlaps([*before, *fill], clip.length))


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
    """The section as a riser: its notes struck again and again, faster and louder, and a breath before the end."""
    strokes = _accelerating(clip.length)
    notes: list[Note] = []
    for place, (onset, gap) in enumerate(strokes):
        velocity = 56 + round(64 * place / len(strokes))
        for pitch in _sounding(clip, onset):
            notes.append(Note(pitch, onset, gap * 0.9, velocity))
    return clip.with_notes(without_overlaps(notes, clip.length))


def _accelerating(length: float) -> list[tuple[float, float]]:
    """Onsets and gaps: beats for a half, eighths for a quarter, sixteenths to the breath."""
    strokes, onset = [], 0.0
    while onset < length - _BREATH - TIGHT:
        gap = 1.0 if onset < length / 2 else 0.5 if onset < length * 3 / 4 else 0.25
        strokes.append((onset, gap))
        onset += gap
    return strokes or [(0.0, length)]


def _sounding(clip: Clip, onset: float) -> list[int]:
    """What is struck at a stroke: drums snare, with kick on whole beats; else what sounds there, or sounded last."""
    if clip.drums:
        kick = [pitch_for(clip.notes, "kick")] if abs(onset - round(onset)) < TIGHT else []
        return [*kick, pitch_for(clip.notes, "snare")]
    now = sorted({note.pitch for note in clip.notes if note.onset - TIGHT <= onset < note.end - TIGHT})
    if now:
        return now
    started = [note for note in clip.notes if note.onset <= onset] or list(clip.notes[:1])
    return sorted({note.pitch for note in started if abs(note.onset - started[-1].onset) < TIGHT})
