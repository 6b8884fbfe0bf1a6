"""Beats keep what they run in: the pulse of hats, a bell's time line, the backbeat's place; hands stay two."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from models.constraints.constraints import Constraints
from models.constraints.similarity_search import apply_edits
from models.engines.kin.planning.beats.pulse import HATS, pulse_of
from models.engines.kin.planning.planner import plan_edits
from models.engines.kin.planning.structure import Structure
from models.engines.kin.reading.view import RequestView
from models.generator import Request
from models.music.clip import Clip
from models.music.drum_kit import part_of
from models.music.note import Note
from tests.strategies import a_clip, a_note

KICK, SNARE, CLOSED, OPEN, BELL = 36, 38, 42, 46, 56
BARS = 4
LINE = (0, 1, 1.5, 2.5, 3)
IDEAS = range(7)


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


def structure_of(clip: Clip) -> Structure:
    request = Request(prompts=(clip,), role="drums", similarity=0.7)
    return Structure.of(RequestView.of(Constraints.of(request, "drums"), "vary"))


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
def test_hats_run_on_in_8ths_or_in_quarters_and_never_with_a_hole_on_the_beat(idea):
    notes, similarity = planned_from(a_rock_beat(), idea)
    hats, fills = struck(notes, *HATS), set(np.arange(14.0, 16.0, 0.5))
    assert all(hats[float(beat)] for beat in range(4 * BARS) if beat not in fills)
    for bars in ((0, 2), (1, 3)):  # a pattern is of one bar or of two
        off = {beat + 0.5 for bar in bars for beat in range(4 * bar, 4 * bar + 3)} - fills
        assert len({bool(hats[place]) for place in off if not struck(notes, OPEN)[place]}) <= 1
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
    notes, _ = planned_from(clip, 0)
    closed = sorted(note.onset for note in notes if note.pitch == CLOSED)
    assert any(onset % 0.5 for onset in closed)
    ends = [note.end for note in sorted(notes, key=lambda note: note.onset) if note.pitch == CLOSED]
    assert all(end <= onset + 1e-6 for end, onset in zip(ends, closed[1:], strict=False))
