"""Which files tools may read and write: those in some folders, wherever links lead."""

import os
import stat
from collections.abc import Iterable
from pathlib import Path

from wuhen.tools.server import Refused

__all__ = ["Folders"]

MOST_BYTES = 512 * 1024**2
MOST_CHARACTERS = 4096
"""Of a path; the system takes no longer ones, and to follow one of many steps takes very long."""


class Folders:
    """The folders that are allowed.

    Parameters
    ----------
    allowed : iterable of Path
        Each is there. What is below them is allowed too.
    """

    def __init__(self, allowed: Iterable[Path]) -> None:
        self._allowed = tuple(Path(os.path.realpath(folder)) for folder in allowed)

    def read(self, given: str) -> tuple[Path, bytes]:
        """Return a file's own place and what it holds.

        Raises
        ------
        Refused
            It is elsewhere, is no regular file, is too large, or cannot be read.
        """
        path = self._find(given)
        try:
            # Nor may it have become a link, a pipe or a device in the meantime.
            handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
            with os.fdopen(handle, "rb") as file:
                found = os.fstat(file.fileno())
                if not stat.S_ISREG(found.st_mode):
                    raise Refused(f"{given} is no file")
                if found.st_size > MOST_BYTES:
                    raise Refused(f"{given} has more than {MOST_BYTES // 1024**2} MB: this is no photo")
                return path, file.read(MOST_BYTES)
        except OSError as error:
            raise Refused(f"{given}: {error.strerror}") from error

    def free(self, given: str, inputs: Iterable[Path], *, overwrite: bool) -> Path:
        """Return where a file may be written.

        Parameters
        ----------
        given
            As it was named.
        inputs
            What it must not be, whatever it is called.
        overwrite
            Whether a file may be there already.

        Raises
        ------
        Refused
            It is elsewhere, would be one of the inputs, is there already, or its folder is not there.
        """
        path = self._find(given)
        if not path.parent.is_dir():
            raise Refused(f"{given}: there is no folder {path.parent}")
        if path.exists():
            if any(path.samefile(one) for one in inputs):
                raise Refused(f"{given} would overwrite one of its inputs: name another file")
            if not overwrite or not path.is_file():
                raise Refused(f"{given} is there already: name another file, or give overwrite")
        return path

    def _find(self, given: str) -> Path:
        path = _path_of(given)
        if path is None:
            raise Refused(f"{given[:64]!r} is no absolute path; give one in {self}")
        real = Path(os.path.realpath(path))
        if not any(real.is_relative_to(folder) for folder in self._allowed):
            raise Refused(f"{given} is in none of the folders that are allowed: {self}")
        return real

    def __str__(self) -> str:
        return ", ".join(map(str, self._allowed))


def _path_of(given: str) -> Path | None:
    """Return an absolute path; None if the text is none."""
    if "\0" in given or len(given) > MOST_CHARACTERS:
        return None
    try:
        path = Path(given).expanduser()
    except RuntimeError:  # there is no user of that name
        return None
    return path if path.is_absolute() else None
