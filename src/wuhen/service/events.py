"""Telling a caller how far a call is, as a stream of events (text/event-stream) that ends with its answer.

It is for those who ask for it. What goes wrong before anything was told is answered as any other call is;
afterwards, as what goes right, by the last event: the same envelope. So a client reads either, by its media
type. Whoever reads slowly is told less: of what was not sent yet, the newest is kept.
"""

import asyncio
import base64
import json
import re
from collections.abc import Mapping

from starlette.types import Send

from wuhen import wire
from wuhen.action import News

__all__ = ["MEDIA_TYPE", "Events", "wants_events"]

MEDIA_TYPE = "text/event-stream"
BEAT_SECONDS = 10.0
"""Between two signs of life, where there is no news: proxies give up what is silent."""
MOST_WAITING = 16
"""Previews of different holes that wait to be sent."""
_NOT_WANTED = re.compile(r"\s*q\s*=\s*0(\.0{0,3})?\s*", re.IGNORECASE)
"""By this weight a client names what it does not take (RFC 9110, 12.4.2)."""


def wants_events(head: wire.HttpRequest) -> bool:
    """Tell whether a request accepts a stream of events by name."""
    kinds = (kind.split(";") for value in head.values("Accept") for kind in value.split(","))
    named = (how for kind, *how in kinds if kind.strip().lower() == MEDIA_TYPE)
    return any(not any(map(_NOT_WANTED.fullmatch, how)) for how in named)


class Events:
    """The events of one call. It begins when there is something to tell.

    Parameters
    ----------
    send : callable
        Where the answer goes (ASGI).
    headers : mapping
        That the answer has besides.
    """

    def __init__(self, send: Send, headers: Mapping[str, str]) -> None:
        self._send = send
        self._headers = {"content-type": MEDIA_TYPE, "x-accel-buffering": "no", **headers}
        self._waiting: dict[tuple[float, ...], bytes] = {}
        self._more = asyncio.Event()
        self._over = False
        self._task: asyncio.Task[None] | None = None

    @property
    def begun(self) -> bool:
        """Whether anything was told, so that the answer has to be the last event."""
        return self._task is not None

    def tell(self, news: News) -> None:
        """Have news sent, in place of older ones of the same kind that were not sent yet. Never waits."""
        if self._over:
            return
        box = (float(news.candidate), news.left, news.top)
        which = () if news.picture is None else box
        if which in self._waiting or len(self._waiting) < MOST_WAITING:
            self._waiting.pop(which, None)
            self._waiting[which] = _write_news(news)
        self._more.set()
        if self._task is None:
            self._task = asyncio.create_task(self._send_all())

    async def end(self, payload: bytes) -> None:
        """Send the call's answer as the last event, behind what still waits."""
        self._over = True
        self._more.set()
        if self._task is not None:
            await self._task
        await self._put(_event("result", payload), more=False)

    async def close(self) -> None:
        """Send nothing more."""
        self._over = True
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _send_all(self) -> None:
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in self._headers.items()]
        await self._send({"type": "http.response.start", "status": wire.STATUS, "headers": headers})
        while not self._over or self._waiting:
            waiting, self._waiting = self._waiting, {}
            self._more.clear()
            if waiting:
                await self._put(b"".join(waiting.values()))
            if self._waiting or self._over:
                continue
            try:
                async with asyncio.timeout(BEAT_SECONDS):
                    await self._more.wait()
            except TimeoutError:
                await self._put(b": still at it\n\n")

    async def _put(self, data: bytes, *, more: bool = True) -> None:
        await self._send({"type": "http.response.body", "body": data, "more_body": more})


def _write_news(news: News) -> bytes:
    members: dict[str, object] = {"Done": round(news.done, 4), "Candidate": news.candidate}
    if news.picture is None:
        return _event("progress", _json(members))
    members |= {"Left": news.left, "Top": news.top, "Width": news.width, "Height": news.height}
    return _event("preview", _json(members | {"Image": base64.b64encode(news.picture).decode("ascii")}))


def _json(members: Mapping[str, object]) -> bytes:
    return json.dumps(members, separators=(",", ":")).encode("ascii")


def _event(name: str, data: bytes) -> bytes:
    """Return an event; its data are JSON, which has no line breaks."""
    return b"event: %s\ndata: %s\n\n" % (name.encode("ascii"), data)
