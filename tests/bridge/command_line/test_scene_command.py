"""Music to picture by command: moods where they were asked for, hits exactly there, markers, nothing written over."""

import json

import mido
import pytest

from bridge.command_line.main import main
from models import midi_file
from models.music.clip import Clip
from models.music.note import Note


@pytest.fixture
def scene(tmp_path):
    """A tune and a bass of two bars each."""
    paths = []
    for name, pitches, role in (("tune", (69, 72, 76, 74), "melody"), ("low", (45, 45, 41, 43), "bass")):
        notes = tuple(Note(pitch, 2.0 * place, 1.5) for place, pitch in enumerate(pitches))
        paths.append(str(tmp_path / f"{name}.mid"))
        midi_file.write(paths[-1], Clip(notes, 8.0, name, role=role))
    return paths


def written(scene, tmp_path, *more):
    return main(["score-scene", *scene, "--out", str(tmp_path / "out"), "--length", "12", *more])


def test_moods_and_hits_stand_where_they_were_asked_for(scene, tmp_path, capsys):
    assert written(scene, tmp_path, "--moods", "tense 0-4, hopeful 4-12", "--hits", "4 9.5", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["length_s"], told["hits_s"]) == (12.0, [4.0, 9.5])
    assert [(each["mood"], each["asked_s"]) for each in told["moods"]] == [("tense", 0.0), ("hopeful", 4.0)]
    assert all(abs(each["begins_s"] - each["asked_s"]) <= 0.5 * 60 / told["tempo"] for each in told["moods"])
    file = mido.MidiFile(told["file"])
    assert file.length == pytest.approx(12.0, abs=0.05)
    now, marks, clashes = 0.0, {}, []
    for message in file:
        now += message.time
        if message.type == "marker":
            marks[message.text] = now
        if message.type == "note_on" and message.velocity and message.channel == 9 and message.note in (49, 57):
            clashes.append(now)
    assert marks["hit 4 s"] == pytest.approx(4.0, abs=0.002)
    assert marks["hit 9.5 s"] == pytest.approx(9.5, abs=0.002)
    for hit in told["hits_s"]:
        assert min(abs(hit - clash) for clash in clashes) < 0.002


def test_the_same_again_is_another_file(scene, tmp_path, capsys):
    for _ in range(2):
        assert written(scene, tmp_path, "--moods", "calm 0-12") == 0
    first, second = sorted((tmp_path / "out").glob("scene-*.mid"))
    assert first.read_bytes() == second.read_bytes()  # nothing is drawn by chance
    assert "0.00 s  calm" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("moods", "hits", "sentence"),
    [
        ("calm 0-12", "four", 'The hits "four" are not seconds; write for example "8,24.5".'),
        ("calm", "", '"calm" is no mood with its seconds; write for example "tense 0-8".'),
        ("calm 0-12", "13", "13"),
        ("xyzzyq 0-12", "", "xyzzyq"),
    ],
)
def test_what_can_not_be_is_one_sentence_and_nothing_is_written(scene, tmp_path, capsys, moods, hits, sentence):
    assert written(scene, tmp_path, "--moods", moods, "--hits", hits) == 2
    told = capsys.readouterr().err
    assert sentence in told
    assert told.count("\n") == 1
    assert not list(tmp_path.glob("out/*"))
