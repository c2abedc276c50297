"""Calls of our own actions with the official Python SDK's common client."""

from typing import Any

from tencentcloud.common.common_client import CommonClient

from clients.python_sdk import credential_of, profile
from harness import Key, Service

SERVICE, VERSION = "wuhen", "2026-11-25"


def ask(service: Service, action: str, parameters: Any = None, key: Key | None = None, **how: Any) -> Any:
    """Call an action of `wuhen` and return its answer."""
    client = CommonClient(
        SERVICE, VERSION, credential_of(key or service.key), "ap-guangzhou", profile(service, **how)
    )
    try:
        return client.call_json(action, parameters or {})["Response"]
    finally:
        client.request.conn._session.close()
