"""What a request allows, what an edit set takes in, what the similarity search finds: held against any request."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from models.constraints.constraints import Constraints, polyphony_of
from models.constraints.continuation import as_infill, behind
from models.constraints.diff import diff
from models.constraints.edits import EditSet
from models.constraints.result import as_variation, kept_notes
from models.constraints.similarity_search import TOLERANCE, apply_edits, search_similarity, similarity_after
from models.constraints.verify import locks_held
from models.generator import Locks, Report, Request, Variation
from models.music.beats import Metre
from models.music.clip import ROLES, Role
from models.music.errors import EmptyClip, Refused
from models.music.note import Note
from models.music.scale import Scale
from models.music.similarity import similarity
from tests.models.constraints.violations import violations
from tests.strategies import a_beat, a_clip, a_note, a_tune, clips, requests, some_chords

FEW = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
ROLE = st.sampled_from(ROLES)


def constraints_of(request: Request) -> Constraints:
    """Of a drawn request; one that is refused is drawn again."""
    try:
        return Constraints.of(request, request.role or "melody")
    except (Refused, EmptyClip):
        assume(False)
        raise


@st.composite
def proposals(draw: st.DrawFn) -> tuple[Constraints, list[Note], np.random.Generator]:
    """Constraints and notes of another clip of the same role, which may break every one of them."""
    request = draw(ROLE.flatmap(lambda role: requests(role, most=12)))
    other = draw(clips(request.role or "melody", most=12))
    return constraints_of(request), list(other.notes), np.random.default_rng(draw(st.integers(0, 99)))


@FEW
@given(proposals(), st.randoms(use_true_random=False))
def test_any_choice_of_edits_keeps_every_promise(drawn, chance) -> None:
    constraints, notes, rng = drawn
    edit_set = diff(constraints, notes, rng)
    chosen = [edit for edit in edit_set.edits if chance.random() < 0.6]
    found = apply_edits(edit_set, chosen, similarity_after(edit_set, chosen))
    if found.notes:
        variation = as_variation(constraints, 0, found, None)
        assert not violations(constraints.request, variation, constraints.role)


@FEW
@given(proposals(), st.floats(0.05, 1))
def test_the_search_measures_truly_and_never_worse_than_no_edit_or_all(drawn, target: float) -> None:
    constraints, notes, rng = drawn
    edit_set = diff(constraints, notes, rng)
    found = search_similarity(edit_set, target)
    if found is None:
        return
    prompt = constraints.prompt.notes
    assert found.similarity == pytest.approx(similarity(prompt, found.notes, drums=constraints.drums), abs=1e-9)
    whole = apply_edits(edit_set, edit_set.edits, 0.0).notes
    if whole and whole != prompt:
        off = abs(similarity(prompt, whole, drums=constraints.drums) - target)
        assert abs(found.similarity - target) <= max(off, TOLERANCE) + 1e-9
    variation = as_variation(constraints, 0, found, target)
    assert (abs(found.similarity - target) > TOLERANCE) == bool(variation.report.remarks)
    assert not violations(constraints.request, variation, constraints.role)


@FEW
@given(proposals(), st.floats(0.05, 1))
def test_the_same_search_gives_the_same_and_never_what_is_taken(drawn, target: float) -> None:
    constraints, notes, _ = drawn
    first, again = (search_similarity(diff(constraints, notes, np.random.default_rng(5)), target) for _ in range(2))
    assert first == again
    if first is not None:
        other = search_similarity(diff(constraints, notes, np.random.default_rng(5)), target, [first.notes])
        assert other is None or other.notes != first.notes


@FEW
@given(ROLE.flatmap(lambda role: clips(role, most=12)), st.integers(0, 99))
def test_a_diff_to_a_legal_clip_leads_to_it(clip, seed: int) -> None:
    # The target is what some edits made, so it is legal; a diff towards it must find it again. Half of a note that is
    # next to nothing is none that a diff writes.
    assume(all(note.duration >= 0.1 for note in clip.notes))
    role: Role = clip.role or "melody"
    constraints = Constraints.of(Request(prompts=(clip,), role=role, polyphony=16), role)
    rng = np.random.default_rng(seed)
    edit_set = EditSet(constraints)
    for index in sorted(constraints.free):
        if rng.random() < 0.5:
            edit_set.add((index,), (clip.notes[index].moved(duration=clip.notes[index].duration / 2),))
    wanted = apply_edits(edit_set, edit_set.edits, 0.0).notes
    back = diff(constraints, wanted, rng)
    reached = apply_edits(back, back.edits, 0.0).notes
    if constraints.drums:  # lengths of hits don't count: they are the same hits
        assert [note.order for note in reached] == [note.order for note in clip.notes]
    else:
        assert reached == wanted


@FEW
@given(ROLE.flatmap(lambda role: requests(role, most=12)), st.data())
def test_what_may_not_change_is_never_taken_in(request: Request, data) -> None:
    constraints = constraints_of(request)
    edit_set = EditSet(constraints)
    fixed = sorted(set(range(len(constraints.notes))) - constraints.free)
    for index in fixed:
        note = constraints.notes[index]
        assert not edit_set.add((index,), (note.moved(velocity=note.velocity % 127 + 1),))
        assert not edit_set.add((index,), ())
    pitch = data.draw(st.integers(0, 127))
    onset = data.draw(st.floats(0, request.prompt.length, exclude_max=True))
    if edit_set.add((), (Note(pitch, onset, 0.25),)):
        assert pitch in constraints.allowed
        assert constraints.start - 1e-6 <= onset < constraints.end
        assert constraints.allowed_edits.add
        cap = constraints.polyphony
        found = apply_edits(edit_set, edit_set.edits, 0.0).notes
        assert cap is None or polyphony_of(found) <= max(cap, polyphony_of(request.prompt.notes))


@FEW
@given(clips("melody"), st.integers(1, 3))
def test_a_continuation_lies_behind_the_prompt_in_whole_bars(clip, bars: int) -> None:
    asked = as_infill(Request(task="continue", prompts=(clip,), bars=bars, locks=Locks.parse("rhythm")))
    start, end = asked.region or (0.0, 0.0)
    assert start >= clip.length - 1e-6
    assert end - start == pytest.approx(bars * clip.metre.bar)
    assert asked.prompt.notes == clip.notes
    assert not asked.locks.names
    new = a_note(60, start + clip.metre.bar / 2, 0.25)
    result = Variation(asked.prompt.with_notes((*clip.notes, new)), 1, (None,) * (len(clip.notes) + 1), Report(0.5))
    alone = behind(asked, result)
    assert alone.clip.length == pytest.approx(end - start)
    assert [note.pitch for note in alone.clip.notes if note.onset == pytest.approx(clip.metre.bar / 2)][-1:] == [60]


# ---- the verification: each mutation of a kept result is caught, and by its name

TUNE = a_tune()


def broken(position: int = 3, *, kept: bool = False, **changes: float) -> Variation:
    """The tune with one note changed, said to be new (or still to be the prompt's)."""
    notes = list(TUNE.notes)
    notes[position] = notes[position].moved(**changes)
    order = sorted(range(len(notes)), key=lambda index: notes[index].order)
    origin = tuple(index if index != position or kept else None for index in order)
    clip = TUNE.with_notes(notes[index] for index in order)
    return Variation(clip, 0, origin, Report(0.9))


@pytest.mark.parametrize(
    ("asked", "variation", "sentence"),
    [
        ({"locks": Locks.parse("rhythm")}, broken(onset=2.25), "lock rhythm"),
        ({"locks": Locks.parse("rhythm")}, broken(duration=0.25), "lock rhythm"),
        ({"locks": Locks.parse("pitch")}, broken(pitch=75), "lock pitch"),
        ({"locks": Locks.parse("contour")}, broken(pitch=79), "lock contour"),
        ({"locks": Locks.parse("velocity")}, broken(velocity=1), "lock velocity"),
        ({"locks": Locks.parse("top")}, broken(pitch=73), "lock top"),
        ({"locks": Locks.parse("bass")}, broken(duration=0.25), "lock bass"),
        ({"locks": Locks(lanes=frozenset({74}))}, broken(pitch=73), "lock lane:74"),
        ({}, broken(velocity=1, kept=True), "said to be kept"),
        ({"region": (4.0, 8.0)}, broken(pitch=72), "outside the region or selection"),
        ({"region": (4.0, 8.0)}, broken(pitch=72), "begins outside the region"),
        ({"selected": frozenset({0})}, broken(pitch=72), "outside the region or selection"),
        ({"scale": Scale.parse("A minor")}, broken(pitch=73), "outside the scale"),
        ({"range": (60, 72)}, broken(pitch=75), "outside the range"),
        ({}, broken(20, duration=9.0), "rings past the clip's end"),
        ({}, broken(onset=-0.5), "begins outside the clip"),
        ({}, broken(velocity=0), "impossible value"),
        ({}, broken(2, duration=9.5), "overlaps another of its pitch"),
    ],
)
def test_the_verification_names_each_broken_promise(asked: dict, variation: Variation, sentence: str) -> None:
    request = Request(prompts=(TUNE,), role="melody", **asked)
    assert any(sentence in said for said in violations(request, variation, "melody"))


@pytest.mark.parametrize("clip", [a_tune(), some_chords(), a_beat()], ids=lambda clip: clip.role)
def test_the_prompt_itself_breaks_nothing(clip) -> None:
    locks = Locks.parse("rhythm,pitch,contour,velocity,top,bass")
    whole = Variation(clip, 0, tuple(range(len(clip.notes))), Report(1.0))
    assert not violations(Request(prompts=(clip,), locks=locks, scale=Scale.parse("F#")), whole, clip.role)


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


# ---- rows that a musician would sign


@pytest.mark.parametrize(
    ("metre", "length", "locks", "edit", "legal"),
    [
        # A waltz in three: the last beat may move within its bar, not past the end.
        (Metre(3, 4), 3.0, "", ((2,), (64, 2.5, 0.5)), True),
        (Metre(3, 4), 3.0, "", ((2,), (64, 2.5, 1.0)), False),
        # Seven eighths under a contour lock: what rises to E may rise to F, and not stay on D.
        (Metre(7, 8), 3.5, "contour", ((2,), (62, 2.0, 1.0)), False),
        (Metre(7, 8), 3.5, "contour", ((2,), (65, 2.0, 1.0)), True),
        # Beneath a locked top line nothing may be struck above it.
        (Metre(), 4.0, "top", ((), (66, 2.5, 0.5)), False),
        (Metre(), 4.0, "top", ((), (57, 2.5, 0.5)), True),
        # Above a locked bass line nothing below it.
        (Metre(), 4.0, "bass", ((), (57, 2.5, 0.5)), False),
        (Metre(), 4.0, "bass", ((), (67, 2.5, 0.5)), True),
        # The same key can't be struck while it is held down.
        (Metre(), 4.0, "", ((), (64, 2.5, 0.5)), False),
    ],
)
def test_what_a_player_could_and_could_not_do(metre, length, locks, edit, legal: bool) -> None:
    tune = a_clip(a_note(60, 0), a_note(62, 1), a_note(64, 2), length=length, metre=metre, role="melody")
    request = Request(prompts=(tune,), locks=Locks.parse(locks), polyphony=3, role="melody")
    removed, (pitch, onset, duration) = edit
    edit_set = EditSet(Constraints.of(request, "melody"))
    assert edit_set.add(removed, (a_note(pitch, onset, duration),)) == legal


@pytest.mark.parametrize(("target", "kept"), [(0.75, 3), (0.5, 2), (0.25, 1)])
def test_four_hits_to_other_drums_meet_the_dial_exactly(target: float, kept: int) -> None:
    beat = a_clip(*(a_note(36, onset, 0.25) for onset in range(4)), length=4.0, role="drums")
    edit_set = EditSet(Constraints.of(Request(prompts=(beat,), role="drums"), "drums"))
    for index in range(4):
        assert edit_set.add((index,), (a_note(38, index, 0.25),))
    found = search_similarity(edit_set, target)
    assert found is not None
    assert found.similarity == target
    assert sum(index is not None for index in found.kept) == kept == sum(note.pitch == 36 for note in found.notes)


def test_kept_notes_are_each_used_once() -> None:
    one, other = a_note(60, 0), a_note(62, 1)
    assert kept_notes((one, other), (one, one, other)) == (0, None, 1)
    assert kept_notes((one, one), (one, one)) == (0, 1)
