"""A stream of events as whoever sends it sees it: slow readers, silence, and its end."""

import asyncio
import json

import pytest
from starlette.types import Message

from clock import skip
from wuhen.action import News
from wuhen.service.events import BEAT_SECONDS, MOST_WAITING, Events, wants_events
from wuhen.wire import HttpRequest


class Reader:
    """Takes what is sent, when it is let."""

    def __init__(self) -> None:
        self.reads = asyncio.Event()
        self.taken: list[Message] = []

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.body":
            await self.reads.wait()
        self.taken.append(message)

    def told(self) -> list[tuple[str, object]]:
        blocks = b"".join(message.get("body", b"") for message in self.taken).decode().split("\n\n")
        pairs = [block.split("\ndata: ") for block in blocks if block and not block.startswith(":")]
        return [(name.removeprefix("event: "), json.loads(data)) for name, data in pairs]


async def test_who_reads_slowly_is_told_the_newest_and_nothing_piles_up() -> None:
    reader = Reader()
    events = Events(reader, {})
    events.tell(News(0.0))
    await asyncio.sleep(0)
    for number in range(1, 101):
        events.tell(News(number / 100))
        events.tell(News(number / 100, 0, b"x", float(number % 40), 0.0, 1.0, 1.0))
    reader.reads.set()
    await events.end(b"{}")
    told = reader.told()
    assert [members for name, members in told if name == "progress"] == [
        {"Done": 0.0, "Candidate": 0},
        {"Done": 1.0, "Candidate": 0},
    ]
    previews = [name for name, _ in told if name == "preview"]
    assert 0 < len(previews) < MOST_WAITING
    assert told[-1] == ("result", {})
    assert [message.get("more_body") for message in reader.taken[1:]] == [True] * (len(reader.taken) - 2) + [
        False
    ]
    events.tell(News(1.0))
    await events.close()
    assert reader.told() == told


async def test_silence_is_broken_before_a_proxy_gives_up() -> None:
    reader = Reader()
    reader.reads.set()
    events = Events(reader, {})
    events.tell(News(0.0))
    for _ in range(3):
        await skip(BEAT_SECONDS + 1)
    await events.close()
    assert b"".join(message.get("body", b"") for message in reader.taken).count(b": still at it") == 3


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ("text/event-stream", True),
        ("application/json, Text/Event-Stream;q=0.01", True),
        ("text/event-stream;q=0", False),
        ("text/event-stream; charset=utf-8; Q=0.000, */*", False),
        ("*/*;text/event-stream", False),
        (",;,", False),
    ],
)
def test_a_stream_is_for_who_takes_one(accept: str, *, wanted: bool) -> None:
    request = HttpRequest("POST", headers=(("accept", accept),))
    assert wants_events(request) is wanted
