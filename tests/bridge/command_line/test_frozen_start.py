"""The beginning of the built program: a command line, and a stand-in for Python's ``-m``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def started(*arguments):
    # The built program has its rooms inside; here they are found beside it.
    code = (
        f"import sys, runpy; sys.argv = ['clipkin', *{arguments!r}]; "
        "runpy.run_path('installer/clipkin.py', run_name='__main__')"
    )
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)


def test_it_is_the_command_line():
    done = started("analyse", "bridge/examples/lead.mid", "--json")
    assert done.returncode == 0
    assert '"key"' in done.stdout


@pytest.mark.parametrize(
    ("module", "says"), [("gui", "python -m gui"), ("gui.hearing", "clipkin play"), ("bridge.command_line", "clipkin")]
)
def test_it_starts_what_clipkin_starts_as_processes(module, says):
    done = started("-m", module, "--help")
    assert done.returncode == 0
    assert says in done.stdout


def test_bad_input_keeps_its_exit_code():
    done = started("analyse", "nothing.mid")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


def test_every_module_that_is_started_by_name_is_packed():
    spec = (ROOT / "installer/clipkin.spec").read_text(encoding="utf-8")
    assert "collect_submodules(room)" in spec
    assert all(f'"{room}"' in spec for room in ("bridge", "gui", "models", "max_for_live"))
