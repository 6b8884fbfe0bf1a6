"""One request, every road: command line, panel and wire ask for the same, and the same seed gives the same notes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bridge.client.client import Client
from bridge.command_line.main import build_parser, main
from bridge.command_line.request import to_request
from bridge.server.serve import Server
from bridge.translation.notes import to_wire
from gui.state.wish import Wish
from models import midi_file
from models.generator import Locks, Request
from models.studio import Studio
from models.tasks.table import TABLE, TASKS
from tests.strategies import a_bass_line, a_beat, a_tune, some_chords

CLIPS = {"tune.mid": a_tune(), "bass.mid": a_bass_line(), "chords.mid": some_chords(), "beat.mid": a_beat()}
ASKED: dict[str, tuple[list[str], str, dict, str]] = {
    "vary": (
        ["tune.mid", "--similarity", "0.6", "--lock", "rhythm", "--region", "0:8"],
        "",
        {"similarity": 0.6, "locks": Locks(rhythm=True), "region": (0.0, 8.0)},
        "rules",
    ),
    "infill": (["tune.mid", "--region", "4:8", "--similarity", "0.7"], "", {"region": (4.0, 8.0)}, "rules"),
    "continue": (["tune.mid", "--bars", "2", "--density", "high"], "", {"bars": 2, "density": "high"}, "rules"),
    "humanise": (["tune.mid", "--lock", "pitch"], "", {"locks": Locks(pitch=True)}, "rules"),
    "morph": (["tune.mid", "bass.mid"], "bass.mid", {}, "vae"),
    "generate": (["--role", "chords", "--bars", "8"], "", {"part": "chords", "bars": 8}, "harmony"),
    "voice": (["chords.mid", "--style", "drop2", "--extensions", "9"], "", {"style": "drop2 9"}, "auto"),
    "harmonise": (["tune.mid", "--temperature", "1.5"], "", {"temperature": 1.5}, "auto"),
    "reharmonise": (["chords.mid", "--similarity", "0.5"], "", {"similarity": 0.5}, "auto"),
    "accompany": (
        ["chords.mid", "beat.mid", "--role", "bass", "--style", "funk"],
        "",
        {"part": "bass", "style": "funk"},
        "auto",
    ),
    "drums": (
        ["beat.mid", "--make", "fill", "--style", "funk", "--lock", "lane:36"],
        "",
        {"style": "fill funk", "locks": Locks.parse("lane:36")},
        "auto",
    ),
    "arrange": (
        ["chords.mid", "beat.mid", "--plan", "house", "--bars", "16"],
        "",
        {"style": "house", "bars": 16},
        "rules",
    ),
}
"""For each task: the command line, the second clip, the panel's controls, the engine."""


@pytest.fixture(scope="module")
def studio() -> Studio:
    return Studio(patient=True)


@pytest.fixture(scope="module")
def client(studio, tmp_path_factory):
    folder = tmp_path_factory.mktemp("server")
    with Server(0, studio, folder=folder) as server, Client.connect(server.port, folder=folder) as connected:
        yield connected


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    for name, clip in CLIPS.items():
        midi_file.write(tmp_path / name, clip)
    return {name: tmp_path / name for name in CLIPS}


def by_command(task: str, files: dict[str, Path], out: Path, studio: Studio, monkeypatch, seed: int) -> Request:
    """What the command line asks of the studio; its files are in ``out``."""
    requests = []

    class Listening:
        def __init__(self, **_: object) -> None:
            self.chosen = studio.chosen

        def generate(self, request, *others):
            requests.append(request)
            return studio.generate(request, *others)

    monkeypatch.setattr("models.studio.Studio", Listening)
    words, _, _, engine = ASKED[task]
    row = TABLE[task]
    told = [task, *(str(files.get(word, word)) for word in words)]
    told += ["--seed", str(seed), "--engine", engine, "--out", str(out), "--json"]
    told += ["--scale", "A minor"] if "scale" in row.takes else []
    told += ["--steps" if task == "morph" else "--count", "3"] if "count" in row.takes else []
    assert main(told) == 0
    return requests[0]


def by_panel(task: str, files: dict[str, Path], seed: int) -> Request:
    """What the panel asks the server for."""
    words, second, controls, _ = ASKED[task]
    clips = [midi_file.read(files[word]) for word in words if word in files]
    wish = Wish(task=task, count=3, seed=seed, scale="A minor").but(**controls)
    beside = tuple(clips[TABLE[task].clips[0] :]) if TABLE[task].of_scene else ()
    prompt = clips[0] if TABLE[task].clips[0] else None
    return wish.to_request(prompt, None, midi_file.read(files[second]) if second else None, beside)


def as_files(variations, task: str, folder: Path) -> list:
    """The notes as a file keeps them."""
    found = []
    for number, variation in enumerate(variations):
        midi_file.write(folder / f"{number}.mid", variation.clip)
        found.append(midi_file.read(folder / f"{number}.mid").notes)
    return found


def test_every_task_is_asked_for():
    assert tuple(ASKED) == TASKS


@pytest.mark.parametrize("task", TASKS)
def test_the_same_request_is_asked_for_and_answered_on_every_road(task, files, studio, client, monkeypatch):
    tmp_path = files["tune.mid"].parent
    out = tmp_path / "out"
    request = by_command(task, files, out, studio, monkeypatch, 70)
    assert request == by_panel(task, files, 70)
    engine = ASKED[task][3]
    here, there = list(studio.generate(request, engine)), list(client.vary(request, engine))
    assert here
    assert [to_wire(variation.clip) for variation in there] == [to_wire(variation.clip) for variation in here]
    assert [(one.seed, one.kept, one.place) for one in there] == [(one.seed, one.kept, one.place) for one in here]
    assert [one.report.remarks for one in there] == [one.report.remarks for one in here]
    if task != "arrange":
        written = [midi_file.read(path).notes for path in sorted(out.glob("*.mid"))]
        # The wire sends each as soon as it is there, the command line writes the best first.
        assert sorted(written, key=str) == sorted(as_files(here, task, tmp_path), key=str)


@pytest.mark.parametrize("task", ["vary", "continue", "harmonise", "accompany"])
def test_a_pickup_is_one_on_every_road(task, files, studio, client):
    tune = replace(a_tune(), pickup=1.5)
    request = by_panel(task, files, 7).but(prompts=(tune,))
    if task == "accompany":
        request = request.but(prompts=(), context=(tune,))
    engine = ASKED[task][3]
    here, there = list(studio.generate(request, engine)), list(client.vary(request, engine))
    assert [one.clip for one in there] == [one.clip for one in here]
    assert {one.clip.pickup for one in there} == {0.0 if task == "continue" else 1.5}
    assert [one.clip for one in here] != [one.clip for one in studio.generate(by_panel(task, files, 7), engine)]


@pytest.mark.parametrize("task", [task for task in TASKS if task not in ("arrange", "morph")])
def test_another_seed_is_another_choice_and_each_result_can_be_made_again(task, files, studio):
    request, engine = by_panel(task, files, 5), ASKED[task][3]
    found = list(studio.generate(request, engine))
    others = [list(studio.generate(request.but(seed=seed), engine)) for seed in (91, 92, 93)]
    assert any([one.clip.notes for one in found] != [one.clip.notes for one in other] for other in others)
    for variation in found:
        again = list(studio.generate(request.but(seed=variation.seed, count=1), engine))
        assert [(one.seed, one.clip.notes) for one in again] == [(variation.seed, variation.clip.notes)]


def asked_by(*words: object) -> Request:
    """The request that a command line makes."""
    arguments = build_parser().parse_args(list(map(str, words)))
    return to_request(arguments, arguments.task)


@pytest.mark.parametrize("task", TASKS)
def test_the_command_line_begins_with_the_best_where_results_are_ranked(task, files):
    request = asked_by(task, *(files.get(word, word) for word in ASKED[task][0]))
    assert (request.seed == 0) == TABLE[task].ranked


def test_options_of_the_command_line_reach_the_request(files):
    words = ("--voices", 5, "--bass", "under", "--every", 2, "--colour", 1)
    asked = asked_by("harmonise", files["tune.mid"], *words)
    assert (asked.voices, asked.bass, asked.every, asked.temperature) == (5, "under", 2.0, 2.0)
    asked = asked_by("drums", files["beat.mid"], "--make", "busier", "--amount", 0.25)
    assert (asked.style, asked.amount) == ("busier", 0.25)


def test_voices_bass_every_and_amount_have_an_effect_over_the_wire(files, client):
    tune, chords, beat = (midi_file.read(files[name]) for name in ("tune.mid", "chords.mid", "beat.mid"))
    for request in (
        Request(task="harmonise", prompts=(tune,), count=1),
        Request(task="voice", prompts=(chords,), count=1),
        Request(task="drums", prompts=(beat,), style="busier", count=1),
    ):
        changed = {"harmonise": {"every": 8.0}, "voice": {"voices": 5}, "drums": {"amount": 0.1}}[request.task]
        before, after = (list(client.vary(each))[0].clip.notes for each in (request, request.but(**changed)))
        assert before != after


def test_a_plan_of_ones_own_is_arranged(files, tmp_path, capsys):
    plan = tmp_path / "mine.toml"
    plan.write_text('[[section]]\nname = "all"\nbars = 4\nenergy = 1.0\nchords = "keep"\n')
    assert main(["arrange", str(files["chords.mid"]), "--plan", str(plan), "--out", str(tmp_path / "song")]) == 0
    assert "Plan mine: all 4." in capsys.readouterr().out
    assert main(["arrange", str(files["chords.mid"]), "--plan", "missing.toml", "--out", str(tmp_path / "none")]) == 2
    assert "can't be read" in capsys.readouterr().err
