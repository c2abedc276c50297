"""The way of a call: the list of its steps, and each step.

A step adds what it finds out to the context, or raises; `wire.ApiError` becomes the answer. What holds for
the whole way (deadline, hang-up, answer, logs) lies around the list, in `wuhen.service.endpoint`.
"""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TypeAlias

from wuhen import wire
from wuhen.accounts import (
    AccountKey,
    GatesAway,
    JobNumExceeded,
    KeyStore,
    RateExceeded,
    RateGate,
    StoreUnavailable,
)
from wuhen.action import (
    ACTIONS,
    CONVERT_PICTURE,
    DESCRIBE_LABELS,
    ERASE,
    FIND_REGIONS,
    PASTE_REGIONS,
    SELECT_OBJECT,
    SUBMIT_ERASE,
    apply_preset,
)
from wuhen.service.access import StoreAccess
from wuhen.service.admission import Busy, Screen
from wuhen.service.audit import Audit
from wuhen.service.body import declared_size, discard_body, may_exceed, read_body
from wuhen.service.context import CallContext, require
from wuhen.service.handling import AdmittedCall, Handlers
from wuhen.service.lobby import Lobby
from wuhen.service.room import Room
from wuhen.settings import Settings

__all__ = ["CallPath", "Step", "let_go_of_body"]

GLANCE_BYTES = 2 * 1024**2
"""Of a body that may be left unread: its client has some seconds to end it, and the answer waits there."""
SPARE_ROOM = 1
"""Calls with large pictures that are held beyond those that workers are busy with."""

_LIMITS = wire.Limits()
_LARGE = frozenset(
    action.key
    for action in (
        ERASE,
        PASTE_REGIONS,
        SUBMIT_ERASE,
        FIND_REGIONS,
        SELECT_OBJECT,
        DESCRIBE_LABELS,
        CONVERT_PICTURE,
    )
)
"""The actions that take larger pictures than the vendor's."""
_HOST = re.compile(r"(?:[0-9A-Za-z._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")

Step: TypeAlias = Callable[[CallContext], Awaitable[None]]


class CallPath:
    """The steps in their order, with what they need.

    Parameters
    ----------
    keys : KeyStore
        Who may call.
    access : StoreAccess
        The way to them.
    rate : RateGate
        How often.
    screen : Screen
        Whether there is room for one more.
    handlers : Handlers
        One for each of `ACTIONS`.
    audit : Audit
        Keeps the record of results.
    settings : Settings
        The operator's choices.

    Attributes
    ----------
    arriving : tuple of Step
        Those that are taken while the client may still be sending.
    working : tuple of Step
        Those after them, which end when the client hangs up.
    """

    def __init__(
        self,
        keys: KeyStore,
        access: StoreAccess,
        rate: RateGate,
        screen: Screen,
        handlers: Handlers,
        audit: Audit,
        settings: Settings,
    ) -> None:
        self._keys, self._access = keys, access
        self._rate, self._screen = rate, screen
        self._handlers, self._audit = handlers, audit
        self._settings = settings
        self._lobby = Lobby()
        self._large = wire.Limits(tc3_post=settings.max_body * 1024**2)
        self._room = Room(settings.most_workers + SPARE_ROOM, settings.deadline)
        self.arriving: tuple[Step, ...] = (
            self.receive_form,
            self.identify,
            self.glance,
            self.receive_body,
            self.verify,
            self.admit,
            self.route,
        )
        self.working: tuple[Step, ...] = (self.handle, self.audit)

    async def receive_form(self, context: CallContext) -> None:
        """Receive the body first where it is what names the key: a form with signature v1."""
        if context.request.header("Authorization") is None and context.request.method == "POST":
            await self.receive(context, None)
            context.language = wire.read_language(context.request)

    async def identify(self, context: CallContext) -> None:
        """Find the key that the request names. Of a stranger's request no body is kept."""
        now = time.time()
        try:
            read = partial(wire.read, context.request, now=now, limits=_LIMITS)
            # Of a form, up to a megabyte is parsed: not on the event loop.
            context.claim = await asyncio.to_thread(read) if context.body_received else read()
            context.credential = await self._find(context.claim.secret_id, now)
        except wire.ApiError:
            await self.discard(context)
            raise

    async def glance(self, context: CallContext) -> None:
        """Refuse a call for which there is no place, its body unread, if it comes from where its key is.

        To read it is most of what a refusal costs. Whoever has not shown that they hold the key is told only
        when they have: see `admit`. What comes of the body all the same is thrown away behind the answer.
        """
        key, said = require(context.credential), require(context.said)
        size = declared_size(context.request)
        if context.body_received or not 0 < size <= GLANCE_BYTES:
            return
        asked = said.version, said.action
        if asked in self._handlers and self._lobby.proven.holds(context.address, key.secret_id):
            await self._screen.check(key, asked, size, context.ends)

    async def receive_body(self, context: CallContext) -> None:
        """Receive the body of all other requests, no more of it than such a one may have."""
        if not context.body_received:
            key = require(context.credential)
            limits = self._limits(context)
            if limits is self._large and may_exceed(context.request, _LIMITS.tc3_post):
                await self.make_room(context)
            await self.receive(context, key)
            if context.claim is not None:
                context.claim = replace(context.claim, request=context.request)

    async def verify(self, context: CallContext) -> None:
        """Check that the holder of the key signed the request."""
        # Megabytes are hashed here.
        await asyncio.to_thread(wire.verify, require(context.claim), require(context.credential))
        self.prove(context)
        await context.body_slot.aclose()

    async def admit(self, context: CallContext) -> None:
        """Refuse the call if there are too many of them, as long as it has cost little.

        To read its parameters takes several times as long as all that was done for it so far.
        """
        key, said = require(context.credential), require(context.said)
        asked = said.version, said.action
        if asked not in self._handlers:
            return
        try:
            await self._rate.check(key.counted, said.action, key.rate)
            await self._screen.check(key, asked, context.body_size, context.ends)
        except (RateExceeded, JobNumExceeded, GatesAway, Busy):
            let_go_of_body(context)
            raise

    async def route(self, context: CallContext) -> None:
        """Find the action that is asked for, and check its parameters; the body has done its part then."""
        claim = require(context.claim)
        context.call = await asyncio.to_thread(wire.route, claim, ACTIONS, self._settings.regions)
        let_go_of_body(context)

    async def handle(self, context: CallContext) -> None:
        """Do what is asked for; slots of the account are the handler's business."""
        call, key = require(context.call), require(context.credential)
        if call.action.key in _LARGE and _names_url(call.parameters):
            await self.make_room(context)
        base_url = self.base_url(context)
        admitted = AdmittedCall(
            call.action.name,
            apply_preset(call.parameters, self._settings.presets),
            key,
            context.request_id,
            base_url,
            context.language,
            context.body_size,
            context.ends,
            None if context.events is None else context.events.tell,
        )
        context.handled = await self._handlers[call.action.key](admitted)

    def base_url(self, context: CallContext) -> str | None:
        """Return what a URL that leads back here begins with; None where the caller named no host for it."""
        return self._settings.public_url or _base_url(context)

    async def audit(self, context: CallContext) -> None:
        """Keep the record of a result on disk before it is handed out."""
        if (facts := require(context.handled).facts) is not None:
            for number, one in facts.results(context.request_id):
                await self._audit.note(number, require(context.credential), one)

    async def find_bearer(self, text: str) -> AccountKey | None:
        """Return the bearer key that `text` is, if it is in force.

        Raises
        ------
        ApiError
            Keys cannot be looked up.
        """
        return await self._look_up(partial(self._keys.find_bearer, text, time.time()))

    def prove(self, context: CallContext) -> None:
        """Note that who calls holds the key."""
        context.proven = True
        self._lobby.prove(context.address, require(context.credential).secret_id)
        self._room.prove(context.arrival)

    async def discard(self, context: CallContext) -> None:
        """Throw away the body of a call that is going to be refused for its head.

        Raises
        ------
        ApiError
            It is too large for any call: that comes before anything else that may be wrong.
        """
        if not context.body_received:
            await discard_body(context.receive, context.request, self._allowance(context))

    async def _find(self, secret_id: str, now: float) -> AccountKey:
        found = await self._look_up(partial(self._keys.find, secret_id, now))
        if found is None:
            raise wire.failures.SECRET_ID_NOT_FOUND()
        return found

    async def _look_up(self, find: Callable[[], AccountKey | None]) -> AccountKey | None:
        try:
            return await self._access.do(find)
        except StoreUnavailable:
            raise wire.failures.KEYS_UNREADABLE() from None

    async def receive(
        self, context: CallContext, key: AccountKey | None, allowed: wire.Allowance | None = None
    ) -> None:
        """Receive the body, in a place of the lobby.

        Parameters
        ----------
        context
            The call.
        key
            What its head names, if it does.
        allowed
            How large it may be; by default as large as such a call may be.

        Raises
        ------
        ApiError
            It is larger, comes too slowly, or finds no place.
        """
        place = self._lobby.place(context.arrival, context.address, key)
        await context.body_slot.enter_async_context(place)
        allowed = allowed or self._allowance(context)
        body = await read_body(context.receive, context.request, allowed)
        context.request, context.body_received = replace(context.request, body=body), True
        context.body_size = len(body)

    def _limits(self, context: CallContext) -> wire.Limits:
        """Return how large the request may be, by the action that its head names; a door has only our own."""
        if context.door:
            return self._large
        head = context.request
        try:
            named = head.header("X-TC-Version"), head.header("X-TC-Action")
        except wire.ApiError:
            return _LIMITS
        return self._large if named in _LARGE else _LIMITS

    def _allowance(self, context: CallContext) -> wire.Allowance:
        limits = self._limits(context)
        if context.door:
            excess = wire.failures.REQUEST_TOO_LARGE(limit=limits.tc3_post)
            return wire.Allowance(limits.tc3_post, excess)
        return wire.allowance(context.request, limits)

    async def make_room(self, context: CallContext) -> None:
        """Wait for room in memory for a call with large pictures, unless it has some; see `Room.take`."""
        if not context.has_room:
            context.has_room, key = True, require(context.credential)
            if context.proven or self._lobby.proven.holds(context.address, key.secret_id):
                await self._room.take(context.room, key)
            else:
                await self._room.take_unproven(context.room, key, context.arrival, context.address)


def let_go_of_body(context: CallContext) -> None:
    """Forget the body of a request that was read."""
    context.request = replace(context.request, body=b"")
    if context.claim is not None:
        context.claim = replace(context.claim, request=context.request)


def _names_url(parameters: Mapping[str, object]) -> bool:
    """Tell whether a picture is to be downloaded."""
    return any(
        _names_url(value) if isinstance(value, Mapping) else name.endswith("Url") and bool(value)
        for name, value in parameters.items()
    )


def _base_url(context: CallContext) -> str | None:
    """Return what a result's URL begins with; None when the caller named no host that could."""
    # tccli sends its endpoint as Host, scheme and all.
    host = (context.request.header("Host") or "").rpartition("://")[2]
    return f"{context.scheme}://{host}{context.prefix}" if _HOST.fullmatch(host) else None
