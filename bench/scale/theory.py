"""What queueing theory says of the simplest cases: the simulation and the model are held to it."""

import math

__all__ = ["mean_wait", "mean_wait_of_one", "share_that_waits", "wait_quantile"]


def share_that_waits(places: int, busy: float) -> float:
    """Return the share of calls that find all places taken (Erlang's C).

    Parameters
    ----------
    places : int
        Jobs that run at a time, at least 1.
    busy : float
        The share of the places that is taken on average, from 0 to below 1.
    """
    load = places * busy
    blocked = 1.0
    for number in range(1, places + 1):  # Erlang's B, which needs no factorials this way
        blocked = load * blocked / (number + load * blocked)
    return blocked / (1 - busy * (1 - blocked))


def mean_wait(places: int, busy: float, seconds: float) -> float:
    """Return the seconds that calls wait on average before several places (M/M/c).

    Parameters
    ----------
    places, busy
        As for `share_that_waits`.
    seconds : float
        What a job takes on average, exponentially distributed.
    """
    return share_that_waits(places, busy) * seconds / (places * (1 - busy))


def wait_quantile(places: int, busy: float, seconds: float, part: float) -> float:
    """Return the seconds that `part` of the calls wait at the most (M/M/c); parameters as for `mean_wait`."""
    waiting = share_that_waits(places, busy)
    if waiting <= 1 - part:
        return 0.0
    return math.log(waiting / (1 - part)) * seconds / (places * (1 - busy))


def mean_wait_of_one(busy: float, seconds: float, variation: float) -> float:
    """Return the seconds that calls wait on average before one place (M/G/1, Pollaczek and Khinchin).

    Parameters
    ----------
    busy : float
        The share of time that the place is taken, from 0 to below 1.
    seconds : float
        What a job takes on average.
    variation : float
        The standard deviation of that, divided by it.
    """
    return busy * seconds * (1 + variation**2) / (2 * (1 - busy))
