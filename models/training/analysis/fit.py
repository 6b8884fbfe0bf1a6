"""``python -m models.training.analysis.fit --data DIR``: fit the models of keys, chords and roles.

Each is a small network of one hidden layer; those of keys and chords share their weights over the twelve roots: what is
looked at is turned until the candidate's root is 0, so a transposed clip gets the transposed answer. Everything is
drawn from the train split with one seed.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from models.training.analysis.fit_chords import fit_chords
from models.training.analysis.fit_keys import fit_keys
from models.training.analysis.fit_roles import fit_roles


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit all three, or those named."""
    parser = argparse.ArgumentParser(prog="python -m models.training.analysis.fit", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder of the packed corpora")
    parser.add_argument("what", nargs="*", default=["keys", "chords", "roles"], help="keys, chords, roles")
    chosen = parser.parse_args(arguments)
    for name, fit in (("keys", fit_keys), ("chords", fit_chords), ("roles", fit_roles)):
        if name in chosen.what:
            fit(chosen.data)


if __name__ == "__main__":
    main()
