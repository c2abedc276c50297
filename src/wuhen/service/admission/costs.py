"""How long a job will take, told from those that were like it."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import NamedTuple

from wuhen.photo import Extent

__all__ = ["Costs", "Expected"]

WEIGHT = 0.2
"""Of the latest job in the mean of its like."""
CAUTION = 2.0
"""Mean deviations above the mean that a job is given to end in."""
FIRST_SECONDS = 0.5
SECONDS_PER_BYTE = 1e-6
"""Before anything was measured: half a second, and a second for each megabyte that was sent."""
FIRST_OF_PIXELS = 0.1
SECONDS_PER_PIXEL = 1e-7
"""The same where pixels are known: a second for a photo of five megapixels and its mask."""
MAX_KNOWN, MAX_ACCOUNTS = 256, 128
"""Kinds of jobs that are remembered, and accounts of each; one more takes the place of the longest unused."""


class _Like(NamedTuple):
    """What jobs are alike in: action, format, and magnitude. Sizes are alike up to a factor of two."""

    action: str
    format: str
    magnitude: int


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

    def of(self, units: float) -> "Expected":
        """Return the same for so many units of what this is for one of."""
        return Expected(self.mean * units, self.most * units)


@dataclass(slots=True)
class _Measured:
    """Seconds for each unit."""

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

    The magnitude is that of the pixels, as the files' heads say, of which a job's time is in proportion among
    its like; and these are of one format, as it takes long to write some. What a head says may be untrue. It
    is believed for as long as the account's own jobs bear it out, as that is what they are measured by. Where
    heads say nothing, or before the pictures are there, the size in bytes has to do.

    What a caller sends is much the same from one call to the next, so that its own jobs tell most. Of others,
    the one in the middle is believed, with what the size says as one of them: whoever sends small requests
    that take long makes nobody else wait for it, or be refused.
    """

    def __init__(self) -> None:
        self._known: OrderedDict[_Like, OrderedDict[str, _Measured]] = OrderedDict()

    def expect(self, account: str, action: str, size: int, extent: Extent | None = None) -> Expected:
        """Return what a job is expected to take that was sent in `size` bytes, with pictures of `extent`."""
        if extent is None:
            first = FIRST_SECONDS + SECONDS_PER_BYTE * size
            return self._expect(account, _by_size(action, size), first)
        first = FIRST_OF_PIXELS / extent.pixels + SECONDS_PER_PIXEL
        return self._expect(account, _by_extent(action, extent), first).of(extent.pixels)

    def learn(
        self, account: str, action: str, size: int, seconds: float, extent: Extent | None = None
    ) -> None:
        """Note that a job took so long in its worker."""
        self._learn(account, _by_size(action, size), seconds)
        if extent is not None:
            self._learn(account, _by_extent(action, extent), seconds / extent.pixels)

    def _expect(self, account: str, like: _Like, first: float) -> Expected:
        accounts = self._known.get(like)
        if accounts is None:
            return Expected(first, first)
        self._known.move_to_end(like)
        if (own := accounts.get(account)) is not None:
            accounts.move_to_end(account)
            return own.expected
        told = [measured.expected for measured in accounts.values()]
        return sorted([*told, Expected(first, first)], key=_mean)[len(told) // 2]

    def _learn(self, account: str, like: _Like, seconds: float) -> None:
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


def _by_size(action: str, size: int) -> _Like:
    return _Like(action, "", size.bit_length())


def _by_extent(action: str, extent: Extent) -> _Like:
    return _Like(action, extent.format, extent.pixels.bit_length())


def _mean(expected: Expected) -> float:
    return expected.mean
