"""What a pianist's and a guitarist's hands keep when the chords are laid out otherwise."""

from __future__ import annotations

import pytest

from models.analysis.chords import find_chords
from models.generator import Locks, Request
from models.music.chord_track import parse_chord_track
from models.music.clip import Clip
from models.music.note import Note
from models.studio import Studio
from models.voicing.layers import Layers, hits_of
from models.voicing.options import PRESETS
from models.voicing.shapes import STRINGS, grips

BARS = (
    (33, (52, 57, 60), (76, 74, 72, 71)),
    (29, (53, 57, 60), (72, 74, 76, 77)),
    (31, (55, 59, 62), (79, 77, 74, 71)),
)


def a_song() -> Clip:
    """Bass, chords on the off-beats and a tune above: Am, F, G."""
    notes = []
    for bar, (bass, chord, tune) in enumerate((*BARS, BARS[0])):
        notes.append(Note(bass, 4.0 * bar, 3.5, 90))
        notes += [Note(pitch, 4.0 * bar + beat, 0.4, 70) for beat in (0.5, 1.5, 2.5, 3.5) for pitch in chord]
        notes += [Note(pitch, 4.0 * bar + place, 0.9, 100) for place, pitch in enumerate(tune)]
    return Clip(tuple(sorted(notes, key=lambda note: note.order)), 16.0, role="chords")


def a_strum(rolled: float = 0.04) -> Clip:
    """A guitar: down from the lowest string, up on four of them from the highest."""
    notes = []
    for bar, chord in enumerate(((40, 47, 52, 55, 59, 64), (43, 47, 50, 55, 59, 67))):
        for place, pitch in enumerate(chord):
            notes.append(Note(pitch, 4.0 * bar + place * rolled, 1.5, 90))
        for place, pitch in enumerate(reversed(chord[-4:])):
            notes.append(Note(pitch, 4.0 * bar + 2.5 + place * rolled, 0.5, 70))
    return Clip(tuple(sorted(notes, key=lambda note: note.order)), 8.0, role="chords")


def voiced(clip: Clip, **asked: object) -> list[Clip]:
    return [one.clip for one in Studio().generate(Request(task="voice", prompts=(clip,), **asked), "harmony")]


def test_tune_bass_and_chords_are_told_apart() -> None:
    song = a_song()
    layers = Layers.of(song, find_chords(song))
    assert {note.velocity for note in layers.tune} == {100}
    assert {note.velocity for note in layers.bass} == {90}
    assert {note.velocity for note in layers.middle} == {70}
    assert len(layers.tune) + len(layers.bass) + len(layers.middle) == len(song.notes)


@pytest.mark.parametrize("style", ["", "drop2", "lofi", "trance", "spread", "quartal", "rootless", "shell"])
def test_tune_and_bass_stay_and_nothing_comes_above_the_tune(style: str) -> None:
    song = a_song()
    outer = {note for note in song.notes if note.velocity != 70}
    for clip in voiced(song, style=style):
        assert outer <= set(clip.notes)
        for note in set(clip.notes) - outer:
            assert all(
                note.pitch < one.pitch for one in outer if one.velocity == 100 and one.onset <= note.onset < one.end
            )
            assert all(
                note.pitch > one.pitch for one in outer if one.velocity == 90 and one.onset <= note.onset < one.end
            )


def test_four_results_differ_in_colour_and_keep_the_roots() -> None:
    pad = Clip(
        tuple(
            Note(pitch, 4.0 * bar, 4.0, 80)
            for bar, chord in enumerate(((57, 60, 64), (53, 57, 60), (60, 64, 67), (55, 59, 62)))
            for pitch in chord
        ),
        16.0,
        role="chords",
    )
    found = voiced(pad)
    assert len(found) == 4
    assert len({frozenset(note.pitch % 12 for note in clip.notes if note.onset < 4) for clip in found}) >= 3
    for clip in found:
        lowest = [min(note.pitch for note in clip.notes if note.onset == bar * 4.0) % 12 for bar in range(4)]
        assert lowest == [9, 5, 0, 7]


def test_a_strum_stays_as_it_is_struck() -> None:
    strum = a_strum()
    for clip in voiced(strum):
        for before, after in zip(hits_of(strum.notes), hits_of(clip.notes), strict=True):
            assert before.onset == pytest.approx(after.onset)
            downwards = [hit.notes[0].onset > hit.notes[-1].onset for hit in (before, after)]
            assert downwards[0] == downwards[1], "an upstroke begins with the highest string"
            assert len({note.pitch for note in after.notes}) == len(after.notes), "a pitch is struck twice in a roll"


def test_a_locked_line_of_rolled_chords_is_their_highest_notes() -> None:
    strum = a_strum()
    tops = [max(hit.notes, key=lambda note: note.pitch) for hit in hits_of(strum.notes)]
    request = Request(task="voice", prompts=(strum,), locks=Locks.parse("top"), count=2)
    for variation in Studio().generate(request, "harmony"):
        assert variation.report.locks == {"top": True}
        kept = {(note.onset, note.pitch) for note in variation.clip.notes}
        assert {(note.onset, note.pitch) for note in tops} <= kept
        assert variation.clip.notes != strum.notes


@pytest.mark.parametrize("preset", PRESETS)
def test_nothing_lies_more_than_an_octave_above_the_clip(preset: str) -> None:
    for prompt in (a_strum(), a_song()):
        highest = max(note.pitch for note in prompt.notes)
        for clip in voiced(prompt, style=preset, count=2):
            assert max(note.pitch for note in clip.notes) <= highest + 12


def test_who_plays_the_roots_is_said_where_the_style_leaves_them_out() -> None:
    chords = parse_chord_track("Dm7 | G7 | Cmaj7", 4.0, 12.0)
    request = Request(task="voice", prompts=(Clip((), 12.0),), chords=chords, style="rootless", count=1)
    (found,) = Studio().generate(request, "harmony")
    assert any("left to a bass: D, G, C" in remark for remark in found.report.remarks)


@pytest.mark.parametrize(
    ("classes", "bass"), [({4, 7, 11}, 4), ({0, 4, 7}, 0), ({2, 6, 9}, 2), ({9, 0, 4, 7}, 9), ({5, 9, 0}, 5)]
)
def test_a_grip_can_be_played(classes: set[int], bass: int) -> None:
    found = grips(frozenset(classes), bass)
    assert found
    for grip in found:
        assert {pitch % 12 for pitch in grip} == classes
        assert grip[0] % 12 == bass
        assert _fits_a_hand(grip)


def _fits_a_hand(grip: tuple[int, ...]) -> bool:
    """Some row of neighbouring strings plays it with stopped frets within four of each other and four fingers."""
    for lowest in range(len(STRINGS) - len(grip) + 1):
        frets = [pitch - string for pitch, string in zip(grip, STRINGS[lowest:], strict=False)]
        stopped = [fret for fret in frets if fret > 0]
        fingers = len(stopped) if 0 in frets else 1 + sum(fret > min(stopped) for fret in stopped)
        if min(frets) >= 0 and (not stopped or max(stopped) - min(stopped) <= 3) and fingers <= 4:
            return True
    return False


def test_the_open_e_minor_is_among_them() -> None:
    assert (40, 47, 52, 55, 59, 64) in grips(frozenset({4, 7, 11}), 4)


def held(*chords: tuple[int, ...], beats: float = 3.9) -> Clip:
    notes = tuple(Note(pitch, 4.0 * bar, beats, 80) for bar, chord in enumerate(chords) for pitch in chord)
    return Clip(notes, 4.0 * len(chords), role="chords")


def at(clip: Clip, onset: float) -> list[int]:
    return sorted(note.pitch for note in clip.notes if note.onset == onset)


PAD = held((41, 48, 56, 63), (37, 44, 53, 60), (34, 41, 49, 56, 60), (36, 43, 52, 58, 61))
"""Fm7, Dbmaj7, Bbm9 and C7b9 over their roots."""


def test_colours_do_not_rub_with_a_low_bass() -> None:
    """Neither C1 C#2 (a flat ninth in the bass) nor C#1 C2 (a major seventh in the mud)."""
    for clip in voiced(PAD):
        for bar in range(4):
            low, *others = at(clip, 4.0 * bar)
            assert all(pitch - low not in (1, 2, 11, 13) for pitch in others), at(clip, 4.0 * bar)


def test_the_lowest_two_of_a_hand_lie_no_second_apart() -> None:
    for clip in [*voiced(PAD), *voiced(held((62, 66, 69), (59, 62, 66), (55, 59, 62), (57, 61, 64), beats=0.5))]:
        for bar in range(4):
            pitches = at(clip, 4.0 * bar)
            lowest = pitches[1:3] if pitches[0] < 48 else pitches[:2]
            assert lowest[1] - lowest[0] > (1 if lowest[0] >= 60 else 2), pitches


STABS = held((55, 58, 60, 63), (55, 56, 60, 63), (56, 60, 63, 65), (53, 55, 58, 62), beats=0.25)
"""Cm7, Abmaj7, Fm7 and Gm7 as one hand strikes them, in inversions; a bass plays elsewhere."""


def test_stabs_stay_one_hand_where_the_prompt_lies() -> None:
    for clip in voiced(STABS):
        for bar in range(4):
            pitches = at(clip, 4.0 * bar)
            assert pitches[-1] - pitches[0] <= 16
            assert abs(sum(pitches) / len(pitches) - sum(at(STABS, 4.0 * bar)) / 4) <= 7.5


def test_a_colour_over_a_bass_comes_in_the_place_of_the_root() -> None:
    """D F# A over D1, with its ninth: E and no fourth note in the right hand."""
    piano = held((38, 57, 62, 66), (35, 59, 62, 66), (43, 59, 62, 67), (45, 57, 61, 64), beats=0.9)
    added = [clip for clip in voiced(piano) if any(note.pitch % 12 == 4 for note in clip.notes if note.onset == 0)]
    assert added
    for clip in added:
        assert all(len(at(clip, 4.0 * bar)) <= 4 for bar in range(4) if 38 in at(clip, 0.0))


def test_a_strummed_clip_gets_what_a_guitar_plays_and_its_upstrokes_stay_on_top() -> None:
    for clip in voiced(a_strum()):
        for bar in range(2):
            strokes = [hit for hit in hits_of(clip.notes) if 4 * bar <= hit.onset < 4 * bar + 4]
            down, up = sorted({note.pitch for note in strokes[0].notes}), {note.pitch for note in strokes[1].notes}
            assert tuple(down) in grips(frozenset(pitch % 12 for pitch in down), down[0] % 12)
            assert up <= set(down[-len(up) :])


def test_a_broken_chord_stays_below_the_tune() -> None:
    arpeggio = [
        Note(pitch, 4.0 * bar + place / 2, 0.5, 60)
        for bar, (bass, *chord) in enumerate(((43, 50, 55, 59), (42, 50, 57, 62), (40, 47, 55, 59), (48, 55, 60, 64)))
        for place, pitch in enumerate((bass, *chord, chord[2], chord[1], chord[0], chord[1]))
    ]
    line = ((71, 69, 67), (69, 71, 74), (71, 67, 64), (67, 67, 71))
    tune = [Note(pitch, 4.0 * bar + beat, 1.0, 100) for bar, row in enumerate(line) for beat, pitch in enumerate(row)]
    song = Clip(tuple(sorted([*arpeggio, *tune], key=lambda note: note.order)), 16.0, role="chords")
    for clip in voiced(song):
        for note in set(clip.notes) - set(tune):
            assert all(note.pitch < one.pitch for one in tune if one.onset <= note.onset < one.end)


def two_hands() -> Clip:
    """A left hand that plays D, B, G and F# and their octaves, a right hand that strikes on two, three and four."""
    notes = []
    hands = ((38, (54, 57, 62)), (35, (54, 59, 62)), (31, (55, 59, 62)), (42, (57, 61, 66)))
    for bar, (root, chord) in enumerate(hands):
        notes += [Note(root, 4.0 * bar, 2.0, 80), Note(root + 12, 4.0 * bar + 2, 1.9, 72)]
        notes += [Note(pitch, 4.0 * bar + beat, 0.6, 66) for beat in (1, 2, 3) for pitch in chord]
    return Clip(tuple(sorted(notes, key=lambda note: note.order)), 16.0, role="chords")


def test_a_left_hand_s_octaves_stay_and_the_right_hand_s_chord_is_none_of_them() -> None:
    song = two_hands()
    layers = Layers.of(song, find_chords(song))
    assert [note.pitch for note in layers.bass] == [38, 50, 35, 47, 31, 43, 42, 54]
    for clip in voiced(song):
        assert set(layers.bass) <= set(clip.notes)
        for bar in range(4):
            assert len(at(clip, 4.0 * bar + 1)) >= 3


def test_an_arpeggio_s_bass_may_lie_high_once() -> None:
    """F2 C3 F3 A3 among D2, Bb1 and C2: its root stays lowest in every result, and nothing leaves the register."""
    bars = ((50, 57, 62, 65), (46, 53, 62, 65), (53, 60, 65, 69), (48, 55, 60, 64))
    notes = [
        Note(bar[voice], 4.0 * place + half / 2, 0.47)
        for place, bar in enumerate(bars)
        for half, voice in enumerate((0, 1, 2, 3, 2, 1, 2, 1))
    ]
    for clip in voiced(Clip(tuple(notes), 16.0, role="chords")):
        assert [at(clip, 4.0 * bar)[0] for bar in range(4)] == [50, 46, 53, 48]
        assert max(note.pitch for note in clip.notes) <= 69 + 12


def test_one_hand_has_a_finger_for_every_note() -> None:
    """Rich chords of four notes, struck alone: no result asks for six at once."""
    stabs = held((60, 63, 67, 70), (56, 60, 63, 67), (53, 56, 60, 63), (55, 58, 62, 65), beats=0.3)
    for clip in voiced(stabs):
        assert max(len(at(clip, 4.0 * bar)) for bar in range(4)) <= 5
