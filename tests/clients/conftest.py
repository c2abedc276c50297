"""What the tests with official clients share."""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from harness import Key, Service, create_key
from picture_server import PictureServer
from scenes import Scene


@pytest.fixture(scope="session", autouse=True)
def _no_proxy() -> Iterator[None]:
    """Keep the clients, which read it, from the proxy of whoever runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.lower().endswith("_proxy"):
                patch.delenv(name)
        yield


@pytest.fixture(scope="session")
def parameters(scene: Scene) -> dict[str, Any]:
    """Parameters with the pictures in them."""
    return scene.parameters()


@pytest.fixture(scope="session")
def url_parameters(picture_server: PictureServer) -> dict[str, Any]:
    """The same by URL, short enough for a query."""
    return {
        "MaskUrl": picture_server.url("/mask.png"),
        "LogoAdd": 0,
        "InputUrl": picture_server.url("/photo.png"),
    }


@pytest.fixture(scope="session")
def temporary_key(service: Service) -> Key:
    """A key that comes with a token."""
    return create_key(service.data_dir, "--lifetime", "3600")
