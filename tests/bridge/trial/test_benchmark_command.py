"""``clipkin benchmark`` and ``clipkin train``: their words go on to the module that measures or trains."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from types import ModuleType

import pytest

from bridge.command_line import main as command_line
from bridge.command_line.commands.benchmark import SUBJECTS
from models.benchmarks.figure import Figure
from tests.bridge.trial import wire_benchmark
from tests.bridge.trial.speed import benchmark as speed_benchmark


@pytest.fixture
def handed_on(monkeypatch: pytest.MonkeyPatch) -> list:
    """Instead of measuring or training, what each module would be given."""
    called: list = []
    for name in (*(module for module, _ in SUBJECTS.values()), "models.training.__main__"):
        standing_in = ModuleType(name)
        standing_in.main = lambda words, name=name: called.append((name, words))
        monkeypatch.setitem(sys.modules, name, standing_in)
    return called


@pytest.mark.parametrize("subject", SUBJECTS)
def test_words_are_handed_on_to_the_subject(handed_on: list, subject: str) -> None:
    assert command_line.main(["benchmark", subject, "--data", "DIR", "--json"]) == 0
    assert handed_on == [(SUBJECTS[subject][0], ["--data", "DIR", "--json"])]


def test_without_a_subject_wire_and_speed_are_measured(handed_on: list) -> None:
    assert command_line.main(["benchmark", "--json"]) == 0
    assert handed_on == [(SUBJECTS[name][0], ["--json"]) for name in ("wire", "speed")]


def test_training_is_given_all_words(handed_on: list) -> None:
    assert command_line.main(["train", "kin", "--data", "DIR", "--minutes", "3", "--resume"]) == 0
    assert handed_on == [("models.training.__main__", ["kin", "--data", "DIR", "--minutes", "3", "--resume"])]


@pytest.mark.parametrize("words", [["benchmark", "music"], ["benchmark"], ["train", "kin"]])
def test_what_is_not_installed_is_said_in_one_sentence(monkeypatch, capsys, words: list[str]) -> None:
    for name in [*sys.modules, *(module for module, _ in SUBJECTS.values()), "models.training.__main__"]:
        if name.startswith(
            ("models.benchmarks", "models.training", "tests.bridge.trial.speed", "tests.bridge.trial.wire")
        ):
            monkeypatch.setitem(sys.modules, name, None)
    assert command_line.main(words) == 2
    error = capsys.readouterr().err
    assert "isn't installed" in error
    assert len(error.splitlines()) == 1


def test_an_unknown_subject_is_named(capsys) -> None:
    assert command_line.main(["benchmark", "weather"]) == 2
    assert "choose one of wire, speed" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("subject", "words", "sentence"),
    [
        ("groove", ["--cards", "--data", "."], "Unrecognized arguments: --cards; see clipkin benchmark groove --help."),
        ("wire", ["--data", "."], "Unrecognized arguments"),
        ("analysis", [], "required: --data"),
        ("groove", ["--data", "nowhere"], 'there is no folder "nowhere"'),
    ],
)
def test_wrong_options_are_one_sentence(capsys, subject: str, words: list[str], sentence: str) -> None:
    assert command_line.main(["benchmark", subject, *words]) == 2
    error = capsys.readouterr().err
    assert sentence in error
    assert len(error.splitlines()) == 1


def test_help_names_every_subject(capsys) -> None:
    assert command_line.main(["benchmark", "--help"]) == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in SUBJECTS)
    for name, (module, _) in SUBJECTS.items():
        assert callable(import_module(module).main), name


def test_the_wires_rows_come_as_json(monkeypatch, capsys) -> None:
    monkeypatch.setattr(wire_benchmark, "figures", lambda: [Figure("16 notes, exact, of 5", 4, "", (5, 5))])
    assert command_line.main(["benchmark", "wire", "--json"]) == 1
    (told,) = json.loads(capsys.readouterr().out)
    assert (told["name"], told["value"], told["reached"]) == ("16 notes, exact, of 5", 4, False)


def test_figures_come_as_a_table_and_as_json(monkeypatch, capsys) -> None:
    figures = [Figure("server ready", 0.5, "s", (0, 1)), Figure("kin", 900.0, "ms", (0, 250)), Figure("plain", 2.0)]
    monkeypatch.setattr(speed_benchmark, "run_speed_benchmark", lambda peer: figures)
    assert command_line.main(["benchmark", "speed"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [("missed" in line) for line in lines if "server" in line or "kin" in line] == [False, True]
    assert command_line.main(["benchmark", "speed", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [(row["name"], row["reached"]) for row in told] == [("server ready", True), ("kin", False), ("plain", True)]


@pytest.mark.parametrize(
    ("goal", "text", "reached"),
    [((0.6, float("inf")), "≥ 0.6", True), ((3, 25), "3–25", False), ((1, 1), "1", True), ((0, 0.5), "≤ 0.5", False)],
)
def test_a_goal_is_read_as_it_is_written(goal: tuple, text: str, reached: bool) -> None:
    figure = Figure("any", 1.0, goal=goal)
    assert (figure.goal_text, figure.reached) == (text, reached)
