"""Objects in a directory of this machine."""

import asyncio
import os
import stat
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path

from wuhen.disk import check_writing
from wuhen.results.files import STALE_SECONDS, TEMPORARY, write_whole
from wuhen.results.local import LocalResults
from wuhen.results.objects import Listed, ObjectMissing, check_name
from wuhen.results.store import ResultStoreError

__all__ = ["DirectoryObjects"]


class DirectoryObjects:
    """Objects as files; implements `Objects`. Several processes may share the directory.

    Parameters
    ----------
    results
        What hands files of its directory out by URL. Objects lie in that directory too, but none lies beside
        the results, which are swept by their age: a name has two parts at least.
    """

    def __init__(self, results: LocalResults) -> None:
        self._results = results
        self._directory = results.directory

    async def put(self, name: str, data: bytes, media_type: str) -> None:  # noqa: ARG002 - the name's end says it
        """Keep a file; see `Objects.put`."""
        file = self._file(name)
        try:
            await asyncio.to_thread(write_whole, file, data)
        except OSError as error:
            raise ResultStoreError(f"cannot write {file}: {error.strerror}") from error

    async def get(self, name: str) -> bytes:
        """Return a file's content; see `Objects.get`."""
        file = self._file(name)
        try:
            return await asyncio.to_thread(file.read_bytes)
        except FileNotFoundError:
            raise ObjectMissing(name) from None
        except OSError as error:
            raise ResultStoreError(f"cannot read {file}: {error.strerror}") from error

    async def delete(self, *names: str) -> None:
        """Delete files; see `Objects.delete`."""
        files = [self._file(name) for name in names]

        def unlink() -> None:
            for file in files:
                file.unlink(missing_ok=True)
            # Names that begin alike are soon all gone, and would leave a folder each.
            for folder in {file.parent for file in files} - {self._directory}:
                if folder.parent != self._directory:
                    with suppress(OSError):  # it holds others, or is gone
                        folder.rmdir()

        try:
            await asyncio.to_thread(unlink)
        except OSError as error:
            raise ResultStoreError(f"cannot delete {error.filename}: {error.strerror}") from error

    async def list(self, prefix: str = "") -> AsyncIterator[Listed]:
        """List files; see `Objects.list`. What a dead process was writing is deleted on the way."""
        below = self._directory / check_name(prefix) if prefix else self._directory
        try:
            found = await asyncio.to_thread(lambda: [*self._walk(below)])
        except OSError as error:
            raise ResultStoreError(f"cannot list {below}: {error.strerror}") from error
        for one in found:
            yield one

    async def url(self, name: str, *, base_url: str, seconds: int) -> str:
        """Return a URL that the service answers; see `Objects.url`."""
        return self._results.url(check_name(name), base_url=base_url, now=time.time(), seconds=seconds)

    async def check(self) -> None:
        """Make sure that a file could be written; see `Objects.check`."""
        try:
            await asyncio.to_thread(check_writing, self._directory, name=f"{TEMPORARY}check")
        except OSError as error:
            raise ResultStoreError(f"cannot write to {self._directory}: {error.strerror}") from error

    def _file(self, name: str) -> Path:
        if "/" not in check_name(name):
            raise ValueError(f"results lie there: {name!r}")
        return self._directory / name

    def _walk(self, below: Path) -> Iterator[Listed]:
        for folder, _, files in os.walk(below):
            if Path(folder) == self._directory:
                continue
            for file in (Path(folder, name) for name in files):
                try:
                    found = file.lstat()
                    if file.name.startswith(TEMPORARY) and found.st_mtime + STALE_SECONDS < time.time():
                        file.unlink()
                except FileNotFoundError:
                    continue
                if stat.S_ISREG(found.st_mode) and not file.name.startswith("."):
                    name = file.relative_to(self._directory).as_posix()
                    yield Listed(name, found.st_mtime, found.st_size)
