"""Does it keep the figure?

    bars copied    share of the clip's bars that come back to the letter
    bars emptied   share of those with notes that are left without
    returns        how alike (Dice, 0-1) the result's bars are where the clip's bars are the same or nearly
    splice         how much nearer to the clip one part of the result is than the other, cut where that is most; 0-1:
                   near 1 is half a clip with another piece glued to it
    last class     1 where the line ends on the clip's last pitch class
    last place     1 where it ends within half a beat of the clip's last onset

Offers: ``keeps_figure``.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from models.evaluation.musical.parts import UNSAID, bars_of, dice, share
from models.music.clip import Clip

_RETURN = 0.75
"""Bars that share so much are the same figure."""
_HALF_BEAT = 0.5
_PITCHED_END = 1e-6


def keeps_figure(before: Clip, after: Clip) -> dict[str, float]:
    """All measures of this page, of a result in its clip's time; of drums no last class."""
    old, new = bars_of(before), bars_of(after)
    old, new = ([*bars, *(set() for _ in range(max(len(old), len(new)) - len(bars)))] for bars in (old, new))
    there = [number for number, bar in enumerate(old) if bar]
    returns = [(i, j) for i, j in combinations(there, 2) if dice(old[i], old[j]) >= _RETURN]
    near = np.array([dice(one, other) for one, other in zip(old, new, strict=True)])
    least = 2 if len(near) >= 4 else 1
    cuts = range(least, len(near) - least + 1)
    return {
        "bars copied": share([old[i] == new[i] for i in there]),
        "bars emptied": share([not new[i] for i in there]),
        "returns": float(np.mean([dice(new[i], new[j]) for i, j in returns])) if returns else UNSAID,
        "splice": max((abs(float(near[:cut].mean() - near[cut:].mean())) for cut in cuts), default=UNSAID),
    } | _ending(before, after)


def _ending(before: Clip, after: Clip) -> dict[str, float]:
    """How the leading line ends: of a bass the lowest last note, else the highest."""
    if not before.notes or not after.notes:
        return {"last class": UNSAID, "last place": UNSAID}
    one, other = (max(note.onset for note in clip.notes) for clip in (before, after))
    pick = min if before.role == "bass" else max
    classes = [
        pick(note.pitch for note in clip.notes if note.onset > last - _PITCHED_END) % 12
        for clip, last in ((before, one), (after, other))
    ]
    return {
        "last class": UNSAID if before.drums else float(classes[0] == classes[1]),
        "last place": float(abs(one - other) <= _HALF_BEAT),
    }
