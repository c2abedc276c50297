"""How many processors there are to work with."""

import os

__all__ = ["count_processors"]


def count_processors() -> int:
    """Return how many processors this process may run on; where no system call tells, how many there are."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
