"""What runs in a worker process.

A picture is somebody else's bytes, so none is decoded in the process that holds the sockets.
"""

import ctypes
import os
import resource
import signal
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from wuhen import fill, photo
from wuhen.action import model_file
from wuhen.wire import ApiError
from wuhen.workers.base import WorkerFailedError

__all__ = ["carry_out", "warm_up"]

PR_SET_PDEATHSIG = 1

T = TypeVar("T")

_prepared = False


def warm_up(memory: int, threads: int | None, engine: str, models: Path | None) -> None:
    """Load what the first job would wait for.

    Parameters
    ----------
    memory : int
        Bytes that this process may allocate.
    threads : int or None
        Threads to fill with; None for as many as there are processors.
    engine : str
        What to be ready to fill with.
    models : Path or None
        Where known networks lie.
    """
    _prepare(memory)
    fill.warmup(engine, threads, model_file(engine, models))
    photo.warmup()


def carry_out(work: Callable[[], T], memory: int) -> T:
    """Return what `work` returns; what is raised instead survives pickling.

    Parameters
    ----------
    work : callable
        The job, with all that it needs.
    memory : int
        Bytes that this process may allocate.

    Raises
    ------
    ApiError
        Something is wrong with the job.
    WorkerFailedError
        Anything else that went wrong, with its traceback as text.
    """
    _prepare(memory)
    try:
        return work()
    except ApiError:
        raise
    except Exception:
        raise WorkerFailedError(traceback.format_exc()) from None


def _prepare(memory: int) -> None:
    """Make this process expendable, once: bounded memory, first to go when memory is short."""
    global _prepared  # noqa: PLW0603 - a process is prepared once in its life
    if _prepared:
        return
    _prepared = True
    # A signal to the whole group, Ctrl-C or a process manager's, is for the parent: it lets jobs finish.
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, signal.SIG_IGN)
    # Nobody reads this pipe: what libraries in C write there would fill it and then hold the worker up.
    with Path(os.devnull).open("wb") as nothing:
        os.dup2(nothing.fileno(), 2)
    with suppress(OSError, ValueError):  # a lower hard limit that is in force already serves as well
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("500", encoding="ascii")
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
