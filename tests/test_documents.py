"""Documents say what is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bridge.command_line.tables import PROTOCOL, README, documents
from models.benchmarks import house

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("path", [README, PROTOCOL], ids=lambda path: path.name)
def test_the_table_of_a_document_is_current(path: Path) -> None:
    current = documents()[path]
    assert path.read_text(encoding="utf-8") == current, "write it anew: python -m bridge.command_line.tables"


def test_the_picture_of_the_house_is_current() -> None:
    page = house.PAGE.read_text(encoding="utf-8")
    assert page == house.written(page), "draw it anew: python -m models.benchmarks.house"


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "SECURITY.md",
        "bridge/PROTOCOL.md",
        "max_for_live/LIVE-PLAN.md",
    ],
)
def test_every_link_leads_somewhere(name: str) -> None:
    document = ROOT / name
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8"))
    missing = [link for link in links if not link.startswith("http") and not (document.parent / link).exists()]
    assert not missing
