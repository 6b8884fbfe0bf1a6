"""The command line as a user types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bridge.command_line.main import build_parser, main
from models import midi_file
from models.generator import Request
from tests.models.constraints.violations import violations
from tests.strategies import a_beat, a_clip, a_note, a_tune, some_chords


@pytest.fixture
def tune(tmp_path: Path) -> Path:
    path = tmp_path / "tune.mid"
    midi_file.write(path, a_tune())
    return path


def run(*words: object) -> int:
    try:
        return main([str(word) for word in words])
    except SystemExit as leaving:
        return int(leaving.code or 0)


def made(capsys, *words: object) -> dict:
    assert run(*words, "--json", "--engine", "rules") == 0
    return json.loads(capsys.readouterr().out)


def test_vary_writes_numbered_files_and_tells_the_truth(tune: Path, tmp_path: Path, capsys) -> None:
    told = made(capsys, "vary", tune, "--out", tmp_path / "out", "--similarity", 0.6, "--seed", 3)
    assert [Path(row["file"]).name for row in told["variations"]] == [f"tune-{number}.mid" for number in range(1, 5)]
    assert (told["task"], told["engine"], told["seed"]) == ("vary", "rules", 3)
    for row in told["variations"]:
        clip = midi_file.read(row["file"])
        assert len(clip.notes) == row["notes"]
        assert row["similarity"] == pytest.approx(0.6, abs=0.05)
        assert clip.length == 16


def test_the_same_seed_writes_the_same_bytes(tune: Path, tmp_path: Path, capsys) -> None:
    for folder in ("one", "two"):
        made(capsys, "vary", tune, "--out", tmp_path / folder, "--seed", 9)
    for number in range(1, 5):
        one, two = ((tmp_path / folder / f"tune-{number}.mid").read_bytes() for folder in ("one", "two"))
        assert one == two


def test_locks_scale_and_region_hold_in_the_files(tune: Path, tmp_path: Path, capsys) -> None:
    told = made(
        capsys,
        "vary",
        tune,
        "--out",
        tmp_path,
        "--lock",
        "rhythm,velocity",
        "--scale",
        "A minor",
        "--region",
        "4:12",
        "--similarity",
        0.8,
    )
    before = midi_file.read(tune)
    for row in told["variations"]:
        after = midi_file.read(row["file"])
        assert row["locks"] == {"rhythm": True, "velocity": True}
        assert [(n.onset, n.duration, n.velocity) for n in after.notes] == [
            (n.onset, n.duration, n.velocity) for n in before.notes
        ]
        outside = [note for note in after.notes if not 4 <= note.onset < 12]
        assert outside == [note for note in before.notes if not 4 <= note.onset < 12]


def test_infill_fills_a_gap(tune: Path, tmp_path: Path, capsys) -> None:
    told = made(capsys, "infill", tune, "--out", tmp_path, "--region", "4:8", "--count", 2)
    for row in told["variations"]:
        new = [note for note in midi_file.read(row["file"]).notes if 4 <= note.onset < 8]
        assert new


def test_continue_writes_the_next_bars(tune: Path, tmp_path: Path, capsys) -> None:
    told = made(capsys, "continue", tune, "--out", tmp_path, "--bars", 2, "--count", 3)
    assert {midi_file.read(row["file"]).length for row in told["variations"]} == {8.0}


def test_a_drum_lane_stays(tmp_path: Path, capsys) -> None:
    midi_file.write(tmp_path / "beat.mid", a_beat())
    told = made(capsys, "vary", tmp_path / "beat.mid", "--out", tmp_path, "--lock", "lane:38", "--similarity", 0.7)
    before = [note for note in midi_file.read(tmp_path / "beat.mid").notes if note.pitch == 38]
    for row in told["variations"]:
        assert row["locks"] == {"lane:38": True}
        assert [note for note in midi_file.read(row["file"]).notes if note.pitch == 38] == before


def test_selected_notes_alone_change(tune: Path, tmp_path: Path, capsys) -> None:
    told = made(capsys, "vary", tune, "--out", tmp_path, "--select", "1-3,5", "--scale", "off", "--count", 1)
    before, after = midi_file.read(tune), midi_file.read(told["variations"][0]["file"])
    fixed = [note for index, note in enumerate(before.notes) if index not in (0, 1, 2, 4)]
    assert [note for note in after.notes if note in fixed] == fixed


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--engine", "nobody"], 'The engine "nobody" is not known'),
        (["--lock", "groove"], 'The lock "groove" is not known'),
        (["--scale", "H major"], '"H major" is not a scale'),
        (["--similarity", "1.5"], "The similarity must be 0 to 1"),
        (["--similarity", "nan"], "The similarity must be 0 to 1"),
        (["--temperature", "9"], "The temperature must be 0.1 to 2"),
        (["--count", "0"], "The count must be 1 to 64"),
        (["--seed", "-1"], "The seed must be 0 to"),
        (["--region", "8:4"], "The region 8:4 is not possible"),
        (["--region", "a:b"], 'The region "a:b" is not start:end'),
        (["--region", "99:100"], "begins behind the clip's end"),
        (["--range", "72:48"], "upside down"),
        (["--range", "72"], 'The range "72" is not low:high'),
        (["--select", "900"], "The selection names notes that the clip doesn't have"),
        (["--lock", "rhythm,pitch,velocity"], "nothing may change"),
        (["--count", "many"], "Argument --count: invalid int value"),
        (["--nonsense"], "Unrecognized arguments: --nonsense"),
    ],
)
def test_bad_input_is_one_sentence_and_writes_nothing(words, sentence, tune: Path, tmp_path: Path, capsys) -> None:
    assert run("vary", tune, "--out", tmp_path / "out", *words) == 2
    told = capsys.readouterr()
    assert sentence in told.err
    assert told.err.count("\n") == 1
    assert told.out == ""
    assert not list(tmp_path.glob("out/*"))


def test_bad_files_are_one_sentence(tmp_path: Path, capsys) -> None:
    (tmp_path / "broken.mid").write_bytes(b"MThd\0\0\0\6garbage")
    (tmp_path / "empty.mid").write_bytes(b"")
    midi_file.write(tmp_path / "silent.mid", a_clip(length=4.0))
    for name in ("missing.mid", "broken.mid", "empty.mid", "silent.mid"):
        assert run("vary", tmp_path / name, "--out", tmp_path / "out") == 2
        assert capsys.readouterr().err.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_an_out_folder_that_can_not_be_made(tune: Path, tmp_path: Path, capsys) -> None:
    (tmp_path / "file").write_text("in the way")
    assert run("vary", tune, "--out", tmp_path / "file" / "out", "--engine", "rules") == 2
    assert "choose another" in capsys.readouterr().err


def test_infill_asks_where(tune: Path, capsys) -> None:
    assert run("infill", tune) == 2
    assert "--region" in capsys.readouterr().err


def test_analyse_tells_what_a_clip_is(tune: Path, tmp_path: Path, capsys) -> None:
    assert run("analyse", tune, "--json", "--picture", tmp_path / "tune.svg") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["key"] == "A minor"
    assert told["role"] == "melody"
    assert told["metre"] == "4/4"
    assert len(told["keys"]) > 1
    assert all(len(chord) == 3 for chord in told["chords"])
    assert (tmp_path / "tune.svg").read_text(encoding="utf-8").startswith("<svg")
    assert run("analyse", tune) == 0
    assert "A minor" in capsys.readouterr().out


def test_score_compares_two_files(tune: Path, tmp_path: Path, capsys) -> None:
    midi_file.write(tmp_path / "other.mid", a_clip(a_note(69, 0, 0.5), role="melody"))
    assert run("score", tune, tune, "--json") == 0
    assert json.loads(capsys.readouterr().out)["similarity"] == 1
    assert run("score", tune, tmp_path / "other.mid", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["similarity"] == pytest.approx(2 / 22)
    assert 0 <= told["originality"] <= 1


def test_engines_are_listed(capsys) -> None:
    assert run("engines", "--json") == 0
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)["engines"]}
    assert rows["rules"]["available"] is True
    assert "vary" in rows["rules"]["tasks"]
    assert all("reason" in row for row in rows.values() if not row["available"])
    assert run("engines") == 0


def test_the_demo_goes_the_whole_road(tmp_path: Path, capsys) -> None:
    assert run("demo", "--out", tmp_path) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "lead-1.mid",
        "lead-1.svg",
        "lead-2.mid",
        "lead-3.mid",
        "lead-4.mid",
    ]
    prompt = midi_file.read(Path(__file__).parents[2] / "bridge/examples/lead.mid")
    assert prompt.notes not in [midi_file.read(tmp_path / f"lead-{number}.mid").notes for number in range(1, 5)]
    assert (tmp_path / "lead-1.svg").read_text(encoding="utf-8").count("<rect") > 5 * 20


def test_doctor_finds_nothing_wrong(capsys, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert run("doctor") == 0
    told = capsys.readouterr().out
    assert "BAD" not in told
    assert "rules" in told


def test_device_writes_the_file_and_says_where_it_goes(tmp_path: Path, capsys) -> None:
    assert run("device", "--out", tmp_path) == 0
    assert (tmp_path / "Clipkin.amxd").read_bytes()[:4] == b"ampf"
    assert "Live 11.1" in capsys.readouterr().out


def test_every_command_explains_itself(capfd) -> None:
    commands = next(action.choices for action in build_parser()._actions if hasattr(action.choices, "keys"))
    for name in commands:
        assert run(name, "--help") == 0
        assert "usage:" in capfd.readouterr().out


def test_files_are_varied_within_the_promise(tune: Path, tmp_path: Path, capsys) -> None:
    from models.generator import Report, Variation

    told = made(capsys, "vary", tune, "--out", tmp_path, "--range", "C3:C5", "--scale", "A harmonic minor")
    before = midi_file.read(tune)
    for row in told["variations"]:
        after = midi_file.read(row["file"])
        kept = tuple(before.notes.index(note) if note in before.notes else None for note in after.notes)
        variation = Variation(after, 0, kept, Report(0.0))
        assert not violations(Request(prompts=(before,), range=(60, 84)), variation, "melody")


def chords_file(tmp_path: Path) -> Path:
    midi_file.write(tmp_path / "chords.mid", some_chords())
    return tmp_path / "chords.mid"


def told_by(capsys, *words: object) -> dict:
    assert run(*words, "--json") == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    "words", [["--preset", "lofi"], ["--style", "drop2", "--extensions", "7"], ["--lock", "top", "--style", "shell"]]
)
def test_voice_keeps_the_harmony(words, tmp_path: Path, capsys) -> None:
    told = told_by(capsys, "voice", chords_file(tmp_path), "--out", tmp_path, "--count", 2, *words)
    assert [row["measures"]["content"] for row in told["variations"]] == [1.0] * len(told["variations"])
    assert told["variations"]


def test_harmonise_puts_chords_under_a_melody(tune: Path, tmp_path: Path, capsys) -> None:
    told = told_by(capsys, "harmonise", tune, "--out", tmp_path, "--count", 2)
    for row in told["variations"]:
        assert row["measures"]["chord_tones"] > 0.5
        assert midi_file.read(row["file"]).length == 16


def test_reharmonise_replaces_chords(tmp_path: Path, capsys) -> None:
    told = told_by(capsys, "reharmonise", chords_file(tmp_path), "--out", tmp_path, "--similarity", 0.5, "--count", 1)
    assert told["variations"][0]["measures"]["chord_similarity"] < 1


def test_accompany_fits_a_bass_to_a_scene(tune: Path, tmp_path: Path, capsys) -> None:
    midi_file.write(tmp_path / "beat.mid", a_beat())
    words = ("--role", "bass", "--style", "root", "--seed", 1, "--out", tmp_path)
    told = told_by(capsys, "accompany", tune, tmp_path / "beat.mid", *words)
    # A walking bass, say, keeps its own time; most figures are locked to the kick.
    shares = sorted(row["measures"]["shared_onsets"] for row in told["variations"])
    assert shares[len(shares) // 2] >= 0.6


def test_arrange_writes_sections_and_a_song(tune: Path, tmp_path: Path, capsys) -> None:
    midi_file.write(tmp_path / "beat.mid", a_beat())
    told = told_by(
        capsys, "arrange", tune, chords_file(tmp_path), tmp_path / "beat.mid", "--bars", 32, "--out", tmp_path / "song"
    )
    assert Path(told["song"]).name == "song.mid"
    assert all(Path(section["file"]).exists() for section in told["sections"])
    assert told["density_agreement"] >= 0.6  # half of every part stays whatever the section wants
    assert run("arrange", tune, "--plan", "polka") == 2
    assert "polka" in capsys.readouterr().err
