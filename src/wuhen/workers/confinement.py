"""What a worker gives up before it is given a stranger's picture.

In two steps: `close_files` while it has one thread and has loaded nothing yet, `close_system` when it has
loaded all that it needs. Whatever cannot be had on a system is told, not raised: an operator decides what
that is worth.
"""

import ctypes
import grp
import os
import pwd
import resource
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from wuhen.compute import store
from wuhen.workers import landlock, seccomp

__all__ = ["USUAL_USER", "Confinement"]

USUAL_USER: Final = "nobody"
"""Whom workers run as where the service is root's and nobody else is named."""
_NEW_NETWORK: Final = 0x40000000
_DROP_BOUND: Final = 24
_CAPABILITIES: Final = 0x20080522
_LAST_CAPABILITY: Final = 63
_TO_LOAD: Final = 0b110
"""The rights to reach others' files: where root's workers stay root, what they load may be such files."""

_SYSTEM_FILES: Final = (
    "/usr",
    "/lib",
    "/lib64",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/ssl/openssl.cnf",
    "/proc/self",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/stat",
    "/proc/sys/kernel",
    "/proc/sys/vm",
    "/proc/driver",
    "/sys/devices",
    "/sys/class",
    "/sys/bus",
    "/dev/urandom",
    "/dev/random",
    "/dev/zero",
)
_NETWORK_FILES: Final = (
    "/etc/resolv.conf",
    "/etc/hosts",
    "/etc/host.conf",
    "/etc/nsswitch.conf",
    "/etc/gai.conf",
    "/etc/ssl/certs",
    "/etc/pki/tls",
    "/run/systemd/resolve",
)
_GRAPHICS: Final = Path("/dev/nvidiactl")
"""Where it is there, networks may run on a device, whose driver opens its files when it likes."""


@dataclass
class Confinement:
    """What to give up, and what could not be.

    Attributes
    ----------
    models : Path or None
        A directory that may be read beside the program's own.
    network : bool
        Whether it may reach the network, as it must where results are given timestamps.
    user : str
        Whom to become where it is root.
    gaps : list of str
        What could not be given up, and why.
    """

    models: Path | None = None
    network: bool = False
    user: str = USUAL_USER
    gaps: list[str] = field(default_factory=list)
    _identity: tuple[int, int] | None = None

    def close_files(self) -> None:
        """Give up files but the program's, the network, root's rights, before there is a second thread."""
        if os.geteuid() != 0:
            self._close_files()
            return
        self._find_identity()
        self._close_files()
        _drop_bounds()
        if self._identity is None:
            # Rights are each thread's own: those that libraries start must not have them either.
            _keep_capabilities(_TO_LOAD)

    def _close_files(self) -> None:
        if sum(1 for _ in Path("/proc/self/task").iterdir()) > 1:
            self.gaps.append("files: a library has started threads already")
            return
        if not self.network and os.geteuid() == 0:
            # Without a right to do so, what follows has to do.
            ctypes.CDLL(None).unshare(_NEW_NETWORK)
        devices = [Path(os.devnull), *_GRAPHICS.parent.glob("nvidia*")]
        try:
            landlock.restrict(self._readable(), [*store.prepare(), *devices], network=self.network)
        except OSError as error:
            self.gaps.append(f"files: {error.strerror}")

    def close_system(self) -> None:
        """Give up being root, and the system calls that take no part in filling; bind all threads to it."""
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if os.geteuid() == 0:
            self._become_another()
        try:
            seccomp.refuse(network=self.network, writing=_GRAPHICS.exists())
        except OSError as error:
            self.gaps.append(f"system calls: {error.strerror or error}")

    def _readable(self) -> Iterator[Path]:
        yield from map(Path, _SYSTEM_FILES)
        yield from map(Path, _code())
        if self.models is not None:
            yield self.models
        if self.network:
            yield from map(Path, _NETWORK_FILES)

    def _find_identity(self) -> None:
        """Find whom to become, while that can be looked up; one who could not read Python's files is none."""
        try:
            user = pwd.getpwnam(self.user)
        except KeyError:
            self.gaps.append(f"user: there is no user {self.user}; workers are root without its rights")
            return
        closed = next((path for path in _code() if not _is_open(Path(path), user)), None)
        if closed is None:
            self._identity = user.pw_uid, user.pw_gid
        else:
            self.gaps.append(f"user: {self.user} cannot read {closed}; workers are root without its rights")

    def _become_another(self) -> None:
        """Become the user, or else give up what root may do beyond its own files."""
        if self._identity is not None:
            user, group = self._identity
            os.setgroups([])
            os.setresgid(group, group, group)
            os.setresuid(user, user, user)
        _keep_capabilities(0)


def _code() -> Iterator[str]:
    """List where Python's code and libraries lie. The data directory may lie beside them."""
    for prefix in {sys.prefix, sys.base_prefix, sys.exec_prefix}:
        yield from (f"{prefix}/lib", f"{prefix}/lib64")
    yield from (path for path in sys.path if path)
    yield from (path for path in os.environ.get("LD_LIBRARY_PATH", "").split(os.pathsep) if path)


def _is_open(path: Path, user: pwd.struct_passwd) -> bool:
    """Tell whether a user can reach and read a file or directory; what is not there is no hindrance."""
    groups = {user.pw_gid, *(one.gr_gid for one in grp.getgrall() if user.pw_name in one.gr_mem)}
    with suppress(FileNotFoundError):
        real = path.resolve(strict=True)
        for part in (real, *real.parents):
            found = part.stat()
            shift = 6 if found.st_uid == user.pw_uid else 3 if found.st_gid in groups else 0
            wanted = stat.S_IXOTH if part != real or stat.S_ISDIR(found.st_mode) else stat.S_IROTH
            if not found.st_mode >> shift & wanted:
                return False
    return True


def _drop_bounds() -> None:
    """Have this thread, and those that it starts, never get a capability again that they lose."""
    libc = ctypes.CDLL(None)
    for number in range(_LAST_CAPABILITY + 1):
        libc.prctl(_DROP_BOUND, number, 0, 0, 0)


def _keep_capabilities(kept: int) -> None:
    """Give up what root may do beyond its own files, but for some; this thread, and those that it starts."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITIES, 0)
    # Effective, permitted and inheritable; then the same of the upper 32, of which none is kept.
    ctypes.CDLL(None).capset(ctypes.byref(header), ctypes.byref((ctypes.c_uint32 * 6)(kept, kept)))
