"""Layers: how much of a scene's clips sounds at each intensity, made beforehand out of arrangement's treatments.

Every layer is the loop itself with fewer or more notes, so at any beat all of them are in the same chord; a mood maps
the degrees of all pitched tracks alike, so they stay in one.

Offers: ``Layers``, ``section_named``, ``Feeling``, ``feeling_of``, ``felt``, ``style_requests``.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from models.analysis.key import find_key
from models.analysis.role import find_role
from models.arrangement.clashes import phrase_of
from models.arrangement.plan import SectionPlan, plan_named
from models.arrangement.playing.drumming import kick_alone
from models.arrangement.thinning import thinned
from models.arrangement.treatments import lifted
from models.generator import Request
from models.mood.controls import Controls, replacements
from models.mood.words import read_words
from models.music.clip import Clip, Role
from models.music.errors import BadValue, EmptyClip
from models.music.scale import Scale

_LEVELS: tuple[dict[Role, str], ...] = (
    {"chords": "thin"},
    {"chords": "keep"},
    {"chords": "keep", "melody": "thin"},
    {"chords": "keep", "melody": "thin", "bass": "thin"},
    {"chords": "keep", "melody": "thin", "bass": "thin", "drums": "kick"},
    {"chords": "keep", "melody": "keep", "bass": "keep", "drums": "kick"},
    {"chords": "keep", "melody": "keep", "bass": "keep", "drums": "thin"},
    {"chords": "keep", "melody": "keep", "bass": "keep", "drums": "keep"},
    {"chords": "lift", "melody": "keep", "bass": "keep", "drums": "keep"},
    {"chords": "lift", "melody": "lift", "bass": "lift", "drums": "lift"},
)
"""What each role does, from the quietest to the fullest; a role that isn't named is silent."""

_TREATED: Mapping[str, Callable[[Clip], Clip]] = {
    **dict.fromkeys(("out", "pulse"), lambda loop: loop.with_notes(())),
    **dict.fromkeys(("thin", "held"), lambda loop: thinned(loop, 0.5)),
    **dict.fromkeys(("lift", "peak"), lifted),
    "kick": kick_alone,
}
"""What the words of these levels and of a plan come to in a loop; others keep it."""

_SOFTEST, _LOUDEST = 0.6, 1.1
"""Factors of the velocities at intensity 0 and 1."""

PLAN = "house"
"""Whose sections have names here."""


@dataclass(frozen=True, slots=True)
class Feeling:
    """What mood words ask of every layer: pitch classes that move, factors of velocity and duration.

    moves  pitch class to semitones
    """

    moves: tuple[tuple[int, int], ...] = ()
    velocity: float = 1.0
    duration: float = 1.0
    arousal: float = 0.0


@dataclass(frozen=True)
class Layers:
    """A scene's clips, with their roles, and what they are at each intensity.

    loops   of one metre; raises EmptyClip, BadValue when made by ``of``
    scale   the scene's, which moods recolour; None where nothing has pitches
    """

    loops: tuple[Clip, ...]
    scale: Scale | None

    @classmethod
    def of(cls, clips: Sequence[Clip]) -> Layers:
        """The layers of a scene."""
        loops = tuple(replace(clip, role=find_role(clip), carried=None) for clip in clips if clip.notes)
        if not loops:
            raise EmptyClip("There is nothing to play; choose clips with notes.")
        if len({loop.metre for loop in loops}) > 1:
            raise BadValue("The clips have different metres; choose clips of one metre.", field="prompts")
        pitched = [loop for loop in loops if not loop.drums]
        keys = find_key(pitched[0], pitched[1:]) if pitched else ()
        return cls(loops, keys[0].scale if keys else None)

    @property
    def phrase(self) -> float:
        """Beats after which the loops begin together, 16 bars at most."""
        return phrase_of(self.loops) * self.loops[0].metre.bar

    def with_loop(self, role: Role, clip: Clip) -> Layers:
        """These with another loop for the tracks of a role; a scene without that role gains one."""
        clip = replace(clip, role=role, carried=None)
        loops = tuple(clip if loop.role == role else loop for loop in self.loops)
        return replace(self, loops=loops if any(loop.role == role for loop in loops) else (*loops, clip))

    def at(self, intensity: float) -> tuple[Clip, ...]:
        """What each track plays at an intensity 0-1, empty where it is silent."""
        intensity = min(max(intensity, 0.0), 1.0)
        # The level whose energy is that share of the fullest one's, so that energy follows intensity in a line.
        level = min(range(len(_LEVELS)), key=lambda number: abs(self._shares[number] - intensity))
        return tuple(_louder(clip, _factor(intensity)) for clip in self._levels[level])

    @functools.cached_property
    def _levels(self) -> list[tuple[Clip, ...]]:
        levels = [self._treated(words) for words in _LEVELS]
        # Where nobody plays who is named so far, the first track plays thinly.
        quiet = (_TREATED["thin"](self.loops[0]), *levels[0][1:])
        return [clips if any(clip.notes for clip in clips) else quiet for clips in levels]

    @functools.cached_property
    def _shares(self) -> tuple[float, ...]:
        """The energy of each level, as a share of the fullest one's; never falling."""
        # Velocities struck in a beat, all tracks together.
        struck = [sum(note.velocity / clip.length for clip in clips for note in clip.notes) for clips in self._levels]
        energies = [energy * _factor(number / (len(struck) - 1)) for number, energy in enumerate(struck)]
        return tuple(energy / max(energies) for energy in itertools.accumulate(energies, max))

    def of_section(self, name: str) -> tuple[tuple[Clip, ...], float]:
        """What each track plays in a section of that name, and its energy 0-1; raises BadValue."""
        found = section_named(name)
        told = {
            role: "out" if "out" in words else next(filter(_TREATED.get, words), "keep")
            for role, words in found.treatments.items()
        }
        clips = tuple(_louder(clip, _factor(found.energy)) for clip in self._treated(told))
        return clips if any(clip.notes for clip in clips) else self.at(found.energy), found.energy

    def _treated(self, words: Mapping[Role, str]) -> tuple[Clip, ...]:
        told = [words.get(loop.role or "melody", "out") for loop in self.loops]
        return tuple(_TREATED.get(word, replace)(loop) for word, loop in zip(told, self.loops, strict=True))


@functools.lru_cache(maxsize=64)
def section_named(name: str) -> SectionPlan:
    """The section of the plan whose name begins so; raises BadValue."""
    sections = {section.name: section for section in plan_named(PLAN).sections}
    wanted = name.strip().lower()
    found = next((told for title, told in sections.items() if wanted and title.startswith(wanted)), None)
    if found is None:
        raise BadValue(f'The section "{name}" is not known; choose from {", ".join(sections)}.', field="section")
    return found


def _factor(intensity: float) -> float:
    return _SOFTEST + (_LOUDEST - _SOFTEST) * intensity


def _louder(clip: Clip, factor: float) -> Clip:
    return clip.with_notes(note.moved(velocity=min(127, max(1, round(note.velocity * factor)))) for note in clip.notes)


@functools.lru_cache(maxsize=64)
def feeling_of(words: str, scale: Scale | None) -> Feeling:
    """What a mood asks for on a scale; raises BadValue where it knows none of the words."""
    read = read_words(words)
    if not read.readings:
        raise BadValue(f'The mood "{words}" is not known; try romantic, tense, hopeful or dark.', field="mood")
    controls: Controls = read.controls
    mode = controls.recoloured(scale) if scale else None
    moves = tuple((place % 12, shift) for place, shift in replacements(scale, mode))
    settings = controls.settings
    return Feeling(moves, 1 + settings.velocity_shift / 100, settings.duration_factor, read.arousal)


def felt(clip: Clip, feeling: Feeling) -> Clip:
    """The clip as a feeling wants it; onsets and the number of notes stay."""
    moves = {} if clip.drums else dict(feeling.moves)
    return clip.with_notes(
        note.moved(
            pitch=min(127, note.pitch + moves.get(note.pitch % 12, 0)),
            velocity=min(127, max(1, round(note.velocity * feeling.velocity))),
            duration=note.duration * feeling.duration,
        )
        for note in clip.notes
    )


def style_requests(layers: Layers, words: str, seed: int) -> tuple[tuple[Role, Request], ...]:
    """Requests for the drums and the bass of a style, as the scene's other clips want them."""
    asked = Request(task="accompany", prompts=layers.loops[:1], style=words, count=1, seed=seed)
    scales: dict[Role, Scale | None] = {"drums": None, "bass": layers.scale}
    others = {role: tuple(loop for loop in layers.loops if loop.role != role) for role in scales}
    return tuple(
        (role, asked.but(prompts=heard[:1], context=heard[1:], role=role, scale=scales[role]))
        for role, heard in others.items()
        if heard
    )
