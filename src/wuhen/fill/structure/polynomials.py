"""Least squares for polynomials in one argument."""

import numpy as np

from wuhen.compute.compiled import inlined
from wuhen.compute.signature import Flat, Plane

__all__ = ["TERMS", "add_sample", "solve"]

#: Most terms of a polynomial.
TERMS = 5


@inlined
def add_sample(system: Plane[np.float64], size: int, u: float, v: float) -> None:
    """Add a value ``v`` at ``u`` to the normal equations of a polynomial with ``size`` terms."""
    power = 1.0
    for i in range(size):
        other = power
        for j in range(size):
            system[i, j] += other
            other *= u
        system[i, TERMS] += power * v
        power *= u


@inlined
def solve(system: Plane[np.float64], size: int, out: Flat[np.float64]) -> None:
    """Solve normal equations: float64 ``(TERMS, TERMS + 1)``, the last column of which is the right side.

    By elimination with pivots on the diagonal: they need no others. Coefficients from ``size`` on become 0.
    """
    for i in range(size):
        pivot = max(system[i, i], 1e-12)
        for row in range(i + 1, size):
            factor = system[row, i] / pivot
            for column in range(i, size):
                system[row, column] -= factor * system[i, column]
            system[row, TERMS] -= factor * system[i, TERMS]
    for i in range(size - 1, -1, -1):
        value = system[i, TERMS]
        for column in range(i + 1, size):
            value -= system[i, column] * out[column]
        out[i] = value / max(system[i, i], 1e-12)
    for i in range(size, TERMS):
        out[i] = 0
