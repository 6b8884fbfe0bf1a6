"""Busier beats, fills and lanes, as a drummer would play them: swung, accented, on the kit that is there."""

from itertools import product

from models.drums.drums import DrumsOptions, drums
from models.engines.rules.generator import RulesEngine
from tests.strategies import a_beat, a_clip, a_note


def made(clip, count=4, **options):
    return list(drums(clip, DrumsOptions(**options), count))


def swung_beat(swing=0.62):
    """Four bars of boom bap: swung sixteenths, hats in eighths, the snare a hair late."""
    late = (swing - 0.5) / 2
    notes = []
    for bar in range(4):
        start = 4.0 * bar
        notes += [
            a_note(36, start, 0.2, 112),
            a_note(36, start + 1.75 + late, 0.2, 96),
            a_note(36, start + 2.5, 0.2, 110),
        ]
        notes += [a_note(38, start + beat + 0.02, 0.2, 108) for beat in (1, 3)]
        notes += [a_note(42, start + n / 2, 0.1, 84 if n % 2 == 0 else 66) for n in range(8)]
        notes += [a_note(42, start + 0.75 + late, 0.1, 50), a_note(42, start + 2.75 + late, 0.1, 50)]
    return a_clip(*notes, tempo=90.0, role="drums")


def new_hits(clip, result):
    old = {(note.onset, note.pitch) for note in clip.notes}
    return [note for note in result.clip.notes if (note.onset, note.pitch) not in old]


def test_busier_adds_ghosts_and_pushes_on_the_swung_grid():
    clip = swung_beat()
    for seed in (0, 7):
        added = [note for result in made(clip, make="busier", seed=seed) for note in new_hits(clip, result)]
        snares = [note for note in added if note.pitch == 38]
        assert snares
        assert all(note.velocity < 60 for note in snares)
        assert {note.pitch for note in added} <= {36, 38, 42}
        for note in added:
            inside = note.onset % 0.5
            assert min(abs(inside - place) for place in (0, 0.31, 0.5)) < 0.035, note
        kicks = [note for note in added if note.pitch == 36]
        assert not any(abs(note.onset % 4 - place) < 0.1 for note in kicks for place in (1, 3))


def test_a_four_to_the_floor_gets_no_rolling_kick():
    kick = [a_note(36, float(beat), 0.2, 115) for beat in range(16)]
    hats = [a_note(42, beat + 0.5, 0.1, 90) for beat in range(16)]
    clip = a_clip(*kick, *hats, tempo=128.0, role="drums")
    for result in made(clip, make="busier", count=2):
        per_bar = [
            sum(note.pitch == 36 and note.onset // 4 == bar for note in new_hits(clip, result)) for bar in range(4)
        ]
        assert max(per_bar) <= 1


def test_a_fill_is_in_the_swing_and_on_the_pads_of_the_beat():
    clip = swung_beat()
    for style in ("half-bar", "last-beat", "down", "stop"):
        for result in made(clip, make="fill", style=style, count=2):
            strokes = [note for note in new_hits(clip, result) if note.onset >= 12]
            assert {note.pitch for note in strokes} <= {36, 38, 42}
            assert all(min(abs(note.onset % 0.5 - place) for place in (0, 0.31, 0.5)) < 0.02 for note in strokes)


def test_a_fill_of_hand_drums_stays_on_them():
    congas = a_clip(*(a_note(62 + n % 3, n / 2, 0.2, 80 + n % 5) for n in range(32)), role="drums")
    for result in made(congas, make="fill"):
        assert {note.pitch for note in result.clip.notes} <= {62, 63, 64}


def test_the_hands_of_a_fill_accent():
    strokes = [
        note for note in made(swung_beat(), make="fill", style="half-bar", count=1)[0].clip.notes if note.onset >= 14
    ]
    loud = sorted(note.velocity for note in strokes if note.pitch == 38)
    assert loud[-1] - loud[0] >= 20


def test_a_pad_is_called_by_name():
    both = a_clip(*(a_note(p, 4.0 * bar + 1, 0.2) for bar in range(4) for p in (38, 39)), *a_beat().notes, role="drums")
    result = made(both, make="lane", lane="clap", count=1)[0]
    assert [note for note in result.clip.notes if note.pitch == 38] == [note for note in both.notes if note.pitch == 38]
    assert [note.onset for note in result.clip.notes if note.pitch == 39] != [1.0, 5.0, 9.0, 13.0]


def test_a_fill_that_begins_with_a_rest_leaves_the_backbeat_and_none_outplays_it():
    clip = swung_beat()
    for seed, style in product(range(12), ("last-beat", "half-bar", "stop")):
        (result,) = made(clip, 1, make="fill", style=style, seed=seed)
        there = {note.pitch for note in result.clip.notes if abs(note.onset - 15.02) < 0.1}
        assert there & {36, 38}, "somebody plays the last beat"
        loudest = max(note.velocity for note in new_hits(clip, result))
        assert loudest <= 108 + 8 + 8  # the backbeat, a little more, and an accent


def test_an_open_and_a_closed_hat_of_one_stroke_move_as_one():
    bar = [(36, 0, 110), (38, 1, 105), (36, 2, 110), (38, 3, 105)]
    hats = [(pitch, beat + 0.5, 90) for beat in range(4) for pitch in (42, 46)]
    clip = a_clip(*(a_note(p, 4 * n + on, 0.1, v) for n in range(4) for p, on, v in bar + hats), role="drums")
    for seed in range(3):
        (result,) = list(drums(clip, DrumsOptions(make="groove", seed=seed), 1, players=(RulesEngine(),)))
        closed, opened = ([n.onset for n in result.clip.notes if n.pitch == pitch] for pitch in (42, 46))
        assert closed == opened


ROCK = [(36, (0.0, 2.5)), (38, (1.0, 3.0)), (42, tuple(eighth / 2 for eighth in range(7))), (46, (3.5,))]


def rock(bars=4):
    hits = [
        a_note(pitch, 4.0 * bar + onset, 0.2, 110 - pitch)
        for bar in range(bars)
        for pitch, row in ROCK
        for onset in row
    ]
    return a_clip(*hits, tempo=104.0, role="drums")


def test_a_fill_keeps_the_downbeat_and_leaves_no_hole_on_four():
    clip = rock()
    own = {(note.onset, note.pitch): note.velocity for note in clip.notes}
    for kind in ("half-bar", "last-beat", "stop", "broken", "build", "triplets", "down"):
        for result in made(clip, make="fill", style=kind, count=2):
            filled = {(note.onset, note.pitch): note.velocity for note in result.clip.notes}
            assert filled[12.0, 36] >= own[12.0, 36], kind
            assert any(abs(onset - 15.0) < 0.1 and pitch in (36, 38) for onset, pitch in filled), kind
            assert filled.get((13.0, 38), 127) >= own[13.0, 38], kind


def test_a_rolling_hat_is_no_louder_than_it_was_and_lets_the_open_one_ring():
    clip = rock()
    loudest = max(note.velocity for note in clip.notes if note.pitch == 42)
    for result in made(clip, make="fill", style="hat-rolls", count=2):
        rolled = [note for note in new_hits(clip, result) if note.pitch == 42]
        assert rolled
        assert all(note.velocity <= loudest and not 15.5 <= note.onset < 15.74 for note in rolled)


def test_busier_puts_no_kick_behind_the_backbeat_and_rolls_the_hat_in_half_time():
    for result in made(rock(), make="busier", seed=3):
        kicks = [note.onset % 4 for note in new_hits(rock(), result) if note.pitch == 36]
        assert not {1.25, 3.25} & set(kicks)
    hits = [(36, (0.0, 1.75)), (38, (2.0,)), (42, tuple(eighth / 2 for eighth in range(8)))]
    trap = a_clip(
        *(a_note(pitch, 4.0 * bar + onset, 0.2, 100) for bar in range(4) for pitch, row in hits for onset in row),
        tempo=140.0,
        role="drums",
    )
    first = made(trap, make="busier", count=4)[0]
    assert all(note.pitch == 42 for note in new_hits(trap, first))
