"""What a home of results can do, so that an object store can take the directory's place."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


class ResultStoreError(Exception):
    """Results cannot be stored: the directory is missing, full or not ours."""


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

    The methods block for as long as the storage takes.
    """

    def put(self, data: bytes, *, media_type: str, base_url: str, now: float) -> str:
        """Store a result.

        Parameters
        ----------
        data
            The encoded image.
        media_type
            ``image/jpeg``, ``image/png``, ``image/webp`` or ``image/tiff``.
        base_url
            Scheme and host, with the port if it is not the scheme's own, under which clients reach the
            service, such as ``https://erase.example:8443``.
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

    def sweep(self, now: float) -> int:
        """Delete what has expired at `now` and return how many results that were."""
        ...
