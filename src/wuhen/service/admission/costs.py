"""How long a job will take, told from those that were like it."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import TypeAlias

__all__ = ["Costs", "Expected"]

WEIGHT = 0.2
"""Of the latest job in the mean of its like."""
CAUTION = 2.0
"""Mean deviations above the mean that a job is given to end in."""
FIRST_SECONDS = 0.5
SECONDS_PER_BYTE = 1e-6
"""Before anything was measured: half a second, and a second for each megabyte that was sent."""
MAX_KNOWN = 4096
"""Kinds of jobs that are remembered; beyond, the one that was not asked for longest is forgotten."""

_Like: TypeAlias = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Expected:
    """How long a job is expected to take in a worker.

    Attributes
    ----------
    mean : float
        Seconds, on average.
    most : float
        Seconds that nearly all such jobs end in.
    """

    mean: float
    most: float


@dataclass(slots=True)
class _Measured:
    mean: float
    deviation: float

    def add(self, seconds: float) -> None:
        error = seconds - self.mean
        self.mean += WEIGHT * error
        self.deviation += WEIGHT * (abs(error) - self.deviation)


class Costs:
    """Learns from jobs of the same account, action and magnitude; else from all accounts'; else by size.

    The picture itself is opened in a worker only, so its size in bytes has to do. What a caller sends is
    much the same from one call to the next, so that its own jobs tell most.
    """

    def __init__(self) -> None:
        self._known: OrderedDict[_Like, _Measured] = OrderedDict()

    def expect(self, account: str, action: str, size: int) -> Expected:
        """Return what a job is expected to take that was sent in `size` bytes."""
        for like in _likes(account, action, size):
            if (measured := self._known.get(like)) is not None:
                self._known.move_to_end(like)
                return Expected(measured.mean, measured.mean + CAUTION * measured.deviation)
        first = FIRST_SECONDS + SECONDS_PER_BYTE * size
        return Expected(first, first)

    def learn(self, account: str, action: str, size: int, seconds: float) -> None:
        """Note that a job took so long in its worker."""
        for like in _likes(account, action, size):
            if (measured := self._known.get(like)) is None:
                self._known[like] = _Measured(seconds, seconds / 2)
            else:
                measured.add(seconds)
            self._known.move_to_end(like)
        while len(self._known) > MAX_KNOWN:
            self._known.popitem(last=False)


def _likes(account: str, action: str, size: int) -> tuple[_Like, ...]:
    """Return what a job is like, the most alike first. Sizes are alike up to a factor of two."""
    magnitude = size.bit_length()
    return (account, action, magnitude), ("", action, magnitude)
