"""The key pair that an object store knows us by: out of a file that may change, or the environment."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from wuhen.results.store import ResultStoreError

__all__ = ["Credentials", "CredentialsFile", "CredentialsSource", "find_credentials"]

_NAMES = {
    "s3": ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"),
    "cos": ("COS_SECRET_ID", "COS_SECRET_KEY", "COS_SESSION_TOKEN"),
}
"""Variables of the environment, by scheme: the store's own."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """A key pair, and the token that belongs to it where it is good for some time only."""

    secret_id: str
    secret_key: str = field(repr=False)
    token: str | None = field(default=None, repr=False)


class CredentialsSource(Protocol):
    """Says what the pair is now."""

    def __call__(self) -> Credentials:
        """Return the pair.

        Raises
        ------
        ResultStoreError
            There is none.
        """
        ...


class CredentialsFile:
    """A pair in a file, as ``{"SecretId": …, "SecretKey": …}``, with ``Token`` or without.

    The file is read anew when it has changed, as pairs that are good for some time only are replaced while
    the service runs. While it cannot be read, the pair that it last held stays.

    Parameters
    ----------
    file
        Where.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._seen: tuple[int, int] | None = None
        self._found: Credentials | None = None

    def __call__(self) -> Credentials:
        """Return the pair; see `CredentialsSource`."""
        try:
            status = self._file.stat()
            seen = status.st_mtime_ns, status.st_ino
            if self._found is None or seen != self._seen:
                self._found, self._seen = self._read(), seen
        except ResultStoreError:
            if self._found is None:
                raise
        except OSError as error:
            if self._found is None:
                raise ResultStoreError(f"cannot read {self._file}: {error.strerror}") from error
        return self._found

    def _read(self) -> Credentials:
        try:
            pair = json.loads(self._file.read_bytes())
            return Credentials(str(pair["SecretId"]), str(pair["SecretKey"]), pair.get("Token") or None)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise ResultStoreError(
                f'{self._file} does not hold a key pair; write {{"SecretId": "…", "SecretKey": "…"}}'
            ) from None


def find_credentials(
    scheme: str, file: Path | None, environment: Mapping[str, str] = os.environ
) -> CredentialsSource | None:
    """Return where the pair comes from; None where the store's library has to find one, as on cloud machines.

    Raises
    ------
    ResultStoreError
        There is none, or the file cannot be read.
    """
    if file is not None:
        source = CredentialsFile(file)
        source()
        return source
    id_name, key_name, token_name = _NAMES[scheme]
    secret_id, secret_key = environment.get(id_name), environment.get(key_name)
    if secret_id and secret_key:
        found = Credentials(secret_id, secret_key, environment.get(token_name) or None)
        return lambda: found
    if scheme == "s3":
        return None
    raise ResultStoreError(
        f"the object store's key pair is missing: set {id_name} and {key_name}, or name a file"
    )
