"""Clips as the bytes of a Standard MIDI file.

A file can't say that a note is muted or how probable it is, so muted notes are left out, and probability and velocity
deviation are forgotten. What a clip carries from its own file goes back: channel, division, controllers, marks.

Offers: ``encode``.
"""

import contextlib
import io
import itertools
from collections.abc import Iterable, Iterator, Sequence

import mido

from models.midi.parts import DRUM_CHANNEL, LENGTH_MARK, played_voices
from models.music.beats import TIGHT
from models.music.carried import Carried
from models.music.clip import Clip, without_overlaps
from models.music.errors import BadValue

DIVISIONS = (480, 960, 1920, 1024, 10_080, 15_360, 13_440)
"""Ticks per beat that ``encode`` chooses from, most common first: the first that holds every time exactly.

480 holds 32nds and their triplets. 1920, 1024, 10 080 and 15 360 hold what other programs write (96, 192, 384, 256 …
divide them), so a clip that was read goes back to the tick. 13 440 is the wire's own division (thirds, fifths and
sevenths; 0.04 ms at 120 BPM) and takes everything else, rounded.
"""

_RESPELLED = {"G#": "Ab", "D#": "Eb", "A#": "Bb", "Dbm": "C#m", "Gbm": "F#m"}
"""Keys that no signature is written for, by their neighbour of the same sound."""

Marker = tuple[float, str]
"""Onset in beats and name of a place in a song."""


Timed = tuple[int, int, mido.Message | mido.MetaMessage]
"""Tick, rank among what lies at that tick, and the message."""


def encode(clips: Clip | Sequence[Clip], markers: Iterable[Marker] = ()) -> bytes:
    """The bytes of a file: type 0 for one clip, type 1 for several; tempo, metre, key and marks are the first one's."""
    clips = (clips,) if isinstance(clips, Clip) else tuple(clips)
    if not clips:
        raise BadValue("There is no clip to write.", field="clips")
    division = _division(clips)
    free = itertools.cycle(number for number in range(1, 17) if number != DRUM_CHANNEL)
    own = [clip.carried.channel if clip.carried else None for clip in clips]
    channels = [told or (DRUM_CHANNEL if clip.drums else next(free)) for told, clip in zip(own, clips, strict=True)]
    played = [list(_played(clip, division, channel)) for clip, channel in zip(clips, channels, strict=True)]
    marks = list(_marks(clips[0], division, markers))
    ends = [max(1, round(clip.length * division)) for clip in clips]
    alone = len(clips) == 1
    timed = zip([marks + played[0]] if alone else [marks, *played], ends if alone else [0, *ends], strict=True)
    tracks, out = [_track(track, end) for track, end in timed], io.BytesIO()
    mido.MidiFile(type=int(not alone), ticks_per_beat=division, charset="utf-8", tracks=tracks).save(file=out)
    return out.getvalue()


def _division(clips: Sequence[Clip]) -> int:
    times = {time for clip in clips for note in clip.notes for time in (note.onset, note.end)}
    times |= {clip.length for clip in clips}
    own = [clip.carried.division for clip in clips if clip.carried and clip.carried.division]
    for division in (*own[:1], *DIVISIONS):
        if all(abs(time * division - round(time * division)) < TIGHT * division for time in times):
            return division
    return DIVISIONS[-1]


def _track(events: Sequence[Timed], end: int) -> mido.MidiTrack:
    """Events in time's order with delta times, up to the end of the track."""
    track, tick = mido.MidiTrack(), 0
    for at, _, message in sorted(events, key=lambda event: event[:2]):
        track.append(message.copy(time=at - tick))
        tick = at
    track.append(mido.MetaMessage("end_of_track", time=max(0, end - tick)))
    return track


def _marks(clip: Clip, division: int, markers: Iterable[Marker]) -> Iterator[Timed]:
    """Tempos, metres, key, markers and texts; metres that changed come back where the clip still has one of them."""
    carried = clip.carried or Carried()
    for onset, tempo in ((0.0, clip.tempo), *carried.tempos):
        microseconds = min(max(mido.bpm2tempo(tempo), 1), 0xFFFFFF)
        yield round(onset * division), 0, mido.MetaMessage("set_tempo", tempo=microseconds)
    metres = carried.metres if clip.metre in (metre for _, metre in carried.metres) else ((0.0, clip.metre),)
    for onset, metre in metres:
        message = mido.MetaMessage("time_signature", numerator=metre.numerator, denominator=metre.denominator)
        yield round(onset * division), 0, message
    root, _, mode = (clip.key or carried.key or "").partition(" ")
    key = root + {"major": "", "minor": "m"}.get(mode, "?")
    with contextlib.suppress(ValueError):  # a mode, or no key: files have no signature for it
        yield 0, 0, mido.MetaMessage("key_signature", key=_RESPELLED.get(key, key))
    for onset, name in (*markers, *carried.markers):
        yield round(onset * division), 0, mido.MetaMessage("marker", text=name)
    for onset, (kind, text) in carried.texts:
        if kind == "sysex":
            said = mido.Message(kind, data=text)
        else:
            said = mido.MetaMessage(kind, **{"key" if kind == "key_signature" else "text": text})
        yield round(onset * division), 0, said


def _played(clip: Clip, division: int, channel: int) -> Iterator[Timed]:
    """Name, length, controllers and notes; at one tick offs come first, so that a repeated note is not cut."""
    yield 0, 0, mido.MetaMessage("track_name", name=clip.name)
    end = max(1, round(clip.length * division))
    carried = clip.carried or Carried()
    mark = (*LENGTH_MARK, *end.to_bytes(4, "big"), *[1] * bool(carried.voices))
    yield 0, 0, mido.MetaMessage("sequencer_specific", data=mark)
    for onset, message in carried.events:
        told = mido.Message.from_bytes(message)
        yield round(onset * division), 2, told if carried.voices else told.copy(channel=channel - 1)
    notes = without_overlaps((note for note in clip.notes if not note.mute), clip.length)
    alone = ((note, channel, ()) for note in notes)
    for note, place, expression in played_voices(notes, carried.voices) if carried.voices else alone:
        on = round(note.onset * division)
        off = max(on + 1, round(note.end * division))
        for at, message in expression:
            yield round(at * division), 2, mido.Message.from_bytes(message).copy(channel=place - 1)
        told = {"channel": place - 1, "note": note.pitch}
        yield on, 3, mido.Message("note_on", **told, velocity=note.velocity)
        yield off, 1, mido.Message("note_off", **told, velocity=note.release_velocity)
