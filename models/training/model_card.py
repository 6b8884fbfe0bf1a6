"""The words of a model card: what the weights were trained on, under which licences, with which soft spots.

Offers: ``said_of``, ``said_of_data``, ``said_of_sources``, ``machine_of``, ``write_card``.
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
from models.sampling.networks.shipped import sums_of
from models.training.datasets.batches import ROLE_SHARES, SOURCE_FACTORS, TASK_SHARES
from models.training.datasets.corpus import COUNT, LABELS, PIECE, ROLE, SOURCE, VALID, Corpus

NOTICES = Path(__file__).parents[1] / "weights" / "notices" / "sources.json"

_SENTENCE = "A small transformer, trained on openly licensed music, that varies, fills in, continues and humanises."
_SOFT_SPOTS = (
    "Tiers A and A- only; pop909 (tier B, accompaniments of songs under copyright) is left out, and no comparison with "
    "it has been made, so modern piano comping is thin: chords were learned from piano music of the 19th century and "
    "from game and film music.",
    "Bass was learned from game rock and metal, from hymns, Bach, cellos and orchestras; house, trap and drum and bass "
    "are hardly in the data.",
    "The chords that the network was told while it learned are the sources' own in openewld; everywhere else our own "
    "analysis found them in all tracks together, with its mistakes. Folk tunes alone were learned without chords.",
    "Drums were learned from ten drummers on an electronic kit and from game music; programmed dance grooves are few.",
    "Velocity was learned where the source has any, micro-timing where onsets lie off the grid.",
    "simutrans: the Artistic License 1.0 is vague about anything but programs. openewld: in the public domain in the "
    "US; in countries that count 70 years from the last author's death some works are still protected. jsb: the "
    "encoding comes without a licence file. tunes: the works are in the public domain, their transcriptions come "
    "without a licence text.",
)
_NO_SYNTHETIC = "No synthetic material was used."


def said_of(corpus: Corpus, pairs: np.ndarray, seed: int, device: str) -> dict:
    """What ``kin``'s card says of the corpus and of the machine."""
    return {
        "sentence": _SENTENCE,
        **said_of_data(corpus),
        "changes_to_the_data": "note tables written on a grid of 24 steps a beat with micro-timing; doubled notes "
        "dropped; pieces with changes of metre left out; moved to the white keys, by octaves "
        "and in loudness",
        "variation_pairs": len(pairs),
        "drawn": {
            "roles": ROLE_SHARES,
            "tasks": TASK_SHARES,
            "sources": "by the 0.6th power of their size in a role, times "
            + ", ".join(f"{factor:g} ({name})" for name, factor in SOURCE_FACTORS.items()),
        },
        "soft_spots": [*_SOFT_SPOTS, _NO_SYNTHETIC],
        "seed": seed,
        "machine": machine_of(device),
    }


def said_of_data(corpus: Corpus, roles: Collection[str] = ROLES) -> dict:
    """What a card says of the sources that music of some roles was learned from, and of their licences."""
    notices = json.loads(NOTICES.read_text(encoding="utf-8"))
    sources = [_source_of(corpus, name, notices.get(name, {}), roles) for name in corpus.sources]
    sources = [source for source in sources if source["notes_train"] or set(ROLES) == set(roles)]
    names = [source["source"] for source in sources]
    return {
        "licence": "GPL-3.0-or-later; the notices of the sources apply",
        "data": ", ".join(names) + ": openly licensed and public-domain music, split by piece",
        "sources": sources,
        "notices": [notices[name]["notice"] for name in names if name in notices],
        "full_texts": sorted(
            {f"notices/{file}" for name in names for file in notices.get(name, {}).get("full_texts", ())}
        ),
    }


_POP909 = {
    "licence": "MIT",
    "tier": "B",
    "full_texts": ["pop909-LICENSE-MIT.txt"],
    "notice": "POP909, Copyright (c) 2020 Music X Lab, MIT License, https://github.com/music-x-lab/POP909-Dataset. "
    "Only the piano accompaniments were used; the songs' melodies were not.",
}
"""No engine learns from it, so the engines' notices don't have it; the originality index looks for it all the same."""


def said_of_sources(pieces: Mapping[str, int]) -> dict:
    """What the card of a table says of the sources that it was counted on; ``pieces``: how many of each."""
    notices = {"pop909": _POP909, **json.loads(NOTICES.read_text(encoding="utf-8"))}
    return {
        "licence": "GPL-3.0-or-later; the notices of the sources apply",
        "data": [
            {"source": name, "licence": notices[name]["licence"], "tier": notices[name]["tier"], "pieces": count}
            for name, count in pieces.items()
        ],
        "notices": [notices[name]["notice"] for name in pieces],
        "full_texts": sorted({f"notices/{file}" for name in pieces for file in notices[name]["full_texts"]}),
    }


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
    return {
        "source": name,
        "licence": notice.get("licence", ""),
        "tier": notice.get("tier", ""),
        "pieces_train": len(np.unique(learned[:, PIECE])),
        "pieces_valid": len(np.unique(tracks[tracks[:, VALID] == 1][:, PIECE])),
        "notes_train": {
            role: int(learned[learned[:, ROLE] == number][:, COUNT].sum())
            for number, role in enumerate(ROLES)
            if role in roles and (learned[:, ROLE] == number).any()
        },
    }


def machine_of(device: str) -> str:
    """The machine that trains, in words."""
    if device == "cuda":
        return f"one {torch.cuda.get_device_name()} GPU, bfloat16"
    return (
        f"CPU, {torch.get_num_threads()} thread of a shared {os.cpu_count()}-core {platform.machine()} machine, float32"
    )
