"""Calls as they come: what they ask for, from whom, and when, in bursts and over a day."""

import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

__all__ = ["Bursts", "Call", "Day", "Kind", "Mix", "arrive"]

Rate = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Kind:
    """Jobs that take about as long as each other.

    Attributes
    ----------
    seconds : float
        What one takes on average on one core.
    size : int
        Bytes of its request.
    share : float
        Of the calls, beside the shares of other kinds.
    """

    seconds: float
    size: int
    share: float = 1.0


@dataclass(slots=True, eq=False)
class Call:
    """A call that comes at a time.

    Attributes
    ----------
    at : float
        When it was first sent.
    account : str
        Whose it is.
    seconds : float
        What its job takes on a node of speed 1.
    size : int
        Bytes of its request.
    attempts : int
        How often it was sent.
    """

    at: float
    account: str
    seconds: float
    size: int
    attempts: int = 0


class Mix:
    """What calls ask for, and from whom they come.

    Parameters
    ----------
    kinds : sequence of Kind
        What is asked for.
    accounts : int
        How many accounts call; the n-th calls 1/n as often as the first.
    spread : float
        Jobs of a kind are distributed log-normally; the deviation of the logarithm.
    """

    def __init__(self, kinds: Sequence[Kind], *, accounts: int = 200, spread: float = 0.4) -> None:
        self._kinds, self._spread = kinds, spread
        self._shares = list(accumulate(kind.share for kind in kinds))
        self._names = [f"account {number}" for number in range(1, accounts + 1)]
        self._weights = list(accumulate(1 / number for number in range(1, accounts + 1)))

    @property
    def mean(self) -> float:
        """Seconds that a job takes on average."""
        return sum(kind.seconds * kind.share for kind in self._kinds) / self._shares[-1]

    def draw(self, at: float, draw: random.Random) -> Call:
        """Return a call that comes at a time."""
        (kind,) = draw.choices(self._kinds, cum_weights=self._shares)
        (account,) = draw.choices(self._names, cum_weights=self._weights)
        # The mean of a log-normal distribution lies half the variance above its median.
        seconds = kind.seconds * draw.lognormvariate(-(self._spread**2) / 2, self._spread)
        return Call(at, account, seconds, kind.size)


class Bursts:
    """A rate that now and then is several times as high: a Poisson process modulated by a Markov chain.

    Parameters
    ----------
    rate : float
        Calls a second on average.
    height : float
        How many times as many come in a burst as between two.
    calm, burst : float
        Seconds that either lasts on average.
    seed : int
        Of the chances when they begin.
    """

    def __init__(
        self, rate: float, *, height: float = 3.0, calm: float = 40.0, burst: float = 10.0, seed: int = 1
    ) -> None:
        self._low = rate * (calm + burst) / (calm + height * burst)
        self.highest = self._low * height
        self._lasting = calm, burst
        self._draw = random.Random(seed)
        self._until, self._high = 0.0, True

    def __call__(self, at: float) -> float:
        """Return the rate at a time; times may not go back."""
        while at >= self._until:
            self._high = not self._high
            self._until += self._draw.expovariate(1 / self._lasting[self._high])
        return self.highest if self._high else self._low


@dataclass(frozen=True)
class Day:
    """A rate that rises and falls once.

    Attributes
    ----------
    mean : float
        Calls a second on average.
    peak : float
        How many times as many come at noon, from 1 to 2.
    seconds : float
        How long the day is.
    """

    mean: float
    peak: float = 1.7
    seconds: float = 86_400.0

    @property
    def highest(self) -> float:
        """The rate at noon."""
        return self.mean * self.peak

    def __call__(self, at: float) -> float:
        """Return the rate at a time."""
        return self.mean * (1 - (self.peak - 1) * math.cos(2 * math.pi * at / self.seconds))


def arrive(rate: Rate, highest: float, seconds: float, mix: Mix, draw: random.Random) -> Iterator[Call]:
    """Yield calls at random times, by a rate that changes with time.

    Parameters
    ----------
    rate : callable
        Calls a second at a time.
    highest : float
        What the rate never exceeds.
    seconds : float
        How long calls come.
    mix : Mix
        What they are.
    draw : random.Random
        Whence all chance is taken.
    """
    at = draw.expovariate(highest)
    while at < seconds:
        if draw.random() * highest <= rate(at):
            yield mix.draw(at, draw)
        at += draw.expovariate(highest)
