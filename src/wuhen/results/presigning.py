"""URLs of an object store under which anyone can get an object for a while."""

import time
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlsplit

import obstore
from obstore.store import S3Store

from wuhen.results import cos_signature
from wuhen.results.cos_signature import SigningKey
from wuhen.results.credentials import Credentials
from wuhen.results.place import Place

__all__ = ["Presigner", "presign_for_cos", "presign_for_s3"]

Presigner = Callable[[str, int], Coroutine[Any, Any, str]]
"""Returns the URL of the object of a name, for so many seconds from now on."""


def presign_for_s3(store: S3Store) -> Presigner:
    """Return what signs in the form of S3, with the key pair and the address of `store`."""

    async def sign(name: str, seconds: int) -> str:
        return await obstore.sign_async(store, "GET", name, timedelta(seconds=seconds))

    return sign


def presign_for_cos(place: Place, bucket_url: str, pair: Credentials) -> Presigner:
    """Return what signs in the form in which Tencent Cloud's own answers have URLs.

    Parameters
    ----------
    place
        The bucket and the prefix.
    bucket_url
        What those URLs begin with; see `find_bucket_url`.
    pair
        What signs.
    """
    parts = urlsplit(bucket_url)
    below = f"{parts.path}/{place.prefix}/" if place.prefix else f"{parts.path}/"

    async def sign(name: str, seconds: int) -> str:
        path = below + name
        query = cos_signature.presigned_query(
            SigningKey(pair.secret_id, pair.secret_key),
            method="GET",
            path=path,
            host=parts.netloc,
            start=int(time.time()),
            lifetime=seconds,
            token=pair.token,
        )
        return f"{parts.scheme}://{parts.netloc}{quote(path)}?{query}"

    return sign
