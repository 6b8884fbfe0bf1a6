"""Pieces by rule for training: drums, bass and chords of seven kinds of music, marked "synthetic", with a seed.

They fill what the corpora lack, never enter the valid split, a benchmark or a published figure, and are at most half
of a batch (``Blend``).

Offers: ``grow``, ``SOURCE``, ``RULES``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random

import numpy as np

from models.music.beats import Metre
from models.music.clip import Role, without_overlaps
from models.music.errors import Refused
from models.music.note import Note
from models.training.datasets.sources import Piece, Track, read_packed
from models.training.synthetic.drums import BAR, drum_part
from models.training.synthetic.feel import Feel
from models.training.synthetic.labels import LABELLED, Loop, read_loops
from models.training.synthetic.parts import bass_part, chord_part
from models.training.synthetic.styles import STYLES, Style

SOURCE = "synthetic"
PIECES = 1050
BARS = (16, 16, 24, 32)
RULES = (
    "drum patterns of seven styles, decided anew at the ends of phrases, with the velocity and timing of groove's "
    "drummers; bass figures on their kicks and on the chords; chords of "
    + ", ".join(LABELLED)
    + " in voicings with the least motion"
)
"""What the model card says of them."""


def grow(folder: Path, seed: int = 0, count: int = PIECES) -> Iterator[Piece]:
    """``count`` pieces, the styles in turn; the corpora in ``folder`` lend chords and the drummers' feel."""
    chance = Random(seed)
    loops = read_loops(folder, chance)
    feel = Feel.measure(read_packed(folder, ("groove",)))
    for number in range(count):
        name = list(STYLES)[number % len(STYLES)]
        yield _piece(f"{SOURCE}/{name}-{number:04d}", STYLES[name], loops, feel, Random(f"{seed}/{number}"))


def _piece(name: str, style: Style, loops: list[Loop], feel: Feel, chance: Random) -> Piece:
    bars, swing, human = chance.choice(BARS), chance.uniform(*style.swing), chance.uniform(*style.human)
    # Half of what producers program lies on the grid.
    swing, human = (0.5, 0.0) if swing < 0.53 and chance.random() < 0.4 else (swing, human)
    drums = drum_part(style, bars, swing, human, feel, chance)
    loop, chords = _voiced(style, loops, bars, swing, chance)
    bass = bass_part(style, drums, loop, bars, swing, chance)
    parts: list[tuple[Role, list[Note]]] = [("drums", drums), ("bass", bass), ("chords", chords)]
    tracks = tuple(Track(role, _table(without_overlaps(notes, bars * BAR))) for role, notes in parts)
    return Piece(SOURCE, name, "train", float(chance.randint(*style.tempo)), Metre(), True, tracks)


def _voiced(style: Style, loops: list[Loop], bars: int, swing: float, chance: Random) -> tuple[Loop, list[Note]]:
    """A progression that the style's voicing can play, and how it plays it."""
    while True:
        loop = chance.choice(loops)
        try:
            return loop, chord_part(style, loop, bars, swing, chance)
        except Refused:
            continue  # no clear placement in the preset's range: another progression


def _table(notes: Iterable[Note]) -> np.ndarray:
    return np.array([(note.onset, note.pitch, note.duration, note.velocity) for note in notes], float).reshape(-1, 4)
