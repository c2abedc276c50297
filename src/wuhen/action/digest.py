"""What tells files apart without keeping them."""

import hashlib
from dataclasses import dataclass
from typing import Self

__all__ = ["Digest", "InputDigests"]


@dataclass(frozen=True, slots=True)
class Digest:
    """A file's size in bytes, and its SHA-256 in hexadecimal digits."""

    size: int
    sha256: str

    @classmethod
    def of(cls, data: bytes) -> Self:
        """Return the digest of a file; takes some milliseconds a megabyte."""
        return cls(len(data), hashlib.sha256(data).hexdigest())


@dataclass(frozen=True, slots=True)
class InputDigests:
    """The digests of the files that a job was given; None for those that it had not."""

    photo: Digest
    mask: Digest | None
    keep_out: Digest | None = None
    logo: Digest | None = None
    effects_mask: Digest | None = None

    @classmethod
    def of(cls, photo: bytes, *others: bytes | None) -> Self:
        """Return the digests of the photo and, in the order of the attributes, the other files."""
        digests = (None if one is None else Digest.of(one) for one in others)
        return cls(Digest.of(photo), *digests)
