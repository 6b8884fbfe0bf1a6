"""The form of the house: floors, sizes, names, and that documents say what is so."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FLOORS = ("models", "bridge", "gui", "max_for_live")
MOST_LINES, MOST_ENTRIES, LONGEST_FUNCTION = 300, 12, 50
NAMES_FOR_ANY_ROOM = {"utils", "util", "manager", "misc", "base", "common", "data", "process", "helpers", "core"}


def tracked(*endings: str) -> list[Path]:
    """Files of the house; generated and hidden folders aside."""
    return [
        path
        for floor in (*FLOORS, "tests")
        for path in sorted((ROOT / floor).rglob("*"))
        if path.is_file() and path.suffix in endings and not {"__pycache__", "build", "node_modules"} & set(path.parts)
    ]


SOURCES = [path for path in tracked(".py") if "tests" not in path.relative_to(ROOT).parts]


def test_the_import_contracts_are_kept() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("command", [["ruff", "check", "."], ["mypy"]], ids=["ruff", "mypy"])
def test_a_tool_finds_nothing(command: list[str]) -> None:
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_file_outgrows_its_room() -> None:
    lines = {
        path.relative_to(ROOT): len(path.read_text(encoding="utf-8").splitlines()) for path in tracked(".py", ".js")
    }
    assert [f"{path} {count}" for path, count in lines.items() if count > MOST_LINES] == []


def test_no_folder_holds_too_much() -> None:
    # weights holds no code and so is no room.
    folders = {path.parent for path in tracked(".py", ".js", ".md", ".toml", ".tsv", ".mid")}
    folders |= {parent for folder in folders for parent in folder.parents if ROOT in parent.parents}
    crowded = {}
    for folder in folders:
        entries = [
            entry
            for entry in folder.iterdir()
            if entry.name not in ("__init__.py", "__main__.py", "__pycache__", "build", "node_modules", "weights")
        ]
        if len(entries) > MOST_ENTRIES and "weights" not in folder.parts:
            crowded[str(folder.relative_to(ROOT))] = len(entries)
    assert set(crowded) <= {"models", "tests/models"}


def test_no_function_is_too_long() -> None:
    long = []
    for path in tracked(".py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > LONGEST_FUNCTION:
                    long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name} {lines}")
    assert not long


def test_an_init_holds_a_docstring_and_nothing_else() -> None:
    # That of models says, before numpy can be loaded, how many threads it may have.
    inits = [path for path in SOURCES if path.name == "__init__.py" and path != ROOT / "models" / "__init__.py"]
    bodies = {path: ast.parse(path.read_text(encoding="utf-8")).body for path in inits}
    assert [path for path, body in bodies.items() if len(body) != 1 or not isinstance(body[0], ast.Expr)] == []


def test_the_music_core_needs_the_standard_library_alone() -> None:
    foreign = set()
    for path in (ROOT / "models/music").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            else:
                continue
            foreign |= {
                name
                for name in names
                if name.split(".")[0] not in sys.stdlib_module_names and not name.startswith("models.music")
            }
    assert not foreign


def test_no_module_has_a_name_that_fits_any_room() -> None:
    assert not [path for path in SOURCES if path.stem in NAMES_FOR_ANY_ROOM]


def test_every_public_thing_says_what_it_is() -> None:
    silent = []
    for path in SOURCES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        things: list[ast.AST] = [
            tree,
            *(
                node
                for node in tree.body
                if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_")
            ),
        ]
        silent += [
            f"{path.relative_to(ROOT)} {getattr(thing, 'name', '')}" for thing in things if not ast.get_docstring(thing)
        ]  # type: ignore[arg-type]
    assert not silent


def test_the_readme_names_every_command() -> None:
    from bridge.command_line.main import build_parser

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = next(iter(action.choices for action in build_parser()._actions if hasattr(action.choices, "keys")))
    assert [name for name in commands if not re.search(rf"\b{name}\b", readme)] == []


def test_no_path_of_one_machine_is_in_the_house() -> None:
    pattern = re.compile(r"(?<![\w.])/(?:home|root|Users)/\w")
    found = [
        str(path.relative_to(ROOT))
        for path in tracked(".py", ".js", ".md", ".toml", ".json")
        if path != Path(__file__) and pattern.search(path.read_text(encoding="utf-8"))
    ]
    assert not found
