"""Take from Live, Put into Live and where the user stands, as a panel asks for them: through the server, over UDP."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bridge.client.client import Client
from bridge.client.live import live_now, live_report, song_places
from bridge.messages.live import ALL_NOTES, ARRANGEMENT, HERE, LANES, SCENES
from bridge.server.relays import NO_LIVE
from models.music.clip import Clip
from models.music.note import Note
from tests.max_for_live.live_script.fake_live import real, wrapped
from tests.max_for_live.live_script.fake_set import Clip as LiveClip
from tests.max_for_live.live_script.stage import FOUR, LONGEST_BEAT_S, fill

ALL = ("11.1", "11.3", "12.0", "12.1", "12.4")


def values(clip) -> list[tuple]:
    return sorted(tuple(note[name] for name in sorted(note)) for note in clip.notes.values())


def a_clip(name: str = "", notes: int = 4) -> Clip:
    return Clip(tuple(Note(60 + place % 12, place / 2, 0.25, 90) for place in range(notes)), max(2.0, notes / 2), name)


@pytest.mark.parametrize("profile", ALL)
def test_a_clip_taken_and_put_is_the_same_to_the_last_bit(stage, profile) -> None:
    live = stage(profile)
    prompt = live.put_clip(64)
    taken = live.take()
    assert (len(taken.clip.notes), taken.clip.name, taken.track, taken.clip.tempo) == (64, "prompt", "0", 120.0)
    assert (taken.scale is None) == (profile in ("11.1", "11.3", "12.0"))
    assert live.put([taken.clip], taken) == "One clip is in free slots of this track."
    assert values(live.clips()[1]) == values(prompt)


def test_2000_notes_go_out_and_4_times_2000_come_in(stage) -> None:
    live = stage()
    prompt = live.put_clip(2000)
    live.connect()
    assert live.client
    taken = live.take(ALL_NOTES)
    assert live.put([taken.clip] * 4, taken) == FOUR
    assert all(values(clip) == values(prompt) for clip in live.clips())
    assert live.longest_s <= LONGEST_BEAT_S
    assert live.world.steps == 1


def test_the_panel_knows_the_set_and_the_track_and_follows_the_selection(stage) -> None:
    live = stage()
    live.put_clip()
    other = live.put_clip(8, track=1)
    live.song.tracks[1].name = "Bass" + "\n" + "x" * 80
    live.take()
    first = live.doing(lambda: live_now(live.client))
    assert (first.host, first.set_name, first.track, first.clip) == ("Live 12.4.0", "My set", "0", "prompt")
    live.song.view.detail_clip = other
    second = live.until(lambda: changed(live, first.selection))
    assert second.track == ("Bass " + "x" * 80)[:60]
    live.song.view.detail_clip = None
    other.gone = True
    assert live.until(lambda: changed(live, second.selection)).clip == ""


def changed(live, selection: int):
    now = live.doing(lambda: live_now(live.client))
    return now if now.selection != selection else None


def test_a_song_comes_as_new_scenes_each_track_where_its_loop_was(stage) -> None:
    live = stage()
    live.put_clip(8)
    live.put_clip(8, track=2)
    taken = live.take()
    assert len(taken.context) == 1
    parts = [("intro", 0), ("intro", 1), ("drop", 1)]
    clips = [a_clip(name, 4) for name, _ in parts]
    assert live.put(clips, taken, SCENES, song_places([0, 0, 1], [track for _, track in parts])) == (
        "3 clips are in new scenes."
    )
    assert [scene.name for scene in live.song.scenes[4:]] == ["intro", "drop"]
    where = [[slot.clip is not None for slot in track.clip_slots[4:]] for track in live.song.tracks]
    assert where == [[True, False], [False, False], [True, True]]
    assert live.world.steps == 1
    assert live.put(clips, replace(taken, order=taken.order - 1), SCENES, (0, 1, 17)).startswith("Live doesn't know")
    assert live.put(clips, taken, SCENES, (0, 5, 17)).startswith("A track of this song")
    assert len(live.song.scenes) == 6


def test_clips_of_the_panels_own_come_where_the_user_stands(stage) -> None:
    live = stage()
    view, slots = live.song.view, live.song.tracks[1].clip_slots
    view.selected_track, view.highlighted_clip_slot = live.song.tracks[1], slots[1]
    live.connect()
    assert live.put([a_clip("mine", 6), a_clip()], None, HERE) == "2 clips are in the slots."
    assert [slot.clip and slot.clip.name for slot in slots] == [None, "mine", "Clipkin ~2", None]
    made = slots[1].clip
    assert (made.loop_start, made.loop_end, made.end_marker, len(made.notes)) == (0.0, 3.0, 3.0, 6)


@pytest.mark.parametrize("profile", ["12.1", "12.4"])
def test_the_arrangement_gets_them_behind_the_clip_over_nothing(stage, profile) -> None:
    live = stage(profile)
    track = live.song.tracks[0]
    prompt = live.put_clip(16, loop_start=1.0)
    track.clip_slots[0].clip = None
    prompt.__dict__.update(canonical_parent=track, is_arrangement_clip=True, start_time=8.0, end_time=12.0)
    later = LiveClip(track, 2.5, start_time=15.5, end_time=18.0)
    track.arrangement_clips = [prompt, later]
    taken = live.take()
    assert live.put([taken.clip] * 3, taken, ARRANGEMENT) == "3 clips are in the arrangement."
    assert [clip.start_time for clip in track.arrangement_clips[2:]] == [12.0, 18.0, 21.0]
    there, wanted = values(track.arrangement_clips[2]), values(prompt)
    assert len(there) == len([note for note in prompt.notes.values() if note["start_time"] >= 1.0]) < len(wanted)
    assert min(note["start_time"] for note in track.arrangement_clips[2].notes.values()) < 0.01
    live.world.loses_notes = True
    assert "didn't keep" in live.put([taken.clip], taken, ARRANGEMENT)
    assert len(track.arrangement_clips) == 5


def test_take_lanes_get_them_at_the_clips_own_time(stage) -> None:
    live = stage("12.4")
    track = live.song.tracks[0]
    prompt = live.put_clip(16, loop_start=1.0)
    track.clip_slots[0].clip = None
    prompt.__dict__.update(canonical_parent=track, is_arrangement_clip=True, start_time=8.0, end_time=12.0)
    track.arrangement_clips = [prompt]
    left_empty = real(wrapped(track).create_take_lane())
    live.world.steps = 0
    taken = live.take()
    assert live.put([taken.clip] * 2, taken, LANES) == "2 clips are in take lanes."
    assert track.take_lanes[0] is left_empty
    assert [[clip.start_time for clip in lane.arrangement_clips] for lane in track.take_lanes] == [[9.0], [9.0]]
    assert [len(lane.arrangement_clips[0].notes) for lane in track.take_lanes] == [len(taken.clip.notes)] * 2
    assert (track.arrangement_clips, live.world.steps) == ([prompt], 1)
    live.world.loses_notes = True
    assert "didn't keep" in live.put([taken.clip] * 2, taken, LANES)
    assert [len(lane.arrangement_clips) for lane in track.take_lanes] == [1, 1, 0]


@pytest.mark.parametrize(("profile", "goes", "words"), [("12.0", ARRANGEMENT, "12.1.10"), ("12.1", LANES, "12.2"),
                                                        ("12.4", LANES, "clips of the arrangement")])  # fmt: skip
def test_what_a_live_or_a_clip_cannot_take_is_said(stage, profile, goes, words) -> None:
    live = stage(profile)
    live.put_clip()
    taken = live.take()
    assert words in live.put([taken.clip], taken, goes)
    assert live.refused
    assert len(live.clips()) == 1


@pytest.mark.parametrize(
    ("values_of_track", "sentence"),
    [
        ({"is_foldable": True}, "group track"),
        ({"has_midi_input": False}, "isn't a MIDI track"),
        ({"is_frozen": True}, "frozen"),
    ],
)
def test_where_no_clip_can_be_there_is_a_sentence(stage, values_of_track, sentence) -> None:
    live = stage()
    live.song.tracks[0].__dict__.update(values_of_track)
    live.connect()
    assert sentence in live.put([a_clip()], None, HERE)
    assert live.refused
    assert live.clips() == []


def test_20000_notes_go_and_one_more_is_refused_with_nothing_lost(stage) -> None:
    live = stage()
    prompt = live.put_clip(4)
    prompt.loop_end = prompt.end_marker = 1000.0
    fill(prompt, 20_001)
    for note in prompt.notes.values():
        note["start_time"] /= 8
    assert "too many notes" in live.take()
    assert len(prompt.notes) == 20_005
    assert live.world.changes == []
    for note_id in list(prompt.notes)[:5]:
        del prompt.notes[note_id]
    assert len(live.take(ALL_NOTES).clip.notes) == 20_000


def test_a_set_without_a_tempo_is_taken_at_120(stage) -> None:
    live = stage()
    live.put_clip()
    live.song.tempo = 0.0
    assert live.take().clip.tempo == 120.0


def test_what_was_tried_and_what_came_can_be_sent_back(stage) -> None:
    live = stage()
    live.put_clip()
    taken = live.take()
    live.put([taken.clip], taken)
    live.song.tracks[0].is_frozen = True
    live.put([taken.clip], taken)
    assert live.doing(lambda: live_report(live.client)).splitlines()[-4:] == [
        "Live: Live 12.4.0",
        "take: 16 notes",
        "put 1: One clip is in free slots of this track.",
        "put 1: The track is frozen. Unfreeze it first.",
    ]


def test_without_a_live_the_panel_is_told_where_to_choose_it(server, monkeypatch) -> None:
    monkeypatch.setattr("bridge.client.live_orders.BACK_S", 0.0)
    from bridge.client.job import Failed
    from bridge.client.live import take_from_live

    with Client.connect(folder=server._folder) as client:
        assert live_now(client) is None
        with pytest.raises(Failed) as caught:
            take_from_live(client)
    assert caught.value.sentence == NO_LIVE


def test_of_two_lives_the_last_heard_of_is_asked_and_another_panel_may_ask_too(stage) -> None:
    first, second = stage(), stage()
    first.connect()
    second.put_clip(12)
    second.connect()
    for _ in range(50):
        second.beat()
    with Client.connect(name="other", folder=second.folder) as other:
        from bridge.client.live import take_from_live

        assert len(second.doing(lambda: take_from_live(other)).clip.notes) == 12
        assert len(second.take().clip.notes) == 12
