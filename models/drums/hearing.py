"""Which style a scene, or a beat, is in: by the words, else by what is played.

``patterns.json`` has the table ("heard"): a row names the styles of what measures so; the first row that fits tells,
and what is usual at the tempo follows. A measure is in the limits of a row where it lies between them or on one.

Offers: ``styles_of``, ``styles_of_beat``, ``styles_named``, ``styles_for``.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import fmean, median

from models.drums.rhythm import Rhythm
from models.drums.styles import HEARD, OTHER_NAMES, STYLES, USUAL
from models.music.beats import TIGHT, Metre
from models.music.clip import Clip
from models.music.drum_kit import Lane, lane_of
from models.music.note import Note

_NEAR = 1 / 8
_LOUD = 60
_ROLL = 0.2
"""Beats within which notes are one stroke."""


def styles_named(words: str) -> list[str]:
    """Names of the styles that words name, in their order; other words are passed by."""
    text = words.lower().replace("hip hop", "hip-hop").replace("drum and bass", "drum-and-bass")
    asked = [OTHER_NAMES.get(word, word) for word in text.replace("bossa nova", "bossa").split()]
    return [word for word in dict.fromkeys(asked) if word in STYLES]


def styles_for(words: str, tempo: float) -> list[str]:
    """Names of styles in the order in which they fit: those that the words name, else what is usual at the tempo."""
    return styles_named(words) or list(next(styles for below, styles in USUAL if tempo < below))


def styles_of(
    words: str,
    rhythm: Rhythm,
    kicks: Sequence[float] = (),
    backs: Sequence[float] = (),
    led: Sequence[Note] = (),
    *,
    tune: bool = False,
) -> list[str]:
    """Names of the styles that fit, the best first: those that the words name and no others, else four and more.

    kicks, backs  onsets of kick and snare, rising; () where there are none
    led           the notes of chords, or else of who leads; tune: True where a tune alone does
    """
    if named := styles_named(words):
        return named
    measured = _by_drums(rhythm, kicks, backs) if kicks or backs else _by_strokes(led, rhythm.metre) if led else {}
    measured |= _by_time(rhythm) | {"tune": float(tune)}
    row = next(
        styles
        for limits, styles in HEARD
        if all(name in measured and low <= measured[name] <= high for name, (low, high) in limits.items())
    )
    return list(dict.fromkeys((*row, *styles_for("", rhythm.tempo))))


def styles_of_beat(words: str, clip: Clip) -> list[str]:
    """Names of the styles that fit a drum clip, the best first."""

    def onsets(lane: Lane) -> list[float]:
        return [note.onset for note in clip.notes if lane_of(note.pitch) == lane and note.velocity >= _LOUD]

    return styles_of(words, Rhythm.of((clip,), clip.length, muted=True), onsets("kick"), onsets("snare"))


def _by_time(rhythm: Rhythm) -> dict[str, float]:
    """Tempo, metre (in three, in six, compound: 1 or 0) and how the beat divides; a swing is 0.5 where none is."""
    metre, unit = rhythm.metre, rhythm.swing_unit
    return {
        "tempo": rhythm.tempo,
        "in three": float(metre.numerator in (3, 9)),
        "in six": float((metre.numerator, metre.denominator) == (6, 8)),
        "compound": float(metre.numerator in (6, 12) and metre.denominator == 8),
        "triplets": float(rhythm.ternary and metre == Metre(4, 4)),
        "fine": float(rhythm.fine),
        "swing": rhythm.swing if unit else 0.5,
        "swing eighths": rhythm.swing if unit == 0.5 else 0.5,
        "swing sixteenths": rhythm.swing if unit == 0.25 else 0.5,
    }


def _by_drums(rhythm: Rhythm, kicks: Sequence[float], backs: Sequence[float]) -> dict[str, float]:
    """Shares of the pulses of 4/4 with a kick, of the bars with a snare on two and three and a kick on one, of the
    kicks off the eighths; kicks in a bar."""
    metre, bars = rhythm.metre, range(rhythm.bars)

    def share(onsets: Sequence[float], *places: float) -> float:
        return fmean(
            any(abs(onset - bar * metre.bar - at) <= _NEAR + TIGHT for onset in onsets) for bar in bars for at in places
        )

    return {
        "drums": 1.0,
        "four": share(kicks, *metre.pulses) if metre == Metre(4, 4) else 0.0,
        "back on two": share(backs, 1.0),
        "back on three": share(backs, metre.bar / 2),
        "kick on one": share(kicks, 0.0),
        "fine kicks": sum(abs(kick * 2 - round(kick * 2)) > 2 * _NEAR for kick in kicks) / max(1, len(kicks)),
        "kicks": len(kicks) / len(bars),
    }


def _by_strokes(led: Sequence[Note], metre: Metre) -> dict[str, float]:
    """Of what leads, struck or sung: strokes in four beats, shares of them on two and four (back), on halves (off) and
    on sixteenths (between), share of the gaps that are as the usual one (even); length in beats, notes and tones of a
    stroke, the share of those that are root and fifth alone (fifths), those on the
    pitch of the one before (repeats); the tones of all (classes)."""
    strokes: list[list[Note]] = []
    for note in sorted(led, key=lambda note: note.order):
        if strokes and note.onset - strokes[-1][0].onset <= _ROLL:
            strokes[-1].append(note)
        else:
            strokes.append([note])
    tones = [{note.pitch % 12 for note in stroke} for stroke in strokes]
    heads = [stroke[0].onset for stroke in strokes]
    gaps = [after - head for head, after in pairwise(heads)]
    bars = metre.bar_of(heads[-1]) - metre.bar_of(heads[0]) + 1

    def share(*places: float, of: float = 1.0) -> float:
        return fmean(any(abs((head + _NEAR) % of - _NEAR - at) < _NEAR for at in places) for head in heads)

    return {
        "even": fmean(abs(gap - median(gaps)) <= _NEAR / 2 for gap in gaps) if gaps else 0.0,
        "rate": len(strokes) / (bars * metre.bar / 4),
        "back": share(1.0, 3.0, of=4.0),
        "off": share(0.5),
        "between": share(0.25, 0.75),
        "duration": median(max(note.duration for note in stroke) for stroke in strokes),
        "voices": fmean(map(len, strokes)),
        "tones": fmean(map(len, tones)),
        "fifths": fmean(len(row) == 2 and (max(row) - min(row)) in (5, 7) for row in tones),
        "repeats": fmean(one[0].pitch == other[0].pitch for one, other in pairwise(strokes)) if gaps else 0.0,
        "classes": float(len(set().union(*tones))),
    }
