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
from models.arrangement.apart import told_apart
from models.arrangement.arranged import Arrangement, Section, strokes
from models.arrangement.clashes import copies_of
from models.arrangement.closing import closed, home_of, led_on
from models.arrangement.levels import LEAST_SHARE, levelled
from models.arrangement.plan import Plan, SectionPlan
from models.arrangement.thinning import thinned
from models.arrangement.treatments import (
    breathed,
    built,
    dubbed,
    filled,
    hats_alone,
    kick_alone,
    lanes_of,
    led_in,
    lifted,
    opened,
)
from models.generator import LARGEST_SEED, Engine, Request
from models.music.beats import TIGHT
from models.music.carried import in_a_row
from models.music.chord import TimedChord
from models.music.clip import Clip, Role
from models.music.errors import BadValue, EmptyClip, Refused
from models.music.note import Note
from models.music.scale import Scale

SIMILARITY, _SOLO_SIMILARITY = 0.75, 0.5
_THIN_SHARE = 0.75
"""What the word "thin" leaves of a track at most; the section's energy may ask for less."""

_ENTERS_FIRST: tuple[Role, ...] = ("chords", "melody", "bass", "drums")
_HEARD_FIRST: tuple[Role | None, ...] = ("bass", "chords", "melody", None, "drums")
_KIT = {"kick", "snare", "closed hat", "open hat", "ride"}
_TRIES, _AS_FULL = 4, 0.9
"""Variations drawn for a new one that has at least this share of the loop's strokes."""

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
    harmony = _harmony(loops, chords)
    # Only a home inside the scale: the last chord is no new note outside it.
    home = home_of(loops, [timed for timed in harmony if scale is None or timed.chord.root in scale])
    stage = _Stage(loops, player, scale, harmony, seed, on_vary, home)
    parts = levelled([stage.section(section) for section in plan.sections], plan, loops)
    doubled = copies_of(loops)
    whole = [_together(section, doubled) for section in told_apart(parts, plan, loops, stage.anew)]
    return Arrangement(tuple(map(led_on, whole, [*whole[1:], None])))


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
    home: TimedChord | None
    made: dict[tuple[str, int, float], Clip | None] = field(default_factory=dict)

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
        if all(loops[place].role == "bass" for place in playing):
            # A bare bass is no section: the hats tick on, as behind a filter.
            words = [("hats", *each[1:]) if loop.drums else each for loop, each in zip(loops, words, strict=True)]
        if len(playing) == 1 and loops[playing[0]].role == "melody":
            # What a tune leaves out is silence where nobody else plays.
            words[playing[0]] = tuple("keep" if word == "thin" else word for word in words[playing[0]])
        return words

    def _treated(
        self, section: str, number: int, words: tuple[str, ...], length: float, beside: Sequence[Clip]
    ) -> Clip:
        loop = self.loops[number]
        if "out" in words:
            silent = replace(loop, notes=(), length=length)
            silent = closed(silent, loop, self.home) if "end" in words else silent
            return led_in(loop.looped(length)) if "fill" in words else silent
        base = lifted(loop) if "lift" in words else loop
        base = kick_alone(base) if "kick" in words else hats_alone(base) if "hats" in words else base
        base = thinned(base, _THIN_SHARE) if "thin" in words else base
        clip = base.looped(length)
        if "vary" in words:
            clip = self._varied(section, number, base, length, beside)
        if "solo" in words:
            clip = self._soloed(section, number, base, length, beside)
        if "grow" in words:
            clip = _then(thinned(base, LEAST_SHARE).looped(length), clip.notes, length / 2)
        clip = opened(clip) if {"lift", "crash"} & {*words} else clip
        clip = dubbed(clip) if "dub" in words else clip
        clip = built(clip) if "build" in words else clip
        if "hats" in words and "fill" in words:
            clip = clip.with_notes([*clip.notes, *led_in(loop.looped(length)).notes])
        clip = filled(clip) if "fill" in words else clip
        clip = closed(clip, loop, self.home) if "end" in words else clip
        return breathed(clip) if "breath" in words else clip

    def _varied(self, section: str, number: int, loop: Clip, length: float, beside: Sequence[Clip]) -> Clip:
        """The loop, and in the second half of the section a variation of it; of a long loop the variation at once.

        Sections of one name but for their number share their variations.
        """
        key = (section.rstrip(" 0123456789"), number, float(loop == self.loops[number]))
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

    def _soloed(self, section: str, number: int, loop: Clip, length: float, beside: Sequence[Clip]) -> Clip:
        """Variations from the first bar on, another one at each pass and in each section, further away."""
        clip = loop.looped(length)
        for turn in range(math.ceil(length / loop.length - TIGHT)):
            varied = self._variation(len(self.made), number, loop, beside, _SOLO_SIMILARITY - 0.05 * (turn % 3))
            self.made[f"{section} solo", number, turn] = varied
            start, notes = turn * loop.length, (varied or loop).notes
            clip = _then(clip, [note.moved(onset=note.onset + start) for note in notes], start)
        cut = (note for note in clip.notes if note.onset < length - TIGHT)
        return clip.with_notes([note.moved(duration=min(note.duration, length - note.onset)) for note in cut])

    def anew(self, section: Section, number: int) -> Clip:
        """A track of a section with a variation of its own from the middle on."""
        clip = section.clips[number]
        beside = [each for each in section.clips if each.notes and each is not clip]
        varied = self._varied(f"{section.name} anew", number, self.loops[number], clip.length, beside)
        return _then(clip, varied.notes, clip.length / 2)

    def _variation(
        self, made: int, number: int, loop: Clip, beside: Sequence[Clip], similarity: float = SIMILARITY
    ) -> Clip | None:
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
            similarity=similarity,
            range=_reach(loop),
            count=1,
            seed=(self.seed + 101 * (made + 1)) % (LARGEST_SEED - _TRIES),
        )
        known = {clip.notes for clip in self.made.values() if clip is not None}
        try:
            # A second half thinner than the first would take back what the section has built up.
            for more in range(_TRIES):
                found = next(iter(self.player.generate(request.but(seed=request.seed + more))), None)
                full = found is not None and strokes(found.clip) >= _AS_FULL * strokes(loop)
                if found is None or (full and (found.clip.notes not in known or more == _TRIES - 1)):
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
