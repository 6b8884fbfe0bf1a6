"""``python -m models.training ENGINE --data DIR``: train an engine, then export its weights and card."""

from __future__ import annotations

import argparse
import signal
import sys
from importlib import import_module
from pathlib import Path

from models.music.errors import ClipkinError

TABLES = {
    "progressions": "models.training.progressions",
    "originality": "models.training.judging.originality",
    "ranking": "models.training.judging.ranking",
}
"""What is counted rather than trained has commands of its own."""

CLASSICS = ("lstm", "vae", "rnn", "gan")
"""Small engines that share the loop, each with material of its own."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command; 0 when all went well, 2 with a sentence when it can't."""
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        if arguments and arguments[0] in TABLES:
            return int(import_module(TABLES[arguments[0]]).main(arguments[1:]))
        chosen = _parser().parse_args(arguments)
        # Either loads torch.
        room = "models.training.classics" if chosen.engine in CLASSICS else "models.training"
        import_module(f"{room}.session").run(chosen)
    except ClipkinError as error:
        print(error.sentence, file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m models.training", description=__doc__)
    parser.add_argument("engine", help="what to train, for example kin")
    parser.add_argument("--data", type=Path, default=None, metavar="DIR", help="folder of the packed corpora")
    parser.add_argument("--profile", default=None, choices=("small", "full", "tiny"))
    parser.add_argument("--minutes", type=float, default=None, help="how long; 90, or 3 to adapt")
    parser.add_argument(
        "--clock",
        default="wall",
        choices=("wall", "cpu"),
        help="cpu: minutes that the processor gave, to compare runs on a busy machine",
    )
    parser.add_argument("--resume", action="store_true", help="go on where the last run stopped")
    parser.add_argument("--further", action="store_true", help="begin with the shipped weights")
    parser.add_argument(
        "--synthetic",
        type=float,
        default=0.0,
        metavar="SHARE",
        help="how much of bass, chords and drums is grown by rule, 0 to 0.5",
    )
    parser.add_argument("--adapt", type=Path, default=None, metavar="FOLDER", help="learn from your own .mid files")
    parser.add_argument("--name", default=None, help="name of the adapted engine")
    parser.add_argument("--out", type=Path, default=None, metavar="DIR", help="where weights and card go")
    parser.add_argument("--runs", type=Path, default=Path("runs"), metavar="DIR", help="where checkpoints go")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    return parser


def stop_well_when_told() -> None:
    """A request to end is Ctrl-C, also for a run in the background, where a shell lets Ctrl-C be ignored."""
    for told in (signal.SIGINT, signal.SIGTERM):
        signal.signal(told, signal.default_int_handler)


if __name__ == "__main__":
    stop_well_when_told()
    sys.exit(main())
