"""The README's table of engines, written from their cards: ``python -m bridge.command_line.engine_table``.

Offers: ``engine_table`` (Markdown), ``with_table`` (a document with the table in its place).
"""

from __future__ import annotations

from pathlib import Path

from models.generator import EngineCard
from models.studio import Studio

README = Path(__file__).parents[2] / "README.md"
BEGIN = "<!-- engines: written by `python -m bridge.command_line.engine_table`; do not edit -->"
END = "<!-- end of engines -->"

HEADLINES = (
    "valid nats a note, all",
    "fewer nats than the chain",
    "notes rebuilt, F1",
    "hits rebuilt, F1",
    "morphs that rise",
    "distinct bars",
    "density, distance",
    "told from people",
)
"""How the figures begin that say at a glance what an engine reaches; its card has them all."""


def engine_table(cards: tuple[EngineCard, ...]) -> str:
    """A row for each engine that can be used."""
    rows = [
        "| engine | use it for | tasks | roles | parameters | trained | reaches, on held-out pieces |",
        "|---|---|---|---|---|---|---|",
    ]
    for card in cards:
        if card.available:
            figures = (
                "; ".join(
                    f"{name}: {value:.3g}"
                    for name, value in card.figures.items()
                    if name.startswith(HEADLINES) and not name.endswith("drawn point")
                )
                or "–"
            )
            rows.append(
                f"| `{card.name}` | {card.use} | {', '.join(card.tasks)} | {', '.join(card.roles)} | "
                f"{f'{card.parameters:,}' if card.parameters else '–'} | "
                f"{f'{card.minutes:.0f} min' if card.minutes else '–'} | {figures} |"
            )
    return "\n".join(rows)


def with_table(document: str, table: str) -> str:
    """The document with the table between its two marks."""
    before, _, rest = document.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table}\n{END}{after}"


if __name__ == "__main__":
    README.write_text(
        with_table(README.read_text(encoding="utf-8"), engine_table(Studio().engines())), encoding="utf-8"
    )
