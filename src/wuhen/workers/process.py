"""What runs in a worker process.

A picture is somebody else's bytes, so none is decoded in the process that holds the sockets.
"""

import ctypes
import os
import pickle
import resource
import signal
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from io import BufferedWriter, FileIO
from pathlib import Path
from typing import Any

from wuhen import fill, photo
from wuhen.action import Job, News, Outcome, free_memory, model_file, perform
from wuhen.wire import ApiError
from wuhen.workers.confinement import Confinement
from wuhen.workers.encoding import encode
from wuhen.workers.request import HEADER, Answer, Refusal, Request
from wuhen.workers.stopping import StopFlag

__all__ = ["carry_out", "main", "ping", "warm_up"]

PR_SET_PDEATHSIG = 1
MAX_REASON = 8000
"""Characters of a traceback that are sent, from its end."""
LEAST_ROOM = 0.5
"""The part of its memory that a worker must have left between two jobs, or it ends for another to come."""


@dataclass
class _Memory:
    """What this process could allocate when it was warm, in bytes; None where nothing bounds it."""

    warm: int | None = None


_memory = _Memory()


def main() -> None:
    """Do what is asked for through standard input, until that ends; answer through standard output."""
    flag = StopFlag(int(sys.argv[1]))
    # Pipes of our own: nothing that a library prints or reads gets between what is sent.
    requests, answers = FileIO(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    _prepare()
    while header := _read(requests, HEADER.size):
        _send(answers, *_answer(requests, header, flag, answers))
        if _is_worn():
            return


def ping() -> None:
    """Do nothing: that it was done tells that the worker lives."""


def warm_up(
    memory: int, threads: int | None, engine: str, models: Path | None, confinement: Confinement
) -> tuple[str, ...]:
    """Load what the first job would wait for, and give up what no job needs.

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
    confinement : Confinement
        What to give up.

    Returns
    -------
    tuple of str
        What could not be given up.
    """
    confinement.close_files()
    with suppress(OSError, ValueError):  # a lower hard limit that is in force already serves as well
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    fill.warmup(engine, threads, model_file(engine, models))
    photo.warmup()
    confinement.close_system()
    _die_with_parent()
    _memory.warm = free_memory()
    return tuple(confinement.gaps)


def carry_out(
    job: Job,
    threads: int | None,
    *,
    cancelled: Callable[[], bool],
    seconds: float | None,
    tell: Callable[[News], None] | None = None,
) -> Outcome:
    """Do a job: see `wuhen.action.perform`."""
    return perform(job, threads=threads, tell=tell, cancelled=cancelled, seconds=seconds)


def _send(answers: BufferedWriter, kind: Answer, body: bytes) -> None:
    answers.write(HEADER.pack(kind, len(body)))
    answers.write(body)
    answers.flush()


def _tell(answers: BufferedWriter, news: News) -> None:
    _send(answers, Answer.NEWS, encode(news))


def _answer(
    requests: FileIO, header: bytearray, flag: StopFlag, answers: BufferedWriter
) -> tuple[Answer, bytes]:
    """Take one request and do it, whatever it is; what goes wrong is an answer, too."""
    try:
        packed, request = _receive(requests, header)
        cancelled = partial(_is_over, flag, request)
        if cancelled():
            return Answer.STOPPED, b""
        heeded: dict[str, Any] = {}
        if request.heeds:
            heeded = {"cancelled": cancelled, "seconds": request.seconds_left}
        if request.tells:
            heeded["tell"] = partial(_tell, answers)
        return Answer.RESULT, encode(request.function(*packed, *request.arguments, **heeded))
    except ApiError as error:
        return Answer.REFUSAL, encode(Refusal(error.code, error.text))
    except fill.Cancelled:
        return Answer.STOPPED, b""
    except Exception:
        return Answer.FAILURE, encode(traceback.format_exc()[-MAX_REASON:])


def _receive(requests: FileIO, header: bytearray) -> tuple[tuple[Any, ...], Request]:
    """Return a request, and before it the arguments that came packed; all of it is read, even if in vain."""
    follows, length = HEADER.unpack(header)
    try:
        request: Request = _load(requests, length)
    except MemoryError:
        if follows:
            _skip(requests, HEADER.unpack(_read(requests, HEADER.size))[1])
        raise
    packed = _load(requests, HEADER.unpack(_read(requests, HEADER.size))[1]) if follows else ()
    return packed, request


def _load(requests: FileIO, length: int) -> Any:
    try:
        sent = _read(requests, length)
    except MemoryError:
        _skip(requests, length)
        raise
    return pickle.loads(sent)  # noqa: S301 - from the process that started this one


def _is_worn() -> bool:
    """Tell whether less than `LEAST_ROOM` is left of the memory that there was when this process was warm.

    What a large job has used, above all one that ran out of memory, does not all come back. Smaller jobs
    would be refused for it, or wait for threads that cannot start; another process has all of it.
    """
    left = free_memory()
    return left is not None and _memory.warm is not None and left < LEAST_ROOM * _memory.warm


def _is_over(flag: StopFlag, request: Request) -> bool:
    return flag.is_stopped(request.number) or request.out_of_time


def _read(requests: FileIO, length: int) -> bytearray:
    """Return the next bytes; none where the pipe has ended."""
    data = bytearray(length)
    view = memoryview(data)
    while view:
        count = requests.readinto(view)
        if not count:
            return bytearray()
        view = view[count:]
    return data


def _skip(requests: FileIO, length: int) -> None:
    while length > 0 and (passed := len(requests.read(min(length, 2**16)))):
        length -= passed


def _prepare() -> None:
    """Make this process expendable: first to go when memory is short, and never longer than its parent."""
    # A signal to the whole group, Ctrl-C or a process manager's, is for the parent: it lets jobs finish.
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, signal.SIG_IGN)
    # Nobody reads what libraries in C write: it would fill a pipe and then hold the worker up.
    with Path(os.devnull).open("r+b") as nothing:
        for number in range(3):
            os.dup2(nothing.fileno(), number)
    # Where the parent is expendable too, this process is no less so.
    with suppress(OSError, ValueError):
        score = Path("/proc/self/oom_score_adj")
        score.write_text(str(max(500, int(score.read_text(encoding="ascii")))), encoding="ascii")
    _die_with_parent()


def _die_with_parent() -> None:
    # Whoever becomes another user has to ask for it again.
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
