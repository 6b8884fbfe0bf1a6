"""A scene becomes a song: sections, densities, the treatments, plans that people edit, the picture."""

import itertools
from dataclasses import replace
from pathlib import Path

import pytest

from models.arrangement.arrange import arrange
from models.arrangement.arranged import picture, rank_correlation
from models.arrangement.plan import PLANS, Plan, plan_named
from models.arrangement.playing.variations import SIMILARITY
from models.arrangement.thinning import thinned
from models.arrangement.treatments import built, filled, lifted, opened
from models.benchmarks.band import arranging
from models.generator import Report, Variation
from models.music.beats import Metre
from models.music.clip import Clip
from models.music.drum_kit import lane_of
from models.music.errors import BadValue, EmptyClip, Refused
from models.music.note import Note
from models.music.scale import Scale
from tests.strategies import a_player

A_MINOR = Scale.parse("A minor")


def drums():
    kick = [Note(36, beat, 0.2, 110) for beat in range(16)]
    snare = [Note(38, beat, 0.2, 100) for beat in range(1, 16, 2)]
    hats = [Note(42, beat / 2, 0.1, 80 - 10 * (beat % 2)) for beat in range(32)]
    return Clip((*kick, *snare, *hats), 16.0, role="drums", name="drums")


def bass():
    return Clip(
        tuple(
            Note(root, 4 * bar + place, 0.4, 95)
            for bar, root in enumerate((33, 29, 36, 31))
            for place in (0, 0.75, 1.5, 2.5, 3.5)
        ),
        16.0,
        role="bass",
        name="bass",
    )


def chords():
    rows = ((57, 60, 64), (57, 60, 65), (55, 60, 64), (55, 59, 62))
    return Clip(
        tuple(
            Note(pitch, 4 * bar + place, 0.5, 80)
            for bar, row in enumerate(rows)
            for place in (0, 1.5, 2.5)
            for pitch in row
        ),
        16.0,
        role="chords",
        name="chords",
    )


def lead():
    pitches = (76, 72, 74, 72, 69, 72, 72, 74, 76, 79, 76, 74, 71, 74, 76, 74)
    return Clip(
        tuple(Note(pitch, 2.0 * place, 1.8, 90) for place, pitch in enumerate(pitches)),
        32.0,
        role="melody",
        name="lead",
    )


SCENE = (drums(), bass(), chords(), lead())


def a_plan(tmp_path, text):
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return Plan.read(path)


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("tracks", [each for size in (1, 4) for each in itertools.combinations(range(4), size)])
def test_sections_are_as_dense_as_the_plan_says(name, tracks):
    song = arrange([SCENE[track] for track in tracks], plan_named(name))
    # What is left of one track, or of a kit, is still a part that somebody plays: it can't be as thin as any number.
    assert len(tracks) == 1 or song.density_agreement >= 0.8
    assert all(section.density > 0 for section in song.sections)


@pytest.mark.parametrize("name", PLANS)
def test_every_section_has_its_length_and_no_note_outside_it(name):
    song = arrange(SCENE, plan_named(name))
    for section in song.sections:
        for clip in section.clips:
            assert clip.length == section.bars * 4
            assert all(0 <= note.onset < clip.length and note.end <= clip.length + 1e-6 for note in clip.notes)
            assert all(1 <= note.velocity <= 127 for note in clip.notes)


@pytest.mark.parametrize("name", PLANS)
def test_no_new_note_leaves_the_scale(name):
    song = arrange(SCENE, plan_named(name))
    assert all(note.pitch in A_MINOR for clip in song.song if not clip.drums for note in clip.notes)


def test_the_song_is_the_sections_in_order():
    song = arrange(SCENE, plan_named("pop"))
    assert [clip.length for clip in song.song] == [288.0] * 4
    assert song.markers[0].onset == 0
    assert song.markers[1].onset == song.sections[0].bars * 4
    assert [marker.name for marker in song.markers] == [section.name for section in song.sections]
    assert sum(len(clip.notes) for clip in song.song) == sum(
        len(clip.notes) for section in song.sections for clip in section.clips
    )


def test_a_pop_song_has_72_bars():
    assert sum(section.bars for section in arrange(SCENE, plan_named("pop")).sections) == 72


def test_variations_are_asked_for_with_role_scale_and_seed():
    asked = []

    def vary(request):
        asked.append(request)
        clip = request.prompt.with_notes(note.moved(velocity=1) for note in request.prompt.notes)
        yield Variation(clip, request.seed, (None,) * len(clip.notes), Report(similarity=1.0))

    song = arrange(SCENE, plan_named("pop"), player=a_player(vary), scale=A_MINOR, seed=7)
    assert {request.role for request in asked} == {"bass", "melody"}
    assert all(request.scale == A_MINOR and request.similarity == SIMILARITY for request in asked)
    assert len({request.seed for request in asked}) == len(asked)
    assert any(note.velocity == 1 for note in song.song[3].notes)


def test_without_anyone_to_vary_the_clip_stays():
    plan = Plan.parse('[lines]\n"a" = "16 bars, energy 1, melody vary"\n"b" = "8 bars, energy 1, melody vary+lift"')
    song = arrange([lead()], plan)
    assert {note.pitch for note in song.song[0].notes} <= {note.pitch + up for note in lead().notes for up in (0, 12)}


@pytest.mark.parametrize("problem", [Refused("No.", field="locks"), EmptyClip("No."), None])
def test_what_nobody_can_vary_plays_on_as_it_is(problem):
    def vary(request):
        if problem:
            raise problem
        yield from ()

    assert arrange(SCENE, plan_named("house"), player=a_player(vary)).song == arrange(SCENE, plan_named("house")).song


def test_the_same_scene_gives_the_same_song():
    assert arrange(SCENE, plan_named("house")) == arrange(SCENE, plan_named("house"))


def test_a_scene_of_two_metres_or_none_is_refused():
    with pytest.raises(BadValue, match="different metres"):
        arrange([drums(), replace(lead(), metre=Metre(3, 4))], plan_named("pop"))
    with pytest.raises(EmptyClip):
        arrange([Clip((), 4.0)], plan_named("pop"))


def test_odd_metres_are_arranged():
    waltz = Clip(tuple(Note(60, beat, 0.5) for beat in range(12)), 12.0, metre=Metre(3, 4), role="melody")
    assert [clip.length for clip in arrange([waltz], plan_named("pop")).song] == [216.0]


def test_a_second_track_of_a_role_enters_with_energy():
    song = arrange([*SCENE, replace(lead(), name="second")], plan_named("pop"))
    verse, chorus = song.sections[4], song.sections[3]
    assert verse.clips[3].notes
    assert not verse.clips[4].notes
    assert chorus.clips[4].notes


def test_thinning_keeps_the_beat_and_the_harmony_and_whole_phrases_of_a_tune():
    thin = thinned(drums(), 0.5)
    assert len(thin.notes) < 0.75 * len(drums().notes)
    assert sum(lane_of(note.pitch) == "kick" for note in thin.notes) == 16
    assert {note.onset % 4 for note in thin.notes if lane_of(note.pitch) == "closed hat"} == {0, 1, 2, 3}
    per_bar = [[note.onset % 4 for note in thin.notes if note.onset // 4 == bar] for bar in range(4)]
    assert all(bar == per_bar[0] for bar in per_bar)
    for share in (0.9, 0.6, 0.3, 0.1):
        few = thinned(chords(), share)
        assert {note.onset for note in few.notes} >= {0, 4, 8, 12}
    voices = {note.pitch for note in thinned(chords(), 0.15).notes if note.onset == 0}
    assert 57 in voices
    sung = thinned(lead(), 0.5)
    bars = {bar: [note for note in lead().notes if note.onset // 4 == bar] for bar in range(8)}
    assert all([note for note in sung.notes if note.onset // 4 == bar] in ([], notes) for bar, notes in bars.items())
    assert {note.onset // 4 for note in sung.notes} == {0, 1, 6, 7}
    assert {note.onset for note in thinned(bass(), 0.1).notes} == {0, 4, 8, 12}


def test_a_fill_changes_only_the_last_half_bar():
    fill = filled(drums())
    before = [note for note in drums().notes if note.onset < 14]
    assert [note for note in fill.notes if note.onset < 14] == before
    assert {lane_of(note.pitch) for note in fill.notes if note.onset >= 14} >= {"snare", "kick"}
    assert {note.pitch for note in fill.notes} <= {note.pitch for note in drums().notes}
    assert filled(lead()) == lead()


def test_a_build_grows_and_leaves_a_breath():
    build = built(drums())
    quarters = [sum(low <= note.onset < low + 4 for note in build.notes) for low in (0, 4, 8, 12)]
    assert quarters[0] < quarters[2] < quarters[3]
    assert max(note.onset for note in build.notes) < 15.5
    assert build.notes[0].velocity < build.notes[-1].velocity
    assert {note.pitch for note in built(chords()).notes} <= {note.pitch for note in chords().notes}


def test_a_lift_adds_octaves_and_open_hats():
    high = lifted(lead())
    assert len(high.notes) == 2 * len(lead().notes)
    assert "open hat" in {lane_of(note.pitch) for note in lifted(drums()).notes}
    assert [note.onset for note in opened(drums()).notes if lane_of(note.pitch) == "crash"] == [0.0]
    assert opened(lead()) == lead()


def test_plans_scale():
    for bars in (16, 32, 96):
        assert abs(plan_named("pop").scaled(bars).bars - bars) <= bars / 4
    with pytest.raises(BadValue):
        plan_named("pop").scaled(2)


def test_a_plan_of_ones_own(tmp_path):
    plan = a_plan(tmp_path, '[[section]]\nname = "all"\nbars = 4\nenergy = 1.0\ndrums = "keep+fill"\nmelody = "thin"\n')
    assert plan.name == "mine"
    assert plan.sections[0].words("drums", 0) == ("keep", "fill")
    assert plan.sections[0].words("bass", 0) == ("out",)
    assert len(arrange(SCENE, plan).sections) == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("sections = 1", "no \\[\\[section\\]\\]"),
        ("[[section", "not TOML"),
        ("[[section]]\nbars = 4\nenergy = 1", "has no name"),
        ('[[section]]\nname = "a"\nenergy = 1', "needs bars"),
        ('[[section]]\nname = "a"\nbars = 4\nenergy = 7', "energy above 0"),
        ('[[section]]\nname = "a"\nbars = 4\nenergy = 1\nflute = "keep"', "no role"),
        ('[[section]]\nname = "a"\nbars = 4\nenergy = 1\nbass = "louder"', 'word "louder"'),
        (
            '[[section]]\nname = "a"\nbars = 512\nenergy = 1\n[[section]]\nname = "b"\nbars = 512\nenergy = 1',
            "is the most",
        ),
    ],
)
def test_a_wrong_plan_is_said_to_be_wrong(tmp_path, text, sentence):
    with pytest.raises(BadValue, match=sentence):
        a_plan(tmp_path, text)


def test_an_unknown_plan_is_named():
    with pytest.raises(BadValue, match="choose from pop"):
        plan_named("polka")
    with pytest.raises(BadValue, match="can't be read"):
        Plan.read(Path("missing.toml"))


def test_the_picture_has_a_row_for_each_track():
    rows = picture(arrange(SCENE, plan_named("pop"))).splitlines()
    assert [row.split()[0] for row in rows[1:]] == ["drums", "bass", "chords", "lead", "all"]
    assert all(len(row) == 11 + 72 for row in rows)
    assert "|chorus" in rows[0]


def test_rank_correlation():
    assert rank_correlation([1, 2, 3], [10, 20, 30]) == pytest.approx(1)
    assert rank_correlation([1, 2, 3], [3, 2, 1]) == pytest.approx(-1)
    assert rank_correlation([1, 1, 2], [5, 5, 9]) == pytest.approx(1)


def test_every_figure_of_the_benchmark_is_reached():
    assert [row for row in arranging() if not row.reached and row.unit != "s"] == []
