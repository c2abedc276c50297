"""What several folders of tests share: the running service, and pictures to send it."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness import Service, running
from picture_server import PictureServer, serving
from scenes import Scene, red_square


def pytest_configure() -> None:
    """Take Ctrl-C again: what a shell starts in the background ignores it, and so do its children."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


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
def service(tmp_path_factory: pytest.TempPathFactory, picture_server: PictureServer) -> Iterator[Service]:
    """One service for all tests that do it no harm; it may download from the picture server, if quickly."""
    with running(tmp_path_factory.mktemp("service") / "data", *picture_server.admitted) as started:
        yield started


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A data directory for a service of the test's own."""
    return tmp_path / "data"
