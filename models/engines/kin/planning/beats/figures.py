"""Figures that a time is played in: what hats, a ride or a shaker may run in instead of what they run in.

A figure is the places of the bar, in steps, where the lane is struck. It has more places than what the lane runs in, or
fewer: what turns off and on at once is another beat. What marks the beats marks them still, and what runs off the beat
brings none on it.

Offers: ``figures_of``, ``others_of``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_STRAIGHT = (
    "x.x.x.x.",
    "x...x...",
    "xxxxxxxx",
    "x.xxx.xx",
    "xxx.xxx.",
    "x.x.x.xx",
    "x.xxx.x.",
    "x...x.x.",
    "x.x.xxxx",
    "..x...x.",
    "..xx..xx",
    "..x.....",
    "......x.",
    ".xxx.xxx",
    "xx.xxx.x",
    "x..xx..x",
)
_OTHERS = ("x..xx..x", "x..x..x.", "x...x.xx", "x.xx.xx.")
"""What is neither fuller nor thinner than 8ths: another beat's."""
_SWUNG = ("x.xx.x", "x.xx..", "xxxxxx", "x..x.x", "x.xxxx", "..x..x")
_COMPOUND = ("x.x.x.", "x.....", "xxxxxx", "x...x.", "x.xxx.", "x.x.xx", "xxx.x.")
"""What two beats are played in, of 16ths or of triplets; what a beat of 6/8 is played in."""
_LEAST, _THINNEST = 0.15, 0.4
"""Share of a lane's places by which another figure differs at least, and which it keeps."""
_SIXTEENTHS, _IN_A_ROW = 6, 4


def figures_of(
    own: set[int],
    firm: Sequence[set[int]],
    bar: int,
    beat: int,
    fine: int,
    *,
    fast: bool = False,
    thinnest: float = _THINNEST,
) -> list[frozenset[int]]:
    """What a lane may be played in, neighbours in the list as unlike as may be; empty where there is nothing.

    own    places of the bar where it is struck, in steps of 1/24 beat, as are ``bar``, ``beat``, ``fine`` (new hits')
    firm   sets of places, of one of which at least the lane keeps what it has
    fast   one hand plays no four 16ths in a row; thinnest: share of its places that it keeps at least
    """
    beats, swung = set(range(0, bar, beat)), fine == 8
    table, slot = (_COMPOUND, 6) if beat % 18 == 0 else (_SWUNG, 8) if swung else (_STRAIGHT, 6)
    raw = [_places(text, bar, slot, fine) for text in table]
    regular = any(own == one for one in raw) or not own - beats
    fast = fast and not _runs(own)
    found = [
        figure
        for one in raw
        for figure in ([one] if regular else [own | one, own & one])
        if (figure > own or figure < own)
        and any(places & own <= figure for places in firm if places & own or len(firm) == 1)
        and (beats & own or not figure & beats)
        and len(figure & own) >= thinnest * len(own)
        and len(figure ^ own) >= max(2.0, _LEAST * len(own))
        and not (fast and _runs(figure))
    ]
    return _apart(list(dict.fromkeys(map(frozenset, found))))


def others_of(own: set[int], bar: int, beat: int, fine: int) -> list[frozenset[int]]:
    """What comes instead of 8ths in another beat of 16ths, neither fuller nor thinner; see ``figures_of``."""
    eighths = own == set(range(0, bar, beat // 2))
    return (
        [frozenset(_places(text, bar, _SIXTEENTHS, fine)) for text in _OTHERS]
        if eighths and fine == _SIXTEENTHS
        else []
    )


def _places(text: str, bar: int, slot: int, fine: int) -> set[int]:
    return {place for place in range(0, bar, slot) if text[place // slot % len(text)] == "x" and place % fine == 0}


def _runs(places: Iterable[int]) -> bool:
    """Are there four 16ths in a row?"""
    places = set(places)
    return any(all(place + number * _SIXTEENTHS in places for number in range(_IN_A_ROW)) for place in places)


def _apart(figures: list[frozenset[int]]) -> list[frozenset[int]]:
    """Figures in an order in which each is as unlike as may be those before it, the latest most of all."""
    order = figures[:1]
    while len(order) < len(figures):
        left = [figure for figure in figures if figure not in order]
        order.append(max(left, key=lambda one: (min(len(one ^ other) for other in order[-3:]), sorted(one))))
    return order
