"""Notes with a channel of their own: MPE, and guitars whose strings are channels.

Bends, pressure and controller 74 of such a channel belong to the note that sounds there, and travel with it; what else
a channel is told (program, pedal, volume, MPE's zones) belongs to time.

Offers: ``told_of_notes`` and its reverse ``played_voices``, ``is_expression``.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence

from models.music.beats import TIGHT
from models.music.carried import Voice, kind_of
from models.music.note import Note

TimedBytes = tuple[float, bytes]

_TIMBRE = 74
_AT_REST = {0xA: b"\xa0\x00\x00", 0xB: bytes((0xB0, _TIMBRE, 64)), 0xD: b"\xd0\x00", 0xE: b"\xe0\x00\x40"}
"""What a channel is told for a note without expression: no pressure, the middle of bend and timbre."""


def is_expression(message: bytes) -> bool:
    """Does a message say something of the note that sounds, not of the instrument?"""
    return message[0] >> 4 in (0xA, 0xD, 0xE) or (message[0] >> 4 == 0xB and message[1] == _TIMBRE)


def told_of_notes(
    notes: Sequence[tuple[float, int]], told: Sequence[TimedBytes]
) -> Iterator[tuple[float, int, tuple[TimedBytes, ...]]]:
    """Onset, pitch and expression of each note of one channel, (time from its onset, message) in time's order.

    notes  (onset, pitch) in time's order, in any unit; told: the channel's expression in the same unit and order
    What holds when a note begins comes at its onset; then what comes before the channel's next note.
    """
    held: dict[bytes, bytes] = {}
    place = 0
    for index, (onset, pitch) in enumerate(notes):
        while place < len(told) and told[place][0] <= onset:
            held[kind_of(told[place][1])] = told[place][1]
            place += 1
        following = next((later for later, _ in notes[index + 1 :] if later > onset), float("inf"))
        until = bisect.bisect_left(told, following, lo=place, key=lambda event: event[0])
        mine = [*((onset, message) for message in held.values()), *told[place:until]]
        yield (
            onset,
            pitch,
            tuple((at - onset, message) for at, message in mine if message[0] >> 4 != 0xA or message[1] == pitch),
        )


def played_voices(
    notes: Sequence[Note], voices: Sequence[Voice]
) -> Iterator[tuple[Note, int, tuple[tuple[float, bytes], ...]]]:
    """Each note with its channel (1-16) and its expression, (beats, message), which ends where the channel's next note
    begins.

    A note that has a voice keeps its channel. Another takes the channel, of those in use, that has been silent for
    longest, and rests there from what the channel was told before.
    """
    own = {(voice.onset, voice.pitch): voice for voice in voices}
    resting = {kind_of(message): message for voice in voices for _, message in voice.events}
    rest = tuple((0.0, _AT_REST[message[0] >> 4]) for message in resting.values() if message[0] >> 4 != 0xA)
    placed = _placed(notes, own)
    following: dict[int, float] = {}
    found = []
    for note, channel in reversed(placed):
        voice = own.get(note.order)
        end = following.get(channel, float("inf"))
        events = ((note.onset + at, message) for at, message in (voice.events if voice else rest))
        found.append((note, channel, tuple(event for event in events if event[0] < end - TIGHT)))
        following[channel] = note.onset
    yield from reversed(found)


def _placed(notes: Sequence[Note], own: dict[tuple[float, int], Voice]) -> list[tuple[Note, int]]:
    """Each note with a channel, in time's order."""
    free_from = {voice.channel: 0.0 for voice in own.values()}
    taken: dict[int, list[float]] = {channel: [] for channel in free_from}
    for note in notes:
        if note.order in own:
            taken[own[note.order].channel].append(note.onset)
    placed = []
    for note in notes:
        if note.order in own:
            channel = own[note.order].channel
        else:
            channel = min(free_from, key=lambda each: (_is_taken(note, taken[each], free_from[each]), free_from[each]))
        free_from[channel] = max(free_from[channel], note.end)
        placed.append((note, channel))
    return placed


def _is_taken(note: Note, onsets: Sequence[float], free_from: float) -> bool:
    """Does the channel sound while the note does? ``onsets``: of the notes whose channel it is, in order."""
    place = bisect.bisect_left(onsets, note.onset - TIGHT)
    return free_from > note.onset + TIGHT or (place < len(onsets) and onsets[place] < note.end - TIGHT)
