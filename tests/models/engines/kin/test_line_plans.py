"""Plans for lines and basses: roots and dead notes stay, and nothing goes flat or to and fro."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

import numpy as np
import pytest

from models.constraints.similarity_search import apply_edits
from models.engines.kin.planning.continuation import continued
from models.engines.kin.planning.line_search import LineSearch, Slot, directions
from models.engines.kin.planning.planner import plan_edits
from models.engines.kin.planning.selection import penalty
from models.generator import Request
from models.music.beats import Metre
from models.music.chord import Chord, TimedChord
from models.music.clip import Clip
from models.music.scale import Scale
from tests.models.engines.kin.test_plans import CHORDS, HOOK, IDEAS, a_song, kin, structure_of, variation  # noqa: F401
from tests.strategies import a_clip, a_note


def test_dead_notes_and_pops_of_a_bass_stay():
    bar = [(0, 28, 0.4, 110), (0.5, 28, 0.06, 34), (0.75, 40, 0.13, 120), (1.5, 31, 0.2, 94), (2, 28, 0.4, 108)]
    bar += [(2.75, 33, 0.2, 94), (3, 35, 0.2, 94), (3.25, 28, 0.06, 34), (3.5, 38, 0.2, 94)]
    notes = [a_note(p, 4 * n + o, d, v) for n in range(4) for o, p, d, v in bar]
    clip = a_clip(*notes, role="bass")
    structure = structure_of(clip, "bass")
    assert {clip.notes[index].velocity for index in structure.dead} == {34}
    assert {clip.notes[index].pitch for index in structure.pops} == {40}
    for idea in IDEAS:
        kept = set(variation(clip, "bass", 0.75, idea))
        assert {clip.notes[index] for index in structure.dead | structure.pops} <= kept


def a_walk() -> Clip:
    """A bass of four bars, A, D, G, C: the root twice, and a way to the next."""
    figures = ((45, 45, 48, 50, 52, 49), (50, 50, 53, 50, 45, 42), (43, 43, 47, 50, 47, 46), (48, 48, 52, 55, 52, 48))
    places = (0, 1, 2, 2.5, 3, 3.5)
    return a_clip(
        *(a_note(p, 4 * bar + o, 0.5) for bar, some in enumerate(figures) for p, o in zip(some, places, strict=True)),
        length=16.0,
        role="bass",
    )


@pytest.mark.parametrize("idea", IDEAS)
@pytest.mark.parametrize("told", [True, False])
def test_a_bass_keeps_the_roots_that_say_which_chord_has_come(idea, told):
    clip = a_walk()
    chords = tuple(TimedChord(4.0 * bar, 4.0, Chord.of(root)) for bar, root in enumerate((9, 2, 7, 0)))
    notes = variation(clip, "bass", 0.7, idea, **({"chords": chords} if told else {}))
    assert {(4.0 * bar, clip.notes[6 * bar].pitch) for bar in range(4)} <= {(n.onset, n.pitch) for n in notes}
    assert notes != clip.notes


@pytest.mark.parametrize("idea", IDEAS)
def test_a_bass_that_pumps_octaves_stays_on_the_root_of_its_bar(idea):
    pump = [(0.0, 0), (1.0, 0), (1.5, 12), (2.5, 0), (3.5, 12)]
    roots = (26, 26, 22, 24)  # D, D, Bb, C
    clip = a_clip(
        *(a_note(root + up, 4.0 * bar + onset, 0.45) for bar, root in enumerate(roots) for onset, up in pump),
        length=16.0,
        role="bass",
    )
    notes = variation(clip, "bass", 0.7, idea)
    assert notes != clip.notes
    for bar, root in enumerate(roots):
        # The last beat leads to what follows.
        classes = [note.pitch % 12 for note in notes if 4 * bar <= note.onset < 4 * bar + 3]
        assert classes[0] == root % 12
        assert classes.count(root % 12) >= 0.6 * len(classes)


def test_a_new_note_of_a_bass_is_the_root_where_a_chord_begins():
    clip = a_walk()
    chords = tuple(
        TimedChord(4.0 * bar, 4.0, Chord.of(root, bass=bass))
        for bar, (root, bass) in enumerate(((0, 4), (5, 9), (7, 2), (0, 4)))
    )
    structure = structure_of(clip, "bass", chords=chords)
    search = LineSearch(structure, range(len(clip.notes)), bass=True)
    for seed in range(10):
        found = search.paths([Slot(96 * bar, 0.5) for bar in range(4)], None, None, np.random.default_rng(seed))[0]
        assert [pitch % 12 for pitch in found] == [4, 9, 2, 4]
    assert structure.root_due(24) is None


def test_runs_toggles_and_leaps_there_and_back_are_faults_beyond_the_clips_own():
    structure = structure_of(a_song(), "melody")
    search = LineSearch(structure, range(len(structure.notes)))
    assert search.faults([note.pitch for note in structure.notes]) == 0
    flat, longer = search.faults([60, 62, 62, 62, 62, 64]), search.faults([60, 62, 62, 62, 62, 62, 62])
    assert 0 < flat < longer
    assert search.faults([60, 62, 60, 62, 60, 62, 60]) > 0
    assert search.faults([72, 60, 72, 71]) > 0
    assert penalty(structure, [note.moved(pitch=60) for note in a_song().notes]) > 3


def test_a_path_goes_the_way_that_its_figure_goes():
    structure = structure_of(a_song(), "melody", chords=CHORDS)
    search = LineSearch(structure, range(len(structure.notes)))
    slots = [Slot(round(24 * onset), duration, pitch) for onset, duration, pitch in HOOK]
    wanted = directions([pitch for _, _, pitch in HOOK])

    def alike(ways: list[int] | None) -> float:
        found = [search.paths(slots, None, None, np.random.default_rng(seed), ways=ways)[0] for seed in range(30)]
        return float(np.mean([np.equal(directions(path), wanted) for path in found]))

    assert alike([0, *wanted, 0]) > 0.85 > alike(None) + 0.2


@pytest.mark.parametrize("idea", IDEAS)
def test_a_line_does_not_go_flat(idea):
    pitches = [note.pitch for note in variation(a_song(), "melody", 0.7, idea)]
    assert max(sum(1 for _ in run) for _, run in groupby(pitches)) <= 3


def test_a_bass_that_pumps_its_roots_leaps_octaves_and_steps_to_the_next_root():
    roots = (28, 31, 33, 36)
    clip = a_clip(
        *(a_note(root, 4 * bar + i / 2, 0.45) for bar, root in enumerate(roots) for i in range(8)), length=16.0
    )
    leaps = steps = 0
    for idea in IDEAS:
        for note in variation(clip, "bass", 0.75, idea):
            root = roots[int(note.onset // 4)]
            if note.onset % 1 == 0:
                assert note.pitch == root, "a root on the beat"
            leaps += note.pitch == root + 12
            steps += note.onset % 4 == 3.5 and 0 < abs(note.pitch - roots[int(note.onset // 4 + 1) % 4]) <= 2
    assert leaps > 10
    assert steps > 1


@pytest.mark.parametrize(
    ("pitches", "home"),
    [
        ((67, 69, 71, 74, 76, 74, 71, 67, 72, 71, 69, 67, 69, 69, 62, 62), 7),  # G major, open on the dominant
        ((64, 65, 68, 69, 68, 65, 64, 64, 71, 69, 68, 65, 64, 65, 64, 64), 4),  # E phrygian dominant
    ],
)
def test_what_goes_on_comes_home_where_nobody_told_the_chords(pitches, home):
    clip = a_clip(*(a_note(pitch, i, 0.9) for i, pitch in enumerate(pitches)), length=16.0)
    request = Request(task="infill", prompts=(replace(clip, length=32.0),), region=(16.0, 32.0), role="melody")
    for number in range(4):
        asked = continued(request, "melody", number)
        assert asked is not None
        assert max(asked.prompt.notes, key=lambda note: note.onset).pitch % 12 == home


def a_boogie() -> Clip:
    """Four bars of quarters: a boogie in C, whose every note a guess could take for a chord of its own."""
    pitches = (36, 40, 43, 45, 46, 45, 43, 40, 41, 45, 48, 50, 36, 43, 40, 35)
    notes = [a_note(pitch, float(beat), 0.9, 100 + beat % 4) for beat, pitch in enumerate(pitches)]
    return a_clip(*notes, length=16.0, role="bass")


def test_of_a_bass_that_walks_the_roots_are_those_of_half_bars():
    structure = structure_of(a_boogie(), "bass")
    assert {0.0, 8.0, 12.0} <= {structure.notes[index].onset for index in structure.roots}
    assert all(structure.notes[index].onset % 2 == 0 for index in structure.roots)


@pytest.mark.parametrize("idea", IDEAS)
def test_a_bass_walks_on_in_quarters_to_the_same_bars(idea):
    clip = a_boogie()
    notes = variation(clip, "bass", 0.7, idea)
    lengths = {round(note.duration, 2) for note in notes}
    assert min(lengths) >= 0.45
    assert sum(note.duration == 0.9 for note in notes) >= 0.75 * len(notes)
    at = {note.onset: note.pitch for note in notes}
    assert [at.get(beat) % 12 for beat in (0.0, 4.0, 8.0, 12.0)] == [0, 10, 5, 0]


@pytest.mark.parametrize("idea", IDEAS)
def test_held_roots_are_struck_again_in_one_rhythm_and_none_is_lost(idea):
    clip = a_clip(
        *(a_note(pitch, 4.0 * bar, 3.9) for bar, pitch in enumerate((29, 34, 27, 32))), length=16.0, role="bass"
    )
    notes = variation(clip, "bass", 0.7, idea)
    assert [note.pitch for note in notes if note.onset % 4 == 0] == [29, 34, 27, 32]
    new = [note for note in notes if note.onset % 4]
    assert new
    assert len({note.onset % 4 for note in new if note.pitch % 12 in {29 % 12, 34 % 12, 27 % 12, 32 % 12}}) <= 2


def test_a_bass_of_four_strings_goes_no_lower_than_its_lowest():
    clip = a_clip(
        *(a_note((28, 31, 33, 35)[beat % 4], float(beat), 0.9) for beat in range(16)), length=16.0, role="bass"
    )
    lows = [min(note.pitch for note in variation(clip, "bass", 0.6, idea)) for idea in IDEAS]
    assert min(lows) >= 28


def test_what_goes_on_has_no_holes_however_many_are_asked_for(kin):  # noqa: F811 - the fixture
    scale = Scale.parse("C major")
    request = Request(task="continue", prompts=(a_boogie(),), role="bass", count=8, seed=9, scale=scale)
    found = list(kin.generate(request))
    assert len(found) == 8
    for one in found:
        starts = {note.onset for note in one.clip.notes}
        assert {0.0, 4.0, 8.0, 12.0} <= starts
        assert max(starts) == 15.0


@pytest.mark.parametrize("idea", IDEAS)
def test_far_from_the_clip_a_bass_still_says_every_chord_and_has_no_stumps(idea):
    bar = ((0, 0.9), (1.5, 0.45), (2, 0.9), (3, 0.45))
    pitches = ((28, 28, 31, 33), (28, 28, 38, 35), (28, 28, 31, 33), (36, 36, 35, 38))
    notes = [
        a_note(pitch, 4 * n + onset, duration)
        for n, some in enumerate(pitches)
        for (onset, duration), pitch in zip(bar, some, strict=True)
    ]
    structure = structure_of(a_clip(*notes, length=16.0, role="bass"), "bass", similarity=0.3)
    edit_set = plan_edits(structure, 0.3, idea, np.random.default_rng(idea)).edit_set
    found = apply_edits(edit_set, edit_set.edits, 0.0).notes
    heads = [min((note for note in found if note.onset >= 4 * n), key=lambda note: note.onset) for n in range(4)]
    assert [note.pitch % 12 for note in heads] == [4, 4, 4, 0]
    assert all(note.onset - 4 * n <= 0.5 for n, note in enumerate(heads))
    assert min(note.duration for note in found) >= 0.2
    assert len(found) >= 12


@pytest.mark.parametrize("idea", IDEAS)
def test_a_phrase_still_ends_where_the_line_breathes_and_a_waltz_keeps_its_one(idea):
    figure = ((1.5, 0.45, 67), (2, 0.45, 70), (2.5, 0.45, 72), (3, 0.95, 74), (4, 0.45, 72), (4.5, 1.4, 67))
    notes = [a_note(pitch, 8 * phrase + onset, duration) for phrase in range(2) for onset, duration, pitch in figure]
    found = variation(a_clip(*notes, length=16.0, role="melody"), "melody", 0.7, idea)
    assert any(note.onset == 4.5 and note.duration == 1.4 for note in found)
    waltz = a_clip(
        *(a_note(60 + (5 * beat) % 7, float(beat), 0.9) for beat in range(24)),
        length=24.0,
        metre=Metre.parse("3/4"),
        role="melody",
    )
    assert {3.0 * bar for bar in range(8)} <= {note.onset for note in variation(waltz, "melody", 0.7, idea)}


@pytest.mark.parametrize("idea", IDEAS)
def test_the_raised_leading_note_before_the_last_tonic_stays(idea):
    bars = ((62, 57, 62, 64), (65, 64, 62, 60), (58, 53, 58, 60), (61, 64, 62, None))
    clip = a_clip(
        *(a_note(p, 4 * bar + at, 0.9) for bar, some in enumerate(bars) for at, p in enumerate(some) if p is not None),
        length=16.0,
    )
    notes = variation(clip, "melody", 0.7, idea)
    assert (12.0, 61) in {(note.onset, note.pitch) for note in notes}


@pytest.mark.parametrize("idea", IDEAS)
def test_a_bass_that_pumps_off_the_beat_does_not_stop(idea):
    roots = (38, 34, 31, 33)
    clip = a_clip(
        *(a_note(root, 4 * bar + beat + 0.5, 0.25) for bar, root in enumerate(roots) for beat in range(4)),
        length=16.0,
        role="bass",
    )
    notes = variation(clip, "bass", 0.7, idea)
    assert len({note.onset for note in notes}) >= len(clip.notes) - 2
