"""The service as one ASGI application: its routes, and what lives as long as it does."""

import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Route

from wuhen.accounts import ConcurrencyGate
from wuhen.action import (
    ACTION,
    CONVERT_PICTURE,
    DESCRIBE_LABELS,
    DRAW_MARK,
    ERASE,
    FETCH_LIMITS,
    FETCH_PICTURE,
    FIND_EFFECTS,
    FIND_REGIONS,
    OWN_LIMITS,
    PASTE_REGIONS,
    SELECT_OBJECT,
    VENDOR_LIMITS,
    PictureLimits,
)
from wuhen.download import DownloadPolicy
from wuhen.download.client import Downloader
from wuhen.photo import MEGAPIXEL
from wuhen.results import URL_PREFIX
from wuhen.service.access_log import AccessLog
from wuhen.service.admission import Admission, Policy, Screen
from wuhen.service.connections import Connections
from wuhen.service.doors import open_doors
from wuhen.service.endpoint import Endpoint
from wuhen.service.forwarding import Forwarding, Proxies
from wuhen.service.gates import Gates
from wuhen.service.gauges import watch_calls, watch_connections, watch_gates, watch_queue
from wuhen.service.handlers.calls import Calls
from wuhen.service.handlers.effects import FindEffects
from wuhen.service.handlers.erase import Erase
from wuhen.service.handlers.find import FindRegions
from wuhen.service.handlers.inspect import ConvertPicture, DescribeLabels, FetchPicture
from wuhen.service.handlers.jobs import Jobs
from wuhen.service.handlers.mark import DrawMark
from wuhen.service.handlers.select import SelectObject
from wuhen.service.handling import Handlers
from wuhen.service.health import Health
from wuhen.service.homes import open_home
from wuhen.service.jobs import Backroom
from wuhen.service.marking import Marking
from wuhen.service.memory import pixels_each
from wuhen.service.metrics import Metrics
from wuhen.service.metrics_page import serve_metrics
from wuhen.service.pages import ResultPages
from wuhen.service.pipeline import CallPath
from wuhen.service.recording import Recorder
from wuhen.service.reference import ReferencePage
from wuhen.service.stores import Stores
from wuhen.service.studio import StartPage, studio_routes
from wuhen.settings import Settings
from wuhen.workers import Workers

if TYPE_CHECKING:
    from wuhen.service.tracing import Traces

__all__ = ["build"]

SETTLE_SECONDS = 2.0
"""For the answers of calls that were broken off because they held up the stop for too long."""
RESULT_METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")
"""What reaches the results; all but the first two are refused there, in the object store's words."""


def build(
    settings: Settings,
    marking: Marking,
    connections: Connections,
    metrics_socket: socket.socket | None = None,
) -> Starlette:
    """Put the service together. Nothing is started before the application's lifespan begins.

    Parameters
    ----------
    settings : Settings
        The operator's choices.
    marking : Marking
        How results are marked, as it was read of them.
    connections : Connections
        What calls come by.
    metrics_socket : socket, optional
        Bound, for the page that operators read; without it there is none.

    Raises
    ------
    wuhen.accounts.StoreUnavailable, wuhen.results.ResultStoreError
        The database or the data directory cannot be used.
    """
    stores = Stores.open(settings)
    metrics = Metrics()
    workers = open_home(settings, metrics.count_loss)
    downloader = _downloader(settings)
    recorder = Recorder(stores.calls if settings.call_log_days else None)
    own = _own_limits(settings)
    admission = _admission(settings, workers, metrics)
    gates = Gates.open(settings)
    backroom = Backroom(stores, settings, marking, admission, workers, downloader, metrics, own)
    handlers = {
        **_erasing(gates, workers, admission, downloader, stores, marking, settings, own),
        **_beside(gates.looks, workers, admission, downloader, stores, settings, own),
        **Calls(recorder, settings.call_log_days).handlers(),
        **Jobs(stores, downloader, backroom, own).handlers(),
    }
    traces = _traces(settings)
    health = _health(workers, stores, gates)
    screen = _screen(admission, gates.slots, settings)
    path = CallPath(stores.keys, stores.access, gates.rate, screen, handlers, stores.audit, settings)
    endpoint = Endpoint(path, recorder, metrics, settings.deadline, traces.note if traces else None)
    watch_calls(metrics, endpoint, health, settings)
    watch_connections(metrics, connections)
    watch_queue(metrics, admission, gates.slots, workers)
    watch_gates(metrics, gates)
    doors = open_doors(settings, path, endpoint, stores.home.results)
    page = serve_metrics(metrics, metrics_socket) if metrics_socket else None
    app = Starlette(
        routes=_routes(settings, stores, health, _reference(settings, own), doors.routes, endpoint),
        middleware=_middleware(settings),
        lifespan=_lifespan(
            endpoint,
            page,
            traces,
            stores.kept(),
            recorder,
            downloader,
            gates.kept(),
            workers,
            backroom,
            *doors.kept,
        ),
    )
    # And a target that is no path: `*`, or a whole URL as a proxy is sent.
    app.router.default = endpoint
    return app


def _lifespan(
    endpoint: Endpoint, *parts: AbstractAsyncContextManager[object] | None
) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    """Return what starts those parts that there are in their order, and ends them in the opposite one."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:  # noqa: ARG001 - Starlette's signature
        async with AsyncExitStack() as stack:
            for part in filter(None, parts):
                await stack.enter_async_context(part)
            yield
            await endpoint.finish_cancelled(SETTLE_SECONDS)

    return lifespan


def _routes(
    settings: Settings,
    stores: Stores,
    health: Health,
    reference: ReferencePage,
    doors: list[BaseRoute],
    endpoint: Endpoint,
) -> list[BaseRoute]:
    pages = stores.keys, stores.codes, settings.most_workers, reference
    host = urlsplit(settings.public_url).netloc if settings.public_url else None
    return [
        Route("/healthz", health.alive),
        Route("/readyz", health.ready),
        *_result_routes(stores, host),
        *(studio_routes(*pages) if settings.studio else ()),
        *doors,
        *([Route("/", StartPage(endpoint))] if settings.studio else ()),
        # The endpoint takes every method and every other path: what is wrong with them it says itself.
        Route("/{path:path}", endpoint),
    ]


def _result_routes(stores: Stores, host: str | None) -> list[Route]:
    """Return the way to results; none where an object store hands them out."""
    if stores.home.local is None:
        return []
    pages = ResultPages(stores.home.local, host)
    return [Route(URL_PREFIX + "{name:path}", pages.send, methods=RESULT_METHODS)]


def _health(workers: Workers, stores: Stores, gates: Gates) -> Health:
    shared = stores.shared | gates.checks().keys()
    return Health(workers, stores.checks() | gates.checks(), gates.impaired, shared=shared)


def _middleware(settings: Settings) -> list[Middleware]:
    prefix = urlsplit(settings.public_url or "").path
    forwarding = Middleware(Forwarding, Proxies(settings.trusted_proxies), prefix, settings.hsts_seconds)
    # Within it, as what is logged is the client that the proxy names.
    return [forwarding, *([Middleware(AccessLog)] if settings.access_log else ())]


def _own_limits(settings: Settings) -> PictureLimits:
    """Return what pictures our own actions take."""
    size = replace(OWN_LIMITS.size, pixels=settings.max_megapixels * MEGAPIXEL)
    return PictureLimits(size, settings.max_body * 1024**2)


def _reference(settings: Settings, limits: PictureLimits) -> ReferencePage:
    return ReferencePage(settings.regions, limits)


def _downloader(settings: Settings) -> Downloader:
    return Downloader(
        DownloadPolicy(
            allow_private=settings.download_allow,
            allowed_ports=frozenset(settings.download_ports),
            timeout=settings.download_timeout,
        )
    )


def _admission(settings: Settings, workers: Workers, metrics: Metrics) -> Admission:
    """Return the line before the workers, which metrics watch."""
    policy = Policy(settings.max_wait, settings.deadline, spare=settings.spare)
    each = pixels_each(settings)
    room = None if each is None else lambda: each * max(1, workers.capacity)
    return Admission(
        lambda: workers.capacity, policy, settings.shares, room=room, on_start=metrics.observe_wait
    )


def _screen(admission: Admission, slots: ConcurrencyGate, settings: Settings) -> Screen:
    """Return what looks at calls before they are read: those of the actions that need a worker."""
    erasing = None if settings.queue_seconds else slots
    return Screen(
        admission,
        {
            ACTION.key: erasing,
            ERASE.key: erasing,
            PASTE_REGIONS.key: erasing,
            FIND_REGIONS.key: None,
            FIND_EFFECTS.key: None,
            SELECT_OBJECT.key: None,
            DESCRIBE_LABELS.key: None,
            CONVERT_PICTURE.key: None,
        },
    )


def _erasing(
    gates: Gates,
    workers: Workers,
    admission: Admission,
    downloader: Downloader,
    stores: Stores,
    marking: Marking,
    settings: Settings,
    own: PictureLimits,
) -> Handlers:
    """Return the handlers that erase at once: of the vendor's action, and of our own."""
    results, fetch = stores.home.results, downloader.fetch
    erase = Erase(gates.slots, admission, workers, results, fetch, marking, settings, VENDOR_LIMITS)
    ours = replace(erase, limits=own, own=True)
    return {
        ACTION.key: erase,
        ERASE.key: ours,
        PASTE_REGIONS.key: replace(ours, pastes=True),
        DRAW_MARK.key: DrawMark(marking, settings.deadline),
    }


def _beside(
    gate: ConcurrencyGate,
    workers: Workers,
    admission: Admission,
    downloader: Downloader,
    stores: Stores,
    settings: Settings,
    limits: PictureLimits,
) -> Handlers:
    """Return the handlers that look at a picture beside the erasures."""
    results, fetch, deadline = stores.home.results, downloader.fetch, settings.deadline
    return {
        FIND_REGIONS.key: FindRegions(gate, admission, workers, results, fetch, deadline, limits),
        FIND_EFFECTS.key: FindEffects(
            gate, admission, workers, results, fetch, deadline, limits, settings.engine
        ),
        SELECT_OBJECT.key: SelectObject(gate, admission, workers, fetch, deadline, limits, settings.models),
        DESCRIBE_LABELS.key: DescribeLabels(gate, admission, workers, fetch, deadline, limits),
        FETCH_PICTURE.key: FetchPicture(gate, fetch, deadline, FETCH_LIMITS),
        CONVERT_PICTURE.key: ConvertPicture(gate, admission, workers, fetch, deadline, limits),
    }


def _traces(settings: Settings) -> "Traces | None":
    """Begin to trace calls, if they are to be; only then are the packages needed that it takes."""
    if settings.trace_endpoint is None:
        return None
    from wuhen.service.tracing import Traces  # noqa: PLC0415 - an extra

    return Traces(settings.trace_endpoint)
