"""Reharmonise: other chords in place of a clip's own, as far from them as a dial says.

The similarity of two rows of chords is the mean closeness (``substitutes.closeness``) of what sounds at the same time.
Of all rows of substitutes whose similarity lies at the dial, the likeliest is found (``substitution_search``).

Offers: ``reharmonise``, ``ReharmoniseOptions``, ``Reharmonisation``, ``row_similarity``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from models.analysis.key import FEWEST, find_key
from models.harmony.played import Played
from models.harmony.progressions import ProgressionModel, progressions
from models.harmony.substitutes import KINDS, Way, closeness, leads, substitutes
from models.harmony.substitution_search import SubstitutionSearch, placed
from models.music.beats import TIGHT
from models.music.chord import TimedChord, chord_at
from models.music.clip import Clip
from models.music.errors import BadValue, EmptyClip
from models.music.scale import Scale
from models.voicing.extensions import scale_of, within
from models.voicing.options import VoicingOptions
from models.voicing.voice import Voicing

_LOOP = 4
_NEAR = 0.5
"""Beats from the place of a new chord within which the clip strikes something, with which it comes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReharmoniseOptions:
    """How chords are to be replaced; raises BadValue, with the field's name.

    similarity  0-1: 1 the chords themselves; down to about 0.3, as far as substitutes go
    kinds       kinds of substitution that may be used, out of ``substitutes.KINDS``
    scale       the key; None: the one most of the chords belong to
    within      a scale that no new tone may leave; None: substitutes may
    voicing     how the result is played; None: close
    """

    similarity: float = 0.7
    kinds: frozenset[str] = frozenset(KINDS)
    scale: Scale | None = None
    within: Scale | None = None
    voicing: VoicingOptions | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.similarity <= 1:
            raise BadValue(f"The similarity must be 0 to 1, not {self.similarity:g}.", field="similarity")
        for kind in sorted(self.kinds - set(KINDS)):
            raise BadValue(f'The substitution "{kind}" is not known; choose from {", ".join(KINDS)}.', field="kinds")


@dataclass(frozen=True, slots=True)
class Reharmonisation:
    """One result: the new chords, the kind of substitution in each old chord's place, similarity, voicing, and key."""

    chords: tuple[TimedChord, ...]
    kinds: tuple[str, ...]
    similarity: float
    voicing: Voicing
    scale: Scale

    @property
    def clip(self) -> Clip:
        """The new chords, voiced in the prompt's rhythm."""
        return self.voicing.clip


def reharmonise(
    source: Clip | Sequence[TimedChord],
    options: ReharmoniseOptions | None = None,
    count: int = 1,
    model: ProgressionModel | None = None,
    chords: Sequence[TimedChord] = (),
) -> list[Reharmonisation]:
    """Up to ``count`` rows of substitutes, idea after idea (``IDEAS``), each different in two fifths of the time.

    The similarity lies within TOLERANCE of the dial where substitutes reach it, else as near as they come. ``chords``:
    a clip's harmony, where it is given. Raises EmptyClip without chords.
    """
    options = options or ReharmoniseOptions()
    played = Played.of(source, chords)
    old = list(played.chords)
    if not old:
        raise EmptyClip("There are no chords to reharmonise; choose a clip with chords.")
    # A clip is heard where it has notes enough and its chords aren't given.
    heard = isinstance(source, Clip) and not chords and len(source.notes) >= FEWEST
    scale = options.scale or (find_key(source)[0].scale if heard and isinstance(source, Clip) else scale_of(old))
    ways = _ways(old, scale, options, source if isinstance(source, Clip) else Clip((), old[-1].end))
    search = SubstitutionSearch(old, ways, scale, options.similarity, played.layers.tune, model or progressions())
    results: list[Reharmonisation] = []
    for row in search.rows(count):
        chosen = [ways[place][node] for place, node in enumerate(row)]
        row_of = [
            (timed.onset + start * timed.duration, timed.onset + end * timed.duration, timed.chord, chord)
            for timed, way in zip(old, chosen, strict=True)
            for start, end, chord in placed(way)
        ]
        new = tuple(TimedChord(onset, end - onset, chord) for onset, end, _, chord in row_of)
        before = [result.clip for result in results]
        voicing = played.anew(row_of, options.voicing or VoicingOptions(scale=scale), before)
        kinds = tuple(way.kind for way in chosen)
        results.append(Reharmonisation(new, kinds, row_similarity(old, new), voicing, scale))
    return results


def _ways(old: list[TimedChord], scale: Scale, options: ReharmoniseOptions, source: Clip) -> list[list[Way]]:
    """What may stand in each chord's place: nothing shorter than half a bar that has a middle, else than a bar; and
    what comes within it comes with something that the clip strikes, but under a chord that is held.
    """
    shortest = source.metre.bar / (1 + (len(source.metre.pulses) % 2 == 0))
    ways = [
        [
            struck
            for way in substitutes(timed.chord, after.chord, scale, options.kinds)
            if (struck := _struck(timed, way, source)) is not None
            and (len(way.parts) == 1 or min(share for share, _ in way.parts) * timed.duration >= shortest - TIGHT)
        ]
        for timed, after in zip(old, [*old[1:], old[0]], strict=True)
    ]
    led = len(old) > 1 and leads(old[-2].chord, old[-1].chord, scale) and old[0].chord.root == scale.root
    if (len(old) > _LOOP or led) and old[-1].chord.root == scale.root:
        # What comes home in the end still does; a loop of a few chords doesn't, unless its dominant leads back there.
        home = [way for way in ways[-1] if way.parts[-1][1].root == scale.root]
        ways[-1] = [way for way in home if way.parts[-1][1].intervals[1] not in (2, 5)]
    return ways if options.within is None else [_within(row, options.within) for row in ways]


def _struck(timed: TimedChord, way: Way, source: Clip) -> Way | None:
    """The way with its chords where the clip strikes something; None where it strikes nothing near."""
    onsets = {note.onset for note in source.notes if timed.onset + _NEAR < note.onset < timed.end - _NEAR}
    starts = [timed.onset + start * timed.duration for start, _, _ in placed(way)]
    if len(starts) == 1 or not onsets:
        return way
    starts[1:] = [min(onsets, key=lambda onset: abs(onset - start)) for start in starts[1:]]
    shares = [(end - start) / timed.duration for start, end in pairwise([*starts, timed.end])]
    if any(abs(share - one) * timed.duration > _NEAR for share, (one, _) in zip(shares, way.parts, strict=True)):
        return None
    return Way(way.kind, tuple((share, chord) for share, (_, chord) in zip(shares, way.parts, strict=True)))


def _within(ways: list[Way], scale: Scale) -> list[Way]:
    """The ways that stay in a scale; what the chord itself has outside is left out of it."""
    kept = Way(ways[0].kind, tuple((share, within(chord, scale)) for share, chord in ways[0].parts))
    return [kept, *(way for way in ways[1:] if all(chord.classes <= scale.classes for _, chord in way.parts))]


def row_similarity(one: Sequence[TimedChord], other: Sequence[TimedChord]) -> float:
    """Mean closeness (0-1) of the chords that sound together, over the time of the first row."""
    total = sum(timed.duration for timed in one)
    borders = sorted({each for row in (one, other) for timed in row for each in (timed.onset, timed.end)})
    shared = 0.0
    for start, end in zip(borders, borders[1:], strict=False):
        a, b = chord_at(one, (start + end) / 2), chord_at(other, (start + end) / 2)
        if a is not None and b is not None:
            shared += (end - start) * closeness(a, b)
    return shared / total
