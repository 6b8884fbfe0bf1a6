"""Arrange a scene: its clips, looped and treated section by section as a plan says, become a song.

All tracks share one harmony: a variation hears the chords of the whole scene and the tracks that play beside it, the
same section comes back with the same variations, and tracks that double each other move together. Density is kept to
the plan: a section that is fuller than its energy asks for is thinned (``thinning``), first in the tracks that the plan
lets thin, and no section is denser than one with more energy.

Offers: ``arrange``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from models.analysis.chords import find_chords
from models.analysis.role import find_role
from models.arrangement.arranged import Arrangement, Section, strokes
from models.arrangement.clashes import copies_of
from models.arrangement.plan import Plan, SectionPlan
from models.arrangement.thinning import thinned
from models.arrangement.treatments import breathed, built, ended, filled, kick_alone, lanes_of, led_in, lifted, opened
from models.generator import LARGEST_SEED, Engine, Request
from models.music.beats import TIGHT
from models.music.carried import in_a_row
from models.music.chord import TimedChord
from models.music.clip import Clip, Role
from models.music.errors import BadValue, EmptyClip, Refused
from models.music.note import Note
from models.music.scale import Scale

SIMILARITY = 0.75
_STEP_DOWN = 0.97
_NEARLY = 1.15
"""So much denser than one with more energy a section may be before a part of it is taken away."""

_THIN_SHARE = 0.75
"""What the word "thin" leaves of a track at most; the section's energy may ask for less."""

_LEAST_SHARE = 0.5
"""What any one track keeps: less is no part that somebody plays."""

_THINNED_FIRST: tuple[tuple[Role, ...], ...] = (("chords", "drums"), ("bass", "melody"))
_ENTERS_FIRST: tuple[Role, ...] = ("chords", "melody", "bass", "drums")
_HEARD_FIRST: tuple[Role | None, ...] = ("bass", "chords", "melody", None, "drums")
_KIT = {"kick", "snare", "closed hat", "open hat", "ride"}
_TRIES, _AS_FULL = 3, 0.9
"""Variations drawn for one that has at least this share of the loop's strokes."""

_BELOW, _ABOVE = 2, 5
"""Semitones by which a variation may leave the loop's register."""

_MOST_BESIDE = 3
"""Clips that an engine hears beside the one that it varies."""


def arrange(
    tracks: Sequence[Clip],
    plan: Plan,
    *,
    player: Engine | None = None,
    scale: Scale | None = None,
    chords: Sequence[TimedChord] = (),
    seed: int = 0,
    on_vary: Callable[[], None] = lambda: None,
) -> Arrangement:
    """The song that a plan makes of a scene's clips, one for each track, of any lengths.

    player   asked for a variation wherever the plan says so; None: the clip stays as it is there
    scale    no new note of a variation lies outside; None: no lock
    chords   the harmony that variations hold to, where the user gives it; else what the tracks spell together
    on_vary  called before each variation
    Raises EmptyClip when no clip has notes, BadValue when their metres differ.
    """
    loops = [replace(clip, role=find_role(clip)) for clip in tracks if clip.notes]
    if not loops:
        raise EmptyClip("There is nothing to arrange; choose clips with notes.")
    if len({loop.metre for loop in loops}) > 1:
        raise BadValue("The clips have different metres; arrange clips of one metre.", field="prompts")
    stage = _Stage(loops, player, scale, _harmony(loops, chords), seed, on_vary)
    parts = [stage.section(section) for section in plan.sections]
    doubled = copies_of(loops)
    return Arrangement(tuple(_together(section, doubled) for section in _levelled(parts, plan, loops)))


def _harmony(loops: Sequence[Clip], chords: Sequence[TimedChord]) -> tuple[TimedChord, ...]:
    """The chords of the scene over its longest pitched loop: those given, else those found."""
    pitched = sorted((loop for loop in loops if not loop.drums), key=lambda loop: -loop.length)
    if chords or not pitched:
        return tuple(chords)
    length = pitched[0].length
    return find_chords(pitched[0], [loop.looped(length) for loop in pitched[1:]])


def _together(section: Section, doubled: Mapping[int, tuple[int, int]]) -> Section:
    """The section with every track that doubles another one doing what that one does, as far as both play."""
    clips = list(section.clips)
    for number, (leader, shift) in doubled.items():
        if clips[number].notes and clips[leader].notes:
            moved = (note.moved(pitch=note.pitch + shift) for note in clips[leader].notes)
            clips[number] = clips[number].with_notes([note for note in moved if 0 <= note.pitch <= 127])
    return replace(section, clips=tuple(clips))


@dataclass
class _Stage:
    """The loops, and the variations made of them so far."""

    loops: list[Clip]
    player: Engine | None
    scale: Scale | None
    chords: tuple[TimedChord, ...]
    seed: int
    on_vary: Callable[[], None]
    made: dict[tuple[str, int, bool], Clip | None] = field(default_factory=dict)

    def section(self, plan: SectionPlan) -> Section:
        """A section before its density is levelled; what leads the harmony is treated first, the others hear it."""
        words, length = self._words(plan), plan.bars * self.loops[0].metre.bar
        done: dict[int, Clip] = {}
        for number in sorted(range(len(self.loops)), key=lambda place: _HEARD_FIRST.index(self.loops[place].role)):
            beside = [each for each in done.values() if each.notes]
            done[number] = self._treated(plan.name, number, words[number], length, beside)
        free = any({"build", "end"} & {*each} for each in plan.treatments.values())
        clips = tuple(done[number] for number in range(len(self.loops)))
        return Section(plan.name, plan.bars, plan.energy, clips, free)

    def _words(self, plan: SectionPlan) -> list[tuple[str, ...]]:
        """What each track does; where nobody would play, the first track in the usual order plays thinly."""
        loops, numbers, kit = self.loops, dict[Role | None, int](), set[str]()
        words: list[tuple[str, ...]] = [()] * len(loops)
        # A kit that lies on several tracks is one player, who begins with the kick.
        order = sorted(range(len(loops)), key=lambda place: loops[place].drums and "kick" not in lanes_of(loops[place]))
        if plan.words("drums", 0)[0] == "out":
            # Without drums it is the pads that carry a section, not the stabs.
            order = sorted(order, key=lambda place: -_held(loops[place]) if loops[place].role == "chords" else 0.0)
        for place in order:
            role, lanes = loops[place].role, lanes_of(loops[place]) & _KIT if loops[place].drums else set()
            joins = bool(lanes) and not lanes & kit
            words[place] = plan.words(role or "melody", 0 if joins else numbers.get(role, 0))
            if "kick" in words[place] and "kick" in kit and "closed hat" not in lanes:
                words[place] = ("out",)
            numbers[role], kit = max(1, numbers.get(role, 0) + (not joins)), kit | lanes
        if all(each[0] == "out" for each in words):
            first = min(range(len(words)), key=lambda place: _ENTERS_FIRST.index(self.loops[place].role or "melody"))
            words[first] = ("thin",)
        playing = [place for place, each in enumerate(words) if each[0] != "out"]
        if len(playing) == 1 and loops[playing[0]].role == "melody":
            # What a tune leaves out is silence where nobody else plays.
            words[playing[0]] = tuple("keep" if word == "thin" else word for word in words[playing[0]])
        return words

    def _treated(
        self, section: str, number: int, words: tuple[str, ...], length: float, beside: Sequence[Clip]
    ) -> Clip:
        loop = self.loops[number]
        if "out" in words:
            return led_in(loop.looped(length)) if "fill" in words else replace(loop, notes=(), length=length)
        base = lifted(loop) if "lift" in words else loop
        base = kick_alone(base) if "kick" in words else base
        base = thinned(base, _THIN_SHARE) if "thin" in words else base
        clip = base.looped(length)
        if "vary" in words:
            clip = self._varied(section, number, base, length, beside)
        if "grow" in words:
            clip = _then(thinned(base, _LEAST_SHARE).looped(length), clip.notes, length / 2)
        clip = opened(clip) if "lift" in words else clip
        clip = built(clip) if "build" in words else clip
        clip = filled(clip) if "fill" in words else clip
        clip = ended(clip) if "end" in words else clip
        return breathed(clip) if "breath" in words else clip

    def _varied(self, section: str, number: int, loop: Clip, length: float, beside: Sequence[Clip]) -> Clip:
        """The loop, and in the second half of the section a variation of it; of a long loop the variation at once.

        Sections of one name but for their number share their variations.
        """
        key = (section.rstrip(" 0123456789"), number, loop == self.loops[number])
        if key not in self.made:
            self.made[key] = self._variation(len(self.made), number, loop, beside)
        varied = self.made[key]
        if varied is None:
            return loop.looped(length)
        passes = max(1, round(length / loop.length))
        turn = passes // 2 * loop.length if passes > 1 else 0.0
        second = varied.looped(length - turn)
        clip = _then(loop.looped(length), [note.moved(onset=note.onset + turn) for note in second.notes], turn)
        first = loop.looped(turn).carried if turn else None
        return replace(clip, carried=in_a_row(((0.0, first), (turn, second.carried))))

    def _variation(self, made: int, number: int, loop: Clip, beside: Sequence[Clip]) -> Clip | None:
        """A variation of a loop that keeps the scene's harmony; None where nobody can vary it."""
        if self.player is None:
            return None
        self.on_vary()
        others = [
            other
            for place, other in enumerate(self.loops)
            if place != number and other.role not in {clip.role for clip in beside}
        ]
        context = [clip.looped(loop.length) for clip in (*beside, *others)][:_MOST_BESIDE]
        request = Request(
            prompts=(loop,),
            role=loop.role,
            scale=self.scale,
            context=tuple(context),
            chords=() if loop.drums else _over(self.chords, loop.length),
            similarity=SIMILARITY,
            range=_reach(loop),
            count=1,
            seed=(self.seed + 101 * (made + 1)) % (LARGEST_SEED - _TRIES),
        )
        try:
            # A second half thinner than the first would take back what the section has built up.
            for more in range(_TRIES):
                found = next(iter(self.player.generate(request.but(seed=request.seed + more))), None)
                if found is None or strokes(found.clip) >= _AS_FULL * strokes(loop):
                    return found.clip if found else None
        except (Refused, EmptyClip):
            # What nobody can vary plays on as it is.
            pass
        return None


def _then(first: Clip, second: Sequence[Note], turn: float) -> Clip:
    """A clip up to a turn, and what others play from there on."""
    before = [note for note in first.notes if note.onset < turn - TIGHT]
    return first.with_notes([*before, *(note for note in second if note.onset >= turn - TIGHT)])


def _reach(loop: Clip) -> tuple[int, int] | None:
    """The pitches that a variation may use: hardly below the loop, a fourth above it."""
    pitches = [note.pitch for note in loop.notes]
    return None if loop.drums else (max(0, min(pitches) - _BELOW), min(127, max(pitches) + _ABOVE))


def _held(loop: Clip) -> float:
    """How long its notes last on the mean, in beats."""
    return sum(note.duration for note in loop.notes) / len(loop.notes)


def _over(chords: Sequence[TimedChord], length: float) -> tuple[TimedChord, ...]:
    """The first ``length`` beats of the harmony, which begins again where it is shorter."""
    period = chords[-1].end if chords else length
    moved = (
        timed._replace(onset=timed.onset + turn * period)
        for turn in range(math.ceil(length / period - TIGHT))
        for timed in chords
    )
    return tuple(
        timed._replace(duration=min(timed.duration, length - timed.onset))
        for timed in moved
        if timed.onset < length - TIGHT
    )


def _levelled(sections: Sequence[Section], plan: Plan, loops: Sequence[Clip]) -> list[Section]:
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
    each loop at least ``_LEAST_SHARE`` stays, of a tune alone all."""
    alone = [clip.role for clip in section.clips if clip.notes] == ["melody"]
    for group in () if alone else groups:
        clips = list(section.clips)
        free = sum(strokes(clips[number]) for number in group)
        excess = math.ceil((section.density - target) * section.bars - TIGHT)
        if excess <= 0 or not free:
            continue
        for number in group:
            whole = strokes(loops[number]) * clips[number].length / loops[number].length
            least = _LEAST_SHARE * whole / max(1, strokes(clips[number]))
            if least < 1:
                clips[number] = thinned(clips[number], max(least, 1 - excess / free))
        section = replace(section, clips=tuple(clips))
    return section
