"""Drums to a scene, and parts that an engine writes."""

import pytest

from models.accompaniment.accompany import PARTS, WORDS, AccompanyOptions, accompany, asked_for
from models.accompaniment.bass import LEAST_SHARED, on_anchors
from models.accompaniment.surroundings import Surroundings
from models.benchmarks.band import accompanying, drumming
from models.drums.styles import STYLES
from models.generator import Report, Variation
from models.music.beats import Metre
from models.music.drum_kit import lane_of
from models.music.errors import BadValue, EmptyClip
from models.music.scale import Scale
from tests.strategies import a_bass_line, a_beat, a_clip, a_note, a_player, a_tune, some_chords

A_MINOR = Scale.parse("A minor")


def drums_to(*clips, count=1, **options):
    return accompany(clips, AccompanyOptions(part="drums", **options), count)


def eighths_by_an_engine(request):
    """An engine that plays every eighth on one pitch of the scale."""
    pitch = request.scale.nearest(40) if request.scale else 36
    notes = tuple(a_note(pitch, place / 2, 0.4) for place in range(round(request.prompt.length * 2)))
    yield Variation(request.prompt.with_notes(notes), request.seed, (None,) * len(notes), Report(0.0))


FOLLOWS = [name for name, style in STYLES.items() if not style.four and "X" in style.beats[0]["kick"]]


@pytest.mark.parametrize("style", [name for name in FOLLOWS if name != "reggae"])
def test_kicks_go_with_the_bass(style):
    for result in drums_to(a_tune(), a_bass_line(), style=style, count=2):
        assert result.shared >= 0.6
        assert result.clip.role == "drums"
        assert result.clip.length == 16


def test_the_style_names_the_beat():
    house = drums_to(a_bass_line(), style="house")[0]
    assert house.manner == "house"
    assert [note.onset for note in house.clip.notes if lane_of(note.pitch) == "kick"] == list(range(16))


def test_drums_fit_what_has_no_bass_and_fill_the_common_span():
    three = a_clip(*(a_note(60, beat, 0.5) for beat in range(6)), length=6.0)
    assert drums_to(three, a_clip(a_note(64, 0.0, 2.0), length=4.0))[0].clip.length == 12
    assert drums_to(a_beat())[0].clip.notes  # congas, say, to which a kit is wanted
    with pytest.raises(EmptyClip):
        drums_to(a_clip())
    with pytest.raises(BadValue, match="different metres"):
        drums_to(a_tune(), a_clip(a_note(), metre=Metre(3, 4), length=3.0))


def test_several_drum_parts_differ_and_come_again():
    found = drums_to(a_bass_line(), count=4)
    assert len({each.clip.notes for each in found}) == 4
    assert found == drums_to(a_bass_line(), count=4)
    for each in found:
        assert drums_to(a_bass_line(), seed=each.seed)[0].clip.notes == each.clip.notes


def test_every_part_has_its_words():
    assert set(WORDS) == set(PARTS)


def test_an_engine_hears_the_scene_and_fills_an_empty_clip():
    request = asked_for((a_tune(), some_chords(), a_beat()), "bass", A_MINOR, ())
    assert request.prompt.notes == ()
    assert request.prompt.length == 16
    assert [clip.role for clip in request.context] == ["drums", "chords", "melody"]
    assert request.scale == A_MINOR


def test_a_bass_by_an_engine_is_thinned_to_the_kick_and_the_chords():
    scene = (a_beat(), some_chords())
    options = AccompanyOptions(part="bass", scale=A_MINOR)
    result = accompany(scene, options, 1, player=a_player(eighths_by_an_engine, "kin"))[0]
    assert result.shared >= 0.6
    assert result.engine == "kin"
    assert result.in_scale == 1
    around = Surroundings.of(scene, A_MINOR)
    assert {note.onset for note in result.clip.notes} >= {bar * 4.0 for bar in range(4)}
    nowhere = (a_note(40, 0.3), a_note(40, 1.3))
    assert on_anchors(around, nowhere) == nowhere
    assert LEAST_SHARED >= 0.6


@pytest.mark.parametrize("part", [part for part in PARTS if part != "drums"])
def test_under_a_scale_no_part_leaves_it(part):
    foreign = a_clip(
        *(a_note(pitch, 4.0 * bar, 3.5) for bar, chord in enumerate(((57, 60, 64), (56, 59, 64))) for pitch in chord),
        length=8.0,
        role="chords",
    )
    for result in accompany((foreign,), AccompanyOptions(part=part, scale=A_MINOR), 3):
        assert result.in_scale == 1


def test_the_benchmarks_reach_their_goals():
    rows = [*accompanying(), *drumming()]
    # How fast this machine is just now is nobody's promise.
    assert [row.name for row in rows if not row.reached and row.unit != "ms"] == []
    assert all(not row.name.endswith("kin") for row in rows)
