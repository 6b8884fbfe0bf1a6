"""Arrange a scene: its clips, looped and treated section by section as a plan says, become a song.

All tracks share one harmony: a variation hears the chords of the whole scene and the tracks that play beside it, the
same section comes back with the same variations, and tracks that double each other move together. Density is kept to
the plan: a section that is fuller than its energy asks for is thinned (``thinning``), first in the tracks that the plan
lets thin, and no section is denser than one with more energy.

Offers: ``arrange``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from models.analysis.chords import find_chords
from models.analysis.role import find_role
from models.arrangement.apart import told_apart
from models.arrangement.arranged import Arrangement, Section
from models.arrangement.clashes import copies_of, phrase_of
from models.arrangement.closing import closed, home_of, led_on
from models.arrangement.plan import PLAYED, TREATMENTS, Plan, SectionPlan
from models.arrangement.playing.drumming import busier, hats_alone, kick_alone, lanes_of, pulsing, ridden, rimmed
from models.arrangement.playing.harmony import Harmony
from models.arrangement.playing.lines import driven, held, swelled, then
from models.arrangement.playing.variations import Variations
from models.arrangement.thinning import LEAST_SHARE, levelled, thinned
from models.arrangement.treatments import breathed, built, dubbed, filled, led_in, lifted, opened
from models.generator import Engine
from models.music.chord import TimedChord
from models.music.clip import Clip, Role
from models.music.errors import BadValue, EmptyClip
from models.music.scale import Scale

_THIN_SHARE = 0.75
"""What the word "thin" leaves of a track at most; the section's energy may ask for less."""

_ENTERS_FIRST: tuple[Role, ...] = ("chords", "melody", "bass", "drums")
_HEARD_FIRST: tuple[Role | None, ...] = ("bass", "chords", "melody", None, "drums")
_KIT = {"kick", "snare", "closed hat", "open hat", "ride"}
_TAIL, _PEAKS, _LONG = 4, 4, 8
"""Bars of the end of a phrase before a song's last chord, that one counted; from crash to crash at a peak; after which
a peak goes on to something."""

_AHEAD = 0.1
"""Beats by which a hand may be ahead of a bar line."""


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
    told = Harmony(loops, harmony, scale, plan.name, seed)
    variations = Variations(loops, player, told, on_vary)
    stage = _Stage(loops, told, variations, home)
    parts = levelled([stage.section(section, place) for place, section in enumerate(plan.sections)], plan, loops)
    doubled = copies_of(loops)
    whole = [_together(section, doubled) for section in told_apart(parts, plan, loops, variations.anew)]
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
    harmony: Harmony
    variations: Variations
    home: TimedChord | None

    def section(self, plan: SectionPlan, turn: int) -> Section:
        """A section before its density is levelled; what leads the harmony is treated first, the others hear it."""
        words, length = self._words(plan), plan.bars * self.loops[0].metre.bar
        done: dict[int, Clip] = {}
        for number in sorted(range(len(self.loops)), key=lambda place: _HEARD_FIRST.index(self.loops[place].role)):
            beside = [each for each in done.values() if each.notes]
            done[number] = self._treated(plan.name, turn, number, words[number], length, beside)
        free = any({"build", "climb", "end", "solo"} & {*each} for each in plan.treatments.values())
        clips = tuple(done[number] for number in range(len(self.loops)))
        kept = frozenset(place for place, each in enumerate(words) if {"solo", "line", "grow"} & {*each})
        return Section(plan.name, plan.bars, plan.energy, clips, free, kept)

    def _words(self, plan: SectionPlan) -> list[tuple[str, ...]]:
        """What each track does; where nobody would play, the first track in the usual order plays thinly."""
        loops, numbers, kit = self.loops, dict[Role | None, int](), set[str]()
        words: list[tuple[str, ...]] = [()] * len(loops)
        # A kit that lies on several tracks is one player, who begins with the kick.
        order = sorted(range(len(loops)), key=lambda place: loops[place].drums and "kick" not in lanes_of(loops[place]))
        if plan.words("drums", 0)[0] in ("out", "pulse"):
            # Without a beat it is the pads that carry a section, not the stabs.
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
        keys = [place for place in playing if loops[place].role == "chords"]
        if keys and "solo" in plan.words("melody", 0) and all(loop.role != "melody" for loop in loops):
            words[keys[0]] = (*words[keys[0]], "solo")  # where there is no tune it is the keys' solo
        if all(loops[place].role == "bass" for place in playing):
            # A bare bass is no section: the hats tick on, as behind a filter.
            words = [("hats", *each[1:]) if loop.drums else each for loop, each in zip(loops, words, strict=True)]
        if len(playing) == 1 and loops[playing[0]].role == "melody":
            # What a tune leaves out is silence where nobody else plays.
            words[playing[0]] = tuple("keep" if word == "thin" else word for word in words[playing[0]])
        return words

    def _treated(
        self, section: str, turn: int, number: int, words: tuple[str, ...], length: float, beside: Sequence[Clip]
    ) -> Clip:
        loop = self.loops[number]
        if "out" in words:
            silent = replace(loop, notes=(), length=length)
            silent = closed(silent, loop, self.home) if "end" in words else silent
            return led_in(loop.looped(length), turn) if "fill" in words else silent
        base = self._based(loop, words, turn)
        clip = self._to_close(base, length) if "end" in words else base.looped(length)
        if "thin" in words and loop.role == "melody":
            clip = thinned(clip, LEAST_SHARE)  # phrases are those of the section: the answers rest
        if "vary" in words:
            clip = self.variations.varied(section, number, base, length, beside)
        if {"solo", "walking"} & {*words} and self.harmony.chords and not loop.drums:
            line = self.harmony.solo if "solo" in words else self.harmony.walk
            clip = line(base, length, turn)
        for word in () if loop.drums else words:
            clip = self._raised(word, clip, words)
        if "grow" in words:
            first = base if {"thin", "held"} & {*words} else thinned(base, LEAST_SHARE)
            full = self._based(loop, [word for word in words if word not in ("thin", "held")], turn)
            clip = then(first.looped(length), full.looped(length).notes, length / 2)
        if "peak" in words and length > _LONG * loop.metre.bar:
            # What is so long goes on to something.
            more = busier(base) if loop.drums else driven(driven(lifted(base)))
            clip = then(clip, more.looped(length).notes, length / 2) if loop.role in ("drums", "bass") else clip
        if "peak" in words:
            clip = opened(clip, _PEAKS)
        elif {"lift", "crash"} & {*words}:
            clip = opened(clip)
        of_section: dict[str, Callable[[Clip], Clip]] = {
            "dub": lambda clip: dubbed(clip, int("end" in words)),
            "pulse": pulsing,
            "build": built,
            "climb": lambda clip: _climbing(clip, loop.looped(length)),
            "swell": swelled,
            "fade": lambda clip: swelled(clip, falling=True),
            "fill": lambda clip: filled(clip, loop, turn),
            "end": lambda clip: closed(clip, loop, self.home),
            "breath": breathed,
        }
        for word, treat in of_section.items():
            clip = treat(clip) if word in words else clip
        return clip

    def _based(self, loop: Clip, words: Sequence[str], turn: int) -> Clip:
        """The loop as the words have it before it is repeated."""
        base = loop
        for word in words:
            base = self._of_loop(word, base, turn)
            base = self._raised(word, base, words) if loop.drums else base
        return base

    def _of_loop(self, word: str, base: Clip, turn: int) -> Clip:
        """What a word makes of a loop before it is repeated; other words leave it."""
        plain: dict[str, Callable[[Clip], Clip]] = {
            "kick": kick_alone,
            "hats": hats_alone,
            "rim": rimmed,
            "ride": ridden,
            "busy": busier,
            "drive": driven,
            "thin": lambda clip: clip if clip.role == "melody" else thinned(clip, _THIN_SHARE),
            "held": lambda clip: held(clip, self.harmony.chords),
        }
        if word in plain:
            return plain[word](base)
        if self.harmony.chords and word in PLAYED.get(base.role or "melody", ()) and word not in TREATMENTS:
            return self.harmony.played(base.role or "chords", word, base, turn)
        return base

    def _raised(self, word: str, clip: Clip, words: Sequence[str]) -> Clip:
        """The section with what a lift, a peak, a second voice or a line adds to it."""
        harmony = self.harmony
        if word in ("two", "peak") and harmony.chords:
            clip = harmony.in_two(clip)
        if word in ("lift", "peak"):
            clip = lifted(clip)
        if word == "peak":
            clip = driven(lifted(clip) if clip.drums else clip)
        if word == "line" and clip.role == "chords" and harmony.chords:
            clip = harmony.sung_over(clip, two="two" in words)
        return clip

    def _to_close(self, base: Clip, length: float) -> Clip:
        """The loop, and at last the end of its phrase before the last bar, so that the last chord is led to; the last
        bar is the phrase's own where that is at home."""
        bar = base.metre.bar
        phrase = phrase_of(self.loops) * bar
        tail = min(_TAIL * bar, length, phrase)
        chords, home = self.harmony.chords, self.home
        rests = bool(chords) and home is not None and self.harmony.chord(phrase - bar / 2).root == home.chord.root
        start, shift = length - tail - _AHEAD, length - phrase - bar * (not rests)
        moved = (note.moved(onset=note.onset + shift) for note in base.looped(phrase).notes)
        # What is held there already sounds from its first bar on.
        heard = (
            note if note.onset >= start else note.moved(onset=start + _AHEAD, duration=note.end - start - _AHEAD)
            for note in moved
            if note.onset >= start or note.end > start + bar / 2
        )
        end = [note.moved(onset=max(0.0, note.onset)) for note in heard]
        return then(base.looped(length), end, max(0.0, start))


def _climbing(clip: Clip, whole: Clip) -> Clip:
    """The section, and from its middle on what a build makes of the whole loop."""
    turn = clip.length / 2
    return then(clip, built(whole, turn).notes, turn)


def _held(loop: Clip) -> float:
    """How long its notes last on the mean, in beats."""
    return sum(note.duration for note in loop.notes) / len(loop.notes)
