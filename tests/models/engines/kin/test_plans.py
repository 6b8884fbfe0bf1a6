"""Plans: figures return alike, lines hear their chords, chords keep their bass, beats their backbeat and their pads."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from models.constraints.constraints import Constraints
from models.constraints.similarity_search import apply_edits, search_similarity
from models.engines.kin.config import PROFILES
from models.engines.kin.generator import KinEngine
from models.engines.kin.network import Network
from models.engines.kin.planning.continuation import continued
from models.engines.kin.planning.edit_builder import EditBuilder
from models.engines.kin.planning.line_search import LineSearch, Slot
from models.engines.kin.planning.performance_model import PerformanceModel
from models.engines.kin.planning.planner import Planner, plan_edits
from models.engines.kin.planning.selection import penalty
from models.engines.kin.planning.structure import Structure
from models.engines.kin.playing.decoding import Decoder
from models.engines.kin.reading.view import RequestView
from models.generator import Request
from models.music.beats import strength
from models.music.chord import Chord, TimedChord, chord_at
from models.music.clip import Clip, Role
from models.music.note import Note
from tests.models.constraints.violations import violations
from tests.strategies import a_clip, a_note

IDEAS = range(7)
CHORDS = tuple(TimedChord(4.0 * bar, 4.0, Chord.of(root)) for bar, root in enumerate((0, 7, 0, 7, 5, 7, 5, 0)))
HOOK = ((0, 0.5, 60), (0.5, 0.5, 64), (1, 1, 67), (2, 0.5, 65), (2.5, 0.5, 64), (3, 1, 62))
ANSWER = ((0, 1, 62), (1, 0.5, 59), (1.5, 0.5, 62), (2, 2, 67))
CLOSE = ((0, 0.5, 64), (0.5, 0.5, 62), (1, 3, 60))


def a_song() -> Clip:
    """Eight bars: hook and answer, hook and answer, both again a step away, and a close on C."""
    bars = (HOOK, ANSWER, HOOK, ANSWER, HOOK, ANSWER, HOOK, CLOSE)
    notes = [
        a_note(pitch, 4 * bar + onset, duration, 100 - 10 * (onset % 1 > 0))
        for bar, figure in enumerate(bars)
        for onset, duration, pitch in figure
    ]
    return a_clip(*notes, length=32.0, role="melody")


def a_vamp() -> Clip:
    """Four bars of Am7, Fmaj7, C, G over their roots, two strokes a bar, the second one weak and short."""
    shapes = ((45, 60, 64, 67), (41, 60, 64, 69), (48, 60, 64, 67), (43, 59, 62, 67))
    notes = [
        a_note(pitch, 4 * bar + onset, duration, 80 + place)
        for bar, shape in enumerate(shapes)
        for onset, duration in ((0, 1.5), (2.5, 0.5))
        for place, pitch in enumerate(shape)
    ]
    return a_clip(*notes, length=16.0, role="chords")


def a_house_beat() -> Clip:
    bar = [
        *((36, place, 110) for place in range(4)),
        (39, 1, 100),
        (39, 3, 100),
        *((46, place + 0.5, 95) for place in range(4)),
        *((42, place / 4, 80 - 20 * (place % 2)) for place in range(16)),
    ]
    notes = [a_note(pitch, 4 * number + place, 0.2, loud) for number in range(4) for pitch, place, loud in bar]
    return a_clip(*notes, length=16.0, role="drums")


def structure_of(clip: Clip, role: Role, **others: object) -> Structure:
    request = Request(prompts=(clip,), role=role, **others)  # type: ignore[arg-type]
    return Structure.of(RequestView.of(Constraints.of(request, role), "vary"))


def variation(clip: Clip, role: Role, target: float, idea: int, **others: object) -> tuple[Note, ...]:
    structure = structure_of(clip, role, similarity=target, **others)
    reached = search_similarity(plan_edits(structure, target, idea, np.random.default_rng(idea)).edit_set, target)
    assert reached is not None
    assert reached.similarity == pytest.approx(target, abs=0.05)
    return reached.notes


def in_bar(notes: tuple[Note, ...], bar: int) -> list[tuple[float, float, int]]:
    return [(note.onset - 4 * bar, note.duration, note.pitch) for note in notes if 4 * bar <= note.onset < 4 * bar + 4]


def test_bars_that_return_are_found():
    structure = structure_of(a_song(), "melody")
    assert structure.equal == (0, 1, 0, 1, 0, 1, 0, 7)
    assert [len(bar) for bar in structure.in_bars] == [6, 4, 6, 4, 6, 4, 6, 3]
    assert structure.returns(1) == [1, 3, 5]


@pytest.mark.parametrize("idea", [0, 1, 5])
def test_a_figure_changes_alike_in_all_its_returns_and_the_head_stays(idea):
    notes = variation(a_song(), "melody", 0.75, idea)
    assert in_bar(notes, 0) == list(map(tuple, HOOK))
    assert in_bar(notes, 1) != list(map(tuple, ANSWER))
    assert in_bar(notes, 1) == in_bar(notes, 3)


@pytest.mark.parametrize("idea", IDEAS)
def test_the_clip_ends_as_it_ended(idea):
    clip = a_song()
    assert variation(clip, "melody", 0.7, idea)[-1] == clip.notes[-1]


@pytest.mark.parametrize("chords", [CHORDS, tuple(c._replace(chord=c.chord.transposed(5)) for c in CHORDS)])
def test_new_strong_notes_belong_to_the_chords_that_are_given(chords):
    clip = a_song()
    old = {(note.onset, note.pitch) for note in clip.notes}
    inside = heard = 0
    for idea in IDEAS:
        for note in variation(clip, "melody", 0.5, idea, chords=chords):
            chord = chord_at(chords, note.onset)
            if (note.onset, note.pitch) not in old and strength(note.onset, clip.metre) >= 0.6 and chord:
                heard += 1
                inside += note.pitch in chord
    assert heard > 30
    assert inside / heard > 0.85


def test_a_path_steps_rests_on_chords_and_costs_less_than_leaps():
    structure = structure_of(a_song(), "melody", chords=CHORDS)
    search = LineSearch(structure, range(len(structure.notes)))
    slots = [Slot(24 * beat, 1.0) for beat in range(4)]
    smooth = search.paths(slots, 60, 62, None)[0]
    assert all(pitch % 12 in {0, 4, 7} for pitch in smooth)
    price = search.pricing(slots, 60, 62)
    assert price(smooth) < price([60, 67, 60, 67])
    assert price([60, 61, 60, 60]) == np.inf


@pytest.mark.parametrize("idea", IDEAS)
def test_a_beat_keeps_its_pads_its_backbeat_and_its_kicks(idea):
    clip = a_house_beat()
    notes = variation(clip, "drums", 0.75, idea)
    assert {note.pitch for note in notes} <= {36, 39, 42, 46}
    there = {(note.onset, note.pitch) for note in notes}
    assert all((4.0 * bar + beat, 39) in there for bar in range(4) for beat in (1, 3))
    assert all((float(beat), 36) in there for beat in range(16))


def test_a_new_hit_sounds_as_its_pad_does_at_such_a_place():
    structure = structure_of(a_house_beat(), "drums")
    performance = PerformanceModel(structure)
    rng = np.random.default_rng(0)
    assert performance.note(6, 42, None, rng).velocity == 60
    assert performance.note(12, 42, None, rng).velocity == 80
    even = structure_of(a_house_beat().with_notes(note.moved(velocity=90) for note in a_house_beat().notes), "drums")
    assert even.softer(90, 0.5) == 90
    assert structure.softer(90, 0.5) == 45


def test_dead_notes_that_are_loud_are_amiss():
    notes = [
        a_note(40 + 2 * (n % 4), 0.5 * n, 0.1 if n % 4 == 1 else 0.4, 30 if n % 4 == 1 else 110) for n in range(16)
    ]
    clip = a_clip(*notes, role="bass")
    structure = structure_of(clip, "bass")
    assert penalty(structure, [note.moved(velocity=110) for note in clip.notes]) > penalty(structure, clip.notes) + 1


def test_an_edit_that_leads_too_far_is_not_put():
    structure = structure_of(a_song(), "melody")
    builder = EditBuilder(structure.constraints, 0.95)
    parts = [((index,), (note.moved(pitch=note.pitch - 12),)) for index, note in enumerate(structure.notes[:10])]
    assert not builder.put(parts)
    assert builder.similarity == 1.0
    assert builder.put(parts[:1])
    assert builder.similarity == pytest.approx(1 - 0.5 / len(structure.notes))
    assert not builder.free(0)


def test_what_is_amiss_is_a_loop_and_a_wrong_note():
    song = structure_of(a_song(), "melody", chords=CHORDS)
    assert penalty(song, a_song().notes) == pytest.approx(0)
    wrong = [note.moved(pitch=61) if index == 2 else note for index, note in enumerate(a_song().notes)]
    loop = [note.moved(pitch=(60, 62)[index % 2]) for index, note in enumerate(a_song().notes)]
    assert 0 < penalty(song, wrong) < penalty(song, loop)


@pytest.mark.parametrize("number", range(4))
def test_a_clip_goes_on_with_its_own_bars_and_comes_home(number):
    clip = a_song()
    longer = Clip(clip.notes, 48.0, role="melody")
    asked = Request(task="infill", prompts=(longer,), role="melody", region=(32.0, 48.0), chords=CHORDS)
    request = continued(asked, "melody", number)
    assert request is not None
    new = [note for note in request.prompt.notes if note.onset >= 32]
    assert new[-1].pitch % 12 in {0, 7}  # the last chord is G, and home is C
    assert {note.pitch for note in new} <= {note.pitch for note in clip.notes}
    assert [timed.chord for timed in request.chords[8:12]] == [timed.chord for timed in CHORDS[:4]]


def test_nothing_to_go_on_with_gives_nothing():
    empty = Request(task="infill", prompts=(a_clip(a_note(), length=8.0),), role="melody", region=(0.0, 8.0))
    assert continued(empty, "melody", 0) is None


@pytest.fixture(scope="module")
def kin() -> KinEngine:
    torch.manual_seed(1)
    return KinEngine("kin", Decoder.of(Network(PROFILES["tiny"])))


def test_results_of_one_request_differ_in_idea(kin):
    clip = a_song()
    found = list(kin.generate(Request(prompts=(clip,), role="melody", count=4, seed=0, similarity=0.7)))
    added = [
        frozenset((n.onset, n.pitch) for n, kept in zip(v.clip.notes, v.kept, strict=True) if kept is None)
        for v in found
    ]
    assert len(found) == 4
    assert all(len(one & other) < 0.9 * len(one | other) for one in added for other in added if one is not other)


@pytest.mark.parametrize("task", ["continue", "infill"])
def test_what_comes_next_keeps_the_promises(kin, task):
    region = (8.0, 16.0) if task == "infill" else None
    request = Request(task=task, prompts=(a_song(),), role="melody", count=3, seed=2, region=region, chords=CHORDS)
    found = list(kin.generate(request))
    assert len(found) == 3
    for one in found:
        if task == "infill":
            assert not violations(request, one, "melody")
        else:
            assert one.clip.length == 16.0
            assert one.clip.notes[-1].pitch % 12 in {0, 7}


def test_a_plan_goes_no_further_than_its_doors(kin):
    constraints = Constraints.of(Request(prompts=(a_song(),), role="melody", similarity=0.7), "melody")
    assert Planner.of(RequestView.of(constraints, "vary"), 0.7) is not None
    assert Planner.of(RequestView.of(constraints, "humanise"), 0.7) is None
    few = Constraints.of(Request(prompts=(a_clip(a_note(), a_note(64, 1.0), role="melody"),)), "melody")
    assert Planner.of(RequestView.of(few, "vary"), 0.7) is None
    builder = plan_edits(Structure.of(RequestView.of(constraints, "vary")), 0.7, 0, np.random.default_rng(0))
    whole = apply_edits(builder.edit_set, builder.edit_set.edits, 0.0).notes
    assert len(whole) == len(a_song().notes)


def test_a_line_over_a_few_low_notes_has_nothing_between(kin) -> None:
    """Key switches below a line: two notes an octave and more under it, and nothing to voice."""
    notes = [Note(60 + 2 * (number % 5), number * 0.5, 0.4) for number in range(16)]
    clip = Clip((Note(24, 0.0, 0.2), Note(25, 4.0, 0.2), *notes), 8.0)
    assert list(kin.generate(Request(prompts=(clip,), role="chords", similarity=0.7, count=2, seed=4)))


def test_so_many_other_pitches_are_too_far_as_putting_them_would_be() -> None:
    clip = a_clip(*(a_note(60 + place % 5, place) for place in range(16)))
    structure = structure_of(clip, "melody")
    for target in (0.5, 0.7, 0.9):
        for count in range(1, 17):
            builder = EditBuilder(structure.constraints, target)
            change = tuple(range(count)), tuple(structure.notes[i].moved(pitch=71) for i in range(count))
            assert builder.too_far(count) != builder.put([change])
