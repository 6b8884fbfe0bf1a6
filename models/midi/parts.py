"""What each channel of a track plays; channels that are the voices of one instrument are one part.

Such are MPE's, and those of guitars whose strings are channels. Bends, pressure and controller 74 of such a channel
belong to the note that sounds there, and travel with it; what else a channel is told (program, pedal, volume, MPE's
zones) belongs to time.

Offers: ``Part``, ``parts_of_track``, ``text_of``, ``DRUM_CHANNEL``, ``LENGTH_MARK``; ``told_of_notes`` and its reverse
``played_voices``.
"""

import bisect
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import mido

from models.midi.repair import decoded
from models.music.beats import TIGHT
from models.music.carried import Voice, kind_of
from models.music.note import Note

TimedBytes = tuple[float, bytes]

DRUM_CHANNEL = 10
LENGTH_MARK = (0x7D, *b"clip")
"""Begins our sequencer-specific event: four bytes of a clip's length, and 1 where its notes have channels of their own;
7D is the id for anyone's own use.
"""

_FEWEST_VOICES = 3
"""Channels of one track that are one instrument where each plays a single voice with the same sound."""
_MOST_STRINGS = 10
_CONTROLS = ("control_change", "program_change", "pitchwheel", "aftertouch", "polytouch")
_MPE_CHANNELS = (0, 15)
"""Manager channels of MPE's lower and upper zone, from 0."""


@dataclass(slots=True)
class Part:
    """What one channel of one track plays; ticks throughout. ``length`` is our own mark, 0 in others' files."""

    track: int
    channel: int
    name: str = ""
    end: int = 0
    length: int = 0
    notes: list[tuple[int, int, int, int, int]] = field(default_factory=list)  # on, off, pitch, velocity, release
    events: list[tuple[int, bytes]] = field(default_factory=list)
    voices: list[tuple[int, int, int, tuple[tuple[float, bytes], ...]]] = field(default_factory=list)
    """Onset, pitch, channel and expression of notes with a channel of their own, as ``told_of_notes`` gives them."""

    @property
    def drums(self) -> bool:
        """Is it the drum channel, and nobody's voice?"""
        return self.channel == DRUM_CHANNEL and not self.voices

    def __str__(self) -> str:
        return f'"{self.name}"' if self.name else f"track {self.track}"


def parts_of_track(track: mido.MidiTrack, number: int) -> list[Part]:
    """A part for each channel; an off ends the oldest note of its pitch; a note never ended rings to the end."""
    parts: dict[int, Part] = {}
    ringing: defaultdict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    events: defaultdict[int, list[tuple[int, bytes]]] = defaultdict(list)
    tick, name, length, voiced = 0, "", 0, False
    for message in track:
        tick += message.time
        if message.type == "track_name":
            name = name or text_of(message.name)
        elif message.type == "sequencer_specific" and tuple(message.data[:5]) == LENGTH_MARK:
            length, voiced = int.from_bytes(bytes(message.data[5:9]), "big"), message.data[9:10] == (1,)
        elif message.type in ("note_on", "note_off"):
            lane = ringing[message.channel, message.note]
            if message.type == "note_on" and message.velocity > 0:
                lane.append((tick, message.velocity))
                parts.setdefault(message.channel, Part(number, message.channel + 1))
            elif lane:
                onset, velocity = lane.pop(0)
                release = message.velocity if message.type == "note_off" else 64
                parts[message.channel].notes.append((onset, tick, message.note, velocity, release))
        elif message.type in _CONTROLS:
            events[message.channel].append((tick, bytes(message.copy(channel=0).bytes())))
    for (channel, pitch), lane in ringing.items():
        for onset, velocity in lane:
            parts[channel].notes.append((onset, tick, pitch, velocity, 64))
    for channel, part in parts.items():
        part.events = events[channel]
    found = [part for _, part in sorted(parts.items())] or [Part(number, 1)]
    if voiced or _one_instrument(found, events):
        found = [_together(found, number, events)]
    return [replace(part, name=name, end=tick, length=length) for part in found]


def _one_instrument(parts: Sequence[Part], events: dict[int, list[tuple[int, bytes]]]) -> bool:
    """Are the channels of a track the voices of one instrument: MPE, or the strings of a guitar?

    MPE says so by registered parameter 6 on a manager's channel, or each of its notes is bent or pressed. Strings play
    one note at a time each, are strummed or take turns, and have one sound.
    """
    if len(parts) < 2:
        return False
    if any(tuple(message) == (0xB0, 100, 6) for channel in _MPE_CHANNELS for _, message in events.get(channel, [])):
        return True
    sounds = {next((message for _, message in part.events if message[0] >> 4 == 0xC), b"") for part in parts}
    single = all(later[0] >= earlier[1] for part in parts for earlier, later in _in_pairs(sorted(part.notes)))
    if len(parts) < _FEWEST_VOICES or len(sounds) > 1 or not single:
        return False
    notes = sorted((*note[:2], part.channel) for part in parts for note in part.notes)
    pairs = list(_in_pairs(notes))
    overlapping = sum(later[0] < earlier[1] for earlier, later in pairs)
    in_turn = not overlapping and sum(later[2] != earlier[2] for earlier, later in pairs) >= len(pairs) / 2
    told = all(sum(is_expression(message) for _, message in part.events) >= len(part.notes) for part in parts)
    strings = parts[-1].channel - parts[0].channel < _MOST_STRINGS and not any(part.drums for part in parts)
    return told or (strings and (in_turn or overlapping >= len(notes) / 2))


def _in_pairs(notes: list) -> Iterable[tuple]:
    return zip(notes, notes[1:], strict=False)


def _together(parts: Sequence[Part], number: int, events: dict[int, list[tuple[int, bytes]]]) -> Part:
    """One part of the voices of one instrument; what isn't a note's own keeps its channel."""
    notes = sorted(note for part in parts for note in part.notes)
    playing = {part.channel for part in parts}
    timed = [
        (tick, bytes((message[0] | channel, *message[1:])))
        for channel, told in events.items()
        for tick, message in told
        if channel + 1 not in playing or not is_expression(message)
    ]
    voices = [
        (int(onset), pitch, part.channel, told)
        for part in parts
        for onset, pitch, told in told_of_notes(
            sorted((note[0], note[2]) for note in part.notes),
            [(tick, message) for tick, message in part.events if is_expression(message)],
        )
    ]
    in_order = sorted(timed, key=lambda event: event[0])
    return Part(number, parts[0].channel, notes=notes, events=in_order, voices=voices)


def text_of(name: str) -> str:
    """A text of the file as it was meant: mido reads every one as Latin-1."""
    return decoded(name.encode("latin-1"))


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
