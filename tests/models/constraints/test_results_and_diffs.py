"""From proposed notes to a result: diffs, the dial, reports, what a file carried, bars before and behind."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.constraints.constraints import Constraints
from models.constraints.continuation import as_infill, behind, behind_silence, on_bar_lines
from models.constraints.diff import diff, diff_in_place, group_edits, without_collisions
from models.constraints.edits import Edit, EditSet
from models.constraints.result import as_variation, carrying, kept_notes
from models.constraints.similarity_search import SearchResult, apply_edits, search_similarity, similarity_after
from models.generator import Locks, Report, Request, Variation
from models.music.beats import Metre
from models.music.carried import Carried, Voice
from models.music.chord import Chord, TimedChord
from models.music.clip import Clip
from models.music.scale import Scale
from models.music.similarity import similarity
from tests.strategies import a_beat, a_clip, a_note, clips, examples

RNG = np.random.default_rng
QUICK = settings(max_examples=examples(30), deadline=None, suppress_health_check=list(HealthCheck))
FOUR = a_clip(*(a_note(60 + 2 * place, place, 1, 80) for place in range(4)), length=4.0, role="melody")


def open_to(clip: Clip, role: str = "melody", **asked: object) -> Constraints:
    return Constraints.of(Request(prompts=(clip,), **asked), role)  # type: ignore[arg-type]


def done(constraints: Constraints, edits: EditSet) -> list[tuple[int, float, float]]:
    return [(n.pitch, n.onset, n.duration) for n in apply_edits(edits, edits.edits, 0.0).notes]


# ---- diffs


@pytest.mark.parametrize(
    ("proposed", "same"),
    [
        (a_note(60, 0.04, 1), True),
        (a_note(60, 0.05, 1), False),
        (a_note(60, 0, 0.8), True),
        (a_note(60, 0, 0.79), False),
        (a_note(60, 0, 1, 1), True),  # loudness is another matter
        (a_note(61, 0, 1), False),
    ],
)
def test_a_note_proposed_again_is_the_prompts(proposed, same: bool) -> None:
    constraints = open_to(FOUR)
    result = apply_edits(edits := diff(constraints, [proposed, *FOUR.notes[1:]], RNG(0)), edits.edits, 0.0)
    assert (result.notes == FOUR.notes) == same
    assert result.kept[1:] == (1, 2, 3)


def test_a_hit_is_the_same_however_long() -> None:
    beat = a_beat()
    proposed = [note.moved(duration=2.0) for note in beat.notes]
    assert not diff(open_to(beat, "drums"), proposed, RNG(0)).edits


def test_only_free_notes_go_and_only_legal_ones_come() -> None:
    constraints = open_to(FOUR, region=(1.0, 3.0), scale=Scale.parse("C"))
    edits = diff(constraints, [a_note(67, 1.5, 0.5), a_note(66, 2, 0.5), a_note(65, 3.5, 0.5)], RNG(0))
    assert done(constraints, edits) == [(60, 0, 1), (67, 1.5, 0.5), (66, 3, 1)]


def test_new_notes_are_cut_at_what_is_in_their_way() -> None:
    alone, together = open_to(FOUR, selected=frozenset({1})), open_to(FOUR, selected=frozenset({1}), polyphony=4)
    staying = [note for at, note in enumerate(FOUR.notes) if at != 1]
    fresh = [a_note(70, 1, 1.5), a_note(71, 1.25, 0.5)]
    one_voice = without_collisions(alone, fresh, staying)
    assert [(note.pitch, note.onset, note.duration) for note in one_voice] == [(70, 1, 0.25), (71, 1.25, 0.5)]
    several = without_collisions(together, fresh, staying)
    assert [(note.pitch, note.duration) for note in several] == [(70, 1), (71, 0.5)]
    taken = [a_note(64, 1.5, 1), a_note(64, 2.25, 0.25)]  # E stands there from 2 on
    assert [(n.onset, n.duration) for n in without_collisions(together, taken[:1], staying)] == [(1.5, 0.5)]
    assert without_collisions(open_to(FOUR, polyphony=4), taken[1:], staying) == []
    assert without_collisions(open_to(FOUR, polyphony=4), [a_note(70, 3, 1 / 65)], staying) == []


@QUICK
@given(clips("melody", most=10), clips("melody", most=10), st.integers(0, 99))
def test_what_comes_never_collides_with_what_stays(clip: Clip, other: Clip, seed: int) -> None:
    constraints = open_to(clip)
    if not constraints.free:
        return
    edits = diff(constraints, other.notes, RNG(seed))
    rows = done(constraints, edits)
    fresh = {(note.pitch, note.onset, note.duration) for edit in edits.edits for note in edit.added}
    for pitch, onset, duration in fresh:
        for other_pitch, start, length in rows:
            if (other_pitch, start, length) != (pitch, onset, duration) and other_pitch == pitch:
                assert start + length <= onset + 1e-6 or start >= onset + duration - 1e-6


def test_forms_are_given_note_by_note_and_what_stays_is_no_edit() -> None:
    constraints = open_to(FOUR)
    edits = diff_in_place(constraints, {0: FOUR.notes[0], 2: FOUR.notes[2].moved(pitch=69)}, RNG(1))
    assert edits.edits == [Edit((2,), (FOUR.notes[2].moved(pitch=69),))]


def test_what_lies_in_one_beat_is_one_edit() -> None:
    long = a_clip(*(a_note(60 + at, at / 2, 0.5) for at in range(20)), length=16.0)
    constraints = open_to(long, "chords")
    fresh = [a_note(72, 0.95, 0.1), a_note(74, 3, 0.5), a_note(76, 3.5, 0.5)]
    edits = group_edits(constraints, [0, 1], fresh)
    assert [(edit.removed, [note.pitch for note in edit.added]) for edit in edits] == [
        ((0, 1), []), ((), [72]), ((), [74, 76]),
    ]  # fmt: skip
    halves = group_edits(constraints, [0, 1], fresh, few=20)
    assert [edit.removed for edit in halves if edit.removed] == [(0,), (1,)]
    parted = group_edits(constraints, [], fresh[1:], apart=lambda note: note.pitch)
    assert len(parted) == 2


# ---- the dial


def test_every_choice_is_measured_and_carried_out() -> None:
    edits = EditSet.of(open_to(FOUR), [Edit((0,), ()), Edit((3,), (a_note(66, 3.25, 0.5),))])
    found = apply_edits(edits, edits.edits, 0.5)
    assert (found.kept, found.similarity, [note.onset for note in found.notes]) == ((1, 2, None), 0.5, [1, 2, 3.25])
    for chosen in ([], edits.edits[:1], edits.edits):
        measured = similarity(FOUR.notes, apply_edits(edits, chosen, 0).notes)
        assert similarity_after(edits, chosen) == pytest.approx(measured)


def test_without_a_dial_all_is_done_or_what_leaves_least_undone() -> None:
    edits = EditSet.of(open_to(FOUR), [Edit((at,), (FOUR.notes[at].moved(pitch=80 + at),)) for at in range(4)])
    whole = search_similarity(edits, None)
    assert whole is not None
    assert [note.pitch for note in whole.notes] == [80, 81, 82, 83]
    rest = search_similarity(edits, None, [whole.notes])
    assert rest is not None
    assert [note.pitch for note in rest.notes] == [80, 81, 82, 66]
    assert search_similarity(EditSet(open_to(FOUR)), None) is None


def test_at_one_the_prompt_itself_is_a_result_and_below_it_is_none() -> None:
    edits = EditSet.of(open_to(FOUR), [Edit((1,), (FOUR.notes[1].moved(pitch=63),))])
    assert search_similarity(edits, 1.0).notes == FOUR.notes
    near = search_similarity(edits, 0.99)
    assert near is not None
    assert near.notes != FOUR.notes


def test_an_edit_that_brings_back_what_is_taken_is_passed_by() -> None:
    edits = EditSet.of(open_to(FOUR), [Edit((at,), (FOUR.notes[at].moved(pitch=80 + at),)) for at in range(4)])
    first = search_similarity(edits, 0.6)
    second = search_similarity(edits, 0.6, [first.notes])
    third = search_similarity(edits, 0.6, [first.notes, second.notes])
    assert len({first.notes, second.notes, third.notes}) == 3
    assert all(abs(each.similarity - 0.6) <= 0.05 for each in (first, second, third))


# ---- reports


def test_a_report_says_what_was_reached_and_what_not() -> None:
    constraints = open_to(FOUR, scale=Scale.parse("C"), locks=Locks.parse("velocity"))
    new = (a_note(60, 0, 1, 80), a_note(63, 1, 1, 80), *FOUR.notes[2:])
    reached = SearchResult(new, (None, None, 2, 3), 0.5)
    variation = as_variation(constraints, 7, reached, 0.56)
    assert (variation.seed, variation.kept, variation.report.similarity) == (7, (None, None, 2, 3), 0.5)
    assert variation.report.in_scale == 0.5
    assert variation.report.locks == {"velocity": True}
    assert variation.report.remarks == (
        "The similarity is 0.50, as near to 0.56 as the locks and the number of notes let it come.",
    )
    assert as_variation(constraints, 7, reached, 0.54).report.remarks == ()
    assert as_variation(constraints, 7, reached, None).report.remarks == ()
    assert as_variation(open_to(FOUR), 7, reached, None).report.in_scale == 1.0
    assert "as the wall let it" in as_variation(constraints, 7, reached, 0.9, "the wall").report.remarks[0]


def test_each_kept_note_is_one_of_the_prompt_and_no_other() -> None:
    twice = (a_note(60, 0), a_note(60, 0), a_note(62, 1))
    assert kept_notes(twice, (a_note(60, 0), a_note(60, 0), a_note(60, 0), a_note(62, 1))) == (0, 1, None, 2)
    assert kept_notes(twice, ()) == ()


BEND = (0.0, bytes((0xE0, 0, 70)))
FILE = Carried(2, 96, ((0.0, bytes((0xC0, 4))), (1.0, bytes((0xB0, 64, 127)))), voices=(Voice(0.0, 60, 2, (BEND,)),))


def carried(task: str, kept: tuple, notes: tuple, prompt: Clip = FOUR) -> Variation:
    clip = Clip(prompt.notes, prompt.length, carried=FILE, role="melody")
    request = Request(task=task, prompts=(clip,), region=(0.0, 4.0) if task == "infill" else None)  # type: ignore[arg-type]
    return carrying(request, Variation(FOUR.with_notes(notes), 0, kept, Report(1.0)))


def test_the_expression_of_a_note_goes_with_it_and_what_is_new_comes_without() -> None:
    moved = (FOUR.notes[0], a_note(70, 2))
    variation = carried("vary", (0, None), moved)
    assert variation.clip.carried.events == FILE.events
    assert variation.clip.carried.voices == FILE.voices
    assert "without the bends" in variation.report.remarks[0]
    assert carried("vary", (0,), moved[:1]).report.remarks == ()
    gone = carried("vary", (None, None), moved)
    assert gone.clip.carried.voices == ()


def test_bars_of_their_own_keep_the_instrument_and_say_what_stays_behind() -> None:
    variation = carried("continue", (None,), (a_note(60),))
    assert variation.clip.carried == FILE.instrument
    assert "come without them" in variation.report.remarks[0]
    plain = Request(task="continue", prompts=(FOUR,))
    assert carrying(plain, variation) is variation


# ---- bars before and behind


def test_a_continuation_is_an_infill_of_the_bars_behind() -> None:
    asked = as_infill(Request(task="continue", prompts=(FOUR,), bars=3, similarity=0.5, temperature=1.5))
    assert (asked.task, asked.region, asked.similarity, asked.bars, asked.temperature) == (
        "infill",
        (4.0, 16.0),
        None,
        None,
        1.5,
    )
    assert as_infill(Request(task="continue", prompts=(FOUR,))).region == (4.0, 8.0)
    long = a_clip(a_note(), length=40.0)
    assert as_infill(Request(task="continue", prompts=(long,))).region == (40.0, 56.0)
    ragged = a_clip(a_note(), length=5.0, metre=Metre(3, 4))
    assert as_infill(Request(task="continue", prompts=(ragged,), bars=1)).region == (6.0, 9.0)


def test_what_lies_behind_begins_at_nought_and_keeps_nothing() -> None:
    asked = as_infill(Request(task="continue", prompts=(FOUR,), bars=1))
    notes = (*FOUR.notes, a_note(72, 4.5, 9))
    made = Variation(asked.prompt.with_notes(notes), 3, (0, 1, 2, 3, None), Report(0.9, locks={"rhythm": True}))
    alone = behind(asked, made)
    assert [(n.pitch, n.onset, n.duration) for n in alone.clip.notes] == [(72, 0.5, 3.5)]
    assert (alone.clip.length, alone.kept, alone.report.similarity, alone.report.locks) == (4.0, (None,), 0.0, {})


def test_a_pickup_is_put_behind_silence_and_comes_back_without() -> None:
    tune = a_clip(a_note(60, 0, 1), a_note(62, 1, 1), length=5.0, pickup=1.0)
    beside = a_clip(a_note(36, 0, 1), length=5.0, role="drums")
    chords = (TimedChord(0.0, 5.0, Chord.of(0)),)
    request = Request(prompts=(tune,), context=(beside,), chords=chords, region=(1.0, 5.0))
    later, silence = on_bar_lines(request)
    assert silence == 3.0
    assert [note.onset for note in later.prompt.notes] == [3, 4]
    assert [note.onset for note in later.context[0].notes] == [3]
    assert (later.region, later.chords[0].onset, later.prompt.length) == ((4.0, 8.0), 3.0, 8.0)
    assert on_bar_lines(request.but(region=None))[0].region == (3.0, 8.0)
    back = behind_silence(later, Variation(later.prompt, 0, (0, 1), Report(1.0)), silence)
    assert [note.onset for note in back.clip.notes] == [0, 1]
    assert (back.clip.length, back.clip.pickup) == (5.0, 1.0)
    plain = Request(prompts=(FOUR,))
    assert on_bar_lines(plain) == (plain, 0.0)
    pair = Request(task="morph", prompts=(tune, tune))
    assert on_bar_lines(pair) == (pair, 0.0)


# ---- beside the first edits

TEN = a_clip(*(a_note(60 + place, place, 1) for place in range(10)), length=10.0, role="melody")


def repitched(*places: int) -> Edit:
    """An edit that gives these notes another pitch, which leaves a quarter of each."""
    return Edit(places, tuple(TEN.notes[place].moved(pitch=TEN.notes[place].pitch + 6) for place in places))


@pytest.mark.parametrize(
    ("sizes", "target", "chosen"),
    [
        (((0, 1, 2, 3), (5,)), 0.92, [1]),  # the second in place of the first
        (((5,), (0, 1, 2, 3), (7,)), 0.7, [1]),  # the first left out
        (((5,), (0, 1, 2, 3), (7,)), 0.62, [0, 1]),
        (((5,), (7,), (0, 1, 2, 3)), 0.55, [0, 1, 2]),
        (((5,), (7,), (9,)), 0.85, [0, 1]),
        (((5, 6), (7,), (0, 1)), 0.775, [0, 1]),
        (((5, 6), (0, 1, 2), (7,)), 0.77, [0, 2]),  # the last of the first ones in place of a later one
    ],
)
def test_beside_the_first_edits_single_exchanges_are_tried(sizes: tuple, target: float, chosen: list[int]) -> None:
    edits = [repitched(*places) for places in sizes]
    found = search_similarity(EditSet.of(open_to(TEN), edits), target)
    assert found is not None
    assert found.notes == apply_edits(EditSet(open_to(TEN)), [edits[number] for number in chosen], 0.0).notes
