"""Density as the plan says: what is fuller than its energy asks for is thinned, the parts that may first.

Offers: ``levelled``, ``LEAST_SHARE``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from models.arrangement.arranged import Section, strokes
from models.arrangement.plan import Plan
from models.arrangement.thinning import thinned
from models.music.beats import TIGHT
from models.music.clip import Clip, Role

_STEP_DOWN = 0.97
_NEARLY = 1.15
"""So much denser than one with more energy a section may be before a part of it is taken away."""

LEAST_SHARE = 0.5
"""What any one track keeps: less is no part that somebody plays."""

_THINNED_FIRST: tuple[tuple[Role, ...], ...] = (("chords", "drums"), ("bass", "melody"))


def levelled(sections: Sequence[Section], plan: Plan, loops: Sequence[Clip]) -> list[Section]:
    """The sections thinned to their energies, and none denser than one with more energy; not so builds and ends."""
    fullest = max(section.density / section.energy**0.5 for section in sections)
    result = list(sections)
    places = [place for place, section in enumerate(sections) if not section.free]
    for place in places:
        section, told = sections[place], plan.sections[place]
        marked = [at for at, clip in enumerate(section.clips) if "thin" in told.words(clip.role or "melody", 0)]
        result[place] = _toned_down(section, fullest * section.energy, [marked], loops)
    for place in sorted(places, key=lambda at: -result[at].energy):
        level = result[place].energy + TIGHT
        higher = [result[other].density for other in places if result[other].energy > level]
        if higher and result[place].density > min(higher) * _NEARLY:
            clips = result[place].clips
            groups = [[at for at, clip in enumerate(clips) if clip.role in roles] for roles in _THINNED_FIRST]
            groups.append(list(range(len(clips))))
            result[place] = _toned_down(result[place], min(higher) * _STEP_DOWN, groups, loops)
    return result


def _toned_down(section: Section, target: float, groups: Sequence[Sequence[int]], loops: Sequence[Clip]) -> Section:
    """The section with about ``target`` strokes a bar at most: thinned group by group, the last as far as needed; of
    each loop at least ``LEAST_SHARE`` stays, of a tune alone all."""
    alone = [clip.role for clip in section.clips if clip.notes] == ["melody"]
    for group in () if alone else groups:
        clips = list(section.clips)
        free = sum(strokes(clips[number]) for number in group)
        excess = math.ceil((section.density - target) * section.bars - TIGHT)
        if excess <= 0 or not free:
            continue
        for number in group:
            whole = strokes(loops[number]) * clips[number].length / loops[number].length
            least = LEAST_SHARE * whole / max(1, strokes(clips[number]))
            if least < 1:
                clips[number] = thinned(clips[number], max(least, 1 - excess / free))
        section = replace(section, clips=tuple(clips))
    return section
