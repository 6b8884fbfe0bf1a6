"""Documents say what is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bridge.command_line.engine_table import README, engine_table, with_table
from models.benchmarks import house
from models.studio import Studio

ROOT = Path(__file__).parents[1]


def test_the_readmes_table_of_engines_is_current() -> None:
    document = README.read_text(encoding="utf-8")
    current = with_table(document, engine_table(Studio().engines()))
    assert document == current, "write it anew: python -m bridge.command_line.engine_table"


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
        "bridge/PROTOCOL.md",
        "max_for_live/LIVE-PLAN.md",
    ],
)
def test_every_link_leads_somewhere(name: str) -> None:
    document = ROOT / name
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8"))
    missing = [link for link in links if not link.startswith("http") and not (document.parent / link).exists()]
    assert not missing
