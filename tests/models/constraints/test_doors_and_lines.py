"""What a request leaves open: lines and rolls, pitches, voices, doors, where a new note may lie."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from models.constraints.constraints import Constraints, polyphony_of
from models.constraints.lines import bass_line, bounding_notes, direction, onset_groups, struck_together, top_line
from models.constraints.playing import from_nothing, in_the_kit, role_of
from models.generator import Locks, Request
from models.music.beats import Metre
from models.music.clip import Clip
from models.music.errors import Refused
from models.music.scale import Scale
from tests.strategies import a_beat, a_clip, a_note, a_player, a_tune, clips, examples, some_chords

QUICK = settings(max_examples=examples(40), deadline=None, suppress_health_check=list(HealthCheck))


def open_to(clip: Clip, role: str = "melody", **asked: object) -> Constraints:
    """What is open of a clip."""
    return Constraints.of(Request(prompts=(clip,), **asked), role)  # type: ignore[arg-type]


def chord(onset: float, *pitches: int, gap: float = 0.0, duration: float = 1.0) -> list:
    return [a_note(pitch, onset + gap * place, duration) for place, pitch in enumerate(pitches)]


# ---- what is struck together


@pytest.mark.parametrize(
    ("gap", "duration", "groups"),
    [
        (0.0, 1.0, [[0, 1, 2]]),
        (0.1, 1.0, [[0, 1, 2]]),  # a roll
        (0.11, 1.0, [[0], [1], [2]]),  # too slow for one
        (0.1, 0.2, [[0, 1, 2]]),
        (0.1, 0.19, [[0], [1], [2]]),  # a run: each stops before the next rings with it
    ],
)
def test_a_roll_is_quick_and_rings_on(gap: float, duration: float, groups: list) -> None:
    notes = chord(0, 60, 64, 67, gap=gap, duration=duration)
    assert struck_together(notes) == groups


def test_a_roll_is_not_longer_than_three_tenths() -> None:
    assert struck_together(chord(0, 48, 52, 55, 60, gap=0.1)) == [[0, 1, 2, 3]]
    assert struck_together(chord(0, 48, 52, 55, 60, 64, gap=0.1)) == [[0, 1, 2, 3], [4]]


def test_of_one_pitch_struck_twice_in_a_roll_the_first_is_the_top() -> None:
    roll = [a_note(55, 0, 0.25), a_note(70, 0, 0.02), a_note(56, 1e-8, 0.25), a_note(70, 0.02, 0.25)]
    assert top_line(roll) == [1]


def test_groups_rise_and_lines_are_their_ends() -> None:
    notes = sorted([*chord(0, 67, 60, 64), *chord(2, 72, 50, gap=0.05)], key=lambda note: note.order)
    assert [[notes[at].pitch for at in group] for group in onset_groups(notes)] == [[60, 64, 67], [72], [50]]
    assert [notes[at].pitch for at in top_line(notes)] == [67, 72]
    assert [notes[at].pitch for at in bass_line(notes)] == [60, 50]
    assert onset_groups([]) == struck_together([]) == top_line([]) == []


@QUICK
@given(clips("chords", most=12))
def test_every_note_is_in_one_group_and_no_line_is_crossed(clip: Clip) -> None:
    for groups in (onset_groups(clip.notes), struck_together(clip.notes)):
        assert sorted(at for group in groups for at in group) == list(range(len(clip.notes)))
    for high, low in zip(top_line(clip.notes), bass_line(clip.notes), strict=True):
        assert clip.notes[high].pitch >= clip.notes[low].pitch


def test_what_bounds_a_new_note() -> None:
    line = [a_note(60, 0, 6), a_note(62, 2, 1), a_note(64, 4, 1), a_note(65, 6, 1)]

    def bounds(onset: float, duration: float, notes: list = line) -> list[int]:
        return sorted(note.pitch for note in bounding_notes(notes, onset, duration))

    assert bounds(2, 1) == [60, 62]  # the first rings on
    assert bounds(3.5, 0.5) == [60, 62]  # the last one before, though it is over
    assert bounds(3.5, 1) == [60, 62, 64]
    assert bounds(6, 1) == [65]
    assert bounds(0, 0.5, line[1:]) == [62]  # before the line begins its first note bounds
    assert bounding_notes([], 0, 1) == []
    assert [direction(60, pitch) for pitch in (61, 59, 60)] == [1, -1, 0]


# ---- pitches


def test_new_notes_stay_within_an_octave_of_the_clip_in_its_scale() -> None:
    clip = a_clip(a_note(60), a_note(67, 1))
    assert open_to(clip).allowed == set(range(48, 80))
    assert open_to(clip, scale=Scale.parse("C pentatonic major")).allowed == {
        48, 50, 52, 55, 57, 60, 62, 64, 67, 69, 72, 74, 76, 79,
    }  # fmt: skip
    assert open_to(clip, range=(0, 127)).allowed == set(range(128))
    assert open_to(a_clip(a_note(3)), range=None).allowed == set(range(16))
    assert open_to(a_clip(a_note(125))).allowed == set(range(113, 128))


def test_a_beat_has_lanes_in_place_of_a_scale() -> None:
    left = open_to(a_beat(), "drums", scale=Scale.parse("C"), locks=Locks.parse("lane:38")).allowed
    assert left == set(range(128)) - {38}
    assert open_to(a_beat(), "drums", range=(40, 50)).allowed == set(range(40, 51))


def test_a_locked_line_is_a_ceiling_or_a_floor_while_it_sounds() -> None:
    clip = a_clip(*chord(0, 48, 55, 64, duration=2), *chord(2, 50, 57, 62, duration=2))
    top, bass = (open_to(clip, "chords", locks=Locks.parse(name)) for name in ("top", "bass"))
    assert max(top.pitches_at(0, 1)) == 63
    assert max(top.pitches_at(1, 2)) == 61  # over both
    assert min(bass.pitches_at(0, 1)) == 49
    assert min(bass.pitches_at(1, 2)) == 51
    assert top.free == {0, 1, 3, 4}
    assert bass.free == {1, 2, 4, 5}
    assert open_to(clip, "chords").pitches_at(0, 1) == open_to(clip, "chords").allowed


# ---- doors and voices


@pytest.mark.parametrize(
    ("locks", "doors"),
    [
        ("", "add remove move stretch repitch revelocity"),
        ("rhythm", "repitch revelocity"),
        ("pitch", "move stretch revelocity"),
        ("contour", "move stretch repitch revelocity"),
        ("velocity", "move stretch repitch"),
        ("top", "add remove move stretch repitch revelocity"),
        ("rhythm,pitch", "revelocity"),
    ],
)
def test_a_lock_shuts_its_doors_and_no_others(locks: str, doors: str) -> None:
    constraints = open_to(some_chords(), "chords", locks=Locks.parse(locks))
    names = ("add", "remove", "move", "stretch", "repitch", "revelocity")
    assert [name for name in names if getattr(constraints.allowed_edits, name)] == doors.split()
    assert constraints.allowed_edits.reshape == (doors != "revelocity")
    assert constraints.keeps_order == bool({"pitch", "contour", "velocity"} & set(locks.split(",")))


def test_where_no_pitch_is_left_nothing_is_added_or_repitched() -> None:
    edits = open_to(a_tune(), range=(1, 1), scale=Scale.parse("C")).allowed_edits
    assert (edits.add, edits.repitch, edits.remove, edits.move) == (False, False, True, True)


def test_a_line_stays_as_thin_as_it_is_and_chords_may_grow() -> None:
    assert open_to(a_tune()).polyphony == 1
    assert open_to(some_chords(), "bass").polyphony == 3
    assert open_to(some_chords(), "chords").polyphony is None
    assert open_to(a_tune(), polyphony=5).polyphony == 5
    assert open_to(a_tune(), locks=Locks.parse("top"), region=(0, 1)).polyphony is None
    touching = [a_note(60, 0, 1), a_note(64, 1, 1), a_note(67, 1.5, 1)]
    assert [polyphony_of(touching[:2]), polyphony_of(touching), polyphony_of([])] == [1, 2, 1]


# ---- stretch and place


def test_new_notes_lie_in_the_region_or_in_the_time_of_what_is_selected() -> None:
    tune = a_tune()
    whole, region = open_to(tune), open_to(tune, region=(4.0, 99.0))
    assert [(each.start, each.end) for each in (whole, region)] == [(0, 16), (4, 16)]
    chosen = open_to(tune, selected=frozenset({2, 7}))
    assert (chosen.start, chosen.end, chosen.free) == (1, 5.5, {2, 7})
    both = open_to(tune, region=(2.0, 5.0), selected=frozenset({2, 7}))
    assert (both.start, both.end, both.free) == (2, 5, {7})
    assert region.free == {at for at, note in enumerate(tune.notes) if note.onset >= 4}


@pytest.mark.parametrize(
    ("note", "latest", "legal"),
    [
        (a_note(60, 4, 1), None, True),
        (a_note(60, 4 - 5e-7, 1), None, True),
        (a_note(60, 3.9, 1), None, False),
        (a_note(60, 8, 1), None, False),
        (a_note(60, 7, 1), None, True),
        (a_note(60, 7, 1.5), None, False),
        (a_note(60, 7, 1.5), 8.5, True),
        (a_note(60, 7, 1.6), 8.5, False),
        (a_note(60, 5, 0.0), None, False),
        (a_note(60, 5, 1, 0), None, False),
        (a_note(60, 5, 1, 127), None, True),
        (a_note(60, 5, 1, 128), None, False),
        (a_note(61, 5, 1), None, False),
    ],
)
def test_where_a_new_note_may_lie(note, latest, legal: bool) -> None:
    constraints = open_to(a_tune(), region=(4.0, 8.0), scale=Scale.parse("A minor"))
    assert constraints.may_lie(note, latest_end=latest) == legal


def test_nothing_is_written_before_the_clip() -> None:
    assert not open_to(a_tune()).may_lie(a_note(60, -5e-7, 1))


def test_what_leaves_nothing_open_is_refused_by_the_name_of_its_locks() -> None:
    every = Locks.parse("rhythm,pitch,velocity")
    with pytest.raises(Refused, match="With rhythm, pitch, velocity locked nothing may change; open"):
        open_to(a_tune(), locks=every)
    with pytest.raises(Refused, match="Nothing may change in the chosen region or selection") as caught:
        open_to(a_tune(), region=(15.0, 16.0), range=(1, 1), scale=Scale.parse("C"))
    assert caught.value.field == "locks"
    # A gap without notes is open as long as notes may be added.
    assert open_to(a_tune(), region=(15.0, 16.0)).free == frozenset()


def test_notes_carried_on_are_the_prompts_where_they_equal_one() -> None:
    tune = a_tune()
    constraints = open_to(tune, selected=frozenset({0, 1}))
    new = tune.notes[0].moved(pitch=70)
    carried = constraints.carried_to((tune.notes[2], new, tune.notes[1]), (2, None, None))
    assert carried.notes == (new, tune.notes[1], tune.notes[2])
    assert carried.origin == (None, 1, 2)
    assert carried.free == {0, 1}
    assert carried.strangers == ([0], [0, *range(3, len(tune.notes))])


# ---- what an engine makes of a request


def test_a_clip_from_nothing_has_the_time_of_what_plays_beside_it() -> None:
    heard = Clip((a_note(),), 6.0, tempo=90.0, metre=Metre(3, 4))
    made = from_nothing(Request(task="generate", context=(heard,), bars=2, locks=Locks.parse("rhythm")), "bass")
    assert (made.task, made.role, made.bars, made.locks.names, made.similarity) == ("infill", "bass", None, (), None)
    assert (made.prompt.length, made.prompt.tempo, made.prompt.metre, made.prompt.role) == (
        6.0,
        90.0,
        Metre(3, 4),
        "bass",
    )
    alone = from_nothing(Request(task="generate"), "melody").prompt
    assert (alone.length, alone.tempo, alone.metre) == (16.0, 120.0, Metre())
    asked = from_nothing(
        Request(task="generate", context=(heard,), tempo=140, metre=Metre(7, 8), bars=1), "melody"
    ).prompt
    assert (asked.length, asked.tempo) == (3.5, 140)


def test_a_beat_keeps_to_its_kit_but_where_it_hardly_has_one() -> None:
    assert in_the_kit(open_to(a_beat(), "drums")).allowed == {36, 38, 42}
    thin = a_clip(a_note(36), a_note(46, 1), role="drums")
    assert in_the_kit(open_to(thin, "drums")).allowed == {36, 38, 42, 46}
    ranged = open_to(a_beat(), "drums", range=(0, 127))
    assert in_the_kit(ranged) is ranged
    assert in_the_kit(open_to(a_tune())).allowed == open_to(a_tune()).allowed
    one_left = open_to(thin, "drums", locks=Locks(lanes=frozenset({36, 38, 46})))
    assert in_the_kit(one_left) is one_left


def test_an_engine_that_does_not_play_a_role_says_so() -> None:
    player = a_player(lambda request: iter(()), "drummer")
    player.roles = ("drums", "bass")  # type: ignore[misc]
    assert role_of(player, Request(prompts=(a_beat(),))) == "drums"
    assert role_of(player, Request(prompts=(a_beat(),), role="bass")) == "bass"
    with pytest.raises(Refused, match='"drummer" plays drums, bass, not melody') as caught:
        role_of(player, Request(prompts=(a_tune(),)))
    assert caught.value.field == "engine"
