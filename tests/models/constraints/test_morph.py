"""Between two clips lies music of both."""

from __future__ import annotations

from itertools import pairwise

import pytest

from models.analysis.arrays import NoteArrays
from models.analysis.key import find_key, find_scale
from models.constraints.morphing.hybrids import hybrids
from models.generator import Request
from models.music.beats import Metre, strength
from models.music.chord import Chord, TimedChord, chord_at
from models.music.clip import Clip
from models.music.drum_kit import lane_of
from models.music.note import Note
from models.music.similarity import similarity
from models.studio import Studio
from tests.strategies import a_bass_line, a_beat, a_clip, a_note, a_tune, some_chords


def _line(*bars: str) -> Clip:
    """Pitches with their beats in the bar: "60:0 62:1.5"."""
    notes = []
    for number, bar in enumerate(bars):
        for word in bar.split():
            pitch, beat = word.split(":")
            notes.append(a_note(int(pitch), 4 * number + float(beat), 0.45))
    return a_clip(*notes, length=4.0 * len(bars))


POP = _line(
    "64:0 67:0.5 69:1 67:2 64:2.5 62:3",
    "64:0 67:0.5 69:1 72:2 69:2.5 67:3",
    "69:0 67:1 64:1.5 62:2 64:3 67:3.5",
    "64:0 62:1.5 60:2",
)
"""C major, of five notes."""
JAZZ = _line(
    "65:0 69:0.5 72:1 76:1.5 74:2 72:3 69:3.5",
    "70:0 67:1 72:2",
    "65:0 69:0.5 72:1 76:1.5 77:2 76:3 72:3.5",
    "74:0 70:1 67:1.5 65:2",
)
"""F major."""
HOOK = _line(
    *2
    * (
        "69:0 69:0.25 69:0.75 72:1.25 69:1.75 67:2 64:2.5 67:3",
        "69:0 69:0.25 69:0.75 72:1.25 74:1.75 76:2 74:2.5 72:3 69:3.5",
    )
)
"""A minor, of five notes."""
TRANCE = _line(
    "71:0 71:1 73:1.5 74:2 73:3 71:3.5", "66:0 66:2 69:2.5 71:3", "74:0 74:1 76:1.5 78:2 76:3 74:3.5", "71:0"
)
"""B minor."""
DEMBOW = _line("33:0 33:1.5 33:3", "29:0 29:1.5 31:3", "33:0 33:1.5 36:3", "38:0 38:1.5 40:2.5")
"""A minor, which pitch classes alone call F major."""
PUNK = _line(
    *(" ".join(f"{pitch}:{beat / 2}" for beat in range(8)) for pitch in (28, 31, 33)),
    "36:0 36:0.5 36:1 36:1.5 35:2 35:2.5 35:3 35:3.5",
)
"""E minor, which pitch classes alone call C major."""

SOUL = _line(
    "55:0.5 58:1 60:1.5 62:2 60:3 58:3.5", "60:0 55:1.5", "55:0.5 58:1 60:1.5 62:2 65:3 62:3.5", "63:0 62:1 60:1.5"
)
"""C minor, which opens on its fifth off the beat."""
CRADLE = _line("56:0 58:1.5 60:2", "63:0 60:1.5 58:2", "61:0 60:1 58:1.5 55:2.5", "56:0")
"""Ab major."""
RIFF = _line(*2 * ("64:0 64:0.5 62:0.75 59:1.25 62:1.5 64:2 67:2.5", "57:0 57:0.5 59:0.75 62:1.25 55:2 59:2.75"))
"""E minor, which pitch classes alone call G major, and which doesn't close."""
SPANISH = _line("52:0 53:0.5 56:1 57:1.5 59:2 57:2.5", "52:0 50:1.5 52:2", "48:0 50:0.5 52:1 53:1.5 56:2", "52:0")
"""E phrygian dominant, which pitch classes alone call A minor."""

PAIRS = {"lines": (a_tune(), a_bass_line()), "chords and line": (some_chords(), a_tune())}


@pytest.mark.parametrize("name", ["lines", "chords and line"])
def test_each_hybrid_has_the_whole_figure_of_one_clip(name: str) -> None:
    first, second = PAIRS[name]
    figures = [{round(note.onset, 3) for note in clip.notes} for clip in (first, second)]
    found = hybrids(first, second, drums=False, halves=True)
    assert len(found) >= 4
    for notes in found:
        # So no bar is emptier than its model, and no two figures stand side by side.
        assert {round(note.onset, 3) for note in notes} in figures


def test_a_hybrid_has_one_key_and_closes_at_home() -> None:
    first = a_tune()
    second = first.with_notes(note.moved(pitch=note.pitch + 1, onset=note.onset) for note in first.notes)
    keys = [find_scale(find_key(clip)[0], NoteArrays.of(clip.notes)) for clip in (first, second)]
    for notes in hybrids(first, second, drums=False):
        inside = [sum(note.pitch in key for note in notes) / len(notes) for key in keys]
        assert max(inside) >= 0.9


def test_steps_are_as_loud_as_lies_between_and_have_one_touch() -> None:
    first, second = a_tune(), a_bass_line()
    first = first.with_notes(note.moved(velocity=120) for note in first.notes)
    second = second.with_notes(note.moved(velocity=60) for note in second.notes)
    request = Request(task="morph", prompts=(first, second), role="melody", count=4, seed=3)
    steps = list(Studio().generate(request, "rules"))
    assert [{note.velocity for note in step.clip.notes} for step in steps] == [{120}, {100}, {80}, {60}]


def test_a_figure_takes_the_other_clip_s_notes() -> None:
    first, second = a_tune(), a_bass_line()
    figure = hybrids(first, second, drums=False)[0]
    assert [note.onset for note in figure] == [note.onset for note in first.notes]
    assert {note.pitch for note in figure} <= {note.pitch for note in second.notes}


def test_of_two_beats_one_gives_kick_and_snare_the_other_the_rest() -> None:
    first, second = a_beat(), a_beat().with_notes(note.moved(onset=(note.onset + 0.5) % 16) for note in a_beat().notes)
    mixed = hybrids(first, second, drums=True)[0]
    for note in mixed:
        assert note in (first if lane_of(note.pitch) in ("kick", "snare") else second).notes


@pytest.mark.parametrize("role", ["chords", "melody"])
def test_steps_rise_to_the_second_clip(role: str) -> None:
    first, second = (some_chords(), a_tune()) if role == "chords" else (a_tune(), a_bass_line())
    request = Request(task="morph", prompts=(first, second), role=role, count=5, seed=3)
    near = [similarity(second.notes, step.clip.notes) for step in Studio().generate(request, "rules")]
    assert near == sorted(near)
    assert len(near) >= 4
    assert near[-1] == 1


def _pitches(notes: tuple[Note, ...]) -> list[int]:
    return [note.pitch for note in notes]


def test_a_bass_figure_stands_on_the_roots_of_the_other_bass() -> None:
    bars = (" ".join(f"{root}:{beat / 2}" for beat in range(8)) for root in (40, 45, 43))
    rock = _line(*bars, "47:0 47:1 47:2 42:3")  # E A G B
    waltz = _line("33:0 40:1 40:2", "38:0 45:1 45:2", "31:0 38:1 38:2", "40:0 35:1 35:2")  # A D G E, root and fifth
    rows = {tuple(pitch % 12 for pitch in _pitches(notes)[:11]) for notes in hybrids(waltz, rock, drums=False)}
    assert (4, 11, 11, 9, 4, 4, 7, 2, 2, 11, 6) in rows


def test_between_a_minor_and_a_major_clip_chords_keep_their_kind() -> None:
    def held(*chords: tuple[int, ...]) -> Clip:
        return a_clip(
            *(a_note(pitch, 4.0 * bar, 3.9) for bar, chord in enumerate(chords) for pitch in chord), length=16.0
        )

    minor = held((57, 60, 64), (53, 57, 60), (48, 52, 55), (55, 59, 62))  # Am F C G
    major = held((50, 54, 57), (57, 61, 64), (59, 62, 66), (55, 59, 62))  # D A Bm G
    kinds = {0: (0, 3, 7), 1: (0, 4, 7), 2: (0, 4, 7), 3: (0, 4, 7)}
    for notes in hybrids(minor, major, drums=False):
        bars = [sorted(note.pitch for note in notes if note.onset == 4.0 * bar) for bar in range(4)]
        if all(bars) and (bars[0][0] - bars[1][0]) % 12 == 4:  # the first one's progression, wherever it stands
            for bar, chord in enumerate(bars):
                assert tuple(pitch - chord[0] for pitch in chord) == kinds[bar]


def test_of_a_fuller_chord_fewer_voices_keep_bass_third_and_top() -> None:
    full = a_clip(*(a_note(pitch, 0.0, 4.0) for pitch in (41, 48, 57, 60, 65)), length=4.0)  # F C A C F
    three = a_clip(*(a_note(pitch, 1.0, 2.0) for pitch in (43, 59, 62)), length=4.0)
    assert (41, 57, 65) in [tuple(_pitches(notes)) for notes in hybrids(three, full, drums=False)]


@pytest.mark.parametrize(("metre", "kept"), [("3/4", [0, 1, 2, 3, 4, 5]), ("5/4", [0, 1, 2, 3, 5, 6, 7, 8])])
def test_between_clips_of_two_metres_the_second_comes_in_the_bars_of_the_first(metre: str, kept: list[float]) -> None:
    bar = Metre.parse(metre).bar
    halves = tuple(a_note(60 + step % 4, step * bar / 2, 0.5) for step in range(8))
    first, second = Clip(halves, 4 * bar, metre=Metre.parse(metre)), _line("64:0 65:1 67:2 69:3", "71:0 69:1 67:2 64:3")
    request = Request(task="morph", prompts=(first, second), role="melody", count=4, seed=3)
    steps = list(Studio().generate(request, "rules"))
    assert steps[0].clip.notes == first.notes
    fitted = [*kept, *(onset + 2 * bar for onset in kept)]
    between = [[note.onset for note in step.clip.notes] for step in steps[1:-1]]
    assert [note.onset for note in steps[-1].clip.notes] == fitted
    assert fitted in between
    assert all(onsets in ([note.onset for note in first.notes], fitted) for onsets in between)
    assert any("bars" in remark for step in steps for remark in step.report.remarks)


def test_given_chords_hold_in_every_step_between() -> None:
    first = a_tune()
    second = first.with_notes([note.moved(pitch=note.pitch + 5, onset=(note.onset + 1) % 16) for note in first.notes])
    given = tuple(TimedChord(4.0 * bar, 4.0, Chord.of(root)) for bar, root in enumerate((9, 5, 0, 7)))
    request = Request(task="morph", prompts=(first, second), role="melody", count=5, seed=3, chords=given)
    steps = [step.clip for step in Studio().generate(request, "rules")]
    assert (steps[0].notes, steps[-1].notes) == (first.notes, second.notes)
    for step in steps[1:-1]:
        strong = [note for note in step.notes if strength(note.onset, step.metre) >= 0.75]
        assert strong
        for note in strong:
            chord = chord_at(given, note.onset)
            assert chord is not None
            assert note.pitch in chord


def _between(first: Clip, second: Clip, role: str = "melody") -> list[Clip]:
    request = Request(task="morph", prompts=(first, second), role=role, count=5, seed=3)  # type: ignore[arg-type]
    return [step.clip for step in Studio().generate(request, "rules")][1:-1]


@pytest.mark.parametrize(("first", "second", "homes"), [(POP, JAZZ, {0, 5}), (HOOK, TRANCE, {9, 11})])
def test_steps_end_on_a_tonic_where_both_tunes_do(first: Clip, second: Clip, homes: set[int]) -> None:
    assert {clip.notes[-1].pitch % 12 for clip in (first, second)} == homes
    ends = {notes[-1].pitch % 12 for notes in hybrids(first, second, drums=False, halves=True)}
    assert ends == homes


def test_between_two_minor_tunes_the_tonic_stays_the_tonic() -> None:
    steps = _between(HOOK, TRANCE)
    assert len(steps) == 3
    assert all(find_key(step)[0].minor for step in steps)
    openings = {tuple(note.pitch for note in notes[:3]) for notes in hybrids(TRANCE, HOOK, drums=False)}
    assert (69, 69, 71) in openings  # B B C# of B minor
    assert (72, 72, 72) not in openings


def test_a_step_has_no_note_that_neither_clip_has() -> None:
    heard = {note.pitch % 12 for clip in (DEMBOW, PUNK) for note in clip.notes}
    lowest = min(note.pitch for clip in (DEMBOW, PUNK) for note in clip.notes)
    for notes in hybrids(DEMBOW, PUNK, drums=False, halves=True):
        assert {note.pitch % 12 for note in notes} <= heard
        assert min(note.pitch for note in notes) >= lowest


@pytest.mark.parametrize(("first", "second"), [(POP, JAZZ), (HOOK, TRANCE), (DEMBOW, PUNK)])
def test_steps_differ_from_each_other_and_from_both_ends(first: Clip, second: Clip) -> None:
    row = [{(note.onset, note.pitch) for note in clip.notes} for clip in (first, *_between(first, second), second)]
    assert len(row) == 5
    for place, one in enumerate(row):
        for other in row[:place]:
            assert max(len(one - other), len(other - one)) >= max(len(one), len(other)) / 6


def test_a_busier_figure_goes_round_the_notes_of_the_other() -> None:
    figure = next(notes for notes in hybrids(HOOK, TRANCE, drums=False) if len(notes) == len(HOOK.notes))
    repeats = sum(one.pitch == after.pitch for one, after in pairwise(figure))
    assert repeats <= sum(one.pitch == after.pitch for one, after in pairwise(HOOK.notes)) + 2
    assert {note.pitch for note in figure[:-1]} <= {note.pitch for note in TRANCE.notes}


def test_a_figure_on_the_beat_takes_what_an_offbeat_line_plays_just_after() -> None:
    offbeat = _line(*2 * ("36:0.5 36:1.5 36:2.5 36:3.5", "32:0.5 32:1.5 34:2.5 34:3.5"))
    figure = hybrids(DEMBOW, offbeat, drums=False)[0]
    assert [note.pitch % 12 for note in figure if note.onset % 4 == 0][:3] == [0, 8, 0]


def test_between_beats_no_step_leaves_one_nearly_untouched() -> None:
    plain = a_beat()
    funky = plain.with_notes(
        [
            *plain.notes,
            *(a_note(36, 4.0 * bar + beat, 0.2) for bar in range(4) for beat in (0.5, 1.75, 3.25)),
            *(a_note(38, 4.0 * bar + beat, 0.2, 50) for bar in range(4) for beat in (0.75, 1.75, 2.25, 3.75)),
            *(a_note(42, 4.0 * bar + 3.75, 0.2, 60) for bar in range(4)),
        ]
    )
    steps = _between(plain, funky, "drums")
    assert len(steps) == 3
    row = [{(note.onset, note.pitch) for note in clip.notes} for clip in (plain, *steps, funky)]
    for step in row[1:-1]:
        for end in (row[0], row[-1]):
            assert max(len(step - end), len(end - step)) >= len(row[-1]) / 12
        for half in (0, 8):
            for lane in ("kick", "snare"):
                layers = [
                    {one for one in clip if half <= one[0] < half + 8 and lane_of(one[1]) == lane}
                    for clip in (step, row[0], row[-1])
                ]
                assert layers[0] in layers[1:]


@pytest.mark.parametrize(("first", "second", "homes"), [(SOUL, CRADLE, {0, 8}), (RIFF, SPANISH, {4})])
def test_a_step_closes_on_the_tonic_of_its_key_and_has_no_new_pitch_class(
    first: Clip, second: Clip, homes: set[int]
) -> None:
    heard = {note.pitch % 12 for clip in (first, second) for note in clip.notes}
    found = hybrids(first, second, drums=False, halves=True)
    assert {notes[-1].pitch % 12 for notes in found} == homes
    assert {note.pitch % 12 for notes in found for note in notes} <= heard
    steps = _between(first, second)
    assert len(steps) == 3
    assert {step.notes[-1].pitch % 12 for step in steps} <= homes
