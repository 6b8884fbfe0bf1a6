"""Which figures, where first: the order in which a prompt is changed.

A listener knows a clip by how it begins and by what comes back. So the ends of phrases are changed first and the
opening last, and bars that were alike are changed alike: they draw from the same source of chance.

Offers: ``plan_variation`` (fills an edit set so far that the dial can come down to a similarity).
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

from models.constraints.constraints import Constraints
from models.constraints.edits import EditSet
from models.engines.rules import bar_figures, drum_figures, figures
from models.engines.rules.compose import compose
from models.engines.rules.repertoire import BARS, BASS, CHORDS, DRUMS, MELODY, Weights
from models.engines.rules.setting import Setting
from models.music.beats import TIGHT

Figure = TypeVar("Figure")

ROUNDS = 6
"""How often every bar is visited at most."""

_RECAST_SHARE = 0.5
"""Of the bars that a similarity leaves to change, the share that is recast as a whole."""

_DEEP = 0.45
"""Below this similarity whole bars are renewed: figures on single notes would leave a heap of accidents."""


def plan_variation(setting: Setting, similarity: float | None) -> EditSet:
    """Moves, the most welcome first, enough to come down to ``similarity`` where the locks allow it.

    None: as far as the moves go.
    """
    constraints = setting.constraints
    edit_set = EditSet(constraints)
    deep = similarity is None or similarity < _DEEP
    bars = _order_of_bars(setting)
    share = 1.0 if similarity is None else 1 - similarity
    if deep:
        for bar in bars[: max(1, round(share * len(bars)))]:
            if constraints.allowed_edits.add and constraints.allowed_edits.remove:
                _renew(setting, edit_set, bar)
            elif not constraints.drums and not (
                constraints.allowed_edits.move and bar_figures.rerhythm(setting, edit_set, bar, deep=True)
            ):
                _recast(setting, edit_set, bar)
    elif not constraints.drums:
        for bar in bars[: round(_RECAST_SHARE * share * len(bars))]:
            _recast(setting, edit_set, bar)
    if similarity is None and edit_set.edits:
        return edit_set
    enough = max(8, round(1.6 * (1 - (similarity or 0.0)) * len(constraints.notes)) + 8)
    for number in range(ROUNDS):
        for bar in bars:
            if len(edit_set.edits) >= enough and number:
                break
            _visit(setting, edit_set, bar, number)
    _touch_the_rest(setting, edit_set, bars)
    return edit_set


def _order_of_bars(setting: Setting) -> list[int]:
    """The bars that hold free notes, or lie in the free stretch; ends of phrases first, the opening last."""
    constraints, metre = setting.constraints, setting.clip.metre
    first, last = metre.bar_of(constraints.start), metre.bar_of(max(constraints.start, constraints.end - 2 * TIGHT))
    bars = [bar for bar in range(first, last + 1)]
    if not constraints.allowed_edits.add:
        bars = [bar for bar in bars if any(index in constraints.free for index in setting.by_bar.get(bar, ()))]
    rank = {
        bar: (0 if bar % 4 == 3 else 1 if bar % 2 else 2) + (1.5 if bar == first else 0) + 0.8 * setting.rng.random()
        for bar in bars
    }
    return sorted(bars, key=rank.__getitem__)


def _visit(setting: Setting, edit_set: EditSet, bar: int, number: int) -> None:
    """One figure more in a bar; alike bars draw alike."""
    setting.go_on()
    chance = setting.rng
    setting.rng = Random(f"{setting.seed}:{_shape(setting, bar)}:{number}")
    if setting.constraints.drums:
        _drum_figure(setting, edit_set, bar)
    else:
        untouched = [
            index
            for index in setting.by_bar.get(bar, ())
            if index in setting.constraints.free and index not in edit_set.touched
        ]
        if untouched:
            _tonal_figure(setting, edit_set, setting.rng.choice(untouched))
    setting.rng = chance


def _shape(setting: Setting, bar: int) -> str:
    """What two bars must share to be alike: the same onsets and pitches, to a hair."""
    start = bar * setting.clip.metre.bar
    return ",".join(
        f"{setting.notes[index].pitch}@{setting.notes[index].onset - start:.2f}"
        for index in setting.by_bar.get(bar, ())
    )


def _drum_figure(setting: Setting, edit_set: EditSet, bar: int) -> None:
    ends_phrase = bar % 4 == 3 and setting.rng.random() < 0.5
    if ends_phrase and drum_figures.fill(setting, edit_set, bar):
        return
    for figure in _drawn(setting, DRUMS):
        if figure(setting, edit_set, bar):
            return


def _tonal_figure(setting: Setting, edit_set: EditSet, index: int) -> None:
    group = setting.constraints.groups[setting.constraints.group_of[index]]
    if len(group) > 1:
        whole = all(other in setting.constraints.free and other not in edit_set.touched for other in group)
        if not (whole and any(figure(setting, edit_set, group) for figure in _drawn(setting, CHORDS))):
            # One note of a chord may take another pitch; anything more would tear the chord apart.
            figures.repitch(setting, edit_set, index)
        return
    for figure in _drawn(setting, BASS if setting.constraints.role == "bass" else MELODY):
        if figure(setting, edit_set, index):
            return


def _drawn(setting: Setting, table: Sequence[tuple[Figure, Weights]]) -> list[Figure]:
    """The figures in an order of chance, likelier ones more often first; those of weight 0 are left out.

    Weighted drawing without replacement after Efraimidis & Spirakis, Information Processing Letters 97 (2006).
    """
    density = setting.request.density
    weighted = [(figure, getattr(weights, density)) for figure, weights in table]
    keyed = [(setting.rng.random() ** (1 / weight), number) for number, (_, weight) in enumerate(weighted) if weight]
    return [weighted[number][0] for _, number in sorted(keyed, reverse=True)]


def _touch_the_rest(setting: Setting, edit_set: EditSet, bars: list[int]) -> None:
    """What no figure has touched gets a plain change, so that the dial can go as low as the locks allow."""
    for bar in bars:
        setting.go_on()
        if setting.constraints.drums:
            while drum_figures.displace(setting, edit_set, bar) or drum_figures.relane(setting, edit_set, bar):
                pass
            continue
        for index in setting.by_bar.get(bar, ()):
            if index in setting.constraints.free and index not in edit_set.touched:
                for figure in (figures.repitch, figures.push, figures.clip_short):
                    if figure(setting, edit_set, index):
                        break


def _recast(setting: Setting, edit_set: EditSet, bar: int) -> bool:
    """The whole bar at once: on another degree, mirrored, or to another rhythm."""
    return any(figure(setting, edit_set, bar) for figure in _drawn(setting, BARS))


def _renew(setting: Setting, edit_set: EditSet, bar: int) -> bool:
    """Everything free in a bar goes and new material comes in its place."""
    setting.go_on()
    constraints: Constraints = setting.constraints
    metre = setting.clip.metre
    start, end = max(constraints.start, bar * metre.bar), min(constraints.end, (bar + 1) * metre.bar)
    removed = tuple(
        index for index in setting.by_bar.get(bar, ()) if index in constraints.free and index not in edit_set.touched
    )
    new = compose(setting, edit_set, start, end, removed)
    return bool(new) and edit_set.add(removed, tuple(new))
