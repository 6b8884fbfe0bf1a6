"""The words of a card: what weights were trained on, under which licences, with which soft spots.

What is said of weights or a table whatever a run reaches stands in ``kept/said.json``, by name.

Offers: ``said_of``, ``said_of_data``, ``said_of_sources``, ``said_of_machine``, ``write_card``.
"""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Collection, Mapping
from pathlib import Path

import numpy as np
import torch

from models.engines.kin.config import ROLES
from models.sampling.networks.shipped import WEIGHTS, sums_of
from models.training.datasets.corpus import COUNT, LABELS, PIECE, ROLE, SOURCE, VALID, Corpus

SAID = Path(__file__).parent / "kept" / "said.json"


def said_of(name: str) -> dict:
    """What is always said of the weights or the table of a name."""
    said: dict = json.loads(SAID.read_text(encoding="utf-8"))[name]
    return said


def _notices() -> dict[str, dict]:
    """Licence, tier, notice and full texts of every source, by name."""
    shipped: dict[str, dict] = json.loads((WEIGHTS / "notices" / "sources.json").read_text(encoding="utf-8"))
    return shipped | said_of("sources")


def said_of_data(corpus: Corpus, roles: Collection[str] = ROLES) -> dict:
    """What a card says of the sources that music of some roles was learned from, and of their licences."""
    notices = _notices()
    sources = [_source_of(corpus, name, notices.get(name, {}), roles) for name in corpus.sources]
    sources = [source for source in sources if source["notes_train"] or set(ROLES) == set(roles)]
    names = [source["source"] for source in sources]
    return {
        "licence": "GPL-3.0-or-later; the notices of the sources apply",
        "data": ", ".join(names) + ": openly licensed and public-domain music, split by piece",
        "sources": sources,
        **_texts_of([name for name in names if name in notices], notices),
    }


def said_of_sources(pieces: Mapping[str, int]) -> dict:
    """What the card of a table says of the sources that it was counted on; ``pieces``: how many of each."""
    notices = _notices()
    return {
        "licence": "GPL-3.0-or-later; the notices of the sources apply",
        "data": [
            {"source": name, "licence": notices[name]["licence"], "tier": notices[name]["tier"], "pieces": count}
            for name, count in pieces.items()
        ],
        **_texts_of(pieces, notices),
    }


def _texts_of(names: Collection[str], notices: Mapping[str, dict]) -> dict:
    files = {f"notices/{file}" for name in names for file in notices[name]["full_texts"]}
    return {"notices": [notices[name]["notice"] for name in names], "full_texts": sorted(files)}


def write_card(path: Path, card: Mapping) -> None:
    """Write a card, whole or not at all, and show its figures; with the sums of the weights beside it, if any are."""
    weights = path.with_suffix(".safetensors")
    if weights.is_file():
        card = {**card, "sha256": sums_of(weights, card["config"])}
    partial = path.with_suffix(".part")
    partial.write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    os.replace(partial, path)
    sys.stdout.writelines(f"{name:40}{value:12}\n" for name, value in card["figures"].items())


def _source_of(corpus: Corpus, name: str, notice: dict, roles: Collection[str]) -> dict:
    """One source with its licence, its pieces in each split, and its notes by role."""
    tracks = corpus.tracks[(corpus.tracks[:, SOURCE] == corpus.sources.index(name)) & (corpus.tracks[:, LABELS] == 0)]
    learned = tracks[tracks[:, VALID] == 0]
    notes = np.bincount(learned[:, ROLE], learned[:, COUNT], len(ROLES)).astype(int).tolist()
    return {
        "source": name,
        "licence": notice.get("licence", ""),
        "tier": notice.get("tier", ""),
        "pieces_train": len(np.unique(learned[:, PIECE])),
        "pieces_valid": len(np.unique(tracks[tracks[:, VALID] == 1][:, PIECE])),
        "notes_train": {role: count for role, count in zip(ROLES, notes, strict=True) if role in roles and count},
    }


def said_of_machine(seed: int, device: str) -> dict:
    """The seed, and the machine that trains, in words."""
    machine = f"one {torch.cuda.get_device_name()} GPU, bfloat16" if device == "cuda" else ""
    threads, cores = torch.get_num_threads(), os.cpu_count()
    cpu = f"CPU, {threads} thread of a shared {cores}-core {platform.machine()} machine, float32"
    return {"seed": seed, "machine": machine or cpu}
