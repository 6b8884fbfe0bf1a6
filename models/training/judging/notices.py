"""What the corpora's licences ask to be said, for the cards of what is counted on them.

Offers: ``notices_of``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

NOTICES = Path(__file__).parents[2] / "weights" / "notices" / "sources.json"

_POP909 = {
    "licence": "MIT",
    "tier": "B",
    "full_texts": ["pop909-LICENSE-MIT.txt"],
    "notice": "POP909, Copyright (c) 2020 Music X Lab, MIT License, https://github.com/music-x-lab/POP909-Dataset. "
    "Only the piano accompaniments were used; the songs' melodies were not.",
}
"""No engine learns from it, so the engines' notices don't have it; the originality index looks for it all the same."""


def notices_of(sources: Iterable[str]) -> dict[str, dict]:
    """For each source its licence, tier, notice and the files that hold full texts."""
    known = {"pop909": _POP909, **json.loads(NOTICES.read_text(encoding="utf-8"))}
    return {source: known[source] for source in sources}
