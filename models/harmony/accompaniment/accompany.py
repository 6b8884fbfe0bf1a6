"""Accompany a scene: a new clip of a role that fits the clips beside it, whatever their lengths.

Offers: ``accompany``, ``AccompanyOptions``, ``Accompaniment``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from models.harmony.accompaniment.bass import FIGURES, bass_line
from models.harmony.accompaniment.counter import counter_melody
from models.harmony.accompaniment.surroundings import Surroundings
from models.harmony.voicing.options import PRESETS, VoicingOptions
from models.harmony.voicing.voice import voice
from models.music.chord import TimedChord
from models.music.clip import Clip, Role, without_overlaps
from models.music.errors import BadValue
from models.music.note import Note
from models.music.scale import Scale

PARTS = ("bass", "chords", "counter")
_BASS_WORDS = {
    "house": "octave", "disco": "octave", "techno": "root", "trap": "sub", "808": "sub", "ambient": "sub",
    "funk": "syncopated", "neo-soul": "syncopated", "jazz": "walking", "swing": "walking", "pop": "root",
    "rock": "root",
}
_CHORD_WORDS = {
    "house": "house-stab", "techno": "house-stab", "trap": "trap-dark", "rnb": "neo-soul", "funk": "neo-soul",
}
_ROLES: dict[str, Role] = {"bass": "bass", "chords": "chords", "counter": "melody"}


@dataclass(frozen=True, slots=True, kw_only=True)
class AccompanyOptions:
    """What is wanted; raises BadValue, with the field's name.

    part    bass, chords or counter (a counter-melody)
    style   words: a figure of the bass, a preset of the chords, or a kind of music; others are passed by
    scale   the key; None: found
    chords  the harmony, where the user gives it; else found
    seed    0 and up
    """

    part: str = "bass"
    style: str = ""
    scale: Scale | None = None
    chords: tuple[TimedChord, ...] = ()
    seed: int = 0

    def __post_init__(self) -> None:
        if self.part not in PARTS:
            raise BadValue(f'The part "{self.part}" is not known; choose from {", ".join(PARTS)}.', field="role")


@dataclass(frozen=True, slots=True)
class Accompaniment:
    """One result: the clip, how it is played, and what was measured.

    shared    share (0-1) of its onsets that fall on a kick or a chord; 1 where there is neither
    in_scale  share of its notes inside the scale
    """

    clip: Clip
    manner: str
    shared: float
    in_scale: float


def accompany(clips: Sequence[Clip], options: AccompanyOptions | None = None, count: int = 1) -> list[Accompaniment]:
    """Up to ``count`` different parts for the clips, as long as their common span.

    Raises EmptyClip where there is nothing to go by, BadValue where metres differ.
    """
    options = options or AccompanyOptions()
    around = Surroundings.of(clips, options.scale, options.chords)
    results: list[Accompaniment] = []
    seen: set[tuple[Note, ...]] = set()
    for manner, notes in _offers(around, options, count):
        clean = without_overlaps(notes, around.length)
        if not clean or clean in seen:
            continue
        seen.add(clean)
        clip = Clip(clean, around.length, name=f"{options.part} {manner}", tempo=around.tempo, metre=around.metre,
                    role=_ROLES[options.part])
        results.append(Accompaniment(clip, manner, around.shared(clean),
                                     sum(note.pitch in around.scale for note in clean) / len(clean)))
        if len(results) == count:
            break
    return results


def _offers(around: Surroundings, options: AccompanyOptions, count: int) -> Iterator[tuple[str, Sequence[Note]]]:
    """Parts in the order in which they fit the words, more than are asked for."""
    words = options.style.lower().split()
    if options.part == "bass":
        named = [_BASS_WORDS.get(word, word) for word in words]
        order = [word for word in named if word in FIGURES] or list(FIGURES)
        for turn in range(4 * count):
            figure = order[turn % len(order)]
            yield figure, bass_line(_in_scale(around, options), figure, options.seed + turn // len(order))
    elif options.part == "chords":
        named = [_CHORD_WORDS.get(word, word) for word in words]
        order = [word for word in named if word in PRESETS] or ["pop", "jazz", "lofi", "trance"]
        for preset in order:
            asked = VoicingOptions.preset(preset, scale=around.scale)
            asked = replace(asked, rhythm="hold") if asked.rhythm == "keep" else asked
            yield from ((preset, each.clip.notes) for each in voice(around.chords, asked, count))
    else:
        for turn in range(4 * count):
            yield "answers", counter_melody(around, options.seed + turn)


def _in_scale(around: Surroundings, options: AccompanyOptions) -> Surroundings:
    """Under a scale that the user gave, chords whose bass lies outside it hand the bass another of their tones."""
    if options.scale is None:
        return around
    chords = []
    for timed in around.chords:
        chord = timed.chord
        if chord.bass not in around.scale:
            inside = [tone % 12 for tone in (chord.root + interval for interval in chord.intervals)
                      if tone in around.scale]
            chord = replace(chord, bass=inside[0] if inside else around.scale.root)
        kept = tuple(interval for interval in chord.intervals if chord.root + interval in around.scale)
        chords.append(timed._replace(chord=replace(chord, intervals=kept)))
    return replace(around, chords=tuple(chords))
