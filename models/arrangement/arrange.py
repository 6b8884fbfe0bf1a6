"""Arrange a scene: its clips, looped and treated section by section as a plan says, become a song.

Density is kept to the plan: a section that is fuller than its energy asks for loses its lightest notes, first in the
tracks that the plan lets thin, and no section is denser than one with more energy.

Offers: ``arrange``, ``Arrangement``, ``Section``, ``Marker``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from models.analysis.role import find_role
from models.arrangement.plan import Plan, SectionPlan
from models.arrangement.thinning import thinned
from models.arrangement.treatments import built, filled, lifted
from models.generator import LARGEST_SEED, Engine, Request
from models.music.beats import TIGHT
from models.music.carried import in_a_row
from models.music.clip import Clip, Role
from models.music.errors import BadValue, EmptyClip, Refused
from models.music.scale import Scale

SIMILARITY = 0.75
_STEP_DOWN = 0.97
_THIN_SHARE = 0.75
"""What the word "thin" leaves of a track at most; the section's energy may ask for less."""

_LEAST_SHARE = 0.35
"""What any one track keeps while others can still be thinned."""

_THINNED_FIRST: tuple[tuple[Role, ...], ...] = (("chords", "drums"), ("bass", "melody"))
_ENTERS_FIRST: tuple[Role, ...] = ("chords", "melody", "bass", "drums")


@dataclass(frozen=True, slots=True)
class Marker:
    """Where a section begins, in beats from the song's start, and its name."""

    onset: float
    name: str


@dataclass(frozen=True, slots=True)
class Section:
    """One section: a clip of its length for every track, empty where the track is silent; density in notes a bar."""

    name: str
    bars: int
    energy: float
    clips: tuple[Clip, ...]

    @property
    def density(self) -> float:
        """Notes a bar, all tracks together."""
        return sum(len(clip.notes) for clip in self.clips) / self.bars


@dataclass(frozen=True, slots=True)
class Arrangement:
    """A song: its sections, in which every track has the same place."""

    sections: tuple[Section, ...]

    @property
    def markers(self) -> tuple[Marker, ...]:
        """Where each section begins."""
        onset, markers = 0.0, []
        for section in self.sections:
            markers.append(Marker(onset, section.name))
            onset += section.clips[0].length
        return tuple(markers)

    @property
    def song(self) -> tuple[Clip, ...]:
        """Every track from start to end."""
        length = sum(section.clips[0].length for section in self.sections)
        tracks = []
        for number, first in enumerate(self.sections[0].clips):
            notes = [
                note.moved(onset=note.onset + marker.onset)
                for section, marker in zip(self.sections, self.markers, strict=True)
                for note in section.clips[number].notes
            ]
            told = [
                (marker.onset, section.clips[number].carried)
                for section, marker in zip(self.sections, self.markers, strict=True)
            ]
            tracks.append(replace(first, notes=tuple(notes), length=length, carried=in_a_row(told)))
        return tuple(tracks)

    @property
    def density_agreement(self) -> float:
        """Rank correlation (Spearman, -1 to 1) between the plan's energy and the sections' density."""
        return rank_correlation(
            [section.energy for section in self.sections], [section.density for section in self.sections]
        )


def arrange(
    tracks: Sequence[Clip],
    plan: Plan,
    *,
    player: Engine | None = None,
    scale: Scale | None = None,
    seed: int = 0,
    on_vary: Callable[[], None] = lambda: None,
) -> Arrangement:
    """The song that a plan makes of a scene's clips, one for each track, of any lengths.

    player   asked for a variation wherever the plan says so; None: the clip stays as it is there
    scale    no new note of a variation lies outside; None: no lock
    on_vary  called before each variation
    Raises EmptyClip when no clip has notes, BadValue when their metres differ.
    """
    loops = [replace(clip, role=find_role(clip)) for clip in tracks if clip.notes]
    if not loops:
        raise EmptyClip("There is nothing to arrange; choose clips with notes.")
    if len({loop.metre for loop in loops}) > 1:
        raise BadValue("The clips have different metres; arrange clips of one metre.", field="prompts")
    stage = _Stage(loops, player, scale, seed, on_vary)
    parts = [stage.section(section) for section in plan.sections]
    return Arrangement(tuple(_levelled(parts, plan)))


@dataclass
class _Stage:
    """The loops, and the variations made of them so far."""

    loops: list[Clip]
    player: Engine | None
    scale: Scale | None
    seed: int
    on_vary: Callable[[], None]
    made: int = 0

    def section(self, plan: SectionPlan) -> Section:
        """A section before its density is levelled."""
        words = self._words(plan)
        clips = tuple(
            self._treated(loop, each, plan.bars * loop.metre.bar) for loop, each in zip(self.loops, words, strict=True)
        )
        return Section(plan.name, plan.bars, plan.energy, clips)

    def _words(self, plan: SectionPlan) -> list[tuple[str, ...]]:
        """What each track does; where nobody would play, the first track in the usual order plays thinly."""
        numbers: dict[Role | None, int] = {}
        words = []
        for loop in self.loops:
            number = numbers.setdefault(loop.role, 0)
            numbers[loop.role] += 1
            words.append(plan.words(loop.role or "melody", number))
        if all(each == ("out",) for each in words):
            first = min(range(len(words)), key=lambda place: _ENTERS_FIRST.index(self.loops[place].role or "melody"))
            words[first] = ("thin",)
        return words

    def _treated(self, loop: Clip, words: tuple[str, ...], length: float) -> Clip:
        if "out" in words:
            return replace(loop, notes=(), length=length)
        base = lifted(loop) if "lift" in words else loop
        base = thinned(base, _THIN_SHARE) if "thin" in words else base
        clip = base.looped(length)
        if "vary" in words:
            clip = self._varied(base, length)
        if "build" in words:
            clip = built(clip)
        return filled(clip) if "fill" in words else clip

    def _varied(self, loop: Clip, length: float) -> Clip:
        """The loop, and in the second half of the section a variation of it; of a long loop the variation at once."""
        if self.player is None:
            return loop.looped(length)
        self.on_vary()
        self.made += 1
        request = Request(
            prompts=(loop,),
            role=loop.role,
            scale=self.scale,
            similarity=SIMILARITY,
            count=1,
            seed=(self.seed + 101 * self.made) % LARGEST_SEED,
        )
        try:
            variation = next(self.player.generate(request))
        except (StopIteration, Refused, EmptyClip):
            # What nobody can vary plays on as it is.
            return loop.looped(length)
        passes = max(1, round(length / loop.length))
        turn = passes // 2 * loop.length if passes > 1 else 0.0
        second = variation.clip.looped(length - turn)
        notes = [
            *(note for note in loop.looped(length).notes if note.onset < turn - TIGHT),
            *(note.moved(onset=note.onset + turn) for note in second.notes),
        ]
        first = loop.looped(turn).carried if turn else None
        return replace(
            loop, notes=tuple(notes), length=length, carried=in_a_row(((0.0, first), (turn, second.carried)))
        )


def _levelled(sections: Sequence[Section], plan: Plan) -> list[Section]:
    """The sections thinned to their energies, and none denser than one with more energy."""
    fullest = max(section.density / section.energy**0.5 for section in sections)
    result = list(sections)
    for place, section in enumerate(sections):
        marked = [
            number
            for number, clip in enumerate(section.clips)
            if "thin" in plan.sections[place].words(clip.role or "melody", 0)
        ]
        result[place] = _toned_down(section, fullest * section.energy, [marked])
    by_energy = sorted(range(len(result)), key=lambda place: -result[place].energy)
    ceiling, level = float("inf"), float("inf")
    for place in by_energy:
        section = result[place]
        if section.energy < level - TIGHT:
            level = section.energy
            lower = [other.density for other in result if other.energy > level + TIGHT]
            ceiling = min(lower) * _STEP_DOWN if lower else float("inf")
        if section.density > ceiling:
            groups = [
                [number for number, clip in enumerate(section.clips) if clip.role in roles] for roles in _THINNED_FIRST
            ]
            result[place] = _toned_down(section, ceiling, [*groups, list(range(len(section.clips)))])
    return result


def _toned_down(section: Section, target: float, groups: Sequence[Sequence[int]]) -> Section:
    """The section with about ``target`` notes a bar at most: thinned group by group, the last as far as needed."""
    for place, group in enumerate(groups):
        free = sum(len(section.clips[number].notes) for number in group)
        excess = math.ceil((section.density - target) * section.bars - TIGHT)
        if excess <= 0 or not free:
            continue
        least = 0.0 if place and place == len(groups) - 1 else _LEAST_SHARE
        share = max(least, 1 - excess / free)
        section = replace(
            section,
            clips=tuple(thinned(clip, share) if number in group else clip for number, clip in enumerate(section.clips)),
        )
    return section


def rank_correlation(one: Sequence[float], other: Sequence[float]) -> float:
    """Spearman's rank correlation, ties with their mean rank; 1 where either row is all alike."""
    a, b = _ranks(one), _ranks(other)
    mean = (len(a) - 1) / 2
    over = sum((x - mean) * (y - mean) for x, y in zip(a, b, strict=True))
    under = (sum((x - mean) ** 2 for x in a) * sum((y - mean) ** 2 for y in b)) ** 0.5
    return over / under if under else 1.0


def _ranks(values: Sequence[float]) -> list[float]:
    return [
        sum(other < value - TIGHT for other in values) + (sum(abs(other - value) <= TIGHT for other in values) - 1) / 2
        for value in values
    ]
