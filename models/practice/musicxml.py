"""Exercises as MusicXML 4.0, the file that MuseScore, Sibelius, Dorico and Finale open and print.

A writer of our own on the standard library: music21, which would do it, brings matplotlib and 100 MB along for a
quarter of what is needed. Written are parts of one voice with chords, ties over bar lines, rests, key, metre, clef and
tempo; durations are multiples of a 1/64 note, triplets none.

Offers: ``musicxml``.
"""

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence

from models.music.clip import Clip
from models.music.pitch import class_name
from models.music.scale import Scale
from models.practice.difficulty import fifths_of, is_minor

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
    heard = [(f"P{number}", name, clip) for number, (name, clip) in enumerate((x for x in clips if x[1].notes), 1)]
    listed = [
        _made(
            "score-part",
            _made("part-name", name),
            _made("score-instrument", _made("instrument-name", "Piano"), id=f"{part}-I1"),
            id=part,
        )
        for part, name, _ in heard
    ]
    if len(heard) > 1:  # both hands are a piano's
        brace = _made("group-symbol", "brace"), _made("group-barline", "yes")
        listed = [_made("part-group", *brace, type="start", number="1"), *listed]
        listed.append(_made("part-group", type="stop", number="1"))
    parts = [_made("part", *_bars(clip, scale, words if part == "P1" else None), id=part) for part, _, clip in heard]
    score = _made(
        "score-partwise", _made("work", _made("work-title", title)), _made("part-list", *listed), *parts, version="4.0"
    )
    ET.indent(score)
    return _HEAD + ET.tostring(score, encoding="utf-8") + b"\n"


def _made(tag: str, *inside: ET.Element | str | float, **attributes: str) -> ET.Element:
    """An element with what is inside it: elements, or its text."""
    element = ET.Element(tag, attributes)
    for each in inside:
        if isinstance(each, ET.Element):
            element.append(each)
        else:
            element.text = str(each)
    return element


def _bars(clip: Clip, scale: Scale, words: str | None) -> Iterator[ET.Element]:
    """The measures of a part; ``words``: above the first one, with the tempo; None: neither."""
    bar = round(clip.metre.bar * _DIVISIONS)
    count = clip.metre.bars(clip.length)
    sounding = _units(clip, count * bar)
    for number in range(count):
        start, end = number * bar, (number + 1) * bar
        inside = [_attributes(clip, scale), *_said(clip.tempo, words)] if number == 0 else []
        for begin, stop, pitches in sounding:
            if begin < end and stop > start:
                inside += _notes(max(begin, start), min(stop, end), (begin, stop), pitches, scale)
        if number == count - 1:
            inside.append(_made("barline", _made("bar-style", "light-heavy"), location="right"))
        yield _made("measure", *inside, number=str(number + 1))


def _units(clip: Clip, end: int) -> list[tuple[int, int, tuple[int, ...]]]:
    """Begin, end and pitches of every note, chord and rest, in units, without gaps; one voice, later notes cut."""
    struck: dict[int, dict[int, int]] = {}
    for note in clip.notes:
        begin = round(note.onset * _DIVISIONS)
        struck.setdefault(begin, {})[note.pitch] = max(1, round(note.duration * _DIVISIONS))
    onsets = [begin for begin in sorted(struck) if begin < end]
    found: list[tuple[int, int, tuple[int, ...]]] = []
    at = 0
    for begin, following in zip(onsets, [*onsets[1:], end], strict=True):
        if begin > at:
            found.append((at, begin, ()))
        at = min(following, begin + max(struck[begin].values()))
        found.append((begin, at, tuple(sorted(struck[begin]))))
    return [*found, (at, end, ())] if at < end else found


def _attributes(clip: Clip, scale: Scale) -> ET.Element:
    low = sum(note.pitch for note in clip.notes) / len(clip.notes) < _LOW
    mode = "minor" if is_minor(scale) else "major"
    return _made(
        "attributes",
        _made("divisions", _DIVISIONS),
        _made("key", _made("fifths", fifths_of(scale)), _made("mode", mode)),
        _made("time", _made("beats", clip.metre.numerator), _made("beat-type", clip.metre.denominator)),
        _made("clef", _made("sign", "F" if low else "G"), _made("line", 4 if low else 2)),
    )


def _said(tempo: float, words: str | None) -> Iterator[ET.Element]:
    """Tempo and words above the first bar."""
    if words is not None:
        beat = _made("metronome", _made("beat-unit", "quarter"), _made("per-minute", f"{tempo:g}"))
        told = _made("direction-type", beat), _made("sound", tempo=f"{tempo:g}")
        yield _made("direction", *told, placement="above")
    if words:
        yield _made("direction", _made("direction-type", _made("words", words)), placement="above")


def _notes(
    start: int, end: int, whole: tuple[int, int], pitches: tuple[int, ...], scale: Scale
) -> Iterator[ET.Element]:
    """What sounds in [start, end) of a note that lasts over the ``whole``, as tied notes, or as rests."""
    at = start
    while at < end:
        units, kind, dots = next(kind for kind in _KINDS if kind[0] <= end - at)
        ties = ["stop"] * (at > whole[0]) + ["start"] * (at + units < whole[1]) if pitches else []
        for place, pitch in enumerate(pitches or (None,)):
            inside = [_made("chord")] * (place > 0)
            inside += [_made("rest") if pitch is None else _pitch(pitch, scale), _made("duration", units)]
            inside += [_made("tie", type=tie) for tie in ties]
            inside += [_made("type", kind), *[_made("dot")] * dots]
            if ties:
                inside.append(_made("notations", *(_made("tied", type=tie) for tie in ties)))
            yield _made("note", *inside)
        at += units


def _pitch(pitch: int, scale: Scale) -> ET.Element:
    name = class_name(pitch, flats=fifths_of(scale) < 0)
    alter = [_made("alter", {"#": 1, "b": -1}[sign]) for sign in name[1:]]
    return _made("pitch", _made("step", name[0]), *alter, _made("octave", pitch // 12 - 1))
