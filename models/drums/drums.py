"""Everything that is done to drums, under one name: a beat from a rhythm, a groove, a fill, one lane anew, busier or
sparser versions.

All but the beat are changes of a drum clip and pass through ``Constraints`` and an ``EditSet`` as an engine's work
does, so that what lies outside the region or in a locked lane comes back bit for bit. A groove is played by an engine
that has learned it from drummers; a fill or a lane may be.

Offers: ``drums``, ``DrumsOptions``, ``make_of``, ``MAKES``, ``SENTENCES``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from models.analysis.role import find_role
from models.constraints.constraints import Constraints
from models.drums.beat import write_beat
from models.drums.density import Whim, fewer_hits, more_hits, named_versions
from models.drums.fill import FILLS, fills_for, write_fill
from models.drums.hearing import styles_for, styles_of_beat
from models.drums.kit import LANE_NAMES, lanes_named, pitches_named
from models.drums.lane import patterns_for, repeats, write_lane
from models.drums.results import as_wanted, played
from models.drums.rhythm import Rhythm
from models.drums.styles import STYLES
from models.generator import LARGEST_SEED, Engine, Report, Request, Variation
from models.music.beats import TIGHT
from models.music.clip import Clip
from models.music.errors import BadValue, EmptyClip, Refused
from models.music.locks import Locks
from models.music.note import Note
from models.tasks.table import TABLE, Task

MAKES = TABLE["drums"].words[0].shown
SENTENCES = {
    "beat": "A beat from any clip's rhythm: kicks on its accents, a backbeat, hats that divide and swing as it does.",
    "groove": "The same hits as a drummer would play them: velocity and micro-timing learned from people.",
    "fill": "A fill in place of the last bar, or of the region; the rest stays.",
    "lane": "One drum anew; all others stay.",
    "busier": "More hits, version by version.",
    "sparser": "Fewer hits, version by version.",
}
"""What can be made, each in a sentence for the user."""

_NOTHING = {
    "groove": "A drummer would play these hits as they are; free more of them, or choose another engine.",
    "fill": "There is no other fill for this place; choose a longer region, or open a lock.",
    "lane": "This lane plays the only pattern there is for it already; choose another lane or a longer region.",
    "busier": "There is no room for more hits here; choose a longer region, or open a lock.",
    "sparser": "There are no hits here that could go; choose a longer region, open a lock, or take a clip with more.",
}
"""What is said where nothing comes."""

Write = Callable[[int], tuple[Sequence[Note], str]]
"""From a seed the notes that are wanted and a remark on them."""

_DEFAULT_AMOUNTS = {"groove": 1.0, "busier": 0.3, "sparser": 0.5}
_ATTEMPTS = 12


_HITS = ("hits", "hit")


@dataclass(frozen=True, slots=True, kw_only=True)
class DrumsOptions:
    """What is wanted; raises BadValue, with the field's name.

    make    one of MAKES
    style   words: a kind of music, a fill (``FILLS``), "toms"; others are passed by
    lane    for make "lane": a name (``LANE_NAMES``) or a pitch as text, "42"
    region  [start, end) in beats: only what begins there may change; None: everything, of a fill the last bar
    locks   lanes that stay; with a groove the other locks too
    amount  0-1. groove: how far to the drummer (1). busier, sparser: how many hits for each one, at most (0.3, 0.5)
    temperature  of the engine that plays a groove, a fill or a lane, 0.1-2
    seed    0 and up
    """

    make: str = "beat"
    style: str = ""
    lane: str = ""
    region: tuple[float, float] | None = None
    locks: Locks = Locks()
    amount: float | None = None
    temperature: float = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        if self.make not in MAKES:
            raise BadValue(f'Drums can\'t make "{self.make}"; choose from {", ".join(MAKES)}.', field="make")
        if self.amount is not None and not 0 < self.amount <= 1:
            raise BadValue(f"The amount must be above 0 and up to 1, not {self.amount:g}.", field="amount")
        if not 0 <= self.seed <= LARGEST_SEED:
            raise BadValue(f"The seed must be 0 to {LARGEST_SEED}, not {self.seed}.", field="seed")
        if self.make == "lane" and not self.lane:
            raise BadValue(
                f"Say which lane shall be new: {', '.join(LANE_NAMES)}, or a pitch such as 42.", field="lane"
            )
        if self.make == "beat" and self.region is not None:
            raise BadValue("A beat is made for the whole clip; leave the region out.", field="region")
        if self.make != "groove" and replace(self.locks, lanes=frozenset()).names:
            raise Refused(
                f"With {', '.join(self.locks.names)} locked no {self.make} can be made; "
                "lock lanes alone, for example lane:38.",
                field="locks",
            )

    @classmethod
    def from_words(cls, words: str, **others: object) -> DrumsOptions:
        """Options whose make, and lane, are among the style words: "lane snare", "fill toms"; without one a beat."""
        asked = words.lower().split()
        make = make_of(words)
        lane = next((word for word in asked if make == "lane" and (lanes_named(word) or word.isdecimal())), "")
        style = " ".join(word for word in words.split() if word.lower() not in (make, lane))
        return cls(make=make, style=style, lane=lane, **others)  # type: ignore[arg-type]

    @property
    def strength(self) -> float:
        """The amount, where none is given the usual one."""
        return _DEFAULT_AMOUNTS.get(self.make, 1.0) if self.amount is None else self.amount


def make_of(words: str) -> str:
    """What of ``MAKES`` the style words ask for; without such a word a beat."""
    return next((word for word in words.lower().split() if word in MAKES), "beat")


def drums(
    clip: Clip, options: DrumsOptions | None = None, count: int = 1, *, players: Sequence[Engine] = ()
) -> Iterator[Variation]:
    """Yield up to ``count`` different results, each as soon as it is ready; fewer where no more differ.

    players  who plays a groove, the first that can; a fill or a lane is written by rule where there is none
    Raises EmptyClip without notes or drums where they are needed, Refused or BadValue, before the first result.
    """
    options = options or DrumsOptions()
    if options.make == "beat":
        yield from _beats(clip, options, count)
        return
    constraints = _constraints(clip, options, count)
    makers = {"fill": _fills, "lane": _lanes, "busier": _busier, "sparser": _sparser}
    if options.make == "groove":
        found = played(constraints.request, players, options.strength)
    elif players and options.make in ("fill", "lane"):
        made = players[0].generate(constraints.request)
        found = (variation.saying(f"Played by the engine {players[0].name}.") for variation in made)
    else:
        found = makers[options.make](constraints, options, count)
    none = True
    for variation in found:
        none = False
        measures = {**variation.report.measures, "hits": float(len(variation.clip.notes))}
        yield replace(variation, report=replace(variation.report, measures=measures))
    if none:
        raise Refused(_NOTHING[options.make], field="style" if options.make == "lane" else "region")


def _beats(clip: Clip, options: DrumsOptions, count: int) -> Iterator[Variation]:
    rhythm = Rhythm.of((clip,), clip.length)
    names = styles_for(options.style, clip.tempo)
    seen: set[tuple[Note, ...]] = set()
    for seed in _seeds(options.seed, count):
        name, turn = names[seed % len(names)], seed // len(names)
        notes = write_beat(rhythm, name, turn, seed, cover=True)
        if not notes or notes in seen:
            continue
        seen.add(notes)
        beat = replace(clip, notes=notes, role="drums", name=f"{name} beat", key=None)
        report = Report(0.0, remarks=(f"{name}: {STYLES[name].sentence}",), measures={"hits": float(len(notes))})
        yield Variation(beat, seed, (None,) * len(notes), report)
        if len(seen) == count:
            return


def _seeds(first: int, count: int) -> Iterator[int]:
    """Seeds to try, from the first one on: a result is made again by its own seed."""
    return (seed % (LARGEST_SEED + 1) for seed in range(first, first + _ATTEMPTS * count))


def _constraints(clip: Clip, options: DrumsOptions, count: int) -> Constraints:
    """What may change of a drum clip; raises EmptyClip or Refused."""
    if not clip.notes:
        raise EmptyClip("The clip has no notes; draw or record some drums first.", field="prompts")
    if find_role(clip) != "drums":
        raise Refused(
            f"There are no drums in this clip to make a {options.make} of; choose a drum clip, "
            "or say that its role is drums.",
            field="role",
        )
    drum_clip = replace(clip, role="drums")
    locks, region = options.locks, options.region
    if options.make == "fill":
        # The last bar; of a clip no longer than a bar its second half.
        bars = clip.metre.bars(clip.length)
        region = region or ((bars - 1) * clip.metre.bar if bars > 1 else clip.length / 2, clip.length)
    if options.make == "lane":
        lane = pitches_named(options.lane, clip.notes)
        if lane <= locks.lanes:
            raise Refused(f'The lane "{options.lane}" is locked; open it, or renew another one.', field="locks")
        locks = replace(locks, lanes=locks.lanes | frozenset(range(128)) - lane)
    task: Task = "humanise" if options.make == "groove" else "infill"
    return Constraints.of(
        Request(
            task=task,
            prompts=(drum_clip,),
            region=region,
            locks=locks,
            role="drums",
            temperature=options.temperature,
            count=count,
            seed=options.seed,
        ),
        "drums",
    )


def _fills(constraints: Constraints, options: DrumsOptions, count: int) -> Iterator[Variation]:
    clip = constraints.prompt
    kinds = fills_for(options.style, styles_of_beat(options.style, clip), clip)
    toms = "toms" in options.style.lower().split()

    def write(seed: int) -> tuple[Sequence[Note], str]:
        kind = kinds[seed % len(kinds)]
        notes = write_fill(clip, constraints.start, constraints.end, kind, seed // len(kinds), toms=toms)
        return notes, f"{kind}: {FILLS[kind][0]}"

    yield from _different(constraints, write, options.seed, count)


def _lanes(constraints: Constraints, options: DrumsOptions, count: int) -> Iterator[Variation]:
    pitches, clip, region = constraints.allowed, constraints.prompt, (constraints.start, constraints.end)
    names = [
        name
        for name in patterns_for(pitches, styles_of_beat(options.style, clip)[:2])
        if not repeats(clip, write_lane(clip, pitches, name, *region, 0), *region)
    ]
    if not names:  # the lane plays the only pattern there is
        return

    def write(seed: int) -> tuple[Sequence[Note], str]:
        name = names[seed % len(names)]
        notes = write_lane(clip, pitches, name, *region, seed // len(names))
        return notes, f"{name}, in place of what was there"

    yield from _different(constraints, write, options.seed, count)


def _different(constraints: Constraints, write: Write, first: int, count: int) -> Iterator[Variation]:
    """The results of seeds from the first one on that differ from each other and from the clip."""
    seen: set[tuple[Note, ...]] = {constraints.prompt.notes}
    for seed in _seeds(first, count):
        notes, remark = write(seed)
        variation = as_wanted(constraints, notes, seed, remark)
        if variation is None or variation.clip.notes in seen:
            continue
        seen.add(variation.clip.notes)
        yield variation
        if len(seen) > count:
            return


def _busier(constraints: Constraints, options: DrumsOptions, count: int) -> Iterator[Variation]:
    start, end = constraints.start, constraints.end
    added = more_hits(constraints.prompt, start, end, constraints.allowed, Whim.of(options.seed).order)
    hits = sum(start - TIGHT <= note.onset < end - TIGHT for note in constraints.notes)
    free = [constraints.notes[index] for index in sorted(constraints.free)]
    most = -1
    for more, seed in named_versions(options.seed, hits, options.strength, count, len(added)):
        variation = as_wanted(constraints, [*free, *added[:more]], seed, f"{more} {_HITS[more == 1]} more")
        if variation is not None and len(variation.clip.notes) > max(most, len(constraints.notes)):
            most = len(variation.clip.notes)
            yield variation


def _sparser(constraints: Constraints, options: DrumsOptions, count: int) -> Iterator[Variation]:
    going = fewer_hits(constraints.prompt, constraints.free, Whim.of(options.seed).order)
    room = len(going) if len(going) < len(constraints.notes) else len(going) - 1
    for fewer, seed in named_versions(options.seed, len(going), options.strength, count, room):
        gone = set(going[:fewer])
        stay = [constraints.notes[index] for index in sorted(constraints.free) if index not in gone]
        variation = as_wanted(constraints, stay, seed, f"{fewer} {_HITS[fewer == 1]} fewer")
        if variation is not None:
            yield variation
