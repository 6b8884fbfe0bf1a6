"""``clipkin drums``, drums and engines in ``accompany``, and the picture that ``arrange`` draws."""

import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bridge.command_line.main import main
from models import midi_file
from models.arrangement.arrange import arrange
from models.arrangement.arranged import bar_counts, song_picture
from models.arrangement.plan import PLANS, plan_named
from models.benchmarks.band import a_scene
from models.drums.drums import MAKES
from tests.strategies import a_bass_line, a_beat, a_clip, a_note, a_tune

SPACE = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    paths = {}
    for name, clip in (("beat", a_beat()), ("tune", a_tune()), ("bass", a_bass_line())):
        paths[name] = tmp_path / f"{name}.mid"
        midi_file.write(paths[name], clip)
    return paths


def run(*words: object) -> int:
    return main([str(word) for word in words])


def told(capsys, *words: object) -> dict:
    assert run(*words, "--json") == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("make", MAKES)
def test_drums_makes_everything_that_it_names(make, files, tmp_path, capsys) -> None:
    engine = "rules" if make == "groove" else "auto"
    answer = told(
        capsys,
        "drums",
        files["beat"],
        "--make",
        make,
        "--lane",
        "hat",
        "--engine",
        engine,
        "--count",
        2,
        "--out",
        tmp_path / "out",
    )
    assert answer["engine"] == ("rules" if make == "groove" else "grammar")
    for row in answer["variations"]:
        clip = midi_file.read(row["file"])
        assert clip.role == "drums"
        assert len(clip.notes) == row["notes"] == row["measures"]["hits"]
    assert len({midi_file.read(row["file"]).notes for row in answer["variations"]}) == 2


def test_a_locked_drum_and_the_bars_before_the_fill_are_the_same_in_the_file(files, tmp_path, capsys) -> None:
    before = midi_file.read(files["beat"]).notes
    answer = told(
        capsys, "drums", files["beat"], "--make", "fill", "--lock", "lane:36", "--region", "8:16", "--out", tmp_path
    )
    for row in answer["variations"]:
        after = midi_file.read(row["file"]).notes
        assert [note for note in after if note.onset < 8] == [note for note in before if note.onset < 8]
        assert [note for note in after if note.pitch == 36] == [note for note in before if note.pitch == 36]


def test_a_tune_becomes_a_beat_and_the_table_says_how(files, tmp_path, capsys) -> None:
    assert run("drums", files["tune"], "--style", "funk", "--out", tmp_path) == 0
    assert "funk: A syncopated kick" in capsys.readouterr().out


def test_a_beat_of_locked_drums_gives_a_sentence_and_no_empty_table(tmp_path, capsys) -> None:
    kicks = tmp_path / "kicks.mid"
    midi_file.write(kicks, a_clip(*(a_note(36, beat, 0.25) for beat in range(4)), role="drums"))
    assert run("drums", kicks, "--make", "sparser", "--lock", "lane:36", "--out", tmp_path / "out") == 2
    printed = capsys.readouterr()
    assert "open a lock" in printed.err
    assert not printed.out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--make", "fill"], "no drums"),
        (["--make", "lane"], "Say which lane"),
        (["--make", "busier", "--amount", "7"], "amount"),
        (["--region", "0:4"], "whole clip"),
        (["--count", "0"], "count"),
        (["--make", "fill", "--role", "drums", "--lane", "x", "--region", "99:100"], "behind the clip's end"),
    ],
)
def test_what_drums_can_not_do_is_one_sentence(words, sentence, files, tmp_path, capsys) -> None:
    assert run("drums", files["tune"], "--out", tmp_path / "none", *words) == 2
    error = capsys.readouterr().err
    assert sentence in error
    assert len(error.strip().splitlines()) == 1
    assert not (tmp_path / "none").exists()


def test_accompany_plays_drums(files, tmp_path, capsys) -> None:
    answer = told(
        capsys, "accompany", files["bass"], files["tune"], "--role", "drums", "--style", "rock", "--out", tmp_path
    )
    assert answer["engine"] == "grammar"
    for row in answer["variations"]:
        assert row["measures"]["shared_onsets"] >= 0.6
        assert midi_file.read(row["file"]).role == "drums"


def test_accompany_may_ask_an_engine(files, tmp_path, capsys) -> None:
    answer = told(
        capsys,
        "accompany",
        files["beat"],
        files["tune"],
        "--role",
        "bass",
        "--engine",
        "rules",
        "--count",
        2,
        "--out",
        tmp_path,
    )
    assert answer["engine"] == "rules"
    assert all(row["measures"]["shared_onsets"] >= 0.6 for row in answer["variations"])


def test_arrange_draws_the_song_beside_it(files, tmp_path, capsys) -> None:
    words = ("arrange", files["beat"], files["bass"], "--bars", 16)
    answer = told(capsys, *words, "--out", tmp_path / "song")
    assert Path(answer["picture"]) == tmp_path / "song" / "song.svg"
    assert ElementTree.parse(answer["picture"]).getroot().tag == f"{SPACE}svg"
    elsewhere = tmp_path / "pictures" / "mine.svg"
    assert told(capsys, *words, "--out", tmp_path, "--picture", elsewhere)["picture"] == str(elsewhere)
    assert elsewhere.exists()


def test_a_picture_that_can_not_be_written_stops_before_the_song(files, tmp_path, capsys) -> None:
    assert run("arrange", files["beat"], "--out", tmp_path / "song", "--picture", files["tune"] / "x.svg") == 2
    assert "can't be written" in capsys.readouterr().err
    assert not list((tmp_path / "song").glob("*.mid"))


@pytest.mark.parametrize("name", PLANS)
def test_the_picture_has_a_column_for_every_bar_that_plays_and_names_every_section(name) -> None:
    song = arrange(a_scene(), plan_named(name))
    root = ElementTree.fromstring(song_picture(song))
    shown = [each.text for each in root.iter(f"{SPACE}title")]
    assert shown == [section.name for section in song.sections]
    counts = [bar_counts(clip) for clip in song.song]
    playing = sum(count > 0 for row in (*counts, list(map(sum, zip(*counts, strict=True)))) for count in row)
    columns = [each for each in root.iter(f"{SPACE}rect") if each.get("opacity")]
    assert len(columns) == playing
    assert all(float(each.get("height")) > 0 for each in columns)


def test_a_name_with_signs_is_drawn_as_it_is() -> None:
    scene = [replace(clip, name="<kick & co>") for clip in a_scene()]
    root = ElementTree.fromstring(song_picture(arrange(scene, plan_named("pop"))))
    assert any(text.text == "<kick & co>" for text in root.iter(f"{SPACE}text"))


def test_a_written_harmony_is_as_long_as_it_is_written(tmp_path, capsys) -> None:
    beat = tmp_path / "one-bar.mid"
    midi_file.write(beat, a_clip(a_note(36, 0.0, 0.2), a_note(36, 2.0, 0.2), length=4.0, role="drums"))
    given = ("accompany", beat, "--role", "bass", "--style", "root", "--chords", "Am | F | C | G", "--count", "1")
    made = told(capsys, *given, "--out", tmp_path / "out")
    bass = midi_file.read(Path(made["variations"][0]["file"]))
    assert [note.pitch % 12 for note in bass.notes if note.onset % 4 == 0] == [9, 5, 0, 7]
