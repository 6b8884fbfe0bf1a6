"""What a drummer wouldn't do: thin the kick's pattern away, tear the time, move an accent, roll with three hands."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace

import numpy as np
import pytest

from models.constraints.constraints import Constraints
from models.constraints.similarity_search import apply_edits
from models.engines.kin.planning.beats.pads import Pads
from models.engines.kin.planning.beats.pulse import HATS
from models.engines.kin.planning.edit_builder import EditBuilder
from models.engines.kin.planning.planner import plan_edits
from models.engines.kin.planning.structure import Structure
from models.engines.kin.reading.view import RequestView
from models.generator import Request
from models.music.clip import Clip
from models.music.note import Note
from tests.strategies import a_clip, a_note

KICK, SNARE, RIM, HAT, PEDAL, OPEN, CRASH, RIDE, TOM, SHAKER = 36, 38, 37, 42, 44, 46, 49, 51, 45, 70
IDEAS = range(7)
LOUD = {"X": 115, "x": 90, "o": 62, "g": 34}


def a_beat(lanes: dict[int, str], *, grid: int = 4, bars: int = 4, swing: float = 0.0) -> Clip:
    """A beat of four quarters a bar; lanes are repeated, ``grid`` places a beat."""
    notes = [
        a_note(pad, place / grid + swing * (place % 2), 0.15, LOUD[pattern[place % len(pattern)]])
        for pad, pattern in ((pad, text.replace(" ", "")) for pad, text in lanes.items())
        for place in range(4 * grid * bars)
        if pattern[place % len(pattern)] != "."
    ]
    return a_clip(*notes, length=4.0 * bars, role="drums")


HATS_IN_8THS = "x.x.x.x.x.x.x.x."
ROCK = a_beat(
    {
        KICK: "X.......X.x.....",
        SNARE: "....X.......X...",
        HAT: HATS_IN_8THS,
        CRASH: "X" + 63 * ".",
        TOM: 62 * "." + "x.",
    }
)
BOSSA = a_beat({KICK: "X.....X.X.....X.", RIM: "x..x..x...x..x..", HAT: "xoxoxoxoxoxoxoxo"})
TRAP = a_beat(
    {KICK: "X.........x.....X..x......x.....", SNARE: "........X...............X.......",
     HAT: "x.x.x.xxx.x.x.x.x.x.xxx.x.x.xoxo"}
)  # fmt: skip
HOUSE = a_beat({KICK: "X...X...X...X...", SNARE: "....X.......X...", HAT: "..x...x...x...x.", RIDE: "..............x."})
FUNK = a_beat({KICK: "X.x...x..xX..x..", SNARE: "....X..g.g..X..g", HAT: "xoxoxoxoxoxoxoxo", OPEN: "..............x."})
JAZZ = a_beat(
    {KICK: "g..g..g..g..", SNARE: ".....g..............g...", PEDAL: "...x.....x..", RIDE: "x..x.ox..x.o"}, grid=3
)
SWUNG = a_beat({KICK: "X..X..X...X.....", SNARE: "....X.......X...", HAT: HATS_IN_8THS}, swing=0.06)
BEATS = {"rock": ROCK, "bossa": BOSSA, "trap": TRAP, "house": HOUSE, "funk": FUNK, "jazz": JAZZ, "swung": SWUNG}


def structure_of(clip: Clip) -> Structure:
    request = Request(prompts=(clip,), role="drums", similarity=0.7)
    return Structure.of(RequestView.of(Constraints.of(request, "drums"), "vary"))


def varied(clip: Clip, idea: int, dial: float = 0.7) -> tuple[Note, ...]:
    builder = plan_edits(structure_of(clip), dial, idea, np.random.default_rng(idea))
    assert builder.similarity == pytest.approx(dial, abs=0.05)
    return apply_edits(builder.edit_set, builder.edit_set.edits, 0.0).notes


def new_hits(clip: Clip, notes: tuple[Note, ...]) -> list[Note]:
    old = {(note.pitch, note.onset) for note in clip.notes}
    return [note for note in notes if (note.pitch, note.onset) not in old]


@pytest.mark.parametrize("idea", IDEAS)
@pytest.mark.parametrize("name", BEATS)
def test_the_kicks_pattern_and_the_loud_snares_stay_as_they_are_struck(name, idea):
    clip = BEATS[name]
    kept = {(note.pitch, note.onset, note.velocity) for note in varied(clip, idea)}
    skeleton = {
        (note.pitch, note.onset, note.velocity)
        for note in clip.notes
        if note.pitch == KICK or (note.pitch in (SNARE, RIM) and note.velocity >= 80)
    }
    assert skeleton <= kept


@pytest.mark.parametrize("idea", IDEAS)
def test_kicks_that_come_lead_quietly_into_one_of_the_pattern(idea):
    for clip in (ROCK, TRAP, FUNK):
        pattern = {(note.onset % 4) for note in clip.notes if note.pitch == KICK}
        for note in (note for note in new_hits(clip, varied(clip, idea)) if note.pitch == KICK):
            assert (note.onset + 0.25) % 4 in pattern
            assert note.velocity < 0.9 * 115


@pytest.mark.parametrize("idea", IDEAS)
def test_four_on_the_floor_has_kicks_between_at_the_ends_of_phrases_alone(idea):
    come = [note.onset for note in new_hits(HOUSE, varied(HOUSE, idea)) if note.pitch == KICK]
    assert set(come) <= {15.75}


@pytest.mark.parametrize("idea", IDEAS)
def test_a_time_of_8ths_has_no_hole_on_the_beat_and_what_comes_is_between(idea):
    for clip in (ROCK, SWUNG):
        notes = varied(clip, idea)
        hats = {note.onset for note in notes if note.pitch in HATS}
        assert all(float(beat) in hats for beat in range(14))
        ticks = defaultdict(set)
        for note in new_hits(clip, notes):
            if note.pitch == HAT and note.onset < 12:
                ticks[int(note.onset // 4) % 2].add(round(4 * note.onset) % 16)
        assert all(place % 2 for places in ticks.values() for place in places)


@pytest.mark.parametrize("idea", IDEAS)
def test_bars_that_return_are_varied_alike_but_for_the_ends_of_phrases(idea):
    bars = defaultdict(set)
    for note in varied(ROCK, idea):
        if note.pitch != CRASH:
            bars[int(note.onset // 4)].add((note.pitch, note.onset % 4))
    if idea == IDEAS[-1]:  # the second half is what this one is about
        assert bars[0] != bars[2]
    else:
        assert bars[0] == bars[2]


@pytest.mark.parametrize("idea", IDEAS)
def test_bursts_of_the_hats_stay_bursts(idea):
    hats = [note.onset for note in varied(TRAP, idea) if note.pitch == HAT]
    assert 0 < len({int(onset) for onset in hats if onset % 0.5}) <= 8
    fills = {7.0, 7.5, 15.0, 15.5, 14.0, 14.5}
    assert {place / 2 for place in range(32)} - fills <= set(hats)


@pytest.mark.parametrize("idea", IDEAS)
def test_the_ride_of_a_swing_keeps_its_skips_and_nothing_comes_at_the_middle_triplet_but_snares(idea):
    notes = varied(JAZZ, idea)
    middle = [note for note in new_hits(JAZZ, notes) if round(3 * note.onset) % 3 == 1]
    assert {note.pitch for note in middle} <= {SNARE}
    rides = {round(3 * note.onset) for note in notes if note.pitch == RIDE}
    assert all(3 * beat in rides for beat in range(14))


@pytest.mark.parametrize("idea", IDEAS)
def test_ghosts_are_quiet_and_never_right_behind_a_backbeat(idea):
    for clip in (ROCK, TRAP, FUNK):
        for note in new_hits(clip, varied(clip, idea)):
            fill = note.onset % 8 >= 6 if clip is TRAP else note.onset % 4 >= 2 and note.onset % 8 >= 4
            if note.pitch == SNARE and not fill:
                assert note.velocity <= 60
                assert not any(
                    o.pitch == SNARE and o.velocity > 80 and o.onset == note.onset - 0.25 for o in clip.notes
                )


@pytest.mark.parametrize("idea", IDEAS)
def test_a_crash_stays_where_it_is_and_comes_nowhere_else(idea):
    assert [note.onset for note in varied(ROCK, idea) if note.pitch == CRASH] == [0.0]


@pytest.mark.parametrize("idea", IDEAS)
def test_a_fill_grows_on_snare_and_toms_at_the_end_of_a_phrase_and_two_hands_play_it(idea):
    notes = varied(ROCK, idea)
    loud = [n for n in new_hits(ROCK, notes) if n.pitch in (SNARE, TOM) and n.velocity > 60]
    assert all(note.onset % 4 >= 2 and int(note.onset // 4) % 2 for note in loud)
    sticks = Counter(round(4 * note.onset) for note in notes if note.pitch != KICK)
    assert max(sticks.values()) <= 2


@pytest.mark.parametrize("idea", IDEAS)
def test_new_hits_are_late_as_the_clips_are(idea):
    for note in new_hits(SWUNG, varied(SWUNG, idea)):
        assert note.onset % 0.25 == pytest.approx(0.06 if round(4 * note.onset - 0.2) % 2 else 0.0, abs=0.01)


def test_the_dial_is_a_path_on_which_the_skeleton_goes_last():
    lost = []
    for dial in (0.9, 0.7, 0.5, 0.3):
        left = {(note.pitch, note.onset) for note in varied(ROCK, 0, dial)}
        skeleton = {(n.pitch, n.onset) for n in ROCK.notes if n.pitch in (KICK, SNARE, CRASH)}
        lost.append(len(skeleton - left))
    assert lost[:2] == [0, 0]
    assert lost == sorted(lost)


def test_layers_are_what_a_drummer_hears():
    structure = structure_of(FUNK)
    pads = Pads(structure, EditBuilder(structure.constraints, 0.7), np.random.default_rng(0))
    found = defaultdict(set)
    for note, layer in zip(structure.notes, pads.layers, strict=True):
        found[layer].add((note.pitch, note.onset % 4))
    assert found["accent"] == {(SNARE, 1.0), (SNARE, 3.0)}
    assert found["ghost"] == {(SNARE, 1.75), (SNARE, 2.25), (SNARE, 3.75)}
    assert {pitch for pitch, _ in found["time"]} == {HAT, OPEN}
    assert pads.backbeats == {24, 72}


PUMP = a_beat(
    {KICK: "X...X...X...X...", SNARE: "....X.......X...", HAT: "o.o.o.o.o.o.o.o.", OPEN: "..x...x...x...x.",
     SHAKER: "x.x.xx.xx.x.xx.x"}
)  # fmt: skip
ONE_DROP = a_beat({KICK: "X.......X.......", RIM: "........X.......", HAT: "x..xx..xx..xx..x"})


@pytest.mark.parametrize("idea", IDEAS)
def test_open_hats_between_kicks_on_every_beat_pump_on(idea):
    pump = {note.onset for note in PUMP.notes if note.pitch == OPEN and note.onset < 14}  # before a fill
    assert pump <= {note.onset for note in varied(PUMP, idea) if note.pitch == OPEN}


@pytest.mark.parametrize("idea", IDEAS)
def test_a_cross_stick_that_drops_drops_alone(idea):
    assert not [note for note in new_hits(ONE_DROP, varied(ONE_DROP, idea)) if note.pitch == RIM]


@pytest.mark.parametrize("idea", IDEAS)
@pytest.mark.parametrize("name", ["rock", "swung"])
def test_a_fill_leads_into_the_bar_behind_it(name, idea):
    come = {note.onset for note in new_hits(BEATS[name], varied(BEATS[name], idea)) if note.pitch in (SNARE, TOM)}
    loud = sorted(onset % 4 for onset in come if onset >= 15.2)
    assert not loud or loud[-1] > 3.7


def test_a_fast_ride_goes_in_quarters_rather_than_in_16ths():
    fast = replace(a_beat({KICK: "X.....X...X.X...", SNARE: "....X..gg...X...", RIDE: HATS_IN_8THS}), tempo=174.0)
    for idea in IDEAS:
        assert not [note for note in new_hits(fast, varied(fast, idea)) if note.pitch == RIDE]
