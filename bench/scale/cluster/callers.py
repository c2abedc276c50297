"""Callers who call all the time, as many as there are to be at the moment."""

import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Self

from clients.raw import Caller, connect, plain, receive
from harness import Key
from scenes import Scene

__all__ = ["Answered", "Callers"]


@dataclass(frozen=True)
class Answered:
    """One answer, or that there was none."""

    sent: float
    ended: float
    code: str


@dataclass
class Callers:
    """Some who call, each again as soon as it has an answer. Use as a context manager.

    Attributes
    ----------
    port : int
        Of the service.
    key : Key
        Whose calls they are.
    scene : Scene
        What they send.
    count : int
        How many they are; it may be changed.
    answers : list of Answered
        What they got.
    """

    port: int
    key: Key
    scene: Scene
    count: int
    answers: list[Answered] = field(default_factory=list)

    def __enter__(self) -> Self:
        """Begin to call."""
        self._ended = False
        self._threads: list[threading.Thread] = []
        self.set(self.count)
        return self

    def __exit__(self, *_: object) -> None:
        """Call no more."""
        self._ended = True
        for thread in self._threads:
            thread.join(90)

    def set(self, count: int) -> None:
        """Have so many call from now on."""
        self.count = count
        for number in range(len(self._threads), count):
            self._threads.append(threading.Thread(target=self._work, args=(number,), daemon=True))
            self._threads[-1].start()

    def codes(self, since: float = 0.0) -> Counter[str]:
        """Return how often there was which answer."""
        return Counter(one.code for one in self.answers if one.ended >= since)

    def rate(self, since: float, until: float) -> float:
        """Return good answers a second in a time."""
        good = sum(one.code == "OK" and since <= one.ended < until for one in self.answers)
        return good / (until - since)

    def longest(self, since: float = 0.0) -> float:
        """Return the seconds that one of them has waited at the most."""
        return max((one.ended - one.sent for one in self.answers if one.ended >= since), default=0.0)

    def _work(self, number: int) -> None:
        parameters = self.scene.parameters()
        while not self._ended:
            if number >= self.count:
                time.sleep(0.05)
                continue
            sent = time.monotonic()
            try:
                with connect(self.port) as connection:
                    connection.sendall(bytes(plain(Caller(self.key, self.port, parameters))))
                    code = receive(connection).code
            except Exception as error:  # whatever it is, the caller has noticed it
                code = type(error).__name__
            self.answers.append(Answered(sent, time.monotonic(), code))
