"""Exercises from the corpora with a share of synthetic ones among them, role by role, so that the roles keep theirs.

Offers: ``Blend``, ``checked_share``.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models.engines.kin.config import ROLES
from models.music.errors import BadValue
from models.training.datasets.batches import ROLE_SHARES, TASK_SHARES, Drawer
from models.training.datasets.examples import Example

MOST = 0.5
"""The largest share of synthetic exercises."""


def checked_share(share: float) -> float:
    """``share`` if it is one that is allowed; raises BadValue."""
    if not 0 <= share <= MOST:
        raise BadValue(f"The share of synthetic material must be 0 to {MOST:g}, not {share:g}.", field="synthetic")
    return share


class Blend:
    """Draws like a ``Drawer``; a role that the synthetic pieces lack comes from the corpora alone."""

    def __init__(self, corpora: Drawer, synthetic: Drawer, share: float) -> None:
        self.corpora, self.synthetic = corpora, synthetic
        self.share = checked_share(share)

    def draw(self, rng: np.random.Generator) -> Example:
        """The next example."""
        role = ROLES[int(rng.choice(len(ROLES), p=list(ROLE_SHARES.values())))]
        task = str(rng.choice(list(TASK_SHARES), p=list(TASK_SHARES.values())))
        if rng.random() < self.share and self.synthetic.offers(task, role):
            return replace(self.synthetic.draw(rng, task=task, role=role), synthetic=True)
        return self.corpora.draw(rng, task=task, role=role)
