"""Where compiled code lies: files in the first of a few directories, readable by every user.

Looked for, in this order, in ``WUHEN_CACHE_DIR``, in ``/var/cache/wuhen``, and in ``wuhen`` of the user's
cache folder; written to the first of them that can be written. A file has a digest of its content before it:
one that was cut off or damaged is as good as none. Files are written under another name and then renamed, so
that any number of processes may read and write at once.
"""

import hashlib
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

__all__ = ["directories", "prepare", "read", "use_only", "used", "write"]

_SYSTEM = Path("/var/cache/wuhen")
_SUFFIX = ".code"
_DIGEST = 32
#: How many files of one kernel remain: versions, interpreters and processors that share a directory.
_KEPT = 8

_only: Path | None = None
_used: dict[Path, None] = {}


def directories() -> tuple[Path, ...]:
    """List where code is looked for, in order.

    The two that nobody named are left out where somebody else could have put code of their own into them.
    """
    if _only is not None:
        return (_only,)
    named = os.environ.get("WUHEN_CACHE_DIR")
    defaults = tuple(path for path in _defaults() if _is_ours(path))
    return (Path(named), *defaults) if named else defaults


def prepare() -> tuple[Path, ...]:
    """Make the first directory that can be made, and list those that are there."""
    for directory in directories():
        with suppress(OSError):
            _make(directory)
            break
    return tuple(directory for directory in directories() if directory.is_dir())


def use_only(directory: Path) -> None:
    """Read from and write to one directory alone, from now on.

    Raises
    ------
    OSError
        It cannot be made or written to.
    """
    global _only  # noqa: PLW0603 - one place for a process, like the environment's
    _make(directory)
    tempfile.TemporaryFile(dir=directory).close()
    _only = directory


def used() -> tuple[Path, ...]:
    """List the directories that this process has read code from, or written it to."""
    return tuple(_used)


def read(name: str) -> bytes | None:
    """Return what was written under `name`, from the first directory that has it whole; None if none has."""
    for directory in directories():
        try:
            content = (directory / (name + _SUFFIX)).read_bytes()
        except OSError:
            continue
        data = content[_DIGEST:]
        if hashlib.sha256(data).digest() == content[:_DIGEST]:
            _used[directory] = None
            return data
    return None


def write(name: str, data: bytes) -> None:
    """Keep `data` under `name` in the first directory that can be written; nowhere if none can.

    Parameters
    ----------
    name
        What precedes its last ``-`` says what it is the code of: of each, the newest few remain.
    data
        Of any length.
    """
    for directory in directories():
        with suppress(OSError):
            _make(directory)
            _put(directory / (name + _SUFFIX), hashlib.sha256(data).digest() + data)
            _used[directory] = None
            _thin_out(directory, name.rpartition("-")[0])
            return


def _defaults() -> Iterator[Path]:
    yield _SYSTEM
    base = os.environ.get("XDG_CACHE_HOME")
    if base:
        yield Path(base) / "wuhen"
        return
    with suppress(RuntimeError):  # a user without a name and without HOME has no home
        yield Path.home() / ".cache" / "wuhen"


def _is_ours(directory: Path) -> bool:
    """Tell whether nobody but this user and root can have written into it."""
    try:
        found = directory.stat()
    except OSError:
        return True  # it is not there yet, or cannot be looked into either
    return found.st_uid in {0, os.geteuid()} and not found.st_mode & stat.S_IWOTH


def _make(directory: Path) -> None:
    """Make a directory that every user can look into, whatever the umask is."""
    if not directory.is_dir():
        directory.mkdir(parents=True, exist_ok=True)
        directory.chmod(0o755)


def _put(path: Path, content: bytes) -> None:
    number, temporary = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(number, "wb") as file:
            os.fchmod(number, 0o644)
            file.write(content)
        Path(temporary).replace(path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise


def _thin_out(directory: Path, prefix: str) -> None:
    """Delete all but the newest files of one kernel."""
    files = sorted(directory.glob(f"{prefix}-*{_SUFFIX}"), key=lambda path: -path.stat().st_mtime)
    for path in files[_KEPT:]:
        path.unlink(missing_ok=True)
