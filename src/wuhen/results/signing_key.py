"""The pair that signs result URLs, kept in the data directory so that URLs outlive a restart."""

import json
import os
import secrets
import tempfile
from pathlib import Path

from wuhen.results.cos_signature import SigningKey
from wuhen.results.store import ResultStoreError

SIGNING_KEY_FILE = "result-key.json"
"""In the data directory."""


def load_signing_key(path: Path) -> SigningKey:
    """Read the pair, making it first if the file is missing.

    The file is complete and readable by its owner only from the moment it has its name. Processes that make
    it at the same time agree on one.

    Raises
    ------
    ResultStoreError
        If the file cannot be made or read, or holds something else.
    """
    try:
        if not path.exists():
            _make(path)
        path.chmod(0o600)
    except OSError as error:
        raise ResultStoreError(f"cannot save the key for result URLs in {path}: {error.strerror}") from error
    return read_signing_key(path)


def read_signing_key(path: Path) -> SigningKey:
    """Read the pair, and change nothing.

    Raises
    ------
    ResultStoreError
        If the file cannot be read, or holds something else.
    """
    try:
        text = path.read_bytes()
    except OSError as error:
        raise ResultStoreError(f"cannot read the key for result URLs in {path}: {error.strerror}") from error
    try:
        pair = json.loads(text)
        return SigningKey(secret_id=str(pair["SecretId"]), secret_key=str(pair["SecretKey"]))
    except (ValueError, TypeError, KeyError, RecursionError):
        raise ResultStoreError(
            f"{path} does not hold the key for result URLs; delete it to have a new one made "
            "(result URLs already handed out stop working)"
        ) from None


def _make(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    pair = {"SecretId": "AKID" + secrets.token_hex(16), "SecretKey": secrets.token_hex(16)}
    descriptor, made = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    temporary = Path(made)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            json.dump(pair, file)
            file.flush()
            os.fsync(file.fileno())
        # Unlike a rename, a link never replaces the key that another process made meanwhile.
        path.hardlink_to(temporary)
    except FileExistsError:
        pass
    finally:
        temporary.unlink(missing_ok=True)
