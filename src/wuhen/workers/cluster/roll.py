"""Which services give jobs to the same replicas, and how many each has there, so that each knows its part."""

import time
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["ALONE", "Others", "Roll"]

GONE_SECONDS = 5.0
"""After which a service that says nothing counts as gone."""


@dataclass(frozen=True, slots=True)
class Others:
    """The services beside one's own.

    Attributes
    ----------
    services : int
        How many there are.
    jobs : int
        How many jobs they have under way together.
    """

    services: int = 0
    jobs: int = 0

    def leave(self, places: int) -> int:
        """Return how many of so many places are one's own: what others leave, or as many as each may claim.

        So a service that is busy alone has all places, and services that are all busy have the same each, as
        soon as the jobs have ended that one had beyond its part.
        """
        return max(places - self.jobs, places // (self.services + 1), min(places, 1))


ALONE = Others()


class Roll:
    """Where services say every second how many jobs they have, and are told of the others; one for all.

    Parameters
    ----------
    clock : callable
        Tells seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._heard: dict[str, tuple[float, int]] = {}

    def note(self, service: str, jobs: int) -> Others:
        """Note what a service says, and return what the others have said lately.

        Parameters
        ----------
        service : str
            Which; no other has the same name.
        jobs : int
            How many it has under way.
        """
        now = self._clock()
        self._heard[service] = now, jobs
        self._heard = {name: heard for name, heard in self._heard.items() if now - heard[0] < GONE_SECONDS}
        others = [count for name, (_, count) in self._heard.items() if name != service]
        return Others(len(others), sum(others))
