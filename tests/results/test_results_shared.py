"""Results in a real object store: fetched from there for an hour, and swept by whoever comes by."""

import asyncio
import json
import socket
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from servers.s3 import BUCKET, COS_BUCKET, REGION, S3Server, serving_s3
from wuhen.results import Access, Listed, Place, ResultStore, ResultStoreError, SharedResults
from wuhen.results.bucket import BucketObjects

pytestmark = pytest.mark.service

NOW = 1_731_574_045.25
HOUR_AND_MINUTE = 3660
BASE = "http://not-asked.example"


@pytest.fixture
def bucket(s3_server: S3Server, monkeypatch: pytest.MonkeyPatch) -> BucketObjects:
    for name, value in s3_server.environment.items():
        monkeypatch.setenv(name, value)
    return BucketObjects(Place("s3", BUCKET, s3_server.take_prefix()), Access(REGION, s3_server.url))


async def put(results: ResultStore, now: float = NOW) -> str:
    return await results.put(b"picture", media_type="image/jpeg", base_url=BASE, now=now)


def fetch(url: str) -> tuple[bytes, str, str]:
    with urllib.request.urlopen(url) as answer:
        return answer.read(), answer.headers["content-type"], answer.headers["cache-control"]


async def names(objects: BucketObjects) -> set[str]:
    return {one.name async for one in objects.list()}


async def test_the_store_itself_hands_a_result_out_with_its_type(bucket: BucketObjects) -> None:
    url = await put(SharedResults(bucket), time.time())
    assert "X-Amz-Expires=3600&" in url
    assert url.partition("?")[0].endswith(".jpg")
    assert await asyncio.to_thread(fetch, url) == (b"picture", "image/jpeg", "private, max-age=3600")


async def test_a_media_type_that_no_result_has_is_refused(bucket: BucketObjects) -> None:
    with pytest.raises(ValueError, match="not 'image/svg"):
        await SharedResults(bucket).put(b"x", media_type="image/svg+xml", base_url=BASE, now=NOW)
    assert await names(bucket) == set()


async def test_sweeping_deletes_what_has_expired_and_nothing_else(bucket: BucketObjects) -> None:
    results = SharedResults(bucket)
    old = [await put(results, NOW + 60 * minutes) for minutes in (0, 1, 30)]
    foreign = ["jobs/one", "until-when", "until-20240101T0000Z-not"]
    for name in foreign:
        await bucket.put(name, b"not ours", "text/plain")
    # None goes before its hour and minute are over, and all are gone ten minutes later.
    assert await results.sweep(NOW + HOUR_AND_MINUTE) == 0
    assert await results.sweep(NOW + HOUR_AND_MINUTE + 60 + 600) == 2
    assert len(await names(bucket)) == len(foreign) + 1
    assert await results.sweep(NOW + HOUR_AND_MINUTE + 30 * 60 + 600) == 1
    assert await names(bucket) == set(foreign)
    assert old[0] != old[1]


async def test_many_services_may_sweep_at_once_while_others_put(bucket: BucketObjects) -> None:
    services = [SharedResults(bucket) for _ in range(4)]
    for _ in range(12):
        await put(services[0])
    late = NOW + HOUR_AND_MINUTE + 600
    puts = asyncio.gather(*(put(services[number % 4], late) for number in range(12)))
    await asyncio.gather(puts, *(service.sweep(late) for service in services for _ in range(2)))
    assert await asyncio.gather(*(service.sweep(late) for service in services)) == [0, 0, 0, 0]
    assert len(await names(bucket)) == 12
    assert len(set(puts.result())) == 12


@dataclass
class Crowd:
    """An object store of memory, as no other is filled with thousands in no time."""

    names: set[str] = field(default_factory=set)
    deleted: list[int] = field(default_factory=list)

    async def put(self, name: str, data: bytes, media_type: str) -> None:
        del data, media_type
        self.names.add(name)

    async def delete(self, *names: str) -> None:
        self.deleted.append(len(names))
        self.names.difference_update(names)

    async def list(self, prefix: str = "") -> AsyncIterator[Listed]:
        for name in sorted(name for name in self.names if name.startswith(prefix + "/")):
            yield Listed(name, 0.0, 1)

    async def list_folders(self, prefix: str = "") -> tuple[str, ...]:
        del prefix
        return tuple({name.partition("/")[0] for name in self.names})

    async def url(self, name: str, *, base_url: str, seconds: int) -> str:
        return f"{base_url}/{name}?{seconds}"

    async def check(self) -> None:
        pass


async def test_thousands_are_swept_in_batches() -> None:
    crowd = Crowd()
    results = SharedResults(crowd)
    await asyncio.gather(*(put(results) for _ in range(2500)))
    assert await results.sweep(NOW + HOUR_AND_MINUTE + 600) == 2500
    assert (crowd.names, crowd.deleted) == (set(), [1000, 1000, 500])


async def test_a_store_that_is_started_anew_is_waited_for(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving_s3(tmp_path_factory.mktemp("restarted")) as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        results = SharedResults(BucketObjects(Place("s3", BUCKET, "here"), Access(REGION, server.url)))
        server.stop()
        waiting = asyncio.create_task(put(results, time.time()))
        await asyncio.sleep(0.5)
        assert not waiting.done()
        await asyncio.to_thread(server.start)
        assert (await asyncio.to_thread(fetch, await waiting))[0] == b"picture"
        await results.check()

        server.stop()
        # A check asks once, and is believed, so that nobody works in vain.
        results = SharedResults(BucketObjects(Place("s3", BUCKET, "here"), Access(REGION, server.url)))
        results.expect()
        with pytest.raises(ResultStoreError, match="s3://pictures/here: connection refused"):
            await results.check()
        with pytest.raises(ResultStoreError, match="s3://pictures/here: connection refused"):
            results.expect()
        await asyncio.to_thread(server.start)
        # Nobody has to try whether it works again.
        assert results._waiting is not None
        await results._waiting
        results.expect()


async def test_a_check_asks_the_store_only_where_nothing_was_put_just_now(
    s3_server: S3Server, bucket: BucketObjects
) -> None:
    del s3_server
    results = SharedResults(bucket)
    await put(results)
    await results.check()
    assert "ready" not in await names(bucket)
    bucket._well = float("-inf")
    # Which it does not ask for a URL.
    await bucket.url("jobs/one", base_url=BASE, seconds=60)
    await results.check()
    assert "ready" in await names(bucket)


@pytest.mark.parametrize("given_up_by", ["the call", "the store"])
async def test_a_put_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch, given_up_by: str) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDtest")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    if given_up_by == "the store":
        monkeypatch.setattr("wuhen.results.bucket.PUT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        results = SharedResults(BucketObjects(Place("s3", BUCKET, ""), Access(REGION, address)))
        with pytest.raises(TimeoutError if given_up_by == "the call" else ResultStoreError):
            async with asyncio.timeout(0.5):
                await put(results)
        connection, _ = silent.accept()
        with connection:
            connection.settimeout(5)
            # It was begun, and is hung up rather than left.
            assert await asyncio.to_thread(read_to_end, connection)


def read_to_end(connection: socket.socket) -> bytes:
    return b"".join(iter(lambda: connection.recv(65536), b""))


async def test_tencent_clouds_store_is_asked_as_any_other_and_hands_out_by_urls_of_its_own_form(
    s3_server: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Of another store and another pair: none of this may be used.
    monkeypatch.setenv("AWS_SESSION_TOKEN", "of another pair")
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    file = tmp_path / "pair.json"
    file.write_text(json.dumps({"SecretId": s3_server.secret_id, "SecretKey": s3_server.secret_key}))
    prefix = s3_server.take_prefix()
    access = Access("ap-guangzhou", s3_server.url + "/{bucket}", "https://img.example.com", file)
    bucket = BucketObjects(Place("cos", COS_BUCKET, prefix), access)
    results = SharedResults(bucket)
    url = await put(results)
    assert url.startswith(f"https://img.example.com/{prefix}/until-20241114T")
    assert f".jpg?q-sign-algorithm=sha1&q-ak={s3_server.secret_id}&q-sign-time=" in url
    [name] = s3_server.files(prefix, COS_BUCKET)
    assert f"/{prefix}/{name}?" in url
    assert await bucket.get(name) == b"picture"
    assert await results.sweep(NOW + HOUR_AND_MINUTE + 600) == 1
    assert s3_server.files(prefix, COS_BUCKET) == []
