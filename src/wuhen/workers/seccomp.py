"""Which system calls a process can make from now on, by the library libseccomp.

What is refused fails as what one has no right to; nobody is killed for it. All threads are bound at once.
"""

import ctypes
import errno
import os
from collections.abc import Iterable
from ctypes.util import find_library
from typing import Final

__all__ = ["refuse"]

_ALLOW: Final = 0x7FFF0000
_ERRNO: Final = 0x00050000
_SYNCHRONISE: Final = 4
_NOT_EQUAL, _MASKED_EQUAL = 1, 7
_CLONE_THREAD: Final = 0x10000
_PUSH_INPUT: Final = 0x5412
"""An ioctl that types into the terminal."""
_SET_OWNER, _SET_SIGNAL, _SET_ANY_OWNER = 8, 10, 15
"""What fcntl is asked for so that somebody else is sent a signal when a file has news."""
_SHARED_MEMORY: Final = 0x21
"""MAP_SHARED and MAP_ANONYMOUS: no limit of a process counts it."""

# A pair of datagram sockets reaches any Unix socket that has a path, the system's log among them.
_NETWORK: Final = "socket socketpair bind connect listen accept accept4"
_PROCESSES: Final = (
    "execve execveat fork vfork ptrace process_vm_readv process_vm_writev process_madvise kcmp pidfd_open "
    "pidfd_getfd pidfd_send_signal tkill rt_sigqueueinfo rt_tgsigqueueinfo"
)
_SYSTEM: Final = (
    "io_uring_setup io_uring_enter io_uring_register bpf perf_event_open userfaultfd add_key keyctl "
    "request_key unshare setns mount umount2 pivot_root chroot move_mount open_tree fsopen fsmount fsconfig "
    "fspick mount_setattr init_module finit_module delete_module kexec_load kexec_file_load reboot swapon "
    "swapoff acct quotactl syslog sethostname setdomainname settimeofday clock_settime adjtimex "
    "clock_adjtime iopl ioperm modify_ldt personality open_by_handle_at name_to_handle_at mknod mknodat "
    "setuid setgid setreuid setregid setresuid setresgid setgroups setfsuid setfsgid capset"
)
_SHARED: Final = (
    "shmget msgget semget mq_open mq_unlink inotify_init inotify_init1 fanotify_init "
    "setpriority ioprio_set sched_setscheduler sched_setparam sched_setattr migrate_pages move_pages"
)
"""What outlives a worker, tells of others' files, or bears on other processes."""
_WRITING: Final = (
    "memfd_create memfd_secret "
    "creat openat2 mkdir mkdirat rmdir unlink unlinkat rename renameat renameat2 link linkat symlink "
    "symlinkat truncate chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat utime utimes utimensat "
    "futimesat setxattr lsetxattr fsetxattr removexattr lremovexattr fremovexattr"
)

_MODES: Final = (
    (os.O_ACCMODE, os.O_WRONLY),
    (os.O_ACCMODE, os.O_RDWR),
    (os.O_CREAT, os.O_CREAT),
    (os.O_TRUNC, os.O_TRUNC),
)
"""Masks and values of the modes to open a file in that make or change it; to truncate it suffices to read."""


class _Comparison(ctypes.Structure):
    _fields_ = (
        ("argument", ctypes.c_uint),
        ("how", ctypes.c_int),
        ("first", ctypes.c_uint64),
        ("second", ctypes.c_uint64),
    )


def refuse(*, network: bool, writing: bool) -> None:
    """Refuse all threads of this process what a worker has no business with, for good.

    Other processes cannot be started, looked into or sent signals, the system's own affairs not be seen to.

    Parameters
    ----------
    network : bool
        Whether sockets may be opened.
    writing : bool
        Whether files may be made, changed and deleted.

    Raises
    ------
    OSError
        There is no libseccomp, or the system refuses its filter.
    """
    library = _load()
    rules = library.seccomp_init(ctypes.c_uint32(_ALLOW))
    if not rules:
        raise OSError(errno.ENOMEM, "libseccomp has no memory")
    try:
        _add(library, rules, _PROCESSES.split())
        _add(library, rules, _SYSTEM.split())
        _add(library, rules, _SHARED.split())
        # A thread is no process. What clone3 is asked for cannot be seen; the C library then uses clone.
        _add(library, rules, ["clone"], _Comparison(0, _MASKED_EQUAL, _CLONE_THREAD, 0))
        _add(library, rules, ["clone3"], code=errno.ENOSYS)
        _add(library, rules, ["kill", "tgkill"], _Comparison(0, _NOT_EQUAL, os.getpid(), 0))
        _add(library, rules, ["prlimit64"], _Comparison(0, _NOT_EQUAL, 0, 0))
        _add(library, rules, ["ioctl"], _Comparison(1, _MASKED_EQUAL, 0xFFFFFFFF, _PUSH_INPUT))
        for asked in (_SET_OWNER, _SET_SIGNAL, _SET_ANY_OWNER):
            _add(library, rules, ["fcntl"], _Comparison(1, _MASKED_EQUAL, 0xFFFFFFFF, asked))
        if not network:
            _add(library, rules, _NETWORK.split())
        if not writing:
            _add(library, rules, _WRITING.split())
            shared = _Comparison(3, _MASKED_EQUAL, _SHARED_MEMORY, _SHARED_MEMORY)
            _add(library, rules, ["mmap"], shared)
            for name, at in (("open", 1), ("openat", 2)):
                for mask, value in _MODES:
                    _add(library, rules, [name], _Comparison(at, _MASKED_EQUAL, mask, value))
        _check(library.seccomp_attr_set(rules, _SYNCHRONISE, 1))
        _check(library.seccomp_load(rules))
    finally:
        library.seccomp_release(rules)


def _load() -> ctypes.CDLL:
    try:
        library = ctypes.CDLL("libseccomp.so.2")
    except OSError:
        # It may have another name; looking for that starts programs, so it comes second.
        library = ctypes.CDLL(find_library("seccomp") or "libseccomp.so")
    library.seccomp_init.restype = ctypes.c_void_p
    pointer, number = ctypes.c_void_p, ctypes.c_uint32
    library.seccomp_rule_add_array.argtypes = (pointer, number, ctypes.c_int, ctypes.c_uint, pointer)
    library.seccomp_attr_set.argtypes = (pointer, ctypes.c_int, number)
    library.seccomp_load.argtypes = (pointer,)
    library.seccomp_release.argtypes = (pointer,)
    return library


def _add(
    library: ctypes.CDLL,
    rules: int,
    names: Iterable[str],
    where: _Comparison | None = None,
    *,
    code: int = errno.EPERM,
) -> None:
    for name in names:
        number = library.seccomp_syscall_resolve_name(name.encode("ascii"))
        # Negative where this processor has no such call, or the library does not know it yet.
        if number >= 0:
            compared = None if where is None else ctypes.byref(where)
            count = 0 if where is None else 1
            _check(library.seccomp_rule_add_array(rules, _ERRNO | code, number, count, compared))


def _check(result: int) -> None:
    if result < 0:
        raise OSError(-result, f"libseccomp: {os.strerror(-result)}")
