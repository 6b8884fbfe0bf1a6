"""What each intensity, section and mood makes of a scene's loops, and how a running piece takes changes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.following.layers import PLAN, Feeling, Layers, feeling_of, felt, section_named, style_requests
from models.following.scene import Mood, energy_of, run_events, score_scene, tracks_of
from models.following.stage import Event, Stage
from models.jam.jam import Timed
from models.jam.sounding import NOTE_OFF, NOTE_ON, note_off, note_on
from models.music.beats import Metre
from models.music.clip import Clip
from models.music.errors import BadValue
from models.music.note import Note
from models.music.scale import Scale
from tests.models.following.test_following import LAYERS, SCENE

A_MINOR = Scale.parse("A minor")
ROLES = ("melody", "chords", "bass", "drums")


def playing(clips: tuple[Clip, ...]) -> set[str]:
    return {clip.role for clip in clips if clip.notes and clip.role}


def loudness(clips: tuple[Clip, ...]) -> float:
    return sum(note.velocity / clip.length for clip in clips for note in clip.notes)


def test_a_quiet_scene_is_its_chords_and_a_full_one_is_everybody() -> None:
    assert playing(LAYERS.at(0.0)) == {"chords"}
    assert playing(LAYERS.at(1.0)) == set(ROLES)
    assert LAYERS.at(-3.0) == LAYERS.at(0.0)
    assert LAYERS.at(7.0) == LAYERS.at(1.0)


@settings(max_examples=30)
@given(st.floats(0, 1), st.floats(0, 1))
def test_more_intensity_is_never_less_to_hear(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert loudness(LAYERS.at(low)) <= loudness(LAYERS.at(high)) * 1.02 + 1.0


@settings(max_examples=30)
@given(st.floats(0, 1))
def test_every_layer_plays_the_loop_s_own_places_and_lengths(intensity: float) -> None:
    for loop, clip in zip(LAYERS.loops, LAYERS.at(intensity), strict=True):
        assert clip.length == loop.length
        assert clip.role == loop.role
        if not loop.drums:
            assert {round(note.onset, 6) for note in clip.notes} <= {round(note.onset, 6) for note in loop.notes}
        assert all(1 <= note.velocity <= 127 for note in clip.notes)


def test_a_scene_without_chords_has_its_first_track_in_every_layer() -> None:
    alone = Layers.of([SCENE[3]])
    assert alone.scale is None
    assert all(alone.at(step / 10)[0].notes for step in range(11))
    pair = Layers.of([SCENE[2], SCENE[3]])
    assert playing(pair.at(0.0)) == {"bass"}


def test_loops_of_several_metres_are_refused() -> None:
    waltz = replace(SCENE[1], metre=Metre(3, 4))
    with pytest.raises(BadValue, match="different metres"):
        Layers.of([SCENE[0], waltz])


@pytest.mark.parametrize("name", ["intro", "build", "drop", "break", "outro"])
def test_a_section_is_found_by_how_its_name_begins(name: str) -> None:
    found = section_named(f"  {name.upper()} ")
    assert found.name.startswith(name)
    clips, energy = LAYERS.of_section(name)
    assert energy == found.energy
    assert any(clip.notes for clip in clips)
    silent = {role for role, words in found.treatments.items() if {"out", "pulse"} & {*words}}
    assert not playing(clips) & silent or playing(clips) == playing(LAYERS.at(energy))


def test_an_unknown_section_is_answered_with_those_there_are() -> None:
    for name in ("", "  ", "coda"):
        with pytest.raises(BadValue, match="choose from .*drop"):
            section_named(name)
    assert PLAN == "house"


def test_a_new_loop_takes_its_role_s_place_or_joins() -> None:
    other = Clip((Note(33, 0.0, 1.0),), 4.0)
    there = LAYERS.with_loop("bass", other)
    assert len(there.loops) == len(LAYERS.loops)
    assert [loop.notes for loop in there.loops if loop.role == "bass"] == [other.notes]
    fewer = Layers.of(SCENE[:2])
    assert len(fewer.with_loop("drums", SCENE[3]).loops) == 3


def test_a_mood_moves_pitch_classes_alike_and_leaves_drums_and_onsets() -> None:
    dark = feeling_of("dark", Scale.parse("A major"))
    assert dict(dark.moves)[1] == -1  # C# becomes C
    for loop in LAYERS.loops:
        clip = felt(loop, dark)
        assert [note.onset for note in clip.notes] == [note.onset for note in loop.notes]
        moved = {after.pitch - before.pitch for before, after in zip(loop.notes, clip.notes, strict=True)}
        assert moved <= ({0} if loop.drums else {0, -1, -2})
    assert felt(LAYERS.loops[0], Feeling()) == LAYERS.loops[0]
    calm, wild = feeling_of("calm", A_MINOR), feeling_of("energetic", A_MINOR)
    assert calm.velocity < 1 < wild.velocity
    assert calm.arousal < 0 < wild.arousal
    with pytest.raises(BadValue, match="not known"):
        feeling_of("xyzzyq", A_MINOR)


def test_a_style_is_asked_for_drums_and_bass_with_the_others_to_hear() -> None:
    asked = dict(style_requests(LAYERS, "funk", 3))
    assert set(asked) == {"drums", "bass"}
    for role, request in asked.items():
        assert (request.role, request.style, request.seed, request.count) == (role, "funk", 3, 1)
        assert role not in {clip.role for clip in (*request.prompts, *request.context)}
    assert asked["drums"].scale is None
    assert asked["bass"].scale == LAYERS.scale
    assert set(dict(style_requests(Layers.of([SCENE[3]]), "funk", 0))) == {"bass"}


@pytest.mark.parametrize(("at", "grid"), [("beat", 1.0), ("bar", 4.0), ("phrase", LAYERS.phrase)])
def test_a_change_lands_where_it_was_asked_to(at: str, grid: float) -> None:
    stage = Stage(LAYERS, 0.0)
    run_events(stage, [(0.5, Event(at, intensity=1.0))], 2 * LAYERS.phrase)
    lands = next(step / 8 for step in range(800) if stage.asked_at(step / 8) == 1.0)
    assert lands == grid
    assert stage.asked_at(lands - 0.25) == 0.0


def test_changes_of_one_place_land_together_the_last_word_counting() -> None:
    stage = Stage(LAYERS, 0.2)
    run_events(stage, [(1.2, Event("bar", section="drop")), (1.4, Event("bar", intensity=0.3))], 8)
    assert stage.intensity == 0.3
    stage = Stage(LAYERS, 0.2)
    run_events(stage, [(1.2, Event("bar", intensity=0.3)), (1.4, Event("bar", section="drop"))], 8)
    assert stage.intensity == section_named("drop").energy


def test_a_rise_begins_with_a_crash_and_a_small_step_without() -> None:
    def crashes(to: float) -> int:
        played = run_events(Stage(LAYERS, 0.6), [(0.5, Event("bar", intensity=to))], 8)
        return sum(message[0] == NOTE_ON | 9 and message[1] == 49 and beat == 4 for beat, message in played)

    assert crashes(1.0) == 1
    assert crashes(0.7) == 0


def test_drums_play_on_their_own_channel_and_others_on_theirs() -> None:
    stage = Stage(LAYERS)
    assert [stage.channel(number) for number in range(4)] == [0, 1, 2, 9]
    many = Stage(Layers.of([SCENE[0]] * 12))
    assert [many.channel(number) for number in range(12)] == [*range(9), 10, 11, 12]


def test_after_a_jump_the_piece_goes_on_at_the_next_bar() -> None:
    stage = Stage(LAYERS, 1.0)
    stage.advance(3.0)
    stage.restart(9.3)
    played = stage.advance(13.0)
    begun = [beat for beat, message in played if message[0] & 0xF0 == NOTE_ON]
    assert min(begun) >= 12.0 - 0.05
    assert not stage.ended


def test_what_was_sent_comes_back_as_clips() -> None:
    played = [
        Timed(0.0, note_on(2, 40, 90)), Timed(1.0, note_on(2, 40, 80)), Timed(1.5, note_off(2, 40)),
        Timed(0.0, note_on(9, 36, 100)), Timed(0.5, note_off(9, 36)),
    ]  # fmt: skip
    played.sort(key=lambda timed: (timed.beat, timed.message[0] & 0xF0 != NOTE_OFF))
    bass, drums = tracks_of(played, LAYERS.loops, 4.0)
    assert [(note.pitch, note.onset, note.duration, note.velocity) for note in bass.notes] == [
        (40, 0.0, 1.0, 90),
        (40, 1.0, 0.5, 80),
    ]
    assert (bass.role, drums.role, drums.length) == ("bass", "drums", 4.0)
    assert energy_of(played, 1.0, 2) == (1.0, 80 / 190)


def test_a_scene_out_of_bounds_is_a_sentence() -> None:
    moods = (Mood("tense", 0.0, 8.0),)
    with pytest.raises(BadValue, match="4 to 600 s"):
        score_scene(SCENE, 2, moods)
    with pytest.raises(BadValue, match="lies outside"):
        score_scene(SCENE, 8, moods, (9.0,))
    with pytest.raises(BadValue, match="lands at the next"):
        Event("soon")
