"""Where folders are: below a prefix of an object store, or on this machine."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from wuhen.batch.errors import BadPlace
from wuhen.results.place import Access, Place

__all__ = ["Folder", "Found"]


@dataclass(frozen=True, slots=True)
class Found:
    """A file as it is listed.

    Attributes
    ----------
    name
        From the folder on: ``deep/a.jpg``.
    size
        In bytes.
    version
        The store's entity tag: another where the content is.
    """

    name: str
    size: int
    version: str


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder in an object store, or one of this machine. It can be sent to another process.

    Attributes
    ----------
    bucket
        Where in an object store it is; None for one of this machine.
    path
        Where in the bucket, without slashes at its ends and empty for all of it; else an absolute path.
    access
        How the store is reached; it holds no secret.
    """

    bucket: Place | None
    path: str
    access: Access | None = None

    @classmethod
    def far(cls, url: str, access: Access) -> Self:
        """Read a URL such as ``s3://bucket/folder/``.

        Raises
        ------
        BadPlace
            It is none.
        """
        try:
            bucket = Place.parse(url)
        except ValueError as error:
            # Without the URL: somebody may have put a secret into it.
            raise BadPlace(f"this is no folder of an object store: {error}") from None
        return cls(replace(bucket, prefix=""), bucket.prefix, access)

    @classmethod
    def near(cls, path: Path) -> Self:
        """Return a folder of this machine, or of a disk that all machines share."""
        return cls(None, str(path.resolve()))

    def url_of(self, name: str) -> str:
        """Return the URL of a file in it; for one of this machine, the path."""
        inner = "/".join(part for part in (self.path.rstrip("/"), name) if part)
        return inner if self.bucket is None else f"{self.bucket}/{inner}"

    def __str__(self) -> str:
        return f"{self.url_of('')}/"

    def within(self, other: "Folder") -> str | None:
        """Return what names in `other` begin with that lie in this folder.

        Empty where both are the same, None where this one lies outside.
        """
        if self.bucket != other.bucket:
            return None
        if self.path == other.path:
            return ""
        outer = f"{other.path.rstrip('/')}/" if other.path else ""
        return f"{self.path.removeprefix(outer)}/" if self.path.startswith(outer) else None

    def split(self) -> tuple["Folder", str]:
        """Return the folder that it lies in, and its name there."""
        folder, _, name = self.path.rpartition("/")
        return Folder(self.bucket, folder or ("/" if self.bucket is None else ""), self.access), name
