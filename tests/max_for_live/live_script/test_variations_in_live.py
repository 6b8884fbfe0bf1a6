"""The control surface in a fake Live beside the real server: the selected clip goes out, variations come into slots."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bridge.messages.live import NEEDS_SELECTION
from bridge.server.serve import Server
from models.studio import Studio
from tests.bridge.trial.loss_relay import LossRelay, Trouble
from tests.max_for_live.live_script.fake_live import PROFILES
from tests.max_for_live.live_script.fake_set import Clip, TakeLane
from tests.max_for_live.live_script.stage import FOUR, LONGEST_BEAT_S

ALL = [name for name in PROFILES if name != "11.0"]


def values(clip: Clip) -> list[tuple]:
    return sorted(tuple(note[name] for name in sorted(note)) for note in clip.notes.values())


@pytest.mark.parametrize("profile", ALL)
def test_four_variations_come_into_free_slots_in_one_undo_step(stage, profile) -> None:
    live = stage(profile)
    prompt = live.put_clip(32, loop_end=8.0)
    before = values(prompt)
    assert live.make() == FOUR
    source, *made = live.clips()
    assert source is prompt
    assert values(prompt) == before
    assert len(made) == 4
    assert [clip.name for clip in made] == [f"prompt ~{place}" for place in (1, 2, 3, 4)]
    assert all(clip.color == prompt.color and clip.loop_end == 8.0 and clip.notes for clip in made)
    assert len({tuple(values(clip)) for clip in [prompt, *made]}) == 5
    assert live.world.steps == 1
    assert not any(change.startswith("clip prompt.") for change in live.world.changes)
    assert live.instance.messages[-1].endswith("free slots of this track.")


@pytest.mark.parametrize("profile", ALL)
def test_600_notes_go_out_and_every_kept_one_comes_back_to_the_last_bit(stage, profile) -> None:
    live = stage(profile)
    prompt = live.put_clip(600)
    assert live.make(similarity=0.8) == FOUR
    originals = set(values(prompt))
    for clip in live.clips()[1:]:
        assert len(clip.notes) >= 500
        kept = [note for note in values(clip) if note in originals]
        assert len(kept) >= 300
    assert live.longest_s <= LONGEST_BEAT_S


def test_2000_notes_in_four_clips_are_written_piece_by_piece(stage) -> None:
    live = stage()
    live.put_clip(2000)
    assert live.make() == FOUR
    assert all(len(clip.notes) > 1500 for clip in live.clips()[1:])
    assert live.longest_s <= LONGEST_BEAT_S
    assert live.world.steps == 1


def test_what_has_no_likeness_on_the_wire_comes_back_where_everything_is_kept(stage) -> None:
    live = stage()
    prompt = live.put_clip(40, loop_start=2.0, loop_end=8.0, start_marker=1.0, end_marker=9.0)
    assert live.make(count=1, similarity=1.0) == "One clip is in free slots of this track."
    made = live.clips()[1]
    assert values(made) == values(prompt)
    shape = ("loop_start", "loop_end", "start_marker", "end_marker", "looping", "signature_numerator")
    assert [getattr(made, name) for name in shape] == [getattr(prompt, name) for name in shape]


@pytest.mark.parametrize(("looping", "metre"), [(False, (4, 4)), (True, (7, 8)), (True, (3, 4))])
def test_loop_and_metre_are_the_sources(stage, looping, metre) -> None:
    live = stage()
    live.put_clip(24, looping=looping, signature_numerator=metre[0], signature_denominator=metre[1])
    assert live.make() == FOUR
    for clip in live.clips()[1:]:
        assert (clip.looping, clip.signature_numerator, clip.signature_denominator) == (looping, *metre)


def test_nothing_is_overwritten_and_scenes_are_added(stage) -> None:
    live = stage()
    live.put_clip()
    others = [live.put_clip(4, scene=scene, name=f"other {scene}") for scene in (1, 3)]
    neighbour = live.put_clip(8, track=1, scene=2)
    before = [values(clip) for clip in (*others, neighbour)]
    assert live.make() == FOUR
    assert len(live.song.scenes) == 7
    assert [values(clip) for clip in (*others, neighbour)] == before
    assert live.song.tracks[0].clip_slots[1].clip is others[0]
    assert len(live.clips()) == 7
    assert live.world.steps == 1


def test_an_edition_with_few_scenes_gets_all_or_nothing(stage) -> None:
    live = stage(most_scenes=6)
    live.put_clip(scene=3)
    assert "add empty scenes" in live.make()
    assert live.refused
    assert len(live.clips()) == 1
    assert len(live.song.scenes) == 4


def test_notes_that_live_loses_are_noticed_and_the_clip_is_taken_away(stage) -> None:
    live = stage()
    live.put_clip()
    live.world.loses_notes = True
    assert "didn't keep" in live.make()
    assert live.refused
    assert len(live.clips()) == 1


@pytest.mark.parametrize("at", ["begin_undo_step", "create_clip", ".name", "add_new_notes"])
def test_changes_that_live_forbids_for_a_while_are_done_later(stage, at) -> None:
    live = stage()
    live.put_clip()
    started = []

    def forbid() -> None:
        if not started and (live.surface._writes if at == "begin_undo_step" else at in "".join(live.world.changes)):
            started.append(live.world.changes[:])
            live.world.forbidding = 5

    live.on_beat = forbid
    assert live.make() == FOUR
    assert started
    assert len(live.clips()) == 5
    assert live.world.steps == 1


@pytest.mark.parametrize("in_lane", [False, True])
def test_variations_of_the_arrangements_clip_come_into_slots(stage, in_lane) -> None:
    live = stage()
    track = live.song.tracks[0]
    clip = live.put_clip()
    track.clip_slots[0].clip = None
    clip.canonical_parent = TakeLane(track) if in_lane else track
    clip.is_arrangement_clip = True
    track.arrangement_clips = [clip]
    assert live.make() == FOUR
    assert len(live.clips()) == 4


def test_only_selected_notes_change_and_infill_needs_them(stage) -> None:
    live = stage()
    prompt = live.put_clip(32)
    assert "select" in live.take(NEEDS_SELECTION)
    assert live.refused
    ids = sorted(prompt.notes, key=lambda note_id: prompt.notes[note_id]["start_time"])
    prompt.selected = set(ids[8:16])
    untouched = {tuple(sorted(prompt.notes[note_id].items())) for note_id in ids if note_id not in prompt.selected}
    assert live.make(NEEDS_SELECTION, task="infill", similarity=None) == FOUR
    for clip in live.clips()[1:]:
        assert untouched <= {tuple(sorted(note.items())) for note in clip.notes.values()}


def a_track(live, **values) -> None:
    live.song.tracks[0].__dict__.update(values)


@pytest.mark.parametrize(
    ("spoil", "word"),
    [
        (lambda live, clip: setattr(clip, "is_midi_clip", False), "audio"),
        (lambda live, clip: setattr(clip, "is_recording", True), "recorded"),
        (lambda live, clip: clip.notes.clear(), "no notes"),
        (lambda live, clip: a_track(live, is_frozen=True), "frozen"),
        (lambda live, clip: setattr(live.song.view, "detail_clip", None), "No clip"),
        (lambda live, clip: setattr(clip, "loop_end", 1300.0), "too long"),
        (lambda live, clip: setattr(clip, "gone", True), "Click"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_changes_nothing(stage, spoil, word) -> None:
    live = stage()
    clip = live.put_clip()
    spoil(live, clip)
    if word == "Click":
        live.song.tracks[0].clip_slots[0].clip = None
    sentence = live.make()
    assert (live.refused, word in sentence, sentence.endswith(".")) == (True, True, True)
    assert live.world.changes == []
    assert live.instance.messages[-1] == "Clipkin: " + sentence


def test_a_live_that_is_too_old_says_so(stage) -> None:
    live = stage("11.0")
    live.put_clip()
    assert "Live 11.1 or later" in live.make()


def test_the_track_that_goes_while_it_waits(stage) -> None:
    live = stage()
    live.put_clip()
    taken = live.take()
    live.song.tracks[0].gone = True
    live.song.view.detail_clip = None
    live.song.view.selected_track = live.song.tracks[1]
    assert live.put([taken.clip], taken) == "The track is gone; nothing was written."


@pytest.mark.parametrize(("lost", "repeated", "reordered"), [(0.05, 0.05, 0.1), (0.2, 0.1, 0.25)])
def test_loss_repeats_and_disorder_change_nothing(stage, server, tmp_path, lost, repeated, reordered) -> None:
    clean = stage()
    clean.put_clip(500)
    clean.make()
    clean.surface.disconnect()
    with LossRelay(server.port, Trouble(lost, repeated, reordered), seed=3) as relay:
        replace(server.port_file, port=relay.port).write(tmp_path)
        live = stage(folder=tmp_path)
        live.client_folder = server._folder
        live.put_clip(500)
        assert live.make() == FOUR
        assert relay.dropped > 0
    assert [values(clip) for clip in live.clips()] == [values(clip) for clip in clean.clips()]


@pytest.mark.parametrize("when", ["taking", "putting"])
def test_the_server_is_killed_and_started_again_in_the_middle(stage, tmp_path: Path, when) -> None:
    first = Server(0, Studio(), folder=tmp_path)
    first.__enter__()
    live = stage(folder=tmp_path)
    live.put_clip(500)
    live.connect()
    taken = live.take() if when == "putting" else None
    second = Server(0, Studio(), folder=tmp_path)
    killed = []

    def kill() -> None:
        if live.surface._exchange is not None and not killed:
            killed.append(True)
            first.__exit__(None, None, None)
            second.__enter__()

    live.on_beat = kill
    if taken is None:
        taken = live.take()
        assert len(taken.clip.notes) == 500
    assert live.put([taken.clip] * 3, taken) == "3 clips are in free slots of this track."
    assert killed
    second.__exit__(None, None, None)
    assert len(live.clips()) == 4
