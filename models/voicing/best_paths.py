"""The cheapest way through a row of choices, and the cheapest ways that differ from it.

Each stage offers nodes with a cost each, each step from a node to a node of the next stage has a cost; a path takes one
node of each stage. The cheapest path comes by dynamic programming (Viterbi), on a loop by keeping the first node in
the state. Further paths are found as diverse best solutions (Batra et al., ECCV 2012): nodes that earlier paths took
cost more, and that sum is again minimised exactly.

Offers: ``Stages``, ``best_path``, ``differing_paths``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Costs = NDArray[np.int64]
Path = tuple[int, ...]


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

    def cost(self, path: Path) -> int:
        """What a path costs in all."""
        total = sum(int(costs[node]) for costs, node in zip(self.nodes, path, strict=True))
        total += sum(int(step[a, b]) for step, a, b in zip(self.steps, path, path[1:], strict=False))
        return total + (int(self.closing[path[-1], path[0]]) if self.closing is not None else 0)


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


def differing_paths(stages: Stages, count: int, unit: int, least: int) -> list[Path]:
    """Up to ``count`` paths: the cheapest, then cheap ones that differ from each before in at least ``least`` nodes.

    ``unit`` is the smallest extra cost that is tried for a node taken before; it is doubled until the path differs.
    Fewer come where the stages don't offer more.
    """
    found = [best_path(stages)]
    extra = tuple(np.zeros(len(costs), dtype=np.int64) for costs in stages.nodes)
    while len(found) < count:
        for costs, node in zip(extra, found[-1], strict=True):
            costs[node] += 1
        for power in range(9):
            path = best_path(stages, tuple(costs * (unit << power) for costs in extra))
            if all(sum(a != b for a, b in zip(path, one, strict=True)) >= least for one in found):
                break
        else:
            break
        found.append(path)
    return found
