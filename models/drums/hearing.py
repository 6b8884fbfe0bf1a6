"""Which style a scene, or a beat, is in: by the words, else by its drums, its metre, its swing, its tempo and what its
chords do.

Offers: ``styles_of``, ``styles_of_beat``, ``styles_named``, ``styles_for``.
"""

from __future__ import annotations

from collections.abc import Sequence

from models.drums.rhythm import Rhythm
from models.drums.styles import OTHER_NAMES, STYLES
from models.music.beats import TIGHT, Metre
from models.music.clip import Clip
from models.music.drum_kit import Lane, lane_of

_BY_TEMPO: tuple[tuple[float, tuple[str, ...]], ...] = (
    (84.0, ("hip-hop", "lo-fi", "pop", "soul")),
    (112.0, ("pop", "soul", "hip-hop", "rock")),
    (118.0, ("pop", "disco", "funk", "rock")),
    (132.0, ("house", "pop", "rock", "breakbeat")),
    (155.0, ("rock", "pop", "techno", "trap")),
    (1000.0, ("drum-and-bass", "breakbeat", "rock", "trap")),
)


_NEAR = 1 / 8
_LOUD = 60
_RUNS = 5.5
"""Kicks in a bar above which a beat is no funk."""

_SLOW, _HALF_TIME_FROM, _TRAP_FROM = 92.0, 110.0, 132.0


def styles_named(words: str) -> list[str]:
    """Names of the styles that words name, in their order; other words are passed by."""
    text = words.lower().replace("hip hop", "hip-hop").replace("drum and bass", "drum-and-bass")
    asked = [OTHER_NAMES.get(word, word) for word in text.replace("bossa nova", "bossa").split()]
    return [word for word in dict.fromkeys(asked) if word in STYLES]


def _usual_at(tempo: float) -> list[str]:
    """Names of the styles that are usual at a tempo, the usual ones first."""
    return list(next(names for most, names in _BY_TEMPO if tempo < most))


def styles_for(words: str, tempo: float) -> list[str]:
    """Names of styles in the order in which they fit: those that the words name, else what is usual at the tempo."""
    return styles_named(words) or _usual_at(tempo)


def styles_of(
    words: str, rhythm: Rhythm, kicks: Sequence[float] = (), backs: Sequence[float] = (), strikes: Sequence[float] = ()
) -> list[str]:
    """Names of the styles that fit, the best first: those that the words name and no others, else four and more.

    kicks, backs, strikes  onsets of kick, snare and chords, rising; () where there are none
    """
    named = styles_named(words)
    if named:
        return named
    found = _by_drums(rhythm, kicks, backs) if kicks or backs else _by_feel(rhythm, strikes)
    return list(dict.fromkeys((*found, *_usual_at(rhythm.tempo))))


def styles_of_beat(words: str, clip: Clip) -> list[str]:
    """Names of the styles that fit a drum clip, the best first."""

    def onsets(lane: Lane) -> list[float]:
        return [note.onset for note in clip.notes if lane_of(note.pitch) == lane and note.velocity >= _LOUD]

    return styles_of(words, Rhythm.of((clip,), clip.length, muted=True), onsets("kick"), onsets("snare"))


def _by_drums(rhythm: Rhythm, kicks: Sequence[float], backs: Sequence[float]) -> list[str]:
    metre, bars, tempo = rhythm.metre, rhythm.bars, rhythm.tempo
    pulses = [bar * metre.bar + pulse for bar in range(bars) for pulse in metre.pulses]
    on_pulse = sum(_is_at(kicks, pulse) for pulse in pulses) / len(pulses)
    if rhythm.swing_unit == 0.5 and rhythm.swing > 0.6:
        return ["jazz", "soul"]
    if on_pulse >= 0.85 and metre == Metre(4, 4):
        return (
            ["techno", "house"] if tempo > 129 else ["house", "disco", "techno"] if tempo > 112 else ["disco", "house"]
        )
    thirds = sum(_is_at(backs, bar * metre.bar + metre.bar / 2) for bar in range(bars)) / bars
    twos = sum(_is_at(backs, bar * metre.bar + 1.0) for bar in range(bars)) / bars
    if thirds > 0.6 > twos and tempo >= _HALF_TIME_FROM:
        return ["trap"]
    if thirds > 0.6 > twos and not any(_is_at(kicks, bar * metre.bar) for bar in range(bars)):
        return ["reggae"]
    fine = sum(abs(kick * 2 - round(kick * 2)) > 2 * _NEAR for kick in kicks) / max(1, len(kicks))
    if tempo < _SLOW:
        return ["hip-hop", "lo-fi", "soul"] if rhythm.swing_unit or fine > 0.1 else ["pop", "soul", "hip-hop"]
    if tempo < 125 and fine > 0.2 and len(kicks) <= _RUNS * bars:
        return ["funk", "soul", "hip-hop"]
    return ["rock", "pop"] if tempo < 155 else ["drum-and-bass", "breakbeat"]


def _by_feel(rhythm: Rhythm, strikes: Sequence[float]) -> list[str]:
    metre, tempo = rhythm.metre, rhythm.tempo
    if metre.numerator in (3, 9):
        return ["folk", "classical", "jazz"]
    if rhythm.swing_unit == 0.5 and rhythm.swing > 0.58:
        return ["jazz", "soul", "pop"]
    if rhythm.ternary and metre == Metre(4, 4):
        return ["jazz", "soul"] if tempo > _SLOW else ["soul", "ballad"]
    if rhythm.swing_unit == 0.25 and tempo < 105:
        return ["lo-fi", "hip-hop", "soul"]
    inside = [strike % 1.0 for strike in strikes]
    off = sum(abs(place - 0.5) <= _NEAR for place in inside) / max(1, len(inside))
    if inside and off > 0.8:
        return ["reggae"] if tempo < 100 else ["house", "disco"]
    if tempo < _SLOW:
        return ["soul", "lo-fi", "pop"] if rhythm.fine else ["ballad", "soul", "folk"]
    fine = sum(abs(place - 0.25) <= _NEAR or abs(place - 0.75) <= _NEAR for place in inside) / max(1, len(inside))
    if fine > 0.2 and tempo < 116:
        return ["funk", "soul", "pop"]
    if 120 < tempo <= 129:  # 120 is what a clip has that says nothing
        return ["house", "disco", "pop"]
    if 129 < tempo <= 150 and rhythm.fine:
        return ["techno", "house", "pop"]
    if tempo >= _TRAP_FROM and len(rhythm.strokes) <= 3 * rhythm.bars:
        return ["trap", "hip-hop", "rock"]
    return ["pop", "rock", "soul"]


def _is_at(onsets: Sequence[float], place: float) -> bool:
    return any(abs(onset - place) <= _NEAR + TIGHT for onset in onsets)
