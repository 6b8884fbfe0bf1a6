"""Clips out of the bytes of a Standard MIDI file.

Files count in ticks, the house in beats; ticks are left behind here. Channels are counted 1-16 and tracks from 1 among
those with notes, as people do. A clip has one tempo, metre and key: the first tempo, the metre that holds (a pickup's
lasts a bar at most), and the key signature unless the notes contradict it, since programs write C major where nobody
chose a key. What else the file holds is kept beside the notes (``Clip.carried``).

Offers: ``File`` (``File.of(bytes)``, ``one``, ``all``).
"""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import mido

from models.midi.parts import Part, parts_of_track, text_of
from models.midi.repair import CUT, LATE, MOST_BEATS, repaired
from models.music.beats import TIGHT, Metre
from models.music.carried import Carried, Voice
from models.music.clip import Clip, Role, without_overlaps
from models.music.errors import BadValue, UnreadableFile
from models.music.note import Note
from models.music.scale import Scale

_TEXTS = ("text", "copyright", "lyrics", "cue_marker")
"""Kinds of words that are no marker, and come back where they were."""
_SHORTEST = 1 / 16
"""Beats that a note gets which a file begins and ends at once, as drum files do."""
_OVERHANG = 0.25
"""Beats by which a note that was played may ring over the last bar line without meaning another bar."""
_FINEST_END = 0.25
"""Where a loop ends, in beats: a 15/16 loop ends on a 16th."""
_MOST_SILENT_BARS = 64
"""Bars of silence behind the last note that are meant where a file holds one track."""
_FOREIGN = 0.2
"""Share of notes outside a key signature's scale from which on the signature is a program's default."""
_FEW_FOREIGN = 2
"""Notes outside that contradict nothing: a chromatic passing note or two."""


@dataclass(frozen=True)
class File:
    """A file that was read: its tracks by mido, and what was mended."""

    midi: mido.MidiFile
    mended: tuple[str, ...] = ()

    @classmethod
    def of(cls, data: bytes) -> File:
        """The file in some bytes; raises UnreadableFile."""
        file = cls(*repaired(data))
        if {CUT, LATE} & {*file.mended} and not any(part.notes for part in file.parts):
            raise UnreadableFile("The file is damaged and can't be read as MIDI; export it again.")
        return file

    def one(self, track: int | None = None, channel: int | None = None) -> Clip:
        """The clip of a track and channel, by default the first that isn't drums; raises BadValue.

        Which one it is and how to take another stands in the clip's remarks where there are several.
        """
        tracks = max((part.track for part in self.parts if part.notes), default=0)
        if track is not None and not 1 <= track <= tracks:
            raise BadValue(f"Track {track} doesn't exist; the file has {tracks} with notes.", field="track")
        if channel is not None and not 1 <= channel <= 16:
            raise BadValue(f"A channel is 1 to 16, not {channel}.", field="channel")
        chosen = [part for part in self.parts if track in (None, part.track) and channel in (None, part.channel)]
        if not chosen:
            return self._clip(Part(1, channel or 1))
        part = next((part for part in chosen if not part.drums), chosen[0])
        return self._clip(part, _others(part, [each for each in self.parts if each.notes], channel))

    def all(self) -> tuple[Clip, ...]:
        """A clip for each track and channel with notes, in the file's order."""
        return tuple(self._clip(part) for part in self.parts if part.notes)

    @cached_property
    def parts(self) -> list[Part]:
        """What is played; of a file without notes one silent part, which still has a length."""
        parts, found = list[Part](), list[Part]()
        for track in self.midi.tracks:
            found = parts_of_track(track, parts[-1].track + 1 if parts else 1)
            parts += [part for part in found if part.notes]
        return parts or found[:1]

    @cached_property
    def marks(self) -> dict[str, list[tuple[float, Any]]]:
        """Onset in beats and value by kind: "tempo", "metre", "key" (one at a place), "marker", "text"; in order."""
        found: list[tuple[int, str, Any]] = []
        for track in self.midi.tracks:
            tick = 0
            for message in track:
                tick += message.time
                found += [(tick, kind, value) for kind, value in _mark(message, first=not tick)]
        marks: defaultdict[str, list[tuple[float, Any]]] = defaultdict(list)
        for tick, kind, value in sorted(found, key=lambda mark: mark[0]):
            onset, earlier = tick / self.midi.ticks_per_beat, marks[kind]
            if kind in ("marker", "text") or not earlier or (onset > earlier[-1][0] and value != earlier[-1][1]):
                earlier.append((onset, value))
        return marks

    @property
    def _has_pickup(self) -> bool:
        """Is the first metre a pickup's? It lasts no longer than a bar of the second."""
        metres = self.marks["metre"]
        return len(metres) > 1 and metres[1][0] <= metres[1][1].bar

    @property
    def _metre(self) -> Metre:
        """The first metre, or the second behind a pickup."""
        return next((metre for _, metre in self.marks["metre"][self._has_pickup :]), Metre())

    def _clip(self, part: Part, remarks: tuple[str, ...] = ()) -> Clip:
        """A part in beats."""
        division = self.midi.ticks_per_beat
        mended = [f"The file was repaired while it was read: {', '.join(self.mended)}."] if self.mended else []
        events = tuple((tick / division, message) for tick, message in part.events)
        voices = tuple(
            Voice(on / division, pitch, channel, tuple((at / division, message) for at, message in told))
            for on, pitch, channel, told in part.voices
        )
        notes = [
            Note(pitch, on / division, (off - on) / division or _SHORTEST, velocity, release_velocity=release)
            for on, off, pitch, velocity, release in part.notes
        ]
        alone = sum(bool(other.notes) for other in self.parts) == 1
        metres = self.marks["metre"]
        pickup = metres[1][0] % self._metre.bar if self._has_pickup else 0.0
        length = _length(notes, part, self._metre, division, pickup, alone=alone)
        tempos, markers, texts = (tuple(self.marks[kind]) for kind in ("tempo", "marker", "text"))
        tempo = tempos[0][1] if tempos else 120.0
        written = next((value for _, value in self.marks["key"]), None)
        later = tempos[1:], tuple(metres) if len(metres) > 1 else ()
        carried = Carried(part.channel, division, events, markers, *later, written, (*mended, *remarks), voices, texts)
        role: Role | None = "drums" if part.notes and part.drums else None
        key = written if isinstance(written, str) and _fits(written, notes, drums=part.drums) else None
        notes_kept = without_overlaps(notes, length)
        return Clip(notes_kept, length, part.name, tempo, self._metre, role, key, carried, pickup)


def _others(part: Part, parts: Sequence[Part], channel: int | None) -> tuple[str, ...]:
    """What is to be said of the parts that were not taken."""
    elsewhere = {other.track: other for other in parts if other.track != part.track and channel is None}
    beside = [other for other in parts if other.track == part.track and other is not part and channel is None]
    said = []
    if elsewhere:
        names = ", ".join(f"{number} {other}" for number, other in sorted(elsewhere.items()))
        said.append(f"Track {part.track}, {part}, was taken; --track takes another: {names}.")
    if beside:
        number = sum(len(other.notes) for other in beside)
        channels = ", ".join(str(other.channel) for other in beside)
        what = "the drums" if all(other.drums for other in beside) else "what plays"
        notes = f"{number} note{'s' * (number != 1)}"
        said.append(f"Left out: {what} on channel {channels} ({notes}); --channel takes another channel.")
    return tuple(said)


def _mark(message: mido.Message | mido.MetaMessage, *, first: bool) -> Iterator[tuple[str, object]]:
    """What a message says of tempo, metre or key, or in words; ``first``: it stands at the file's beginning."""
    if message.type == "marker":
        yield "marker", text_of(message.text)
    elif message.type in _TEXTS:
        yield "text", (message.type, text_of(message.text))
    elif message.type == "sysex":
        yield "text", (message.type, tuple(message.data))
    elif message.type == "set_tempo":
        exact = mido.tempo2bpm(message.tempo)
        # 174 BPM is stored as 344 828 µs, which is 173.9999; people mean the round number.
        yield "tempo", round(exact, 3) if mido.bpm2tempo(round(exact, 3)) == message.tempo else exact
    elif message.type == "time_signature":
        with contextlib.suppress(BadValue):
            yield "metre", Metre(message.numerator, message.denominator)
    elif message.type == "key_signature":
        yield "key", message.key.removesuffix("m") + (" minor" if message.key.endswith("m") else " major")
        if not first:
            yield "text", (message.type, message.key)


def _fits(key: str, notes: Sequence[Note], *, drums: bool) -> bool:
    """Do the notes agree with a key signature? A minor key may raise its sixth and seventh."""
    if drums:
        return True
    scale = Scale.parse(key)
    allowed = {place for place in range(12) if place in scale}
    if key.endswith("minor"):
        allowed |= {(scale.root + 9) % 12, (scale.root + 11) % 12}
    return sum(note.pitch % 12 not in allowed for note in notes) <= max(_FEW_FOREIGN, _FOREIGN * len(notes))


def _length(notes: Sequence[Note], part: Part, metre: Metre, division: int, pickup: float, *, alone: bool) -> float:
    """Our own mark, or where the track ends if that is meant, or the whole bars that hold the notes.

    The end of a track is meant where it lies on a 16th behind all notes; in a song of several tracks only up to as much
    silence as music, or four bars. A note that rings a little over the last bar line adds no bar. Bars are counted from
    the end of the pickup.
    """
    last = max((note.onset for note in notes), default=0.0) - pickup
    mark, end = part.length / division - pickup, part.end / division - pickup
    if last < mark <= MOST_BEATS:
        return mark + pickup
    sounding = max((note.end for note in notes), default=0.0) - pickup
    bars = metre.bars(sounding)
    line = (bars - 1) * metre.bar
    if bars > 1 and sounding - line < _OVERHANG and last < line - TIGHT:
        bars, sounding = bars - 1, line
    most = bars + _MOST_SILENT_BARS if alone else max(2 * bars, bars + 4)
    meant = abs(end / _FINEST_END - round(end / _FINEST_END)) < TIGHT and sounding + TIGHT < end <= most * metre.bar
    return pickup + (end if meant and end - line >= _OVERHANG else bars * metre.bar)
