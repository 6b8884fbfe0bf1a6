"""``clipkin benchmark adapt``: what adapting gains and costs.

Half of the valid pieces of one source play the user: they are written as .mid files, and kin is adapted to that folder
as the command does it. Then two things are measured before and after, in nats a new note: the other half of the pieces
(the user's style; fresh pieces), and the examples of the general valid split without that source.

Offers: ``main``, ``measured``.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import torch

from models import midi_file
from models.benchmarks.figure import tell
from models.engines.kin.weights import read_network
from models.music.beats import Metre
from models.music.clip import Clip
from models.music.errors import BadValue
from models.music.note import Note
from models.training.datasets.batches import Batch, Drawer, fixed_batches
from models.training.datasets.corpus import Corpus
from models.training.datasets.pairs import mine
from models.training.datasets.sources import SHIPPED, Piece, read_packed
from models.training.kin import Loss, nats
from models.training.options import Options
from models.training.session import ADAPTING_MINUTES, learned_from, plan_of, say

UNSEEN = "pop909"
"""A source that kin was not trained on: the nearest there is to a stranger's clips."""
_MOST_CLIPS = 40
_EXAMPLES = 40


def main(arguments: Sequence[str]) -> None:
    """The command."""
    options = Options("benchmark adapt", __doc__, json=True)
    options.add_argument("--source", default=UNSEEN, help="whose valid pieces play the user")
    options.add_argument("--minutes", type=float, default=ADAPTING_MINUTES)
    options.add_argument("--clock", default="wall", choices=("wall", "cpu"))
    chosen = options.parse_args(arguments)
    torch.set_num_threads(1)
    torch.manual_seed(0)
    tell(measured(chosen.data, chosen.source, chosen.minutes, chosen.clock), as_json=chosen.json)


def measured(data: Path, source: str, minutes: float, clock: str = "wall") -> list[dict]:
    """Adapt to one half of a source's valid pieces; a row for the other half, and one for all other sources."""
    pieces = [piece for piece in read_packed(data, (source,)) if piece.split == "valid"]
    if len(pieces) < 2:
        raise BadValue(
            f'The source "{source}" has too few pieces in valid to play the user; choose another.', field="source"
        )
    own, others = pieces[0::2][:_MOST_CLIPS], pieces[1::2]
    unlike = read_packed(data, tuple(name for name in SHIPPED if name != source))
    asked = {
        f"{len(others)} fresh pieces of {source}": _examples(others),
        "all other sources": _examples(piece for piece in unlike if piece.split == "valid"),
    }
    network = read_network("kin")
    model = Loss(network.config)
    model.network.load_state_dict(network.state_dict())
    before = {name: nats(model, batches)["all"] for name, batches in asked.items()}
    with tempfile.TemporaryDirectory() as folder:
        clips = Path(folder) / "clips"
        write_clips(own, clips)
        run, _ = learned_from(clips, plan_of(Path(folder) / "run", minutes, clock), 0, say)
    model.load_state_dict(run.best)
    after = {name: nats(model, batches)["all"] for name, batches in asked.items()}
    told = {"clips": len(own), "minutes": run.minutes, "cpu minutes": run.cpu_minutes}
    return [
        {"music": name, "before": old, "after": after[name], "change": after[name] / old - 1, **told}
        for name, old in before.items()
    ]


def _examples(pieces: Iterator[Piece] | Sequence[Piece]) -> list[Batch]:
    corpus = Corpus.build(replace(piece, split="valid") for piece in pieces)
    return fixed_batches(Drawer(corpus, mine(corpus), valid=True), 2048, examples_a_kind=_EXAMPLES, seed=0)


def write_clips(pieces: Sequence[Piece], folder: Path) -> None:
    """Each piece as a .mid file, a track for each of its parts."""
    folder.mkdir(parents=True)
    for number, piece in enumerate(pieces):
        metre, clips = piece.metre or Metre(), []
        for track in piece.tracks:
            if not track.labels:
                notes = tuple(Note(int(row[1]), row[0], row[2], max(1, int(row[3]))) for row in track.notes.tolist())
                length = metre.bars(max(note.end for note in notes)) * metre.bar
                tempo = piece.tempo or 120.0
                clips.append(Clip(notes, length, tempo=tempo, metre=metre, role=track.role, name=track.role))
        midi_file.write(folder / f"{number:03}.mid", clips)
