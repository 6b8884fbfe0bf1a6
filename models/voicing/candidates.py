"""Candidates: every placement of a chord that its style and the rules allow.

Offers: ``candidates``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import product

import numpy as np

from models.music import pitch as pitches
from models.music.errors import Refused
from models.voicing.rules import FURTHEST, Placements, Wanted, allowed, dislikes
from models.voicing.shapes import Shape, grips, shapes

MOST = 40
"""Candidates kept for one chord; the best liked of more."""

_BASS_ROOM = 16
_UPPER_ROOM = 28
_DEEPEST_UPPER = 48


@lru_cache(maxsize=2048)
def candidates(wanted: Wanted) -> Placements:
    """The placements (N, v), rows rising and all different, the best liked first; raises Refused where there is none.

    Afield (``Wanted.furthest``) none breaks a rule of taste.

    Where the style's own shapes fail (a locked line that it can't reach, a narrow range), the tones may lie anywhere.
    """
    # Another idea is to be as clean as it is new: there the rules of taste come before the style.
    strict = wanted.furthest > FURTHEST
    elsewhere = () if strict and not wanted.loose else (_anywhere,)
    for source in (_any_clean if strict else _of_style, *elsewhere):
        found = list(dict.fromkeys(source(wanted)))
        if found:
            left = allowed(np.array(found, dtype=np.int64), wanted, strict=strict)
            if len(left):
                liked = np.argsort(dislikes(left, wanted), kind="stable")[:MOST]
                return left[liked]
    raise Refused(_why_not(wanted), field="range" if wanted.top is None and wanted.bottom is None else "locks")


def _why_not(wanted: Wanted) -> str:
    chord = "the chord on " + pitches.class_name(wanted.root)
    if wanted.top is None and wanted.bottom is None:
        return (
            f"There is no clear way to voice {chord} between {pitches.name(wanted.low)} and "
            f"{pitches.name(wanted.high)}; give a wider or a higher range."
        )
    line = pitches.name(wanted.top or wanted.bottom or 0)
    return f"There is no clear way to voice {chord} with {line} locked; free that line or move the clip an octave up."


def _of_style(wanted: Wanted) -> Iterator[Shape]:
    if wanted.style == "guitar":
        bass = wanted.root if wanted.bass is None else wanted.bass
        found = grips(frozenset((wanted.root + tone) % 12 for tone in wanted.tones) | {bass}, bass)
        nearest = min((abs(len(grip) - wanted.voices) for grip in found), default=0)
        size = max((len(grip) for grip in found if abs(len(grip) - wanted.voices) == nearest), default=0)
        yield from (grip for grip in found if len(grip) == size)
        return
    bass_is_shaped = wanted.style in ("spread", "shell") and wanted.bass in (None, wanted.root)
    if not bass_is_shaped and (wanted.bass_kind == "under" or wanted.bass is not None):
        yield from _over_a_bass(wanted)
    else:
        yield from _placed(shapes(wanted.style, wanted.tones, wanted.voices), wanted, wanted.low, wanted.high)


def _placed(found: Iterable[Shape], wanted: Wanted, low: int, high: int) -> Iterator[Shape]:
    """The shapes at every octave in which they fit between ``low`` and ``high``, or reach a locked line."""
    low = low if wanted.bottom is None else min(low, wanted.bottom)
    high = high if wanted.top is None else max(high, wanted.top)
    for shape in found:
        first = wanted.root + 12 * -((wanted.root + shape[0] - low) // 12)
        for shift in range(first, high - shape[-1] + 1, 12):
            yield tuple(tone + shift for tone in shape)


def _any_clean(wanted: Wanted) -> Iterator[Shape]:
    """The style's own shapes, and where it needn't be kept the tones anywhere, with as many notes as those have."""
    found = list(_of_style(wanted))
    sizes = {len(shape) for shape in found}
    yield from found
    if wanted.loose:
        yield from (shape for shape in _anywhere(wanted) if len(shape) in sizes or not sizes)


def _over_a_bass(wanted: Wanted) -> Iterator[Shape]:
    """The bass as a voice of its own, the other tones in the style's shapes above it."""
    bass = wanted.root if wanted.bass is None else wanted.bass
    below = (bass - wanted.root) % 12
    tones = tuple(tone for tone in wanted.tones if tone != below)
    if len(tones) < 3 and below in (0, 3, 4, 7):
        tones = wanted.tones  # a triad is thin without the bass's own tone
    style = "open" if wanted.style == "spread" else wanted.style
    found = shapes(style, tones, max(wanted.voices - 1, len(tones)))
    floor = max(wanted.low + 7, min(_DEEPEST_UPPER, wanted.high - _UPPER_ROOM // 2))
    uppers = list(_placed(found, wanted, floor, wanted.high))
    lowest = range(wanted.low, min(wanted.low + _BASS_ROOM, wanted.high) + 1)
    for pitch in lowest if wanted.bottom is None else (wanted.bottom,):
        if pitch % 12 == bass or wanted.bottom is not None:
            yield from ((pitch, *upper) for upper in uppers if upper[0] >= pitch + 3)


def _anywhere(wanted: Wanted) -> Iterator[Shape]:
    """Every placement of the tones and the bass, which need not be one of them, in the range, with the locked lines, as
    full as the voices asked for where the bass lies lowest: root, fifth and minor third sound again.
    """
    tones = {*wanted.tones} if wanted.bass is None else {*wanted.tones, (wanted.bass - wanted.root) % 12}
    fixed = {pitch for pitch in (wanted.top, wanted.bottom) if pitch is not None}
    low = wanted.low if wanted.bottom is None else wanted.bottom
    high = wanted.high if wanted.top is None else wanted.top
    free = [tone for tone in sorted(tones) if all((wanted.root + tone - pitch) % 12 for pitch in fixed)]
    again = [tone for tone in (0, 7, 3) if tone in tones and (tone or 11 not in tones)][
        : max(0, wanted.voices - len(tones))
    ]
    places = [
        [pitch for pitch in range(max(low, high - 30), high + 1) if (pitch - wanted.root - tone) % 12 == 0]
        for tone in (*free, *again)
    ]
    found = [tuple(sorted({*chosen, *fixed})) for chosen in product(*places)]
    fullest, below = max(map(len, found), default=0), wanted.root if wanted.bass is None else wanted.bass
    free_below = wanted.bass_kind != "under"
    full = [shape for shape in found if len(shape) == fullest and (free_below or shape[0] % 12 == below)]
    yield from full or [shape for shape in found if len(shape) <= len(free) + len(fixed)]
