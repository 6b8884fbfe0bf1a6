"""Which figures, where first: the order in which a prompt is changed.

A listener knows a clip by how it begins and by what comes back. So the ends of phrases are changed first and the
opening last, and bars that were alike are changed alike: they draw from the same source of chance.

Offers: ``sketch_variation`` (fills a sketch so far that the dial can come down to a similarity).
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

from models.constraints.constraints import Freedom
from models.constraints.edits import Sketch
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


def sketch_variation(setting: Setting, similarity: float | None) -> Sketch:
    """Moves, the most welcome first, enough to come down to ``similarity`` where the locks allow it.

    None: as far as the moves go.
    """
    freedom = setting.freedom
    sketch = Sketch(freedom)
    deep = similarity is None or similarity < _DEEP
    bars = _order_of_bars(setting)
    share = 1.0 if similarity is None else 1 - similarity
    if deep:
        for bar in bars[: max(1, round(share * len(bars)))]:
            if freedom.may.add and freedom.may.remove:
                _renew(setting, sketch, bar)
            elif not freedom.drums and not (freedom.may.move and bar_figures.rerhythm(setting, sketch, bar, deep=True)):
                _recast(setting, sketch, bar)
    elif not freedom.drums:
        for bar in bars[: round(_RECAST_SHARE * share * len(bars))]:
            _recast(setting, sketch, bar)
    if similarity is None and sketch.moves:
        return sketch
    enough = max(8, round(1.6 * (1 - (similarity or 0.0)) * len(freedom.notes)) + 8)
    for number in range(ROUNDS):
        for bar in bars:
            if len(sketch.moves) >= enough and number:
                break
            _visit(setting, sketch, bar, number)
    _touch_the_rest(setting, sketch, bars)
    return sketch


def _order_of_bars(setting: Setting) -> list[int]:
    """The bars that hold free notes, or lie in the free stretch; ends of phrases first, the opening last."""
    freedom, metre = setting.freedom, setting.clip.metre
    first, last = metre.bar_of(freedom.start), metre.bar_of(max(freedom.start, freedom.end - 2 * TIGHT))
    bars = [bar for bar in range(first, last + 1)]
    if not freedom.may.add:
        bars = [bar for bar in bars if any(index in freedom.free for index in setting.by_bar.get(bar, ()))]
    rank = {
        bar: (0 if bar % 4 == 3 else 1 if bar % 2 else 2) + (1.5 if bar == first else 0) + 0.8 * setting.rng.random()
        for bar in bars
    }
    return sorted(bars, key=rank.__getitem__)


def _visit(setting: Setting, sketch: Sketch, bar: int, number: int) -> None:
    """One figure more in a bar; alike bars draw alike."""
    setting.go_on()
    chance = setting.rng
    setting.rng = Random(f"{setting.seed}:{_shape(setting, bar)}:{number}")
    if setting.freedom.drums:
        _drum_figure(setting, sketch, bar)
    else:
        untouched = [
            index
            for index in setting.by_bar.get(bar, ())
            if index in setting.freedom.free and index not in sketch.touched
        ]
        if untouched:
            _tonal_figure(setting, sketch, setting.rng.choice(untouched))
    setting.rng = chance


def _shape(setting: Setting, bar: int) -> str:
    """What two bars must share to be alike: the same onsets and pitches, to a hair."""
    start = bar * setting.clip.metre.bar
    return ",".join(
        f"{setting.notes[index].pitch}@{setting.notes[index].onset - start:.2f}"
        for index in setting.by_bar.get(bar, ())
    )


def _drum_figure(setting: Setting, sketch: Sketch, bar: int) -> None:
    ends_phrase = bar % 4 == 3 and setting.rng.random() < 0.5
    if ends_phrase and drum_figures.fill(setting, sketch, bar):
        return
    for figure in _drawn(setting, DRUMS):
        if figure(setting, sketch, bar):
            return


def _tonal_figure(setting: Setting, sketch: Sketch, index: int) -> None:
    group = setting.freedom.groups[setting.freedom.group_of[index]]
    if len(group) > 1:
        whole = all(other in setting.freedom.free and other not in sketch.touched for other in group)
        if not (whole and any(figure(setting, sketch, group) for figure in _drawn(setting, CHORDS))):
            # One note of a chord may take another pitch; anything more would tear the chord apart.
            figures.repitch(setting, sketch, index)
        return
    for figure in _drawn(setting, BASS if setting.freedom.role == "bass" else MELODY):
        if figure(setting, sketch, index):
            return


def _drawn(setting: Setting, table: Sequence[tuple[Figure, Weights]]) -> list[Figure]:
    """The figures in an order of chance, likelier ones more often first; those of weight 0 are left out.

    Weighted drawing without replacement after Efraimidis & Spirakis, Information Processing Letters 97 (2006).
    """
    density = setting.request.density
    weighted = [(figure, getattr(weights, density)) for figure, weights in table]
    keyed = [(setting.rng.random() ** (1 / weight), number) for number, (_, weight) in enumerate(weighted) if weight]
    return [weighted[number][0] for _, number in sorted(keyed, reverse=True)]


def _touch_the_rest(setting: Setting, sketch: Sketch, bars: list[int]) -> None:
    """What no figure has touched gets a plain change, so that the dial can go as low as the locks allow."""
    for bar in bars:
        setting.go_on()
        if setting.freedom.drums:
            while drum_figures.displace(setting, sketch, bar) or drum_figures.relane(setting, sketch, bar):
                pass
            continue
        for index in setting.by_bar.get(bar, ()):
            if index in setting.freedom.free and index not in sketch.touched:
                for figure in (figures.repitch, figures.push, figures.clip_short):
                    if figure(setting, sketch, index):
                        break


def _recast(setting: Setting, sketch: Sketch, bar: int) -> bool:
    """The whole bar at once: on another degree, mirrored, or to another rhythm."""
    return any(figure(setting, sketch, bar) for figure in _drawn(setting, BARS))


def _renew(setting: Setting, sketch: Sketch, bar: int) -> bool:
    """Everything free in a bar goes and new material comes in its place."""
    setting.go_on()
    freedom: Freedom = setting.freedom
    metre = setting.clip.metre
    start, end = max(freedom.start, bar * metre.bar), min(freedom.end, (bar + 1) * metre.bar)
    removed = tuple(
        index for index in setting.by_bar.get(bar, ()) if index in freedom.free and index not in sketch.touched
    )
    new = compose(setting, sketch, start, end, removed)
    return bool(new) and sketch.add(removed, tuple(new))
