"""The harmony that a bass, or a tune, implies where nobody plays chords.

Over a bass: one chord a bar, or two where the line says so. It tells roots, and by its fifths, thirds and sevenths
something of the rest; steps between are on their way. The chord of each half bar is read by exact search (Viterbi):
what the line, and a tune over it, plays of the chord, what is usual in the key, and what a change costs there. A third
that nobody plays is the key's. Under a tune: the harmonies that ``harmonise`` finds, those that go with it.

Offers: ``chords_over``, ``chords_under``, ``HARMONIES``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import product

from models.harmony.harmonise import Harmonisation, harmonies
from models.music.beats import TIGHT, Metre, strength
from models.music.chord import Chord, TimedChord
from models.music.clip import Clip
from models.music.note import Note
from models.music.scale import Scale

HARMONIES = 4
"""How many harmonies a tune alone is heard with, by turns of the seed."""

_LEAST_SUNG = 0.35
"""Share of what a tune sings over a chord that is of it at least."""

_EARLY = 1 / 8
"""Beats; what is struck so little before a bar line belongs to the bar."""

_TRIADS = {"maj": (0, 4, 7), "min": (0, 3, 7), "dim": (0, 3, 6)}
_PLAYED = {0: 1.0, 7: 0.6, 6: 0.5, 4: 0.6, 3: 0.6, 10: 0.2, 11: 0.0}
"""What a beat of the bass says for a chord that has the interval, or that its seventh would be."""

_FOREIGN, _SUNG, _UNSUNG = -0.6, 0.4, -0.25
_THIRD = 0.8
"""How much more a third counts, for or against a chord: it is what tells major from minor."""
_AT_HEAD = {0: 1.2, 3: 0.2, 4: 0.2, 10: -0.2}
"""The same of the first note of a bar; others there are no bass of that chord."""

_NO_BASS = -0.8
_USUAL, _DOMINANT, _DIMINISHED, _STRANGE = 0.6, 0.3, -0.1, -0.8
_CHANGE, _IN_THE_BAR = -0.4, -1.2
_ON_HALF = 0.75
_PASSING = 0.25
"""Share that a short weak note counts which a semitone leads on from."""

_HOME, _LOWERED = 0.18, 0.02


def chords_over(
    bass: Sequence[Note], tune: Sequence[Note], metre: Metre, length: float
) -> tuple[tuple[TimedChord, ...], Scale]:
    """The chords over ``length`` beats without a gap, and the key; ``bass`` holds at least one note, onsets rise."""
    weights = [_weight(bass, place, metre) for place in range(len(bass))]
    key = _key(bass, weights, tune)
    halves = 2 if metre.numerator % 4 == 0 and metre.denominator <= 4 and not _walks(bass, metre) else 1
    step = metre.bar / halves
    starts = [number * step for number in range(max(1, round(length / step + 0.49)))]
    names = [(root, quality) for root, quality in product(range(12), _TRIADS)]
    usual = [_usual(root, quality, key) for root, quality in names]
    # A leading note, however short, makes the fifth of a minor key in its bar a dominant.
    fifth = ((key.root + 7) % 12, "min")
    raised = [_STRANGE if name == fifth else likely for name, likely in zip(names, usual, strict=True)]
    led = {int((note.onset + _EARLY) // metre.bar) for note in bass if (note.pitch - key.root) % 12 == 11}
    led = led if (key.root + 3) % 12 in key.classes else set()
    best, ways = [0.0] * len(names), []
    for number, start in enumerate(starts):
        inside = [place for place, note in enumerate(bass) if start <= note.onset + _EARLY < start + step]
        head = inside[0] if inside and number % halves == 0 else None
        sung = [note for note in tune if start <= note.onset + _EARLY < start + step]
        told = [
            sum(
                _says(bass[place].pitch - root, weights[place], _TRIADS[quality], at_head=place == head)
                for place in inside
            )
            + sum(min(n.duration, 2.0) * _sings(n.pitch - root, _TRIADS[quality]) for n in sung)
            + likely / halves * bool(inside or sung)
            for (root, quality), likely in zip(names, raised if number // halves in led else usual, strict=True)
        ]
        change = _IN_THE_BAR if number % halves else _CHANGE
        leader = max(range(len(names)), key=best.__getitem__)
        ways.append([stay if best[stay] >= best[leader] + change else leader for stay in range(len(names))])
        best = [max(old, best[leader] + change) + new for old, new in zip(best, told, strict=True)]
    path = [max(range(len(names)), key=best.__getitem__)]
    for way in reversed(ways[1:]):
        path.append(way[path[-1]])
    return _timed(starts, [names[place] for place in reversed(path)], bass, length), key


def _walks(bass: Sequence[Note], metre: Metre) -> bool:
    """Does the line walk in beats, so that no single note of it says where the harmony goes?"""
    steps = [after.onset - note.onset for note, after in zip(bass, bass[1:], strict=False)]
    turns = sum(note.pitch != after.pitch for note, after in zip(bass, bass[1:], strict=False))
    return bool(steps) and sum(0.75 <= step <= 1.25 for step in steps) >= 0.8 * len(steps) and turns > 0.8 * len(steps)


def _weight(bass: Sequence[Note], place: int, metre: Metre) -> float:
    """What a note counts: its beats, up to two; little where it only leads on."""
    note, following = bass[place], bass[(place + 1) % len(bass)]
    on_half = strength(note.onset, metre) > _ON_HALF
    leads = abs(note.pitch - following.pitch) == 1 and note.duration <= 1 and not on_half
    return max(0.25, min(note.duration, 2.0)) * (_PASSING if leads else 1)


def _says(interval: int, weight: float, triad: tuple[int, ...], *, at_head: bool) -> float:
    """What one note of the bass, so many semitones over a root, says for a triad on it."""
    interval %= 12
    fits = interval in triad or interval in (10, 11)
    told = (_PLAYED[interval] if fits else _FOREIGN) + min(0.0, _third(interval, triad))
    return weight * told + (_AT_HEAD.get(interval, _NO_BASS) if at_head else 0)


def _sings(interval: int, triad: tuple[int, ...]) -> float:
    """What a beat of the tune says for a triad."""
    interval %= 12
    return (_SUNG if interval in triad else _UNSUNG) + _third(interval, triad)


def _third(interval: int, triad: tuple[int, ...]) -> float:
    return 0.0 if interval not in (3, 4) else _THIRD if interval in triad else -_THIRD


def _key(bass: Sequence[Note], weights: Sequence[float], tune: Sequence[Note]) -> Scale:
    """The major or minor key that has most of what is played, and its tonic at the head; of one that leaves it open
    the minor where the bass has one root, as dance music does, else the major."""
    played = [(note.pitch, weight) for note, weight in zip(bass, weights, strict=True)]
    played += [(note.pitch, min(note.duration, 2.0)) for note in tune]
    total, open_to_all = sum(weight for _, weight in played), len({note.pitch % 12 for note in bass}) <= 2

    def rank(key: Scale) -> float:
        inside = sum(weight for pitch, weight in played if pitch in key) / total
        minor = (key.root + 3) % 12 in key.classes
        home = _HOME * (bass[0].pitch % 12 == key.root) + _HOME / 3 * (bass[-1].pitch % 12 in (key.root, key.root + 7))
        return inside + home + _LOWERED * (minor == open_to_all)

    names = ["C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"]
    return max((Scale.parse(f"{name} {mode}") for name in names for mode in ("Major", "Minor")), key=rank)


def _usual(root: int, quality: str, key: Scale) -> float:
    """What is for a chord before anything is played: in the key, or the major dominant of a minor one."""
    classes = [(root + interval) % 12 for interval in _TRIADS[quality]]
    if all(each in key.classes for each in classes):
        return _DIMINISHED if quality == "dim" else _USUAL
    if quality == "maj" and root == (key.root + 7) % 12:
        return _DOMINANT
    return 2 * _STRANGE if quality == "dim" else _STRANGE


def _timed(
    starts: Sequence[float], names: Sequence[tuple[int, str]], bass: Sequence[Note], length: float
) -> tuple[TimedChord, ...]:
    """The chords joined where they go on, with what the bass has of their sevenths, on its first note where that is
    a tone of theirs."""
    begun = [place for place, name in enumerate(names) if not place or name != names[place - 1]]
    result = []
    for place, after in zip(begun, [*begun[1:], len(names)], strict=True):
        start, end = starts[place], starts[after] if after < len(starts) else length
        root, quality = names[place]
        heard = [note.pitch for note in bass if start <= note.onset + _EARLY < end]
        seventh = (10,) if quality != "dim" and sum((pitch - root) % 12 == 10 for pitch in heard) > 1 else ()
        intervals = (*_TRIADS[quality], *seventh)
        low = heard[0] % 12 if heard and (heard[0] - root) % 12 in intervals else root
        if end - start > TIGHT:
            result.append(TimedChord(start, end - start, Chord(root, intervals, low)))
    return tuple(result)


@lru_cache(maxsize=16)
def _drawn(melody: Clip) -> tuple[list[Harmonisation], Iterator[Harmonisation]]:
    """The harmonies found so far for a tune, and where further ones come from: each costs a search."""
    return [], harmonies(melody, count=HARMONIES)


def chords_under(melody: Clip, number: int) -> tuple[tuple[TimedChord, ...], Scale]:
    """One of the harmonies of a tune that go with it, again from the first where there are fewer, and the key."""
    found, more = _drawn(melody)
    fitting = [one for one in found if _goes_with(melody, one)]
    while len(fitting) <= number and (further := next(more, None)) is not None:
        found.append(further)
        fitting += [further] if _goes_with(melody, further) else []
    one = (fitting or found)[number % len(fitting or found)]
    return one.chords, one.scale


def _goes_with(melody: Clip, harmony: Harmonisation) -> bool:
    """Has each chord some of what the tune sings over it, and does the last take its last note home: on the tonic, not
    from its third degree, on the dominant or on that note as its root?"""
    for timed in harmony.chords:
        beats = [min(note.end, timed.end) - max(note.onset, timed.onset) for note in melody.notes]
        sung = [(max(0.0, each), note.pitch in timed.chord) for note, each in zip(melody.notes, beats, strict=True)]
        if sum(each for each, inside in sung if inside) < _LEAST_SUNG * sum(each for each, _ in sung):
            return False
    last, home, close = melody.notes[-1].pitch, harmony.scale.root, harmony.chords[-1].chord
    weak = close.root == home and len(harmony.chords) > 1 and harmony.chords[-2].chord.root == (home + 4) % 12
    return last in close and close.root in (home, (home + 7) % 12, last % 12) and not weak
