"""Traces, as a collector gets them: an HTTP server here, which reads them by the protocol's own messages."""

import base64
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from tencentcloud.common.exception import TencentCloudSDKException

from clients.python_sdk import erase, profile
from clients.raw import Caller, plain, send
from collector import Collector
from harness import Key, Service, eventually, running
from scenes import Scene
from wuhen.cli import main

pytestmark = pytest.mark.service

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
LEAN = ("--workers", "1", "--threads", "1")


def attributes(span: Span) -> dict[str, Any]:
    return {one.key: one.value.string_value or one.value.int_value for one in span.attributes}


def root_of(collector: Collector, code: str, name: str = "ImageInpaintingRemoval", *, since: int = 0) -> Span:
    """Wait for the trace of a call that ended with a code, and did not begin before a time in nanoseconds."""

    def find() -> Span | None:
        return next(
            (
                span
                for span in reversed(collector.spans())
                if span.name == name
                and attributes(span).get("wuhen.code") == code
                and span.start_time_unix_nano >= since
            ),
            None,
        )

    return eventually(find, seconds=20)


def children(collector: Collector, parent: Span) -> dict[str, Span]:
    return {span.name: span for span in collector.spans() if span.parent_span_id == parent.span_id}


def test_a_trace_leads_from_the_request_into_the_worker(
    observed: Service, collector: Collector, scene: Scene
) -> None:
    # Others have called the same service.
    began = time.time_ns()
    erase(scene.parameters(), observed.key, profile(observed))
    root = root_of(collector, "OK", since=began)
    assert root.kind == Span.SPAN_KIND_SERVER
    told = attributes(root)
    called = {"event": "call", "RequestId": told["wuhen.request_id"]}
    line = eventually(
        lambda: next((one for one in observed.log_lines() if called.items() <= one.items()), None)
    )
    assert (told["wuhen.engine"], told["wuhen.account"]) == (line["engine"], line["account"])
    steps = children(collector, root)
    assert {"identify", "receive_body", "verify", "route", "admit", "handle", "audit"} <= steps.keys()
    job = children(collector, steps["handle"])["job"]
    stages = children(collector, job)
    assert {"decode", "fill", "label", "encode"} <= stages.keys()
    assert {attributes(stage)["wuhen.place"] for stage in stages.values()} == {"worker"}
    for outer, inner in ((root, steps), (steps["handle"], {"job": job}), (job, stages)):
        for span in inner.values():
            assert outer.start_time_unix_nano <= span.start_time_unix_nano + 10**6
            assert span.end_time_unix_nano <= outer.end_time_unix_nano + 10**6
    assert stages["decode"].end_time_unix_nano <= stages["fill"].start_time_unix_nano + 10**6
    assert abs(root.end_time_unix_nano / 1e9 - time.time()) < 60


def test_neither_secret_nor_picture_is_in_a_trace(
    observed: Service, collector: Collector, scene: Scene
) -> None:
    began = time.time_ns()
    result = erase(scene.parameters(), observed.key, profile(observed))
    parameters = scene.parameters(InputUrl="http://u:hunter2@127.0.0.1/hunter2?hunter2")
    with pytest.raises(TencentCloudSDKException):
        erase(parameters, observed.key, profile(observed))
    root_of(collector, "OK", since=began)
    eventually(
        lambda: (
            sum(not one.parent_span_id and one.start_time_unix_nano >= began for one in collector.spans())
            >= 2
        ),
        seconds=20,
    )
    sent = b"".join(collector.bodies)
    for picture in (scene.photo, scene.mask, base64.b64decode(result)):
        assert picture[60:90] not in sent
        assert base64.b64encode(picture)[60:100] not in sent
    for secret in (observed.key.secret_key, observed.key.secret_id, "hunter2"):
        assert secret.encode() not in sent


def test_what_strangers_name_is_not_told_and_they_join_no_trace(
    observed: Service, collector: Collector
) -> None:
    stranger = Key("AKIDstranger", "s" * 32)
    changes = {"traceparent": PARENT, "X-TC-Action": "WhateverTheySay"}
    answer = send(observed.port, plain(Caller.of(observed, {}, key=stranger), changes=changes))
    assert answer.code == "AuthFailure.SecretIdNotFound"
    root = root_of(collector, "AuthFailure.SecretIdNotFound", "other")
    assert root.trace_id.hex() not in PARENT
    assert b"WhateverTheySay" not in b"".join(collector.bodies)


def test_a_caller_with_a_key_has_its_trace_continued(observed: Service, collector: Collector) -> None:
    answer = send(observed.port, plain(Caller.of(observed, {}), changes={"traceparent": PARENT}))
    root = root_of(collector, answer.code)
    assert root.trace_id.hex() in PARENT
    assert root.parent_span_id.hex() in PARENT


def test_a_collector_that_is_not_there_holds_nothing_up(data_dir: Path, scene: Scene) -> None:
    with running(data_dir, "--trace-endpoint", "http://127.0.0.1:9/v1/traces", *LEAN) as service:
        erase(scene.parameters(), service.key, profile(service))
        began = time.monotonic()
        service.process.terminate()
        service.process.wait(30)
        assert time.monotonic() - began < 15


@pytest.mark.parametrize(
    "url", ["ftp://h/v1/traces", "http://h/v1/traces?key=SECRET", "http://user:SECRET@h/v1/traces", "h:4318"]
)
def test_an_address_that_is_none_or_holds_a_secret_is_refused(url: str) -> None:
    result = CliRunner().invoke(main, ["serve", "--trace-endpoint", url])
    assert result.exit_code == 2
    assert result.output.startswith("Error: trace_endpoint:")


@pytest.mark.embedded("unasked")
def test_without_an_address_nothing_of_it_is_loaded(service: Service, observed: Service) -> None:
    def loads_it(one: Service) -> bool:
        return "/google/" in Path(f"/proc/{one.process.pid}/maps").read_text()

    # The messages of the protocol are compiled code, so that the system knows who has loaded them.
    assert loads_it(observed)
    assert not loads_it(service)
