"""Which style a scene, or a beat, is in: by the words, else by its drums, its metre, its swing, its tempo and what its
chords do.

Offers: ``styles_of``, ``styles_of_beat``.
"""

from __future__ import annotations

from collections.abc import Sequence

from models.drums.rhythm import Rhythm
from models.drums.styles import styles_named, usual_at
from models.music.beats import TIGHT, Metre
from models.music.clip import Clip
from models.music.drum_kit import Lane, lane_of

_NEAR = 1 / 8
_LOUD = 60
_SLOW, _HALF_TIME_FROM, _TRAP_FROM = 92.0, 110.0, 132.0


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
    return list(dict.fromkeys((*found, *usual_at(rhythm.tempo))))


def styles_of_beat(words: str, clip: Clip) -> list[str]:
    """Names of the styles that fit a drum clip, the best first."""

    def onsets(lane: Lane) -> list[float]:
        return [note.onset for note in clip.notes if lane_of(note.pitch) == lane and note.velocity >= _LOUD]

    return styles_of(words, Rhythm.of((clip,), clip.length), onsets("kick"), onsets("snare"))


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
    if tempo < 125 and fine > 0.2:
        return ["funk", "soul", "hip-hop"]
    return ["rock", "pop"] if tempo < 155 else ["drum-and-bass", "breakbeat"]


def _by_feel(rhythm: Rhythm, strikes: Sequence[float]) -> list[str]:
    metre, tempo = rhythm.metre, rhythm.tempo
    if len(metre.pulses) == 3:
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
    if 116 <= tempo <= 129:
        return ["house", "disco", "pop"]
    if tempo >= _TRAP_FROM and len(rhythm.strokes) <= 2 * rhythm.bars:
        return ["trap", "rock", "pop"]
    return ["pop", "rock", "soul"]


def _is_at(onsets: Sequence[float], place: float) -> bool:
    return any(abs(onset - place) <= _NEAR + TIGHT for onset in onsets)
