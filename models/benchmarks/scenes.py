"""Chords, beats and scenes to measure on, made by the house's own rules.

Offers: ``PROGRESSIONS``, ``timed``, ``a_bar_of_drums``, ``KICKS``, ``bands``, ``songs``, ``a_scene``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

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


TUNES: dict[str, tuple[str, str, str]] = {
    "Twinkle": (
        "C major",
        "4/4",
        "C3:1 C3:1 G3:1 G3:1 A3:1 A3:1 G3:2 F3:1 F3:1 E3:1 E3:1 D3:1 D3:1 C3:2 "
        "G3:1 G3:1 F3:1 F3:1 E3:1 E3:1 D3:2 G3:1 G3:1 F3:1 F3:1 E3:1 E3:1 D3:2",
    ),
    "Ode to Joy": (
        "D major",
        "4/4",
        "F#3:1 F#3:1 G3:1 A3:1 A3:1 G3:1 F#3:1 E3:1 D3:1 D3:1 E3:1 F#3:1 F#3:1.5 E3:.5 "
        "E3:2 F#3:1 F#3:1 G3:1 A3:1 A3:1 G3:1 F#3:1 E3:1 D3:1 D3:1 E3:1 F#3:1 E3:1.5 D3:.5 D3:2",
    ),
    "Greensleeves": (
        "A minor",
        "6/8",
        "C4:1 D4:.5 E4:.75 F4:.25 E4:.5 D4:1 B3:.5 G3:.75 A3:.25 B3:.5 C4:1 A3:.5 "
        "A3:.75 G#3:.25 A3:.5 B3:1 G#3:.5 E3:1.5 C4:1 D4:.5 E4:.75 F4:.25 E4:.5 D4:1 B3:.5 "
        "G3:.75 A3:.25 B3:.5 C4:.75 B3:.25 A3:.5 G#3:.75 F#3:.25 G#3:.5 A3:1.5 A3:1.5",
    ),
    "Amazing Grace": (
        "G major",
        "3/4",
        "r:2 D3:1 G3:2 B3:.5 G3:.5 B3:2 A3:1 G3:2 E3:1 D3:2 D3:1 G3:2 B3:.5 G3:.5 "
        "B3:2 A3:1 D4:5 B3:1 D4:2 B3:.5 G3:.5 B3:2 A3:1 G3:2 E3:1 D3:2 D3:1 G3:2 B3:.5 G3:.5 B3:2 A3:1 "
        "G3:3",
    ),
    "Scarborough Fair": (
        "D dorian",
        "3/4",
        "D3:2 D3:1 A3:2 A3:1 E3:1.5 F3:.5 E3:1 D3:3 r:1 A3:1 C4:1 D4:2 C4:1 A3:1 B3:1 G3:1 A3:3 A3:3",
    ),
    "Drunken Sailor": (
        "D dorian",
        "4/4",
        "A3:1 A3:.5 A3:.5 A3:1 A3:.5 A3:.5 A3:1 D3:1 F3:1 A3:1 G3:1 G3:.5 G3:.5 "
        "G3:1 G3:.5 G3:.5 G3:1 C3:1 E3:1 G3:1 A3:1 A3:.5 A3:.5 A3:1 A3:.5 A3:.5 A3:1 B3:1 C4:1 D4:1 "
        "C4:1 A3:1 G3:1 E3:1 D3:2 D3:2",
    ),
    "Frère Jacques": (
        "F major",
        "4/4",
        "F3:1 G3:1 A3:1 F3:1 F3:1 G3:1 A3:1 F3:1 A3:1 A#3:1 C4:2 A3:1 A#3:1 C4:2 "
        "C4:.5 D4:.5 C4:.5 A#3:.5 A3:1 F3:1 C4:.5 D4:.5 C4:.5 A#3:.5 A3:1 F3:1 F3:1 C3:1 F3:2 "
        "F3:1 C3:1 F3:2",
    ),
}
"""Name → key, metre and notes."""


def tune(name: str) -> Clip:
    """The tune as a clip of whole bars."""
    key, metre_text, words = TUNES[name]
    metre, onset, notes = Metre.parse(metre_text), 0.0, []
    for word in words.split():
        place, beats = word.split(":")
        if place != "r":
            notes.append(Note(pitches.parse(place), onset, float(beats), 96))
        onset += float(beats)
    return Clip(tuple(notes), metre.bars(onset) * metre.bar, name=name, metre=metre, role="melody", key=key)
