"""The cheapest way through a row of choices, and the cheapest ways that differ from it.

Each stage offers nodes with a cost each, each step from a node to a node of the next stage has a cost; a path takes one
node of each stage. The cheapest path comes by dynamic programming (Viterbi), on a loop by keeping the first node in
the state. Further paths are found as diverse best solutions (Batra et al., ECCV 2012): what is like earlier paths
costs more, and that sum is again minimised exactly.

Offers: ``Stages``, ``best_path``, ``unlike_path``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Costs = NDArray[np.int64]
Path = tuple[int, ...]
Likeness = Sequence[NDArray[np.float64]]
"""For each stage how much of a whole path's likeness to an earlier one each node brings, (n,)."""

_RAISES = 12


@dataclass(frozen=True)
class Stages:
    """Costs of nodes and steps.

    nodes    for each stage an array (n,)
    steps    for each stage but the last an array (n, n of the next)
    closing  from the last stage back to the first, (n of the last, n of the first); None: no loop
    """

    nodes: tuple[Costs, ...]
    steps: tuple[Costs, ...]
    closing: Costs | None = None


def best_path(stages: Stages, extra: tuple[Costs, ...] | None = None) -> Path:
    """The cheapest path, the first of equally cheap ones; ``extra`` is added to the costs of the nodes."""
    nodes = stages.nodes if extra is None else tuple(a + b for a, b in zip(stages.nodes, extra, strict=True))
    if stages.closing is None or len(nodes) == 1:
        sums = nodes[0][None, :]  # (1, n): the first node needn't be known
    else:
        first = len(nodes[0])
        sums = np.full((first, first), np.iinfo(np.int64).max // 4)  # (first node, node)
        np.fill_diagonal(sums, nodes[0])
    back = []
    for costs, step in zip(nodes[1:], stages.steps, strict=True):
        ways = sums[:, :, None] + step[None, :, :]  # (first, node, next)
        back.append(ways.argmin(axis=1))
        sums = ways.min(axis=1) + costs
    if stages.closing is not None and len(nodes) > 1:
        sums = sums + stages.closing.T
    first, node = divmod(int(sums.argmin()), sums.shape[1])
    path = [node]
    for came_from in reversed(back):
        path.append(int(came_from[first, path[-1]]))
    return tuple(reversed(path))


def unlike_path(stages: Stages, others: Sequence[Likeness], most: Sequence[float], unit: int) -> Path:
    """The cheapest path that is at most so like each of the others as ``most`` says, or as little as a price makes it.

    The likeness of a path is the sum of its nodes' shares (0-1 in all). What is too like an other costs a price for
    each share, at first ``unit``, doubled until the path is unlike enough (Lagrangian relaxation: for its price each
    path is the cheapest).
    """
    prices = [0.0] * len(others)
    found: list[tuple[float, int, Path]] = []
    for _ in range(_RAISES):
        extra = tuple(
            np.rint(sum((price * each[at] for price, each in zip(prices, others, strict=True)), np.zeros(len(costs))))
            for at, costs in enumerate(stages.nodes)
        )
        path = best_path(stages, tuple(costs.astype(np.int64) for costs in extra))
        over = [sum(float(at[node]) for at, node in zip(each, path, strict=True)) for each in others]
        over = [alike - limit for alike, limit in zip(over, most, strict=True)]
        found.append((max((0.0, *over)), len(found), path))
        if found[-1][0] <= 0:
            break
        prices = [
            max(float(unit), 2 * price) if above > 0 else price for price, above in zip(prices, over, strict=True)
        ]
    return min(found)[2]
