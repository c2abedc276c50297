"""How a picture comes back: as base64, or under a URL."""

import asyncio
import base64
import time

from wuhen.results import ResultStore
from wuhen.service.laps import lap

__all__ = ["encode_base64", "hand_out"]


async def hand_out(data: bytes, media_type: str, results: ResultStore, base_url: str | None) -> str:
    """Return a picture as base64 or, where there is something that a URL begins with, as its URL.

    Raises
    ------
    wuhen.results.ResultStoreError
        It cannot be stored.
    """
    if base_url is None:
        return await asyncio.to_thread(encode_base64, data)
    with lap("store"):
        return await results.put(data, media_type=media_type, base_url=base_url, now=time.time())


def encode_base64(data: bytes) -> str:
    """Return bytes as base64."""
    return base64.b64encode(data).decode("ascii")
