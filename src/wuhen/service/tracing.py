"""Traces of calls for OpenTelemetry; its packages are an extra, loaded only where traces are asked for.

Spans are made of a call's laps when it is over. So nothing waits for them, and the workers, which have no
network, need not know of them: what a worker did is told by what it sends back.
"""

import asyncio
import threading
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, Status, StatusCode, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from wuhen import wire
from wuhen._version import __version__
from wuhen.service.context import CallContext
from wuhen.service.laps import Lap
from wuhen.service.metrics import name_action

__all__ = ["Traces"]

EXPORT_SECONDS = 5.0
"""For one batch to be taken by the collector; more is lost rather than kept."""
BATCH_SECONDS = 1.0
"""How long a trace waits for others, to be sent together."""
CLOSE_SECONDS = 5.0
MAX_WAITING = 4096
"""Spans that wait to be sent; further ones are dropped."""


class Traces:
    """Sends each call as a trace to a collector, beside the calls. Use as an async context manager.

    Parameters
    ----------
    endpoint : str
        URL of the collector's receiver of OTLP over HTTP. What else OpenTelemetry's own environment variables
        set, such as headers and the sampler, holds as well.
    """

    def __init__(self, endpoint: str) -> None:
        resource = Resource.create({"service.name": "wuhen", "service.version": __version__})
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        exporter = OTLPSpanExporter(endpoint=endpoint, timeout=EXPORT_SECONDS)
        self._provider.add_span_processor(
            BatchSpanProcessor(
                exporter, max_queue_size=MAX_WAITING, schedule_delay_millis=BATCH_SECONDS * 1000
            )
        )
        self._tracer = self._provider.get_tracer("wuhen", __version__)

    def note(self, context: CallContext) -> None:
        """Have a call sent that is over. Never waits."""
        # Durations have a clock of their own; this is where it stood at the Unix epoch.
        epoch = context.arrived - context.started
        root = self._tracer.start_span(
            name_action(context),
            _parent(context),
            SpanKind.SERVER,
            _attributes(context),
            start_time=_nanoseconds(context.arrived),
        )
        if context.error is not None:
            root.set_status(Status(StatusCode.ERROR, context.code))
        self._add(context.laps, set_span_in_context(root), epoch)
        root.end(_nanoseconds(epoch + context.started + context.seconds))

    async def __aenter__(self) -> Self:
        """Begin."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Send what waits, for a few seconds."""
        # In a thread that may be left behind: a collector that does not answer must not hold up the stop.
        closing = threading.Thread(target=self._provider.shutdown, daemon=True)
        closing.start()
        await asyncio.to_thread(closing.join, CLOSE_SECONDS)

    def _add(self, laps: Sequence[Lap], around: Context, epoch: float) -> None:
        for lap in laps:
            attributes = {"wuhen.place": "worker" if lap.in_worker else "service"}
            span = self._tracer.start_span(
                lap.name, around, SpanKind.INTERNAL, attributes, start_time=_nanoseconds(epoch + lap.began)
            )
            self._add(lap.inner, set_span_in_context(span), epoch)
            span.end(_nanoseconds(epoch + lap.began + lap.seconds))


def _parent(context: CallContext) -> Context:
    """Return the trace that the caller is in, if it says so and has a key: strangers join none."""
    if context.proven:
        try:
            given = context.request.header("traceparent")
        except wire.ApiError:
            given = None
        if given is not None:
            return TraceContextTextMapPropagator().extract({"traceparent": given}, Context())
    return Context()


def _attributes(context: CallContext) -> dict[str, Any]:
    """Return what is told of a call: what was decided about it, and nothing that it carried."""
    told: dict[str, Any] = {
        "wuhen.request_id": context.request_id,
        "wuhen.code": context.code,
        "wuhen.received_bytes": context.body_size,
        "wuhen.answered_bytes": context.answer_size,
    }
    if context.said is not None:
        told["wuhen.form"] = context.said.form
    if context.proven and context.credential is not None:
        told["wuhen.account"] = context.credential.account
    if context.handled is not None and (facts := context.handled.facts) is not None:
        told |= {
            "wuhen.engine": facts.engine,
            "wuhen.width": facts.width,
            "wuhen.height": facts.height,
            "wuhen.hole": facts.hole,
        }
    return told


def _nanoseconds(seconds: float) -> int:
    return int(seconds * 1e9)
