"""``python tests/mutants.py [--count N] [--seed S] [--room ROOM …]``: do the tests notice when the code is wrong?

Draws mutants (a comparison turned, a number moved by one, a condition negated, ``and`` for ``or``, plus for minus, a
bound of min for max, two constants of a table exchanged), puts each into a copy of the repository and runs the tests of
its room there until the first fails. Prints how many each room's tests caught, and exits 1 below 90 %.
"""

from __future__ import annotations

import argparse
import ast
import copy
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
GOAL = 0.9
_SECONDS = 240
"""A mutant that runs longer hangs, which counts as caught."""

ROOMS: dict[str, tuple[str, tuple[str, ...]]] = {
    "music": ("models/music", ("tests/models/music", "tests/models/analysis/test_chords.py")),
    "constraints": ("models/constraints", ("tests/models/constraints", "tests/models/tasks")),
    "harmony": ("models/harmony", ("tests/models/harmony",)),
    "voicing": ("models/voicing", ("tests/models/voicing",)),
    "accompaniment": ("models/accompaniment", ("tests/models/accompaniment",)),
    "drums": ("models/drums", ("tests/models/drums",)),
    "messages": ("bridge/messages", ("tests/bridge/messages",)),
}
"""What is mutated, and the tests that should notice."""

_TURNED = {
    ast.Lt: ast.GtE, ast.GtE: ast.Lt, ast.Gt: ast.LtE, ast.LtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_SWAPPED = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Mod: ast.Mult, ast.FloorDiv: ast.Mult}
_NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}


def _changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """What one node may become, each with a word for it."""
    new = copy.deepcopy(node)
    if isinstance(new, ast.Compare) and type(new.ops[0]) in _TURNED:
        new.ops[0] = _TURNED[type(new.ops[0])]()
        yield "comparison", new
    elif isinstance(new, ast.BoolOp):
        new.op = ast.Or() if isinstance(new.op, ast.And) else ast.And()
        yield "and/or", new
    elif isinstance(new, ast.UnaryOp) and isinstance(new.op, ast.Not):
        yield "condition", new.operand
    elif isinstance(new, (ast.If, ast.IfExp)):
        new.test = ast.UnaryOp(ast.Not(), new.test)
        yield "condition", new
    elif (
        isinstance(new, ast.BinOp)
        and type(new.op) in _SWAPPED
        and not isinstance(new.left, (ast.Constant, ast.JoinedStr))
    ):
        new.op = _SWAPPED[type(new.op)]()
        yield "arithmetic", new
    elif isinstance(new, ast.Constant) and type(new.value) in (int, float):
        new.value += 1
        yield "number", new
    elif isinstance(new, ast.Name) and new.id in _NAMES and isinstance(new.ctx, ast.Load):
        new.id = _NAMES[new.id]
        yield "function", new
    elif (
        isinstance(new, (ast.Tuple, ast.List))
        and len(new.elts) > 1
        and all(isinstance(e, ast.Constant) for e in new.elts)
    ):
        new.elts[0], new.elts[-1] = new.elts[-1], new.elts[0]
        yield "order", new


def mutants_of(source: str) -> list[tuple[int, str, str]]:
    """Every mutant of a module: its line, what was changed, the mutated text."""
    tree, found = ast.parse(source), []
    hints = {id(part) for node in ast.walk(tree) for hint in _hints(node) for part in ast.walk(hint)}
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            for place, child in enumerate(value if isinstance(value, list) else [value]):
                if not isinstance(child, ast.AST) or id(child) in hints:
                    continue
                for what, new in _changes(child):
                    kept = value[place] if isinstance(value, list) else value
                    _put(parent, name, place, new)
                    text = ast.unparse(ast.fix_missing_locations(tree))
                    _put(parent, name, place, kept)
                    found.append((getattr(child, "lineno", 0), what, text))
    plain = ast.unparse(tree)
    return [mutant for mutant in found if mutant[2] != plain]


def _hints(node: ast.AST) -> Iterator[ast.AST]:
    """Annotations and slots, which mean nothing at run time."""
    for name in ("annotation", "returns", "decorator_list"):
        hint = getattr(node, name, None)
        yield from hint if isinstance(hint, list) else [hint] if hint else []


def _put(parent: ast.AST, name: str, place: int, node: ast.AST) -> None:
    value = getattr(parent, name)
    if isinstance(value, list):
        value[place] = node
    else:
        setattr(parent, name, node)


def _caught(copy_of: Path, tests: tuple[str, ...]) -> bool:
    # What hypothesis found wrong with another mutant is none of this one's.
    shutil.rmtree(copy_of / ".hypothesis", ignore_errors=True)
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    environment = {**os.environ, "PYTHONPATH": str(copy_of), "PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1"}
    try:
        run = subprocess.run(command, cwd=copy_of, env=environment, capture_output=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return True
    return run.returncode != 0


def main() -> int:
    """Run, print the table; 0 when enough were caught, 2 when tests fail without any mutant."""
    parser = argparse.ArgumentParser(prog="python tests/mutants.py", description=__doc__)
    parser.add_argument("--count", type=int, default=10, help="mutants a room (default 10)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--room", nargs="*", default=list(ROOMS), choices=list(ROOMS))
    chosen = parser.parse_args()
    rng, made, caught = random.Random(chosen.seed), 0, 0
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "copy"
        shutil.copytree(
            ROOT, place, ignore=shutil.ignore_patterns(".git", ".venv", "node_modules", "__pycache__", "docs")
        )
        for room in chosen.room:
            code, tests = ROOMS[room]
            listed = [
                (file, m) for file in sorted((ROOT / code).rglob("*.py")) for m in mutants_of(file.read_text("utf-8"))
            ]
            drawn, survived = rng.sample(listed, min(chosen.count, len(listed))), []
            if _caught(place, tests):
                print(f"{room}: its tests fail as the code is; mend them first")
                return 2
            for file, (line, what, text) in drawn:
                target = place / file.relative_to(ROOT)
                target.write_text(text, "utf-8")
                if not _caught(place, tests):
                    survived.append(file)
                    print(f"    survived: {file.relative_to(ROOT)}:{line} {what}", flush=True)
                target.write_text(file.read_text("utf-8"), "utf-8")
            made, caught = made + len(drawn), caught + len(drawn) - len(survived)
            print(
                f"{room:<15}{len(drawn):>4} of {len(listed)} mutants, {len(drawn) - len(survived)} caught", flush=True
            )
    print(f"{'all':<15}{made:>4} mutants, {caught} caught ({caught / max(made, 1):.0%})")
    return 0 if caught >= GOAL * made else 1


if __name__ == "__main__":
    sys.exit(main())
