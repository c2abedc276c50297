"""Which files a process can reach from now on, by Linux's Landlock; it needs no rights.

A rule names a directory, or a file, and what may be done beneath it; what no rule names cannot be reached.
It holds for the calling thread and those that it starts, so it must come before any others.
"""

import ctypes
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from struct import Struct
from typing import Final

__all__ = ["restrict"]

# The numbers are the same on all processors.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION: Final = 1
_PATH_BENEATH: Final = 1
_NO_NEW_PRIVILEGES: Final = 38

_RULESET = Struct("<QQQ")
"""Accesses to files and to the network that are refused without a rule, and what is kept within."""
_RULE = Struct("<Qi")

_WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 1, 1 << 2, 1 << 3
_REMOVE_FILE, _MAKE_FILE, _TRUNCATE = 1 << 5, 1 << 8, 1 << 14
_OF_FILES: Final = _WRITE_FILE | _READ_FILE | _TRUNCATE
_READ: Final = _READ_FILE | _READ_DIR
_WRITE: Final = _READ | _WRITE_FILE | _REMOVE_FILE | _MAKE_FILE | _TRUNCATE
#: What each version of Landlock knows of: the bits of files from the first on, in order.
_KNOWN: Final = {1: 13, 2: 14, 3: 15}
_TCP: Final = 0b11
_SCOPES: Final = 0b11
"""Abstract Unix sockets, and signals, of processes outside."""
_TCP_SINCE, _SCOPES_SINCE = 4, 6


def restrict(read: Iterable[Path], write: Iterable[Path], *, network: bool) -> None:
    """Let this thread, and those that it starts, reach nothing but what lies beneath some directories.

    Parameters
    ----------
    read : iterable of Path
        What may be read; what is not there is passed over.
    write : iterable of Path
        In which files may be made, changed and deleted as well.
    network : bool
        Whether it may speak TCP, where the system can tell at all.

    Raises
    ------
    OSError
        The system has no Landlock, or it is off.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    version = _call(libc, _CREATE_RULESET, None, 0, _VERSION)
    files = (1 << _KNOWN[min(version, max(_KNOWN))]) - 1
    tcp = _TCP if version >= _TCP_SINCE and not network else 0
    scopes = _SCOPES if version >= _SCOPES_SINCE else 0
    rules = _call(libc, _CREATE_RULESET, _RULESET.pack(files, tcp, scopes), _RULESET.size, 0)
    try:
        for paths, access in ((read, _READ), (write, _WRITE)):
            for path in paths:
                with suppress(FileNotFoundError, NotADirectoryError, PermissionError):
                    _allow(libc, rules, path, access & files)
        if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "new privileges cannot be refused")
        _call(libc, _RESTRICT_SELF, rules, 0)
    finally:
        os.close(rules)


def _allow(libc: ctypes.CDLL, rules: int, path: Path, access: int) -> None:
    opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        allowed = access if path.is_dir() else access & _OF_FILES
        _call(libc, _ADD_RULE, rules, _PATH_BENEATH, _RULE.pack(allowed, opened), 0)
    finally:
        os.close(opened)


def _call(libc: ctypes.CDLL, number: int, *arguments: int | bytes | None) -> int:
    result = int(libc.syscall(number, *arguments))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"Landlock: {os.strerror(code)}")
    return result
