"""Music to picture: moods over seconds, hits at given seconds, one tempo on which they fall on bars and beats.

The tempo is chosen so that moods begin as near as can be to bar lines and hits to beats; hits are written at their
exact second all the same, and what a mood's beginning misses is said.

Offers: ``parse_moods``, ``Mood``, ``Scene``, ``score_scene``, ``run_events``.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from models.drums.kit import pitch_for
from models.following.layers import Layers, feeling_of
from models.following.stage import Event, Stage
from models.jam.jam import Timed
from models.jam.sounding import DRUM_CHANNEL, NOTE_OFF, NOTE_ON
from models.music.beats import Metre
from models.music.clip import Clip, without_overlaps
from models.music.errors import BadValue
from models.music.note import Note

LONGEST_S = 600.0
_SLOWEST, _FASTEST = 72.0, 144.0
_TEMPO_STEP = 0.05
_HIT_WEIGHT = 2.0
_NEAR_USUAL = 0.0004
"""Seconds of mismatch that a tempo one beat a minute nearer to the scene's own is worth."""

_MOOD = re.compile(r"^\s*(?P<words>.+?)\s+(?P<start>\d+(?:\.\d+)?)\s*-\s*(?P<end>\d+(?:\.\d+)?)\s*$")
_FLOOR, _REACH = 0.5, 0.45
_HIT_S = 1.0
_ON_THE_BAR_S = 0.1


@dataclass(frozen=True, slots=True)
class Mood:
    """Words for a stretch of seconds."""

    words: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Scene:
    """What was written: a track for each loop, and for the hits; its tempo.

    begins  of each mood: (words, second asked for, second at which it begins)
    """

    tracks: tuple[Clip, ...]
    tempo: float
    begins: tuple[tuple[str, float, float], ...]


def parse_moods(text: str, length: float) -> tuple[Mood, ...]:
    """ "tense 0-8, hopeful 8-24": moods in order, each from where the last one ended; raises BadValue."""
    moods: list[Mood] = []
    for part in filter(str.strip, text.split(",")):
        found = _MOOD.match(part)
        if not found:
            raise BadValue(
                f'"{part.strip()}" is no mood with its seconds; write for example "tense 0-8".', field="moods"
            )
        mood = Mood(found["words"], float(found["start"]), float(found["end"]))
        feeling_of(mood.words, None)
        before = moods[-1].end if moods else 0.0
        if abs(mood.start - before) > 1e-6:
            raise BadValue(
                f'"{mood.words}" begins at {mood.start:g} s, not at {before:g} where it must.', field="moods"
            )
        if not mood.start < mood.end <= length + 1e-6:
            raise BadValue(f'"{mood.words}" must end after it begins, at {length:g} s at the latest.', field="moods")
        moods.append(mood)
    if not moods:
        raise BadValue('There are no moods; write for example "tense 0-8, hopeful 8-24".', field="moods")
    return tuple(moods)


def _tempo(begins: Sequence[float], hits: Sequence[float], bar: float, unit: float, usual: float) -> float:
    def missed(tempo: float) -> float:
        beat_s = 60 / tempo
        bars = sum(abs(math.remainder(second, bar * beat_s)) for second in begins)
        beats = sum(abs(math.remainder(second, unit * beat_s)) for second in hits)
        return bars + _HIT_WEIGHT * beats + _NEAR_USUAL * abs(tempo - usual)

    steps = round((_FASTEST - _SLOWEST) / _TEMPO_STEP)
    return min((_SLOWEST + _TEMPO_STEP * step for step in range(steps + 1)), key=missed)


def score_scene(clips: Sequence[Clip], length: float, moods: Sequence[Mood], hits: Sequence[float] = ()) -> Scene:
    """Music of ``length`` seconds, made of a scene's clips; raises BadValue, EmptyClip."""
    if not 4 <= length <= LONGEST_S:
        raise BadValue(f"The length must be 4 to {LONGEST_S:g} s, not {length:g}.", field="length")
    for hit in hits:
        if not 0 <= hit <= length:
            raise BadValue(f"A hit at {hit:g} s lies outside the {length:g} s.", field="hits")
    layers = Layers.of(clips)
    metre = layers.loops[0].metre
    tempo = _tempo([mood.start for mood in moods[1:]], hits, metre.bar, metre.unit, layers.loops[0].tempo)
    beat_s = 60 / tempo
    last = max(metre.bar, math.floor(length / beat_s / metre.bar - 0.5) * metre.bar)
    stage, events, begins = Stage(layers), [], []
    for mood in moods:
        start = _place(mood.start / beat_s, metre, beat_s, last)
        intensity = min(max(_FLOOR + _REACH * feeling_of(mood.words, layers.scale).arousal, 0.1), 1.0)
        events.append((max(0.0, start - metre.unit / 2), Event("beat", intensity, mood.words)))
        begins.append((mood.words, mood.start, start * beat_s))
    events.append((last - metre.unit / 2, Event("bar", end=True)))
    played = run_events(stage, events, last + metre.bar)
    tracks = [replace(track, tempo=tempo) for track in tracks_of(played, layers.loops, max(length / beat_s, last + 1))]
    struck = _hit_track(layers, stage, hits, tempo, length / beat_s)
    return Scene((*tracks, *struck), tempo, tuple(begins))


def _place(wanted: float, metre: Metre, beat_s: float, last: float) -> float:
    """Where a mood begins: on the nearest bar line where that is near enough, else on the nearest beat."""
    bar, beat = (round(wanted / step) * step for step in (metre.bar, metre.unit))
    return min(bar if abs(bar - wanted) * beat_s <= _ON_THE_BAR_S else beat, last - metre.unit)


def run_events(stage: Stage, events: Sequence[tuple[float, Event]], until: float) -> list[Timed]:
    """What a stage plays when events come at beats, in order; ends before beginnings at the same beat."""
    played: list[Timed] = []
    waiting = sorted(events, key=lambda told: told[0])
    unit = stage.metre.unit / 4
    for step in range(math.ceil(until / unit) + 1):
        beat = step * unit
        while waiting and waiting[0][0] <= beat:
            stage.tell(waiting.pop(0)[1])
        played += stage.advance(beat)
    return sorted(played, key=lambda timed: (round(timed.beat, 9), timed.message[0] & 0xF0 != NOTE_OFF))


def energy_of(played: Sequence[Timed], bar: float, bars: int) -> tuple[float, ...]:
    """Velocities struck in each bar, as a share of the fullest one's."""
    sums = [0.0] * bars
    for beat, message in played:
        if message[0] & 0xF0 == NOTE_ON and beat < bars * bar - 1e-6:
            sums[int((beat + 1e-6) // bar)] += message[2]
    most = max(sums, default=0.0) or 1.0
    return tuple(each / most for each in sums)


def tracks_of(played: Sequence[Timed], loops: Sequence[Clip], length: float) -> tuple[Clip, ...]:
    """Messages as a clip for each channel, named and with the role of the loop that played there."""
    begun: dict[tuple[int, int], tuple[float, int]] = {}
    notes: dict[int, list[Note]] = {}
    for beat, message in played:
        channel, key = message[0] & 0x0F, (message[0] & 0x0F, message[1])
        if key in begun:
            onset, velocity = begun.pop(key)
            notes.setdefault(channel, []).append(Note(message[1], onset, max(1 / 64, beat - onset), velocity))
        if message[0] & 0xF0 == NOTE_ON:
            begun[key] = (beat, message[2])
    result = []
    for channel, own in sorted(notes.items()):
        if channel == DRUM_CHANNEL:
            like = next((loop for loop in loops if loop.drums), loops[0])
        else:
            like = loops[channel] if channel < len(loops) else [loop for loop in loops if not loop.drums][-1]
        result.append(replace(like, notes=without_overlaps(own, length), length=length))
    return tuple(result)


def _hit_track(layers: Layers, stage: Stage, hits: Sequence[float], tempo: float, length: float) -> tuple[Clip, ...]:
    """A crash at exactly each hit's second."""
    if not hits:
        return ()
    drums = next((loop for loop in layers.loops if loop.drums), None)
    pitch = pitch_for(drums.notes if drums else (), "crash")
    onsets = [hit * tempo / 60 for hit in hits]
    notes = [Note(pitch, onset, min(_HIT_S * tempo / 60, max(1 / 64, length - onset)), 120) for onset in onsets]
    return (Clip(without_overlaps(notes, length), length, "hits", tempo, stage.metre, "drums"),)
