"""Rounds as files: what a session was comes back in another run; what is damaged is left out. Dropped files."""

import json
import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from gui.link import round_files
from gui.link.clip_files import (
    MOST_DROPPED,
    RECORDINGS,
    key_of,
    midi_files_in,
    read_context,
    read_prompt,
    save_copy,
    sweep,
    track_name,
    write_variation,
)
from gui.link.round_files import read_rounds, write_round, write_stars
from gui.link.song_files import write_song
from gui.state.values import Choice, Order, Prompt, Result, Round
from gui.state.wish import Wish
from models import midi_file
from models.generator import Place, Report, Request, Variation
from models.listening.audio import ENDINGS
from models.music.errors import BadValue, EmptyClip


def change(folder, **values):
    path = folder / "round.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def make_round(folder, a_clip, number=1, **wish):
    prompt = a_clip(8, name="lead")
    clip = prompt.with_notes(
        note if place % 2 else note.moved(pitch=note.pitch + 1) for place, note in enumerate(prompt.notes)
    )
    report = Report(0.7, 0.9, {"rhythm": True}, 0.5, 0.25, {}, ("Mood: darker.",))
    kept = tuple(place if place % 2 else None for place in range(8))
    variation = Variation(clip, 41, kept, report)
    path = write_variation(folder / f"round-{number}", "lead-1", variation)
    order = Order(Request(prompts=(prompt,), seed=41), "kin", "lead")
    made = Round(number, Wish(**wish), order, Prompt(prompt, Path("gone.mid"), "A minor"), "14:05", "kin")
    made.results = [Result(1, variation, path, prompt, 0.7)]
    return made


def test_a_round_comes_back(tmp_path, a_clip):
    made = make_round(tmp_path, a_clip, mood="dark", region=(0.0, 2.0))
    write_round(made)
    write_stars(made, {Choice(1, 1), Choice(2, 1)})
    (again,), stars = read_rounds(tmp_path)
    (result,), (before,) = again.results, made.results
    assert (again.wish, again.engine, again.began, again.order.stem) == (made.wish, "kin", "14:05", "lead")
    assert (result.variation.clip.notes, result.path) == (before.variation.clip.notes, before.path)
    assert result.variation.kept == before.variation.kept
    assert result.variation.report == before.variation.report
    assert (again.prompt.clip.notes, again.prompt.key) == (made.prompt.clip.notes, "A minor")
    assert again.prompt.path == before.path.parent / "prompt.mid"  # where it was opened from is gone
    assert stars == {Choice(1, 1)}
    write_stars(made, ())
    assert read_rounds(tmp_path)[1] == frozenset()


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / "round.json").write_text("{"),
        lambda folder: (folder / "round.json").write_text(json.dumps({"version": 99})),
        lambda folder: (folder / "lead-1.mid").unlink(),
        lambda folder: (folder / "prompt.mid").write_bytes(b"RIFF"),
        lambda folder: (folder / "round.json").write_text("[]"),
        lambda folder: (folder / "round.json").write_bytes(b"\xff\xfe"),
        lambda folder: change(folder, prompt=None, wish={"task": "accompany"}, results=[]),
        lambda folder: change(folder, results=[{"number": 1}]),
    ],
)
def test_a_damaged_round_is_left_out_and_the_others_are_there(tmp_path, a_clip, damage):
    for number in (1, 2):
        write_round(make_round(tmp_path, a_clip, number))
    damage(tmp_path / "round-1")
    rounds, _ = read_rounds(tmp_path)
    assert [each.number for each in rounds] == [1]


@pytest.mark.parametrize("stars", ["{", "5", "null", '"all"', '{"1": 1}', '[1.5, "1", null]'])
def test_stars_that_nobody_can_read_lose_no_round(tmp_path, a_clip, stars):
    for number in (1, 2):
        made = make_round(tmp_path, a_clip, number)
        write_round(made)
        write_stars(made, {Choice(number, 1)})
    (tmp_path / "round-1" / "starred.json").write_text(stars)
    rounds, starred = read_rounds(tmp_path)
    assert [each.number for each in rounds] == [1, 2]
    assert starred == {Choice(2, 1)}


def test_only_the_last_rounds_are_shown_again_and_none_is_taken_away(tmp_path, a_clip, monkeypatch):
    monkeypatch.setattr(round_files, "MOST_READ", 2)
    for number in (1, 2, 3):
        write_round(make_round(tmp_path, a_clip, number))
    rounds, _ = read_rounds(tmp_path)
    assert [each.results[0].path.parent.name for each in rounds] == ["round-2", "round-3"]
    assert (tmp_path / "round-1" / "lead-1.mid").exists()


def test_a_week_takes_away_what_has_no_star(tmp_path, a_clip):
    for number in (1, 2, 3):
        made = make_round(tmp_path, a_clip, number)
        write_round(made)
        write_stars(made, {Choice(2, 1)})
    (tmp_path / "a file.txt").touch()
    for place in tmp_path.iterdir():
        if place.name != "round-3":
            os.utime(place, (0, 0))
    sweep(tmp_path)
    assert sorted(place.name for place in tmp_path.iterdir()) == ["a file.txt", "round-2", "round-3"]
    sweep(tmp_path / "none such")


def test_a_copy_is_whole_or_is_not_there(tmp_path, a_clip):
    source = write_variation(tmp_path / "new" / "folder", "lead-1", make_round(tmp_path, a_clip).results[0].variation)
    save_copy(source, tmp_path / "mine.mid")
    assert (tmp_path / "mine.mid").read_bytes() == source.read_bytes()
    with pytest.raises(BadValue, match=r'none/mine\.mid" can\'t be written \(No such file or directory\); choose'):
        save_copy(source, tmp_path / "none" / "mine.mid")
    source.unlink()
    with pytest.raises(BadValue, match="choose another place"):
        save_copy(source, tmp_path / "mine.mid")
    assert (tmp_path / "mine.mid").exists()  # what was there before stays
    assert len(list(tmp_path.glob("mine*"))) == 1


def test_a_folder_that_can_not_be_made_is_a_sentence(tmp_path, a_clip):
    (tmp_path / "taken").write_text("a file")
    variation = make_round(tmp_path, a_clip).results[0].variation
    with pytest.raises(BadValue, match="can't be made"):
        write_variation(tmp_path / "taken" / "inside", "lead-1", variation)


@pytest.mark.parametrize(
    ("number", "name", "drums", "words"),
    [
        (2, "Bass", False, "2 · Bass"),
        (3, "", True, "3 · drums"),
        (3, "Kit", True, "3 · Kit"),
        (4, "", False, "track 4"),
    ],
)
def test_a_track_is_called_as_the_file_calls_it(number, name, drums, words, a_clip):
    assert track_name(number, a_clip(4, name=name, role="drums" if drums else None)) == words


def test_a_file_is_read_by_track_and_its_others_play_along(tmp_path, a_clip):
    path = tmp_path / "scene.mid"
    tracks = [a_clip(16, name="Keys"), a_clip(6, name="Kit", role="drums"), a_clip(3, name="Bass")]
    midi_file.write(path, tracks)
    for track in range(3):
        prompt = read_prompt(path, track)
        assert prompt.clip.name == tracks[track].name
        assert [other.name for other in prompt.others] == [each.name for each in tracks if each is not tracks[track]]
        assert prompt.key == ("" if track == 1 else key_of(prompt.clip))
    assert read_prompt(path, 9).clip.name == "Bass"  # a file that has fewer tracks now
    assert [each.clip.name for each in read_context(path)] == ["Keys", "Kit", "Bass"]
    midi_file.write(path, a_clip(0), replacing=True)
    with pytest.raises(EmptyClip, match=r'"scene\.mid" has no notes'):
        read_prompt(path)


def test_a_round_without_results_leaves_nothing(tmp_path, a_clip):
    made = make_round(tmp_path, a_clip)
    made.results = []
    write_round(made)
    assert read_rounds(tmp_path) == ((), frozenset())


def test_of_what_is_dropped_each_refusal_is_named(tmp_path):
    for name in ("a.mid", "b.MIDI", "song.wav", "notes.txt"):
        (tmp_path / name).touch()
    (tmp_path / "scene").mkdir()
    (tmp_path / "scene" / "c.mid").touch()
    (tmp_path / "empty").mkdir()
    found, refused = midi_files_in(
        tmp_path / name for name in ("a.mid", "b.MIDI", "song.wav", "scene", "notes.txt", "empty")
    )
    assert [path.name for path in found] == ["a.mid", "b.MIDI", "song.wav", "c.mid"]
    assert refused == ('"notes.txt" is neither a MIDI file nor a recording.', '"empty" is a folder without .mid files.')


def test_the_panel_listens_to_what_the_house_can_hear():
    assert RECORDINGS == ENDINGS


def test_of_a_thousand_files_the_first_are_taken():
    found, refused = midi_files_in(Path(f"{number}.mid") for number in range(1000))
    assert len(found) == MOST_DROPPED
    assert refused == (f"Of 1000 files the first {MOST_DROPPED} were taken.",)


def test_the_loops_of_a_song_come_back_whole(tmp_path, a_clip):
    loops = (a_clip(8, name="lead"), a_clip(3, length=4.0, name="bass"))
    folder = tmp_path / "song"
    thin = [replace(loop.with_notes(loop.notes[:1]), length=4.0) for loop in loops]
    made = Round(
        1,
        Wish(task="arrange"),
        Order(Request(task="arrange", prompts=loops[:1], context=loops[1:]), "kin", "s", ("lead", "bass")),
    )
    for track, clip in enumerate(thin):
        variation = Variation(clip, 1, (None,), Report(0.0), Place(0, track, "intro"))
        made.results.append(Result(track + 1, variation, write_variation(folder, f"s 01 intro {track}", variation)))
    made.song = write_song(folder, "s", ("lead", "bass"), ("intro",), (tuple(thin),))
    write_round(made)
    ((again,), _) = read_rounds(tmp_path)
    request = again.order.request
    assert [clip.notes for clip in (*request.prompts, *request.context)] == [loop.notes for loop in loops]
    assert [clip.length for clip in (*request.prompts, *request.context)] == [8 * 0.5, 4.0]


def test_names_of_pads_come_back(tmp_path, a_clip):
    made = make_round(tmp_path, a_clip)
    made.prompt = replace(made.prompt, pads=((36, "Boom"),))
    write_round(made)
    ((again,), _) = read_rounds(tmp_path)
    assert again.prompt.pads == ((36, "Boom"),)


@pytest.mark.skipif(sys.platform == "win32", reason="no limit to set there")
def test_a_full_disk_leaves_no_half_round(tmp_path, a_clip):
    import resource

    made = make_round(tmp_path, a_clip)
    write_round(made)
    before = (tmp_path / "round-1" / "round.json").read_bytes()
    made.error = "changed"
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
    try:
        with pytest.raises(OSError, match="."):
            write_round(made)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert (tmp_path / "round-1" / "round.json").read_bytes() == before
    assert [path.name for path in (tmp_path / "round-1").glob("round.json*")] == ["round.json"]
