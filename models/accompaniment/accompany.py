"""Accompany a scene: a new clip of a role that fits the clips beside it, whatever their lengths.

Offers: ``accompany``, ``AccompanyOptions``, ``Accompaniment``, ``PARTS``, ``WORDS``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from models.accompaniment.asked import asked_for
from models.accompaniment.bass import FIGURES, bass_line, on_anchors
from models.accompaniment.counter import counter_melody
from models.accompaniment.drum_part import DrumPart
from models.accompaniment.surroundings import Surroundings
from models.drums.styles import STYLES
from models.generator import Engine
from models.music.chord import TimedChord
from models.music.clip import Clip, Role, without_overlaps
from models.music.errors import BadValue
from models.music.note import Note
from models.music.scale import Scale
from models.voicing.extensions import within
from models.voicing.options import PRESETS, VoicingOptions
from models.voicing.voice import voice

PARTS = ("bass", "drums", "chords", "counter")
_BASS_WORDS = {
    "house": "octave",
    "disco": "octave",
    "techno": "root",
    "trap": "sub",
    "808": "sub",
    "ambient": "sub",
    "funk": "syncopated",
    "neo-soul": "syncopated",
    "jazz": "walking",
    "swing": "walking",
    "pop": "root",
    "rock": "root",
}
_CHORD_WORDS = {
    "house": "house-stab",
    "techno": "house-stab",
    "trap": "trap-dark",
    "rnb": "neo-soul",
    "funk": "neo-soul",
}
WORDS: dict[str, tuple[str, ...]] = {
    "bass": tuple(dict.fromkeys((*FIGURES, *_BASS_WORDS))),
    "chords": tuple(dict.fromkeys((*PRESETS, *_CHORD_WORDS))),
    "counter": (),
    "drums": tuple(STYLES),
}
"""Style words that each part understands."""

_ROLES: dict[str, Role] = {"bass": "bass", "drums": "drums", "chords": "chords", "counter": "melody"}
_TURNS = 4
"""How many parts are written for each one that is wanted: some come out alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccompanyOptions:
    """What is wanted; raises BadValue, with the field's name.

    part    bass, drums, chords or counter (a counter-melody)
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

    shared    share (0-1) of its onsets that fall on a kick or a chord, of drums' kicks on bass or chords; 1 where
              there is neither
    in_scale  share of its notes inside the scale; 1 for drums
    engine    the name of the engine that wrote it; "" where none did
    """

    clip: Clip
    manner: str
    shared: float
    in_scale: float
    engine: str = ""


def accompany(
    clips: Sequence[Clip], options: AccompanyOptions | None = None, count: int = 1, *, player: Engine | None = None
) -> list[Accompaniment]:
    """Up to ``count`` different parts for the clips, as long as their common span.

    player  the engine that writes them; None: they are written by rule
    Raises EmptyClip where there is nothing to go by, BadValue where metres differ, Refused where the engine can't.
    """
    options = options or AccompanyOptions()
    if player is not None:
        return _by_engine(clips, options, count, player)
    if options.part == "drums":
        return _drums(clips, options, count)
    around = _in_scale(Surroundings.of(clips, options.scale, options.chords), options)
    results: list[Accompaniment] = []
    seen: set[tuple[Note, ...]] = set()
    for manner, notes in _offers(around, options, count):
        clean = without_overlaps(notes, around.length)
        if not clean or clean in seen:
            continue
        seen.add(clean)
        clip = Clip(
            clean,
            around.length,
            name=f"{options.part} {manner}",
            tempo=around.tempo,
            metre=around.metre,
            role=_ROLES[options.part],
        )
        results.append(
            Accompaniment(
                clip, manner, around.shared(clean), sum(note.pitch in around.scale for note in clean) / len(clean)
            )
        )
        if len(results) == count:
            break
    return results


def _drums(clips: Sequence[Clip], options: AccompanyOptions, count: int) -> list[Accompaniment]:
    part = DrumPart.of(clips)
    results: list[Accompaniment] = []
    for turn in range(options.seed, options.seed + _TURNS * count):
        style, notes = part.write(options.style, turn)
        if notes and all(notes != other.clip.notes for other in results):
            rhythm = part.rhythm
            clip = Clip(notes, rhythm.length, f"drums {style}", rhythm.tempo, rhythm.metre, "drums")
            results.append(Accompaniment(clip, style, part.shared(notes), 1.0))
        if len(results) == count:
            break
    return results


def _by_engine(clips: Sequence[Clip], options: AccompanyOptions, count: int, player: Engine) -> list[Accompaniment]:
    """Parts that an engine writes; a bass is thinned until enough of it lies on the kick and the chords."""
    drum_part = DrumPart.of(clips) if options.part == "drums" else None
    around = None if drum_part else Surroundings.of(clips, options.scale, options.chords)
    request = asked_for(clips, _ROLES[options.part], around.scale if around else None, options.chords)
    results = []
    for variation in player.generate(request.but(count=count, seed=options.seed)):
        notes, shared, inside = variation.clip.notes, 1.0, 1.0
        if drum_part is not None:
            shared = drum_part.shared(notes)
        elif around is not None:
            notes = on_anchors(around, notes) if options.part == "bass" else notes
            shared, inside = around.shared(notes), sum(note.pitch in around.scale for note in notes) / len(notes)
        clip = replace(variation.clip, notes=notes, name=f"{options.part} {player.name}")
        results.append(Accompaniment(clip, player.name, shared, inside, player.name))
    return results


def _offers(around: Surroundings, options: AccompanyOptions, count: int) -> Iterator[tuple[str, Sequence[Note]]]:
    """Parts in the order in which they fit the words, more than are asked for."""
    words = options.style.lower().split()
    if options.part == "bass":
        named = [_BASS_WORDS.get(word, word) for word in words]
        order = [word for word in named if word in FIGURES] or list(FIGURES)
        for turn in range(_TURNS * count):
            figure = order[turn % len(order)]
            yield figure, bass_line(around, figure, options.seed + turn // len(order))
    elif options.part == "chords":
        named = [_CHORD_WORDS.get(word, word) for word in words]
        order = [word for word in named if word in PRESETS] or ["pop", "jazz", "lofi", "trance"]
        for preset in order:
            asked = VoicingOptions.preset(preset, scale=around.scale)
            asked = replace(asked, rhythm="hold") if asked.rhythm == "keep" else asked
            yield from ((preset, each.clip.notes) for each in voice(around.chords, asked, count))
    else:
        for turn in range(_TURNS * count):
            yield "answers", counter_melody(around, options.seed + turn)


def _in_scale(around: Surroundings, options: AccompanyOptions) -> Surroundings:
    """Under a scale that the user gave, chords keep the tones of it alone."""
    if options.scale is None:
        return around
    return replace(
        around, chords=tuple(timed._replace(chord=within(timed.chord, around.scale)) for timed in around.chords)
    )
