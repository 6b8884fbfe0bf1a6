"""What is installed: the product alone, and nothing in it needs what was left out."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[1]
WHEEL = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"][
    "wheel"
]
# An exclusion that begins with / is a folder or a file from the root, as in .gitignore.
LEFT_OUT = [pattern.removeprefix("/") for pattern in WHEEL["exclude"]]
FILES = [
    path.relative_to(ROOT).as_posix()
    for package in WHEEL["packages"]
    for path in sorted((ROOT / package).rglob("*"))
    if path.is_file() and "__pycache__" not in path.parts
]
INSTALLED = [
    name for name in FILES if name not in LEFT_OUT and not name.startswith(tuple(f"{place}/" for place in LEFT_OUT))
]


def test_neither_training_nor_benchmarks_nor_tests_are_installed() -> None:
    assert all((ROOT / place).exists() for place in LEFT_OUT)
    assert not [name for name in INSTALLED if {"training", "benchmarks", "trial", "tests"} & set(Path(name).parts)]
    # The patterns leave the product in.
    assert {
        "models/studio.py",
        "models/weights/kin.safetensors",
        "models/sound/TimGM6mb.sf2",
        "bridge/PROTOCOL.md",
        "gui/__main__.py",
    } <= set(INSTALLED)


def test_nothing_installed_imports_what_is_not() -> None:
    missing = tuple(place.removesuffix(".py").replace("/", ".") for place in LEFT_OUT)
    found = []
    for name in INSTALLED:
        if name.endswith(".py"):
            for node in ast.walk(ast.parse((ROOT / name).read_text(encoding="utf-8"))):
                if isinstance(node, ast.ImportFrom):
                    named = [f"{node.module}.{alias.name}" for alias in node.names]
                else:
                    named = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                found += [f"{name}: {one}" for one in named if one.startswith(missing)]
    assert not found
