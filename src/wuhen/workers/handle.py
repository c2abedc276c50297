"""A worker process, as the process that started it sees it."""

import asyncio
import os
import pickle
import signal
import site
import sys
import sysconfig
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Self, TypeVar

import wuhen
from wuhen.action import News
from wuhen.wire import CODES, ApiError
from wuhen.workers.base import Loss, OutOfTimeError, WorkerFailedError, WorkerLostError
from wuhen.workers.encoding import BadAnswerError, decode
from wuhen.workers.request import HEADER, Answer, Packed, Refusal, Request
from wuhen.workers.stopping import StopFlag

__all__ = ["Worker", "read_answer"]

_READ_AHEAD: Final = 2**20
_MOST_NEWS: Final = 2**20
"""Bytes of one piece of news."""
_END_SECONDS: Final = 2.0
"""How long a worker may take to end when there is nothing more for it to do."""
_KEPT: Final = (
    "PATH",
    "HOME",
    "LANG",
    "LANGUAGE",
    "TZ",
    "LD_LIBRARY_PATH",
    "XDG_CACHE_HOME",
    "WUHEN_CACHE_DIR",
)
_KEPT_WITH_NETWORK: Final = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR")
_SET: Final = {"ORT_DISABLE_TELEMETRY": "1", "OPENBLAS_NUM_THREADS": "1"}
"""No news to a maker, from the first moment; and no threads before files are closed to them."""
_KEPT_BEGINNINGS: Final = ("LC_", "OMP_", "NUMBA_", "CUDA_", "NVIDIA_", "MALLOC_")
"""What a worker is told of the environment: what it takes to run, and nothing that could be a secret."""

T = TypeVar("T")


class Worker:
    """One process with pipes of its own; it does one thing at a time.

    Parameters
    ----------
    process : Process
        It, just started.
    flag : StopFlag
        What it is asked to stop by.
    longest : int
        Bytes that an answer may have.

    Attributes
    ----------
    cause : Loss or None
        Why it was killed from here.
    """

    def __init__(self, process: Process, flag: StopFlag, longest: int) -> None:
        self._process = process
        self._flag = flag
        self._longest = longest
        self._number = 0
        self._oom_kills = _count_oom_kills()
        self.cause: Loss | None = None

    @classmethod
    async def start(cls, *, longest: int, network: bool = False) -> Self:
        """Start a process.

        Parameters
        ----------
        longest : int
            Bytes that an answer may have.
        network : bool
            Whether it is told by which proxies the network is reached.

        Raises
        ------
        OSError
            None can be started.
        """
        flag = StopFlag.create()
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-P",
                "-m",
                "wuhen.workers",
                str(flag.file),
                stdin=PIPE,
                stdout=PIPE,
                pass_fds=(flag.file,),
                env=_environment(network=network),
                cwd="/",
                limit=_READ_AHEAD,
            )
        except BaseException:
            flag.close()
            raise
        return cls(process, flag, longest)

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    async def ask(
        self,
        function: Callable[..., Any],
        *arguments: object,
        answer: type[T],
        until: float | None = None,
        heeds: bool = False,
        tell: Callable[[News], None] | None = None,
    ) -> T:
        """Have a function called there, and return its answer, which must be an `answer`.

        The first of the arguments may be `Packed`. With `tell`, the function is asked for news as well, which
        `tell` is told.

        Never cancel this: what comes after it would read this one's answer. `stop` it, and wait, or `kill`.

        Raises
        ------
        ApiError, WorkerFailedError
            The function failed.
        OutOfTimeError
            It stopped, as it was asked to or had no time left.
        WorkerLostError
            The process ended, or answered something else.
        """
        self._number += 1
        self._oom_kills = _count_oom_kills()
        packed = [one.data for one in arguments[:1] if isinstance(one, Packed)]
        request = Request(self._number, function, arguments[len(packed) :], until, heeds, tell is not None)
        sent = pickle.dumps(request, pickle.HIGHEST_PROTOCOL)
        try:
            return read_answer(*await self._exchange(tell, sent, *packed), answer)
        except (OSError, EOFError) as error:
            with suppress(TimeoutError):
                async with asyncio.timeout(_END_SECONDS):
                    await self._process.wait()
            raise WorkerLostError(f"the worker was lost in the middle of a job ({self.fate})") from error
        except BadAnswerError as error:
            self.kill(Loss.GARBLED)
            raise WorkerLostError(f"the worker's answer is none: {error}") from error

    async def _exchange(
        self, tell: Callable[[News], None] | None, *sent: bytes | memoryview
    ) -> tuple[int, bytes]:
        to, back = self._process.stdin, self._process.stdout
        if to is None or back is None:  # pragma: no cover - both are pipes
            raise EOFError
        for number, part in enumerate(sent, 1):
            to.write(HEADER.pack(number < len(sent), len(part)))
            to.write(part)
        del sent, part
        await to.drain()
        while True:
            kind, length = HEADER.unpack(await back.readexactly(HEADER.size))
            is_news = kind == Answer.NEWS and tell is not None
            if length > (_MOST_NEWS if is_news else self._longest):
                self.kill(Loss.GARBLED)
                raise EOFError
            body = await back.readexactly(length)
            if not is_news or tell is None:
                return kind, body
            tell(decode(body, News))

    def stop(self) -> None:
        """Ask what it does now to stop."""
        if self._process.returncode is None:
            self._flag.stop(self._number)

    def kill(self, cause: Loss) -> None:
        """End it at once; `cause` is why, unless it has ended already."""
        if self._process.returncode is None:
            self.cause = self.cause or cause
            with suppress(ProcessLookupError):
                self._process.kill()

    async def ended(self) -> Loss:
        """Wait for its end, and return why it ended."""
        code = await self._process.wait()
        self._flag.close()
        if self.cause is not None:
            return self.cause
        if code >= 0:
            return Loss.EXIT
        starved = code == -signal.SIGKILL and _count_oom_kills() > self._oom_kills
        return Loss.MEMORY if starved else Loss.SIGNAL

    @property
    def fate(self) -> str:
        """How it ended, for the log."""
        code = self._process.returncode
        if code is None:
            return "its pipes are closed"
        return signal.strsignal(-code) or f"signal {-code}" if code < 0 else f"exit status {code}"

    async def end(self) -> None:
        """End it: first by asking it to stop, and telling it that nothing more comes."""
        self.stop()
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            async with asyncio.timeout(_END_SECONDS):
                await self._process.wait()
        except TimeoutError:
            self.kill(Loss.EXIT)
            await self._process.wait()
        self._flag.close()


def read_answer(kind: int, body: bytes, answer: type[T]) -> T:
    """Return what an answer says, or raise it.

    Raises
    ------
    ApiError, WorkerFailedError, OutOfTimeError
        What was asked for failed.
    BadAnswerError
        It is none.
    """
    match kind:
        case Answer.RESULT:
            return decode(body, answer)
        case Answer.REFUSAL:
            refusal = decode(body, Refusal)
            # Clients act upon codes: that of an outage, or one of its own making, is no worker's to give.
            if refusal.code not in CODES or refusal.code == "InternalError":
                raise BadAnswerError("its code is none that a job fails with")
            raise ApiError(refusal.code, refusal.text)
        case Answer.FAILURE:
            raise WorkerFailedError(decode(body, str))
        case Answer.STOPPED:
            raise OutOfTimeError("it was asked to stop, or had no time left")
    raise BadAnswerError(f"there is no answer {kind}")


def _environment(*, network: bool) -> dict[str, str]:
    names = _KEPT + (_KEPT_WITH_NETWORK if network else ())
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in names or name.upper() in names or name.startswith(_KEPT_BEGINNINGS)
    }
    return kept | _SET | {"PYTHONPATH": os.pathsep.join(_code_directories())}


def _code_directories() -> list[str]:
    """List where this process imports from, without directories that merely happen to be the current one."""
    own = {str(Path(wuhen.__file__).parent.parent), *sysconfig.get_paths().values(), *site.getsitepackages()}
    roots = (sys.prefix, sys.base_prefix, sys.exec_prefix)
    return [
        one
        for one in sys.path
        if one in own or Path(one).name in {"site-packages", "dist-packages"} or one.startswith(roots)
    ]


def _count_oom_kills() -> int:
    """Count the processes that the system has killed for want of memory since it started; 0 if unknown."""
    with suppress(OSError, ValueError):
        for line in Path("/proc/vmstat").read_text(encoding="ascii").splitlines():
            if line.startswith("oom_kill "):
                return int(line.split()[1])
    return 0
