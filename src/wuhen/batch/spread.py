"""A batch spread over a cluster by Ray Data. Needs the extra `cluster`."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import asdict, fields
from tempfile import TemporaryDirectory
from typing import Any

import ray
import ray.data

from wuhen.batch.eraser import Eraser, Setup
from wuhen.batch.errors import ClusterFailed
from wuhen.batch.rows import Row
from wuhen.batch.todo import Todo

__all__ = ["erase_spread"]

LOCAL = "local"
STORE_BYTES = 100 * 1024 * 1024
"""Of shared memory for what machines send each other: names and rows, as pictures take another way."""
BLOCK_PHOTOS = 8
"""Photos that are handed out together at most: what is done anew when a machine is lost."""
SHARES = 8
"""Into how many blocks an actor's part is divided at least, so that all end at about the same time."""
WINDOW_PHOTOS = 20_000
WINDOW_PHOTOS_PER_CPU = 500
"""Photos that are scheduled at a time: what the driver holds does not grow with the batch."""
AHEAD = 2
"""Photos of a block that an actor has in hand: one is fetched or put while another is erased from."""

_COLUMNS = tuple(one.name for one in fields(Todo))


class _RayEraser:
    """An eraser as an actor. It has a process beside it for photos, which they may cost, but not it."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._eraser: asyncio.Task[Eraser] | None = None
        self._places = asyncio.Semaphore(AHEAD)

    async def __call__(self, block: dict[str, Any]) -> dict[str, list[str]]:
        if self._eraser is None:
            self._eraser = asyncio.create_task(self._start())
        eraser = await self._eraser
        todos = [Todo(*map(str, values)) for values in zip(*map(block.__getitem__, _COLUMNS), strict=True)]
        rows = await asyncio.gather(*(self._erase(eraser, todo) for todo in todos))
        return {"row": list(rows)}

    async def _start(self) -> Eraser:
        # They end with this process, which Ray ends without a word.
        workers = await self._setup.template.workers(1, 1).__aenter__()
        return Eraser(self._setup, workers)

    async def _erase(self, eraser: Eraser, todo: Todo) -> str:
        async with self._places:
            return (await eraser.erase(todo)).as_line()


def erase_spread(
    setup: Setup, todos: Sequence[Todo], *, cluster: str, jobs: int | None, tell: Callable[[Row], None]
) -> None:
    """Do what is to be done, and give `tell` what became of each photo as soon as it is known.

    What a machine had in hand when it was lost is done again elsewhere: the same result under the same name.

    Parameters
    ----------
    setup
        The batch. Every machine must reach its folders, with credentials of its own, and have its models.
    todos
        The photos.
    cluster
        `local` for one on this machine that ends with the batch, or the address of one that runs.
    jobs
        Photos at a time; by default as many as there are processors, also of machines that join.
    tell
        Is called in the order in which blocks of photos are finished.

    Raises
    ------
    ClusterFailed
        There is no cluster at that address, or it has ended the work.
    """
    with _connected(cluster, jobs):
        cpus = max(1, int(_resources().get("CPU", 1)))
        window = max(WINDOW_PHOTOS, WINDOW_PHOTOS_PER_CPU * cpus)
        for start in range(0, len(todos), window):
            for row in _run(setup, todos[start : start + window], jobs, cpus):
                tell(row)


def _run(setup: Setup, todos: Sequence[Todo], jobs: int | None, cpus: int) -> Iterator[Row]:
    size = min(jobs or cpus, len(todos))
    block = min(BLOCK_PHOTOS, max(1, len(todos) // (size * SHARES)))
    items = [asdict(todo) for todo in todos]
    # A fixed number of actors is started at once; more only where nobody said how many.
    actors = ray.data.ActorPoolStrategy(min_size=size, max_size=size if jobs else None)
    done = ray.data.from_items(items, override_num_blocks=-(-len(items) // block)).map_batches(
        _RayEraser,
        fn_constructor_args=(setup,),
        batch_size=None,
        batch_format="numpy",
        compute=actors,
        num_cpus=1,
    )
    for found in done.iter_batches(batch_size=None, batch_format="numpy", prefetch_batches=0):
        yield from map(Row.from_line, found["row"])


@contextmanager
def _connected(cluster: str, jobs: int | None) -> Iterator[None]:
    """Be a cluster's driver."""
    # Nothing is told to Ray's makers, and of what it does only what concerns the user is shown.
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    # What Ray tells of nodes and processes that are lost goes to standard output, where rows may be.
    with (
        redirect_stdout(sys.stderr),
        TemporaryDirectory(prefix="wuhen-", ignore_cleanup_errors=True) as folder,
    ):
        try:
            ending = signal.getsignal(signal.SIGTERM)
            with _mute():
                _connect(cluster, jobs, folder)
            # Ray has put one of its own in its place, which ends the process on the spot.
            signal.signal(signal.SIGTERM, ending)
            ray.data.DataContext.get_current().enable_progress_bars = False
        except (ConnectionError, RuntimeError, ValueError) as error:
            raise ClusterFailed(f"no cluster can be used at {cluster}: {_line(error)}") from error
        try:
            yield
        except ray.exceptions.RayError as error:
            raise ClusterFailed(f"the cluster has ended the work: {_line(error)}") from error
        finally:
            ray.shutdown()


def _connect(cluster: str, jobs: int | None, folder: str) -> None:
    quiet: dict[str, Any] = {"logging_level": logging.ERROR, "log_to_driver": False}
    if cluster == LOCAL:
        ray.init(
            LOCAL,
            num_cpus=jobs,
            include_dashboard=False,
            object_store_memory=STORE_BYTES,
            _node_ip_address="127.0.0.1",
            _temp_dir=folder,
            **quiet,
        )
    else:
        ray.init(cluster, **quiet)


@contextmanager
def _mute() -> Iterator[None]:
    """Lead standard error nowhere, where what is in C writes before it was told how much."""
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _resources() -> dict[str, float]:
    found: dict[str, float] = ray.cluster_resources()  # type: ignore[no-untyped-call]
    return found


def _line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
