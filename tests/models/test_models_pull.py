"""Fetching a model from real servers that cut off, ignore Range, send something else or are not there."""

import errno
import functools
import hashlib
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness import clean_environment
from models.model_server import ModelServer, serving
from wuhen.models import Model, ModelsError, ModelStore, NotFetched, WrongFile, pull

CONTENT = bytes(range(256)) * 2000
MODEL = Model("tiny", "tiny.onnx", "nobody/tiny", "MIT", len(CONTENT), hashlib.sha256(CONTENT).hexdigest())

#: As `pull`, without the pauses between tries.
pull_at_once = functools.partial(pull, sleep=lambda _seconds: None)

#: Pulls in a process that may not write files of more than 64 kB; prints what came of it.
PULL = """
import resource, sys
from pathlib import Path
from wuhen.models import Model, ModelStore, pull
name, size, sha, directory, mirror = sys.argv[1:]
resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))
try:
    pull(Model("tiny", name, "nobody/tiny", "MIT", int(size), sha), ModelStore(Path(directory)), [mirror])
except OSError as error:
    print(error.errno, error.strerror, error.filename)
"""


@pytest.fixture(autouse=True, scope="module")
def _no_way_out() -> Iterator[None]:
    """Let the public mirrors be refused at once, on machines with a network too."""
    with socket.socket() as free, pytest.MonkeyPatch.context() as environment:
        # Bound, but not listening.
        free.bind(("127.0.0.1", 0))
        environment.setenv("https_proxy", f"http://127.0.0.1:{free.getsockname()[1]}")
        environment.setenv("no_proxy", "127.0.0.1")
        yield


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with serving(CONTENT) as running:
        yield running


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    return ModelStore(tmp_path / "models")


def test_a_model_is_fetched_once(store: ModelStore, server: ModelServer) -> None:
    seen: list[int] = []
    path = pull_at_once(MODEL, store, [server.url + "/"], seen.append)
    assert path.read_bytes() == CONTENT
    assert server.paths == ["/models/tiny.onnx"]
    assert seen == sorted(seen)
    assert (seen[0], seen[-1]) == (0, MODEL.size)
    assert store.state(MODEL) == "ready"
    assert pull_at_once(MODEL, store, [server.url]) == path
    assert len(server.asked) == 1


def test_a_cut_is_made_good_from_where_it_was(store: ModelStore, server: ModelServer) -> None:
    server.cuts = [100_000, 50_000]
    assert pull_at_once(MODEL, store, [server.url]).read_bytes() == CONTENT
    assert server.asked == [None, "bytes=100000-", "bytes=150000-"]


def test_a_mirror_that_fails_is_asked_again_after_longer_pauses(
    store: ModelStore, server: ModelServer
) -> None:
    server.status = 503
    pauses: list[float] = []
    with pytest.raises(NotFetched):
        pull(MODEL, store, [server.url], sleep=pauses.append)
    assert pauses == [0.5, 1.0]
    assert len(server.asked) == 3


def test_what_came_is_kept_for_the_next_pull(store: ModelStore, server: ModelServer) -> None:
    server.cuts = [100_000, 0, 0, 0]
    with pytest.raises(NotFetched, match="ended the connection early"):
        pull_at_once(MODEL, store, [server.url])
    assert store.state(MODEL) == "partial"
    assert store.find(MODEL) is None
    seen: list[int] = []
    assert pull_at_once(MODEL, store, [server.url], seen.append).read_bytes() == CONTENT
    assert server.asked[-1] == "bytes=100000-"
    assert seen[0] == 100_000


def test_another_mirror_goes_on_where_the_first_ended(store: ModelStore, server: ModelServer) -> None:
    with serving(CONTENT) as first:
        first.cuts = [100_000, 0, 0, 0]
        assert pull_at_once(MODEL, store, [first.url, server.url]).read_bytes() == CONTENT
    assert server.asked == ["bytes=100000-"]


def test_a_server_that_ignores_range_sends_all_of_it(store: ModelStore, server: ModelServer) -> None:
    server.ranges = False
    server.cuts = [100_000]
    assert pull_at_once(MODEL, store, [server.url]).read_bytes() == CONTENT
    assert server.asked == [None, "bytes=100000-"]


def test_a_file_that_changed_meanwhile_is_fetched_anew(store: ModelStore, server: ModelServer) -> None:
    server.content = CONTENT[::-1]
    server.cuts = [100_000, 0, 0, 0]
    with pytest.raises(NotFetched):
        pull_at_once(MODEL, store, [server.url])
    server.content = CONTENT
    assert pull_at_once(MODEL, store, [server.url]).read_bytes() == CONTENT
    assert server.asked[-2:] == ["bytes=100000-", None]


def test_a_wrong_file_is_refused_and_thrown_away(store: ModelStore, server: ModelServer) -> None:
    server.content = CONTENT[:-1] + b"\x00"
    with pytest.raises(NotFetched, match="wrong checksum"):
        pull_at_once(MODEL, store, [server.url])
    assert store.state(MODEL) == "missing"
    assert not list(store.directory.glob("tiny*"))
    assert len(server.asked) == 1


@pytest.mark.parametrize("content", [CONTENT[:-5], CONTENT + b"more", b""])
def test_a_file_of_another_size_is_refused(store: ModelStore, server: ModelServer, content: bytes) -> None:
    server.content = content
    with pytest.raises(NotFetched, match=rf"(has {len(content)} bytes instead of {MODEL.size}|status 416)"):
        pull_at_once(MODEL, store, [server.url])
    assert store.find(MODEL) is None


@pytest.mark.parametrize(
    ("headers", "status", "told"),
    [
        ({"Content-Encoding": "gzip"}, 200, "compressed"),
        ({}, 404, "status 404"),
        ({}, 503, "status 503"),
        ({}, 204, "status 204"),
        ({"Content-Range": "bytes 7-8/9"}, 206, "another part"),
    ],
)
def test_other_answers_are_told(
    store: ModelStore, server: ModelServer, headers: dict[str, str], status: int, told: str
) -> None:
    server.headers, server.status = headers, status
    with pytest.raises(NotFetched, match=told):
        pull_at_once(MODEL, store, [server.url])
    assert store.find(MODEL) is None


@given(
    cuts=st.lists(st.integers(1, MODEL.size), max_size=6),
    ranges=st.booleans(),
    part=st.one_of(st.none(), st.integers(0, MODEL.size + 9)),
    right=st.booleans(),
)
@settings(deadline=None, max_examples=40)
def test_whatever_is_there_and_is_cut_the_model_arrives(
    *, cuts: list[int], ranges: bool, part: int | None, right: bool
) -> None:
    with serving(CONTENT) as server, tempfile.TemporaryDirectory() as directory:
        store = ModelStore(Path(directory))
        if part is not None:
            there = (CONTENT if right else bytes(MODEL.size)) + bytes(9)
            store.part(MODEL).write_bytes(there[:part])
        # Without Range, what is cut off is not made good by what follows.
        server.ranges, server.cuts = ranges, cuts if ranges else cuts[:1]
        assert pull_at_once(MODEL, store, [server.url]).read_bytes() == CONTENT
        assert not store.part(MODEL).exists()


def test_without_a_network_it_says_what_to_put_where(store: ModelStore) -> None:
    with pytest.raises(NotFetched) as caught:
        pull_at_once(MODEL, store)
    message = str(caught.value)
    for url in MODEL.urls:
        assert url in message
    assert MODEL.sha256 in message
    assert "wuhen models add tiny tiny.onnx" in message
    assert str(store.directory) in message


@pytest.mark.parametrize(
    "mirror",
    [
        "ftp://host/x", "file:///etc/passwd", "host/x", "http://", "http://host:x/y", "http://ho st/x",
        "http://u:secret@host/x", "http://host/x?token=secret", "http://host/x#secret", "http://h\u00f6st/",
    ],
)  # fmt: skip
def test_a_mirror_that_cannot_be_is_refused_and_not_repeated(store: ModelStore, mirror: str) -> None:
    with pytest.raises(ModelsError) as caught:
        pull_at_once(MODEL, store, [mirror])
    assert mirror.removeprefix("http://") == "" or mirror not in str(caught.value)
    assert "secret" not in str(caught.value)
    assert not store.directory.exists()


def test_two_pulls_at_once_fetch_it_once(store: ModelStore, server: ModelServer) -> None:
    server.paused = threading.Event()
    waits = threading.Event()
    with ThreadPoolExecutor() as threads:
        first = threads.submit(pull_at_once, MODEL, store, [server.url])
        while not server.asked:
            time.sleep(0.01)
        second = threads.submit(pull_at_once, MODEL, ModelStore(store.directory, waits.set), [server.url])
        assert waits.wait(10)
        assert store.find(MODEL) is None
        server.paused.set()
        assert first.result().read_bytes() == second.result().read_bytes() == CONTENT
    assert len(server.asked) == 1


def test_a_file_that_may_not_grow_leaves_nothing(store: ModelStore, server: ModelServer) -> None:
    arguments = [MODEL.file, MODEL.size, MODEL.sha256, store.directory, server.url]
    done = subprocess.run(
        [sys.executable, "-c", PULL, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=True,
        env=clean_environment(),
    )
    assert done.stdout.startswith(f"{errno.ENOSPC} no room")
    assert str(store.directory) in done.stdout
    assert not list(store.directory.glob("tiny*"))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system with room for the model and half of another; only root can make one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    size = f"size={MODEL.size * 3 // 2}"
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", size, "tmpfs", disk], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("this user may not mount a file system")
    yield disk
    subprocess.run(["umount", disk], check=True)


def test_a_disk_that_fills_on_the_way_is_told_and_nothing_is_left(
    small_disk: Path, server: ModelServer
) -> None:
    store = ModelStore(small_disk)
    server.paused = threading.Event()
    with ThreadPoolExecutor() as threads:
        pulling = threads.submit(pull_at_once, MODEL, store, [server.url])
        while not store.part(MODEL).exists():
            time.sleep(0.01)
        (small_disk / "other").write_bytes(bytes(MODEL.size))
        server.paused.set()
        with pytest.raises(OSError, match="no room for") as caught:
            pulling.result()
    assert caught.value.errno == errno.ENOSPC
    assert not list(small_disk.glob("tiny*"))


def test_a_disk_that_is_full_is_told_before_anything_is_fetched(
    small_disk: Path, server: ModelServer, tmp_path: Path
) -> None:
    store = ModelStore(small_disk)
    (small_disk / "other").write_bytes(bytes(MODEL.size))
    with pytest.raises(OSError, match="no room for"):
        pull_at_once(MODEL, store, [server.url])
    assert server.asked == []
    with pytest.raises(OSError, match="No space left"):
        store.add(MODEL, _written(tmp_path / "brought"))
    assert {path.name for path in small_disk.iterdir()} == {"other", ".tiny.onnx.lock"}


def test_a_file_brought_by_hand(store: ModelStore, tmp_path: Path) -> None:
    brought = tmp_path / "brought"
    brought.write_bytes(CONTENT[:-1])
    with pytest.raises(WrongFile, match=MODEL.sha256):
        store.add(MODEL, brought)
    assert store.state(MODEL) == "missing"
    brought.write_bytes(CONTENT)
    assert store.add(MODEL, brought).read_bytes() == CONTENT
    # The very file that is there already.
    assert store.add(MODEL, store.path(MODEL)).read_bytes() == CONTENT
    assert brought.exists()


def test_what_is_there_is_told_and_removed(store: ModelStore, tmp_path: Path) -> None:
    assert not store.remove(MODEL)
    assert not store.directory.exists()
    store.add(MODEL, _written(tmp_path / "brought"))
    store.path(MODEL).write_bytes(CONTENT[::-1])
    assert store.state(MODEL) == "damaged"
    assert store.remove(MODEL)
    assert store.state(MODEL) == "missing"
    _written(store.part(MODEL))
    assert store.state(MODEL) == "partial"
    assert store.remove(MODEL)
    assert store.state(MODEL) == "missing"


def _written(path: Path) -> Path:
    path.write_bytes(CONTENT)
    return path
