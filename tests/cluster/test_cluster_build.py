"""The service as an application of Ray Serve."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from ray.serve import Application
from ray.serve.schema import ServeDeploySchema
from starlette.responses import PlainTextResponse
from starlette.types import Message

from wuhen.cluster import build
from wuhen.service.headers import STANDING, WithStanding

CONFIGURATION = Path(__file__).parents[2] / "deploy" / "ray-serve.yaml"


@pytest.fixture
def configuration() -> Any:
    return yaml.safe_load(CONFIGURATION.read_text(encoding="utf-8"))


def test_the_configuration_names_what_there_is(configuration: Any) -> None:
    (application,) = ServeDeploySchema(**configuration).applications
    assert application.import_path == f"{build.__module__.rpartition('.')[0]}:{build.__name__}"
    assert isinstance(build(dict(application.args)), Application)


def test_what_is_wrong_with_a_setting_is_told_without_its_value() -> None:
    with pytest.raises(ValueError, match=r"public_url: .*give scheme, host") as raised:
        build({"public_url": "ftp://me:secret@host"})
    assert "secret" not in str(raised.value)
    assert raised.value.__cause__ is None


async def test_answers_behind_another_s_proxy_have_our_headers() -> None:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    answer = PlainTextResponse("x", headers={"cache-control": "own"})
    await WithStanding(answer, ((b"a", b"b"),))({"type": "http"}, receive, send)
    headers = dict(sent[0]["headers"])
    assert headers[b"a"] == b"b"
    assert headers[b"cache-control"] == b"own"
    assert {name for name, _ in STANDING} <= set(headers)
