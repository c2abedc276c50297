"""Whether a job can be done with the time and the memory that it has, asked before it is begun."""

import resource
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wuhen import fill
from wuhen.action.failures import TOO_LARGE, TOO_LONG
from wuhen.action.inputs import Inputs
from wuhen.action.job import Job
from wuhen.action.limits import megapixels
from wuhen.processors import count_processors
from wuhen.wire import Message

__all__ = ["check_cost", "free_memory"]

# Work, in the fill's unit, for each pixel that is written, at the least.
_WRITING = {"JPEG": 0.03, "PNG": 0.1, "WEBP": 0.1, "TIFF": 0.1}
_WRITING_BYTES = 6
"""Bytes for each pixel of the photo that what follows the fill takes beside it, at the least."""
_SURELY = 1.5
"""What is expected may be wrong by this factor. Only what surely fails is refused."""
_MIB = 1 << 20


def check_cost(inputs: Inputs, job: Job, threads: int | None, seconds: float | None) -> None:
    """Refuse a job that would be given up half-way.

    Parameters
    ----------
    inputs
        The job's pictures.
    job
        What is to be done with them.
    threads
        How many fill.
    seconds
        What is left of the job's time; None for any time.

    Raises
    ------
    ApiError
        It takes longer, or more memory than this process may have. The message says what would be right.
    """
    left = free_memory()
    if not job.erases or (seconds is None and left is None):
        return
    original, hole = inputs.original, inputs.mask.hole
    found = fill.estimate(
        hole,
        job.options,
        keep_out=inputs.keep_out,
        channels=3 + (original.alpha is not None),
        wide=original.wide is not None,
    )
    if seconds is not None:
        speed = fill.measure_speed()
        writing = hole.size * _WRITING[inputs.output_format] / speed
        needed = job.candidates * (found.work / speed / _parallel(threads) + writing)
        if needed > _SURELY * seconds:
            writing *= job.candidates
            share = max(seconds - writing, 0) / (needed - writing)
            raise TOO_LONG(needed=round(needed), left=round(seconds, 1), **_sizes(hole, share))
    if left is not None and found.memory > left:
        beside = hole.size * _WRITING_BYTES
        share = max(left - beside, 0) / found.memory
        raise TOO_LARGE(needed=found.memory // _MIB, left=left // _MIB, **_sizes(hole, share))


def free_memory() -> int | None:
    """Return how many bytes this process may still allocate; None if nothing bounds it."""
    limit, _ = resource.getrlimit(resource.RLIMIT_DATA)
    if limit == resource.RLIM_INFINITY:
        return None
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return None
    used = int(status.partition("VmData:")[2].split()[0]) * 1024
    return max(limit - used, 0)


def _parallel(threads: int | None) -> float:
    """Return by how much so many threads are faster than one, at the most."""
    cores = count_processors()
    return float(min(threads or cores, cores))


def _sizes(hole: NDArray[np.bool_], share: float) -> dict[str, Message]:
    """Name the size of a hole, and of such a share of it, to two digits."""
    area = np.count_nonzero(hole)
    sizes = {"hole": area, "right": area * min(share, 1.0)}
    return {name: megapixels(float(f"{size:.2g}")) for name, size in sizes.items()}
