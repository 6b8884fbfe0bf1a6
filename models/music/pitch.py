"""Names of pitches and pitch classes.

A pitch is an int 0-127; 60 is C3, as on Live's screen, so octaves run from -2 to 8.
A pitch class is an int 0-11, C = 0.

Offers: ``name``, ``parse`` (its reverse), ``class_name``, ``parse_class``, ``PITCHES``.
"""

import re

from models.music.errors import BadValue

PITCHES = range(128)
_SHARPS = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
_FLATS = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")
_LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_ACCIDENTALS = {"#": 1, "♯": 1, "b": -1, "♭": -1}
_CLASS = re.compile(r"^([A-Ga-g])([#b♯♭]{0,2})$")
_PITCH = re.compile(r"^([A-Ga-g][#b♯♭]{0,2})(-?\d{1,2})$")
_OCTAVE_OF_PITCH_0 = -2


def class_name(pitch_class: int, *, flats: bool = False) -> str:
    """The name of a pitch class, sharps unless ``flats``: 10 is "A#" or "Bb"."""
    return (_FLATS if flats else _SHARPS)[pitch_class % 12]


def parse_class(text: str) -> int:
    """The pitch class 0-11 that ``text`` names ("A", "F#", "Bb"); raises BadValue."""
    found = _CLASS.match(text.strip())
    if not found:
        raise BadValue(f'"{text}" is not the name of a note; write for example A, F# or Bb.')
    letter, accidentals = found.groups()
    return (_LETTERS[letter.upper()] + sum(_ACCIDENTALS[sign] for sign in accidentals)) % 12


def name(pitch: int, *, flats: bool = False) -> str:
    """The name of a pitch 0-127: 60 is "C3"."""
    octave, pitch_class = divmod(pitch, 12)
    return f"{class_name(pitch_class, flats=flats)}{octave + _OCTAVE_OF_PITCH_0}"


def parse(text: str) -> int:
    """The pitch that ``text`` names, a name ("C3") or a number ("60"); the reverse of ``name``; raises BadValue."""
    text = text.strip()
    found = _PITCH.match(text)
    if found:
        letter, accidentals = found[1][0].upper(), found[1][1:]
        # Not parse_class: the octave belongs to the letter, so Cb3 is the B below C3.
        shift = sum(_ACCIDENTALS[sign] for sign in accidentals)
        pitch = (int(found[2]) - _OCTAVE_OF_PITCH_0) * 12 + _LETTERS[letter] + shift
    elif text.isdecimal():
        pitch = int(text)
    else:
        raise BadValue(f'"{text}" is not a pitch; write a number from 0 to 127 or a name such as C3.')
    if pitch not in PITCHES:
        raise BadValue(f'"{text}" lies outside MIDI\'s pitches; use 0 to 127, which is C-2 to G8.')
    return pitch
