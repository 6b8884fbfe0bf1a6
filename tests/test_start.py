"""start.py: what it decides, without installing anything."""

from __future__ import annotations

import ast
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def start(tmp_path: Path, monkeypatch):
    found = importlib.util.spec_from_file_location("start", ROOT / "start.py")
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(module, "PYTHON", tmp_path / ".venv/bin/python")
    return module


def test_it_needs_the_standard_library_alone() -> None:
    tree = ast.parse((ROOT / "start.py").read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert names <= sys.stdlib_module_names


def test_what_is_installed_is_not_installed_again(start, monkeypatch) -> None:
    calls = []
    monkeypatch.setattr(start, "make_environment", lambda: start.VENV.mkdir(exist_ok=True) or "")
    monkeypatch.setattr(start.subprocess, "call", lambda command, **_: calls.append(command) or 0)
    assert start.install("") == ""
    assert start.install("") == ""
    assert len(calls) == 1
    assert start.install("test") == ""
    assert calls[-1][-1].endswith("[test]")
    assert start.install("") == ""


def test_a_failed_install_is_a_sentence_and_tried_again(start, monkeypatch) -> None:
    monkeypatch.setattr(start, "make_environment", lambda: start.VENV.mkdir(exist_ok=True) or "")
    monkeypatch.setattr(start.subprocess, "call", lambda *_, **__: 1)
    assert "check the network" in start.install("")
    assert "check the network" in start.install("")


def test_another_python_is_refused(start, monkeypatch, capsys) -> None:
    monkeypatch.setattr(start.sys, "version_info", (3, 9, 0))
    assert start.main(["demo"]) == 2
    assert "3.10 to 3.13" in capsys.readouterr().err


def test_packages_that_dpkg_does_not_know_are_missing(start) -> None:
    assert start.missing_packages(("no-such-package-here",)) == ("no-such-package-here",)


@pytest.mark.skipif(not (ROOT / ".venv/clipkin-installed-test").is_file(), reason="start.py has not installed here")
def test_it_hands_the_command_and_its_exit_code_on() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "start.py"), "vary", "no-such-file.mid"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "no-such-file.mid" in done.stderr
