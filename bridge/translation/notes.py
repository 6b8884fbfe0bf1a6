"""Clips in beats to clips in ticks, and back; and sentences without their numbers, and back.

Max keeps every distinct string for ever, so a sentence travels as one of a fixed stock: each number leaves ``{}`` and
follows as two integers m and d, meaning m / 10^d written with d decimals. "take 0.61" is "take {}" and (61, 2).
A number that this can't write back (leading zeros, too many digits) stays in the text.

Offers: ``to_ticks``, ``to_beats``; ``to_wire`` and its reverse ``to_clip``; ``wire_order``; ``take_numbers_out`` and
its reverse ``put_numbers_in``; ``clean``.
"""

import re
from collections.abc import Iterable, Sequence

from bridge.messages.clip import MOST_NAME, MOST_NOTES
from bridge.messages.message import LARGEST, LARGEST_SENTENCE
from bridge.transfer.parts import WireClip
from models.music.beats import TICKS_PER_BEAT as TICKS_PER_BEAT
from models.music.beats import Metre
from models.music.chord import Chord, TimedChord
from models.music.clip import ROLES, Clip, Role
from models.music.errors import BadValue
from models.music.note import Note, check_note

_NUMBER = re.compile(r"(?:(?<![\w.)\]}-])-)?\d+(?:\.\d+)?")
"""With its sign, where the dash is one and not between two numbers or words."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_MOST = 20


def _written(mantissa: int, decimals: int) -> str:
    sign, digits = "-" * (mantissa < 0), str(abs(mantissa)).rjust(decimals + 1, "0")
    return sign + (digits if decimals == 0 else f"{digits[:-decimals]}.{digits[-decimals:]}")


def take_numbers_out(sentence: str) -> tuple[str, tuple[int, ...]]:
    """The sentence with ``{}`` for its numbers, cut to the wire's length, and two integers for each."""
    text = clean(sentence, LARGEST_SENTENCE).replace("{}", "()")
    numbers: list[int] = []

    def leave(found: re.Match[str]) -> str:
        whole, _, decimals = found[0].partition(".")
        mantissa = int(whole + decimals)
        if len(numbers) >= 2 * _MOST or abs(mantissa) > LARGEST or _written(mantissa, len(decimals)) != found[0]:
            return found[0]
        numbers.extend((mantissa, len(decimals)))
        return "{}"

    return _NUMBER.sub(leave, text), tuple(numbers)


def put_numbers_in(sentence: str, numbers: Sequence[int]) -> str:
    """The sentence as a person reads it; the reverse of ``take_numbers_out``."""
    rest = iter(zip(numbers[::2], numbers[1::2], strict=False))

    def fill(found: re.Match[str]) -> str:
        mantissa, decimals = next(rest, (0, -1))
        return found[0] if not 0 <= decimals <= 9 else _written(mantissa, decimals)

    return re.sub(re.escape("{}"), fill, sentence)


def clean(text: str, most: int) -> str:
    """``text`` without control characters, cut to ``most`` bytes of UTF-8."""
    return _CONTROL.sub(" ", text).encode()[:most].decode(errors="ignore")


LONGEST_BEATS = LARGEST / TICKS_PER_BEAT
MILLI = 1000
WORD_BITS = 24


def to_ticks(beats: float) -> int:
    """Ticks, rounded, of ``beats``; raises BadValue beyond the longest clip of the wire."""
    ticks = round(beats * TICKS_PER_BEAT)
    if abs(ticks) > LARGEST:
        raise BadValue(f"The clip is longer than {int(LONGEST_BEATS)} beats; cut it and try again.", field="length")
    return ticks


def to_beats(ticks: int) -> float:
    """Beats of ``ticks``."""
    return ticks / TICKS_PER_BEAT


def note_to_wire(note: Note) -> tuple[int, ...]:
    """The 8 numbers of a note."""
    return (
        note.pitch,
        to_ticks(note.onset),
        max(1, to_ticks(note.duration)),
        round(note.velocity),
        int(note.mute),
        round(note.probability * MILLI),
        round(note.velocity_deviation),
        round(note.release_velocity),
    )


def note_from_wire(numbers: tuple[int, ...]) -> Note:
    """The note of 8 numbers; the reverse of ``note_to_wire``; raises BadValue."""
    pitch, onset, duration, velocity, mute, probability, deviation, release = numbers
    if mute not in (0, 1):
        raise BadValue(f"A note's mute must be 0 or 1, not {mute}.", field="mute")
    return check_note(
        Note(pitch, to_beats(onset), to_beats(duration), velocity, bool(mute), probability / MILLI, deviation, release)
    )


def role_number(role: Role | None) -> int:
    """0 for not known, else 1 + the role's place."""
    return (None, *ROLES).index(role)


def role_of(number: int) -> Role | None:
    """The reverse of ``role_number``; raises BadValue."""
    if not 0 <= number <= len(ROLES):
        raise BadValue(f"The role must be 0 to {len(ROLES)}, not {number}.", field="role")
    return (None, *ROLES)[number]


def to_wire(clip: Clip, selected: Iterable[int] | None = None, chords: Iterable[TimedChord] = ()) -> WireClip:
    """The clip in numbers; ``selected`` are indices of notes that may change, None: all. Raises BadValue."""
    if len(clip.notes) > MOST_NOTES:
        wrong = f"The clip has {len(clip.notes)} notes; at most {MOST_NOTES} can be sent. Cut it and try again."
        raise BadValue(wrong, field="notes")
    words = [0] * (-(-len(clip.notes) // WORD_BITS)) if selected is not None else []
    for index in selected or ():
        words[index // WORD_BITS] |= 1 << index % WORD_BITS
    head = max(1, to_ticks(clip.length)), role_number(clip.role), round(clip.tempo * MILLI)
    metre = clip.metre.numerator, clip.metre.denominator
    numbers = tuple(words), tuple(map(_chord_to_wire, chords))
    name, pickup = clean(clip.name, MOST_NAME), to_ticks(clip.pickup)
    return WireClip(tuple(map(note_to_wire, clip.notes)), *head, *metre, *numbers, name=name, pickup=pickup)


def wire_order(clip: WireClip) -> tuple[int, ...]:
    """For each note of ``to_clip(clip)``: its place in the order in which the notes were sent."""
    return tuple(sorted(range(len(clip.notes)), key=lambda place: (clip.notes[place][1], clip.notes[place][0])))


def to_clip(wire: WireClip) -> Clip:
    """The clip of the numbers; the reverse of ``to_wire``; raises BadValue."""
    metre, pickup = Metre(wire.numerator, wire.denominator), to_beats(wire.pickup)
    if pickup >= metre.bar:
        raise BadValue("A pickup must be shorter than a bar.", field="pickup")
    notes = tuple(note_from_wire(wire.notes[place]) for place in wire_order(wire))
    length, tempo = to_beats(wire.length), wire.tempo / MILLI
    return Clip(notes, length, wire.name, tempo, metre, role_of(wire.role), pickup=pickup)


def selection(wire: WireClip) -> frozenset[int] | None:
    """Indices of the notes of ``to_clip(wire)`` that may change; None: all."""
    if not wire.selected:
        return None
    if len(wire.selected) > -(-len(wire.notes) // WORD_BITS):
        raise BadValue("The selection names notes that the clip doesn't have.", field="selected")
    return frozenset(
        index
        for index, place in enumerate(wire_order(wire))
        if place // WORD_BITS < len(wire.selected) and wire.selected[place // WORD_BITS] >> place % WORD_BITS & 1
    )


def _chord_to_wire(timed: TimedChord) -> tuple[int, ...]:
    mask = sum(1 << interval for interval in set(timed.chord.intervals))
    return (to_ticks(timed.onset), max(1, to_ticks(timed.duration)), timed.chord.root, mask, timed.chord.bass)


def chords_of(wire: WireClip) -> tuple[TimedChord, ...]:
    """The chords that travelled with a clip; raises BadValue."""
    found = []
    for onset, duration, root, mask, bass in wire.chords:
        if onset < 0 or duration < 1 or not 0 <= root <= 11 or not 0 <= bass <= 11 or not 1 <= mask <= 0xFFF:
            wrong = "A chord's numbers are onset, duration, root 0 to 11, mask of 12 bits, bass 0 to 11."
            raise BadValue(wrong, field="chords")
        intervals = tuple(interval for interval in range(12) if mask >> interval & 1)
        found.append(TimedChord(to_beats(onset), to_beats(duration), Chord(root, intervals, bass)))
    return tuple(found)
