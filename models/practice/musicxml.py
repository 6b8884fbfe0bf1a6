"""Exercises as MusicXML 4.0, the file that MuseScore, Sibelius, Dorico and Finale open and print.

A writer of our own on the standard library: music21, which would do it, brings matplotlib and 100 MB along for a
quarter of what is needed. Written are parts of one voice with chords, ties over bar lines, rests, key, metre, clef and
tempo; durations are multiples of a 1/64 note, triplets none.

Offers: ``musicxml``.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence

from models.music.clip import Clip
from models.music.pitch import class_name
from models.music.scale import Scale
from models.practice.difficulty import fifths_of, scale_intervals

_DIVISIONS = 16
"""Units in a beat: 1/64 notes."""

_KINDS = (
    (64, "whole", 0),
    (48, "half", 1),
    (32, "half", 0),
    (24, "quarter", 1),
    (16, "quarter", 0),
    (12, "eighth", 1),
    (8, "eighth", 0),
    (6, "16th", 1),
    (4, "16th", 0),
    (2, "32nd", 0),
    (1, "64th", 0),
)
"""Units, MusicXML's name and dots of each written length, the longest first."""

_LOW = 57
"""Middle pitch below which a part is written in the bass clef."""

_HEAD = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 4.0 '
    b'Partwise//EN" "http://www.musicxml.org/dtds/partwise.dtd">\n'
)


def musicxml(clips: Sequence[tuple[str, Clip]], scale: Scale, title: str, words: str = "") -> bytes:
    """The file's bytes: a part for each named clip with notes, of one metre; ``words`` stand above the first bar."""
    score = ET.Element("score-partwise", version="4.0")
    ET.SubElement(ET.SubElement(score, "work"), "work-title").text = title
    listed = ET.SubElement(score, "part-list")
    heard = [(name, clip) for name, clip in clips if clip.notes]
    if len(heard) > 1:
        _brace(listed, "start")
    for number, (name, _) in enumerate(heard, 1):
        part = ET.SubElement(listed, "score-part", id=f"P{number}")
        ET.SubElement(part, "part-name").text = name
        ET.SubElement(ET.SubElement(part, "score-instrument", id=f"P{number}-I1"), "instrument-name").text = "Piano"
    if len(heard) > 1:
        _brace(listed, "stop")
    for number, (_, clip) in enumerate(heard, 1):
        part = ET.SubElement(score, "part", id=f"P{number}")
        _part(part, clip, scale)
        if number == 1:
            _say(part[0], clip.tempo, words)
    ET.indent(score)
    return _HEAD + ET.tostring(score, encoding="utf-8") + b"\n"


def _brace(listed: ET.Element, kind: str) -> None:
    """Both hands are a piano's."""
    group = ET.SubElement(listed, "part-group", type=kind, number="1")
    if kind == "start":
        ET.SubElement(group, "group-symbol").text = "brace"
        ET.SubElement(group, "group-barline").text = "yes"


def _part(part: ET.Element, clip: Clip, scale: Scale) -> None:
    bar = round(clip.metre.bar * _DIVISIONS)
    sounding = _units(clip, clip.metre.bars(clip.length) * bar)
    for number in range(clip.metre.bars(clip.length)):
        measure = ET.SubElement(part, "measure", number=str(number + 1))
        if number == 0:
            _attributes(measure, clip, scale)
        start, end = number * bar, (number + 1) * bar
        for begin, stop, pitches in sounding:
            if begin < end and stop > start:
                _notes(measure, max(begin, start), min(stop, end), begin, stop, pitches, scale)
    ET.SubElement(ET.SubElement(part[-1], "barline", location="right"), "bar-style").text = "light-heavy"


def _units(clip: Clip, end: int) -> list[tuple[int, int, tuple[int, ...]]]:
    """Begin, end and pitches of every note, chord and rest, in units, without gaps; one voice, later notes cut."""
    struck: dict[int, dict[int, int]] = {}
    for note in clip.notes:
        begin = round(note.onset * _DIVISIONS)
        struck.setdefault(begin, {})[note.pitch] = max(1, round(note.duration * _DIVISIONS))
    onsets = [begin for begin in sorted(struck) if begin < end]
    found: list[tuple[int, int, tuple[int, ...]]] = []
    at = 0
    for place, begin in enumerate(onsets):
        following = onsets[place + 1] if place + 1 < len(onsets) else end
        stop = min(following, begin + max(struck[begin].values()))
        if begin > at:
            found.append((at, begin, ()))
        found.append((begin, stop, tuple(sorted(struck[begin]))))
        at = stop
    return [*found, (at, end, ())] if at < end else found


def _attributes(measure: ET.Element, clip: Clip, scale: Scale) -> None:
    attributes = ET.SubElement(measure, "attributes")
    ET.SubElement(attributes, "divisions").text = str(_DIVISIONS)
    key = ET.SubElement(attributes, "key")
    ET.SubElement(key, "fifths").text = str(fifths_of(scale))
    ET.SubElement(key, "mode").text = "minor" if 3 in scale_intervals(scale) else "major"
    time = ET.SubElement(attributes, "time")
    ET.SubElement(time, "beats").text = str(clip.metre.numerator)
    ET.SubElement(time, "beat-type").text = str(clip.metre.denominator)
    low = sum(note.pitch for note in clip.notes) / len(clip.notes) < _LOW
    clef = ET.SubElement(attributes, "clef")
    ET.SubElement(clef, "sign").text = "F" if low else "G"
    ET.SubElement(clef, "line").text = "4" if low else "2"


def _say(measure: ET.Element, tempo: float, words: str) -> None:
    """Tempo and words above the first bar, behind its attributes."""
    if words:
        told = ET.Element("direction", placement="above")
        ET.SubElement(ET.SubElement(told, "direction-type"), "words").text = words
        measure.insert(1, told)
    direction = ET.Element("direction", placement="above")
    measure.insert(1, direction)
    metronome = ET.SubElement(ET.SubElement(direction, "direction-type"), "metronome")
    ET.SubElement(metronome, "beat-unit").text = "quarter"
    ET.SubElement(metronome, "per-minute").text = f"{tempo:g}"
    ET.SubElement(direction, "sound", tempo=f"{tempo:g}")


def _notes(
    measure: ET.Element, start: int, end: int, begin: int, stop: int, pitches: tuple[int, ...], scale: Scale
) -> None:  # fmt: skip
    """What sounds in [start, end) of a note that lasts from ``begin`` to ``stop``, as tied notes, or as rests."""
    at = start
    while at < end:
        units, kind, dots = next(kind for kind in _KINDS if kind[0] <= end - at)
        for place, pitch in enumerate(pitches or (None,)):
            note = ET.SubElement(measure, "note")
            if place:
                ET.SubElement(note, "chord")
            if pitch is None:
                ET.SubElement(note, "rest")
            else:
                _pitch(note, pitch, scale)
            ET.SubElement(note, "duration").text = str(units)
            ties = [] if pitch is None else ["stop"] * (at > begin) + ["start"] * (at + units < stop)
            for tie in ties:
                ET.SubElement(note, "tie", type=tie)
            ET.SubElement(note, "type").text = kind
            for _ in range(dots):
                ET.SubElement(note, "dot")
            if ties:
                notations = ET.SubElement(note, "notations")
                for tie in ties:
                    ET.SubElement(notations, "tied", type=tie)
        at += units


def _pitch(note: ET.Element, pitch: int, scale: Scale) -> None:
    name = class_name(pitch, flats=fifths_of(scale) < 0)
    step, alter = name[0], {"": 0, "#": 1, "b": -1}[name[1:]]
    written = ET.SubElement(note, "pitch")
    ET.SubElement(written, "step").text = step
    if alter:
        ET.SubElement(written, "alter").text = str(alter)
    ET.SubElement(written, "octave").text = str(pitch // 12 - 1)
