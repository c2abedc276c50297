"""How likely a candidate is dust: many small decision trees, boosted (Friedman, 2001)."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

__all__ = ["WEIGHTS", "Forest", "open_forest"]

WEIGHTS = Path(__file__).parents[1] / "weights" / "dust.npz"


@dataclass(frozen=True, slots=True, eq=False)
class Forest:
    """Trees of at most ``n`` nodes; the first node of each is its root.

    Attributes
    ----------
    trait : (trees, n) ndarray of uint8
        Which trait a node asks for.
    limit : (trees, n) ndarray of float32
        Up to which the left branch is taken.
    branches : (trees, n, 2) ndarray of uint8
        The nodes to the left and to the right; a leaf names itself.
    value : (trees, n) ndarray of float32
        What a leaf adds to the logarithm of the odds.
    start : float
        What they all add to.
    depth : int
        Steps from a root to the farthest leaf.
    """

    trait: NDArray[np.uint8]
    limit: NDArray[np.float32]
    branches: NDArray[np.uint8]
    value: NDArray[np.float32]
    start: float
    depth: int

    def likelihood(self, traits: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how likely each candidate is dust, 0 to 1, by its traits, ``(n, traits)``."""
        rows = np.arange(len(traits))
        odds = np.full(len(traits), self.start)
        for trait, limit, branches, value in zip(
            self.trait, self.limit, self.branches, self.value, strict=True
        ):
            node = np.zeros(len(traits), np.intp)
            for _ in range(self.depth):
                right = traits[rows, trait[node]] > limit[node]
                node = branches[node, right.astype(np.intp)].astype(np.intp)
            odds += value[node]
        return np.asarray(1 / (1 + np.exp(-odds)), np.float64)


@cache
def open_forest(path: Path = WEIGHTS) -> Forest:
    """Read the trees, once."""
    with np.load(path, allow_pickle=False) as file:
        return Forest(
            file["trait"],
            file["limit"],
            file["branches"],
            file["value"],
            float(file["start"]),
            int(file["depth"]),
        )
