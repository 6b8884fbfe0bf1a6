"""``clipkin train ENGINE --data DIR``: train an engine, then export its weights and card; or fit a table."""

from __future__ import annotations

import signal
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from models.training.options import Options

TABLES = {
    "analysis": "models.training.analysis.fit",
    "listening": "models.training.analysis.listening",
    "progressions": "models.training.progressions",
    "originality": "models.training.judging.originality",
    "ranking": "models.training.judging.ranking",
}
"""What is fitted or counted, and the module that does so with options of its own."""


def main(arguments: Sequence[str]) -> None:
    """The command ``clipkin train``; raises a ClipkinError with a sentence when it can't."""
    if arguments and arguments[0] in TABLES:
        import_module(TABLES[arguments[0]]).main(arguments[1:])
        return
    chosen = _options().parse_args(arguments)
    stop_well_when_told()
    import_module("models.training.session").run(chosen)  # which loads torch


def _options() -> Options:
    options = Options("train", __doc__, data="optional")
    options.add_argument("engine", help=f"kin, lstm, vae, rnn, gan; or {', '.join(TABLES)}")
    options.add_argument("--profile", default=None, choices=("small", "full", "tiny"))
    options.add_argument("--minutes", type=float, default=None, help="how long; 90, 12 for a small engine, 3 to adapt")
    processor = "cpu: minutes that the processor gave, to compare runs on a busy machine"
    options.add_argument("--clock", default="wall", choices=("wall", "cpu"), help=processor)
    options.add_argument("--resume", action="store_true", help="go on where the last run stopped")
    options.add_argument("--further", action="store_true", help="begin with the shipped weights")
    options.add_argument("--adapt", type=Path, default=None, metavar="FOLDER", help="learn from your own .mid files")
    options.add_argument("--name", default=None, help="name of the adapted engine")
    options.add_argument("--out", type=Path, default=None, metavar="DIR", help="where weights and card go")
    options.add_argument("--runs", type=Path, default=Path("runs"), metavar="DIR", help="where checkpoints go")
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--threads", type=int, default=1)
    return options


def stop_well_when_told() -> None:
    """A request to end is Ctrl-C, also for a run in the background, where a shell lets Ctrl-C be ignored."""
    for told in (signal.SIGINT, signal.SIGTERM):
        signal.signal(told, signal.default_int_handler)
