"""What doesn't go together in a scene: keys, tempos and lengths; said, and matched where the user wishes.

Offers: ``clashes``, ``matched``, ``phrase_of``, ``copies_of``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from models.analysis.key import find_key
from models.music.beats import TIGHT
from models.music.clip import Clip
from models.music.note import Note
from models.music.scale import Scale

_FEWEST = 8
"""Notes below which a track has no key of its own."""

_OUTSIDE = 0.2
"""Share of a track's time outside the key of the others from which on it clashes."""

_LONGEST_PHRASE = 16
_SAME = 0.9


def phrase_of(loops: Sequence[Clip]) -> int:
    """Bars after which the loops that are longer than a bar begin together, at most 16: else the longest one's."""
    bars = {loop.metre.bars(loop.length) for loop in loops}
    together = math.lcm(*bars)
    return together if together <= _LONGEST_PHRASE else max(bars)


def clashes(loops: Sequence[Clip], *, matches: bool = False) -> tuple[str, ...]:
    """A sentence for each kind of clash: tracks in another key, of another tempo, whose loops don't meet; and what
    ``matched`` makes of them, or would make.
    """
    told = []
    home = _home(loops)
    strangers = [(loop, _shift(loop, home)) for loop in loops] if home else []
    strangers = [(loop, shift) for loop, shift in strangers if shift]
    if strangers and home:
        moves = ", ".join(f'"{_called(loop)}" by {shift:+d}' for loop, shift in strangers)
        told.append(
            f"Keys clash: the scene is in {home}; the word match moved {moves} semitones."
            if matches
            else f"Keys clash: the scene is in {home}; the word match would move {moves} semitones."
        )
    tempos = sorted({round(loop.tempo, 2) for loop in loops})
    if len(tempos) > 1:
        listed = ", ".join(f"{tempo:g}" for tempo in tempos)
        stretched = matches and any(_factor(loop, loops[0].tempo) != 1 for loop in loops)
        tempo = f"{loops[0].tempo:g}"
        told.append(
            f"Tempos differ ({listed}); the song is at {tempo}, half and double ones were stretched to it."
            if stretched
            else f"Tempos differ ({listed}); the song is at {tempo}, all notes keep their beats."
        )
    bars = sorted({loop.length / loop.metre.bar for loop in loops})
    odd = [each for each in bars if abs(bars[-1] / each - round(bars[-1] / each)) > TIGHT]
    if odd:
        listed = ", ".join(f"{each:g}" for each in bars)
        told.append(
            f"Loops of {listed} bars don't meet at the ends of sections; the word match cut them to fit."
            if matches
            else f"Loops of {listed} bars don't meet at the ends of sections; the word match would cut them to fit."
        )
    return tuple(told)


def matched(loops: Sequence[Clip]) -> list[Clip]:
    """The loops in one key, tempo and phrase: strangers moved by the fewest semitones, tempos of half or twice the
    first one's stretched, odd lengths looped up to the longest one's."""
    home, tempo = _home(loops), loops[0].tempo
    longest = max(loop.length for loop in loops)
    result = []
    for loop in loops:
        shift = _shift(loop, home) if home else 0
        notes = [note.moved(pitch=_inside(note.pitch + shift)) for note in loop.notes]
        factor = _factor(loop, tempo)
        clip = replace(loop, notes=tuple(_stretched(notes, factor)), length=loop.length * factor, tempo=tempo)
        times = longest / clip.length
        result.append(clip if abs(times - round(times)) <= TIGHT else clip.looped(longest))
    return result


def _factor(loop: Clip, tempo: float) -> float:
    """How much longer a loop of half or twice the tempo becomes; 1 for others."""
    return next((factor for factor in (0.5, 2.0) if abs(loop.tempo * factor / tempo - 1) < 0.02), 1.0)


def copies_of(loops: Sequence[Clip]) -> dict[int, tuple[int, int]]:
    """Tracks that double an earlier one in the unison or in octaves: number to (the other's number, semitones)."""
    found: dict[int, tuple[int, int]] = {}
    for number, loop in enumerate(loops):
        for other in range(number):
            if other in found or loop.drums or loops[other].drums:
                continue
            shift = _octaves(loops[other], loop)
            if shift is not None:
                found[number] = (other, shift)
                break
    return found


def _octaves(one: Clip, other: Clip) -> int | None:
    """By how many semitones, a multiple of 12, one clip is the other; None where it isn't."""
    if not one.notes or len(one.notes) != len(other.notes) or abs(one.length - other.length) > TIGHT:
        return None
    shift = other.notes[0].pitch - one.notes[0].pitch
    same = sum(
        abs(a.onset - b.onset) < 1 / 24 and b.pitch - a.pitch == shift
        for a, b in zip(one.notes, other.notes, strict=True)
    )
    return shift if shift % 12 == 0 and same >= _SAME * len(one.notes) else None


def _home(loops: Sequence[Clip]) -> Scale | None:
    """The key that most of the music is in; None where there is too little."""
    pitched = [loop for loop in loops if not loop.drums and len(loop.notes) >= _FEWEST]
    if len(pitched) < 2:
        return None
    keys = [find_key(loop)[0].scale for loop in pitched]

    def strangeness(key: Scale) -> tuple[int, float]:
        shares = [_outside(loop.notes, key) for loop in pitched]
        return sum(share > _OUTSIDE for share in shares), round(sum(sorted(shares)[: len(shares) // 2 + 1]), 2)

    return min(keys, key=strangeness)


def _outside(notes: Sequence[Note], key: Scale, shift: int = 0) -> float:
    """Share of the sounding time outside a key."""
    total = sum(note.duration for note in notes)
    return sum(note.duration for note in notes if note.pitch + shift not in key) / total if total else 0.0


def _shift(loop: Clip, home: Scale) -> int:
    """Semitones, -5 to 6, that bring a stranger into the key; 0 for who is at home there."""
    if loop.drums or len(loop.notes) < _FEWEST or _outside(loop.notes, home) <= _OUTSIDE:
        return 0
    return min(range(-5, 7), key=lambda shift: (round(_outside(loop.notes, home, shift), 1), abs(shift), shift))


def _inside(pitch: int) -> int:
    return pitch if 0 <= pitch <= 127 else pitch - 12 if pitch > 127 else pitch + 12


def _stretched(notes: Sequence[Note], factor: float) -> list[Note]:
    return [note.moved(onset=note.onset * factor, duration=note.duration * factor) for note in notes]


def _called(loop: Clip) -> str:
    return loop.name or loop.role or "track"
