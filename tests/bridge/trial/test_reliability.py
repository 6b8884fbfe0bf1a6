"""The reliability programme: its trials in small, and the table that it writes."""

import json
import os
from importlib import import_module

import pytest

from models.benchmarks.figure import Figure
from tests.bridge.trial.reliability import (
    codec,
    damage,
    deaths,
    endurance,
    files,
    flood,
    line,
    midi_files,
    processes,
    programme,
)
from tests.bridge.trial.reliability.programme import TRIALS, Trial, main, page

TIMED = ("beside", "slowest", "ms", "median")
"""Words of the figures that say how fast this machine is just now."""

IN_SMALL = [
    pytest.param(codec, "properties", {"EXAMPLES": (300, 0)}, id="R1"),
    pytest.param(codec, "mutants", {"MUTANTS": (3_000, 0)}, id="R2"),
    pytest.param(flood, "flood", {"DATAGRAMS": (4_000, 0), "FIRST": 4_000}, id="R3"),
    pytest.param(line, "losses", {"SIZES": (0, 25), "MANY": 200, "SESSIONS": 7}, id="R4"),
    pytest.param(endurance, "leaks", {"REQUESTS": (110, 0), "WARM_UP": 20}, id="R6"),
    pytest.param(deaths, "kills", {"KILLS": (1, 0), "NOTES": 500}, id="R7"),
    pytest.param(endurance, "twins", {"TWINS": (8, 0)}, id="R9"),
    pytest.param(files, "full_disk", {}, id="R12", marks=pytest.mark.skipif(os.name == "nt", reason="no such limit")),
    pytest.param(damage, "bad_weights", {"COUNTS": ((4, 4), (0, 0))}, id="R13"),
    pytest.param(files, "settings", {"KILLS": (2, 0)}, id="R14"),
    pytest.param(midi_files, "readers", {}, id="R17"),
    pytest.param(midi_files, "mutated_files", {"FILES": (150, 0)}, id="R2-files"),
]


@pytest.mark.parametrize(("module", "function", "sizes"), IN_SMALL)
def test_a_trial_passes_in_small(monkeypatch, module, function, sizes):
    for name, value in sizes.items():
        monkeypatch.setattr(module, name, value)
    figures = list(getattr(module, function)(False))
    missed = [one for one in figures if not one.reached and not any(word in f"{one.name} {one.unit}" for word in TIMED)]
    assert figures
    assert not missed


BOUND = "import socket\nwith socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one: one.bind(('127.0.0.1', 0))"


@pytest.mark.skipif(os.name == "nt", reason="no such limit")
@pytest.mark.parametrize("preexec", [None, files.no_room])
def test_the_record_of_sockets_disturbs_no_process(tmp_path, preexec):
    record = tmp_path / "sockets.txt"
    code = processes._WATCH.format(record=str(record)) + BOUND
    assert processes.ended(("-W", "error", "-c", code), tmp_path, preexec) == (0, "")
    assert (record.read_text().split()[1:] if record.exists() else []) == ["socket.bind", "127.0.0.1"] * (not preexec)


def test_every_trial_of_the_facts_but_the_persons_is_there():
    assert list(dict.fromkeys(trial.name for trial in TRIALS)) == [f"R{number}" for number in range(1, 20)]
    for trial in TRIALS:
        if trial.module.startswith("bridge"):
            assert callable(getattr(import_module(trial.module), trial.function))


@pytest.fixture
def two_trials(monkeypatch):
    monkeypatch.setattr(programme, "watch_sockets", lambda: None)
    monkeypatch.setattr(
        programme, "TRIALS", (Trial("R1", "good", __name__, "good"), Trial("R2", "bad", __name__, "bad"))
    )


def good(long):
    yield Figure(f"R1 {'long' if long else 'short'}", 2.0, "s", (0, 5))


def bad(long):
    del long
    yield Figure("R2 first", 1.0, "", (0, 0))
    raise OSError("no more")


def test_what_misses_and_what_breaks_off_is_told_and_ends_in_1(two_trials, capsys):
    assert main(["--json", "--long"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert [(row["name"], row["reached"]) for row in told] == [
        ("R1 long", True),
        ("R2 first", False),
        ("R2 broke off: OSError: no more", False),
        ("sockets used, by kind, address and process", True),
        ("of them for another computer", True),
    ]
    assert main(["--only", "R1"]) == 0


def test_a_run_that_was_broken_off_is_taken_up_again(two_trials, tmp_path, capsys):
    kept = tmp_path / "kept.json"
    assert main(["--keep", str(kept), "--json"]) == 1
    first = json.loads(capsys.readouterr().out)
    changed = kept.read_text(encoding="utf-8").replace("R1 short", "R1 kept")
    assert "broke off" not in changed  # what went wrong is measured again
    kept.write_text(changed, encoding="utf-8")
    assert main(["--keep", str(kept), "--json"]) == 1
    again = json.loads(capsys.readouterr().out)
    assert [row["name"] for row in again] == ["R1 kept", *(row["name"] for row in first[1:])]
    assert main(["--keep", str(kept), "--only", "R1", "--long", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["name"] == "R1 long"


def test_the_page_says_when_where_and_what(two_trials, monkeypatch, tmp_path):
    monkeypatch.setattr(programme, "PAGE", tmp_path / "RELIABILITY.md")
    assert main(["--only", "R1", "--write"]) == 0
    text = (tmp_path / "RELIABILITY.md").read_text(encoding="utf-8")
    assert "| R1 short | 2 s | ≤ 5 |  |" in text
    assert "Python 3." in text
    assert "missed" in page([Figure("R9", 0.25, "×", (1, 1))], True)
