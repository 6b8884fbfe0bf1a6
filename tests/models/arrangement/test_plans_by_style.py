"""Plans of many styles, kits on several tracks, what grows and what is thinned."""

import pytest

from models.arrangement.arrange import arrange
from models.arrangement.plan import Plan, plan_named
from models.generator import Report, Variation
from models.music.clip import Clip
from models.music.drum_kit import lane_of
from models.music.errors import BadValue
from models.music.note import Note
from tests.models.arrangement.test_arrange import SCENE, bass, chords, drums, lead
from tests.strategies import a_player


def _hits(*pitches_at, bars=4):
    return tuple(Note(pitch, 4.0 * bar + at, 0.2, 100) for bar in range(bars) for pitch, at in pitches_at)


KICK = Clip(_hits((36, 0), (36, 1), (36, 2), (36, 3)), 16.0, role="drums", name="kick")
HATS = Clip(_hits((42, 0.5), (42, 1.5), (42, 2.5), (42, 3.5)), 16.0, role="drums", name="hats")
CLAP = Clip(_hits((39, 1), (39, 3)), 16.0, role="drums", name="clap")
SHAKER = Clip(_hits(*((70, step / 4) for step in range(16))), 16.0, role="drums", name="shaker")


def test_a_kit_on_several_tracks_is_one_player_on_its_own_pads():
    tracks = (HATS, SHAKER, CLAP, KICK, bass(), chords())
    song = arrange(tracks, plan_named("house"))
    heard = {section.name: [tracks[at].name for at in range(4) if section.clips[at].notes] for section in song.sections}
    assert heard["intro"] == ["hats", "kick"]  # what a DJ mixes on
    assert heard["intro beat"] == ["hats", "clap", "kick"]
    assert heard["drop 1"] == ["hats", "shaker", "clap", "kick"]
    for section in song.sections:
        for loop, clip in zip(tracks[:4], section.clips, strict=False):
            assert {note.pitch for note in clip.notes} <= {note.pitch for note in loop.notes}
    build = next(section for section in song.sections if section.name == "build 1")
    bar = build.clips[2].length - 4
    assert sum(note.onset >= bar for note in build.clips[2].notes) > 8  # the clap rolls
    assert not any(note.onset >= bar for note in build.clips[3].notes)  # the kick is gone, to come back with the drop


def test_what_grows_is_full_from_the_middle_on():
    plan = Plan.parse('[lines]\n"a" = "16 bars, energy 1, chords grow, drums keep"')
    clip = arrange((drums(), chords()), plan).sections[0].clips[1]
    halves = [sum(half <= note.onset < half + 32 for note in clip.notes) for half in (0, 32)]
    assert halves[0] < halves[1]
    assert halves[1] == sum(note.onset < 32 for note in chords().looped(64.0).notes)


def test_a_variation_stays_in_the_register_of_its_loop():
    asked = []

    def vary(request):
        asked.append(request)
        yield Variation(request.prompt, request.seed, (0,) * len(request.prompt.notes), Report(1.0))

    arrange(SCENE, plan_named("funk"), player=a_player(vary))
    for request in asked:
        pitches = [note.pitch for note in request.prompt.notes]
        assert request.range == (None if request.prompt.drums else (min(pitches) - 2, max(pitches) + 5))


def test_what_is_thinned_keeps_half_of_its_loop_and_hats_on_the_beat():
    plan = Plan.parse(
        '[lines]\n"a" = "8 bars, energy 1, drums keep, bass keep, chords keep, melody keep"\n'
        '"outro" = "8 bars, energy 0.3, drums thin, bass keep, chords keep"'
    )
    outro = arrange(SCENE, plan).sections[1]
    kept = {note.onset % 4 for note in outro.clips[0].notes if lane_of(note.pitch) == "closed hat"}
    assert kept >= {0, 1, 2, 3}
    for loop, clip in zip(SCENE, outro.clips, strict=True):
        if clip.notes:
            assert 2 * len({note.onset for note in clip.notes}) >= len(
                {note.onset for note in loop.looped(clip.length).notes}
            )


def test_a_tune_alone_is_never_cut_to_silence():
    song = arrange((lead(),), plan_named("classical"))
    for section in song.sections:
        bars = {int(note.onset // 4) for note in section.clips[0].notes}
        assert bars == set(range(section.bars))


@pytest.mark.parametrize(
    ("word", "plan"),
    [("lofi", "lo-fi"), ("lo-fi", "lo-fi"), ("dnb", "drum-and-bass"), ("deep-house", "house"), ("disco", "disco"),
     ("metal", "rock"), ("samba", "bossa"), ("swing", "jazz"), ("ballad", "ballad"), ("reggaeton", "pop"),
     ("hip hop", "hip-hop"), ("dub", "reggae")],
)  # fmt: skip
def test_a_plan_is_found_by_the_words_of_its_style(word, plan):
    assert plan_named(word).name == plan


def test_an_unknown_plan_is_told_what_there_is():
    with pytest.raises(BadValue, match="lo-fi, drum-and-bass"):
        plan_named("grunge")


def test_a_plan_may_be_written_by_line():
    plan = Plan.parse('sentence = "Mine."\n[lines]\n"a" = "4 bars, energy 0.5, drums thin+fill"\n"b" = "8 bars"')
    assert [(section.name, section.bars, section.energy) for section in plan.sections] == [("a", 4, 0.5), ("b", 8, 0.5)]
    assert plan.sections[0].words("drums", 0) == ("thin", "fill")
