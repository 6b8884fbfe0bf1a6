"""Moves that are legal in any combination, and the dial that chooses among them."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.constraints import similarity_search as dial
from models.constraints.constraints import Constraints, polyphony_of
from models.constraints.edits import EditSet
from models.constraints.similarity_search import apply_edits, search_similarity
from models.constraints.verify import locks_held
from models.engines.rules.editor import Editor
from models.engines.rules.plan import vary
from models.generator import Locks, Report, Request, Variation
from models.music.errors import EmptyClip, Refused
from models.music.scale import Scale
from models.music.similarity import common, similarity
from models.sampling.conditions import Conditions, Trial
from tests.models.constraints.violations import violations
from tests.strategies import a_clip, a_note, a_tune, requests, some_chords


def a_constraints(*notes, role="melody", length=16.0, **asked) -> Constraints:
    return Constraints.of(Request(prompts=(a_clip(*notes, role=role, length=length),), **asked), role)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(requests(most=10), st.randoms(use_true_random=False))
def test_any_choice_of_a_edit_set_keeps_every_promise(request: Request, chance) -> None:
    try:
        conditions = Conditions.of(request.task, request, "melody")
    except (Refused, EmptyClip):
        return
    editor = Editor(conditions)
    editor.begin(Trial(request.seed))
    vary(editor, 0.5)
    edit_set = editor.edit_set
    chosen = [move for move in edit_set.edits if chance.random() < 0.5]
    result = apply_edits(edit_set, chosen, 0.0)
    if result.notes:
        variation = Variation(request.prompt.with_notes(result.notes), 0, result.kept, Report(0.0))
        assert not violations(request, variation, "melody")


def test_the_dial_finds_the_best_of_all_choices() -> None:
    constraints = a_constraints(*(a_note(60 + step, step, 1) for step in range(5)))
    edit_set = EditSet(constraints)
    for index in range(5):
        assert edit_set.add((index,), (constraints.notes[index].moved(pitch=70 + index),))
    target = 0.55
    choices = [list(some) for size in range(6) for some in combinations(edit_set.edits, size)]
    best = min(abs(similarity(constraints.notes, apply_edits(edit_set, some, 0).notes) - target) for some in choices)
    reached = search_similarity(edit_set, target)
    assert reached is not None
    assert abs(reached.similarity - target) <= best + 1e-9


@settings(max_examples=40, deadline=None)
@given(st.floats(0.5, 0.95), st.integers(6, 16), st.sampled_from((0.25, 0.5, 1 / 3)))
def test_a_note_is_nudged_only_to_places_where_the_clip_has_notes(target: float, notes: int, step: float) -> None:
    constraints = a_constraints(*(a_note(60 + index % 5, index * step, step) for index in range(notes)))
    reached = search_similarity(EditSet(constraints), target)
    assert reached is not None
    assert reached.similarity == pytest.approx(target, abs=0.05)
    usual = {round(note.onset % 1, 6) % 1 for note in constraints.notes}
    assert all(min(abs(note.onset % 1 - place) for place in (*usual, 1.0)) < 1e-5 for note in reached.notes)


def test_the_search_for_what_cannot_be_had_ends_by_a_count(monkeypatch) -> None:
    # Few notes are free, so no choice of moves comes near to the dial.
    dense = [a_note(48 + place * 5 % 24, place / 8, 1 / 8) for place in range(96)]
    constraints = a_constraints(*dense, selected=frozenset({5, 40, 41, 42, 90}))
    compared: list[int] = []

    def counted(a, b, **others):
        compared.append(1)
        return common(a, b, **others)

    monkeypatch.setattr(dial, "common", counted)
    found = []
    for most in (10**9, 0):
        monkeypatch.setattr(dial, "_MOST_EFFORT", most)
        compared.clear()
        edit_set = EditSet(constraints)
        edit_set.add((5,), (dense[5].moved(pitch=60),))
        assert search_similarity(edit_set, 0.1) is not None
        found.append(len(compared))
    assert found[1] < found[0] / 4


def test_what_is_taken_is_not_given_again() -> None:
    constraints = a_constraints(a_note(60, 0), a_note(62, 1))
    edit_set = EditSet(constraints)
    edit_set.add((0,), (a_note(64, 0),))
    first = search_similarity(edit_set, None)
    assert first is not None
    assert search_similarity(edit_set, None, [first.notes]) is None


@pytest.mark.parametrize(
    ("locked", "removed", "added"),
    [
        ("rhythm", (0,), [a_note(60, 0.5)]),
        ("rhythm", (0,), [a_note(60, 0, 0.5)]),
        ("rhythm", (), [a_note(70, 3)]),
        ("pitch", (0,), [a_note(61, 0)]),
        ("pitch", (0,), [a_note(60, 1.5)]),
        ("velocity", (0,), [a_note(60, 0.5, velocity=99)]),
        ("contour", (0,), [a_note(66, 0)]),
        ("top", (0,), [a_note(61, 0)]),
        ("bass", (), [a_note(50, 1)]),
    ],
)
def test_a_edit_set_refuses_what_a_lock_forbids(locked: str, removed: tuple, added: list) -> None:
    constraints = a_constraints(a_note(60, 0), a_note(64, 1), a_note(62, 2), locks=Locks.parse(locked))
    assert not EditSet(constraints).add(removed, tuple(added))


def test_a_edit_set_refuses_two_notes_of_one_pitch_at_once() -> None:
    constraints = a_constraints(a_note(60, 0, 2), a_note(64, 2, 2), a_note(67, 4, 2), polyphony=4)
    edit_set = EditSet(constraints)
    assert not edit_set.add((), (a_note(60, 1, 1),))
    assert edit_set.add((1,), (a_note(62, 2, 2),))
    assert not edit_set.add((2,), (a_note(62, 3, 1),))


def test_a_monophonic_line_stays_monophonic() -> None:
    constraints = a_constraints(a_note(60, 0, 1), a_note(62, 1, 1))
    assert not EditSet(constraints).add((1,), (a_note(62, 0.5, 1.5),))
    assert EditSet(constraints).add((0, 1), (a_note(60, 0, 0.5), a_note(62, 0.5, 1.5)))


def test_voices_are_counted() -> None:
    assert polyphony_of(some_chords().notes) == 3
    assert polyphony_of(a_tune().notes) == 1


@pytest.mark.parametrize("locked", ["rhythm,pitch,velocity", "pitch,rhythm,velocity,top"])
def test_locks_that_leave_nothing_are_refused(locked: str) -> None:
    with pytest.raises(Refused, match="open a lock"):
        a_constraints(a_note(), locks=Locks.parse(locked))


def test_a_clip_without_notes_is_refused() -> None:
    with pytest.raises(EmptyClip, match="no notes"):
        a_constraints()


@pytest.mark.parametrize(("policy", "pitches"), [("keep", [61, 64]), ("snap", [60, 64]), ("drop", [64])])
def test_notes_outside_the_scale(policy: str, pitches: list[int]) -> None:
    constraints = a_constraints(a_note(61, 0), a_note(64, 1), scale=Scale.parse("C"), outside=policy)
    assert [note.pitch for note in constraints.notes] == pitches


def test_the_proof_finds_a_broken_lock() -> None:
    before, after = (a_note(60, 0), a_note(62, 1)), (a_note(60, 0), a_note(59, 1.5))
    held = locks_held(Locks.parse("rhythm,pitch,contour,velocity,top,bass,lane:62"), before, after, (0, None))
    assert held == {
        "rhythm": False,
        "pitch": False,
        "contour": False,
        "velocity": True,
        "top": False,
        "bass": False,
        "lane:62": False,
    }


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ((a_note(61, 0), a_note(62, 1)), "scale"),
        ((a_note(60, 0), a_note(60, 0.5)), "overlaps"),
        ((a_note(60, 0), a_note(62, 16.5)), "outside the clip"),
        ((), "empty"),
    ],
)
def test_the_proof_finds_other_breaches(changed: tuple, sentence: str) -> None:
    request = Request(prompts=(a_clip(a_note(60, 0), a_note(62, 1)),), scale=Scale.parse("C"))
    kept = tuple(0 if note == a_note(60, 0) else None for note in changed)
    variation = Variation(request.prompt.with_notes(changed), 0, kept, Report(0.0))
    assert any(sentence in violation for violation in violations(request, variation, "melody"))


@pytest.mark.parametrize(
    ("asked", "pitch"),
    [({}, 60), ({"locks": Locks.parse("bass")}, 62), ({"range": (62, 80)}, 62), ({"locks": Locks.parse("top")}, 60)],
)
def test_a_snapped_note_keeps_range_and_locked_lines(asked: dict, pitch: int) -> None:
    clip = a_clip(
        a_note(60, 0, 4) if "locks" in asked and asked["locks"].bass else a_note(48, 0, 4),
        a_note(61, 0, 4),
        a_note(62 if "locks" in asked and asked["locks"].top else 72, 0, 4),
        role="chords",
    )
    constraints = Constraints.of(Request(prompts=(clip,), scale=Scale.parse("C"), outside="snap", **asked), "chords")
    assert constraints.notes[1].pitch == pitch


def test_of_many_notes_that_are_too_near_so_many_are_left_out_with_few_looks() -> None:
    constraints = a_constraints(*(a_note(60 + step % 12, step / 2, 0.5) for step in range(240)), length=120.0)
    edit_set = EditSet(constraints)
    new = tuple(note.moved(duration=0.25) for note in constraints.notes)
    assert edit_set.add(tuple(range(240)), new)
    looks = []
    reached = search_similarity(edit_set, 0.5, cancelled=lambda: bool(looks.append(1)))
    assert reached is not None
    assert reached.similarity == pytest.approx(0.5, abs=dial.GOOD_ENOUGH)
    assert len(looks) < 20
