"""Standard MIDI files: .mid ↔ Clip.

Files count in ticks, the house in beats; ticks are left behind here. Channels are counted 1-16 and tracks from 1,
as people do. The first tempo, metre and key signature of a file hold for all of it: a clip has one of each.
A file can't say that a note is muted or how probable it is, so ``write`` leaves muted notes out and forgets
probability and velocity deviation. Controllers, pitch bend and pedals are not read.

Offers: ``read``, ``read_tracks``, ``write``, ``encode`` (what ``write`` writes).
"""

from __future__ import annotations

import contextlib
import io
import itertools
import os
import secrets
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import mido

from models.music.beats import TICKS_PER_BEAT, TIGHT, Metre
from models.music.clip import Clip, without_overlaps
from models.music.errors import BadValue, UnreadableFile
from models.music.note import Note

MOST_BYTES = 4_000_000
MOST_EVENTS = 200_000
MOST_BEATS = 32_768
"""More than four hours at 120 BPM; a later note is a mistake, or meant to exhaust us."""

DRUM_CHANNEL = 10
DIVISIONS = (480, 960, 1920, 1024, 10_080, 15_360, TICKS_PER_BEAT)
"""Ticks per beat that ``encode`` chooses from, most common first: the first that holds every time exactly.

480 holds 32nds and their triplets. 1920, 1024, 10 080 and 15 360 hold what other programs write (96, 192, 384, 256 …
divide them), so a clip that was read goes back to the tick. 13 440 is the wire's own division (thirds, fifths and
sevenths; 0.04 ms at 120 BPM) and takes everything else, rounded.
"""

_SHORTEST = 1 / 16
"""Beats that a note gets which a file begins and ends at once, as drum files do."""

_LENGTH_MARK = (0x7D, *b"clip")
"""Begins our sequencer-specific event, which holds a clip's length; 7D is the id for anyone's own use."""

_RESPELLED = {"G#": "Ab", "D#": "Eb", "A#": "Bb", "Dbm": "C#m", "Gbm": "F#m"}
"""Keys that no signature is written for, by their neighbour of the same sound."""

Marker = tuple[float, str]
"""Onset in beats and name of a place in a song."""


def read(path: str | Path, *, track: int | None = None, channel: int | None = None) -> Clip:
    """The notes of a file as one clip, which may be empty; raises UnreadableFile, BadValue.

    track     number of the track to take, counted from 1 among those with notes; None: all
    channel   1-16; None: all, but drums (channel 10) only where there is nothing else
    The tracks of a type 2 file don't belong together: without a number the first one is taken.
    """
    file = _load(Path(path))
    parts = _parts(file)
    tracks = max((part.track for part in parts if part.notes), default=0)
    if track is not None and not 1 <= track <= tracks:
        raise BadValue(f"Track {track} doesn't exist; the file has {tracks} with notes.", field="track")
    if channel is not None and not 1 <= channel <= 16:
        raise BadValue(f"A channel is 1 to 16, not {channel}.", field="channel")
    if file.type == 2 and track is None:
        track = 1
    chosen = [part for part in parts if track in (None, part.track) and channel in (None, part.channel)]
    return _clip([part for part in chosen if part.channel != DRUM_CHANNEL] or chosen, file)


def read_tracks(path: str | Path) -> tuple[Clip, ...]:
    """A clip for each track and channel with notes, in the file's order; raises UnreadableFile."""
    file = _load(Path(path))
    return tuple(_clip([part], file) for part in _parts(file) if part.notes)


def write(path: str | Path, clips: Clip | Sequence[Clip], markers: Iterable[Marker] = ()) -> None:
    """Write one clip, or several as tracks, whole or not at all; raises BadValue when the place can't be written."""
    path, data = Path(path), encode(clips, markers)
    temporary = path.parent / f".clipkin-{secrets.token_hex(8)}"
    try:
        temporary.write_bytes(data)
        os.replace(temporary, path)
    except OSError as error:
        raise BadValue(f'"{path}" can\'t be written ({error.strerror}); choose another place.', field="out") from error
    finally:
        temporary.unlink(missing_ok=True)


class _Bounded(io.BytesIO):
    """A file that gives up after too many events: mido asks where it is once for each."""

    events = 0

    def tell(self) -> int:
        self.events += 1
        if self.events > MOST_EVENTS:
            raise UnreadableFile(f"The file has more than {MOST_EVENTS} MIDI events; split it and try a part.")
        return super().tell()


@dataclass(slots=True)
class _Part:
    """What one channel of one track plays; ticks throughout. ``length`` is our own mark, 0 in others' files."""

    track: int
    channel: int
    name: str = ""
    end: int = 0
    length: int = 0
    notes: list[tuple[int, int, int, int, int]] = field(default_factory=list)  # on, off, pitch, velocity, release


def _load(path: Path) -> mido.MidiFile:
    try:
        with path.open("rb") as opened:
            data = opened.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a name that no system allows
        reason = getattr(error, "strerror", None) or error
        raise UnreadableFile(f'"{path}" can\'t be opened ({reason}); check the name.') from error
    if len(data) > MOST_BYTES:
        raise UnreadableFile(f'"{path}" is larger than {MOST_BYTES // 1_000_000} MB; export the clip alone.')
    if data[:4] != b"MThd":
        raise UnreadableFile(f'"{path}" is not a MIDI file; export the clip as .mid and try again.')
    try:
        file = mido.MidiFile(file=_Bounded(data), clip=True)
    except UnreadableFile:
        raise
    except EOFError:
        raise UnreadableFile(f'"{path}" ends in the middle; export it again.') from None
    except Exception as error:  # mido raises nearly every kind, from IndexError to its own, on broken bytes
        raise UnreadableFile(f'"{path}" is damaged and can\'t be read as MIDI; export it again.') from error
    if file.type not in (0, 1, 2):
        raise UnreadableFile(f'"{path}" says that it is of MIDI type {file.type}; there are only 0, 1 and 2.')
    if file.ticks_per_beat <= 0:
        raise UnreadableFile(f'"{path}" counts in film frames or not at all; export it with ticks per quarter note.')
    if any(sum(message.time for message in track) > MOST_BEATS * file.ticks_per_beat for track in file.tracks):
        raise UnreadableFile(f'"{path}" is longer than {MOST_BEATS} beats; export the clip alone.')
    return file


def _parts(file: mido.MidiFile) -> list[_Part]:
    """What is played; of a file without notes one silent part, which still has a length."""
    parts: list[_Part] = []
    for track in file.tracks:
        found = _parts_of_track(track, parts[-1].track + 1 if parts else 1)
        parts += [part for part in found if part.notes]
    return parts or found[:1] if file.tracks else []


def _parts_of_track(track: mido.MidiTrack, number: int) -> list[_Part]:
    """A part for each channel; an off ends the oldest note of its pitch; a note never ended rings to the end."""
    parts: dict[int, _Part] = {}
    ringing: defaultdict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    tick, name, length = 0, "", 0
    for message in track:
        tick += message.time
        if message.type == "track_name":
            name = name or _text(message.name)
        elif message.type == "sequencer_specific" and tuple(message.data[:5]) == _LENGTH_MARK:
            length = int.from_bytes(bytes(message.data[5:9]), "big")
        elif message.type in ("note_on", "note_off"):
            lane = ringing[message.channel, message.note]
            if message.type == "note_on" and message.velocity > 0:
                lane.append((tick, message.velocity))
                parts.setdefault(message.channel, _Part(number, message.channel + 1))
            elif lane:
                onset, velocity = lane.pop(0)
                release = message.velocity if message.type == "note_off" else 64
                parts[message.channel].notes.append((onset, tick, message.note, velocity, release))
    for (channel, pitch), lane in ringing.items():
        for onset, velocity in lane:
            parts[channel].notes.append((onset, tick, pitch, velocity, 64))
    silent = {0: _Part(number, 1)}
    return [replace(part, name=name, end=tick, length=length) for _, part in sorted((parts or silent).items())]


def _text(name: str) -> str:
    """A name as a person wrote it: mido reads Latin-1, most programs write UTF-8 today."""
    with contextlib.suppress(UnicodeDecodeError):  # then it was Latin-1 indeed
        name = name.encode("latin-1").decode("utf-8")
    return "".join(letter for letter in name if letter.isprintable()).strip()


def _marks(file: mido.MidiFile) -> dict[str, object]:
    """The clip's tempo, metre and key: of any track the earliest that makes sense."""
    first: dict[str, tuple[int, object]] = {}
    for track in file.tracks:
        tick = 0
        for message in track:
            tick += message.time
            for name, value in _mark(message).items():
                if name not in first or tick < first[name][0]:
                    first[name] = (tick, value)
    return {name: value for name, (_, value) in first.items()}


def _mark(message: mido.MetaMessage) -> dict[str, object]:
    if message.type == "set_tempo" and message.tempo > 0:
        exact = mido.tempo2bpm(message.tempo)
        # 174 BPM is stored as 344 828 µs, which is 173.9999; people mean the round number.
        return {"tempo": round(exact, 3) if mido.bpm2tempo(round(exact, 3)) == message.tempo else exact}
    if message.type == "time_signature":
        with contextlib.suppress(BadValue):
            return {"metre": Metre(message.numerator, message.denominator)}
    if message.type == "key_signature":
        return {"key": message.key.removesuffix("m") + (" minor" if message.key.endswith("m") else " major")}
    return {}


def _clip(parts: Sequence[_Part], file: mido.MidiFile) -> Clip:
    """The parts together, in beats."""
    division = file.ticks_per_beat
    notes = [
        Note(pitch, on / division, (off - on) / division or _SHORTEST, velocity, release_velocity=release)
        for part in parts
        for on, off, pitch, velocity, release in part.notes
    ]
    empty = Clip((), 1.0, **_marks(file))  # type: ignore[arg-type]
    length = _length(notes, parts, empty.metre, division)
    return replace(
        empty,
        notes=without_overlaps(notes, length),
        length=length,
        name=next((part.name for part in parts if part.name), ""),
        role="drums" if parts and all(part.channel == DRUM_CHANNEL for part in parts) else None,
    )


def _length(notes: Iterable[Note], parts: Sequence[_Part], metre: Metre, division: int) -> float:
    """Our own mark, or a track's end on a beat behind all notes, or the whole bars that hold the notes."""
    mark = max((part.length for part in parts), default=0) / division
    if max((note.onset for note in notes), default=0.0) < mark <= MOST_BEATS:
        return mark
    sounding = max((note.end for note in notes), default=0.0)
    end = max((part.end for part in parts), default=0) / division
    bars = metre.bars(sounding)
    on_a_beat = abs(end / metre.unit - round(end / metre.unit)) < TIGHT
    # Up to as much silence as music, or four bars, is meant; more is a song's end, not a clip's.
    if on_a_beat and sounding + TIGHT < end <= max(2 * bars, bars + 4) * metre.bar:
        return end
    return bars * metre.bar


def encode(clips: Clip | Sequence[Clip], markers: Iterable[Marker] = ()) -> bytes:
    """The bytes of a file: type 0 for one clip, type 1 for several; tempo, metre and key are the first one's."""
    clips = (clips,) if isinstance(clips, Clip) else tuple(clips)
    if not clips:
        raise BadValue("There is no clip to write.", field="clips")
    division = _division(clips)
    channels = itertools.cycle(number for number in range(1, 17) if number != DRUM_CHANNEL)
    played = [_encode_notes(clip, division, DRUM_CHANNEL if clip.drums else next(channels)) for clip in clips]
    marks = _encode_marks(clips[0], [(round(onset * division), name) for onset, name in markers])
    tracks = [marks + played[0]] if len(clips) == 1 else [marks, *played]
    out = io.BytesIO()
    mido.MidiFile(
        type=min(len(tracks) - 1, 1),
        ticks_per_beat=division,
        charset="utf-8",
        tracks=[mido.MidiTrack(track) for track in tracks],
    ).save(file=out)
    return out.getvalue()


def _division(clips: Sequence[Clip]) -> int:
    times = {time for clip in clips for note in clip.notes for time in (note.onset, note.end)}
    times |= {clip.length for clip in clips}
    for division in DIVISIONS:
        if all(abs(time * division - round(time * division)) < TIGHT * division for time in times):
            return division
    return DIVISIONS[-1]


def _encode_marks(clip: Clip, markers: Sequence[tuple[int, str]]) -> list[mido.MetaMessage]:
    tempo = min(max(mido.bpm2tempo(clip.tempo), 1), 0xFFFFFF)
    marks = [
        mido.MetaMessage("set_tempo", tempo=tempo),
        mido.MetaMessage("time_signature", numerator=clip.metre.numerator, denominator=clip.metre.denominator),
    ]
    root, _, mode = (clip.key or "").partition(" ")
    key = root + {"major": "", "minor": "m"}.get(mode, "?")
    with contextlib.suppress(ValueError):  # a mode, or no key: files have no signature for it
        marks.append(mido.MetaMessage("key_signature", key=_RESPELLED.get(key, key)))
    before = [0, *(at for at, _ in markers)]
    return marks + [
        mido.MetaMessage("marker", text=name, time=at - earlier)
        for earlier, (at, name) in zip(before, markers, strict=False)
    ]


def _encode_notes(clip: Clip, division: int, channel: int) -> list[mido.Message | mido.MetaMessage]:
    """Name, length and notes, as messages with delta times; ends at the clip's end."""
    end = max(1, round(clip.length * division))
    messages = [
        mido.MetaMessage("track_name", name=clip.name),
        mido.MetaMessage("sequencer_specific", data=(*_LENGTH_MARK, *end.to_bytes(4, "big"))),
    ]
    events = []
    for note in without_overlaps((note for note in clip.notes if not note.mute), clip.length):
        on = round(note.onset * division)
        off = max(on + 1, round(note.end * division))
        # At one tick the offs come first, so that a repeated note is not cut.
        events += [
            (on, 1, "note_on", note.pitch, note.velocity),
            (off, 0, "note_off", note.pitch, note.release_velocity),
        ]
    tick = 0
    for at, _, kind, pitch, velocity in sorted(events):
        messages.append(mido.Message(kind, channel=channel - 1, note=pitch, velocity=velocity, time=at - tick))
        tick = at
    return [*messages, mido.MetaMessage("end_of_track", time=max(0, end - tick))]
