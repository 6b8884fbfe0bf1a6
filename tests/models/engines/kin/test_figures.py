"""Figures of the time: what a lane may be played in, rolls that move whole, and four results that are four ideas."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest

from models.constraints.similarity_search import apply_edits
from models.engines.kin.planning.beats.figures import figures_of, others_of
from models.engines.kin.planning.planner import plan_edits
from models.evaluation.duplicates import overlap
from models.music.clip import Clip
from tests.models.engines.kin.test_drummers_moves import BEATS, HAT, KICK, SNARE, a_beat, structure_of, varied

BAR, BEAT = 96, 24
SHORT = 0.1
BEATS_OF_BAR = {0, 24, 48, 72}
EIGHTHS = set(range(0, BAR, 12))
ROLLS = a_beat(
    {
        KICK: "X...........x...........X.x.....|............x...........X.......".replace("|", ""),
        SNARE: "................X...............",
        HAT: "x...o...x...o...x...o...x.xxx...x...x...xxxxo...x...o...x...o...",
    },
    grid=8,
)
ROLLS = ROLLS.with_notes(note.moved(duration=SHORT) for note in ROLLS.notes)


def test_what_marks_the_beats_marks_them_still_and_is_filled_in_or_thinned():
    figures = figures_of(EIGHTHS, [BEATS_OF_BAR], BAR, BEAT, 6)
    assert len(figures) == len(set(figures)) >= 6
    for figure in figures:
        assert figure >= BEATS_OF_BAR
        assert figure > EIGHTHS or figure < EIGHTHS


def test_what_runs_off_the_beat_brings_nothing_on_it():
    off = EIGHTHS - BEATS_OF_BAR
    figures = figures_of(off, [BEATS_OF_BAR], BAR, BEAT, 6)
    assert figures
    assert not any(figure & BEATS_OF_BAR for figure in figures)


def test_a_fast_hand_plays_no_four_16ths_in_a_row():
    slow, fast = (figures_of(EIGHTHS, [BEATS_OF_BAR], BAR, BEAT, 6, fast=fast) for fast in (False, True))
    sixteenths = frozenset(range(0, BAR, 6))
    assert sixteenths in slow
    assert sixteenths not in fast
    assert set(fast) < set(slow)


def test_neighbours_are_unlike():
    figures = figures_of(EIGHTHS, [BEATS_OF_BAR], BAR, BEAT, 6)
    assert all(len(one ^ other) >= 4 for one, other in pairwise(figures))


def test_only_8ths_have_another_beats_figures():
    assert frozenset({0, 18, 24, 42, 48, 66, 72, 90}) in others_of(EIGHTHS, BAR, BEAT, 6)
    assert others_of(BEATS_OF_BAR, BAR, BEAT, 6) == []


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
