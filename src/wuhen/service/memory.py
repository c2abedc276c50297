"""What memory the machine has, and how many pixels its workers have memory for together."""

import os
from pathlib import Path
from typing import Final

from wuhen.photo import MEGAPIXEL
from wuhen.settings import Settings

__all__ = ["count_memory", "pixels_each"]

_LIMITS: Final = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))
_BESIDE: Final = 1 << 30
"""Bytes that the service process and the system are left."""
_IDLE: Final = 300 << 20
"""Bytes that a worker takes with no picture."""
_EACH_PIXEL: Final = 12
"""Bytes that each pixel of photo and masks takes in a worker at the most, and a fifth more."""


def count_memory() -> int:
    """Return how many bytes of memory the machine, or the container, has."""
    found = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    for file in _LIMITS:
        try:
            text = file.read_text(encoding="ascii").strip()
        except OSError:
            continue
        if text.isdigit():
            found.append(int(text))
    return min(found)


def pixels_each(settings: Settings) -> int | None:
    """Return how many pixels there is memory for, by the worker; None where that is not known.

    By default a worker's part of this machine's memory, of whose machines a cluster's nothing is known.
    """
    if settings.worker_megapixels is not None:
        return settings.worker_megapixels * MEGAPIXEL
    if settings.cluster is not None:
        return None
    workers = settings.most_workers
    return max(0, (count_memory() - _BESIDE) // workers - _IDLE) // _EACH_PIXEL
