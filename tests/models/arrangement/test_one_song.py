"""A song of one piece: phrases, one harmony, tracks that move together, clashes, ways in and out, plans by line."""

import itertools
from dataclasses import replace

import pytest

from models.arrangement.arrange import arrange
from models.arrangement.clashes import clashes, copies_of, matched, phrase_of
from models.arrangement.plan import PLANS, Plan, plan_named
from models.arrangement.playing.drumming import kick_alone
from models.arrangement.song import song as song_of
from models.arrangement.thinning import thinned
from models.arrangement.treatments import breathed, built, filled, led_in, lifted, opened
from models.generator import Report, Request, Variation
from models.music.chord import Chord, TimedChord
from models.music.clip import Clip
from models.music.drum_kit import lane_of
from models.music.errors import BadValue
from models.music.note import Note
from models.music.scale import Scale
from tests.models.arrangement.test_arrange import SCENE, bass, chords, drums, lead
from tests.strategies import a_player

A_MINOR = Scale.parse("A minor")


def test_sections_end_with_the_phrase_of_the_loops():
    assert phrase_of([drums(), lead()]) == 8
    for name in PLANS:
        fitted = plan_named(name).fitted(8)
        assert all(section.bars % 8 == 0 for section in fitted.sections)
    assert [section.bars for section in plan_named("pop").fitted(3).sections][:2] == [3, 9]
    assert plan_named("pop").fitted(1) == plan_named("pop")
    song = arrange(SCENE, plan_named("trap").fitted(8))
    assert all(section.bars in (8, 16) for section in song.sections)


def test_variations_hear_one_harmony_and_each_other():
    asked = []

    def vary(request):
        asked.append(request)
        yield Variation(request.prompt, request.seed, (0,) * len(request.prompt.notes), Report(1.0))

    text = '[[section]]\nname = "a 1"\nbars = 8\nenergy = 1.0\nbass = "vary"\nchords = "vary"\nmelody = "vary"\n'
    arrange(SCENE, Plan.parse(text + text.replace("a 1", "a 2")), player=a_player(vary))
    assert [request.role for request in asked] == ["bass", "chords", "melody"]
    assert len({tuple(timed.chord.label for timed in request.chords[:4]) for request in asked}) == 1
    assert [clip.role for clip in asked[2].context][:2] == ["bass", "chords"]
    given = (TimedChord(0.0, 16.0, Chord.parse("C:maj")),)
    arrange(SCENE, Plan.parse(text), player=a_player(vary), chords=given)
    assert asked[-1].chords[-1].chord == given[0].chord
    assert asked[-1].chords[-1].end == 32


def test_octave_copies_move_together():
    high = replace(lead(), notes=tuple(note.moved(pitch=note.pitch + 12) for note in lead().notes), name="high")
    assert copies_of([bass(), lead(), high]) == {2: (1, 12)}

    def vary(request):
        moved = (note.moved(pitch=note.pitch - 1 if note.pitch == 76 else note.pitch) for note in request.prompt.notes)
        yield Variation(request.prompt.with_notes(moved), request.seed, (None,) * 16, Report(0.9))

    song = arrange([*SCENE, high], plan_named("pop"), player=a_player(vary)).song
    for section in arrange([*SCENE, high], plan_named("pop"), player=a_player(vary)).sections:
        low, up = section.clips[3], section.clips[4]
        if up.notes:
            assert [(note.onset, note.pitch + 12) for note in low.notes] == [(n.onset, n.pitch) for n in up.notes]
    assert any(note.pitch == 75 for note in song[3].notes)


@pytest.mark.parametrize("name", ["house", "techno"])
def test_a_dj_can_mix_in_and_out(name):
    song = arrange(SCENE, plan_named(name))
    for section in (song.sections[0], song.sections[-1]):
        assert section.bars >= 8
        assert {lane_of(note.pitch) for note in section.clips[0].notes} <= {"kick", "closed hat"}
        assert not any(clip.notes for clip in section.clips[1:])
    assert kick_alone(lead()) == lead()
    assert max(note.end for note in breathed(lead()).notes) <= 31


def test_clashes_are_said_and_matched():
    away = replace(lead(), notes=tuple(note.moved(pitch=note.pitch + 1) for note in lead().notes), name="away")
    told = clashes([bass(), chords(), away])
    assert len(told) == 1
    assert '"away" by -1' in told[0]
    assert not clashes([*SCENE])
    mended = matched([bass(), chords(), away])
    assert [note.pitch for note in mended[2].notes] == [note.pitch for note in lead().notes]
    half = replace(drums(), tempo=60.0, length=8.0, notes=tuple(n for n in drums().notes if n.onset < 8))
    assert any("Tempos" in each for each in clashes([bass(), half]))
    assert matched([bass(), half])[1].length == 16
    odd = replace(bass(), length=12.0, notes=bass().notes[:15])
    assert any("don't meet" in each for each in clashes([drums(), odd]))
    assert matched([drums(), odd])[1].length == 16


def test_ten_tracks_in_three_keys_are_a_song_and_a_sentence():
    shifts = (0, 0, 1, 0, 6, 0, 1, 0, 6, 0)
    tracks = [
        replace(lead(), notes=tuple(note.moved(pitch=note.pitch + shift) for note in lead().notes), name=f"t{number}")
        for number, shift in enumerate(shifts)
    ]
    request = Request(task="arrange", prompts=tuple(tracks[:1]), context=tuple(tracks[1:]), style="pop")
    made = list(song_of(request, None))
    assert any("Keys clash" in remark for remark in made[0].report.remarks)
    matching = list(song_of(request.but(style="pop match"), None))
    assert any("match moved" in remark for remark in matching[0].report.remarks)
    assert all(note.pitch in A_MINOR for variation in matching for note in variation.clip.notes)


def test_a_plan_is_edited_by_line():
    text = """
    base = "house"
    [edit]
    "break" = "24 bars, energy 0.3, chords thin, melody out"
    "strings" = "8 bars, energy 0.4, chords keep+fill"
    "build 1" = "gone"
    """
    plan, base = Plan.parse(text, "mine"), plan_named("house")
    names = [section.name for section in plan.sections]
    assert names[names.index("break") + 1] == "strings"
    assert "build 1" not in names
    break_ = plan.sections[names.index("break")]
    assert (break_.bars, break_.energy, break_.words("melody", 0)) == (24, 0.3, ("out",))
    assert plan.sections[0] == base.sections[0]
    for wrong in ('"break" = "loud"', '"break" = "x bars"', '"break" = "flute keep"', '"break" = "drums louder"'):
        with pytest.raises(BadValue):
            Plan.parse(f'base = "house"\n[edit]\n{wrong}')
    with pytest.raises(BadValue, match="choose from pop"):
        Plan.parse('base = "polka"\n[edit]\n')


@pytest.mark.parametrize("name", ["house", "techno", "pop", "trap"])
def test_the_biggest_sections_have_the_whole_beat(name):
    song = arrange(SCENE, plan_named(name))
    for section in (section for section in song.sections if section.energy >= 0.9):
        lanes = [lane_of(note.pitch) for note in section.clips[0].notes]
        assert lanes.count("kick") >= 4 * section.bars - 3
        assert "snare" in lanes
        assert {"closed hat", "open hat"} & set(lanes)
        assert all(clip.notes for clip in section.clips[:3])


def test_a_build_keeps_the_harmony_of_each_bar():
    late = chords().with_notes([note.moved(onset=note.onset + 0.5) for note in chords().notes if note.onset < 15])
    grown = built(late)
    for bar in range(4):
        row = {note.pitch for note in grown.notes if note.onset // 4 == bar}
        assert row == {note.pitch for note in late.notes if note.onset // 4 == bar}
    louds = [note.velocity for note in grown.notes]
    assert louds == sorted(louds)
    assert min(after - before for before, after in itertools.pairwise(sorted({n.onset for n in grown.notes}))) >= 0.25


def test_percussion_beside_a_kit_keeps_its_own_pads():
    shaker = Clip(tuple(Note(70, place / 4, 0.1, 60) for place in range(64)), 16.0, role="drums", name="shaker")
    assert opened(lifted(shaker)).notes == tuple(note.moved(velocity=68) for note in shaker.notes)
    assert filled(shaker) == shaker
    assert led_in(shaker).notes == ()
    assert {note.pitch for note in built(shaker).notes} == {70}
    song = arrange([*SCENE, shaker], plan_named("house"))
    assert {note.pitch for note in song.song[4].notes} == {70}


@pytest.mark.parametrize("name", ["house", "techno"])
def test_a_dj_can_mix_by_the_kick(name):
    sections = arrange(SCENE, plan_named(name)).sections
    for section in (sections[0], sections[1], sections[-2], sections[-1]):
        kicks = [note.onset for note in section.clips[0].notes if lane_of(note.pitch) == "kick"]
        assert {float(beat) for beat in range(4 * section.bars - 2)} <= set(kicks)
    assert not any(clip.notes for clip in (*sections[0].clips[1:], *sections[-1].clips[1:]))


def test_a_long_section_takes_a_new_breath_at_its_eighth_bar():
    beat, long = SCENE[0], SCENE[0].looped(64.0)
    done = filled(opened(long))
    assert [note.onset for note in opened(long).notes if lane_of(note.pitch) == "crash"] == [0.0, 32.0]
    for bar in range(15):
        row = [(note.onset - 4 * bar, note.pitch) for note in done.notes if note.onset // 4 == bar]
        plain = [(note.onset - 4 * bar, note.pitch) for note in opened(long).notes if note.onset // 4 == bar]
        assert (row == plain) == (bar != 7), bar
    assert filled(beat.looped(32.0)).notes[:60] == beat.looped(32.0).notes[:60]


def test_a_break_leads_back_and_a_song_comes_to_rest():
    song = arrange(SCENE, plan_named("pop"))
    fill = song.sections[0].clips[0]  # the intro's way into the verse
    assert {note.onset // 2 for note in fill.notes} == {fill.length // 2 - 1}
    for clip in song.sections[-1].clips:
        last = [note for note in clip.notes if note.onset >= clip.length - 4]
        assert len({note.onset for note in last}) <= 1
        assert all(note.end == clip.length for note in last)


def test_what_is_thinned_is_still_played():
    rolling = tuple(Note(29, beat + place, 0.2) for beat in range(16) for place in (0.25, 0.5, 0.75))
    line = Clip(rolling, 16.0, role="bass")
    for share in (0.75, 0.5):
        bars = [[note.onset % 4 for note in thinned(line, share).notes if note.onset // 4 == bar] for bar in range(4)]
        assert all(bar == bars[0] and len(bar) >= 4 for bar in bars)
    stabs = [note.onset for note in thinned(SCENE[2], 0.75).notes]
    assert len(set(stabs)) == 8


def test_pads_carry_a_break_and_swell_in_a_build():
    pads = Clip(
        tuple(Note(pitch, 4.0 * bar, 4.0, 70) for bar in range(4) for pitch in (57, 60, 64)), 16.0, role="chords"
    )
    song = arrange([*SCENE, replace(pads, name="pads")], plan_named("house"))
    pause = next(section for section in song.sections if section.name == "break")
    assert pause.clips[4].notes
    assert not pause.clips[2].notes
    grown = built(pads).notes
    assert [note.onset for note in grown] == [note.onset for note in pads.notes]
    assert grown[0].velocity < grown[-1].velocity
