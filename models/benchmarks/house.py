"""The house in one picture and one table: ``python -m models.benchmarks.house`` writes both into ARCHITECTURE.md.

The floors and the order of the rooms are those of the import contracts in pyproject.toml, what a room is for is the
first sentence of its docstring, arrows are the imports that the code has. So the page can't say what isn't so.

Offers: ``picture`` (a Mermaid flow chart), ``table`` (Markdown), ``lines`` (lines of source by room), ``main``.
"""

from __future__ import annotations

import argparse
import ast
import json
import sys
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "ARCHITECTURE.md"
FLOORS = ("gui", "bridge", "models")
_DRAWN, _LISTED = ("<!-- picture -->", "<!-- end of picture -->"), ("<!-- rooms -->", "<!-- end of rooms -->")


def rooms() -> list[list[str]]:
    """The rooms of ``models``, the highest layer first; those of a layer stand beside each other."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layers = next(contract["layers"] for contract in contracts if contract.get("containers") == ["models"])
    return [[name.strip(" ()") for name in layer.split("|")] for layer in layers]


def _sources(place: Path) -> list[Path]:
    files = sorted(place.rglob("*")) if place.is_dir() else [place.with_suffix(".py")]
    return [file for file in files if file.suffix in (".py", ".js") and not {"build", "node_modules"} & set(file.parts)]


def lines(place: str) -> int:
    """Lines of source, Python and JavaScript, of a room given as a path from the root."""
    return sum(len(file.read_text(encoding="utf-8").splitlines()) for file in _sources(ROOT / place))


def purpose(place: str) -> str:
    """The first sentence of a room's docstring."""
    folder = ROOT / place
    file = folder / "__init__.py" if folder.is_dir() else folder.with_suffix(".py")
    text = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    return " ".join(text.split("\n\n")[0].split()).rstrip(".")


def arrows() -> set[tuple[str, str]]:
    """Which room of ``models`` imports which."""
    names = {name for layer in rooms() for name in layer}
    found = set()
    for room in names:
        for file in _sources(ROOT / "models" / room):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                module = node.module if isinstance(node, ast.ImportFrom) else None
                other = module.split(".")[1] if module and module.startswith("models.") else room
                found |= {(room, other)} if other in names - {room} else set()
    return found


def picture() -> str:
    """The floors and rooms as a flow chart; an arrow that a longer way tells already is left out."""
    direct = arrows()
    below: dict[str, set[str]] = {}
    for room in reversed([name for layer in rooms() for name in layer]):
        below[room] = {other for start, other in direct if start == room}
        below[room] |= {far for near in below[room] for far in below.get(near, set())}
    shown = sorted((a, b) for a, b in direct if not any((a, c) in direct and b in below[c] for c in below))
    return "\n".join(
        [
            "```mermaid",
            "flowchart TD",
            "  max_for_live -. OSC .-> bridge",
            "  gui --> bridge",
            "  bridge --> studio",
            *(f"  {start} --> {end}" for start, end in shown),
            "```",
        ]
    )


def table() -> str:
    """A row for each room, from the top down: its name and what it is for."""
    places = ["gui", "bridge", *(f"models/{name}" for layer in rooms() for name in layer), "max_for_live"]
    return "\n".join(["| room | what it is |", "|---|---|", *(f"| `{place}` | {purpose(place)} |" for place in places)])


def written(page: str) -> str:
    """The page with picture and table anew between their marks."""
    for (start, end), text in ((_DRAWN, picture()), (_LISTED, table())):
        before, _, rest = page.partition(start)
        page = f"{before}{start}\n{text}\n{end}{rest.partition(end)[2]}"
    return page


def main(arguments: list[str] | None = None) -> int:
    """Write the page, or print the lines of each room."""
    parser = argparse.ArgumentParser(prog="models.benchmarks.house", description=__doc__.splitlines()[0])
    parser.add_argument("--lines", action="store_true", help="print the lines of source by room as JSON instead")
    if parser.parse_args(arguments).lines:
        places = ["start.py", *FLOORS[:2], *(f"models/{name}" for layer in rooms() for name in layer), "max_for_live"]
        counted = {place.removesuffix(".py"): lines(place.removesuffix(".py")) for place in places}
        sys.stdout.write(
            json.dumps({**counted, "all": sum(counted.values()), "tests": lines("tests")}, indent=1) + "\n"
        )
    else:
        PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
