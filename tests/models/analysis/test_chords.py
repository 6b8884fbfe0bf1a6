"""Chords that are spelled out are named; those only implied are guessed inside the key."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.analysis.chords import find_chords
from models.music.beats import Metre
from models.music.chord import Chord
from models.music.clip import Clip
from models.music.note import Note
from tests.strategies import a_clip, a_note


def blocks(*chords, span=4.0, **fields):
    return Clip(
        tuple(Note(pitch, span * place, span) for place, chord in enumerate(chords) for pitch in chord),
        span * len(chords),
        **fields,
    )


def labels(clip, context=()):
    return [timed.chord.label for timed in find_chords(clip, context)]


def test_block_chords_have_their_names():
    assert labels(blocks((57, 60, 64), (53, 57, 60), (48, 60, 64, 67), (55, 59, 62, 65))) == [
        "A:min",
        "F:maj",
        "C:maj",
        "G:7",
    ]


@pytest.mark.parametrize(
    ("pitches", "label"),
    [
        ((48, 52, 55, 59, 62), "C:maj9"),
        ((45, 48, 52, 55), "A:min7"),
        ((50, 57), "D:5"),
        ((52, 55, 60), "C:maj/3"),
        ((43, 48, 52), "C:maj/5"),
        ((47, 50, 53, 57), "B:hdim7"),
        ((45, 52, 57, 60, 67, 71), "A:min9"),
    ],
)
def test_a_spelled_chord_among_plain_ones_is_named_with_its_extensions_and_bass(pitches, label):
    around = ((48, 55, 60, 64), (43, 55, 59, 62))
    assert label in labels(blocks(*around, pitches, *around))


def test_times_are_beats_and_leave_no_overlap():
    found = find_chords(blocks((57, 60, 64), (53, 57, 60), span=2.0))
    assert [(timed.onset, timed.duration) for timed in found] == [(0.0, 2.0), (2.0, 2.0)]


def test_a_broken_chord_is_one_chord():
    arpeggio = Clip(
        tuple(Note(pitch, place / 4, 0.25) for place, pitch in enumerate((57, 60, 64, 69) * 4 + (53, 57, 60, 65) * 4)),
        8.0,
    )
    assert labels(arpeggio) == ["A:min", "F:maj"]


def test_a_bass_line_alone_is_roots():
    line = Clip(tuple(Note(root, place / 2, 0.4) for place, root in enumerate([33] * 8 + [29] * 8 + [36] * 8)), 12.0)
    assert [label.split(":")[0] for label in labels(line)] == ["A", "F", "C"]


def test_the_context_gives_a_tune_its_chords():
    tune = Clip((Note(76, 0, 4), Note(77, 4, 4)), 8.0)
    assert labels(tune, (blocks((45, 57, 60, 64), (50, 57, 62, 65)),)) == ["A:min", "D:min"]


def test_chords_of_a_waltz_and_of_six_eight_change_at_the_bar():
    for metre, span in (("3/4", 3.0), ("6/8", 3.0), ("7/8", 3.5), ("5/4", 5.0)):
        clip = blocks((57, 60, 64), (53, 57, 60), (55, 59, 62), span=span, metre=Metre.parse(metre))
        assert [timed.onset for timed in find_chords(clip)] == [0.0, span, 2 * span]


def test_a_bar_of_silence_is_a_gap():
    clip = Clip((*blocks((57, 60, 64)).notes, *(Note(pitch, 12, 4) for pitch in (57, 60, 64))), 16.0)
    assert [(timed.onset, timed.end) for timed in find_chords(clip)] == [(0.0, 4.0), (12.0, 16.0)]


def test_drums_and_silence_have_no_chords():
    assert find_chords(Clip((Note(36, 0, 1),), 4.0, role="drums")) == ()
    assert find_chords(Clip((), 4.0)) == ()


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 127), st.integers(0, 700), st.integers(1, 400)), min_size=1, max_size=40),
    st.sampled_from(("4/4", "3/4", "6/8", "5/8", "2/2")),
    st.sampled_from((30.5, 32.0, 29.75)),
)
def test_any_notes_give_chords_in_order_inside_the_clip(notes, metre, length):
    clip = Clip(tuple(Note(pitch, on / 24, span / 24) for pitch, on, span in notes), length, metre=Metre.parse(metre))
    end = 0.0
    for timed in find_chords(clip):
        assert timed.onset >= end - 1e-9
        assert timed.duration > 0
        assert Chord.parse(timed.chord.label) == timed.chord
        end = timed.end
    assert end <= length + 1e-9


def test_a_bass_that_goes_to_the_fifth_changes_no_chord():
    """Bossa nova: G13 over G and D, not G13 and D minor."""
    rows = ((38, 45, (53, 57, 60, 64)), (43, 38, (53, 57, 59, 64)), (36, 43, (52, 55, 59, 62)))
    notes = [
        note
        for bar, (root, fifth, hand) in enumerate(rows)
        for note in (
            Note(root, 4.0 * bar, 1.4),
            Note(fifth, 4.0 * bar + 2, 1.4),
            *(Note(pitch, 4.0 * bar + beat, 0.4) for beat in (0, 1.5, 2.5) for pitch in hand),
        )
    ]
    clip = Clip(tuple(sorted(notes, key=lambda note: note.order)), 12.0)
    assert labels(clip) == ["D:min9", "G:13", "C:maj9"]


def test_what_rings_over_from_the_chord_before_is_no_colour():
    """A picked guitar whose last note of each bar rings half a beat into the next."""
    rows = ((48, 55, 60, 64), (43, 55, 59, 62), (45, 57, 60, 64), (41, 57, 60, 65))
    notes = [
        Note(row[voice], 4.0 * bar + place / 2, 1.0)
        for bar, row in enumerate(rows)
        for place, voice in enumerate((0, 2, 1, 3, 0, 2, 1, 3))
    ]
    assert labels(Clip(tuple(notes), 16.5)) == ["C:maj", "G:maj", "A:min", "F:maj"]


def test_a_bass_that_comes_under_a_held_chord_is_told_from_then_on():
    notes = [Note(pitch, 4.0 * bar, 4.0) for bar in range(4) for pitch in ((64, 67, 72), (65, 69, 72))[bar % 2]]
    basses = (48, 48, 41, 41, 48, 40, 41, 41)
    notes += [Note(pitch, 2.0 * half, 2.0) for half, pitch in enumerate(basses)]
    clip = Clip(tuple(sorted(notes, key=lambda note: note.order)), 16.0)
    assert labels(clip) == ["C:maj", "F:maj", "C:maj", "C:maj/3", "F:maj"]


def test_a_passing_note_at_the_bar_line_is_no_bass():
    """A sixteenth that leads into the chord's root."""
    rows = ((36, (60, 64, 67)), (41, (60, 65, 69)), (43, (59, 62, 67)), (36, (60, 64, 67)))
    notes = [Note(pitch, 4.0 * bar, 4.0) for bar, (_, hand) in enumerate(rows) for pitch in hand]
    for bar, (bass, _) in enumerate(rows):
        notes += [Note(bass - 2, 4.0 * bar, 0.25), Note(bass, 4.0 * bar + 0.25, 3.7)]
    assert labels(Clip(tuple(sorted(notes, key=lambda note: note.order)), 16.0)) == ["C:maj", "F:maj", "G:maj", "C:maj"]


def test_a_tune_alone_has_no_bass():
    """Ode to Joy, whose bars begin on thirds and fifths."""
    pitches = (76, 76, 77, 79, 79, 77, 76, 74, 72, 72, 74, 76, 76, 74, 74, 74)
    tune = Clip(tuple(Note(pitch, float(beat), 1.0) for beat, pitch in enumerate(pitches)), 16.0)
    assert all(timed.chord.bass == timed.chord.root for timed in find_chords(tune))


def test_complete_sevenths_in_one_hand_are_not_read_without_their_roots():
    stabs = blocks((55, 58, 60, 63), (55, 56, 60, 63), (56, 60, 63, 65), (53, 55, 58, 62))
    assert labels(stabs)[:2] == ["C:min7/5", "Ab:maj7/7"]


def test_a_third_that_nobody_plays_is_the_keys() -> None:
    """A tune in G minor that comes to rest on G: its last chord is G minor, though only the root sounds."""
    pitches = ((74, 1.5), (72, 0.5), (70, 1.0), (69, 1.0), (67, 3.0), (62, 0.5), (67, 0.5), (70, 1.5), (69, 0.5))
    pitches += ((67, 1.0), (66, 1.0), (67, 4.0))
    notes, onset = [], 0.0
    for pitch, duration in pitches:
        notes.append(a_note(pitch, onset, duration))
        onset += duration
    last = find_chords(a_clip(*notes, length=16.0))[-1].chord
    assert last.root == 7
    assert 3 in last.intervals
    assert 4 not in last.intervals


def test_a_hand_without_its_bass_waits_for_the_next_one():
    """Off the beat F A C E go on over the D of before, though the next chord, Fmaj9, has them as well."""
    struck = [(0, 0.7, True), (0.8, 0.2, False), (2.5, 1.2, True)]
    struck += [(4.5, 0.22, False), (5.75, 0.7, False), (7, 0.22, False), (7.75, 0.2, False)]
    vamp = [(45, 55, 59, 60, 64), (38, 53, 57, 60, 64), (41, 52, 55, 57, 60), (40, 55, 59, 62)]
    notes = [
        Note(pitch, 8.0 * place + onset, beats, 80)
        for place, chord in enumerate(vamp)
        for onset, beats, whole in struck
        for pitch in chord[not whole :]
    ]
    found = find_chords(Clip(tuple(notes), 32.0))
    assert [(timed.onset, timed.chord.bass) for timed in found] == [(0, 9), (8, 2), (16, 5), (24, 4)]


def test_a_tune_that_runs_through_its_scale_is_no_thirteenth():
    row = "0:74 .5:73 1:71 2:66 3:71 3.5:73 4:74 5:76 5.5:74 6:73 7:69 8:71 9:74 10:79 11:78 11.5:76 12:78 14:73 15:70"
    notes = (Note(int(pitch), float(onset), 0.45) for onset, pitch in (word.split(":") for word in row.split()))
    assert all(len(timed.chord.intervals) <= 4 for timed in find_chords(Clip(tuple(notes), 16.0)))
