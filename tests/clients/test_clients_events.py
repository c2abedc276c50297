"""Being told how far an erasure is: a stream of events that ends with the answer that others get at once."""

import base64
import io
import json
from collections.abc import Iterator
from http.client import HTTPResponse
from typing import Any

import numpy as np
import pytest
from PIL import Image

from clients.raw import Caller, Raw, connect, plain, send
from harness import Service, eventually
from pictures import decoded
from scenes import Scene, assert_erased, red_square

LARGE = red_square(900, 700, side=400)
"""A photo of which a worker has news to tell."""
OWN = {"X-TC-Action": "EraseRegions", "X-TC-Version": "2026-11-25"}
STREAM = "text/event-stream"


def asked(service: Service, scene: Scene, *, accept: str = STREAM, **more: Any) -> Raw:
    changes = {"Accept": accept, **OWN}
    if "action" in more:
        changes |= {"X-TC-Action": more.pop("action"), "X-TC-Version": "2022-12-29"}
    return plain(Caller.of(service, scene.parameters(**more)), changes=changes)


def events(body: bytes) -> Iterator[tuple[str, dict[str, Any]]]:
    for block in body.decode("ascii").split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.split("\n") if line and not line.startswith(":"))
        if lines:
            yield lines["event"], json.loads(lines["data"])


def test_an_erasure_tells_how_far_it_is_and_what_it_will_look_like(service: Service) -> None:
    answer = send(service.port, asked(service, LARGE))
    assert answer.status == 200
    headers = {name.lower(): value for name, value in answer.headers}
    assert (headers["content-type"], headers["cache-control"]) == (STREAM, "no-store")
    told = list(events(answer.body))
    kinds = [kind for kind, _ in told]
    assert kinds[0] == "progress"
    assert kinds[-1] == "result"
    assert kinds.count("result") == 1
    done = [members["Done"] for kind, members in told[:-1]]
    assert done == sorted(done)
    assert done[0] == 0
    previews = [members for kind, members in told if kind == "preview"]
    assert previews
    for one in previews:
        assert 100 <= one["Left"] <= 250
        assert 650 <= one["Left"] + one["Width"] <= 800
        with Image.open(io.BytesIO(base64.b64decode(one["Image"]))) as shown:
            assert shown.format == "WEBP"
            assert max(shown.size) <= 480
            assert 2 * shown.width <= one["Width"]
    response = told[-1][1]["Response"]
    assert_erased(response["ResultImage"], LARGE)
    same = send(service.port, asked(service, LARGE, accept="application/json")).image
    plain_one, streamed = (decoded(base64.b64decode(one)) for one in (same, response["ResultImage"]))
    np.testing.assert_array_equal(plain_one, streamed)


def test_what_goes_wrong_before_there_are_news_is_answered_as_ever(service: Service, scene: Scene) -> None:
    answer = send(service.port, asked(service, scene, Grow=-1))
    assert dict(answer.headers)["content-type"] == "application/json"
    assert answer.code == "InvalidParameterValue"


def test_what_goes_wrong_later_is_the_last_event(service: Service, scene: Scene) -> None:
    answer = send(service.port, asked(service, scene, InputImage=base64.b64encode(b"none").decode()))
    (first, _), (last, members) = events(answer.body)
    assert (first, last) == ("progress", "result")
    assert members["Response"]["Error"]["Code"] == "FailedOperation.ImageDecodeFailed"
    assert members["Response"]["RequestId"]


@pytest.mark.parametrize("how", [{"accept": "*/*"}, {"action": "ImageInpaintingRemoval"}])
def test_nobody_else_is_told_anything(service: Service, scene: Scene, how: dict[str, str]) -> None:
    answer = send(service.port, asked(service, scene, **how))
    assert dict(answer.headers)["content-type"] == "application/json"
    assert_erased(answer.image, scene)


def test_who_hangs_up_ends_the_erasure(service: Service) -> None:
    request = asked(service, LARGE, Candidates=4)
    with connect(service.port) as connection:
        connection.sendall(bytes(request))
        response = HTTPResponse(connection, method="POST")
        response.begin()
        assert response.readline() == b"event: progress\n"
        response.close()
    called = {"event": "client gone", "action": "EraseRegions"}
    assert eventually(lambda: any(called.items() <= line.items() for line in service.log_lines()), seconds=5)
