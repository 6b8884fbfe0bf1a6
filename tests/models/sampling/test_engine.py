"""The base of the engines: seeds, batches, ranking, retries, refusals and the log, with an engine made for it."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import numpy as np
import pytest

from models.constraints.diff import diff_in_place
from models.constraints.edits import EditSet
from models.engines import registry
from models.generator import Cancelled, Request
from models.music.chord import Chord, TimedChord
from models.music.errors import Refused
from models.sampling.conditions import Conditions, Trial
from models.sampling.context import Context
from models.sampling.engine import ProposingEngine
from models.tasks.table import SEEDS_APART
from tests.strategies import a_bass_line, a_beat, a_clip, a_note, a_tune, some_chords


class Shifting(ProposingEngine):
    """Moves notes of a melody by so many semitones, all seeds alike; remembers what it was asked."""

    name, tasks, roles = "shifting", ("vary", "infill", "continue", "generate"), ("melody",)

    def __init__(self, *shifts: int) -> None:
        self.shifts, self.asked = shifts, list[tuple[float, Sequence[Trial]]]()

    def hypotheses(self, conditions: Conditions, trials: Sequence[Trial], cancelled: Cancelled) -> list[list[EditSet]]:
        self.asked.append((conditions.temperature, tuple(trials)))
        constraints, result = conditions.constraints, []
        for trial in trials:
            rng = trial.rng()
            moved = [
                {
                    index: note.moved(pitch=note.pitch + shift + trial.attempt)
                    for index, note in enumerate(constraints.notes)
                }
                for shift in self.shifts
            ]
            result.append([diff_in_place(constraints, one, rng) for one in moved])
        return result


def test_two_variations_come_first_and_the_rest_in_one_batch() -> None:
    engine = Shifting(1, 2)
    list(engine.generate(Request(prompts=(a_tune(),), count=5, seed=7)))
    assert [trial.seed for trial in engine.asked[0][1]] == [7, 7 + SEEDS_APART]
    assert [len(trials) for _, trials in engine.asked if len(trials) > 1] == [2, 3]


def test_a_seed_that_finds_nothing_new_is_drawn_again_at_a_higher_temperature() -> None:
    engine = Shifting(1)
    clip = a_clip(a_note(60, 0.0), length=4.0, role="melody")
    request = Request(task="infill", prompts=(clip,), count=3, seed=1)
    found = [variation.clip.notes[0].pitch for variation in engine.generate(request)]
    assert found == [61, 62, 63]
    again = [(temperature, trials[0].attempt) for temperature, trials in engine.asked if trials[0].attempt]
    assert again[0] == (pytest.approx(1.3), 1)
    assert again[-1] == (pytest.approx(1.69), 2)


def test_each_result_carries_a_seed_that_makes_it_again_alone() -> None:
    clip = a_clip(a_note(60, 0.0), length=4.0, role="melody")
    request = Request(task="infill", prompts=(clip,), count=3, seed=1)
    found = list(Shifting(1).generate(request))
    assert len({variation.seed for variation in found}) == 3
    for variation in found:
        (again,) = Shifting(1).generate(request.but(count=1, seed=variation.seed))
        assert (again.clip, again.seed) == (variation.clip, variation.seed)


def test_the_hypothesis_that_needs_the_least_forcing_is_taken() -> None:
    # An octave is half as far as any other pitch.
    engine = Shifting(1, 12)
    tune = a_tune()
    (near,) = engine.generate(Request(prompts=(tune,), similarity=0.5, count=1, range=(0, 127)))
    moved = [note for note, kept in zip(near.clip.notes, near.kept, strict=True) if kept is None]
    assert moved
    assert all(note.pitch - 12 in {old.pitch for old in tune.notes} for note in moved)


def test_what_an_engine_cannot_do_is_refused_with_a_sentence() -> None:
    with pytest.raises(Refused, match=r'^The engine "rules" can\'t generate; it does vary'):
        list(registry.load("rules").generate(Request(task="generate", role="melody")))
    with pytest.raises(Refused, match="plays melody, not drums"):
        list(Shifting(1).generate(Request(prompts=(a_beat(),))))


def test_a_cancelled_run_ends() -> None:
    engine = Shifting(1)
    assert list(engine.generate(Request(prompts=(a_tune(),)), cancelled=lambda: True)) == []
    assert not engine.asked


def test_the_log_says_seed_attempt_costs_and_what_came(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="models.sampling.engine"):
        list(Shifting(1, 12).generate(Request(prompts=(a_tune(),), count=1, seed=9)))
    costs, taken = caplog.messages
    assert costs.startswith("shifting: hypotheses cost [")
    assert taken.startswith("shifting, seed 9, attempt 0 at temperature 1.00: 2 hypotheses")
    assert "similarity" in taken


def test_the_chord_of_every_beat_is_as_given_else_as_heard_else_as_found() -> None:
    given = (TimedChord(0.0, 4.0, Chord.of(9, "min")),)
    bass = a_bass_line()
    rows = Context(Request(prompts=(a_tune(),), chords=given, context=(bass,))).pitch_classes(0.0, 5)
    assert [set(np.flatnonzero(row).tolist()) for row in rows] == [{9, 0, 4}] * 4 + [set()]
    heard = Context(Request(prompts=(a_tune(),), context=(bass, a_beat()))).pitch_classes(0.0, 1)
    sounding = {note.pitch % 12 for note in bass.notes if note.onset < 1}
    assert set(np.flatnonzero(heard[0]).tolist()) <= sounding
    found = Context(Request(prompts=(some_chords(),)))
    assert found.pitch_classes(0.0, 4).any(1).all()
    assert found.chords
