"""Harmonise a melody: find the chords that fit under it and follow each other well, then voice them.

The harmony may change at bar lines and half bars. Each choice is weighed by three things: how well the chord takes the
notes above it, how likely it is after the chords before (``progressions``), and how often harmony changes at such a
place; the colour dial opens the palette. The best row of chords comes from a beam search over whole histories; further
results are kept away from the roots that earlier ones have taken.

Offers: ``harmonise``, ``harmonies``, ``HarmoniseOptions``, ``Harmonisation``, ``chord_tone_share``, ``inside``,
``room_under``, ``struck_with``, ``top_line``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from operator import itemgetter
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from models.constraints import lines
from models.harmony.beam import Search, Stretch
from models.harmony.progressions import ProgressionModel, progressions
from models.harmony.symbols import SEVENTH, SYMBOLS, TONES, chord_of_symbol, levels, roman
from models.harmony.tune_fit import ASKED_FOR, OUT_OF_PLACE, STRONG, asked_for, cadences_of, fit_of, key_of
from models.music.beats import TIGHT, Metre, strength
from models.music.chord import FAMILIES, TimedChord, chord_at
from models.music.clip import Clip
from models.music.errors import BadValue, EmptyClip, Refused
from models.music.note import Note
from models.music.scale import Scale
from models.music.similarity import similarity
from models.voicing.options import Style, VoicingOptions
from models.voicing.spans import Span, held_above
from models.voicing.voice import Voicing, voice_spans

_HALF = 0.35
"""How much rarer than in songs the harmony changes within a bar: a tune asks for that only now and then."""
_SHORTEST, _UNHURRIED = 0.7, 1.2
"""Seconds of half a bar within which no harmony changes, and up to which it does so more seldom still."""

_SOFTER, _GROUND, _LEAST = 0.82, 4, 0.1
"""What chords have of the velocity of the tune above them, what the bass has more, and beats that a note has at least
behind a bar line to be struck again there.
"""

_TOO_ALIKE = 0.7
"""The likeness to an earlier result up to which one is another idea."""
_LAYOUTS: tuple[Style, ...] = ("close", "open", "drop2", "spread")
"""How the chords of each idea in turn are laid out over their bass, the others where that is too alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HarmoniseOptions:
    """How a melody is to be harmonised; raises BadValue, with the field's name.

    scale    the key or mode; None: found from the melody
    within   a scale that no tone of a chord may leave; None: colours may
    colour   0-1: 0 the key's triads, then sevenths, borrowed chords, secondary dominants, 1 whatever fits
    every    beats from change to change; None: as the melody and the style of the songs learned from ask
    voicing  how the chords are played; None: close, under the melody
    """

    scale: Scale | None = None
    within: Scale | None = None
    colour: float = 0.3
    every: float | None = None
    voicing: VoicingOptions | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.colour <= 1:
            raise BadValue(f"The colour must be 0 to 1, not {self.colour:g}.", field="colour")
        if self.every is not None and not 0.5 <= self.every <= 64:
            raise BadValue(f"A chord can last 0.5 to 64 beats, not {self.every:g}.", field="every")


@dataclass(frozen=True, slots=True)
class Harmonisation:
    """One result.

    chords       the harmony, without a gap from the first bar line after an upbeat to the melody's end
    numerals     the same, from the key: "I", "vi", "bVII"
    scale        the key it is in
    voicing      the chords as a clip of their own
    chord_tones  share (0-1) of the melody's notes on strong beats that belong to their chord; 1 where there are none
    surprise     mean surprise of a chord under the model, in bits
    """

    chords: tuple[TimedChord, ...]
    numerals: tuple[str, ...]
    scale: Scale
    voicing: Voicing
    chord_tones: float
    surprise: float

    @property
    def clip(self) -> Clip:
        """The chords, voiced."""
        return self.voicing.clip


def harmonise(
    melody: Clip, options: HarmoniseOptions | None = None, count: int = 1, model: ProgressionModel | None = None
) -> list[Harmonisation]:
    """Up to ``count`` harmonies of a melody, the best first, each with other roots than those before in a third of it.

    Raises EmptyClip for a clip without notes, Refused where no chord lies within the scale, EngineUnavailable where the
    table of progressions is missing.
    """
    return list(harmonies(melody, options, count, model))


def harmonies(
    melody: Clip, options: HarmoniseOptions | None = None, count: int = 1, model: ProgressionModel | None = None
) -> Iterator[Harmonisation]:
    """What ``harmonise`` gives, each as soon as it is found."""
    options = options or HarmoniseOptions()
    model = model or progressions()
    line = top_line(melody)
    if not line:
        raise EmptyClip("There is no melody to harmonise; choose a clip with notes.")
    scale = options.scale or key_of(line, melody)
    tones = {(tone - scale.root) % 12 for tone in scale.classes}
    # A minor mode whose leading note sounds draws on the minor sixth and seventh as well.
    both = {3, 11} <= tones and options.scale is None
    chords_of = Scale.from_intervals(scale.root, tones | {8, 10}) if both else scale
    stretches = _stretches(melody, line[0].onset, options.every, model)
    fit = np.array([fit_of(line, stretch, chords_of, melody.metre) for stretch in stretches])  # (S, 144)
    cadences = cadences_of(line, stretches, chords_of, melody)
    # Where a phrase ends the harmony changes within a bar as readily as at its line.
    stretches = [
        replace(one, change=max(one.change, model.changes[0])) if cadences[place].any() else one
        for place, one in enumerate(stretches)
    ]
    asked = asked_for(line, stretches, chords_of)  # (S, 144)
    more = np.flatnonzero(asked.any(axis=0))
    fit += ASKED_FOR * asked - OUT_OF_PLACE * (~asked & asked.any(axis=0) & (levels(chords_of) > SEVENTH))
    allowed = None if options.within is None else inside(np.arange(SYMBOLS), options.within, scale.root)
    search = Search(melody, stretches, fit, cadences, chords_of, model, options.colour, allowed, more)
    given: list[Clip] = []
    for rank, row in enumerate(search.rows(count)):
        turned = (*_LAYOUTS[rank % len(_LAYOUTS) :], *_LAYOUTS[: rank % len(_LAYOUTS)])
        close = VoicingOptions(range=room_under(line), bass="under", scale=scale, loose=True)
        layouts = [options.voicing] if options.voicing else [replace(close, style=style) for style in turned]
        found = _finished(melody, line, row, stretches, scale, partial(_laid_out, line, layouts, given), model)
        given.append(found.clip)
        yield found


def _laid_out(
    line: Sequence[Note], layouts: Sequence[VoicingOptions], given: Sequence[Clip], chords: Sequence[TimedChord]
) -> Voicing:
    """The chords in the first of the layouts that is another than those given, or in the one that is the least like."""
    spans = [Span(on, on + last, chord, tune=held_above(on, on + last, line)) for on, last, chord in chords]
    found: list[tuple[float, Voicing]] = []
    for layout in layouts:
        voicing = (voice_spans(spans, layout, unlike=given) or voice_spans(spans, layout))[0]
        found.append((max((similarity(voicing.clip.notes, other.notes) for other in given), default=0.0), voicing))
        if found[-1][0] <= _TOO_ALIKE:
            break
    return min(found, key=itemgetter(0))[1]


def top_line(clip: Clip) -> list[Note]:
    """The highest note at each onset, muted ones left out, in time order."""
    sounding = [note for note in clip.notes if not note.mute]
    return [sounding[index] for index in lines.top_line(sounding)]


def chord_tone_share(line: Sequence[Note], chords: Sequence[TimedChord], metre: Metre) -> float:
    """Share (0-1) of the notes that begin on strong beats and belong to the chord there; 1 where there are none."""
    strong = [note for note in line if strength(note.onset, metre) >= STRONG]
    hits = sum(1 for note in strong if (chord := chord_at(chords, note.onset)) is not None and note.pitch in chord)
    return hits / len(strong) if strong else 1.0


def _stretches(melody: Clip, first: float, every: float | None, model: ProgressionModel) -> list[Stretch]:
    """The shortest times that one chord may take, each with the chance that a new one begins there; none under the
    upbeat of a tune whose ``first`` note comes in the second half of a bar, nor before.
    """
    metre, starts = melody.metre, []
    if every is not None:
        starts = [(place * every, 0.9) for place in range(math.ceil(melody.length / every - TIGHT))]
    else:
        pulses = metre.pulses
        half = pulses[len(pulses) // 2] if len(pulses) % 2 == 0 else metre.bar
        seconds = half * 60 / melody.tempo
        for bar in range(metre.bars(melody.length)):
            starts.append((bar * metre.bar, model.changes[0]))
            if half < metre.bar > 2 and seconds >= _SHORTEST:
                starts.append((bar * metre.bar + half, _HALF * model.changes[1] * min(1.0, seconds / _UNHURRIED)))
    begins = metre.bar_of(first)
    begins += metre.in_bar(first) >= metre.bar / 2 - TIGHT and begins + 1 < metre.bars(melody.length)
    starts = [(onset, chance) for onset, chance in starts if onset < melody.length - TIGHT]
    starts = [(onset, chance) for onset, chance in starts if begins * metre.bar <= onset] or starts
    ends = [onset for onset, _ in starts[1:]] + [melody.length]
    return [
        Stretch(onset, end, chance, every is not None or metre.in_bar(onset) < TIGHT)
        for (onset, chance), end in zip(starts, ends, strict=True)
    ]


def inside(symbols: NDArray[np.int64], scale: Scale, tonic: int) -> NDArray[np.int64]:
    """Those of the symbols that lie in a scale, of all there are where none does."""
    classes = frozenset((tone - tonic) % 12 for tone in scale.classes)
    every = np.array(
        [TONES[symbol] <= classes and FAMILIES[symbol % len(FAMILIES)] != "5" for symbol in range(SYMBOLS)]
    )
    found = symbols[every[symbols]]
    if not every.any():
        raise Refused(
            f"No chord of three tones lies within {scale}; choose a scale with more tones, or none.", field="scale"
        )
    return found if len(found) else np.flatnonzero(every)


def _finished(
    melody: Clip,
    line: Sequence[Note],
    row: tuple[int, ...],
    stretches: list[Stretch],
    scale: Scale,
    laid_out: Callable[[Sequence[TimedChord]], Voicing],
    model: ProgressionModel,
) -> Harmonisation:
    starts = [place for place in range(len(row)) if place == 0 or row[place] != row[place - 1]]
    symbols = [row[place] for place in starts]
    ends = [stretches[place].onset for place in starts[1:]] + [melody.length]
    chords = tuple(
        TimedChord(stretches[place].onset, end - stretches[place].onset, chord_of_symbol(symbol, scale.root))
        for place, end, symbol in zip(starts, ends, symbols, strict=True)
    )
    voicing = laid_out(chords)
    notes = struck_with(line, voicing.clip.notes, melody.metre)
    clip = Clip(notes, melody.length, name=melody.name, tempo=melody.tempo, metre=melody.metre, role="chords")
    clip = replace(clip, key=melody.key)
    return Harmonisation(
        chords,
        tuple(map(roman, symbols)),
        scale,
        replace(voicing, clip=clip),
        chord_tone_share(line, chords, melody.metre),
        -model.log_likelihood(symbols) / len(symbols) / math.log(2),
    )


def struck_with(line: Sequence[Note], chords: Sequence[Note], metre: Metre) -> tuple[Note, ...]:
    """Chords under a tune as a player strikes them: a shade softer than the tune is while they sound, the bass a little
    above the rest, what is held over bar lines struck again at each.
    """
    usual = fmean(note.velocity for note in line)
    struck = []
    for note in chords:
        for bar in range(int((note.onset + TIGHT) // metre.bar), math.ceil((note.end - _LEAST) / metre.bar)):
            onset, end = max(note.onset, bar * metre.bar), min(note.end, (bar + 1) * metre.bar)
            above = [one.velocity for one in line if one.onset < end - TIGHT and one.end > onset + TIGHT]
            lowest = all(other.pitch >= note.pitch for other in chords if other.onset == note.onset)
            loud = _SOFTER * fmean(above or [usual]) + (_GROUND if lowest else 0)
            struck.append(note.moved(onset=onset, duration=end - onset, velocity=max(1, min(127, round(loud)))))
    return tuple(struck)


def room_under(line: Sequence[Note]) -> tuple[int, int]:
    """A range for close chords that leaves the melody its room, but doesn't go down into the mud with it."""
    heights = sorted(note.pitch for note in line)
    high = min(77, max(64, heights[len(heights) // 4] - 1))
    return high - 28, high
