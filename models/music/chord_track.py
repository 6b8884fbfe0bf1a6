"""A chord track: the harmony of a clip or a scene as a musician writes it, "Am9 | Dm9 | Fmaj9 Em7 | E7alt".

Bars stand between bar lines. Chords in a bar share it evenly, a dot or a slash holds the chord before for one more
share ("C . . G7" is three quarters and one), "%" repeats the bar before, "N.C." is silence. Symbols are those of lead
sheets ("Bbm7b5", "F#ø", "C7sus4", "G13(#11)/B", "Ebmaj9") or Harte's labels ("Bb:min7"). A track shorter than its clip
begins again.

Offers: ``parse_chord_track`` (text to timed chords), ``parse_symbol``.
"""

import re
from collections.abc import Iterator
from itertools import count

from models.music import pitch as pitches
from models.music.beats import TIGHT
from models.music.chord import QUALITIES, Chord, TimedChord
from models.music.errors import BadValue

_SPELLINGS = {
    "maj": "maj M", "min": "m min mi -", "dim": "dim o °", "aug": "aug +", "maj6": "6 maj6", "min6": "m6", "7": "7",
    "maj7": "maj7 M7 ma7 Δ Δ7 ^ ^7", "min7": "m7", "minmaj7": "mM7 mmaj7", "dim7": "dim7 o7 °7", "hdim7": "ø ø7 hdim7",
    "aug7": "+7", "9": "9", "maj9": "maj9 M9", "min9": "m9", "11": "11", "min11": "m11", "13": "13",
    "maj13": "maj13 M13", "min13": "m13", "69": "69 6/9", "m69": "m69", "sus4": "sus sus4", "sus2": "sus2", "5": "5",
    "alt": "alt 7alt",
}  # fmt: skip
"""What people write behind a root, beside nothing for "maj", by our name for it; "min7" is read as "m7", and so on."""
_NAMED = {"": "maj"} | {spelling: name for name, written in _SPELLINGS.items() for spelling in written.split()}

_OTHERS = {"aug7": (0, 4, 8, 10), "69": (0, 4, 7, 9, 2), "m69": (0, 3, 7, 9, 2), "alt": (0, 4, 10, 1, 3, 8)}
_DEGREES = {"2": 2, "4": 5, "5": 7, "6": 9, "9": 2, "11": 5, "13": 9}
_ROOT = re.compile(r"([A-G][#b♯♭]?)(.*)$")
_CHANGE = re.compile(r"(?:add)?([#b♯♭]?)(13|11|9|6|5|4|2)|(sus[24]?)|no([35])")
_FEWEST_SHARES = 1 / 16
"""Beats of the shortest chord."""


def parse_chord_track(text: str, bar: float, length: float) -> tuple[TimedChord, ...]:
    """The chords of a text over ``length`` beats in bars of ``bar`` beats, from the start on; raises BadValue."""
    bars = [list(found) for found in _bars(text)]
    if not bars:
        raise BadValue('The chords are empty; write for example "Am9 | Dm9 | G7 | C".', field="chords")
    timed: list[TimedChord] = []
    for number in count():
        start = number * bar
        if start > length - TIGHT:
            return tuple(timed)
        shares = bars[number % len(bars)]
        step = bar / len(shares)
        if step < _FEWEST_SHARES:
            raise BadValue(f"A bar holds at most {int(bar / _FEWEST_SHARES)} chords.", field="chords")
        for place, chord in enumerate(shares):
            onset = start + place * step
            if chord is None or onset > length - TIGHT:
                continue
            lasting = min(step, length - onset)
            before = timed[-1] if timed else None
            if before and before.chord == chord and abs(before.end - onset) < TIGHT:
                timed[-1] = before._replace(duration=before.duration + lasting)
            else:
                timed.append(TimedChord(onset, lasting, chord))
    raise AssertionError("a clip ends")


def _bars(text: str) -> Iterator[list[Chord | None]]:
    """The chords of each bar, None for silence."""
    last: list[Chord | None] = []
    for written in text.strip().strip("|").split("|"):
        words = written.replace(",", " ").split()
        if words == ["%"] or not words:
            if not last:
                raise BadValue("The first bar of the chords must hold a chord.", field="chords")
        else:
            found: list[Chord | None] = []
            for word in words:
                held = found[-1] if found else last[-1] if last else None
                found.append(held if word in (".", "/") else parse_symbol(word))
            last = found
        yield last


def parse_symbol(text: str) -> Chord | None:
    """The chord of a lead sheet's symbol or a Harte label; None for no chord; raises BadValue."""
    if text.upper().replace(".", "") in ("NC", "N", "X"):
        return None
    if ":" in text:
        return Chord.parse(text)
    found = _ROOT.match(text)
    if not found:
        raise _unknown(text)
    quality, slash, over = found[2].partition("/")
    if over == "9":  # 6/9 is a quality
        quality, slash, over = found[2], "", ""
    root = pitches.parse_class(found[1])
    bass = pitches.parse_class(over) if slash and re.fullmatch(r"[A-G][#b♯♭]?", over) else None
    if slash and bass is None:
        raise _unknown(text)
    intervals = _intervals(quality.replace("(", "").replace(")", "").replace(",", ""))
    if intervals is None:
        raise _unknown(text)
    return Chord(root, intervals, root if bass is None else bass)


def _intervals(quality: str) -> tuple[int, ...] | None:
    """The semitones of what stands behind a root; None where nobody can tell."""
    plain = quality.replace("Maj", "maj").replace("Min", "m").replace("min", "m").replace("♯", "#").replace("♭", "b")
    plain = "m" + plain[1:] if plain.startswith("-") else plain
    for end in range(len(plain), -1, -1):
        name = _NAMED.get(plain[:end])
        if name is None:
            continue
        changed = _changed(list(_OTHERS.get(name) or QUALITIES[name]), plain[end:])
        if changed is not None:
            return changed
    return None


def _changed(intervals: list[int], rest: str) -> tuple[int, ...] | None:
    """The intervals with "b9", "#11", "add9", "sus4", "no3" and the like; None where something else is written."""
    while rest:
        found = _CHANGE.match(rest)
        if not found:
            return None
        rest = rest[found.end() :]
        if found[3]:
            intervals = [place for place in intervals if place not in (3, 4)] + [2 if found[3] == "sus2" else 5]
        elif found[4]:
            intervals = [place for place in intervals if place not in ((3, 4) if found[4] == "3" else (7,))]
        else:
            place = (_DEGREES[found[2]] + {"#": 1, "b": -1}.get(found[1], 0)) % 12
            if found[2] == "5":
                intervals = [other for other in intervals if other != 7]
            intervals.append(place)
    return tuple(dict.fromkeys(intervals))


def _unknown(text: str) -> BadValue:
    return BadValue(f'"{text}" is not a chord; write for example Am9, F#m7b5, C7/E or Bb:min7.', field="chords")
