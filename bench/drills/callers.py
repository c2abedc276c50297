"""Callers who call all the time, and remember every answer."""

import math
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, Self

import requests

from clients.raw import Caller, connect, plain, receive
from harness import Key, Service, eventually, wuhen
from scenes import Scene, red_square

__all__ = ["Answered", "Callers", "Place"]

IN_A_ROW = 8
"""So many good answers, one after the other, and it is over."""
RECOVERY_SECONDS = 120.0
PAUSE_SECONDS = 0.05


class Place(Protocol):
    """What is called: a service, or several as one."""

    key: Key
    entry: int

    @property
    def data(self) -> Path:
        """Where commands find its keys and records."""

    @property
    def picture(self) -> str:
        """The URL of a photo that it may download."""

    @property
    def service(self) -> Service:
        """It, as tests know one."""

    def strays(self) -> list[str]:
        """Return the names of files that nobody needs."""


@dataclass(frozen=True)
class Answered:
    """One answer, or that there was none."""

    sent: float
    ended: float
    code: str
    request_id: str = ""
    url: str | None = None


@dataclass
class Callers:
    """Three of them: one takes results as base64, one fetches them by URL, one gives its photo as URL."""

    house: Place
    scene: Scene = field(default_factory=lambda: red_square(240, 160, side=30))
    answers: list[Answered] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._ended = threading.Event()
        self._threads = [
            threading.Thread(target=self._work, args=(kind,), daemon=True)
            for kind in ("base64", "url", "named")
        ]

    def __enter__(self) -> Self:
        """Begin to call."""
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Call no more."""
        self._ended.set()
        for thread in self._threads:
            thread.join(90)

    def recovered(self, since: float) -> float:
        """Wait for a row of good answers to calls made since; return the seconds to the first of them.

        Raises
        ------
        AssertionError
            There was none for two minutes.
        """

        def row() -> Answered | None:
            begun = sorted(
                (one for one in list(self.answers) if one.sent >= since), key=lambda one: one.ended
            )
            last = begun[-IN_A_ROW:]
            good = len(last) == IN_A_ROW and all(one.code == "OK" for one in last)
            if not good:
                return None
            bad = [place for place, one in enumerate(begun) if one.code != "OK"]
            return begun[bad[-1] + 1 if bad else 0]

        first = eventually(row, seconds=RECOVERY_SECONDS)
        assert first is not None
        return max(0.0, first.ended - since)

    def codes(self, start: float, end: float) -> Counter[str]:
        """Return how often there was which answer to calls that a time touched."""
        return Counter(one.code for one in self.answers if one.ended >= start and one.sent <= end)

    def longest(self, start: float) -> float:
        """Return the longest that one of them has waited since."""
        return max((one.ended - one.sent for one in self.answers if one.ended >= start), default=0.0)

    def lost(self, since: float, until: float = math.inf) -> list[str]:
        """Return what was handed out in a time and is not there any more."""
        good = [one for one in self.answers if one.code == "OK" and since <= one.ended <= until]
        gone = [one for one in good if one.url is not None and not _served(one.url)]
        recorded = wuhen("audit", "--data-dir", str(self.house.data))
        unrecorded = [one for one in good if one.request_id not in recorded]
        told = [f"{len(gone)} results"] if gone else []
        return told + ([f"{len(unrecorded)} audit records"] if unrecorded else [])

    def _work(self, kind: str) -> None:
        named = {"InputUrl": self.house.picture, "InputImage": None}
        ways: dict[str, dict[str, Any]] = {"base64": {}, "url": {"RspImgType": "url"}, "named": named}
        while not self._ended.is_set():
            self.answers.append(self._call({**self.scene.parameters(), **ways[kind]}, keep_url=kind == "url"))
            time.sleep(PAUSE_SECONDS)

    def _call(self, parameters: dict[str, object], *, keep_url: bool) -> Answered:
        sent = time.monotonic()
        try:
            answer = self._send({name: value for name, value in parameters.items() if value is not None})
        except Exception as error:  # whatever it is, the caller has noticed it
            return Answered(sent, time.monotonic(), type(error).__name__)
        return (
            Answered(sent, time.monotonic(), *answer)
            if keep_url
            else Answered(sent, time.monotonic(), *answer[:2])
        )

    def _send(self, parameters: dict[str, object]) -> tuple[str, str, str | None]:
        port = self.house.entry
        caller = Caller(self.house.key, port, parameters)
        with connect(port) as connection:
            connection.sendall(bytes(plain(caller)))
            answer = receive(connection)
        return answer.code, answer.request_id, answer.response.get("ResultImage")


def _served(url: str) -> bool:
    answer = requests.get(url, timeout=30)
    return answer.status_code == requests.codes.ok and len(answer.content) > 0
