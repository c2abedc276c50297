"""One-time codes: each opens one session, once, within a day."""

import hashlib
import re
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from wuhen.accounts.errors import StoreUnavailable

__all__ = ["OneTimeCodes"]

LIFETIME = 24 * 3600
_CODE = re.compile(r"[0-9A-Za-z_-]{43}")


class OneTimeCodes:
    """Codes that were given out and not used yet, kept as hashes: one empty file each.

    Whoever removes the file has used the code, so that of two who try at once one succeeds, in however many
    processes.

    Parameters
    ----------
    folder : Path
        Where they are; made when the first is given out.
    clock : callable, optional
        Tells Unix time in seconds.
    """

    def __init__(self, folder: Path, *, clock: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._clock = clock

    def issue(self) -> str:
        """Give out a code: 256 random bits, safe in a URL.

        Raises
        ------
        StoreUnavailable
            The folder cannot be written.
        """
        code = secrets.token_urlsafe(32)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._forget_old()
            self._file(code).touch(mode=0o600)
        except OSError as error:
            raise StoreUnavailable(f"cannot keep a code in {self._folder}: {error.strerror}") from error
        return code

    def redeem(self, code: str) -> bool:
        """Use a code up; false if there is none such, it was used before, or it is too old.

        Raises
        ------
        StoreUnavailable
            The folder cannot be read or written, so that nobody can tell.
        """
        if not _CODE.fullmatch(code):
            return False
        file = self._file(code)
        try:
            made = file.stat().st_mtime
            file.unlink()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise StoreUnavailable(f"cannot use a code in {self._folder}: {error.strerror}") from error
        return self._clock() - made <= LIFETIME

    def _file(self, code: str) -> Path:
        return self._folder / hashlib.sha256(code.encode("ascii")).hexdigest()

    def _forget_old(self) -> None:
        for file in self._folder.iterdir():
            with suppress(OSError):
                if self._clock() - file.stat().st_mtime > LIFETIME:
                    file.unlink()
