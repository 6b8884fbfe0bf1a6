"""A hand humanises: accents, dead notes and pocket stay, habits come back, and it is heard."""

import statistics

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.engines.registry import in_order
from models.engines.rules.generator import load
from models.engines.rules.humanise import FEELS, touched
from models.generator import Request
from models.music.beats import Metre
from tests.strategies import a_beat, a_clip, a_note, clips

FOUR = Metre(4, 4)


def ms(before, after, tempo=120.0):
    return [(new.onset - old.onset) * 60_000 / tempo for old, new in zip(before, after, strict=True)]


def techno():
    kick = [a_note(36, float(beat), 0.2, 120) for beat in range(16)]
    clap = [a_note(39, beat, 0.2, 108) for beat in range(1, 16, 2)]
    hats = [a_note(42, n / 4, 0.1, 84 if n % 4 == 0 else 60) for n in range(64)]
    return a_clip(*kick, *clap, *hats, role="drums")


@given(clips("drums", most=40, fewest=2), st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_no_hit_moves_further_than_a_hand_does(clip, seed):
    after = touched(clip.notes, clip.metre, 120.0, seed, drums=True)
    assert all(abs(shift) <= 15.01 for shift in ms(clip.notes, after))
    assert all(abs(new.velocity - old.velocity) <= 10 for old, new in zip(clip.notes, after, strict=True))
    assert [note.pitch for note in after] == [note.pitch for note in clip.notes]


@pytest.mark.parametrize("seed", range(8))
def test_accents_keep_their_order(seed):
    clip = techno()
    after = touched(clip.notes, FOUR, 132.0, seed, drums=True)
    hats = [(old.velocity, new.velocity) for old, new in zip(clip.notes, after, strict=True) if old.pitch == 42]
    assert min(new for old, new in hats if old == 84) > max(new for old, new in hats if old == 60)
    assert all(abs(new - old) <= 6 for old, new in hats)
    assert statistics.pstdev(new for old, new in hats if old == 60) > 1


@pytest.mark.parametrize("seed", range(4))
def test_the_groove_is_heard_and_each_drum_leans_its_own_way(seed):
    clip = techno()
    after = touched(clip.notes, FOUR, 132.0, seed, drums=True)
    shifts = ms(clip.notes, after, 132.0)
    by_drum = {
        pitch: statistics.fmean(abs(s) for s, note in zip(shifts, clip.notes, strict=True) if note.pitch == pitch)
        for pitch in (36, 39, 42)
    }
    assert max(by_drum.values()) >= 4
    assert by_drum[36] == min(by_drum.values())
    assert len({feel.name for feel in FEELS}) == 4


def test_habits_come_back_in_every_bar():
    clip = techno()
    shifts = ms(clip.notes, touched(clip.notes, FOUR, 132.0, 1, drums=True), 132.0)
    claps = [shift for shift, note in zip(shifts, clip.notes, strict=True) if note.pitch == 39]
    assert statistics.pstdev(claps[0::2]) < 5 > statistics.pstdev(claps[1::2])


def test_a_pocket_stays():
    snare = [a_note(38, 4.0 * bar + beat + 0.03, 0.2, 110) for bar in range(4) for beat in (1, 3)]
    for seed in range(6):
        after = touched(snare, FOUR, 90.0, seed, drums=True)
        assert all(note.onset % 1 > 0.012 for note in after)


def test_dead_notes_stay_dead_and_pops_stay_pops():
    line = a_clip(
        *(a_note(40, bar * 4 + n / 2, 0.1 if n % 3 == 1 else 0.4, 34 if n % 3 == 1 else 120 if n % 3 == 2 else 95)
          for bar in range(4) for n in range(8)),
        role="bass",
    )  # fmt: skip
    for result in load("rules").generate(Request(task="humanise", prompts=(line,), role="bass", count=4, seed=3)):
        pairs = list(zip(line.notes, result.clip.notes, strict=True))
        assert all(new.velocity <= 42 for old, new in pairs if old.velocity == 34)
        assert all(new.velocity >= 112 for old, new in pairs if old.velocity == 120)
        assert any(new.onset != old.onset for old, new in pairs)


def test_a_roll_and_a_strum_stay_as_struck():
    roll = [a_note(38, 3 + n / 8, 0.1, 60 + 6 * n) for n in range(8)]
    after = touched(roll, FOUR, 120.0, 0, drums=True)
    gaps = [b.onset - a.onset for a, b in zip(after, after[1:], strict=False)]
    assert max(gaps) - min(gaps) < 1e-6
    strum = [a_note(pitch, 0.02 * n, 1.0, 80 + 3 * n) for n, pitch in enumerate((48, 55, 60, 64))]
    struck = touched(strum, FOUR, 120.0, 2, drums=False)
    assert [round(b.onset - a.onset, 6) for a, b in zip(struck, struck[1:], strict=False)] == [0.02] * 3


def test_the_hand_is_asked_first_for_every_role():
    assert {in_order("humanise", role)[0] for role in ("melody", "chords", "bass", "drums")} == {"rules"}
    first, second = load("rules").generate(Request(task="humanise", prompts=(a_beat(),), role="drums", count=2))
    assert first.clip.notes != second.clip.notes
