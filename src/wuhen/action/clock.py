"""How long the steps of a job take."""

import time

from wuhen import photo

__all__ = ["Clock"]


class Clock:
    """Times the steps of a job; between them it may be called off.

    Attributes
    ----------
    laps : dict
        Seconds by the step's name; what is done several times is added up.
    """

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.perf_counter()

    @property
    def total(self) -> float:
        """Seconds of all steps so far."""
        return sum(self.laps.values())

    def lap(self, name: str) -> None:
        """Note that a step has ended, or stop here if nobody waits for the job any more."""
        photo.ask()
        now = time.perf_counter()
        self.laps[name] = round(self.laps.get(name, 0.0) + now - self._last, 4)
        self._last = now
