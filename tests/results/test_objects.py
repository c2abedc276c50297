"""Bytes under names: the same whether a directory keeps them or a real S3 server."""

import asyncio
import contextlib
import os
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from servers.s3 import BUCKET, REGION, S3Server
from wuhen.results import DirectoryObjects, LocalResults, ObjectMissing, Objects, ResultStoreError, SigningKey
from wuhen.results.bucket import BucketObjects
from wuhen.results.place import Access, Place

pytestmark = pytest.mark.service

BASE = "http://127.0.0.1:8080"
PNG = "jobs/3fe0afc5-f97b-4d53-b83d-7db4f54a9d37.png"


def in_bucket(server: S3Server, bucket: str = BUCKET) -> BucketObjects:
    return BucketObjects(Place("s3", bucket, f"{server.take_prefix()}/there"), Access(REGION, server.url))


@pytest.fixture
def server(s3_server: S3Server, monkeypatch: pytest.MonkeyPatch) -> S3Server:
    """The object store, and the environment that opens it."""
    for name, value in s3_server.environment.items():
        monkeypatch.setenv(name, value)
    return s3_server


@pytest.fixture(params=["directory", "s3"])
def objects(request: pytest.FixtureRequest, tmp_path: Path) -> Objects:
    if request.param == "directory":
        return DirectoryObjects(LocalResults(tmp_path / "results", SigningKey("AKIDtest", "secret")))
    return in_bucket(request.getfixturevalue("server"))


async def names(objects: Objects, prefix: str = "") -> set[str]:
    return {one.name async for one in objects.list(prefix)}


async def test_what_is_put_is_there_until_it_is_deleted(objects: Objects) -> None:
    data = b"\x00\xff" * 1000
    await objects.put(PNG, data, "image/png")
    assert await objects.get(PNG) == data
    await objects.put(PNG, b"other", "image/png")
    assert await objects.get(PNG) == b"other"
    await objects.delete(PNG, "jobs/never-there")
    with pytest.raises(ObjectMissing):
        await objects.get(PNG)
    await objects.delete(PNG)


async def test_listing_says_names_times_and_sizes(objects: Objects) -> None:
    assert await names(objects) == set()
    for name, data in {"a/one": b"1", "a/b/two.png": b"22", "ab/three": b"333"}.items():
        await objects.put(name, data, "application/octet-stream")
    found = {one.name: one async for one in objects.list()}
    assert {name: one.size for name, one in found.items()} == {"a/one": 1, "a/b/two.png": 2, "ab/three": 3}
    assert all(abs(one.modified - time.time()) < 60 for one in found.values())
    # A prefix ends where a part of the name ends.
    assert await names(objects, "a") == {"a/one", "a/b/two.png"}
    assert await names(objects, "none") == set()


async def test_many_puts_at_a_time_are_all_there(objects: Objects) -> None:
    made = {f"many/{number}": bytes([number]) * 10_000 for number in range(50)}
    await asyncio.gather(*(objects.put(name, data, "image/png") for name, data in made.items()))
    assert await names(objects) == set(made)
    assert {name: await objects.get(name) for name in made} == made


@pytest.mark.parametrize(
    "name",
    [
        "",
        "/a",
        "a/",
        "a//b",
        "../a",
        "a/..",
        "a/.b",
        ".writing-a",
        "a b",
        "a\n",
        "a%2fb",
        "ä/a",
        "a/b/c/d/e",
        "A/b",
    ],
)
async def test_what_is_no_name_is_refused(objects: Objects, name: str) -> None:
    for work in (objects.put(name, b"", "image/png"), objects.get(name), objects.delete(name)):
        with pytest.raises(ValueError, match="no name of an object"):
            await work
    with pytest.raises(ValueError, match="no name of an object"):
        await objects.url(name, base_url=BASE, seconds=60)


async def test_what_is_broken_off_is_there_whole_or_not_at_all(objects: Objects) -> None:
    data = bytes(8_000_000)
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(objects.put("jobs/large", data, "image/png"), 0.004)
    await asyncio.sleep(0.1)
    with contextlib.suppress(ObjectMissing):
        assert len(await objects.get("jobs/large")) == len(data)
    assert await names(objects) <= {"jobs/large"}


def test_a_directory_shows_nothing_half_and_clears_away_what_is_left(tmp_path: Path) -> None:
    results = LocalResults(tmp_path / "results", SigningKey("AKIDtest", "secret"))
    objects = DirectoryObjects(results)
    folder = tmp_path / "results" / "jobs"
    folder.mkdir()
    (folder / ".writing-dead").write_bytes(b"ha")
    (tmp_path / "results" / "3fe0afc5-f97b-4d53-b83d-7db4f54a9d37.png").write_bytes(b"a result")
    assert asyncio.run(names(objects)) == set()
    assert (folder / ".writing-dead").exists()
    os.utime(folder / ".writing-dead", (0, 0))
    assert asyncio.run(names(objects)) == set()
    assert not (folder / ".writing-dead").exists()


def test_a_directory_keeps_no_folder_of_what_is_deleted(tmp_path: Path) -> None:
    objects = DirectoryObjects(LocalResults(tmp_path, SigningKey("AKIDtest", "secret")))
    for name in ("jobs/one/photo", "jobs/one/mask", "jobs/two/photo"):
        asyncio.run(objects.put(name, b"x", "application/octet-stream"))
    asyncio.run(objects.delete("jobs/one/photo"))
    assert asyncio.run(names(objects, "jobs/one")) == {"jobs/one/mask"}
    asyncio.run(objects.delete("jobs/one/mask", "jobs/never/photo", "jobs/two/photo"))
    assert [path.name for path in tmp_path.rglob("*")] == ["jobs"]


def test_a_directory_hands_out_pictures_by_url_and_nothing_else(tmp_path: Path) -> None:
    results = LocalResults(tmp_path / "results", SigningKey("AKIDtest", "secret"))
    objects = DirectoryObjects(results)

    async def put_and_sign(name: str) -> tuple[str, str]:
        await objects.put(name, b"picture", "image/png")
        url = await objects.url(name, base_url=BASE, seconds=60)
        path, _, query = url.removeprefix(BASE).partition("?")
        return path, query

    path, query = asyncio.run(put_and_sign(PNG))
    assert path == f"/results/{PNG}"
    found = results.resolve("GET", path, query, "127.0.0.1:8080", time.time())
    assert (found.path.read_bytes(), found.media_type) == (b"picture", "image/png")
    # Old as it is, a sweep of results leaves it alone.
    results.sweep(time.time() + 1e6)
    assert found.path.exists()
    with pytest.raises(Exception, match="NoSuchKey"):
        results.resolve("GET", *asyncio.run(put_and_sign("jobs/secret")), "127.0.0.1:8080", time.time())


def fetch(url: str, method: str = "GET") -> tuple[int, str, bytes]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, method=method)) as answer:
            return answer.status, answer.headers["content-type"], answer.read()
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.code, "", answer.read()


async def test_the_store_hands_out_what_was_signed_for_and_nothing_else(server: S3Server) -> None:
    objects = in_bucket(server)
    await objects.put(PNG, b"picture", "image/png")
    await objects.put("jobs/other", b"secret", "image/png")
    url = await objects.url(PNG, base_url=BASE, seconds=3600)
    assert url.startswith(f"{server.url}/{BUCKET}/for-")
    assert f"/there/{PNG}?X-Amz-Algorithm=AWS4-HMAC-SHA256&" in url
    assert "X-Amz-Expires=3600&" in url
    assert server.secret_key not in url
    assert await asyncio.to_thread(fetch, url) == (200, "image/png", b"picture")
    bare = url.partition("?")[0]
    for changed in (
        bare,
        url.replace(PNG, "jobs/other"),
        url.replace("X-Amz-Expires=3600", "X-Amz-Expires=7200"),
        f"{server.url}/{BUCKET}?list-type=2",
    ):
        status, _, body = await asyncio.to_thread(fetch, changed)
        assert 400 <= status < 500
        assert b"secret" not in body
    assert (await asyncio.to_thread(fetch, url, "DELETE"))[0] == 403
    assert await objects.get(PNG) == b"picture"


@pytest.mark.parametrize(
    ("environment", "bucket", "reason"),
    [
        ({"AWS_SECRET_ACCESS_KEY": "wrong"}, BUCKET, "refused with 403 SignatureDoesNotMatch"),
        ({"AWS_ACCESS_KEY_ID": "AKIDother"}, BUCKET, "refused with 403"),
        ({}, "not-there", "there is no such bucket"),
    ],
)
async def test_a_refusal_is_told_in_a_line_without_a_secret(
    server: S3Server,
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    bucket: str,
    reason: str,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    objects = in_bucket(server, bucket)
    for work in (objects.put(PNG, b"", "image/png"), objects.check()):
        with pytest.raises(ResultStoreError, match=reason) as caught:
            await work
        text = str(caught.value)
        assert len(text) < 150
        assert "\n" not in text
        assert "wrong" not in text
