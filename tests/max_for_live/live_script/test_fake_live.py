"""The fake Live refuses what Live refuses; a fake that were kinder would hide the control surface's faults."""

from __future__ import annotations

import threading

import pytest

from tests.max_for_live.live_script.fake_live import FORBIDDEN, PROFILES, ArgumentError, LimitationError, World, wrapped
from tests.max_for_live.live_script.fake_set import Clip, MidiNoteSpecification


def a_set(profile: str = "12.4", **settings):
    world = World(profile, **settings)
    return world, wrapped(world.song)


def a_clip(song):
    slot = song.tracks[0].clip_slots[0]
    slot.create_clip(4.0)
    return slot.clip


@pytest.mark.parametrize("profile", PROFILES)
def test_each_profile_lacks_its_members(profile) -> None:
    _, song = a_set(profile)
    clip = a_clip(song)
    assert hasattr(song, "scale_mode") is (profile in ("12.1", "12.4"))
    assert hasattr(clip, "get_all_notes_extended") is (profile != "11.0")
    assert hasattr(song.tracks[0], "take_lanes") is (profile == "12.4")
    assert (song.tracks[1].clip_slots[1].create_clip(4.0) is None) is (profile in ("11.0", "11.1", "12.0"))
    with pytest.raises(AttributeError):
        _ = song.master_volume


@pytest.mark.parametrize(
    ("action", "error"),
    [
        (lambda song, clip: clip.add_new_notes([MidiNoteSpecification(60, 0.0, 1.0)]), ArgumentError),
        (lambda song, clip: clip.add_new_notes(({"pitch": 60},)), ArgumentError),
        (lambda song, clip: MidiNoteSpecification(60.0, 0.0, 1.0), ArgumentError),
        (lambda song, clip: MidiNoteSpecification(60, 0, 1), ArgumentError),
        (lambda song, clip: MidiNoteSpecification(60, 0.0, 0.0), RuntimeError),
        (lambda song, clip: MidiNoteSpecification(60, 0.0, 1.0, velocity=0.0), RuntimeError),
        (lambda song, clip: setattr(clip, "color", 1.0), ArgumentError),
        (lambda song, clip: setattr(clip, "length", 1.0), AttributeError),
        (lambda song, clip: setattr(clip, "loop_start", 4.0), RuntimeError),
        (lambda song, clip: song.tracks[0].clip_slots[0].create_clip(4.0), RuntimeError),
        (lambda song, clip: song.tracks[0].clip_slots[1].create_clip(4), ArgumentError),
        (lambda song, clip: song.create_scene(), ArgumentError),
        (lambda song, clip: song.create_scene(-1), LimitationError),
    ],
)
def test_wrong_arguments_and_impossible_changes_are_refused(action, error) -> None:
    _, song = a_set(most_scenes=4)
    clip = a_clip(song)
    with pytest.raises(error):
        action(song, clip)


def test_objects_are_new_at_each_access_and_equal_none_when_they_are_gone() -> None:
    _, song = a_set()
    clip, slot = a_clip(song), song.tracks[0].clip_slots[0]
    assert slot.clip is not slot.clip
    assert slot.clip == clip
    slot.delete_clip()
    assert clip == None  # noqa: E711 - as Live has it
    with pytest.raises(ArgumentError):
        _ = clip.name


def test_changes_are_refused_in_notifications_and_in_other_threads() -> None:
    world, song = a_set()
    clip, refused = a_clip(song), []

    def write() -> None:
        try:
            clip.name = "x"
        except RuntimeError as problem:
            refused.append(str(problem))

    other = threading.Thread(target=write)
    other.start()
    other.join()
    world.forbidding = 1
    write()
    assert len(refused) == 2
    assert refused[1] == FORBIDDEN


def test_notes_of_one_pitch_cut_each_other_and_values_have_32_bits() -> None:
    world = World()
    clip = Clip(world.song.tracks[0].clip_slots[0], 4.0)
    clip.add_new_notes((MidiNoteSpecification(60, 0.0, 2.0, 90.1), MidiNoteSpecification(60, 1.0, 1.0)))
    clip.add_new_notes((MidiNoteSpecification(60, 1.0, 0.5),))
    notes = clip.get_all_notes_extended()
    assert [(note.start_time, note.duration) for note in notes] == [(0.0, 1.0), (1.0, 0.5)]
    assert notes[0].velocity != 90.1
    assert abs(notes[0].velocity - 90.1) < 1e-5
