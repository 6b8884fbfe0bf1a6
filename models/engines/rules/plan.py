"""Which figures, where first: the order in which a prompt is changed.

A listener knows a clip by how it begins and by what comes back. So the ends of phrases are changed first and the
opening last, and bars that were alike are changed alike: they draw from the same source of chance.

Offers: ``vary`` (fills an edit set so far that the dial can come down to a similarity).
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from models.engines.rules import bar_figures, chord_figures, drum_figures, figures
from models.engines.rules.compose import compose
from models.engines.rules.editor import Editor
from models.generator import DENSITIES
from models.music.beats import TIGHT

ROUNDS = 6
"""How often every bar is visited at most."""

_RECAST_SHARE = 0.5
"""Of the bars that a similarity leaves to change, the share that is recast as a whole."""

_DEEP = 0.45
"""Below this similarity whole bars are renewed: figures on single notes would leave a heap of accidents."""


Figure = Callable[..., bool]
"""Takes an editor, and a note (its index), a chord (its notes' indices) or the number of a bar."""
Weights = tuple[float, float, float]
"""How often a figure is drawn when the result shall be sparser, as dense, or denser; 0: never."""

MELODY: dict[Figure, Weights] = {
    figures.repitch: (4, 5, 3),
    figures.ornament: (0, 2, 4),
    figures.approach: (0, 1.5, 3),
    figures.thin: (5, 1.5, 0),
    figures.push: (2, 2, 2),
    figures.exchange: (1, 1.5, 1),
    figures.repeat: (0, 0.5, 2),
    figures.clip_short: (1, 0.5, 0),
}

BASS: dict[Figure, Weights] = {
    figures.repitch: (2, 2.5, 2),
    figures.octave: (2, 2.5, 2),
    figures.approach: (0, 2, 3),
    figures.thin: (5, 1.5, 0),
    figures.push: (2, 2, 2),
    figures.repeat: (0, 1.5, 3),
    figures.clip_short: (1, 1, 0.5),
}

CHORDS: dict[Figure, Weights] = {
    chord_figures.invert: (3, 4, 3),
    chord_figures.retone: (2, 2.5, 2),
    chord_figures.thin_chord: (4, 1, 0),
    chord_figures.thicken: (0, 1.5, 3),
    chord_figures.push_chord: (2, 2.5, 2),
    chord_figures.strike_again: (0, 2, 4),
    chord_figures.spread: (0.5, 1, 1.5),
}

DRUMS: dict[Figure, Weights] = {
    drum_figures.ghost_snare: (0, 2, 4),
    drum_figures.double_kick: (0.5, 2, 3),
    drum_figures.move_kick: (2, 2, 2),
    drum_figures.vary_hats: (4, 3, 4),
    drum_figures.open_hat: (1, 1.5, 2),
    drum_figures.leave_out: (4, 1.5, 0),
}

BARS: dict[Figure, Weights] = {
    bar_figures.sequence: (2, 2, 2),
    bar_figures.mirror: (1, 1, 1),
    bar_figures.rerhythm: (1.5, 1.5, 1.5),
}


def vary(editor: Editor, similarity: float | None) -> None:
    """Moves, the most welcome first, enough to come down to ``similarity`` where the locks allow it.

    None: as far as the moves go.
    """
    allowed_edits, drums = editor.constraints.allowed_edits, editor.drums
    bars = _order_of_bars(editor)
    share = 1.0 if similarity is None else 1 - similarity
    if similarity is None or similarity < _DEEP:
        for bar in bars[: max(1, round(share * len(bars)))]:
            if allowed_edits.add and allowed_edits.remove:
                _renew(editor, bar)
            elif not drums and not (allowed_edits.move and bar_figures.rerhythm(editor, bar, deep=True)):
                _draw(editor, BARS, bar)
    elif not drums:
        for bar in bars[: round(_RECAST_SHARE * share * len(bars))]:
            _draw(editor, BARS, bar)
    if similarity is None and editor.edit_set.edits:
        return
    enough = max(8, round(1.6 * (1 - (similarity or 0.0)) * len(editor.notes)) + 8)
    for number in range(ROUNDS):
        for bar in bars:
            if len(editor.edit_set.edits) >= enough and number:
                break
            _visit(editor, bar, number)
    _change_the_rest(editor, bars)


def _order_of_bars(editor: Editor) -> list[int]:
    """The bars that hold free notes, or lie in the free stretch; ends of phrases first, the opening last."""
    constraints, metre = editor.constraints, editor.clip.metre
    first, last = metre.bar_of(constraints.start), metre.bar_of(max(constraints.start, constraints.end - 2 * TIGHT))
    bars = [
        bar
        for bar in range(first, last + 1)
        if constraints.allowed_edits.add or any(index in constraints.free for index in editor.in_bar(bar))
    ]
    rank = {
        bar: (0 if bar % 4 == 3 else 1 if bar % 2 else 2) + (1.5 if bar == first else 0) + 0.8 * editor.rng.random()
        for bar in bars
    }
    return sorted(bars, key=rank.__getitem__)


def _visit(editor: Editor, bar: int, number: int) -> None:
    """One figure more in a bar; alike bars draw alike."""
    editor.go_on()
    rng, shape = editor.rng, editor.shapes.get(bar, "")
    editor.rng = Random(f"{editor.seed}:{shape}:{number}")
    untouched = editor.untouched(editor.in_bar(bar))
    if editor.drums:
        ends_phrase = bar % 4 == 3 and editor.rng.random() < 0.5
        if not (ends_phrase and drum_figures.fill(editor, bar)):
            _draw(editor, DRUMS, bar)
    elif untouched:
        _tonal_figure(editor, editor.rng.choice(untouched))
    editor.rng = rng


def _tonal_figure(editor: Editor, index: int) -> None:
    group = editor.constraints.groups[editor.constraints.group_of[index]]
    if len(group) == 1:
        _draw(editor, BASS if editor.constraints.role == "bass" else MELODY, index)
    elif len(editor.untouched(group)) < len(group) or not _draw(editor, CHORDS, group):
        # One note of a chord may take another pitch; anything more would tear the chord apart.
        figures.repitch(editor, index)


def _draw(editor: Editor, weights: dict[Figure, Weights], where: int | list[int]) -> bool:
    """The first figure that is taken, in an order of chance, likelier ones more often first; weight 0: left out.

    Weighted drawing without replacement after Efraimidis & Spirakis, Information Processing Letters 97 (2006).
    """
    column = DENSITIES.index(editor.request.density)
    keyed = [
        (editor.rng.random() ** (1 / weight[column]), number)
        for number, weight in enumerate(weights.values())
        if weight[column]
    ]
    ordered = list(weights)
    return any(ordered[number](editor, where) for _, number in sorted(keyed, reverse=True))


def _change_the_rest(editor: Editor, bars: list[int]) -> None:
    """What no figure has touched gets a plain change, so that the dial can go as low as the locks allow."""
    for bar in bars:
        editor.go_on()
        if editor.drums:
            while drum_figures.displace(editor, bar) or drum_figures.relane(editor, bar):
                pass
            continue
        for index in editor.in_bar(bar):
            if editor.untouched([index]):
                plain = (figures.repitch, figures.push, figures.clip_short)
                any(figure(editor, index) for figure in plain)


def _renew(editor: Editor, bar: int) -> None:
    """Everything free in a bar goes and new material comes in its place."""
    editor.go_on()
    removed = editor.untouched(editor.in_bar(bar))
    new = compose(editor, *editor.span(bar), removed)
    if new:
        editor.add(removed, new)
