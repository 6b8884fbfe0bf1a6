"""What a tune says of its chords: its key, how well they take its notes while they sound, what the ends of its phrases
and its notes from outside the key ask for.

Weights are log weights in nats, a row of 144 symbols (``symbols``) for each stretch of time; 0 is perfect, or nothing.

Offers: ``key_of``, ``fit_of``, ``cadences_of``, ``asked_for``, ``MISFITS``, ``STRONG``, ``ASKED_FOR`` and
``OUT_OF_PLACE``.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from itertools import zip_longest

import numpy as np
from numpy.typing import NDArray

from models.analysis.arrays import NoteArrays
from models.analysis.key import find_key, find_scale
from models.harmony.beam import Stretch
from models.harmony.symbols import SYMBOLS, TONES
from models.music.beats import TIGHT, Metre, strength
from models.music.chord import FAMILIES
from models.music.clip import Clip
from models.music.errors import BadValue
from models.music.note import Note
from models.music.scale import Scale

_BY_FAR = 1.5
"""How much longer a tune stays on its first and last note than on the tonic a fifth below, where that note is home."""
STRONG = 0.8
"""A place of this strength (``beats.strength``) is a strong beat: the bar line and the half of an even bar."""

_FOREIGN_ON_STRONG, _WITHIN = 9.0, 7.0
_LEANING, _CADENTIAL = 0.45, 0.3
"""Nats for a note outside the chord on a bar line, or the longest, and on a strong beat within; what of that one costs
that leans on a chord tone beside it, as an appoggiatura; and the tonic that is held up before its leading note, the
fourth of a cadence.
"""
_TENSION, _RUB = 0.5, 1.8
_RESTS, _CARRIED, _UNCARRIED = 1.2, 0.6, 2.0
"""Beats from which on the longest note of a stretch is one the tune rests on; the share of its time that a chord's own
tones have at least, and nats for each beat less.
"""
ASKED_FOR, OUT_OF_PLACE = 1.5, 4.0
"""Nats for a dominant whose leading note the tune has; and for one that the dial wouldn't let in, in other places."""
_COMES_HOME, _LEADS_HOME, _AT_HOME, _HALF_WAY = 6.0, 4.5, 2.0, 3.0
"""Nats for the tonic under a last note that rests on it, the dominant before, the tonic there already; and for a
dominant where a phrase stays open.
"""
_LONG, _AT_LEAST, _BLUE = 1.5, 1.0, 1.0
"""Beats that a note at the end of a phrase lasts, with the rest after it, the very last one where there is no such, and
a blue note, at least.
"""

_ROOTS, _FAMILIES = np.arange(SYMBOLS) // len(FAMILIES), np.array(FAMILIES * 12)

Weights = NDArray[np.float64]


def key_of(line: Sequence[Note], melody: Clip) -> Scale:
    """The mode of seven tones that a tune is in: a pentatonic one takes its key's scale, for chords need thirds; one
    note alone from outside the key, but minor's leading note, makes no mode.

    It stands on the note that the tune ends on, where that is more of a tonic than the one found: foreign to the
    other's triad or its fifth, sung longer, and with the tune's first note in the triad on it.
    """
    if melody.key:
        with suppress(BadValue):
            return Scale.parse(melody.key)
    key = find_key(melody)[0]
    scale, own = find_scale(key, NoteArrays.of(melody.notes)), {*key.scale.classes, (key.scale.root + 11) % 12}
    if len(scale.classes) != 7 or sum(note.pitch in scale and note.pitch % 12 not in own for note in line) == 1:
        scale = key.scale
    first, last = (line[place].pitch % 12 for place in (0, -1))
    first = next((note.pitch % 12 for note in line if melody.metre.in_bar(note.onset) < TIGHT), first)
    third = 3 if last + 3 in scale else 4
    if last not in scale or last + 7 not in scale or (last - scale.root) % 12 in (0, 3, 4):
        return scale
    there, here = (sum(note.duration for note in line if note.pitch % 12 == tone) for tone in (scale.root, last))
    fifth = (last - scale.root) % 12 == 7
    tonic = first in ([last] if fifth else [last, (last + third) % 12, (last + 7) % 12])
    if tonic and here >= there * (_BY_FAR if fifth else 1):
        return Scale.from_intervals(last, {(tone - last) % 12 for tone in scale.classes})
    return scale


def fit_of(line: Sequence[Note], stretch: Stretch, scale: Scale, metre: Metre) -> Weights:
    """How well each symbol (144,) takes the notes that sound in a stretch: 0 is perfect, below it misfit."""
    fit, carried, whole = np.zeros(SYMBOLS), np.zeros(SYMBOLS), 0.0
    every = [min(note.end, stretch.end) - max(note.onset, stretch.onset) for note in line]
    for note, after, sounding in zip_longest(line, line[1:], every):
        if sounding <= TIGHT:
            continue
        tone = (note.pitch - scale.root) % 12
        foreign = MISFITS[tone] > 0
        begins = stretch.onset - TIGHT <= note.onset
        force = strength(note.onset, metre) if begins else 0.5
        # A note from outside the key, and minor's leading note, rubs with what it isn't part of, with neighbours more.
        inside = note.pitch in scale and not (tone == 11 and (scale.root + 3) % 12 in scale)
        beside = (MISFITS[(tone + 1) % 12] == 0) + (MISFITS[tone - 1] == 0)
        rub = MISFITS[tone] if inside else _RUB * foreign * (1.0 + beside) * np.where(MISFITS[tone - 1] == 0, 2, 1)
        misfit = rub * sounding * (0.5 + force)
        # What lasts longest is heard as the chord's, wherever it begins.
        rests = sounding >= max(_RESTS, *every) - TIGHT
        if begins and (force >= STRONG or rests):
            leans = after is not None and abs(after.pitch - note.pitch) in (1, 2) and after.onset < stretch.end - TIGHT
            resolved = MISFITS[(after.pitch - scale.root) % 12] == 0 if leans and after is not None else False
            held_up = tone == 0 and after is not None and after.pitch == note.pitch - 1
            weight = (_FOREIGN_ON_STRONG if force >= 1 or rests else _WITHIN) * min(1.0, sounding) * foreign
            misfit = misfit + weight * np.where(resolved, _CADENTIAL if held_up else _LEANING, 1)
        fit -= misfit
        carried, whole = carried + sounding * ~foreign, whole + sounding
    return fit - _UNCARRIED * np.maximum(0.0, _CARRIED * whole - carried)


def cadences_of(line: Sequence[Note], stretches: Sequence[Stretch], scale: Scale, melody: Clip) -> Weights:
    """What the ends of the tune's phrases ask for, (stretches, 144): under a last note of the tonic chord the tonic,
    and the dominant before it; the dominant where the tune stays open in the middle or at the end.
    """
    wanted = np.zeros((len(stretches), SYMBOLS))
    minor = (scale.root + 3) % 12 in scale and (scale.root + 4) % 12 not in scale
    leading = (scale.root + 11) % 12 in scale or any((note.pitch - scale.root) % 12 == 11 for note in line)
    home = (_ROOTS == 0) * (np.isin(_FAMILIES, ("maj", "min")) + 0.6 * np.isin(_FAMILIES, ("maj7", "min7")))
    dominant = (_ROOTS == 7) & np.isin(_FAMILIES, ("maj", "7") if leading else ("min", "min7"))
    if not leading:
        # Modes come home from the chord below, or from the one above where that is a semitone.
        above = (scale.root + 1) % 12 in scale
        dominant = (_ROOTS == 1) & (_FAMILIES == "maj") if above else dominant | ((_ROOTS == 10) & (_FAMILIES == "maj"))
    rests = [(note, after.onset) for note, after in zip(line, line[1:], strict=False)] + [(line[-1], melody.length)]
    rests = [(note, after) for note, after in rests if after - note.onset >= _LONG]
    halves = [pair for pair in rests if pair[0].onset < melody.length / 2][-1:]
    last = [pair for pair in rests if pair[0].onset >= melody.length - 2 * melody.metre.bar][-1:]
    last = last or [(line[-1], melody.length)] * (melody.length - line[-1].onset >= _AT_LEAST)
    for (note, after), final in [
        *((pair, False) for pair in halves if pair not in last),
        *((one, True) for one in last),
    ]:
        tone = (note.pitch - scale.root) % 12
        rings = min(after, note.onset + 2 * melody.metre.bar) if final else note.end
        under = [place for place, one in enumerate(stretches) if note.onset - TIGHT < one.onset < rings]
        under = under or [place for place, one in enumerate(stretches) if one.onset < note.end][-1:]
        if final and tone in (0, 3 if minor else 4, 7):
            wanted[under] += _COMES_HOME * home * (0.5 if tone == 7 else 1.0)
            wanted[max(0, under[0] - 1) : under[0]] += _LEADS_HOME * dominant - _AT_HOME * (_ROOTS == 0)
        elif tone in (2, 11):
            wanted[under] += _HALF_WAY * dominant * (1.5 if final else 1.0)
    return wanted


def asked_for(line: Sequence[Note], stretches: Sequence[Stretch], scale: Scale) -> NDArray[np.bool_]:
    """The dominants, (stretches, 144), that the tune's own notes from outside the key ask for, where they sound: a C#
    that goes on to D in C major is the third of A7; a Bb that falls to A the seventh of C7, as is a long, blue one; a
    long Eb that of F7.
    """
    asked = np.zeros((len(stretches), SYMBOLS), dtype=bool)
    for note, after in zip_longest(line, line[1:]):
        tone = (note.pitch - scale.root) % 12
        symbols: list[int] = []
        leads = note.pitch not in scale and after is not None and after.pitch - note.pitch == 1
        if leads and scale.root + tone - 4 in scale:
            symbols = [(tone - 4) % 12 * len(FAMILIES) + FAMILIES.index(name) for name in ("maj", "7")]
        elif tone == 11 and note.pitch not in scale and scale.root + 3 in scale:
            symbols = [7 * len(FAMILIES) + FAMILIES.index(name) for name in ("maj", "7")]
        elif note.pitch not in scale and (
            (tone in (3, 10) and note.duration >= _BLUE)
            or (tone == 10 and after is not None and after.pitch == note.pitch - 1)
        ):
            symbols = [(tone + 2) % 12 * len(FAMILIES) + FAMILIES.index("7")]
        for place, stretch in enumerate(stretches):
            asked[place, symbols] |= note.onset < stretch.end - TIGHT and note.end > stretch.onset + TIGHT
    return asked


def _misfit(tone: int, symbol: int) -> float:
    # The root above its own major seventh rubs as well, and the minor third below the chord's major one.
    root, family = divmod(symbol, len(FAMILIES))
    rubs = (tone - 1) % 12 in TONES[symbol] or ((tone - root) % 12 == 3 and FAMILIES[family] in ("maj", "maj7", "7"))
    return _RUB if rubs else 0.0 if tone in TONES[symbol] else _TENSION


MISFITS = np.array([[_misfit(tone, symbol) for symbol in range(SYMBOLS)] for tone in range(12)])
"""How badly each symbol takes a note, (12 semitones above the tonic, 144): 0 where it is one of its tones."""
