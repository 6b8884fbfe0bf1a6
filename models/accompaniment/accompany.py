"""Accompany a scene: a new clip of a role that fits the clips beside it, whatever their lengths.

Offers: ``accompany``, ``AccompanyOptions``, ``Accompaniment``, ``PARTS``, ``WORDS``; ``asked_for``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from models.accompaniment.bass import bass_line, on_anchors
from models.accompaniment.comping import COMPINGS, comped
from models.accompaniment.counter import MANNERS, counter_melody, sung
from models.accompaniment.drum_part import DrumPart
from models.accompaniment.figures import FIGURES, PLAYING
from models.accompaniment.surroundings import TOGETHER, Surroundings, heard_together
from models.analysis.role import find_role
from models.drums.hearing import styles_named
from models.drums.styles import OTHER_NAMES, STYLES
from models.generator import LARGEST_SEED, Engine, Request
from models.music.beats import Metre, strength
from models.music.chord import TimedChord, chord_at
from models.music.clip import Clip, Role, without_overlaps
from models.music.errors import BadValue
from models.music.note import Note
from models.music.scale import Scale
from models.music.similarity import similarity
from models.voicing.extensions import within
from models.voicing.options import PRESETS

PARTS = ("bass", "drums", "chords", "counter")
_STYLES = (*STYLES, *OTHER_NAMES)
WORDS: dict[str, tuple[str, ...]] = {
    "bass": tuple(dict.fromkeys((*FIGURES, *_STYLES))),
    "chords": tuple(dict.fromkeys((*COMPINGS, *PRESETS, *_STYLES))),
    "counter": MANNERS,
    "drums": _STYLES,
}
"""Words that each part understands: kinds of music, and ways to play them; of chords the voicings' presets, too."""

_ROLES: dict[str, Role] = {"bass": "bass", "drums": "drums", "chords": "chords", "counter": "melody"}
_ASKED: dict[str, dict[str, Any]] = PLAYING["engines"]
"""What an engine is asked for a role: the range, how many voices, and whose clips it hears first."""

_TURNS = 8
"""Ways to lay chords out, and how many parts are written for each one that is wanted: some come out alike."""

_ALIKE = 0.7
"""Two results more alike than this are one idea."""

_FEWEST_IDEAS = 4
_LOCKS = ("kick", "bar", "strong")
"""Of figures those first that go with everything that leads."""

_COLOURS = (2, 10, 11)
"""Semitones above a root of what a player adds to a chord out of the scale."""
_MOST_CONTEXTS = 3
"""An engine hears only some clips; those that lead the new part come first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccompanyOptions:
    """What is wanted; raises BadValue, with the field's name.

    part    bass, drums, chords or counter (a counter-melody)
    style   words: a kind of music, a figure of the bass, a comping, a preset of the chords, a manner; others are
            passed by. Without a tune beside, a counter in a kind of music is a tune itself
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

    usual     how usual this way to play is in the style, 1 the most
    shared    share (0-1) of its onsets that fall on a kick or a chord, of drums' kicks on bass or chords; 1 where
              there is neither
    in_scale  share of its notes inside the scale; 1 for drums
    on_chord  share of its notes on pulses that belong to their chord; 1 for drums
    seed      makes it again
    engine    the name of the engine that wrote it; "" where none did
    """

    clip: Clip
    manner: str
    shared: float
    in_scale: float = 1.0
    on_chord: float = 1.0
    seed: int = 0
    engine: str = ""
    usual: float = 1.0


def accompany(
    clips: Sequence[Clip], options: AccompanyOptions | None = None, count: int = 1, *, player: Engine | None = None
) -> list[Accompaniment]:
    """Up to ``count`` different parts for the clips, as long as their common span.

    player  the engine that writes them; None: they are written by rule
    Each seed has an idea of its own out of those of the style; what is more than .7 alike to one before comes last,
    the least alike first.
    Raises EmptyClip where there is nothing to go by, BadValue where metres differ, Refused where the engine can't.
    """
    options = options or AccompanyOptions()
    if player is not None:
        return _by_engine(clips, options, count, player)
    write = _drummer(clips, options) if options.part == "drums" else _Player.of(clips, options).write
    results: list[Accompaniment] = []
    alike: list[tuple[float, Accompaniment]] = []
    for number in range(_TURNS * count):
        found = write((options.seed + number) % (LARGEST_SEED + 1))
        taken = [*results, *(other for _, other in alike)]
        if not found.clip.notes or any(found.clip.notes == other.clip.notes for other in taken):
            continue
        near = [similarity(found.clip.notes, other.clip.notes, drums=found.clip.drums) for other in results]
        if max(near, default=0.0) > _ALIKE:
            alike.append((max(near), found))
        else:
            results.append(found)
        if len(results) == count:
            break
    return [*results, *(found for _, found in sorted(alike, key=lambda each: each[0]))][:count]


def _drummer(clips: Sequence[Clip], options: AccompanyOptions) -> Callable[[int], Accompaniment]:
    """Who writes drums: gives the part of a seed."""
    part = DrumPart.of(clips)
    rhythm, styles = part.rhythm, part.styles(options.style)

    def write(seed: int) -> Accompaniment:
        turn, place = divmod(seed, len(styles))
        notes = part.write(styles[place], turn, seed)
        clip = Clip(notes, rhythm.length, f"drums {styles[place]}", rhythm.tempo, rhythm.metre, "drums")
        return Accompaniment(clip, styles[place], part.shared(notes), seed=seed)

    return write


@dataclass(frozen=True)
class _Player:
    """Who writes a part with pitches: what plays beside, the manners to choose from, each with the preset in which its
    style colours chords that are only implied, and the preset asked for."""

    around: Surroundings
    options: AccompanyOptions
    manners: Mapping[str, str]
    preset: str

    @classmethod
    def of(cls, clips: Sequence[Clip], options: AccompanyOptions) -> _Player:
        around = Surroundings.of(clips, options.scale, options.chords)
        words = options.style.lower().split()
        known = {"bass": tuple(FIGURES), "chords": tuple(COMPINGS), "counter": MANNERS}[options.part]
        manners = {word: "" for word in words if word in known}
        if options.part == "counter":
            manners = manners or dict.fromkeys(MANNERS, "")
        elif not manners:
            styles = around.styles(options.style)
            for style in styles:
                told = PLAYING["styles"][style] if len(manners) < _FEWEST_IDEAS else {}
                for manner in told.get("figures" if options.part == "bass" else "compings", ()):
                    manners.setdefault(manner, told.get("voicing", ""))
            if options.part == "chords" and around.metre.numerator == 3:
                manners = dict(sorted(manners.items(), key=lambda each: each[0] != "oompah"))
            elif options.part == "bass" and not around.kicks and not around.backs:
                if around.accents and not options.style:  # what goes with a rhythm of the chords' own comes first
                    manners = dict(sorted(manners.items(), key=lambda each: _LOCKS.index(FIGURES[each[0]].lock)))
                elif STYLES[styles[0]].four and around.metre == Metre(4, 4):  # everybody thinks of the kick
                    around = replace(around, kicks=tuple(float(beat) for beat in range(int(around.length))))
        presets = [word for word in words if word in PRESETS and word not in STYLES]
        return cls(around, options, manners, presets[0] if presets else "")

    def write(self, seed: int) -> Accompaniment:
        """The part of a seed."""
        around = self.around.harmonised(seed)
        if self.options.scale is not None:  # under a scale that the user gave, chords keep the tones of it alone
            kept = (timed._replace(chord=within(timed.chord, self.options.scale)) for timed in around.chords)
            around = replace(around, scale=self.options.scale, chords=tuple(kept))
        turn, place = divmod(seed, len(self.manners))
        part, (manner, colour) = self.options.part, list(self.manners.items())[place]
        if part == "bass":
            written = bass_line(around, manner, turn)
        elif part == "chords":
            written = comped(around, manner, turn % _TURNS, self.preset, colour)
        elif not around.tune and (style := next(iter(styles_named(self.options.style)), "")):
            written, manner = sung(around, style, seed), "tune"
        else:
            written = counter_melody(around, manner, turn)
        notes = without_overlaps(around.played(written, seed), around.length)
        clip = Clip(
            notes, around.length, name=f"{part} {manner}", tempo=around.tempo, metre=around.metre, role=_ROLES[part]
        )
        usual = 1.0 if part == "counter" else 1 - place / max(4, len(self.manners))
        return Accompaniment(clip, manner, around.shared(notes), *_fit(around, notes, part), seed=seed, usual=usual)


def _fit(around: Surroundings, notes: Sequence[Note], part: str) -> tuple[float, float]:
    """Shares of the notes inside the scale, and of those on pulses that belong to their chord, as its seventh or ninth
    where chords are played."""
    if not notes:
        return 1.0, 1.0
    strong = [note for note in notes if strength(note.onset, around.metre) >= 0.6]
    on_chord = [
        note.pitch in chord
        or (part == "chords" and (note.pitch - chord.root) % 12 in _COLOURS and note.pitch in around.scale)
        for note in strong
        if (chord := chord_at(around.chords, note.onset + TOGETHER))
    ]
    return (
        sum(note.pitch in around.scale for note in notes) / len(notes),
        sum(on_chord) / len(on_chord) if on_chord else 1.0,
    )


def _by_engine(clips: Sequence[Clip], options: AccompanyOptions, count: int, player: Engine) -> list[Accompaniment]:
    """Parts that an engine writes; a bass is thinned until enough of it lies on the kick and the chords."""
    drum_part = DrumPart.of(clips) if options.part == "drums" else None
    around = None if drum_part else Surroundings.of(clips, options.scale, options.chords)
    request = asked_for(clips, _ROLES[options.part], around.scale if around else None, options.chords)
    results = []
    for variation in player.generate(request.but(count=count, seed=options.seed)):
        notes, shared, fit = variation.clip.notes, 1.0, (1.0, 1.0)
        if drum_part is not None:
            shared = drum_part.shared(notes)
        elif around is not None:
            notes = on_anchors(around, notes) if options.part == "bass" else notes
            shared, fit = around.shared(notes), _fit(around, notes, options.part)
        clip = replace(variation.clip, notes=notes, name=f"{options.part} {player.name}")
        results.append(Accompaniment(clip, player.name, shared, *fit, variation.seed, player.name))
    return results


def asked_for(clips: Sequence[Clip], role: Role, scale: Scale | None, chords: Sequence[TimedChord]) -> Request:
    """The request for a clip of a role, as long as the common span of clips that play together.

    scale  no note outside it; None: no lock
    """
    asked, (heard, length) = _ASKED[role], heard_together(clips, chords)
    beside = sorted(
        (replace(clip, role=find_role(clip)) for clip in heard),
        key=lambda clip: asked["hears"].index(clip.role or "melody"),
    )[:_MOST_CONTEXTS]
    empty = Clip((), length, tempo=heard[0].tempo, metre=heard[0].metre, role=role)
    return Request(
        task="infill",
        prompts=(empty,),
        role=role,
        context=tuple(beside),
        scale=None if role == "drums" else scale,
        chords=tuple(chords),
        range=tuple(asked["range"]) if asked["range"] else None,
        polyphony=asked["voices"],
    )
