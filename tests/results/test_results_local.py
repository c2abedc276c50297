"""The directory of results: complete files, private ones, gone when their hour is over."""

import asyncio
import os
import re
import stat
import tempfile
import threading
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wuhen.results import (
    LocalResults,
    LocalResultStore,
    ResultRefused,
    ResultStore,
    ResultStoreError,
    SigningKey,
    StoredResult,
    cos_signature,
    load_signing_key,
)

KEY = SigningKey("AKIDtest", "secret")
BASE = "http://127.0.0.1:8080"
NOW = 1_731_574_045.25
END = 1_731_577_645


@pytest.fixture
def results(tmp_path: Path) -> LocalResults:
    return LocalResults(tmp_path / "results", KEY)


def put(results: LocalResults, data: bytes = b"picture", media_type: str = "image/png") -> tuple[str, str]:
    url = results.put(data, media_type=media_type, base_url=BASE, now=NOW)
    parts = urlsplit(url)
    return parts.path, parts.query


def get(
    results: LocalResults,
    signed: tuple[str, str],
    *,
    method: str = "GET",
    host: str = "127.0.0.1:8080",
    now: float = NOW,
) -> StoredResult:
    return results.resolve(method, *signed, host, now)


def refusal(
    results: LocalResults, signed: tuple[str, str], *, method: str = "GET", now: float = NOW
) -> tuple[int, str]:
    with pytest.raises(ResultRefused) as caught:
        get(results, signed, method=method, now=now)
    return caught.value.status, caught.value.code


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_result_comes_back_byte_for_byte(results: LocalResults) -> None:
    store: ResultStore = LocalResultStore(results)
    url = asyncio.run(store.put(b"\x00\xff" * 1000, media_type="image/jpeg", base_url=BASE, now=NOW))
    assert re.fullmatch(
        r"http://127\.0\.0\.1:8080/results/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\.jpg"
        rf"\?q-sign-algorithm=sha1&q-ak=AKIDtest&q-sign-time=1731574045;{END}&q-key-time=1731574045;{END}"
        r"&q-header-list=host&q-url-param-list=&q-signature=[0-9a-f]{40}",
        url,
    )
    parts = urlsplit(url)
    found = get(results, (parts.path, parts.query))
    assert (found.path.read_bytes(), found.size) == (b"\x00\xff" * 1000, 2000)
    assert found.media_type == "image/jpeg"


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp", "tiff"])
def test_a_result_has_its_media_type_again(results: LocalResults, kind: str) -> None:
    signed = put(results, media_type=f"image/{kind}")
    assert get(results, signed).media_type == f"image/{kind}"


def test_no_two_results_share_a_name(results: LocalResults) -> None:
    assert len({put(results)[0] for _ in range(50)}) == 50


def test_a_url_is_good_for_head(results: LocalResults) -> None:
    signed = put(results)
    assert get(results, signed, method="HEAD") == get(results, signed)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "get", ""])
def test_other_methods_are_not_allowed(results: LocalResults, method: str) -> None:
    assert refusal(results, put(results), method=method) == (405, "MethodNotAllowed")


def test_a_url_is_valid_for_exactly_an_hour(results: LocalResults) -> None:
    signed = put(results)
    get(results, signed, now=END)
    assert refusal(results, signed, now=END + 0.5) == (403, "AccessDenied")
    assert refusal(results, signed, now=END + 0.5, method="HEAD") == (403, "AccessDenied")


def test_a_shorter_life_can_be_set(tmp_path: Path) -> None:
    results = LocalResults(tmp_path, KEY, lifetime=10)
    signed = put(results)
    get(results, signed, now=1_731_574_055)
    assert refusal(results, signed, now=1_731_574_056) == (403, "AccessDenied")


def test_a_url_of_one_result_opens_no_other(results: LocalResults) -> None:
    first, second = put(results), put(results)
    assert refusal(results, (first[0], second[1])) == (403, "SignatureDoesNotMatch")


def test_without_a_signature_a_result_is_denied_and_not_even_known(results: LocalResults) -> None:
    path, _ = put(results)
    assert refusal(results, (path, "")) == (403, "AccessDenied")
    assert refusal(results, ("/results/none.png", "")) == (403, "AccessDenied")


def test_a_deleted_result_is_missing(results: LocalResults) -> None:
    signed = put(results)
    get(results, signed).path.unlink()
    assert refusal(results, signed) == (404, "NoSuchKey")


def signed_path(path: str) -> tuple[str, str]:
    query = cos_signature.presigned_query(
        KEY, method="GET", path=path, host="127.0.0.1:8080", start=int(NOW), lifetime=3600
    )
    return path, query


HOSTILE = [
    "/results/../secret.png",
    "/results//etc/passwd",
    "/results/.writing-abc",
    "/results/",
    "/results/x.png",
    "/other/3fe0afc5-f97b-4d53-b83d-7db4f54a9d37.png",
    "/results/3fe0afc5-f97b-4d53-b83d-7db4f54a9d37.png\x00",
    "/results/3fe0afc5-f97b-4d53-b83d-7db4f54a9d37.png\n",
    "/results/3FE0AFC5-F97B-4D53-B83D-7DB4F54A9D37.png",
    "/results/3fe0afc5-f97b-4d53-b83d-7db4f54a9d37.svg",
]


@pytest.mark.parametrize("path", HOSTILE)
def test_even_a_genuine_signature_opens_nothing_but_results(results: LocalResults, path: str) -> None:
    assert refusal(results, signed_path(path)) == (404, "NoSuchKey")


@given(path=st.text())
def test_any_path_is_refused_without_another_error(path: str) -> None:
    results = LocalResults(Path(tempfile.gettempdir()), KEY)
    assert refusal(results, (path, "")) == (403, "AccessDenied")
    assert refusal(results, signed_path("/results/" + path))[0] in {403, 404}


def test_a_link_or_a_directory_in_a_results_place_is_not_followed(
    results: LocalResults, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("secret")
    for make in (lambda path: path.symlink_to(tmp_path / "secret"), Path.mkdir):
        signed = put(results)
        stored = get(results, signed).path
        stored.unlink()
        make(stored)
        assert refusal(results, signed) == (404, "NoSuchKey")


@pytest.mark.parametrize(
    ("base_url", "origin", "hosts"),
    [
        ("http://Example.COM", "http://example.com", ["example.com", "EXAMPLE.com", "example.com:80"]),
        ("http://example.com:80/", "http://example.com", ["example.com", "example.com:80"]),
        ("https://example.com:443", "https://example.com", ["example.com", "example.com:443"]),
        ("https://example.com:80", "https://example.com:80", []),
        ("http://[::1]:8000", "http://[::1]:8000", ["[::1]:8000"]),
        ("https://example.com/under/a-path/", "https://example.com", ["example.com"]),
    ],
)
def test_the_signed_host_is_the_one_that_clients_send(
    results: LocalResults, base_url: str, origin: str, hosts: list[str]
) -> None:
    url = results.put(b"x", media_type="image/png", base_url=base_url, now=NOW)
    parts = urlsplit(url)
    assert f"{parts.scheme}://{parts.netloc}" == origin
    assert parts.path.startswith(urlsplit(base_url).path.rstrip("/") + "/results/")
    for host in hosts:
        get(results, (parts.path, parts.query), host=host)
    with pytest.raises(ResultRefused, match="SignatureDoesNotMatch"):
        get(results, (parts.path, parts.query), host="other.example")


@pytest.mark.parametrize(
    "base_url",
    [
        "",
        "example.com",
        "ftp://example.com",
        "http://",
        "http://a@b",
        "http://a/b c",
        "http://a/%2e",
        "http://a//b",
        "http://a?b",
        "http://a#b",
    ],
)
def test_an_unusable_base_url_is_refused(results: LocalResults, base_url: str) -> None:
    with pytest.raises(ValueError, match="a base URL is like"):
        results.put(b"x", media_type="image/png", base_url=base_url, now=NOW)


def test_an_unknown_media_type_is_refused(results: LocalResults) -> None:
    with pytest.raises(ValueError, match="not 'image/svg"):
        results.put(b"x", media_type="image/svg+xml", base_url=BASE, now=NOW)


@pytest.mark.parametrize("umask", [0o000, 0o022])
def test_files_are_the_owners_alone(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        results = LocalResults(tmp_path / "data" / "results", KEY)
        stored = get(results, put(results)).path
        load_signing_key(tmp_path / "key" / "results.key")
    finally:
        os.umask(before)
    assert (mode(stored), mode(stored.parent)) == (0o600, 0o700)
    assert mode(tmp_path / "key" / "results.key") == 0o600
    assert mode(tmp_path / "key") == 0o700


def test_sweeping_deletes_what_has_expired_and_nothing_else(results: LocalResults, tmp_path: Path) -> None:
    signed = put(results)
    stored = get(results, signed).path
    foreign = tmp_path / "results" / "notes.txt"
    foreign.write_text("not ours")
    os.utime(foreign, (0, 0))

    assert results.sweep(END + 1) == 0
    assert stored.exists()
    assert results.sweep(END + 120) == 1
    assert not stored.exists()
    assert results.sweep(END + 120) == 0
    assert foreign.exists()


def test_sweeping_needs_no_memory_of_what_was_put(results: LocalResults, tmp_path: Path) -> None:
    put(results)
    assert LocalResults(tmp_path / "results", KEY).sweep(END + 120) == 1


def test_sweeping_clears_away_what_a_dead_process_was_writing(results: LocalResults, tmp_path: Path) -> None:
    half = tmp_path / "results" / ".writing-dead"
    half.write_bytes(b"ha")
    os.utime(half, (NOW, NOW))
    assert results.sweep(NOW + 3000) == 0
    assert half.exists()
    assert results.sweep(NOW + 3601) == 0
    assert not half.exists()


def test_sweeping_a_directory_that_is_gone_does_nothing(results: LocalResults, tmp_path: Path) -> None:
    (tmp_path / "results").rmdir()
    assert results.sweep(NOW) == 0
    get(results, put(results))


def test_puts_and_sweeps_at_one_time_lose_nothing_and_show_nothing_half(
    results: LocalResults, tmp_path: Path
) -> None:
    others = [LocalResults(tmp_path / "results", KEY) for _ in range(2)]
    old = [results.put(b"old", media_type="image/png", base_url=BASE, now=0) for _ in range(200)]
    kept: list[tuple[str, str]] = []
    swept: list[int] = []
    done = threading.Event()
    sizes: set[int] = set()

    def sweep(home: LocalResults) -> None:
        while not done.is_set():
            swept.append(home.sweep(NOW))
            for path in (tmp_path / "results").glob("*.png"):
                try:
                    sizes.add(path.stat().st_size)
                except FileNotFoundError:
                    continue

    sweepers = [threading.Thread(target=sweep, args=(home,)) for home in others]
    for sweeper in sweepers:
        sweeper.start()
    kept.extend(put(results, b"new" * 100_000) for _ in range(40))
    done.set()
    for sweeper in sweepers:
        sweeper.join()
    swept.append(results.sweep(NOW))

    assert sum(swept) == len(old)
    assert all(get(results, signed).size == 300_000 for signed in kept)
    assert sizes <= {3, 300_000}
    assert not list((tmp_path / "results").glob(".writing-*"))


def test_a_failed_write_leaves_nothing_and_says_why(
    results: LocalResults, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(ResultStoreError, match="No space left on device"):
        put(results)
    assert list((tmp_path / "results").iterdir()) == []


def test_a_place_that_is_no_directory_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ResultStoreError, match="file"):
        LocalResults(tmp_path / "file", KEY)
    with pytest.raises(ResultStoreError, match="file"):
        LocalResults(tmp_path / "file" / "below", KEY)
    with pytest.raises(ResultStoreError, match="file"):
        load_signing_key(tmp_path / "file" / "results.key")


def test_urls_outlive_a_restart(tmp_path: Path) -> None:
    def start() -> LocalResults:
        return LocalResults(tmp_path / "results", load_signing_key(tmp_path / "results.key"))

    signed = put(start())
    assert get(start(), signed).size == 7


def test_the_signing_key_is_made_at_random(tmp_path: Path) -> None:
    first, second = (load_signing_key(tmp_path / name) for name in ("a", "b"))
    assert first.secret_id != second.secret_id
    assert first.secret_key != second.secret_key
    assert first.secret_key not in repr(first)


def test_processes_starting_together_agree_on_one_signing_key(tmp_path: Path) -> None:
    together = threading.Barrier(8)
    found: list[SigningKey] = []

    def start() -> None:
        together.wait()
        found.append(load_signing_key(tmp_path / "results.key"))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["results.key"]


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff", b'"text"', b'{"SecretId": "a"}'])
def test_a_damaged_signing_key_is_an_error_that_says_what_to_do(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "results.key").write_bytes(content)
    with pytest.raises(ResultStoreError, match=r"results\.key .* delete it"):
        load_signing_key(tmp_path / "results.key")


def test_a_signing_key_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    load_signing_key(tmp_path / "results.key")
    (tmp_path / "results.key").chmod(0o644)
    load_signing_key(tmp_path / "results.key")
    assert mode(tmp_path / "results.key") == 0o600
