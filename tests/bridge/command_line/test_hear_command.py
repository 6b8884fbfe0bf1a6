"""``clipkin hear``, and a recording as the prompt of a task."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bridge.command_line.main import main
from models import midi_file

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def recording(tmp_path_factory):
    path = tmp_path_factory.mktemp("heard") / "lead.wav"
    assert main(["render", str(ROOT / "bridge/examples/lead.mid"), "--out", str(path)]) == 0
    return path


def test_hear_writes_a_clip_and_never_over_one(recording, tmp_path, capsys):
    for number in (1, 2):
        assert main(["hear", str(recording), "--as", "melody", "--out", str(tmp_path), "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert told["file"] == str(tmp_path / f"lead-{number}.mid")
    assert told["tempo"] == pytest.approx(118, abs=1)
    heard, played = midi_file.read(tmp_path / "lead-1.mid"), midi_file.read(ROOT / "bridge/examples/lead.mid")
    pitches = [note.pitch for note in played.notes]
    assert len(heard.notes) == pytest.approx(len(pitches), abs=2)
    assert [note.pitch for note in heard.notes][:8] == pitches[:8]


def test_a_task_takes_a_recording(recording, tmp_path, capsys):
    command = ["vary", str(recording), "--engine", "rules", "--count", "1", "--out", str(tmp_path), "--seed", "1"]
    assert main(command) == 0
    assert "tempo was heard" in capsys.readouterr().out.replace("\n", " ")
    assert midi_file.read(tmp_path / "lead-1.mid").notes


@pytest.mark.parametrize(
    ("name", "content"), [("x.wav", b"broken"), ("x.mp3", b""), ("x.txt", b"words"), ("none.flac", None)]
)
def test_what_cannot_be_heard_is_a_sentence(tmp_path, capsys, name, content):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert main(["hear", str(tmp_path / name), "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr()
    assert said.err.count("\n") == 1
    assert name in said.err
    assert not (tmp_path / "out").exists()


def test_without_the_extra_it_says_what_to_install(tmp_path):
    (tmp_path / "hum.wav").write_bytes(b"")
    code = (
        "import sys; sys.modules['soundfile'] = None; from bridge.command_line.main import main; "
        f"sys.exit(main(['hear', {str(tmp_path / 'hum.wav')!r}]))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert 'pip install "clipkin[audio]"' in done.stderr


def test_nothing_of_it_is_loaded_before_it_is_needed():
    code = (
        "import sys; import bridge.command_line.main; "
        "sys.exit(bool({'torch', 'onnxruntime', 'soundfile', 'PyQt6'} & set(sys.modules)))"
    )
    assert subprocess.call([sys.executable, "-c", code], cwd=ROOT) == 0
