"""The built-in home of results: a directory, and URLs in the object store's form that the service answers.

All here blocks for as long as the disk takes; `LocalResultStore` does not.
"""

import asyncio
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from wuhen.disk import check_writing
from wuhen.results import cos_signature
from wuhen.results.cos_signature import SigningKey
from wuhen.results.files import STALE_SECONDS, TEMPORARY, write_whole
from wuhen.results.pictures import MEDIA_TYPES, PICTURE, name_picture
from wuhen.results.refusal import ResultRefused
from wuhen.results.store import LIFETIME, SWEEP_GRACE, ResultStoreError, StoredResult

URL_PREFIX = "/results/"
"""Path under which the service hands out results."""

_NAME = re.compile(PICTURE)
_BELOW = re.compile(rf"(?:[0-9a-z][0-9A-Za-z_-]*/){{0,3}}{PICTURE}")
_BASE_PATH = re.compile(r"(?:/[0-9A-Za-z._~-]+)*/?")
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


class LocalResults:
    """Results in a directory of this machine.

    Several processes may share the directory. A file's modification time is the start of its URL's life, so
    sweeping needs no other record and works after a restart.

    Parameters
    ----------
    directory
        Where to keep them; made with mode 0700 if missing. Files have mode 0600.
    signing_key
        The pair that signs URLs; `load_signing_key` keeps it beside the directory.
    lifetime
        Seconds for which a URL is valid.

    Attributes
    ----------
    directory
        The same.

    Raises
    ------
    ResultStoreError
        If the directory cannot be made.
    """

    def __init__(self, directory: Path, signing_key: SigningKey, *, lifetime: int = LIFETIME) -> None:
        self.directory = directory
        self._key = signing_key
        self._lifetime = lifetime
        try:
            self._make_directory()
        except OSError as error:
            raise ResultStoreError(f"cannot keep results in {directory}: {error.strerror}") from error

    def put(self, data: bytes, *, media_type: str, base_url: str, now: float) -> str:
        """Store a result; see `ResultStore.put`. The file appears under its name complete or not at all."""
        name = name_picture(media_type)
        _split_base_url(base_url)
        try:
            write_whole(self.directory / name, data, at=now)
        except OSError as error:
            raise ResultStoreError(
                f"cannot store the result in {self.directory}: {error.strerror}"
            ) from error
        return self.url(name, base_url=base_url, now=now, seconds=self._lifetime)

    def url(self, name: str, *, base_url: str, now: float, seconds: int) -> str:
        """Return the URL under which a file of the directory can be fetched, from `now` on for so long.

        Raises
        ------
        ValueError
            If `base_url` is none.
        """
        origin, host, prefix = _split_base_url(base_url)
        path = prefix + URL_PREFIX + name
        query = cos_signature.presigned_query(
            self._key, method="GET", path=path, host=host, start=int(now), lifetime=seconds
        )
        return f"{origin}{path}?{query}"

    def resolve(self, method: str, path: str, raw_query: str, host: str, now: float) -> StoredResult:
        """Find the result that a request may have.

        Parameters
        ----------
        method
            GET or HEAD; a URL signed for GET is good for HEAD.
        path
            Decoded path, as ASGI's ``scope["path"]``.
        raw_query
            Query as received, without its question mark.
        host
            The host that clients address: the Host header, or that of the configured base URL behind a proxy
            that replaces it.
        now
            Unix time in seconds.

        Raises
        ------
        ResultRefused
            If the signature does not admit the request, or there is no such result (any more).
        """
        if method not in {"GET", "HEAD"}:
            raise ResultRefused.method()
        self._verify(method, path, raw_query, host, now)
        # Whatever path the service is under was in the URL that was signed.
        name = _BELOW.fullmatch(path.rpartition(URL_PREFIX)[2]) if URL_PREFIX in path else None
        if name is None:
            raise ResultRefused.missing()
        file = self.directory / name[0]
        try:
            status = file.lstat()
        except FileNotFoundError:
            raise ResultRefused.missing() from None
        except OSError:
            raise ResultRefused.unavailable() from None
        if not stat.S_ISREG(status.st_mode):
            raise ResultRefused.missing()
        return StoredResult(path=file, media_type=MEDIA_TYPES[name[1]], size=status.st_size)

    def check(self) -> None:
        """Make sure that a result could be stored now, by writing a little.

        Raises
        ------
        ResultStoreError
            Nothing can be written, or there is no room for a large result.
        """
        try:
            self._make_directory()
            check_writing(self.directory, name=f"{TEMPORARY}check")
        except OSError as error:
            raise ResultStoreError(f"cannot store results in {self.directory}: {error.strerror}") from error

    def sweep(self, now: float) -> int:
        """Delete expired results and half-written files left behind; see `ResultStore.sweep`.

        Files that this class did not make are left alone. A file that another process deletes first does no
        harm.
        """
        swept = 0
        for entry in self._entries():
            is_result = _NAME.fullmatch(entry.name) is not None
            if not is_result and not entry.name.startswith(TEMPORARY):
                continue
            keep = self._lifetime + SWEEP_GRACE if is_result else STALE_SECONDS
            try:
                if entry.stat(follow_symlinks=False).st_mtime + keep < now:
                    Path(entry.path).unlink()
                    swept += is_result
            except FileNotFoundError:
                continue
            except OSError as error:
                raise ResultStoreError(f"cannot delete {entry.path}: {error.strerror}") from error
        return swept

    def _verify(self, method: str, path: str, raw_query: str, host: str, now: float) -> None:
        if len(host) > cos_signature.MAX_HOST_LENGTH:
            raise ResultRefused.mismatch()
        headers = {"host": _without_default_port(host.lower())}
        try:
            cos_signature.verify(
                self._key, method=method, path=path, query=raw_query, headers=headers, now=now
            )
        except ResultRefused:
            if method != "HEAD":
                raise
            cos_signature.verify(
                self._key, method="GET", path=path, query=raw_query, headers=headers, now=now
            )

    def _make_directory(self) -> None:
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)

    def _entries(self) -> Iterator[os.DirEntry[str]]:
        try:
            with os.scandir(self.directory) as entries:
                yield from entries
        except FileNotFoundError:
            return
        except OSError as error:
            raise ResultStoreError(f"cannot list {self.directory}: {error.strerror}") from error


class LocalResultStore:
    """`LocalResults` as a `ResultStore`.

    Parameters
    ----------
    results
        What keeps them.
    """

    sweep_seconds = 60.0

    def __init__(self, results: LocalResults) -> None:
        self._results = results

    def expect(self) -> None:
        """Say nothing; see `ResultStore.expect`. A directory's faults show when it is written to."""

    async def put(self, data: bytes, *, media_type: str, base_url: str, now: float) -> str:
        """Store a result; see `ResultStore.put`."""
        put = self._results.put
        return await asyncio.to_thread(put, data, media_type=media_type, base_url=base_url, now=now)

    async def check(self) -> None:
        """Make sure that a result could be stored now; see `ResultStore.check`."""
        await asyncio.to_thread(self._results.check)

    async def sweep(self, now: float) -> int:
        """Delete expired results; see `ResultStore.sweep`."""
        return await asyncio.to_thread(self._results.sweep, now)


def _split_base_url(base_url: str) -> tuple[str, str, str]:
    """Return the origin that starts a URL, the host that a client will send, and the path before ours."""
    parts = urlsplit(base_url)
    if (
        parts.scheme not in _DEFAULT_PORTS
        or not parts.hostname
        or "@" in parts.netloc
        or not _BASE_PATH.fullmatch(parts.path)
        or parts.query
        or parts.fragment
    ):
        raise ValueError(
            f"a base URL is like https://host, http://host:8000 or https://host/path, not {base_url!r}"
        )
    host = parts.netloc.lower().removesuffix(_DEFAULT_PORTS[parts.scheme])
    return f"{parts.scheme}://{host}", host, parts.path.removesuffix("/")


def _without_default_port(host: str) -> str:
    """Drop a port that need not be sent. The scheme is unknown here; a port 80 of https has no other use."""
    return host.removesuffix(":80").removesuffix(":443")
