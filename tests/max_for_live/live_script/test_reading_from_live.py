"""What the control surface reads from Live, and the notes on their way between Live and the wire."""

from __future__ import annotations

import pytest

from bridge.command_line.commands.live import lanes
from max_for_live.live_script.surface.notes import Note, from_wire, is_note, to_wire, without_overlaps
from max_for_live.live_script.surface.reading import drum_pads, read_context, read_prompt, read_scale, selected_clip
from models.generator import Locks
from models.music.errors import BadValue
from tests.max_for_live.live_script.fake_live import wrapped
from tests.max_for_live.live_script.fake_set import Chain, Clip, Device, DrumPad
from tests.max_for_live.live_script.stage import FOUR, fill


@pytest.mark.parametrize(
    ("profile", "scale"), [("11.1", None), ("12.0", None), ("12.1", (2, 0b011010101101)), ("12.4", (2, 0b011010101101))]
)
def test_the_scale_is_read_where_live_can_say_whether_one_is_on(stage, profile, scale) -> None:
    live = stage(profile)
    assert read_scale(wrapped(live.song)) == scale
    live.song.scale_mode = False
    assert read_scale(wrapped(live.song)) is None


def finished(work):
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value


def a_drum_rack(world) -> Device:
    pads = [
        DrumPad(world, note=pitch, name=name, chains=[Chain(world, devices=[])])
        for pitch, name in ((36, "Kick 808"), (38, "Snare"), (42, "Closed Hat"))
    ]
    empty = DrumPad(world, note=50, name="C#2", chains=[])
    return Device(world, can_have_drum_pads=True, can_have_chains=True, chains=[], drum_pads=[*pads, empty])


def test_drum_pads_are_found_in_a_rack_and_kept_by_name(stage) -> None:
    live = stage()
    clip = live.put_clip(0)
    for place, pitch in enumerate((36, 42, 38, 42) * 4):
        fill(clip, 1)
        note = clip.notes[live.world.next_id - 1]
        note.update(pitch=pitch, start_time=place / 4, mute=False)
    rack = Device(live.world, can_have_drum_pads=False, can_have_chains=True, drum_pads=[])
    rack.chains = [Chain(live.world, devices=[a_drum_rack(live.world)])]
    live.song.tracks[0].devices = [rack]
    assert drum_pads(wrapped(live.song.tracks[0])) == {36: "Kick 808", 38: "Snare", 42: "Closed Hat"}
    taken = live.take()
    assert (taken.pads, taken.clip.role) == ({36: "Kick 808", 38: "Snare", 42: "Closed Hat"}, "drums")
    assert live.put(live.vary(taken, locks=Locks(lanes=frozenset(lanes(taken.pads, "kick, hat")))), taken) == FOUR
    kept = [sorted(note["start_time"] for note in clip.notes.values() if note["pitch"] == 36) for clip in live.clips()]
    assert kept == [kept[0]] * 5
    with pytest.raises(BadValue, match="Kick 808, Snare, Closed Hat"):
        lanes(taken.pads, "cowbell")


def test_clips_that_play_at_the_same_time_go_along(stage) -> None:
    live = stage()
    prompt = live.put_clip()
    same_scene = live.put_clip(8, track=1, pitch=40)
    playing = live.put_clip(4, track=1, scene=2)
    live.put_clip(4, track=2, muted=True)
    song = wrapped(live.song)

    def context() -> list:
        heard = finished(read_prompt(song, selected_clip(song), False, False))
        return [len(other.sent) for other in finished(read_context(song, heard, wrapped(prompt)))]

    assert context() == [len(same_scene.notes)]
    prompt.is_playing, live.song.tracks[1].playing_slot_index = True, 2
    assert context() == [len(playing.notes)]
    taken = live.take()
    assert [len(clip.notes) for clip in taken.context] == [len(playing.notes)]
    assert live.put(live.vary(taken), taken) == FOUR


def test_in_the_arrangement_the_loops_of_other_tracks_are_unrolled(stage) -> None:
    live = stage()
    prompt = live.put_clip(16)
    track, other = live.song.tracks[:2]
    track.clip_slots[0].clip = None
    prompt.__dict__.update(canonical_parent=track, is_arrangement_clip=True, start_time=8.0, end_time=12.0)
    loop = Clip(other, 1.0, start_time=7.5, end_time=10.5)
    fill(loop, 4)
    track.arrangement_clips, other.arrangement_clips = [prompt], [loop]
    song = wrapped(live.song)
    heard = finished(read_prompt(song, selected_clip(song), False, False))
    (found,) = finished(read_context(song, heard, wrapped(prompt)))
    onsets = [round(note.start_time - 0.001, 3) for note in found.sent]
    assert onsets == [0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0, 2.25]
    assert found.wire[0][1] == 13


def test_the_playing_clip_is_taken_where_none_is_selected(stage) -> None:
    live = stage()
    live.put_clip(scene=2)
    live.song.view.detail_clip = None
    live.song.tracks[0].playing_slot_index = 2
    assert live.make() == FOUR


def test_all_eight_numbers_of_a_note_come_and_go() -> None:
    for numbers in (
        (60, 0, 13440, 100, 0, 1000, 0, 64),
        (1, 7, 3, 1, 1, 333, -5, 0),
        (127, 53759, 1, 127, 1, 0, 127, 99),
    ):
        assert to_wire(from_wire(numbers, 2.5), 2.5, 53760) == numbers
        assert is_note(numbers, 53760)
        assert not is_note(numbers, 0)
    assert from_wire((1, 6720, 3360, 1, 1, 333, -5, 7), 2.0) == Note(1, 2.5, 0.25, 1.0, True, 0.333, -5.0, 7.0)


def test_overlaps_of_one_pitch_give_way_before_live_cuts_them() -> None:
    def note(start: float, duration: float, pitch: int = 60) -> Note:
        return Note(pitch, start, duration, 100.0, False, 1.0, 0.0, 64.0)

    kept, long, hair = note(0.0, 1.0), note(2.0, 2.0), note(1.0 - 1e-5, 0.5)
    clean = without_overlaps(
        [(long, False), (kept, True), (note(3.0, 1.0), False), (hair, False), (note(0.0, 9.0, 61), True)]
    )
    assert [(one.pitch, one.start_time, one.end) for one in clean] == [
        (60, 0.0, 1.0), (60, 1.0, hair.end), (60, 2.0, 3.0), (60, 3.0, 4.0), (61, 0.0, 9.0)
    ]  # fmt: skip
    assert clean[0] is kept


def test_only_the_notes_of_the_loop_are_sent_and_the_others_are_remembered(stage) -> None:
    live = stage()
    live.put_clip(40, loop_start=2.0, loop_end=8.0)
    song = wrapped(live.song)
    heard = finished(read_prompt(song, selected_clip(song), False, False))
    assert (len(heard.sent), len(heard.wire), len(heard.outside)) == (24, 24, 16)
    assert [numbers[1] for numbers in heard.wire[:2]] == [13, 3373]
    assert heard.shape.ticks == 6 * 13440
