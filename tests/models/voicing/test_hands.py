"""Where hands lie: octaves of the left, stabs in their register, colours that leave out what a bass has."""

from __future__ import annotations

import pytest

from models.harmony.reharmonise import ReharmoniseOptions, reharmonise
from models.music.clip import Clip
from models.music.note import Note
from models.voicing.shapes import is_strummed
from models.voicing.spans import spans_of
from tests.models.voicing.test_layers import at, held, voiced

SKANK = held((58, 62, 65, 69), (55, 58, 62, 65), (51, 55, 58, 62), (53, 57, 60, 63), beats=0.4)
"""Bbmaj7, Gm7, Ebmaj7 and F7 as one hand strikes them, short."""
OCTAVES = held((29, 41, 57, 60, 65), (26, 38, 57, 62, 65), (22, 34, 58, 62, 65), (24, 36, 55, 60, 64))
FOLK = ((40, 47, 52, 56, 59), (45, 52, 57, 61, 64), (47, 54, 57, 63), (40, 47, 52, 56, 59))
"""E, A, B7 and E."""


def strummed(grips: tuple[tuple[int, ...], ...], times: int) -> Clip:
    notes = [
        Note(pitch, 4.0 * bar + stroke * 4 / times, 0.4, 80)
        for bar, grip in enumerate(grips)
        for stroke in range(times)
        for pitch in grip
    ]
    return Clip(tuple(sorted(notes, key=lambda note: note.order)), 4.0 * len(grips), role="chords")


def test_a_left_hand_s_octaves_stay() -> None:
    bass = {note for note in OCTAVES.notes if note.pitch <= 41}
    for clip in voiced(OCTAVES):
        assert bass <= set(clip.notes)
        assert all(len(at(clip, 4.0 * bar)) >= 5 for bar in range(4)), "the right hand's chords stay as full"


def test_stabs_leave_the_register_of_a_bass_free() -> None:
    lowest = min(note.pitch for note in SKANK.notes)
    for clip in voiced(SKANK):
        for bar in range(4):
            pitches = at(clip, 4.0 * bar)
            assert pitches[0] >= lowest - 7, pitches
            assert pitches[-1] - pitches[0] <= 24, pitches


def test_a_colour_takes_the_place_of_the_root_that_a_bass_has_and_not_of_the_fifth() -> None:
    guitar = held((50, 54, 57, 62), (47, 54, 59, 62), (43, 50, 55, 59), (45, 52, 57, 61), beats=0.9)
    coloured = [clip for clip in voiced(guitar) if {4} <= {pitch % 12 for pitch in at(clip, 0.0)}]
    assert coloured
    assert any({2, 4, 6, 9} == {pitch % 12 for pitch in at(clip, 0.0)} for clip in coloured), "D E F# A"


def test_no_semitone_within_nor_second_on_top() -> None:
    for prompt in (SKANK, OCTAVES, held((60, 64, 67), (57, 60, 64), (53, 57, 60), (55, 59, 62))):
        for clip in voiced(prompt):
            for bar in range(4):
                pitches = at(clip, 4.0 * bar)
                gaps = [high - low for low, high in zip(pitches, pitches[1:], strict=False)]
                assert 1 not in gaps, pitches
                assert gaps[-1] > 2, pitches


def test_an_arpeggio_stands_on_its_roots() -> None:
    chords = ((57, 60, 64), (53, 57, 60), (48, 55, 64), (55, 59, 62))
    notes = [Note(chord[at], 4.0 * bar + place / 2, 0.5, 80) for bar, chord in enumerate(chords) for place, at in
             enumerate((0, 1, 2, 1, 0, 1, 2, 1))]  # fmt: skip
    for clip in voiced(Clip(tuple(notes), 16.0, role="chords")):
        for bar, root in enumerate((9, 5, 0, 7)):
            bottom = min(note.pitch for note in clip.notes if 4 * bar <= note.onset < 4 * bar + 4)
            assert bottom % 12 == root


@pytest.mark.parametrize(("times", "guitar"), [(5, True), (1, False)])
def test_grips_struck_again_and_again_are_a_guitar_s_though_the_strings_begin_together(
    times: int, guitar: bool
) -> None:
    clip = strummed(FOLK, times)
    assert is_strummed(hit.notes for span in spans_of(clip, whole=True) for hit in span.hits) is guitar


def test_what_a_dominant_asked_for_is_not_left_suspended() -> None:
    """G, E7 and A: where E7 leads to A, the A has its third before the bar is over."""
    for prompt in (strummed(FOLK, 5), held((60, 64, 67), (57, 60, 64), (53, 57, 60), (55, 59, 62), beats=0.9)):
        for result in reharmonise(prompt, ReharmoniseOptions(similarity=0.65), 4):
            row = [timed.chord for timed in result.chords]
            for chord, one, other in zip(row, row[1:], [*row[2:], row[0]], strict=False):
                leads = {4, 10} <= {*chord.intervals} and (one.root - chord.root) % 12 == 5
                if leads and not {3, 4, 10} & {*one.intervals}:
                    assert (other.root == one.root, bool({3, 4} & {*other.intervals})) == (True, True), row


def test_what_comes_home_by_its_dominant_still_does_and_a_guitar_s_bass_has_no_lower_string() -> None:
    for result in reharmonise(strummed(FOLK, 5), ReharmoniseOptions(similarity=0.7), 4):
        assert result.chords[-1].chord.root == 4
        assert min(note.pitch for note in result.clip.notes) >= 40
