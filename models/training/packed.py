"""The packed corpora: for each source a line of JSON a piece (``.jsonl``) and one table of all notes (``.npz``).

Offers: ``entries_of``, ``notes_of``, ``TICKS``.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from models.music.errors import UnreadableFile

TICKS = 480
"""Of a beat."""


def entries_of(folder: Path, source: str) -> list[dict]:
    """What is known of each piece; its tracks say which rows of the notes are theirs. Raises UnreadableFile."""
    try:
        return [json.loads(line) for line in (folder / f"{source}.jsonl").read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError) as error:
        raise _unreadable(folder, source) from error


def notes_of(folder: Path, source: str) -> np.ndarray:
    """All notes, (N, 4): onset (ticks), pitch, duration (ticks), velocity. Raises UnreadableFile."""
    try:
        notes: np.ndarray = np.load(folder / f"{source}.npz", allow_pickle=False)["notes"]
        return notes
    except (OSError, ValueError, KeyError) as error:
        raise _unreadable(folder, source) from error


def _unreadable(folder: Path, source: str) -> UnreadableFile:
    return UnreadableFile(f"The corpus {source} can't be read in {folder}; copy it there again.", field="data")
