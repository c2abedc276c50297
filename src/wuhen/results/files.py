"""Files that appear under their names complete or not at all."""

import os
import tempfile
from pathlib import Path

__all__ = ["STALE_SECONDS", "TEMPORARY", "write_whole"]

TEMPORARY = ".writing-"
"""What the name of a file begins with while it is written."""

STALE_SECONDS = 3600
"""Age in seconds at which a half-written file counts as left behind by a process that died."""


def write_whole(file: Path, data: bytes, *, at: float | None = None) -> None:
    """Write a file of mode 0600, in place of what may be there.

    Parameters
    ----------
    file
        Where; its directory is made with mode 0700 if it is missing.
    data
        What.
    at
        Unix time in seconds that it counts as written at; by default now.

    Raises
    ------
    OSError
        It cannot be written; then nothing is left of it.
    """
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, made = tempfile.mkstemp(prefix=TEMPORARY, dir=file.parent)
    temporary = Path(made)
    try:
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(data)
            opened.flush()
            # After a power cut, a name must not stand for an empty file.
            os.fsync(opened.fileno())
            if at is not None:
                os.utime(opened.fileno(), (at, at))
        temporary.replace(file)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
