"""Calls with the official Python SDK, through its plain and through its asynchronous client."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from tencentcloud.aiart.v20221229 import aiart_client, aiart_client_async, models
from tencentcloud.common import credential
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile

from harness import Key, Service

Erase = Callable[..., str]


def profile(
    service: Service, *, algorithm: str = "TC3-HMAC-SHA256", method: str = "POST", **more: Any
) -> ClientProfile:
    """Return how to call `service`; `unsigned` leaves the payload out of the signature."""
    http = HttpProfile(protocol="http", endpoint=service.endpoint, reqMethod=method, reqTimeout=60)
    unsigned = more.pop("unsigned", False)
    made = ClientProfile(signMethod=algorithm, httpProfile=http, **more)
    made.unsignedPayload = unsigned
    return made


def request_of(parameters: dict[str, Any]) -> models.ImageInpaintingRemovalRequest:
    """Return parameters as the SDK's model."""
    request = models.ImageInpaintingRemovalRequest()
    request.from_json_string(json.dumps(parameters))
    return request


def credential_of(key: Key) -> credential.Credential:
    """Return a key as the SDK wants it."""
    return credential.Credential(key.secret_id, key.secret_key, key.token)


def erase(parameters: dict[str, Any], key: Key, how: ClientProfile, region: str = "ap-guangzhou") -> str:
    """Call with the plain client and return the result."""
    client = aiart_client.AiartClient(credential_of(key), region, how)
    try:
        return str(client.ImageInpaintingRemoval(request_of(parameters)).ResultImage)
    finally:
        client.request.conn._session.close()


def erase_async(
    parameters: dict[str, Any], key: Key, how: ClientProfile, region: str = "ap-guangzhou"
) -> str:
    """Call with the asynchronous client and return the result."""

    async def call() -> str:
        async with aiart_client_async.AiartClient(credential_of(key), region, how) as client:
            return str((await client.ImageInpaintingRemoval(request_of(parameters))).ResultImage)

    return asyncio.run(call())
