"""The documents' tables, written from what the code says: ``python -m bridge.command_line.tables``.

Offers: ``engine_table`` (the README's), ``task_table`` (PROTOCOL.md's), ``with_table`` (a document with its table).
"""

from pathlib import Path

from models.generator import EngineCard
from models.studio import Studio
from models.tasks.table import CONTROLS, TABLE

ROOT = Path(__file__).parents[2]
README, PROTOCOL = ROOT / "README.md", ROOT / "bridge" / "PROTOCOL.md"

_KEYS = {
    "region": "region_start, region_end",
    "selected": "clip/selected",
    "scale": "scale_root, scale_mask",
    "range": "range_low, range_high",
    "metre": "numerator, denominator",
    "plan": "",
}
"""What the wire calls a control where it has another name; "" for one that doesn't travel."""
_READS = {
    "clip": "one clip",
    "pair": "two clips",
    "slot": "none",
    "neighbours": "none or one clip, and `context`",
    "scene": "one clip, and `context`",
}

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
            told = [f"{name}: {value:.3g}" for name, value in card.figures.items() if name.startswith(HEADLINES)]
            figures = "; ".join(each for each in told if "drawn point:" not in each) or "–"
            size = f"{card.parameters:,}" if card.parameters else "–"
            trained = f"{card.minutes:.0f} min" if card.minutes else "–"
            can = f"{', '.join(card.tasks)} | {', '.join(card.roles)}"
            rows.append(f"| `{card.name}` | {card.use} | {can} | {size} | {trained} | {figures} |")
    return "\n".join(rows)


def task_table() -> str:
    """A row for each task: what it reads, which keys of a start have an effect, what it keeps, its style words."""
    rows = ["| task | gives | reads | has an effect | keeps the locks | style words |", "|---|---|---|---|---|---|"]
    for task, row in TABLE.items():
        keys = [_KEYS.get(name, name) for name in CONTROLS if name in row.takes]
        limits = {name: " ".join(words) for name, words in row.only.items()}
        with_words = f" (with {limits['locks']})" if "locks" in limits else ""
        locks = [", ".join(row.locks) + with_words] if row.locks else []
        # The words of no menu come behind the others, without the pitches.
        more = {kind: [word for word in kind.more if not word.isdecimal() or kind.kind != "lane"] for kind in row.words}
        words = [f"{kind.kind}: {', '.join((*kind.shown, *more[kind]))}" for kind in row.words]
        only = [f"{name} with {needed}" for name, needed in limits.items() if name != "locks"]
        effect = ", ".join(filter(None, keys)) + (f"; {', '.join(only)} only" if only else "")
        kept = ", ".join(locks + (["lanes"] if row.keeps_lanes else [])) or "none"
        rows.append(
            f"| {task} | {row.sentence} | {_READS[row.reads]} | {effect} | {kept} | {'; '.join(words) or 'none'} |"
        )
    return "\n".join(rows)


def with_table(document: str, name: str, table: str) -> str:
    """The document with the table between its two marks."""
    begin = f"<!-- {name}: written by `python -m bridge.command_line.tables`; do not edit -->"
    end = f"<!-- end of {name} -->"
    before, _, rest = document.partition(begin)
    _, _, after = rest.partition(end)
    return f"{before}{begin}\n{table}\n{end}{after}"


def documents() -> dict[Path, str]:
    """Every document that has a table, as it should be."""
    tables = {README: ("engines", engine_table(Studio().engines())), PROTOCOL: ("tasks", task_table())}
    return {path: with_table(path.read_text(encoding="utf-8"), *table) for path, table in tables.items()}


if __name__ == "__main__":
    for path, text in documents().items():
        path.write_text(text, encoding="utf-8")
