"""The proof that a result kept its lines and its contour, by itself."""

from __future__ import annotations

from models.constraints.verify import locks_held
from models.generator import Locks
from tests.strategies import a_note


def chord(onset: float, *pitches: int, gap: float = 0.0, duration: float = 1.0) -> list:
    return [a_note(pitch, onset + gap * place, duration) for place, pitch in enumerate(pitches)]


def held(name: str, before: list, after: list, kept: list) -> bool:
    return locks_held(Locks.parse(name), before, after, kept)[name]


def test_a_new_note_beyond_a_line_breaks_its_lock_while_the_line_sounds_or_has_sounded_last() -> None:
    before = [*chord(0, 48, 64, duration=1), *chord(2, 50, 62, duration=1)]
    for pitch, top, bass in ((63, True, True), (64, False, True), (48, True, False), (70, False, True)):
        after = sorted([*before, a_note(pitch, 1.5, 0.25)], key=lambda note: note.order)
        kept = [before.index(note) if note in before else None for note in after]
        assert (held("top", before, after, kept), held("bass", before, after, kept)) == (top, bass), pitch
    assert held("top", before, before[1:], [1, 2, 3])
    assert not held("top", before, before[:-1], [0, 1, 2])
    assert not held("bass", before, before[1:], [1, 2, 3])


def test_a_note_that_comes_before_the_line_is_bound_by_what_it_sounds_with() -> None:
    before = [a_note(60, 1, 1)]
    low, high = a_note(55, 0, 1), a_note(72, 0, 2)
    assert held("top", before, [low, *before], [None, 0])
    assert not held("top", before, [high, *before], [None, 0])
    assert held("top", before, [high.moved(duration=1.0), *before], [None, 0])  # over before it begins


def test_of_a_roll_the_outermost_note_is_the_line() -> None:
    rolled = chord(0, 60, 64, 67, gap=0.1, duration=1)
    lower = sorted([rolled[0].moved(pitch=62), *rolled[1:]], key=lambda note: note.order)
    assert held("top", rolled, lower, [None, 1, 2])
    assert not held("bass", rolled, lower, [None, 1, 2])
    apart = chord(0, 60, 64, 67, gap=0.2, duration=1)
    assert not held("top", apart, [apart[0].moved(pitch=62), *apart[1:]], [None, 1, 2])


def test_the_contour_is_that_of_the_highest_notes_however_the_lower_ones_are_played() -> None:
    def row(*tops: int) -> list:
        return [
            note
            for at, top in enumerate(tops)
            for note in (a_note(top, at, 1), a_note(40 + 5 * (at % 2), at + 5e-7, 1))
        ]

    before = row(64, 67, 67, 62)
    assert held("contour", before, row(60, 72, 72, 71), [None] * 8)
    assert not held("contour", before, row(60, 60, 60, 59), [None] * 8)
    assert not held("contour", before, row(60, 72, 71, 70), [None] * 8)
    assert not held("contour", before, row(60, 72, 72, 73), [None] * 8)
