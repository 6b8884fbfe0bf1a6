"""What the command line writes and tells: nothing over a file that was there, the best first, figures that mean
something.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import mido
import pytest
from rich.cells import cell_len

from bridge.command_line.main import build_parser, main
from bridge.command_line.request import to_request
from models import midi_file
from models.harmony import progressions
from models.music.clip import Clip
from models.music.note import Note
from tests.strategies import a_beat, a_tune, some_chords


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the commands run: three clips lie there, and what is printed has 80 columns."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    for name, clip in {"tune": a_tune(), "beat": a_beat(), "chords": some_chords()}.items():
        midi_file.write(Path(f"{name}.mid"), clip)
    return tmp_path


def on(pitch: int, time: int = 0) -> mido.Message:
    return mido.Message("note_on", note=pitch, time=time)


def off(pitch: int, time: int = 0) -> mido.Message:
    return mido.Message("note_off", note=pitch, time=time)


def told(capsys, *words: object) -> dict:
    assert main([*map(str, words), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("where", [["--out", "tune.mid"], ["--out", "tune.mid/x"], ["--picture", "tune.mid/x.svg"]])
@pytest.mark.parametrize("command", ["vary", "arrange"])
def test_a_place_that_can_not_be_written_is_found_before_a_clip_is_read(command, where, folder, capsys) -> None:
    assert main([command, "missing.mid", *where]) == 2
    assert "can't be written; choose another" in capsys.readouterr().err


def test_a_picture_that_is_there_stays(folder, capsys) -> None:
    Path("mine.svg").write_text("mine")
    for command in (["vary", "tune.mid", "--engine", "rules"], ["analyse", "tune.mid"], ["arrange", "tune.mid"]):
        assert main([*command, "--picture", "mine.svg"]) == 2
        assert "is there already" in capsys.readouterr().err
    assert Path("mine.svg").read_text() == "mine"
    assert not list(folder.glob("tune-*"))


def test_the_same_commands_again_lose_nothing(folder, capsys) -> None:
    def run() -> None:
        for words in (["arrange", "tune.mid", "--bars", "16"], ["vary", "beat.mid"], ["drums", "beat.mid"]):
            told(capsys, *words, "--engine", "rules", "--out", "out")

    run()
    first = {path: path.read_bytes() for path in Path("out").iterdir()}
    run()
    assert all(path.read_bytes() == data for path, data in first.items())
    assert (Path("out") / "song-2" / "song.mid").exists()


def test_examples_are_written_once_and_never_over_another_file(folder, capsys) -> None:
    assert main(["examples", "--out", "clips"]) == 0
    assert main(["examples", "--out", "clips"]) == 0
    (Path("clips") / "lead.mid").write_bytes(b"mine")
    (Path("clips") / "beat.mid").unlink()
    assert main(["examples", "--out", "clips"]) == 2
    assert (Path("clips") / "lead.mid").read_bytes() == b"mine"
    assert not (Path("clips") / "beat.mid").exists()


def test_a_device_that_is_there_is_not_written_over(folder, capsys) -> None:
    Path("Clipkin.amxd").write_bytes(b"mine")
    assert main(["device"]) == 2
    assert Path("Clipkin.amxd").read_bytes() == b"mine"


def test_results_come_best_first(folder, capsys) -> None:
    rows = told(capsys, "vary", "tune.mid", "--engine", "rules", "--count", 5, "--seed", 3)["variations"]
    scores = [row["score"] for row in rows]
    assert scores == sorted(scores, reverse=True)
    assert [Path(row["file"]).name for row in rows] == [f"tune-{number}.mid" for number in range(1, 6)]


def test_each_result_carries_a_seed_that_makes_it_again(folder, capsys) -> None:
    for words in (["vary", "tune.mid"], ["voice", "chords.mid"], ["accompany", "tune.mid", "--role", "bass"]):
        engine = ["--engine", "rules"] if words[0] == "vary" else []
        for row in told(capsys, *words, *engine, "--count", 2, "--seed", 11)["variations"]:
            again = told(capsys, *words, *engine, "--count", 1, "--seed", row["seed"])["variations"][0]
            assert Path(again["file"]).read_bytes() == Path(row["file"]).read_bytes()


@pytest.mark.parametrize(
    ("words", "without"),
    [
        (["vary", "tune.mid", "--engine", "rules"], ()),
        (["vary", "beat.mid", "--engine", "rules"], ("in scale", "begins")),
        (["continue", "tune.mid", "--engine", "rules"], ("similar", "kept")),
        (["harmonise", "tune.mid", "--scale", "off"], ("similar", "kept", "score", "in scale")),
        (["vary", "a-tune-with-a-longer-name-as-exports-have.mid", "--engine", "rules"], ("begins",)),
        (["vary", "这是一个很长的文件名字用来测试.mid", "--engine", "rules"], ("begins",)),
    ],
)
def test_a_table_has_whole_words_and_no_figure_without_meaning(words, without, folder, capsys) -> None:
    for name in ("a-tune-with-a-longer-name-as-exports-have.mid", "这是一个很长的文件名字用来测试.mid"):
        midi_file.write(name, a_tune())
    assert main([*words, "--count", "2"]) == 0
    lines = capsys.readouterr().out.splitlines()
    head, *rows = lines[1:4]
    assert all(cell_len(line.rstrip()) <= 80 for line in (head, *rows))
    for number, row in enumerate(rows, 1):
        assert f"{Path(words[1]).stem}-{number}.mid".endswith(row.split()[0].lstrip("…"))
    figures = ("similar", "notes", "kept", "in scale", "score", "seed", "begins")
    assert [name for name in figures if name in head] == [name for name in figures if name not in without]


def test_what_is_said_of_the_request_is_said_of_no_file(folder, capsys) -> None:
    assert main(["vary", "tune.mid", "--engine", "rules", "--style", "house bogus", "--count", "4", "--seed", "5"]) == 0
    out = capsys.readouterr().out
    assert "\nNot known to vary, and so passed by: bogus." in out


def test_score_says_of_two_files_what_the_report_said(folder, capsys) -> None:
    for name in ("beat", "tune", "chords"):
        for row in told(capsys, "vary", f"{name}.mid", "--engine", "rules", "--count", 2, "--seed", 5)["variations"]:
            again = told(capsys, "score", f"{name}.mid", row["file"])
            for figure in ("similarity", "score", "originality"):
                assert again[figure] == pytest.approx(row[figure], abs=1e-4)


def test_a_scene_whose_clips_disagree_is_told_so(folder, capsys) -> None:
    scale = (63, 65, 67, 68, 70, 72, 74, 75, 74, 72, 70, 67)
    midi_file.write("flat.mid", Clip(tuple(Note(p, n, 0.9) for n, p in enumerate(scale)), 12.0, "flat", tempo=140))
    remarks = told(capsys, "arrange", "tune.mid", "flat.mid", "--engine", "rules", "--bars", 16)["remarks"]
    assert any("Tempos differ" in remark and "song is at 120" in remark for remark in remarks)
    assert any("Keys clash" in remark and '"flat" by' in remark for remark in remarks)
    assert any("don't meet" in remark for remark in remarks)
    words = ("arrange", "tune.mid", "flat.mid", "--engine", "rules", "--bars", 16, "--clashes", "match")
    remarks = told(capsys, *words)["remarks"]
    assert all(any(said in remark for remark in remarks) for said in ("match moved", "match cut", "song is at 120"))
    remarks = told(capsys, "arrange", "tune.mid", "--engine", "rules", "--bars", 16)["remarks"]
    assert not any(word in remark for remark in remarks for word in ("differ", "clash", "meet"))


def test_the_doctor_says_what_a_command_says(folder, capsys, monkeypatch) -> None:
    monkeypatch.setattr(progressions, "WEIGHTS", folder / "nowhere.npz")
    monkeypatch.setenv("XDG_DATA_HOME", str(folder))
    progressions.progressions.cache_clear()
    try:
        assert main(["harmonise", "tune.mid"]) == 2
        sentence = capsys.readouterr().err.strip()
        assert main(["doctor"]) == 1
        assert sentence in capsys.readouterr().out
    finally:
        progressions.progressions.cache_clear()


def test_chords_over_a_pickup_begin_with_the_first_whole_bar(folder, capsys) -> None:
    marks = [mido.MetaMessage("time_signature", numerator=1), mido.MetaMessage("time_signature", time=480)]
    notes = [message for _ in range(8) for message in (on(60), off(60, time=480))]
    mido.MidiFile(type=0, tracks=[mido.MidiTrack([marks[0], on(60), marks[1], off(60), *notes])]).save("pickup.mid")
    arguments = build_parser().parse_args(["vary", "pickup.mid", "--chords", "C | F"])
    assert [chord[:2] for chord in to_request(arguments, "vary").chords] == [(0.0, 5.0), (5.0, 4.0)]


def test_help_is_there_at_once() -> None:
    code = "import sys; from bridge.command_line.main import build_parser; build_parser().format_help()\n"
    told = subprocess.run(
        [sys.executable, "-c", code + "print([name for name in ('numpy', 'torch', 'mido') if name in sys.modules])"],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3],
    )
    assert told.stdout.strip() == "[]"
