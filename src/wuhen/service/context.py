"""What is known of a call, filled in by the steps of its way through the service."""

import math
import time
import uuid
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from starlette.responses import Response
from starlette.types import Receive

from wuhen import wire
from wuhen.accounts import AccountKey
from wuhen.service.arrival import Arrival
from wuhen.service.events import Events
from wuhen.service.handling import Handled
from wuhen.service.laps import Lap

__all__ = ["CallContext", "Entry", "Said", "require"]

T = TypeVar("T")


class Said(Protocol):
    """What a request says of itself, in whichever form it does."""

    @property
    def version(self) -> str:
        """Of the product that it asks."""

    @property
    def action(self) -> str:
        """What it asks for."""

    @property
    def region(self) -> str | None:
        """Where, if it says so."""

    @property
    def form(self) -> str:
        """How it was sent."""

    @property
    def secret_id(self) -> str:
        """What the key is called that it was sent with."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a request that came by a door asks for: what a `wuhen.wire.Claim` says of any other.

    Attributes
    ----------
    form : str
        The door's name.
    version, action : str
        What it asks for, in our own terms.
    secret_id : str
        What its key is called.
    region : None
        No door knows regions.
    """

    form: str
    version: str
    action: str
    secret_id: str
    region: None = None


@dataclass(slots=True)
class CallContext:
    """One call, from its head to its answer.

    The steps of `wuhen.service.pipeline` fill it in; `wuhen.service.endpoint` answers, logs and records what
    it holds in the end. What is not known yet is None.

    Attributes
    ----------
    scheme : str
        ``"http"`` or ``"https"``.
    prefix : str
        The path under which the caller finds the service.
    address : str
        Where it comes from; see `wuhen.service.addresses.neighbourhood`.
    arrival : Arrival
        Its body on the way in.
    request : wuhen.wire.HttpRequest
        The request; its body is empty until `body_received`, and again once it is read into `call`.
    language : wuhen.wire.Language
        Of an error's text.
    request_id : str
        The call's number.
    arrived, started : float
        When it came: in Unix seconds, and on the clock that durations are measured by.
    ended : float or None
        When its answer was ready, on the same clock.
    ends : float
        When its deadline is, on the same clock.
    laps : list of Lap
        The steps that were taken so far, in their order, and what they consisted of.
    body_received : bool
        Whether the body is whole.
    body_size : int
        How many bytes it has.
    body_slot : AsyncExitStack
        The place among those whose body is held before its signature is verified; let go of by `verify`, at
        the latest when the call ends.
    room : AsyncExitStack
        The room that the call takes for large pictures, until it ends.
    has_room : bool
        Whether it has any.
    door : str
        The door that it came by; empty where it came to the endpoint itself.
    claim : wuhen.wire.Claim or None
        What the request says of itself. Set by `identify`.
    entry : Entry or None
        The same of one that came by a door. Set by `enter`.
    credential : wuhen.accounts.AccountKey or None
        The key that it names. Set by `identify`.
    proven : bool
        Whether it was signed with that key, or is a bearer's. Set by `verify` or `enter`.
    call : wuhen.wire.Call or None
        What is asked for. Set by `route`.
    handled : Handled or None
        What came of it. Set by `handle`; a later step may fail all the same.
    reply : mapping or None
        The members of the answer, if no step failed and the client is still there.
    error : wuhen.wire.ApiError or None
        Why there is none.
    retry_after : int or None
        Seconds after which the call may succeed, where that is known.
    note : object
        What a door wants to know of the request when it answers.
    written : Response or None
        The answer of a door. Set by its `write`.
    answer_size : int
        How many bytes the answer has.
    events : Events or None
        The way to a caller who wants to be told how far the call is.
    """

    scheme: str
    prefix: str
    address: str
    arrival: Arrival = field(repr=False)
    request: wire.HttpRequest
    language: wire.Language
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    arrived: float = field(default_factory=time.time)
    started: float = field(default_factory=time.perf_counter)
    ended: float | None = None
    ends: float = math.inf
    laps: list[Lap] = field(default_factory=list)
    body_received: bool = False
    body_size: int = 0
    body_slot: AsyncExitStack = field(default_factory=AsyncExitStack, repr=False)
    room: AsyncExitStack = field(default_factory=AsyncExitStack, repr=False)
    has_room: bool = False
    door: str = ""
    claim: wire.Claim | None = None
    entry: Entry | None = None
    credential: AccountKey | None = None
    proven: bool = False
    call: wire.Call | None = None
    handled: Handled | None = None
    reply: Mapping[str, object] | None = field(default=None, repr=False)
    error: wire.ApiError | None = None
    retry_after: int | None = None
    note: object = field(default=None, repr=False)
    written: Response | None = field(default=None, repr=False)
    answer_size: int = 0
    events: Events | None = field(default=None, repr=False)

    @property
    def receive(self) -> Receive:
        """Where the body comes from, and the news that the client hung up (ASGI)."""
        return self.arrival.receive

    @property
    def said(self) -> Said | None:
        """What the request says of itself, whichever way it came."""
        return self.entry if self.claim is None else self.claim

    @property
    def code(self) -> str:
        """``"OK"``, an error's code, or nothing as long as there is no answer."""
        if self.error is not None:
            return self.error.code
        return "" if self.reply is None else "OK"

    @property
    def seconds(self) -> float:
        """How long the call has taken, or took."""
        return (self.ended or time.perf_counter()) - self.started

    def log_fields(self) -> dict[str, Any]:
        """Return what the call's line in the log says of it."""
        fields: dict[str, Any] = {}
        if (said := self.said) is not None:
            fields |= {"action": said.action, "form": said.form, "secret_id": said.secret_id}
        if self.body_received:
            fields["request_bytes"] = self.body_size
        if self.proven and self.credential is not None:
            fields["account"] = self.credential.account
        if self.handled is not None:
            fields |= self.handled.told
        if self.handled is not None and self.handled.facts is not None:
            fields |= self.handled.facts.log_fields()
        if self.code:
            fields["code"] = self.code
        if self.error is not None:
            fields["message"] = self.error.message(wire.Language.ENGLISH)
        return fields | {"seconds": round(self.seconds, 3)}


def require(value: T | None) -> T:
    """Return what an earlier step has set.

    Raises
    ------
    LookupError
        It has not: the steps are in the wrong order.
    """
    if value is None:
        raise LookupError("a step of the call needs what none before it has set")
    return value
