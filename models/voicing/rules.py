"""The rules that a placement of a chord has to keep.

Each rule is a function of an array of placements (N, v), rows rising, and of what is wanted; it gives a mask (N,).
``HARD`` rules always hold. ``TASTE`` rules are given up one by one, the last first, where nothing is left otherwise.

The low-interval limits say how deep the lower note of an interval may lie before it turns to mud. Arrangers' textbooks
differ by a tone or two; these lie at the upper end, since synthesiser sounds are rich in overtones.

Offers: ``Wanted``, ``tones_of``, ``voices_of``, ``fewer``, ``allowed``, ``LOWEST_OF_INTERVAL``, ``limits_kept``,
``dislikes``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.music.chord import Chord
from models.voicing.options import MOST_VOICES, Bass, Style, VoicingOptions

Placements = NDArray[np.int64]
Mask = NDArray[np.bool_]

LOWEST_OF_INTERVAL = dict(enumerate((55, 53, 50, 48, 46, 47, 36, 43, 43, 41, 41, 24, 43, 40, 38, 36), 1))
"""Lowest pitch of the lower note, by interval in semitones; wider intervals are free."""

_DEEPER = 16
"""Semitones by which single notes may lie deeper than a chord."""

HAND, _SECONDS_FROM, _AS_A_BASS = 16, 60, 55
"""Semitones that a hand reaches; the pitches from which a second, and an inversion, may lie lowest."""

FURTHEST, AFIELD, NEARER = 4.5, 9.0, 0.3
"""Semitones: a fourth and a bit, so that a progression can walk but not drift away; and where it is to be another one;
and the share of a hand's reach that is.
"""

_SEVENTH, _TWELFTH, _DEEP = 10, 19, 48
"""Semitones, and the pitch below which a bass may lie further below the chords."""

_LEAST_VOICES: dict[Style, int] = {"drop2": 4, "drop3": 4, "spread": 4}

_MOST_DOUBLED = 6
"""Voices of a chord that is played with more."""

_LEAVES_OUT = (7, 0, 5, 2, 9)
"""What a chord with too few voices leaves out, first to last: perfect fifth, root, eleventh, ninth, thirteenth."""

_LIMITS = np.array([LOWEST_OF_INTERVAL.get(interval, 0) for interval in range(128)])


@dataclass(frozen=True, slots=True)
class Wanted:
    """One chord to be placed.

    root, tones   a pitch class, and semitones above it (0-11, rising) that must all sound
    bass          the pitch class that must lie lowest; None: any
    low, high     range; ``low`` and ``high`` themselves are allowed
    top, bottom   the highest, the lowest pitch where it is locked
    broken        its tones are struck one after the other: those that ring together are few, so it may lie deeper
    tune          pitches of a tune that are held with it
    under         the pitch of a bass that plays below; None: none does
    furthest      semitones that the mean may lie from the centre
    middle        that centre; None: the range's
    reach         semitones that it may span; None: any
    loose         it may lie otherwise than the style has it
    """

    root: int
    tones: tuple[int, ...]
    voices: int
    style: Style
    bass_kind: Bass
    bass: int | None
    low: int
    high: int
    top: int | None = None
    bottom: int | None = None
    broken: bool = False
    under: int | None = None
    tune: tuple[int, ...] = ()
    furthest: float = FURTHEST
    middle: float | None = None
    reach: int | None = None
    loose: bool = False

    @property
    def centre(self) -> float:
        """The pitch round which the notes should lie."""
        return (self.low + self.high) / 2 if self.middle is None else self.middle


def tones_of(chord: Chord, options: VoicingOptions, kind: Bass, *, rooted: bool = False) -> tuple[int, ...]:
    """Semitones above the root that have to sound, rising; where a bass has the root (``rooted``), that is the first to
    be left out.
    """
    tones = {interval % 12 for interval in chord.intervals}
    if kind == "under" or (kind == "free" and chord.bass != chord.root):
        tones.add((chord.bass - chord.root) % 12)
    many = len(tones) >= 4
    if options.style == "guitar" and len(tones) >= 5:
        tones.discard(7)
    if options.style == "rootless" and many and kind != "under" and 0 in tones:
        tones.remove(0)
    most = options.voices or MOST_VOICES
    if options.style == "shell" and many and tones & {9, 10, 11} and len(tones) != options.voices:
        tones.discard(7)
    for tone in (0, *_LEAVES_OUT) if rooted else _LEAVES_OUT:
        if len(tones) > most and not (tone == 0 and kind != "none"):
            tones.discard(tone)
    return tuple(sorted(tones))


def voices_of(tones: int, options: VoicingOptions, kind: Bass, played: int) -> int:
    """How many notes the chord takes: those asked for, else as many as are ``played`` at once; never fewer than its
    tones, with one for the bass if apart.
    """
    least = tones if tones < 3 else max(_LEAST_VOICES.get(options.style, 0), tones)
    if kind == "under" and tones >= 3:
        least = max(4, least)
    return max(tones, options.voices or max(least, min(played, _MOST_DOUBLED)))


def fewer(tones: tuple[int, ...], most: int) -> tuple[int, ...]:
    """As many of the tones as there is room for, what a chord does without first left out."""
    for tone in _LEAVES_OUT:
        if len(tones) > most:
            tones = tuple(other for other in tones if other != tone)
    return tones


def in_range(placed: Placements, wanted: Wanted) -> Mask:
    """Every note inside the range, but for a locked line, and all within the reach that is asked for."""
    low = wanted.low if wanted.bottom is None else min(wanted.low, wanted.bottom)
    high = wanted.high if wanted.top is None else max(wanted.high, wanted.top)
    reached = placed[:, -1] - placed[:, 0] <= (127 if wanted.reach is None else wanted.reach)
    return np.asarray((placed[:, 0] >= low) & (placed[:, -1] <= high) & reached)


def clear(placed: Placements, wanted: Wanted) -> Mask:
    """The low-interval limits, for every pair of notes that may ring together."""
    return limits_kept(placed + _DEEPER * (wanted.broken or wanted.style == "guitar"))


def lines_locked(placed: Placements, wanted: Wanted) -> Mask:
    """The locked top and bottom, and the bass that is asked for."""
    mask = np.ones(len(placed), dtype=bool)
    if wanted.top is not None:
        mask &= placed[:, -1] == wanted.top
    if wanted.bottom is not None:
        mask &= placed[:, 0] == wanted.bottom
    elif wanted.bass is not None:
        mask &= placed[:, 0] % 12 == wanted.bass
    return mask


def on_its_root(placed: Placements, wanted: Wanted) -> Mask:
    """The root lies lowest where the chord's bass is a voice of its own, or what lies lowest is heard as a bass."""
    free = wanted.bass_kind == "none" or wanted.bass is not None or wanted.bottom is not None or wanted.broken
    above = (wanted.bass_kind == "free") & (placed[:, 0] >= _AS_A_BASS)
    return np.asarray((placed[:, 0] % 12 == wanted.root) | free | above)


def near_the_centre(placed: Placements, wanted: Wanted) -> Mask:
    """The mean not far from the range's centre, so that a progression can't drift away."""
    return np.asarray(np.abs(placed.mean(axis=1) - wanted.centre) <= wanted.furthest)


def clear_of_the_bass(placed: Placements, wanted: Wanted) -> Mask:
    """The low-interval limits, and no minor ninth, over a bass that another voice plays."""
    if wanted.under is None:
        return np.ones(len(placed), dtype=bool)
    both = np.column_stack([np.full(len(placed), wanted.under), placed])
    return np.asarray(clear(both, wanted) & ~(placed - wanted.under == 13).any(axis=1))


def clear_of_the_tune(placed: Placements, wanted: Wanted) -> Mask:
    """No semitone beside a note that the tune holds."""
    return np.asarray((np.abs(placed[:, :, None] - np.array(wanted.tune, dtype=int)) != 1).all(axis=(1, 2)))


def one_hand(placed: Placements, wanted: Wanted) -> Mask:
    """What is struck above a bass lies under one hand."""
    free = wanted.under is None or wanted.broken or wanted.style == "spread"
    return np.asarray((placed[:, -1] - placed[:, 0] <= HAND) | free)


def no_rub_below(placed: Placements, wanted: Wanted) -> Mask:
    """No semitone between the lowest two notes, or those over a deep one, nor a tone where they lie low, nor any second
    low down where the style is free; but in clusters. No minor third on a guitar's low strings.
    """
    gaps = np.diff(placed, axis=1)
    rubs = (gaps == 1) | ((gaps == 2) & (placed[:, :-1] < _SECONDS_FROM))
    rubbing = rubs[:, 0] | (rubs[:, 1:2].any(axis=1) & (placed[:, 0] < _DEEP))
    rubbing |= ((gaps <= 2) & (placed[:, :-1] < _SECONDS_FROM)).any(axis=1) & wanted.loose
    rubbing |= (gaps[:, 0] == 3) & (placed[:, 0] < LOWEST_OF_INTERVAL[3]) & (wanted.style == "guitar")
    return np.asarray(~rubbing | (wanted.style == "cluster"))


def firm_below(placed: Placements, wanted: Wanted) -> Mask:
    """What lies lowest in the depths is root, third or fifth, and a sharp ninth lies far above the third."""
    firm = (placed[:, 0] >= _DEEP) | np.isin((placed[:, 0] - wanted.root) % 12, (0, 3, 4, 7))
    thirds = ((placed[:, :-1] - wanted.root) % 12 == 3) & (np.diff(placed, axis=1) == 1)
    return np.asarray((firm | (wanted.bass is not None)) & ~thirds.any(axis=1))


def no_minor_ninth(placed: Placements, wanted: Wanted) -> Mask:
    """No minor ninth between two notes: the harshest interval of a held chord."""
    return np.asarray(~(_intervals(placed) == 13).any(axis=(1, 2)))


def no_crowd(placed: Placements, wanted: Wanted) -> Mask:
    """But in clusters no two seconds in a row, and no semitone under the highest note, which would blur the top line;
    where the style is free, no second there, nor a semitone within.
    """
    gaps = np.diff(placed, axis=1)
    crowded = ((gaps[:, 1:] <= 2) & (gaps[:, :-1] <= 2)).any(axis=1)
    rubs = (gaps[:, -1] <= 2) | (gaps == 1).any(axis=1) if wanted.loose else gaps[:, -1] == 1
    return np.asarray(~(crowded | rubs) | (wanted.style == "cluster"))


def no_hole(placed: Placements, wanted: Wanted) -> Mask:
    """No gap over an octave between the upper voices, a seventh where the style is free, and none over a twelfth above
    the bass, but for a deep one.
    """
    gaps = np.diff(placed, axis=1)
    above = np.zeros(len(placed)) if wanted.under is None else placed[:, 0] - wanted.under
    most = _TWELFTH + 12 * (wanted.under is not None and wanted.under < _DEEP)
    lowest = _TWELFTH if wanted.under is None else 12
    upper = gaps[:, wanted.under is None :] <= (_SEVENTH if wanted.loose else 12)
    return np.asarray(upper.all(axis=1) & (gaps[:, 0] <= lowest) & (above <= most))


def no_doubled_third(placed: Placements, wanted: Wanted) -> Mask:
    """The major third, the leading notes, and the tensions over a third sound once."""
    mask: Mask = np.ones(len(placed), dtype=bool)
    for tone in {1, 4, 6, 10, 11, *((2, 5, 9) if {3, 4} & {*wanted.tones} else ())} & {*wanted.tones}:
        mask &= (placed % 12 == (wanted.root + tone) % 12).sum(axis=1) <= 1
    return mask


Rule = Callable[[Placements, Wanted], Mask]
HARD: tuple[Rule, ...] = (in_range, clear, lines_locked)
TASTE: tuple[Rule, ...] = (
    on_its_root,
    clear_of_the_bass,
    clear_of_the_tune,
    one_hand,
    no_hole,
    no_minor_ninth,
    no_rub_below,
    firm_below,
    no_crowd,
    no_doubled_third,
    near_the_centre,
)


def allowed(placed: Placements, wanted: Wanted, *, strict: bool = False) -> Placements:
    """The placements that keep all hard rules and as many rules of taste, from the first on, as leave any; or all."""
    for rule in HARD:
        if len(placed):
            placed = placed[rule(placed, wanted)]
    for rule in TASTE:
        if placed.shape[0] and placed.shape[1] > 1:
            kept = placed[rule(placed, wanted)]
            placed = kept if len(kept) or strict else placed
    return placed


def limits_kept(placed: Placements) -> Mask:
    """For each placement (N, v): does every pair of notes keep the low-interval limits?"""
    intervals = np.clip(_intervals(placed), 0, 127)
    return np.asarray((placed[:, :, None] >= _LIMITS[intervals]).all(axis=(1, 2)))


def _intervals(placed: Placements) -> Placements:
    """Semitones from each note (second axis) up to each other (third axis); 0 and less downwards."""
    intervals: Placements = placed[:, None, :] - placed[:, :, None]
    return intervals


def dislikes(placed: Placements, wanted: Wanted) -> NDArray[np.int64]:
    """How little a musician likes each placement by itself, whole numbers from 0, for equals in motion.

    Distance from the register's centre, a second inversion, rubbing semitones, and uneven gaps.
    """
    cost = 12 * np.abs(placed.mean(axis=1) - wanted.centre)
    if wanted.bass is None and wanted.bass_kind == "free":
        lowest = (placed[:, 0] - wanted.root) % 12
        cost = cost + 30 * np.isin(lowest, (5, 6, 7, 8)) + 10 * (lowest != 0)
    if placed.shape[1] > 1:
        gaps = np.diff(placed, axis=1)
        cost = cost + 12 * (gaps == 1).sum(axis=1) + 4 * gaps[:, 1:].std(axis=1) if placed.shape[1] > 2 else cost
        # Over a low bass a third or a fourth is thick.
        cost = cost + 45 * ((gaps[:, 0] < 7) & (placed[:, 0] < 53)) * (wanted.bass_kind == "under")
    return np.asarray(np.rint(cost), dtype=np.int64)
