"""Measures that hear, on clips so small that a musician can sign their values."""

from __future__ import annotations

import math
from collections.abc import Iterable

import pytest

from models.evaluation.musical.figures import keeps_figure
from models.evaluation.musical.heard import bass_follows, heard, hears
from models.evaluation.musical.kit import keeps_beat
from models.evaluation.musical.parts import new_notes
from models.evaluation.musical.playing import apart, moves, plays
from models.evaluation.musical.texture import keeps_texture
from models.music.beats import Metre
from models.music.chord import Chord, TimedChord
from models.music.clip import Clip, Role
from models.music.note import Note

C, G7 = Chord.of(0), Chord.of(7, "7")
TURN = (TimedChord(0, 4, C), TimedChord(4, 4, G7))
KICK, SNARE, HAT, CRASH, FLOOR_TOM = 36, 38, 42, 49, 43


def clip(role: Role, notes: Iterable[tuple[float, int] | tuple[float, int, float, int]], bars: int = 2) -> Clip:
    """A clip of (onset, pitch[, duration, velocity])."""
    full = [(*note, 0.5, 90)[:4] if len(note) == 2 else note for note in notes]
    made = tuple(Note(pitch, onset, duration, velocity) for onset, pitch, duration, velocity in full)
    return Clip(tuple(sorted(made, key=lambda note: note.order)), 4.0 * bars, role=role)


def line(*pitches: int, role: Role = "melody") -> Clip:
    """Quarter notes in bars of four."""
    return clip(role, [(float(beat), pitch) for beat, pitch in enumerate(pitches)], -(-len(pitches) // 4))


def test_only_new_notes_on_pulses_or_long_ones_must_hear_the_chord() -> None:
    old = line(60, 62, 64, 65)
    # on C: E stays; new are G (in), F on a pulse (out, and a semitone above E), B flat off the beat (doesn't count)
    new = clip("melody", [(0, 67), (1, 65), (1.5, 70), (2, 64)])
    said = hears(new_notes(old, new), TURN, Metre())
    assert (said["on chord"], said["clashes"]) == (0.5, 0.5)
    held = clip("melody", [(4.5, 60, 2.0, 90)])  # C held over G seven: the note to avoid
    assert hears(held.notes, TURN, Metre()) == {"on chord": 0, "clashes": 1}
    assert math.isnan(hears([], TURN, Metre())["on chord"])


def test_a_bass_follows_where_a_chord_begins() -> None:
    assert bass_follows(line(36, 43, 36, 43, 43, 36, 43, 36).notes, TURN)["bass"] == 1
    assert bass_follows(line(40, 43, 36, 43, 43, 36, 43, 36).notes, TURN)["bass"] == 0.5  # E under C
    over_e = (TimedChord(0, 4, Chord.of(0, "maj", bass=4)),)
    assert bass_follows(line(40).notes, over_e)["bass"] == 1
    pushed = clip("bass", [(3.75, 43, 1.0, 90)])
    assert bass_follows(pushed.notes, TURN)["bass"] == 1  # the G that anticipates its bar


A, B = (60, 62, 64, 67), (69, 67, 65, 64)


def test_bars_copied_and_emptied_and_a_figure_that_returns() -> None:
    theme = line(*A, *B, *A, *B)
    same = keeps_figure(theme, theme)
    assert (same["bars copied"], same["bars emptied"], same["returns"], same["splice"]) == (1, 0, 1, 0)
    varied = (60, 62, 65, 67)
    alike = keeps_figure(theme, line(*varied, *B, *varied, *B))
    assert (alike["bars copied"], alike["returns"]) == (0.5, 1)
    torn = keeps_figure(theme, line(*A, *B, *varied, *B))
    assert torn["returns"] == pytest.approx((0.75 + 1) / 2)  # A and A' share three of four notes
    emptied = keeps_figure(theme, clip("melody", [(beat, 60 + beat) for beat in range(4)], 4))
    assert emptied["bars emptied"] == 0.75


def test_half_a_clip_with_another_piece_glued_to_it_is_spliced() -> None:
    theme = line(*A, *B, *A, *B)
    glued = line(*A, *B, 50, 51, 54, 58, 50, 51, 54, 58)
    assert keeps_figure(theme, glued)["splice"] == 1
    evenly = line(60, 62, 65, 67, 69, 67, 65, 62, 60, 62, 65, 67, 69, 67, 65, 62)
    assert keeps_figure(theme, evenly)["splice"] == 0


def test_a_cadence_is_kept_by_class_and_place() -> None:
    ends = keeps_figure(line(*B, *A), line(*B, 60, 62, 64, 79))
    assert (ends["last class"], ends["last place"]) == (1, 1)
    missed = keeps_figure(line(*B, *A), clip("melody", [(0, 69), (6, 66)]))
    assert (missed["last class"], missed["last place"]) == (0, 0)


def stack(onset: float, *pitches: int, roll: float = 0.0) -> list[tuple[float, int, float, int]]:
    return [(onset + number * roll, pitch, 1.0, 90) for number, pitch in enumerate(pitches)]


def test_chords_keep_their_bass_their_harmony_and_their_body() -> None:
    before = clip("chords", [*stack(0, 45, 60, 64, 67), *stack(4, 43, 59, 62, 65)])
    whole = keeps_texture(before, before)
    assert (whole["bass lost"], whole["harmony kept"], whole["thin"], whole["mud"]) == (0, 1, 0, 0)
    after = clip("chords", [*stack(0, 60, 64, 67), *stack(4, 43, 55)])  # A minor seven without its A; two Gs
    found = keeps_texture(before, after)
    assert (found["bass lost"], found["thin"]) == (0.5, 0.5)
    assert found["harmony kept"] == pytest.approx((3 / 4 + 1 / 4) / 2)
    assert found["top leap"] == 12 - 2  # from G4 down to G3, where the clip goes from G4 to F4


def test_a_bass_an_octave_away_or_pushed_is_there_and_a_hand_without_one_may_invert() -> None:
    before = clip("chords", [(0, 41, 1.0, 90), *stack(1, 57, 60, 65), (4, 36, 1.0, 90), *stack(5, 57, 60, 65)])
    kept = clip("chords", [(0, 29, 1.0, 90), *stack(1, 60, 65, 69), (3.5, 36, 1.0, 90), *stack(5, 53, 60, 69)])
    assert keeps_texture(before, kept)["bass lost"] == 0
    lost = clip("chords", [(0, 43, 1.0, 90), *stack(1, 57, 60, 65), *stack(5, 57, 60, 65)])
    assert keeps_texture(before, lost)["bass lost"] == 1


def test_mud_is_new_and_low_and_near() -> None:
    before = clip("chords", [*stack(0, 36, 48, 52, 55), *stack(4, 36, 48, 52, 55)])
    muddy = clip("chords", [*stack(0, 36, 40, 52, 55), *stack(4, 36, 43, 52, 55)])  # a low third; a low fifth is clear
    assert keeps_texture(before, muddy)["mud"] == 0.5
    assert keeps_texture(muddy, muddy)["mud"] == 0


def test_a_rolled_chord_stays_rolled() -> None:
    rolled = clip("chords", stack(0, 48, 60, 64, 67, roll=0.04))
    struck = clip("chords", stack(0, 48, 60, 64, 67))
    assert keeps_texture(rolled, rolled)["rolls kept"] == 1
    assert keeps_texture(rolled, struck)["rolls kept"] == 0
    assert math.isnan(keeps_texture(struck, rolled)["rolls kept"])


def beat(*extra: tuple[float, int, float, int], without: Iterable[float] = ()) -> Clip:
    """One bar: kick on 1 and 3, snare on 2 and 4, a ghost note before 4, hats in eighths."""
    hits = [(0, KICK, 0.1, 110), (2, KICK, 0.1, 110), (1, SNARE, 0.1, 110), (3, SNARE, 0.1, 110)]
    hits += [(2.75, SNARE, 0.1, 30), *((half / 2, HAT, 0.1, 70) for half in range(8))]
    return clip("drums", [*(hit for hit in hits if hit[0] not in without), *extra], bars=1)


def test_a_beat_keeps_pads_backbeats_and_kick() -> None:
    same = keeps_beat(beat(), beat())
    assert (same["pads added"], same["backbeats lost"], same["kick kept"], same["one-hit pads"]) == (0, 0, 1, 0)
    after = keeps_beat(beat(), beat((2.5, KICK, 0.1, 100), (0.0, CRASH, 0.1, 100), without=[3]))
    assert (after["pads added"], after["backbeats lost"], after["one-hit pads"]) == (1, 0.5, 1)
    assert after["kick kept"] == pytest.approx(4 / 5)


def test_half_time_has_its_backbeat_on_three() -> None:
    half_time = clip("drums", [(0, KICK), (2, SNARE), (4, KICK), (6, SNARE)])
    on_two = clip("drums", [(0, KICK), (1, SNARE), (4, KICK), (6, SNARE)])
    assert keeps_beat(half_time, on_two)["backbeats lost"] == 0.5


def test_rolls_are_kept_hit_by_hit() -> None:
    roll = [(3 + number / 8, HAT, 0.05, 70) for number in range(8)]
    assert keeps_beat(beat(*roll[1:4]), beat())["rolls kept"] == 0.4  # of five hits those in eighths
    assert keeps_beat(clip("drums", roll, 1), clip("drums", roll, 1))["rolls kept"] == 1
    assert math.isnan(keeps_beat(beat(), beat())["rolls kept"])


def test_nobody_has_three_hands() -> None:
    three = beat((1.0, CRASH, 0.1, 100))  # snare, hat and crash at once
    assert keeps_beat(beat(), three)["unplayable"] == pytest.approx(1 / 9)  # of nine moments
    assert keeps_beat(three, three)["unplayable"] == 0


def test_loops_leaps_and_range_count_beyond_the_clips_own() -> None:
    tune = line(60, 62, 64, 65, 67, 65, 64, 60)
    round_and_round = line(60, 62, 60, 62, 60, 62, 60, 84)
    found = moves(tune, round_and_round)
    assert (found["loop"], found["leap"], found["range"]) == (7, 24 - 4, 24 - 7)
    assert moves(round_and_round, round_and_round) == {"loop": 0, "leap": 0, "range": 0}


def test_new_notes_are_played_as_the_clip_is() -> None:
    before = clip("melody", [(number / 2, 60, 0.4, 60 + 20 * (number % 2)) for number in range(8)])  # spread 10
    flat = clip("melody", [(number / 2, 64, 0.4, 80) for number in range(8)])
    assert plays(before, flat)["velocity spread"] == 0
    assert plays(before, flat)["accents kept"] == 0  # louder off the beat is gone
    assert plays(before, before)["accents kept"] == 1
    late = clip("melody", [(number / 2 + 0.02, 60, 0.4, 80) for number in range(8)])
    later = clip("melody", [(number / 2 + 0.03, 64, 0.4, 80) for number in range(8)])
    assert plays(late, later)["looseness"] == pytest.approx(1.5)
    assert math.isnan(plays(flat, before)["velocity spread"])


def test_dead_notes_stay_dead() -> None:
    slapped = clip("bass", [(0, 40, 0.5, 100), (0.5, 40, 0.1, 34), (0.75, 40, 0.1, 34), (1, 43, 0.5, 100)])
    woken = clip("bass", [(0, 40, 0.5, 100), (0.5, 40, 0.1, 102), (0.75, 40, 0.1, 34), (1, 43, 0.5, 100)])
    assert plays(slapped, woken)["dead notes woken"] == 0.5


def test_four_results_differ() -> None:
    one, other = line(*A), line(50, 51, 54, 58)
    assert apart([one, one, one]) == 0
    assert apart([one, other]) > 0.5
    assert math.isnan(apart([one]))


@pytest.mark.parametrize(
    "before", [line(*A, *B), line(*A, *B, role="bass"), beat(), clip("chords", stack(0, 45, 60, 64, 67))]
)
def test_a_role_has_the_same_measures_whatever_comes(before) -> None:
    after = before.with_notes(before.notes[:1])
    assert list(heard(before, before, TURN)) == list(heard(before, after)) == list(heard(before, before.with_notes([])))
