"""What makes sections differ: verses leave room, builds rise, solos are new lines, the last chorus is the biggest."""

import itertools

import pytest

from models.arrangement.arrange import arrange
from models.arrangement.plan import PLANS, Plan, plan_named
from models.arrangement.playing.drumming import busier, pulsing, ridden, rimmed
from models.arrangement.playing.harmony import Harmony
from models.arrangement.playing.lines import driven, held, rooted, swelled, then
from models.arrangement.treatments import built
from models.music.chord import Chord, TimedChord
from models.music.clip import Clip
from models.music.drum_kit import lane_of
from models.music.note import Note
from models.music.scale import Scale
from tests.models.arrangement.test_arrange import SCENE, bass, chords, drums, lead

CHORDS = tuple(
    TimedChord(4.0 * bar, 4.0, Chord.parse(label)) for bar, label in enumerate(("A:min", "F:maj", "C:maj", "G:maj"))
)
HARMONY = Harmony(SCENE, CHORDS, None, "jazz", 1)


def _struck(section):
    return sum(note.velocity for clip in section.clips for note in clip.notes) / section.bars


def _rhythm(notes, first, bars=2):
    return {
        round(note.onset - 4 * first, 1) for note in notes if 4 * first - 0.1 <= note.onset < 4 * (first + bars) - 0.1
    }


@pytest.mark.parametrize("name", PLANS)
def test_the_last_of_the_full_sections_is_the_biggest(name):
    sections = arrange(SCENE, plan_named(name)).sections
    top = [section for section in sections if section.energy == 1.0][-1]
    others = [section for section in sections if section.energy < 1.0 and "solo" not in section.name]
    assert all(_struck(section) <= _struck(top) for section in others if section.name != "development")


@pytest.mark.parametrize("name", ["pop", "rock", "trap", "hip-hop", "folk", "ballad"])
def test_the_tune_rests_in_the_first_verse(name):
    sections = {section.name: section for section in arrange(SCENE, plan_named(name)).sections}
    assert not sections["verse 1"].clips[3].notes
    chorus = sections.get("chorus 1") or sections["hook 1"]
    assert chorus.clips[3].notes


def test_a_pre_chorus_builds():
    climb = next(each for each in arrange(SCENE, plan_named("pop")).sections if each.name == "pre-chorus 1")
    snares = [note.onset for note in climb.clips[0].notes if lane_of(note.pitch) == "snare"]
    per_bar = [sum(bar * 4 <= onset < bar * 4 + 4 for onset in snares) for bar in range(4)]
    assert per_bar[0] == per_bar[1] < per_bar[2] < per_bar[3]
    assert {round(after - one, 2) for one, after in itertools.pairwise(snares[-4:])} == {0.25}
    louds = [note.velocity for note in climb.clips[2].notes]
    assert louds == sorted(louds)
    assert louds[-1] > 1.1 * louds[0]
    assert built(drums(), 8.0).notes[:4] == drums().notes[:4]  # the beat as it was, up to there


@pytest.mark.parametrize(("loop", "turn"), [(lead(), 0), (lead(), 3), (bass(), 1), (bass(), 4)])
def test_a_solo_is_a_line_over_the_harmony_with_a_rhythm_of_its_own(loop, turn):
    solo = HARMONY.solo(loop, 64.0, turn)
    strong = [note for note in solo.notes if round(note.onset, 2) % 2 == 0]
    assert all(note.pitch in HARMONY.chord(note.onset + 0.1) for note in strong)
    assert all(note.pitch in Scale.parse("A minor") for note in solo.notes)
    assert all(abs(after.pitch - one.pitch) <= 12 for one, after in itertools.pairwise(solo.notes))
    pairs = [_rhythm(solo.notes, first) for first in range(0, 16, 2)]
    assert pairs[0] == pairs[1] or turn  # a motif comes back before it goes on
    assert len({frozenset(pair) for pair in pairs}) >= 4
    assert all(pair != _rhythm(loop.looped(64.0).notes, 0) for pair in pairs)
    assert solo.notes != HARMONY.solo(loop, 64.0, turn + 1).notes
    assert solo.notes[-1].duration >= 1


def test_a_solo_keeps_the_scale_that_is_asked_for():
    locked = Harmony(SCENE, CHORDS, Scale.parse("A minor pentatonic"), "rock", 0).solo(lead(), 32.0, 0)
    assert all(note.pitch in Scale.parse("A minor pentatonic") for note in locked.notes)


def test_keys_play_the_solo_and_the_theme_where_there_is_no_tune():
    sections = {section.name: section for section in arrange(SCENE[:3], plan_named("lo-fi")).sections}
    for name in ("solo", "theme 1"):
        plain, played = chords().looped(32.0), sections[name].clips[2]
        above = [note for note in played.notes if note.pitch > max(each.pitch for each in plain.notes)]
        assert len({note.onset for note in above}) >= 8, name


def test_a_bass_walks_in_a_solo_and_plays_one_itself():
    sections = {section.name: section for section in arrange(SCENE, plan_named("jazz")).sections}
    walk = sections["solo 1"].clips[1]
    assert {round(note.onset % 4) % 4 for note in walk.notes} == {0, 1, 2, 3}
    solo = sections["bass solo"].clips[1]
    assert len({round(note.onset % 4, 1) for note in solo.notes}) > 4
    assert max(note.pitch for note in solo.notes) > max(note.pitch for note in bass().notes) - 3


def test_a_walk_has_the_loop_s_roots_a_step_before_each_and_no_bar_twice_in_a_row():
    walk = HARMONY.walk(bass(), 64.0, 0)
    pitches = [note.pitch for note in walk.notes]
    assert [round(note.onset) for note in walk.notes] == list(range(64))
    assert [pitch % 12 for pitch in pitches[::4]] == [9, 5, 0, 7] * 4
    assert all(abs(pitches[beat + 1] - pitches[beat]) % 12 in (1, 2, 10, 11) for beat in range(3, 63, 4))
    assert all(abs(after - one) <= 12 for one, after in itertools.pairwise(pitches))
    assert all(pitch in Scale.parse("A minor") for pitch in pitches)
    passes = {tuple(pitches[first : first + 16]) for first in range(0, 64, 16)}
    assert len(passes) == 4


def test_a_verse_grows_and_a_long_last_chorus_goes_on_to_something():
    sections = {section.name: section for section in arrange(SCENE, plan_named("pop")).sections}
    verse, last = sections["verse 1"], sections["chorus 3"]
    for number in range(3):
        halves = [sum((note.onset >= 16) == late for note in verse.clips[number].notes) for late in (False, True)]
        assert halves[0] < halves[1], number
    for number in range(3):
        notes = {(note.pitch, round(note.onset, 2)) for note in last.clips[number].notes}
        first = {(pitch, round(onset + 32, 2)) for pitch, onset in notes if onset < 24}
        assert not first <= notes or len(notes) > 2 * len(first), number


def test_a_hand_ahead_of_a_turn_is_kept_and_what_rings_is_cut():
    one = Clip((Note(60, 0.0, 8.0), Note(62, 3.98, 1.0)), 8.0, role="melody")
    joined = then(one, [Note(72, 3.98, 1.0), Note(74, 5.0, 1.0)], 4.0)
    assert [(note.pitch, note.onset, note.end) for note in joined.notes] == [(60, 0, 4), (72, 3.98, 4.98), (74, 5, 6)]
    assert [note.pitch for note in then(one, [Note(74, 5.0, 1.0)], 4.0).notes] == [60, 62, 74]


def test_a_break_keeps_a_tone_and_a_pulse():
    sections = {section.name: section for section in arrange(SCENE[:2], plan_named("techno")).sections}
    beat, drone = sections["break"].clips
    assert "kick" not in {lane_of(note.pitch) for note in beat.notes if note.onset < beat.length - 2}
    assert {int(note.onset // 4) for note in beat.notes if lane_of(note.pitch) == "snare"} == set(range(16))
    assert sum(note.duration for note in drone.notes) == pytest.approx(drone.length)
    assert drone.notes[0].velocity < drone.notes[-1].velocity
    assert sections["peak 2"].clips[1].notes != sections["layer 2"].clips[1].notes
    early, late = ([n for n in pulsing(drums()).notes if (n.onset >= 8) == half] for half in (False, True))
    assert {lane_of(note.pitch) for note in early} == {"snare"}
    assert {lane_of(note.pitch) for note in late} == {"snare", "closed hat"}


def test_held_chords_and_a_pedal_stand_on_the_loop_s_own_notes():
    pad, pedal = held(chords(), CHORDS), held(bass(), CHORDS)
    assert [(note.onset, note.pitch) for note in pad.notes] == [
        (note.onset, note.pitch) for note in chords().notes if note.onset % 4 == 0
    ]
    assert {note.duration for note in (*pad.notes, *pedal.notes)} == {4.0}
    assert [note.pitch for note in pedal.notes] == [33, 29, 36, 31]
    assert held(lead(), CHORDS) == lead()


def test_a_bass_drives_on_its_own_pitches():
    long = Clip(tuple(Note(pitch, 4.0 * bar, 3.0, 90) for bar, pitch in enumerate((33, 29, 36, 31))), 16.0, role="bass")
    assert [(note.pitch, note.onset) for note in driven(long).notes] == [
        (note.pitch, note.onset + place / 2) for note in long.notes for place in range(8)
    ]
    twice = driven(driven(long))
    assert [note.pitch for note in twice.notes][:8] == [33] * 7 + [45]


def test_a_varied_bass_keeps_the_roots_and_does_not_jump_about():
    loop, leaps = bass(), (12, -9, 16) * 7
    wild = loop.with_notes(note.moved(pitch=note.pitch + leap) for note, leap in zip(loop.notes, leaps, strict=False))
    mended = rooted(wild, loop, CHORDS)
    assert [note.pitch for note in mended.notes if note.onset % 4 == 0] == [33, 29, 36, 31]
    assert all(abs(after.pitch - one.pitch) <= 12 for one, after in itertools.pairwise(mended.notes))
    assert rooted(lead(), lead(), CHORDS) == lead()


def test_a_second_voice_is_below_the_tune_and_in_the_chord():
    two = HARMONY.in_two(lead())
    second = [note for note in two.notes if note not in lead().notes]
    assert len(second) >= 0.8 * len(lead().notes)
    above = {note.onset: note.pitch for note in lead().notes}
    assert all(3 <= above[note.onset] - note.pitch <= 9 for note in second)
    assert all(
        note.pitch in HARMONY.chord(note.onset) for note in second if above[note.onset] in HARMONY.chord(note.onset)
    )


def test_a_swell_rises_and_a_kit_changes_its_colours():
    louds = [note.velocity for note in swelled(chords().looped(32.0)).notes]
    assert louds == sorted(louds)
    assert louds[0] < 0.6 * 80 < 80 <= louds[-1]
    assert {note.pitch for note in rimmed(drums()).notes} == {36, 37, 42}
    assert {lane_of(note.pitch) for note in ridden(drums()).notes} == {"kick", "snare", "ride"}
    assert set(drums().notes) < set(busier(drums()).notes)


def test_a_song_ends_behind_the_end_of_its_phrase():
    plan = Plan.parse(
        '[lines]\n"a" = "8 bars, energy 1, chords keep, bass keep"\n'
        '"end" = "4 bars, energy 0.5, chords keep+end, bass keep+end"'
    )
    end = arrange(SCENE[:3], plan).sections[1]
    roots = [note.pitch for note in end.clips[1].notes if note.onset % 4 == 0]
    assert roots == [29, 36, 31, 33]  # F, C, G of the loop's last three bars, then home
    turned = [clip.with_notes(note.moved(onset=(note.onset + 4) % 16) for note in clip.notes) for clip in SCENE[1:3]]
    end = arrange([drums(), *turned], plan).sections[1]
    roots = [note.pitch for note in end.clips[1].notes if note.onset % 4 == 0]
    assert roots == [31, 33, 29, 36]  # the phrase ends at home itself


@pytest.mark.parametrize("name", ["house", "jazz", "lo-fi", "rock"])
def test_scenes_that_give_little_are_arranged_all_the_same(name):
    one = Clip((Note(60, 0.0, 1.0),), 4.0, role="melody")
    short = Clip((Note(36, 0.0, 0.2), Note(40, 0.5, 0.2)), 1.0, role="bass")
    high = lead().with_notes([note.moved(pitch=note.pitch + 45) for note in lead().notes])
    for scene in ((one, chords()), (short, drums()), (high, chords()), (drums(),)):
        for clip in arrange(scene, plan_named(name)).song:
            assert all(0 <= note.pitch <= 127 and note.end <= clip.length + 1e-6 for note in clip.notes)


def test_fills_differ_from_section_to_section_and_come_out_of_a_bare_beat():
    lines = [f'"{name}" = "4 bars, drums keep+fill, bass keep"\n' for name in "abc"]
    lines.append('"d" = "4 bars, energy 0.3, drums kick+fill, bass keep"')
    sections = arrange(SCENE, Plan.parse("[lines]\n" + "".join(lines))).sections
    ends = [tuple((n.pitch, n.onset) for n in each.clips[0].notes if n.onset >= 14) for each in sections]
    assert len(set(ends[:3])) >= 2
    assert "snare" in {lane_of(pitch) for pitch, _ in ends[3]}
    assert "snare" not in {lane_of(note.pitch) for note in sections[3].clips[0].notes if note.onset < 14}
