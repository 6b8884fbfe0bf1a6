"""Thinning: fewer strokes, the telling ones kept, and what is left still a part that somebody plays.

What goes, goes as a whole and in every bar alike. Of drums the ghosts, then what ticks between the pulses from the
weakest places on; never kick and backbeat, what ticks on the pulses, nor an off-beat that a style stands on. Of chords
and basses all strokes on the weakest places; never the first of a bar, one that brings a new chord in, nor any of a
part that plays the off-beats. Of a tune whole phrases, the answers before the calls; never the first and the last.

Density as a plan says: what is fuller than its energy asks for is thinned, the parts that may first.

Offers: ``thinned``, ``levelled``, ``LEAST_SHARE``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import median

from models.arrangement.arranged import Section, strokes
from models.arrangement.plan import Plan
from models.music.beats import TIGHT, strength
from models.music.clip import Clip, Role
from models.music.drum_kit import lane_of
from models.music.note import Note

_GHOST = 0.6
"""Of a drum's usual loudness; softer hits are ghosts."""

_GROUP = 0.2
_STRONG = 0.75
_EIGHTH = 0.3
"""Strength of a place from which on it is an eighth."""

_OFF_BEAT = 0.8
"""Share of strokes between the pulses from which on a part plays the off-beats."""

_REST, _LONG = 1.25, 1.75
"""What parts two phrases: beats from a note to the next, and how often the usual."""
_STEP_DOWN = 0.97
_NEARLY = 1.15
"""So much denser than one with more energy a section may be before a part of it is taken away."""

LEAST_SHARE = 0.5
"""What any one track keeps: less is no part that somebody plays."""

_THINNED_FIRST: tuple[tuple[Role, ...], ...] = (("chords", "drums"), ("bass", "melody"))

Unit = tuple[float, ...]


def thinned(clip: Clip, share: float, *, anyhow: bool = False) -> Clip:
    """The clip with about ``share`` (0-1) of its notes, as far as it can do without the others.

    anyhow  strokes on weak places also of a part that can do without none: somebody asks for just that
    """
    target, left = share * len(clip.notes), len(clip.notes)
    by_unit: dict[Unit, set[Note]] = {}
    for note, unit in (_units(clip) or (_of_strokes(clip) if anyhow else {})).items():
        by_unit.setdefault(unit, set()).add(note)
    gone: set[Note] = set()
    for unit in sorted(by_unit):
        after = left - len(by_unit[unit])
        if after and abs(after - target) < left - target:
            gone, left = gone | by_unit[unit], after
    return clip.with_notes([note for note in clip.notes if note not in gone]) if gone else clip


def _units(clip: Clip) -> Mapping[Note, Unit]:
    """What goes together with each note that may go, the first to go lowest."""
    if clip.drums:
        return _of_drums(clip)
    if clip.role == "melody":
        phrases = _phrases(clip)
        return {note: (-float(at % 2), -at) for at, each in enumerate(phrases[1:-1], 1) for note in each}
    off = sum(_between_pulses(note.onset, clip) for note in clip.notes)
    return {} if off >= _OFF_BEAT * len(clip.notes) and clip.role == "chords" else _of_strokes(clip)


def _phrases(clip: Clip) -> list[list[Note]]:
    """A tune's notes phrase by phrase: each lasts a bar and a half at least and ends before a rest or behind a long
    note; where there is none for two bars, with the second."""
    notes: Sequence[Note] = clip.notes
    gaps = [after.onset - note.onset for note, after in zip(notes, notes[1:], strict=False)]
    rest = max(_REST, _LONG * median(gaps)) if gaps else 0.0
    phrases: list[list[Note]] = []
    for note, gap in zip(notes, [rest, *gaps], strict=False):
        started = phrases[-1][0].onset if phrases else -clip.length
        over = clip.metre.bar_of(note.onset) >= clip.metre.bar_of(started) + 2 and gap > TIGHT
        if not phrases or over or (gap >= rest and note.onset - started >= 1.5 * clip.metre.bar - _REST):
            phrases.append([])
        phrases[-1].append(note)
    return phrases


def _of_drums(clip: Clip) -> Mapping[Note, Unit]:
    loud: dict[tuple[int, bool], list[int]] = {}
    for note in clip.notes:
        loud.setdefault((note.pitch, _between_pulses(note.onset, clip)), []).append(note.velocity)
    units: dict[Note, Unit] = {}
    for note in clip.notes:
        place, between = strength(note.onset, clip.metre), _between_pulses(note.onset, clip)
        on_pulses = loud.get((note.pitch, False), ())
        # What ticks louder between the pulses than on them, or there alone, is what the style stands on.
        carries = not on_pulses or median(loud[note.pitch, between]) > median(on_pulses)
        if note.velocity < _GHOST * median(loud[note.pitch, between]):
            units[note] = (0.0, place)
        elif lane_of(note.pitch) not in ("kick", "snare") and between and (not carries or place < _EIGHTH):
            units[note] = (1.0, place)
    return units


def _between_pulses(onset: float, clip: Clip) -> bool:
    bar, in_bar = clip.metre.bar, clip.metre.in_bar(onset + TIGHT)
    return all(min(abs(in_bar - pulse), bar - abs(in_bar - pulse)) > _GROUP for pulse in clip.metre.pulses)


def _of_strokes(clip: Clip) -> Mapping[Note, Unit]:
    """By how strong the place is and how long what is struck there, then by the place in the beat, the last first, and
    every other beat."""
    units: dict[Note, Unit] = {}
    before: frozenset[int] = frozenset()
    bar, group = -1, list[Note]()
    for note in (*clip.notes, None):
        if note is not None and group and note.onset - group[0].onset <= _GROUP:
            group.append(note)
            continue
        if group:
            onset, classes = group[0].onset, frozenset(each.pitch % 12 for each in group)
            news = 3 * len(classes - before) >= len(classes) and strength(onset, clip.metre) >= _STRONG
            if clip.metre.bar_of(onset + _GROUP / 2) == bar and not news:
                long = 0.2 * min(1.0, max(each.duration for each in group) / 2)
                unit = (
                    round(strength(onset, clip.metre) + long, 1),
                    -round(onset % 1.0, 1) % -1.0,
                    -(int(clip.metre.in_bar(onset + _GROUP / 2)) % 2),
                )
                units |= dict.fromkeys(group, unit)
            before, bar = classes, clip.metre.bar_of(onset + _GROUP / 2)
        if note is not None:
            group = [note]
    return units


def levelled(sections: Sequence[Section], plan: Plan, loops: Sequence[Clip]) -> list[Section]:
    """The sections thinned to their energies, and none denser than one with more energy; not so builds, solos
    and ends."""
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
            if least < 1 and number not in section.kept:
                clips[number] = thinned(clips[number], max(least, 1 - excess / free))
        section = replace(section, clips=tuple(clips))
    return section
