"""Beats: a machine is told of as an exact hand, parts change one by one, and the least strange draft is taken."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from models.constraints.constraints import Constraints
from models.constraints.edits import EditSet
from models.engines.kin.config import MICRO, PROFILES, STEPS
from models.engines.kin.edit_sets import edit_set_of
from models.engines.kin.generator import KinEngine
from models.engines.kin.network import Network
from models.engines.kin.planning.selection import select, strangeness
from models.engines.kin.playing.decoding import Decoder
from models.engines.kin.reading.representation import MICRO_FIELD, VELOCITY
from models.engines.kin.reading.view import RequestView
from models.engines.kin.sampler import WindowSampler
from models.generator import Request
from models.music.clip import Clip
from models.music.drum_kit import LANES, PARTS, part_of
from models.music.note import Note
from models.sampling.hypothesis import Written

KICK, SNARE, HAT = 36, 38, 42
BARS = 4


def a_programmed_beat(velocity: int = 100) -> Clip:
    """Four bars of a backbeat on the grid, all equally loud: 13 hits a bar."""
    bar = [(KICK, 0), (KICK, 2), (KICK, 2.5), (SNARE, 1), (SNARE, 3), *((HAT, place / 2) for place in range(8))]
    notes = [Note(pitch, 4 * number + place, 0.25, velocity) for number in range(BARS) for pitch, place in bar]
    return Clip(tuple(sorted(notes, key=lambda note: note.order)), 4.0 * BARS, role="drums")


def constraints_of(clip: Clip) -> Constraints:
    return Constraints.of(Request(prompts=(clip,), role="drums", similarity=0.7), "drums")


def places(clip: Clip, pitch: int, bar: int) -> list[int]:
    return [index for index, note in enumerate(clip.notes) if note.pitch == pitch and note.onset // 4 == bar]


def test_every_lane_belongs_to_one_part():
    assert sorted(lane for lanes in PARTS.values() for lane in lanes) == sorted(LANES)
    assert [part_of(pitch) for pitch in (KICK, SNARE, HAT, 51, 45, 3)] == [
        "kick",
        "snare",
        "cymbals",
        "cymbals",
        "toms",
        None,
    ]


@pytest.mark.parametrize(
    ("change", "strange"),
    [
        (lambda notes: notes, 0),
        (lambda notes: [note for note in notes if note.pitch != SNARE or note.onset >= 4], 1 / BARS),
        (lambda notes: [note for note in notes if note.pitch != HAT], 1),
        (lambda notes: [note.moved(pitch=51) if note.pitch == HAT else note for note in notes], 0),
        (lambda notes: [*notes, *(Note(SNARE, place / 4, 0.25) for place in range(16) if place % 4)], 1 / BARS),
        (lambda notes: [note for note in notes if note.pitch != HAT or note.onset % 1 == 0 or note.onset >= 8], 0),
        (
            lambda notes: [note for note in notes if note.pitch != HAT or note.onset % 4 < 1.5 or note.onset >= 8],
            2 / BARS,
        ),
        (lambda notes: [*notes, *(Note(45, 15 + place / 4, 0.25) for place in range(3))], 0),
    ],
)
def test_strange_is_a_bar_that_misses_a_part_or_is_full_of_it(change, strange):
    clip = a_programmed_beat()
    assert strangeness(clip, change(list(clip.notes))) == pytest.approx(strange)


def test_a_hit_just_before_the_bar_line_belongs_to_the_next_bar():
    clip = a_programmed_beat()
    early = [note.moved(onset=max(0.0, note.onset - 0.03)) for note in clip.notes]
    assert strangeness(clip, early) == 0


def test_of_drafts_as_near_to_the_dial_the_least_strange_is_taken():
    clip = a_programmed_beat()
    constraints = constraints_of(clip)
    bare, played = EditSet(constraints), EditSet(constraints)
    gone = [index for bar in range(BARS) for index in places(clip, SNARE, bar)]
    for index in gone:
        bare.add((index,), ())
    for index in (index for bar in range(BARS) for index in places(clip, HAT, bar)[1::4]):
        played.add((index,), ())
    for edit_sets in ([bare, played], [played, bare]):
        best = select(edit_sets, 0.916, 1.0, ())
        assert best is not None
        assert strangeness(clip, best.notes) == 0


def test_of_drafts_as_strange_the_one_with_as_many_hits_is_taken():
    clip = a_programmed_beat()
    constraints = constraints_of(clip)
    thinner, played = EditSet(constraints), EditSet(constraints)
    for bar in range(BARS):
        for index in places(clip, HAT, bar)[1::2]:
            thinner.add((index,), ())
            played.add((index,), (clip.notes[index].moved(pitch=51),))
    for edit_sets in ([thinner, played], [played, thinner]):
        best = select(edit_sets, 0.8, 1.0, ())
        assert best is not None
        assert len(best.notes) == len(clip.notes)


def test_each_move_is_of_one_part_and_the_backbeat_comes_last_but_for_hits_that_only_go():
    view = RequestView.of(constraints_of(a_programmed_beat()), "vary")
    for seed in range(8):
        rng = np.random.default_rng(seed)
        hits = {
            (int(rng.integers(0, 16 * BARS)) * STEPS // 4, int(rng.choice([KICK, SNARE, HAT, 46, 45])))
            for _ in range(30)
        }
        written = [Written(onset, pitch, 0, 20, MICRO, -1) for onset, pitch in sorted(hits)]
        notes = view.constraints.notes
        parts: dict[bool, list[str]] = {False: [], True: []}  # of moves that only take hits away: True
        order = []
        for move in edit_set_of(view, written, rng).edits:
            of_move = {part_of(notes[index].pitch) for index in move.removed} | {
                part_of(note.pitch) for note in move.added
            }
            assert len(of_move) == 1
            order.append(not move.added)
            parts[not move.added] += of_move
        assert order == sorted(order)
        for listed in parts.values():
            first_of_each = [part for place, part in enumerate(listed) if part not in listed[:place]]
            assert "snare" not in first_of_each[:-1]
            assert listed == sorted(listed, key=first_of_each.index)


def test_the_network_is_told_that_a_machine_plays_exactly_and_evenly():
    view = RequestView.of(constraints_of(a_programmed_beat()), "vary")
    torch.manual_seed(1)
    sampler = WindowSampler(Decoder.of(Network(PROFILES["tiny"])), view, 0.7)
    shown, _ = sampler._prompt(view.windows[0])
    assert set(shown[:, MICRO_FIELD]) == {1 + MICRO}
    assert (shown[:, VELOCITY] > 0).all()


def test_what_it_answers_is_as_exact_and_even():
    torch.manual_seed(1)
    engine = KinEngine("kin", Decoder.of(Network(PROFILES["tiny"])))
    clip = a_programmed_beat(velocity=77)
    for variation in engine.generate(Request(prompts=(clip,), role="drums", count=3, seed=5, similarity=0.6)):
        assert all((note.onset * STEPS) % 1 == pytest.approx(0, abs=1e-6) for note in variation.clip.notes)
        assert {note.velocity for note in variation.clip.notes} == {77}
