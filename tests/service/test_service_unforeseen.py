"""What nobody foresaw is told in a code that does not send callers to the public cloud."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from wuhen.action import OWN_LIMITS
from wuhen.service.context import CallContext
from wuhen.service.endpoint import Endpoint
from wuhen.service.metrics import Metrics
from wuhen.service.recording import Recorder
from wuhen.service.reference import reference

SCOPE = {"type": "http", "scheme": "http", "method": "POST", "path": "/", "query_string": b"", "headers": []}


class Path:
    """A way of calls whose first step fails in a way of its own."""

    working: tuple[Callable[[CallContext], Awaitable[None]], ...] = ()

    def __init__(self, error: Exception) -> None:
        async def fail(_context: CallContext) -> None:
            raise error

        self.arriving = (fail,)


async def test_it_is_an_inner_error() -> None:
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        sent.append(dict(message))

    path: Any = Path(ZeroDivisionError())
    await Endpoint(path, Recorder(None), Metrics(), 10)(SCOPE, receive, send)
    response = json.loads(sent[1]["body"])["Response"]
    assert (sent[0]["status"], response["Error"]["Code"]) == (200, "FailedOperation.InnerError")
    assert "ZeroDivisionError" not in response["Error"]["Message"]


def test_no_declared_failure_is_the_code_that_the_sdks_take_for_an_outage() -> None:
    errors = reference(("ap-guangzhou",), OWN_LIMITS)["errors"]
    codes = {error["code"] for error in errors if error["answered"]}
    assert "ServiceUnavailable" in codes
    assert "InternalError" not in codes
