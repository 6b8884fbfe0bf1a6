"""Clips as the bytes of a Standard MIDI file; ``midi_file`` puts them on disk.

Times are beats in the house and ticks in the file; channels are counted 1-16.

Offers: ``encode``, ``Marker``, ``DIVISIONS``, ``DRUM_CHANNEL``, ``LENGTH_MARK``.
"""

from __future__ import annotations

import contextlib
import io
import itertools
from collections.abc import Iterable, Sequence

import mido

from models.music.beats import TIGHT
from models.music.clip import Clip, without_overlaps
from models.music.errors import BadValue

DRUM_CHANNEL = 10
DIVISIONS = (480, 960, 1920, 1024, 10_080, 15_360, 13_440)
"""Ticks per beat that ``encode`` chooses from, most common first: the first that holds every time exactly.

480 holds 32nds and their triplets. 1920, 1024, 10 080 and 15 360 hold what other programs write (96, 192, 384, 256 …
divide them), so a clip that was read goes back to the tick. 13 440 is the wire's own division (thirds, fifths and
sevenths; 0.04 ms at 120 BPM) and takes everything else, rounded.
"""

LENGTH_MARK = (0x7D, *b"clip")
"""Begins our sequencer-specific event, which holds a clip's length; 7D is the id for anyone's own use."""

_RESPELLED = {"G#": "Ab", "D#": "Eb", "A#": "Bb", "Dbm": "C#m", "Gbm": "F#m"}
"""Keys that no signature is written for, by their neighbour of the same sound."""

Marker = tuple[float, str]
"""Onset in beats and name of a place in a song."""


def encode(clips: Clip | Sequence[Clip], markers: Iterable[Marker] = ()) -> bytes:
    """The bytes of a file: type 0 for one clip, type 1 for several; tempo, metre and key are the first one's.

    markers  written where there are several clips
    """
    clips = (clips,) if isinstance(clips, Clip) else tuple(clips)
    if not clips:
        raise BadValue("There is no clip to write.", field="clips")
    division = _division(clips)
    channels = itertools.cycle(number for number in range(1, 17) if number != DRUM_CHANNEL)
    played = [_encode_notes(clip, division, DRUM_CHANNEL if clip.drums else next(channels)) for clip in clips]
    marks = _encode_marks(clips[0])
    tracks = [marks + played[0]] if len(clips) == 1 else [marks + _encode_markers(markers, division), *played]
    out = io.BytesIO()
    mido.MidiFile(type=min(len(tracks) - 1, 1), ticks_per_beat=division, charset="utf-8",
                  tracks=[mido.MidiTrack(track) for track in tracks]).save(file=out)
    return out.getvalue()


def _encode_markers(markers: Iterable[Marker], division: int) -> list[mido.MetaMessage]:
    messages, tick = [], 0
    for onset, name in sorted(markers):
        at = round(onset * division)
        messages.append(mido.MetaMessage("marker", text=name, time=at - tick))
        tick = at
    return messages



def _division(clips: Sequence[Clip]) -> int:
    times = {time for clip in clips for note in clip.notes for time in (note.onset, note.end)}
    times |= {clip.length for clip in clips}
    for division in DIVISIONS:
        if all(abs(time * division - round(time * division)) < TIGHT * division for time in times):
            return division
    return DIVISIONS[-1]


def _encode_marks(clip: Clip) -> list[mido.MetaMessage]:
    tempo = min(max(mido.bpm2tempo(clip.tempo), 1), 0xFFFFFF)
    marks = [mido.MetaMessage("set_tempo", tempo=tempo),
             mido.MetaMessage("time_signature", numerator=clip.metre.numerator, denominator=clip.metre.denominator)]
    root, _, mode = (clip.key or "").partition(" ")
    key = root + {"major": "", "minor": "m"}.get(mode, "?")
    with contextlib.suppress(ValueError):  # a mode, or no key: files have no signature for it
        marks.append(mido.MetaMessage("key_signature", key=_RESPELLED.get(key, key)))
    return marks


def _encode_notes(clip: Clip, division: int, channel: int) -> list[mido.Message | mido.MetaMessage]:
    """Name, length and notes, as messages with delta times; ends at the clip's end."""
    end = max(1, round(clip.length * division))
    messages = [mido.MetaMessage("track_name", name=clip.name),
                mido.MetaMessage("sequencer_specific", data=(*LENGTH_MARK, *end.to_bytes(4, "big")))]
    events = []
    for note in without_overlaps((note for note in clip.notes if not note.mute), clip.length):
        on = round(note.onset * division)
        off = max(on + 1, round(note.end * division))
        # At one tick the offs come first, so that a repeated note is not cut.
        events += [(on, 1, "note_on", note.pitch, note.velocity),
                   (off, 0, "note_off", note.pitch, note.release_velocity)]
    tick = 0
    for at, _, kind, pitch, velocity in sorted(events):
        messages.append(mido.Message(kind, channel=channel - 1, note=pitch, velocity=velocity, time=at - tick))
        tick = at
    return [*messages, mido.MetaMessage("end_of_track", time=max(0, end - tick))]
