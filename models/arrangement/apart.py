"""No section of a song is note for note another one: what comes again comes otherwise.

Offers: ``told_apart``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from models.arrangement.arranged import Section
from models.arrangement.plan import Plan, SectionPlan
from models.arrangement.playing.drumming import is_kit
from models.arrangement.treatments import dubbed, lifted, opened
from models.music.beats import TIGHT
from models.music.clip import Clip, Role
from models.music.drum_kit import lane_of

_FULL = 0.75
"""Energy from which on a section that comes again is lifted."""

_SOFTER, _HIGHEST = 5, 88
_MOST = 0.75
"""Share of its bars from which on a section is the same as another one."""

_MEANS: tuple[tuple[str, tuple[Role, ...]], ...] = (
    ("lift", ("drums", "chords", "melody")),
    ("vary", ("bass", "chords", "melody")),
    ("octave", ("melody", "chords")),
    ("cymbals", ("drums",)),
    ("late", ("drums", "melody", "chords")),
    ("dub", ("chords", "melody", "drums")),
    ("soft", ("drums", "chords", "melody", "bass")),
)


def told_apart(
    sections: Sequence[Section], plan: Plan, loops: Sequence[Clip], anew: Callable[[Section, int], Clip]
) -> list[Section]:
    """The sections; whichever strikes the same as an earlier one in most bars is made otherwise by one means after
    another: where it is full a kit's cymbals and octaves, then variations, octaves and cymbals anywhere, then a voice
    that comes late, or leaves early in the last one; where one track has nothing of all that, softer.

    anew  gives a track of a section with a variation in it
    """
    result: list[Section] = []
    known: list[Sequence[object]] = []
    for section, told in zip(sections, plan.sections, strict=True):
        bars = _bars(section)
        means = ((word, role, number) for word, roles in _MEANS for role in roles for number in range(len(loops)))
        for word, role, number in means:
            if not any(_alike(bars, other) for other in known):
                break
            if loops[number].role == role and section.clips[number].notes:
                clips = list(section.clips)
                word = "early" if word == "late" and told is plan.sections[-1] else word
                clips[number] = _otherwise(section, told, word, number, anew)
                section = replace(section, clips=tuple(clips))
                bars = _bars(section)
        result.append(section)
        known.append(bars)
    return result


def _bars(section: Section) -> list[set[tuple[int, int, int]]]:
    """What each bar strikes: track, pitch and place."""
    found: list[set[tuple[int, int, int]]] = [set() for _ in range(section.bars)]
    for track, clip in enumerate(section.clips):
        for note in clip.notes:
            bar = min(clip.metre.bar_of(note.onset + TIGHT), section.bars - 1)
            found[bar].add((track, note.pitch, round((note.onset - bar * clip.metre.bar) * 12)))
    return found


def _alike(one: Sequence[object], other: Sequence[object]) -> bool:
    """Are most bars of two sections the same, the shorter one as often as it fits the longer?"""
    bars = max(len(one), len(other))
    return sum(one[bar % len(one)] == other[bar % len(other)] for bar in range(bars)) > _MOST * bars


def _otherwise(
    section: Section, told: SectionPlan, word: str, number: int, anew: Callable[[Section, int], Clip]
) -> Clip:
    clip, words = section.clips[number], told.words(section.clips[number].role or "melody", 0)
    alone = not clip.drums and sum(bool(each.notes) for each in section.clips) == 1
    half, halved = clip.length / 2, word in ("late", "early")
    if any("end" in each for each in told.treatments.values()) or (section.free and not halved and word != "soft"):
        return clip  # how it ends, or builds, is its own
    if word == "lift" and told.energy >= _FULL and "lift" not in words:
        return opened(lifted(clip))
    if word == "vary":
        return anew(section, number)
    if word == "octave" and max(note.pitch for note in clip.notes) <= _HIGHEST - 12:
        return clip.with_notes([note.moved(pitch=note.pitch + 12 * (note.onset >= half)) for note in clip.notes])
    if word == "cymbals" and is_kit(clip):
        return lifted(clip)
    if halved and not alone:
        voices = {note.pitch for note in clip.notes if not clip.drums or lane_of(note.pitch) not in ("kick", "snare")}
        moving = {max(voices, default=-1)} if clip.drums else voices
        return clip.with_notes(
            [note for note in clip.notes if note.pitch not in moving or (note.onset >= half) == (word == "late")]
        )
    if word == "dub" and not (alone and clip.role == "melody"):
        return dubbed(clip)
    if word == "soft":
        return clip.with_notes([note.moved(velocity=max(1, note.velocity - _SOFTER)) for note in clip.notes])
    return clip
