"""What operators see of the service, and how it ends."""

import re
from importlib.util import find_spec
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from wuhen.settings.part import SERVICE_URL, Part

__all__ = ["Observing"]


def _trace_endpoint(value: str | None) -> str | None:
    """Check that traces can be sent to `value`: it holds no secret, and what sends them is installed."""
    if value is None:
        return None
    if not re.fullmatch(SERVICE_URL, value) or "?" in value or "#" in value:
        raise ValueError("give an http or https URL without query, such as http://127.0.0.1:4318/v1/traces")
    try:
        found = find_spec("opentelemetry.exporter.otlp.proto.http")
    except ModuleNotFoundError:
        found = None
    if found is None:
        raise ValueError("traces need another package: pip install 'wuhen[telemetry]'")
    return value


class Observing(Part):
    """What operators see of the service, and how it ends."""

    log_format: Literal["auto", "console", "json"] = Field(
        "auto", description="How log lines look; auto is console on a terminal and json elsewhere."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Lowest level that is logged."
    )
    metrics_host: str = Field(
        "127.0.0.1",
        description="Address that /metrics listens on; whoever reaches it can read it.",
    )
    metrics_port: int | None = Field(
        None,
        ge=0,
        le=65535,
        description="Port of /metrics, for Prometheus; 0 takes a free one. By default there is no such page.",
    )
    access_log: bool = Field(
        default=False,
        description="Whether each request has a line in the log, with the client's address: for results, "
        "the studio and health too.",
    )
    trace_endpoint: Annotated[str | None, AfterValidator(_trace_endpoint)] = Field(
        None,
        description="URL that calls are sent to as OpenTelemetry traces (OTLP over HTTP), such as "
        "http://127.0.0.1:4318/v1/traces; by default nowhere.",
    )
    shutdown_seconds: int = Field(
        60, ge=0, le=3600, description="Seconds that running calls have to finish after the signal to stop."
    )
