"""Beats keep what they run in: the pulse of hats, a bell's time line, the backbeat's place; hands stay two.

What figures a lane may be played in, rolls that move whole, and four results that are four ideas.
"""

from __future__ import annotations

from collections import Counter
from itertools import combinations, pairwise

import numpy as np
import pytest

from models.constraints.similarity_search import apply_edits
from models.engines.kin.planning.beats.figures import figures_of, others_of
from models.engines.kin.planning.beats.pulse import HATS, pulse_of
from models.engines.kin.planning.planner import plan_edits
from models.evaluation.duplicates import overlap
from models.music.clip import Clip
from models.music.drum_kit import part_of
from models.music.note import Note
from tests.models.engines.kin.test_drummers_moves import BEATS, HAT, a_beat, structure_of, varied
from tests.strategies import a_clip, a_note

KICK, SNARE, CLOSED, OPEN, BELL = 36, 38, 42, 46, 56
BARS = 4
LINE = (0, 1, 1.5, 2.5, 3)
IDEAS = range(8)


def a_rock_beat(hat_length: float = 0.2) -> Clip:
    """Eighths of the hat, some of them open, a backbeat, kicks and ghosts about it."""
    bar = [
        *((CLOSED, place / 2, 90 - 15 * (place % 2), hat_length) for place in range(7)),
        (OPEN, 3.5, 90, 0.2),
        *((KICK, place, 110, 0.2) for place in (0, 2, 2.5)),
        *((SNARE, place, 115, 0.2) for place in (1, 3)),
        *((SNARE, place, 40, 0.2) for place in (1.75, 2.25)),
    ]
    return repeated(bar)


def a_beat_with_a_bell() -> Clip:
    bar = [
        *((BELL, place, 90, 0.2) for place in LINE),
        *((KICK, place, 110, 0.2) for place in (0, 1.5, 2)),
        *((SNARE, place, 110, 0.2) for place in (1, 3)),
        *((pad, place / 4, 60 + place, 0.2) for place in range(16) for pad in (63, 64) if (place + pad) % 3 == 0),
    ]
    return repeated(bar)


def repeated(bar: list[tuple[int, float, int, float]]) -> Clip:
    notes = [
        a_note(pitch, 4 * number + place, length, loud) for number in range(BARS) for pitch, place, loud, length in bar
    ]
    return a_clip(*notes, length=4.0 * BARS, role="drums")


def planned_from(clip: Clip, idea: int) -> tuple[tuple[Note, ...], float]:
    builder = plan_edits(structure_of(clip), 0.7, idea, np.random.default_rng(idea))
    return apply_edits(builder.edit_set, builder.edit_set.edits, 0.0).notes, builder.similarity


def struck(notes: tuple[Note, ...], *pads: int) -> Counter[float]:
    return Counter(round(4 * note.onset) / 4 for note in notes if note.pitch in pads)


def test_the_pulse_is_the_eighths_of_open_and_closed_hats_together():
    structure = structure_of(a_rock_beat())
    (pulse,) = pulse_of(structure, 6)
    assert {structure.notes[index].pitch for index in pulse} == {CLOSED, OPEN}
    assert len(pulse) == 8 * BARS


@pytest.mark.parametrize("idea", IDEAS)
def test_hats_run_on_in_one_figure_a_bar_and_never_with_a_hole_on_the_beat(idea):
    notes, similarity = planned_from(a_rock_beat(), idea)
    hats, fills = struck(notes, *HATS), set(np.arange(14.0, 16.0, 0.5))
    assert all(hats[float(beat)] for beat in range(4 * BARS) if beat not in fills)
    opened = struck(notes, OPEN)
    for bar in range(BARS - 1):
        for place in np.arange(4 * bar, 4 * bar + 1.5, 0.25):
            if not (opened[place] or opened[place + 2]):
                assert bool(hats[place]) == bool(hats[place + 2]), place
    assert similarity == pytest.approx(0.7, abs=0.05)


@pytest.mark.parametrize("idea", IDEAS)
def test_an_open_hat_comes_for_a_closed_one_and_on_no_16th(idea):
    notes, _ = planned_from(a_rock_beat(), idea)
    assert max(struck(notes, *HATS).values()) == 1
    assert not any(place % 0.5 for place in struck(notes, OPEN))


@pytest.mark.parametrize("idea", IDEAS)
def test_no_kick_comes_under_or_beside_the_backbeat(idea):
    notes, _ = planned_from(a_rock_beat(), idea)
    kicks = {place % 4 for place in struck(notes, KICK)}
    assert not kicks & {0.75, 1, 1.25, 2.75, 3, 3.25}


@pytest.mark.parametrize("idea", IDEAS)
def test_no_hard_snare_comes_on_a_strong_beat_and_the_backbeat_stays(idea):
    notes, _ = planned_from(a_rock_beat(), idea)
    snares = struck(notes, SNARE)
    assert all(snares[4.0 * bar + beat] for bar in range(BARS) for beat in (1, 3))
    assert not any(place % 4 in (0, 2) for place in snares if place < 14)


@pytest.mark.parametrize("idea", IDEAS)
def test_a_time_line_stays_as_it_is(idea):
    clip = a_beat_with_a_bell()
    assert struck(planned_from(clip, idea)[0], BELL) == struck(clip.notes, BELL)


@pytest.mark.parametrize("idea", IDEAS)
def test_no_more_sticks_strike_at_once_than_there_are_hands(idea):
    clip = a_rock_beat()
    notes, _ = planned_from(clip, idea)
    sticks = Counter(round(4 * note.onset) for note in notes if part_of(note.pitch) != "kick")
    assert max(sticks.values()) <= 2


def test_16ths_come_between_hits_that_are_held():
    clip = a_rock_beat(hat_length=0.5)
    between = 0
    for idea in IDEAS:
        notes, _ = planned_from(clip, idea)
        closed = sorted(note.onset for note in notes if note.pitch == CLOSED)
        ends = [note.end for note in sorted(notes, key=lambda note: note.onset) if note.pitch == CLOSED]
        between += sum(onset % 0.5 != 0 for onset in closed)
        assert all(end <= onset + 1e-6 for end, onset in zip(ends, closed[1:], strict=False))
    assert between


BAR, BEAT = 96, 24
FOUR = {0, 24, 48, 72}
EIGHTHS = set(range(0, BAR, 12))
ROLLS = a_beat(
    {
        KICK: "X...........x...........X.x.....|............x...........X.......".replace("|", ""),
        SNARE: "................X...............",
        HAT: "x...o...x...o...x...o...x.xxx...x...x...xxxxo...x...o...x...o...",
    },
    grid=8,
)
ROLLS = ROLLS.with_notes(note.moved(duration=0.1) for note in ROLLS.notes)


def test_what_marks_the_beats_marks_them_still_and_is_filled_in_or_thinned():
    figures = figures_of(EIGHTHS, [FOUR], BAR, BEAT, 6)
    assert len(figures) == len(set(figures)) >= 6
    for figure in figures:
        assert figure >= FOUR
        assert figure > EIGHTHS or figure < EIGHTHS


def test_what_runs_off_the_beat_brings_nothing_on_it():
    off = EIGHTHS - FOUR
    figures = figures_of(off, [FOUR], BAR, BEAT, 6)
    assert figures
    assert not any(figure & FOUR for figure in figures)


def test_a_fast_hand_plays_no_four_16ths_in_a_row():
    slow, fast = (figures_of(EIGHTHS, [FOUR], BAR, BEAT, 6, fast=fast) for fast in (False, True))
    sixteenths = frozenset(range(0, BAR, 6))
    assert sixteenths in slow
    assert sixteenths not in fast
    assert set(fast) < set(slow)


def test_neighbours_are_unlike():
    figures = figures_of(EIGHTHS, [FOUR], BAR, BEAT, 6)
    assert all(len(one ^ other) >= 4 for one, other in pairwise(figures))


def test_only_8ths_have_another_beats_figures():
    assert frozenset({0, 18, 24, 42, 48, 66, 72, 90}) in others_of(EIGHTHS, BAR, BEAT, 6)
    assert others_of(FOUR, BAR, BEAT, 6) == []


def results(clip: Clip, dial: float) -> list[Clip]:
    return [clip.with_notes(varied(clip, idea, dial)) for idea in range(8)]


@pytest.mark.parametrize(("dial", "most"), [(0.9, 0.45), (0.7, 0.75)])
def test_of_eight_ideas_four_have_little_in_common(dial, most):
    for name in ("rock", "trap", "funk", "swung"):
        given = results(BEATS[name], dial)
        shared = {(a, b): overlap(given[a], given[b], BEATS[name]) for a, b in combinations(range(len(given)), 2)}
        best = min(max(shared[pair] for pair in combinations(four, 2)) for four in combinations(range(len(given)), 4))
        assert best <= most, name


@pytest.mark.parametrize("idea", range(8))
def test_a_roll_stays_or_moves_whole(idea):
    builder = plan_edits(structure_of(ROLLS), 0.7, idea, np.random.default_rng(idea))
    notes = apply_edits(builder.edit_set, builder.edit_set.edits, 0.0).notes
    hats = sorted(round(8 * note.onset) for note in notes if note.pitch == HAT)
    close = [place for place, after in pairwise(hats) if after - place == 1]
    runs = [place for place in close if place - 1 not in close]
    assert runs
    for start in runs:  # in the clip five 32nds on the beat, or three from its second 16th on
        length = next(count for count in range(1, 9) if start + count not in hats)
        assert (start % 8, length) in {(2, 3), (0, 5)}


@pytest.mark.parametrize("idea", range(8))
def test_the_808s_pattern_stays(idea):
    builder = plan_edits(structure_of(ROLLS), 0.7, idea, np.random.default_rng(idea))
    notes = apply_edits(builder.edit_set, builder.edit_set.edits, 0.0).notes
    kicks = {note.onset for note in ROLLS.notes if note.pitch == KICK}
    assert kicks <= {note.onset for note in notes if note.pitch == KICK}
