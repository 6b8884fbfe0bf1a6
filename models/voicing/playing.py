"""Playing: chosen pitches become notes, in the prompt's rhythm or another.

Offers: ``played``.
"""

from __future__ import annotations

from collections.abc import Sequence

from models.music.beats import TIGHT
from models.music.clip import without_overlaps
from models.music.note import Note
from models.voicing.layers import Hit
from models.voicing.options import Rhythm
from models.voicing.spans import Span, held

Pitches = tuple[int, ...]

_STAB_PATTERN = (0.0, 0.75, 1.5, 2.5)
"""Where a chord without a rhythm of its own is stabbed, in beats of four; house's old habit."""

_LEGATO = 0.98


def played(
    spans: Sequence[Span], voiced: Sequence[Pitches], rhythm: Rhythm, step: float, length: float
) -> tuple[Note, ...]:
    """The notes of all spans; ``voiced`` has the pitches of each, rising."""
    notes: list[Note] = []
    for span, pitches in zip(spans, voiced, strict=True):
        hits = span.hits or (held(span),)
        if rhythm == "arpeggio":
            notes += _arpeggio(span, pitches, hits[0], step)
        elif rhythm == "stab":
            notes += _stabs(span, pitches, hits, step)
        elif span.broken and rhythm == "keep":
            notes += _broken_up(span, pitches)
        elif rhythm == "hold":
            likes = (_like(hits[0], place, len(pitches)) for place in range(len(pitches)))
            lasts = span.end - span.onset
            notes += [
                one.moved(pitch=at, onset=span.onset, duration=lasts) for one, at in zip(likes, pitches, strict=True)
            ]
        else:
            for hit in hits:
                struck = _kept(span, hit, pitches)
                notes += _strummed(struck, step / 8) if rhythm == "strum" else struck
    return without_overlaps(notes, length)


def _kept(span: Span, hit: Hit, pitches: Pitches) -> list[Note]:
    """The hit in the new pitches: a full one takes all of them, each with the time and weight of its like; one that
    plays some of the span's pitches plays their likes, the lowest for the lowest: so an upstroke stays one.
    """
    old = span.pitches
    fullest = max((len(other.notes) for other in span.hits), default=0)
    if not span.hits or (not span.broken and len(hit.notes) == fullest and hit.classes == span.classes):
        return [_like(hit, place, len(pitches)).moved(pitch=pitch) for place, pitch in enumerate(pitches)]
    struck = tuple(sorted({note.pitch for note in hit.notes}))
    if len({note.onset for note in hit.notes}) > 1 and struck == old[-len(struck) :]:
        # An upstroke takes the highest strings, as many as it took.
        upper = pitches[-len(struck) :]
        return [_like(hit, place, len(upper)).moved(pitch=pitch) for place, pitch in enumerate(upper)]
    if span.classes <= {pitch % 12 for pitch in pitches}:
        # The same chord: each tone is played by a voice that has it, the nearest to the old one's place.
        named = _likes(old, pitches)
    else:
        named = {note.pitch: _place(old, note.pitch, pitches) for note in hit.notes}
    sounding = sorted({named[note.pitch] for note in hit.notes})
    # What was struck full stays as full.
    free = [pitch for pitch in pitches if pitch not in sounding and pitch > sounding[0]]
    sounding = sorted([*sounding, *free[: len(struck) - len(sounding)]])
    return [_like(hit, place, len(sounding)).moved(pitch=pitch) for place, pitch in enumerate(sounding)]


def _place(old: Pitches, pitch: int, pitches: Pitches) -> int:
    """The new pitch as far up among the new ones as the old one is among the old."""
    last = len(old) - 1
    return pitches[round(old.index(pitch) * (len(pitches) - 1) / last)] if last else pitches[0]


def _likes(old: Pitches, pitches: Pitches) -> dict[int, int]:
    """For each old pitch the new one of its class that lies as far up, two old ones apart where that is possible."""
    found: dict[int, int] = {}
    for pitch in old:
        same = [new for new in pitches if new % 12 == pitch % 12]
        free = [new for new in same if new not in found.values()] or same
        found[pitch] = min(free, key=lambda new: abs(new - _place(old, pitch, pitches)))
    return found


def _broken_up(span: Span, pitches: Pitches) -> list[Note]:
    """The prompt's single notes, its lowest chord tone on the new lowest and so on; passing notes keep their names."""
    # A chord put in the place of another may share no tone with what was played.
    old = [pitch for pitch in span.pitches if pitch in (span.replaced or span.chord)] or list(span.pitches)
    voices = list(pitches)
    for place in range(len(voices) - 1, 0, -1):
        if len(voices) > len(old) and voices[place] % 12 in {pitch % 12 for pitch in voices[:place]}:
            del voices[place]
    new = {
        pitch: voices[place] if place < len(voices) else _above(voices, place, pitch, span)
        for place, pitch in enumerate(old)
    }
    notes = []
    for note in (note for hit in span.hits for note in hit.notes):
        pitch = new.get(note.pitch)
        if pitch is None:
            nearest = min(old, key=lambda tone: abs(tone - note.pitch))
            pitch = note.pitch + 12 * round((new[nearest] - nearest) / 12)
        notes.append(note.moved(pitch=pitch))
    return notes


def _above(voices: Sequence[int], place: int, pitch: int, span: Span) -> int:
    """The next pitch above all voices with the name of an old one, or of the ``place``-th voice where another chord
    is played; an octave down where a tune lies there or the register ends.
    """
    name = pitch if span.replaced is None else voices[place % len(voices)]
    above = voices[-1] + ((name - voices[-1] - 1) % 12 + 1)
    highest = min(span.pitches[-1] + 12, span.between[1] if span.between is not None else 127)
    return above - 12 * (above > highest)


def _like(hit: Hit, place: int, voices: int) -> Note:
    """The note of the hit that a voice takes after: lowest after lowest, highest after highest."""
    last = len(hit.notes) - 1
    return hit.notes[last if voices == 1 else round(place * last / (voices - 1))]


def _strummed(struck: list[Note], delay: float) -> list[Note]:
    """Low to high, each a little later and softer; all end together."""
    start = min(note.onset for note in struck)
    return [
        note.moved(
            onset=start + place * delay,
            velocity=max(1, note.velocity - 2 * place),
            duration=max(delay, note.end - start - place * delay),
        )
        for place, note in enumerate(struck)
    ]


def _stabs(span: Span, pitches: Pitches, hits: Sequence[Hit], step: float) -> list[Note]:
    """The hits cut short; a chord that is only held is struck on a pattern."""
    only_held = len(hits) == 1 and span.end - span.onset >= 2 - TIGHT and hits[0].notes[0].duration >= 2 - TIGHT
    if not only_held:
        return [note.moved(duration=min(note.duration, step)) for hit in hits for note in _kept(span, hit, pitches)]
    struck = _kept(span, hits[0], pitches)
    starts = [
        bar + beat for bar in range(0, 64, 4) for beat in _STAB_PATTERN if bar + beat < span.end - span.onset - TIGHT
    ]
    return [
        note.moved(
            onset=span.onset + start,
            duration=min(step, span.end - span.onset - start),
            velocity=note.velocity - (0 if start % 4 == 0 else 8) if note.velocity > 8 else note.velocity,
        )
        for start in starts
        for note in struck
    ]


def _arpeggio(span: Span, pitches: Pitches, hit: Hit, step: float) -> list[Note]:
    """Up and down again through the chord, a note each step; each tone sounds at least once where there is time."""
    turn = pitches + pitches[-2:0:-1] if len(pitches) > 2 else pitches
    count = max(1, round((span.end - span.onset) / step))
    return [
        _like(hit, place % len(turn) % len(pitches), len(pitches)).moved(
            pitch=turn[place % len(turn)],
            onset=span.onset + place * step,
            duration=max(TIGHT * 10, min(step * _LEGATO, span.end - span.onset - place * step)),
        )
        for place in range(count)
    ]
