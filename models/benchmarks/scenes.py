"""Chords, beats and scenes to measure on, made by the house's own rules.

Offers: ``PROGRESSIONS``, ``timed``, ``a_bar_of_drums``, ``KICKS``, ``bands``, ``songs``, ``a_scene``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path

from models.accompaniment.accompany import AccompanyOptions, accompany
from models.harmony.harmonise import harmonise
from models.music import pitch as pitches
from models.music.beats import Metre
from models.music.chord import Chord, TimedChord
from models.music.clip import Clip
from models.music.note import Note
from models.music.scale import Scale
from models.voicing.options import VoicingOptions
from models.voicing.voice import voice

C_MAJOR, A_MINOR = Scale.parse("C major"), Scale.parse("A minor")
PROGRESSIONS = {
    "pop": "C:maj G:maj A:min F:maj",
    "turnaround": "C:maj7 A:7 D:min7 G:7 E:min7 A:7 D:min7 G:7 G:min7 C:7 F:maj7 Bb:7 E:min7 A:7 D:min7 G:7",
    "slashes": "C:maj G:maj/3 A:min F:maj/2 E:min7 A:7 D:min7 G:sus4",
    "minor": "A:min F:maj C:maj E:7 A:min D:min B:hdim7 E:7",
}
KICKS = ((0.0, 1.0, 2.0, 3.0), (0.0, 1.5, 2.75), (0.0, 0.75, 2.5), (0.0, 2.5, 3.25))
_LOOP = "A:min F:maj C:maj G:maj A:min F:maj D:min E:min"


def timed(labels: str, beats: float = 4.0) -> list[TimedChord]:
    """Chords of ``beats`` each, from labels separated by blanks."""
    chords = [chord for label in labels.split() if (chord := Chord.parse(label)) is not None]
    return [TimedChord(number * beats, beats, chord) for number, chord in enumerate(chords)]


def _beat(lanes: Sequence[tuple[int, Sequence[float]]], length: float) -> Clip:
    notes = tuple(Note(pitch, onset, 0.2) for pitch, onsets in lanes for onset in onsets)
    return Clip(notes, length, name="drums", role="drums")


def a_bar_of_drums(kicks: tuple[float, ...]) -> Clip:
    """A bar of drums: these kicks, a backbeat and eighths of the hat."""
    return _beat(((36, kicks), (38, (1.0, 3.0)), (42, tuple(eighth / 2 for eighth in range(8)))), 4.0)


def bands() -> list[tuple[Clip, Clip, Clip]]:
    """Drums, chords and a bass in C major: every kick pattern with every progression."""
    scenes = []
    for kicks, labels in product(KICKS, PROGRESSIONS.values()):
        drums, chords = a_bar_of_drums(kicks), voice(timed(labels))[0].clip
        bass = accompany((drums, chords), AccompanyOptions(scale=C_MAJOR, style="syncopated"))[0].clip
        scenes.append((drums, chords, bass))
    return scenes


def songs() -> list[tuple[Clip, Clip]]:
    """Tunes with chords under them."""
    return [(tune(name), harmonise(tune(name))[0].clip) for name in list(TUNES)[:4]]


def a_scene() -> tuple[Clip, ...]:
    """Four tracks of eight bars in A minor: drums, bass, chords and a lead."""
    chords = voice(timed(_LOOP), VoicingOptions(rhythm="stab", scale=A_MINOR))[0].clip
    beats = [float(beat) for beat in range(32)]
    drums = _beat(((36, beats), (38, beats[1::2]), (42, [eighth / 2 for eighth in range(64)])), 32.0)
    bass = accompany((drums, chords), AccompanyOptions(style="octave", scale=A_MINOR))[0].clip
    lead = accompany((drums, chords), AccompanyOptions(part="counter", scale=A_MINOR))[0].clip
    lead = lead.with_notes(
        note.moved(pitch=note.pitch + 12, onset=note.onset + beat, duration=0.9)
        for note in lead.notes
        for beat in (0.0, 1.5, 2.5)
    )
    return drums, replace(bass, name="bass"), replace(chords, name="chords"), replace(lead, name="lead")


TUNES: dict[str, dict[str, str]] = json.loads(Path(__file__).with_name("tunes.json").read_text(encoding="utf-8"))
"""Name → key, metre and notes: a pitch, or r for a rest, and its beats."""


def tune(name: str) -> Clip:
    """The tune as a clip of whole bars."""
    told = TUNES[name]
    metre, onset, notes = Metre.parse(told["metre"]), 0.0, []
    for word in told["notes"].split():
        place, beats = word.split(":")
        if place != "r":
            notes.append(Note(pitches.parse(place), onset, float(beats), 96))
        onset += float(beats)
    return Clip(tuple(notes), metre.bars(onset) * metre.bar, name=name, metre=metre, role="melody", key=told["key"])
