"""What a home of results can do, so that an object store can take the directory's place."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

LIFETIME = 3600
"""Seconds for which a URL is valid."""

SWEEP_GRACE = 60
"""Seconds that a result outlives its URL, so that a download admitted in the last second finds it."""


class ResultStoreError(Exception):
    """Results cannot be stored: the directory is missing, full or not ours, or the object store fails."""


@dataclass(frozen=True, slots=True)
class StoredResult:
    """A result that may be sent.

    Attributes
    ----------
    path
        The file; it stays for at least a minute after the URL's end, time enough to open it.
    media_type
        ``image/jpeg``, ``image/png``, ``image/webp`` or ``image/tiff``.
    size
        Length in bytes.
    """

    path: Path
    media_type: str
    size: int


class ResultStore(Protocol):
    """Keeps results and hands out URLs under which anyone can fetch them for a while.

    Whoever has a deadline cancels what takes too long.

    Attributes
    ----------
    sweep_seconds
        After how long it is worth sweeping again.
    """

    sweep_seconds: float

    def expect(self) -> None:
        """Say at once that a result could not be stored, where that was so a moment ago: before the work.

        Raises
        ------
        ResultStoreError
            It was.
        """
        ...

    async def put(self, data: bytes, *, media_type: str, base_url: str, now: float) -> str:
        """Store a result.

        Parameters
        ----------
        data
            The encoded image.
        media_type
            ``image/jpeg``, ``image/png``, ``image/webp`` or ``image/tiff``.
        base_url
            Scheme and host, with the port if it is not the scheme's own, under which clients reach the
            service, such as ``https://erase.example:8443``. It counts where the service itself hands
            results out.
        now
            Unix time in seconds at which the URL's life begins.

        Returns
        -------
        str
            The URL.

        Raises
        ------
        ResultStoreError
            If the result cannot be stored.
        ValueError
            If the media type or the base URL is none of the above.
        """
        ...

    async def check(self) -> None:
        """Make sure that a result could be stored now.

        Raises
        ------
        ResultStoreError
            It could not.
        """
        ...

    async def sweep(self, now: float) -> int:
        """Delete what has expired at `now` and return how many results that were.

        Raises
        ------
        ResultStoreError
            Something cannot be deleted.
        """
        ...
