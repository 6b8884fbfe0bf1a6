"""``clipkin benchmark``: what is measured on the corpora runs in a process of its own, with the options handed on."""

from __future__ import annotations

import sys

import pytest

from bridge.command_line import main as command_line
from bridge.command_line.commands import benchmark


@pytest.mark.parametrize(
    ("asked", "handed_on"),
    [
        (
            ["jsb", "--data", "DIR", "--minutes", "45", "--resume", "--json"],
            ["models.benchmarks.chorales.benchmark", "--data", "DIR", "--minutes", "45.0", "--resume", "--json"],
        ),
        (["jsb", "--data", "DIR"], ["models.benchmarks.chorales.benchmark", "--data", "DIR"]),
        (
            ["adapt", "--data", "DIR", "--minutes", "2"],
            ["models.benchmarks.adapting", "--data", "DIR", "--minutes", "2.0"],
        ),
        (
            ["music", "--data", "DIR", "--pairs", "9", "--roles", "bass", "drums", "--picture", "A.svg", "--cards"],
            [
                "models.benchmarks.music.music",
                "--data",
                "DIR",
                "--pairs",
                "9",
                "--roles",
                "bass",
                "drums",
                "--cards",
                "--picture",
                "A.svg",
            ],
        ),
    ],
)
def test_options_are_handed_on(monkeypatch, asked: list[str], handed_on: list[str]) -> None:
    called = []
    monkeypatch.setattr(benchmark.subprocess, "call", lambda command: called.append(command) or 0)
    assert command_line.main(["benchmark", *asked]) == 0
    assert called == [[sys.executable, "-m", *handed_on]]


@pytest.mark.parametrize(("subject", "option"), [("music", "--minutes=3"), ("jsb", "--cards"), ("wire", "--data=DIR")])
def test_an_option_of_another_subject_is_refused(capsys, subject: str, option: str) -> None:
    assert command_line.main(["benchmark", subject, option]) == 2
    assert f"The option {option.split('=')[0]} belongs to clipkin benchmark" in capsys.readouterr().err
