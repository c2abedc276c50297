"""Files in folders of an object store or of this machine. Needs the extra `objects`."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store

from wuhen.batch.errors import BadPlace, StoreFailed
from wuhen.batch.folders import Folder, Found
from wuhen.results import ResultStoreError
from wuhen.results.connection import RETRIES, RETRY_SECONDS, open_store, reason_of
from wuhen.results.credentials import CredentialsSource, find_credentials
from wuhen.results.place import Access, Place

__all__ = ["OpenFolder", "open_folder"]

HIDDEN = "."
"""What names begin with that nobody put there as a photo."""
REQUEST_SECONDS = 120.0
"""For one request; a photo may be large."""
PATIENCE = 120.0
"""Seconds that a batch under way waits for a store that does not answer."""
PATIENT_RETRIES = 200
"""More than there are in that time."""
CHUNK = 1000
"""How many names a store gives at once."""


def open_folder(folder: Folder, *, make: bool = False, patient: bool = False) -> "OpenFolder":
    """Return what reads and writes a folder. Nothing is asked of a store yet.

    Parameters
    ----------
    folder
        Where it is.
    make
        Whether it is made where it is missing.
    patient
        Whether a store that does not answer is waited for, for `PATIENCE` rather than some seconds.

    Raises
    ------
    BadPlace
        There is no such folder, or no key pair for the store.
    """
    try:
        if folder.bucket is None or folder.access is None:
            return OpenFolder(folder, lambda: LocalStore(folder.path, mkdir=make))
        place = replace(folder.bucket, prefix=folder.path)
        source = find_credentials(place.scheme, folder.access.credentials)
        return OpenFolder(folder, _Way(place, folder.access, source, patient=patient).find)
    except (ValueError, ResultStoreError, OSError) as error:
        raise BadPlace(f"{folder}: {error}") from error


class _Way:
    """The way to a store; made anew when its key pair has been replaced, as a batch may outlive one."""

    def __init__(
        self, place: Place, access: Access, source: CredentialsSource | None, *, patient: bool
    ) -> None:
        self._retries = PATIENT_RETRIES if patient else RETRIES
        self._patience = PATIENCE if patient else RETRY_SECONDS
        self._place = place
        self._access = access
        self._source = source
        self._pair = source() if source is not None else None
        self._store = self._open()

    def find(self) -> S3Store:
        pair = self._source() if self._source is not None else None
        if pair != self._pair:
            self._pair = pair
            self._store = self._open()
        return self._store

    def _open(self) -> S3Store:
        return open_store(
            self._place,
            self._access,
            self._pair,
            seconds=REQUEST_SECONDS,
            retries=self._retries,
            patience=self._patience,
        )


class OpenFolder:
    """A folder that can be read and written; everything raises `StoreFailed`.

    Requests that fail without the store having refused them are made again, with growing pauses.
    """

    def __init__(self, folder: Folder, find: Callable[[], S3Store | LocalStore]) -> None:
        self.folder = folder
        self._find = find
        # What is wrong with the place is found now.
        find()

    @property
    def _store(self) -> S3Store | LocalStore:
        return self._find()

    def list(self) -> Iterator[Found]:
        """Go through its files, at any depth; what is hidden, or in a hidden folder, is not among them."""
        with self._told(""):
            for chunk in obstore.list(self._store, chunk_size=CHUNK):
                for one in chunk:
                    name = one["path"]
                    if not any(part.startswith(HIDDEN) for part in name.split("/")):
                        yield Found(name, one["size"], _tag(one))

    def find_within(self, inner: str) -> Sequence[str]:
        """Return the names of the files in a folder in it, which may be hidden, in their order."""
        with self._told(inner):
            chunks = obstore.list(self._store, inner, chunk_size=CHUNK)
            return sorted(one["path"] for chunk in chunks for one in chunk)

    def reach(self) -> None:
        """Make sure that it can be read."""
        with self._told(""):
            next(iter(obstore.list(self._store, chunk_size=1)), None)

    def find(self, name: str) -> Found | None:
        """Look at one file; None where there is none."""
        with self._told(name):
            try:
                one = obstore.head(self._store, name)
            except (FileNotFoundError, IsADirectoryError):
                return None
            return Found(name, one["size"], _tag(one))

    def read(self, name: str) -> bytes:
        """Return a file's bytes."""
        with self._told(name):
            return bytes(obstore.get(self._store, name).bytes())

    def lines(self, name: str) -> Iterator[bytes]:
        """Go through the lines of a file without holding all of it."""
        rest = b""
        with self._told(name):
            for chunk in obstore.get(self._store, name).stream():
                *whole, rest = (rest + bytes(chunk)).split(b"\n")
                yield from whole
        if rest:
            yield rest

    def write(self, name: str, data: bytes | Path) -> None:
        """Put bytes, or what is in a file of this machine, there: whole or not at all."""
        with self._told(name):
            obstore.put(self._store, name, data)

    def delete(self, names: Sequence[str]) -> None:
        """Delete files."""
        with self._told(""):
            obstore.delete(self._store, list(names))

    async def fetch(self, name: str) -> tuple[bytes, str]:
        """Return a file's bytes, and their version."""
        with self._told(name):
            answer = await obstore.get_async(self._store, name)
            return bytes(await answer.bytes_async()), _tag(answer.meta)

    async def put(self, name: str, data: bytes, media_type: str) -> str:
        """Put bytes there, whole or not at all, to be handed out as `media_type`; return their version."""
        attributes: dict[Any, Any] | None = None
        if self.folder.bucket is not None:
            attributes = {"Content-Type": media_type}
        with self._told(name):
            # In one request: one that is broken off leaves no parts behind.
            made = await obstore.put_async(
                self._store, name, data, attributes=attributes, use_multipart=False
            )
            return _tag(made)

    @contextmanager
    def _told(self, name: str) -> Iterator[None]:
        """Say in a line, and without a secret, why the store did not do something."""
        try:
            yield
        except FileNotFoundError:
            raise StoreFailed(f"{self.folder.url_of(name)}: not there") from None
        except (BaseError, ResultStoreError, OSError, ValueError) as error:
            reason = (
                error.strerror if isinstance(error, OSError) and error.strerror else reason_of(str(error))
            )
            raise StoreFailed(f"{self.folder.url_of(name)}: {reason}") from None


def _tag(one: Any) -> str:
    return (one["e_tag"] or "").strip('"')
