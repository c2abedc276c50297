"""What would keep the service from starting, found without starting it and without making anything."""

import asyncio
import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from wuhen.accounts import AccountsError, examine_database
from wuhen.action import check_engine
from wuhen.disk import check_writing
from wuhen.fill import FillError
from wuhen.mark import MarkError
from wuhen.results import SIGNING_KEY_FILE, ResultStoreError, read_signing_key
from wuhen.service.gates import Gates
from wuhen.service.marking import read_marking
from wuhen.service.result_home import open_result_home
from wuhen.service.sockets import listen, load_tls
from wuhen.settings import Settings

__all__ = ["find_faults"]


def find_faults(settings: Settings) -> list[str]:
    """Return what is wrong, a sentence each, with what would be right; empty if the service would start.

    An address that is in use is none: the service that runs there may be the one that this is asked for.
    """
    return [fault for check in _CHECKS for fault in check(settings)]


def _engine(settings: Settings) -> Iterator[str]:
    yield from _failing(lambda: check_engine(settings.engine, settings.models))


def _certificate(settings: Settings) -> Iterator[str]:
    yield from _failing(lambda: load_tls(settings))


def _marks(settings: Settings) -> Iterator[str]:
    yield from _failing(lambda: read_marking(settings))


def _addresses(settings: Settings) -> Iterator[str]:
    wanted = [(settings.host, settings.port)]
    if settings.metrics_port is not None:
        wanted.append((settings.metrics_host, settings.metrics_port))
    for host, port in wanted:
        try:
            listen(host, port).close()
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                yield str(error.strerror)


def _data(settings: Settings) -> Iterator[str]:
    folder = settings.data_dir
    yield from _unwritable("data_dir", folder)
    if not folder.is_dir():
        return
    key = folder / SIGNING_KEY_FILE
    if key.exists():
        yield from _failing(lambda: read_signing_key(key))


def _database(settings: Settings) -> Iterator[str]:
    yield from _failing(lambda: examine_database(*settings.database))


def _gates(settings: Settings) -> Iterator[str]:
    yield from _failing(lambda: Gates.open(settings))


def _results(settings: Settings) -> Iterator[str]:
    if settings.results_place is not None:
        # Opened as the service does it, and asked as `/readyz` asks.
        yield from _failing(lambda: asyncio.run(open_result_home(settings).results.check()))
    elif settings.results.parent != settings.data_dir or settings.results.exists():
        yield from _unwritable("result_dir", settings.results)


_CHECKS: tuple[Callable[[Settings], Iterator[str]], ...] = (
    _engine,
    _certificate,
    _marks,
    _addresses,
    _data,
    _database,
    _gates,
    _results,
)


def _failing(work: Callable[[], object]) -> Iterator[str]:
    """Yield how `work` fails, if it does."""
    try:
        work()
    except (AccountsError, FillError, MarkError, ResultStoreError) as error:
        yield str(error)
    except OSError as error:
        yield f"{error.filename}: {error.strerror}" if error.filename else str(error.strerror or error)


def _unwritable(name: str, directory: Path) -> Iterator[str]:
    """Yield why files could not be kept in a directory, which need not be there yet."""
    if not directory.exists():
        parent = next(parent for parent in directory.absolute().parents if parent.exists())
        if not parent.is_dir() or not os.access(parent, os.W_OK | os.X_OK):
            yield f"{name}: {directory} cannot be made in {parent}; make it, owned by the service's user"
        return
    try:
        check_writing(directory)
    except OSError as error:
        yield f"{name}: {directory} cannot be written: {error.strerror}"
