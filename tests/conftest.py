"""What several folders of tests share: tiers, the clock, the running service, and pictures to send it."""

import asyncio
import signal
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import hypothesis
import pytest

import homes
from accounts import old_stores
from clock import ClockLoop
from collector import Collector, collecting
from harness import Service, running
from order import longest_first
from picture_server import PictureServer, serving
from scenes import Scene, red_square
from servers.postgresql import Postgres, serving_postgres
from servers.s3 import RCLONE, S3Server, serving_s3
from tiers import TIERS, offline, tier_of
from wuhen.action import News
from wuhen.workers import LocalWorkers


def pytest_configure() -> None:
    """Let no slow machine fail a property test, and take Ctrl-C again.

    What a shell starts in the background ignores it, and so do its children.
    """
    hypothesis.settings.register_profile("unhurried", deadline=None)
    hypothesis.settings.load_profile("unhurried")
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], ClockLoop]]:
    """Give every asynchronous test a clock that it can move on."""
    return {"clock": ClockLoop}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark every test with its tier, before `-m` chooses among them, and skip what its home does not have."""
    if hasattr(config, "workerinput"):  # one of several processes that share the tests
        longest_first(items)
    for item in items:
        tier = tier_of(item)
        if not TIERS & {mark.name for mark in item.iter_markers()}:
            item.add_marker(tier)
        if homes.HOME is not homes.Home.LOCAL and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(homes.TEST_SECONDS))
        for mark in item.iter_markers("embedded"):
            reason = homes.EMBEDDED[mark.args[0]]
            if homes.HOME is not homes.Home.LOCAL:
                item.add_marker(pytest.mark.skip(reason=f"{homes.HOME} home: {reason}"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Keep unit tests off the network, in their fixtures too."""
    if tier_of(item) != "unit":
        return (yield)
    with offline():
        return (yield)


@pytest.fixture(scope="session", autouse=True)
def _servers_end_with_the_tests() -> Iterator[None]:
    yield
    homes.close()


@pytest.fixture(scope="session")
def scene() -> Scene:
    """A small photo with a red square to erase."""
    return red_square()


@pytest.fixture(scope="session")
def picture_server(scene: Scene) -> Iterator[PictureServer]:
    """An HTTP server with the scene's photo and mask."""
    with serving() as server:
        server.publish(scene)
        yield server


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """A real object store for all tests that let it live."""
    if RCLONE is None:
        pytest.skip("there is no rclone here")
    with serving_s3(tmp_path_factory.mktemp("s3")) as started:
        yield started


PRESETS = '{"corner": {"rect": "-20,-25%,20,25%"}, "captions": {"find": "text", "find_in": "0,0,100%,50%"}}'
"""What calls of `service` may name."""


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory, picture_server: PictureServer) -> Iterator[Service]:
    """One service for all tests that do it no harm; it may download from the picture server, if quickly.

    Its store was the first release's, so that what they show holds after an upgrade as well.
    """
    data_dir = tmp_path_factory.mktemp("service") / "data"
    if homes.HOME is homes.Home.LOCAL:
        old_stores.make(1, data_dir)
    with running(data_dir, *picture_server.admitted, "--presets", PRESETS) as started:
        yield started


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server for all tests of this process."""
    with serving_postgres() as server:
        yield server


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A data directory for a service of the test's own."""
    return tmp_path / "data"


@pytest.fixture(scope="session")
def collector() -> Iterator[Collector]:
    """Where traces of `observed` go."""
    with collecting() as started:
        yield started


@pytest.fixture(scope="session")
def observed(tmp_path_factory: pytest.TempPathFactory, collector: Collector) -> Iterator[Service]:
    """A service with one worker, open doors, and everything on by which operators see it."""
    doors = ("--doors", "plain,clipdrop,iopaint,openai,mcp")
    options = ("--metrics-port", "0", "--access-log", "true", "--log-level", "debug", *doors)
    traces = ("--trace-endpoint", collector.url)
    data_dir = tmp_path_factory.mktemp("observed") / "data"
    with running(data_dir, *options, *traces, "--workers", "1", "--threads", "1") as started:
        yield started


@pytest.fixture
def own_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have batches do their work in this process: a worker takes longer to start than most of them."""

    async def enter(workers: LocalWorkers) -> LocalWorkers:
        return workers

    async def do(
        _: LocalWorkers,
        function: Callable[..., Any],
        *arguments: object,
        seconds: float | None = None,
        heeds: bool = False,
        tell: Callable[[News], None] | None = None,
        **_answer: object,
    ) -> Any:
        heeded: dict[str, Any] = {"cancelled": lambda: False, "seconds": seconds} if heeds else {}
        return await asyncio.to_thread(function, *arguments, **heeded, **({"tell": tell} if tell else {}))

    monkeypatch.setattr(LocalWorkers, "__aenter__", enter)
    monkeypatch.setattr(LocalWorkers, "_do", do)
