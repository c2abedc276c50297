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
MAX_KNOWN, MAX_ACCOUNTS = 128, 128
"""Kinds of jobs that are remembered, and accounts of each; one more takes the place of the longest unused."""

_Like: TypeAlias = tuple[str, int]
"""Action, and magnitude of the request: sizes are alike up to a factor of two."""


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

    @property
    def expected(self) -> Expected:
        return Expected(self.mean, self.mean + CAUTION * self.deviation)

    def add(self, seconds: float) -> None:
        error = seconds - self.mean
        self.mean += WEIGHT * error
        self.deviation += WEIGHT * (abs(error) - self.deviation)


class Costs:
    """Learns from jobs of the same account, action and magnitude, else from those of other accounts.

    The picture itself is opened in a worker only, so its size in bytes has to do. What a caller sends is
    much the same from one call to the next, so that its own jobs tell most. Of others, the one in the middle
    is believed, with what the size says as one of them: whoever sends small requests that take long makes
    nobody else wait for it, or be refused.
    """

    def __init__(self) -> None:
        self._known: OrderedDict[_Like, OrderedDict[str, _Measured]] = OrderedDict()

    def expect(self, account: str, action: str, size: int) -> Expected:
        """Return what a job is expected to take that was sent in `size` bytes."""
        first = FIRST_SECONDS + SECONDS_PER_BYTE * size
        like = action, size.bit_length()
        accounts = self._known.get(like)
        if accounts is None:
            return Expected(first, first)
        self._known.move_to_end(like)
        if (own := accounts.get(account)) is not None:
            accounts.move_to_end(account)
            return own.expected
        told = [measured.expected for measured in accounts.values()]
        return sorted([*told, Expected(first, first)], key=_mean)[len(told) // 2]

    def learn(self, account: str, action: str, size: int, seconds: float) -> None:
        """Note that a job took so long in its worker."""
        like = action, size.bit_length()
        accounts = self._known.setdefault(like, OrderedDict())
        if (measured := accounts.get(account)) is None:
            accounts[account] = _Measured(seconds, seconds / 2)
        else:
            measured.add(seconds)
        accounts.move_to_end(account)
        if len(accounts) > MAX_ACCOUNTS:
            accounts.popitem(last=False)
        self._known.move_to_end(like)
        if len(self._known) > MAX_KNOWN:
            self._known.popitem(last=False)


def _mean(expected: Expected) -> float:
    return expected.mean
