"""The tiers of tests, and what a test of the fastest tier may not do.

``unit``
    Runs in the process of the tests: no network socket, no service, no browser. The loop while editing.
``service``
    Opens sockets on this machine, or starts processes: the service, or the workers of a folder of photos.
``clients``
    Calls the running service with the official clients, or over raw sockets as they do.
``browser``
    The studio's page and scripts, in Chromium and Node.js.

A test belongs to its folder's tier, where `FOLDERS` gives it one; or else to the tier that a marker names
(``pytestmark = pytest.mark.service``), or else to that of the fixtures it takes, or else to ``unit``.

The marker ``slow`` is no tier. It is for unit tests that take more than about a second on a slow processor,
as they start interpreters, compile, search a picture of some size, or judge very many. ``make test-fast``
leaves them out, as it does the folders of other tiers, which need not be imported then; ``make test`` runs
everything.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest

__all__ = ["FOLDERS", "SLOW", "TIERS", "offline", "tier_of"]

TIERS: Final = frozenset({"unit", "service", "clients", "browser"})
SLOW: Final = "slow"
FOLDERS: Final = {
    "clients": "clients",
    "download": "service",
    "faults": "service",
    "models": "service",
    "studio": "browser",
}
"""Folders whose tests are all of one tier."""

_FIXTURES: Final = {"observed", "service", "picture_server", "s3_server"}
_NETWORK: Final = {"socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"}
_LOOKUPS: Final = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}


def tier_of(item: pytest.Item) -> str:
    """Return the tier of a collected test.

    Raises
    ------
    pytest.UsageError
        If folder and markers name more than one, or if a test of another tier than `unit` is marked as slow.
    """
    marks = {mark.name for mark in item.iter_markers()}
    named = (marks & TIERS) | ({FOLDERS[folder]} if (folder := item.path.parent.name) in FOLDERS else set())
    if len(named) > 1:
        raise pytest.UsageError(f"{item.nodeid} is marked {' and '.join(sorted(named))}: a test has one tier")
    if not named:
        named = {"service" if _FIXTURES & set(getattr(item, "fixturenames", ())) else "unit"}
    (tier,) = named
    if SLOW in marks and tier != "unit":
        raise pytest.UsageError(f"{item.nodeid} is marked {SLOW}: that is for tests of tier `unit`")
    return tier


_watching = False


def _watch(event: str, args: tuple[Any, ...]) -> None:
    if not _watching:
        return
    # The address of a network socket is a tuple; a local one, such as an event loop's own, has a path.
    if event in _LOOKUPS or (event in _NETWORK and isinstance(args[1], tuple)):
        pytest.fail(f"a test of tier `unit` uses the network ({event}): mark it `service`")
    if event == "subprocess.Popen" and {"wuhen", "serve"} <= {str(arg) for arg in args[1]}:
        pytest.fail("a test of tier `unit` starts the service: mark it `service`")


# An audit hook sees what C code does too. It cannot be removed, so it is told when to look.
sys.addaudithook(_watch)


@contextmanager
def offline() -> Iterator[None]:
    """Fail the test that uses the network or starts the service before the context ends."""
    global _watching  # noqa: PLW0603 - the hook is one for the whole process, and so is its switch
    _watching = True
    try:
        yield
    finally:
        _watching = False
