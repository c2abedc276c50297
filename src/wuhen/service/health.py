"""Whether the service lives, and whether a call would succeed now."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from wuhen.service.logs import log
from wuhen.workers import Workers

__all__ = ["Check", "Health"]

FRESH_SECONDS = 1.0
"""For which what was found holds: who asks more often does not wear the disk."""
PATIENCE_SECONDS = 5.0
"""For one check; a disk that does not answer by then is missing."""

Check = Callable[[], Awaitable[None]]
"""Raises when what it looks at would let a call fail."""


class Health:
    """`/healthz`: the process answers. `/readyz`: a call would succeed now.

    `/readyz?own` looks at nothing that other services share. Where that is away, no other one could do more:
    whoever takes this one out of their balancer for it takes all out, and callers are not even told why.

    Parameters
    ----------
    workers : Workers
        Where pictures are worked on.
    checks : mapping of str to Check
        What else a call needs, by the name that is told when it is missing.
    impaired : callable, optional
        Names what is not as it should be, though calls succeed.
    shared : collection of str
        The names of those checks that fail in all services if they fail in one.
    """

    def __init__(
        self,
        workers: Workers,
        checks: Mapping[str, Check],
        impaired: Callable[[], list[str]] = list,
        *,
        shared: Collection[str] = frozenset(),
    ) -> None:
        self._workers = workers
        self._impaired = impaired
        self._shared = shared
        self._checks = [_Standing(name, check) for name, check in checks.items()]

    @property
    def parts(self) -> tuple[str, ...]:
        """The names of all that may be missing."""
        return ("workers", *(check.name for check in self._checks))

    async def alive(self, request: Request) -> Response:  # noqa: ARG002 - Starlette's signature
        """Answer while the event loop turns."""
        return JSONResponse({"status": "ok"})

    async def ready(self, request: Request) -> Response:
        """Answer 200 when a call would succeed, otherwise 503 with what is missing."""
        own = "own" in request.query_params
        if missing := await self.find_missing(own=own):
            return JSONResponse({"status": "not ready", "missing": missing}, 503)
        impaired = self._impaired()
        return JSONResponse({"status": "ready"} | ({"impaired": impaired} if impaired else {}))

    async def find_missing(self, *, own: bool = False) -> list[str]:
        """Return the names of what is missing for a call to succeed, or of that what is not shared."""
        missing = [] if self._workers.ready else ["workers"]
        checks = [check for check in self._checks if not (own and check.name in self._shared)]
        standing = await asyncio.gather(*(check.passes() for check in checks))
        return missing + [check.name for check, passes in zip(checks, standing, strict=True) if not passes]


class _Standing:
    """A check and how it went last. It is made by one at a time, however many ask."""

    def __init__(self, name: str, check: Check) -> None:
        self.name = name
        self._check = check
        self._task: asyncio.Task[bool] | None = None
        self._ended = 0.0
        self._passed = True

    async def passes(self) -> bool:
        """Return how it went just now; false as well if it takes too long."""
        loop = asyncio.get_running_loop()
        if self._task is None or (self._task.done() and loop.time() - self._ended > FRESH_SECONDS):
            self._task = loop.create_task(self._make())
        await asyncio.wait({self._task}, timeout=PATIENCE_SECONDS)
        return self._task.done() and self._task.result()

    async def _make(self) -> bool:
        try:
            await self._check()
        except Exception as error:
            if self._passed:
                log.error("not ready", missing=self.name, reason=str(error))
            self._passed = False
        else:
            if not self._passed:
                log.info("no longer missing", part=self.name)
            self._passed = True
        self._ended = asyncio.get_running_loop().time()
        return self._passed
