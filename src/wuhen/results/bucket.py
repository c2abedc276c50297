"""Objects in an object store that speaks S3, as Tencent Cloud's does too. Needs the extra `objects`."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass, replace
from typing import TypeVar

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import S3Store

from wuhen.results.connection import NO_BUCKET, open_store, reason_of
from wuhen.results.credentials import Credentials, find_credentials
from wuhen.results.objects import Listed, ObjectMissing, check_name
from wuhen.results.place import Access, Place, find_bucket_url
from wuhen.results.presigning import Presigner, presign_for_cos, presign_for_s3
from wuhen.results.store import ResultStoreError

__all__ = ["BucketObjects"]

PUT_SECONDS = 12.0
"""For putting, beside what the bytes take on a line: a store that hangs must not keep its callers."""
SLOWEST = 1_000_000
"""Bytes per second that a line has at least."""
CHECK_SECONDS = 3.0
FRESH_SECONDS = 3.0
"""For which a success shows that the store can be used."""
HEADERS = {"Cache-Control": "private, max-age=3600"}

_OUTSIDE = (BaseError, OSError, ValueError)
"""What the library raises: its own errors, and Python's where one fits."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Way:
    """The library's ways to a store, by one key pair.

    Attributes
    ----------
    store
        For whatever is done.
    probe
        To look whether it can be used: it has to answer soon, and at once.
    sign
        Makes URLs.
    """

    store: S3Store
    probe: S3Store
    sign: Presigner


class BucketObjects:
    """Objects below a prefix of a bucket; implements `Objects`.

    A request that fails without the store having refused it is made again, with growing pauses of random
    length. What is larger than 5 GB cannot be kept.

    Parameters
    ----------
    place
        Where they are.
    access
        How it is reached.

    Raises
    ------
    ResultStoreError
        There is no key pair.
    ValueError
        The region or an endpoint is none.
    """

    def __init__(self, place: Place, access: Access) -> None:
        self._place = place
        self._access = access
        self._source = find_credentials(place.scheme, access.credentials)
        self._pair = self._source() if self._source is not None else None
        self._opened = _open_way(place, access, self._pair)
        self._well = float("-inf")

    async def put(self, name: str, data: bytes, media_type: str) -> None:
        """Keep an object; see `Objects.put`."""
        headers = {**HEADERS, "Content-Type": media_type}
        # In one request: a put that is broken off leaves no parts behind.
        putting = obstore.put_async(
            self._way.store, check_name(name), data, attributes=headers, use_multipart=False
        )
        try:
            async with asyncio.timeout(PUT_SECONDS + len(data) / SLOWEST):
                await self._do(putting)
        except TimeoutError as error:
            self._well = float("-inf")
            raise ResultStoreError(f"{self._place}: no answer in time") from error

    async def get(self, name: str) -> bytes:
        """Return an object; see `Objects.get`."""
        check_name(name)

        async def read() -> bytes:
            found = await obstore.get_async(self._way.store, name)
            return bytes(await found.bytes_async())

        return await self._do(read(), may_miss=True)

    async def delete(self, *names: str) -> None:
        """Delete objects; see `Objects.delete`."""
        try:
            checked = [check_name(name) for name in names]
            await self._do(obstore.delete_async(self._way.store, checked), may_miss=True)
        except ObjectMissing:
            return

    async def list(self, prefix: str = "") -> AsyncIterator[Listed]:
        """List objects; see `Objects.list`. A request for each thousand."""
        stream = obstore.list(self._way.store, check_name(prefix) if prefix else None, chunk_size=1000)
        while True:
            try:
                chunk = await self._do(anext(stream))
            except StopAsyncIteration:
                return
            for found in chunk:
                yield Listed(found["path"], found["last_modified"].timestamp(), found["size"])

    async def list_folders(self, prefix: str = "") -> tuple[str, ...]:
        """Return the names that have others below them, among those right below `prefix`, whole."""
        found = await self._do(
            obstore.list_with_delimiter_async(self._way.store, check_name(prefix) if prefix else None)
        )
        return tuple(found["common_prefixes"])

    async def url(self, name: str, *, base_url: str, seconds: int) -> str:  # noqa: ARG002 - the store hands it out
        """Return a URL of the store; see `Objects.url`."""
        # Signing asks the store nothing, so it shows nothing of it.
        well = self._well
        signed = await self._do(self._way.sign(check_name(name), seconds))
        self._well = well
        return signed

    async def check(self) -> None:
        """Put something small, unless something was put just now; see `Objects.check`."""
        if time.monotonic() - self._well > FRESH_SECONDS:
            await self._do(obstore.put_async(self._way.probe, "ready", b"", use_multipart=False))

    async def is_open(self) -> bool:
        """Return whether anybody at all can list the bucket."""
        anybody = open_store(self._place, self._access, None, seconds=CHECK_SECONDS, retries=0, sign=False)
        try:
            await obstore.list_with_delimiter_async(anybody)
        except _OUTSIDE:
            return False
        return True

    @property
    def _way(self) -> "_Way":
        """The way to the store, with the key pair as it is now."""
        if self._source is not None and (pair := self._source()) != self._pair:
            self._opened, self._pair = _open_way(self._place, self._access, pair), pair
        return self._opened

    async def _do(self, work: Awaitable[T], *, may_miss: bool = False) -> T:
        """Return what comes of a request, or say in a line, and without a secret, why nothing does.

        Raises
        ------
        ObjectMissing
            The store has no such object, where that may be.
        ResultStoreError
            Anything else.
        """
        try:
            found = await work
        except _OUTSIDE as error:
            reason = reason_of(str(error))
            if may_miss and isinstance(error, FileNotFoundError | NotFoundError) and reason != NO_BUCKET:
                raise ObjectMissing from None
            self._well = float("-inf")
            raise ResultStoreError(f"{self._place}: {reason}") from None
        self._well = time.monotonic()
        return found


def _open_way(place: Place, access: Access, pair: Credentials | None) -> _Way:
    public = replace(access, endpoint=access.public_endpoint or access.endpoint)
    if place.scheme == "cos" and pair is not None:
        sign = presign_for_cos(place, find_bucket_url(place, public.region, public.endpoint), pair)
    else:
        sign = presign_for_s3(open_store(place, public, pair))
    return _Way(
        open_store(place, access, pair),
        open_store(place, access, pair, seconds=CHECK_SECONDS, retries=0),
        sign,
    )
