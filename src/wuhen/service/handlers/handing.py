"""How a picture comes back: as base64, or under a URL."""

import asyncio
import base64
import time
from collections.abc import Mapping, Sequence

from wuhen.action import seed_candidate
from wuhen.results import ResultStore
from wuhen.service.laps import lap

__all__ = ["encode_base64", "hand_out", "name_alternatives", "name_found", "name_place"]


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


def name_alternatives(seed: int, images: Sequence[str]) -> list[dict[str, object]]:
    """Return the results of further candidates as answers have them; `seed` is the first's."""
    return [
        {"ResultImage": image, "Seed": seed_candidate(seed, index)}
        for index, image in enumerate(images)
        if index
    ]


def name_found(found: Mapping[str, int]) -> list[dict[str, object]]:
    """Return how much of what was found as answers have it."""
    return [{"What": name, "Count": count} for name, count in found.items()]


def name_place(place: tuple[int, int, int, int] | None) -> dict[str, object]:
    """Return where a patch lies as answers have it; nothing of a whole picture."""
    return {} if place is None else {"Place": dict(zip(("X", "Y", "Width", "Height"), place, strict=True))}


def encode_base64(data: bytes) -> str:
    """Return bytes as base64."""
    return base64.b64encode(data).decode("ascii")
