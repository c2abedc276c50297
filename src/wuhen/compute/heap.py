"""What a fill frees is left for the next one.

A fill makes and frees some megabytes of maps. The C library gives them back to the system, which hands them
out page by page again: a twentieth of the time of a fill at 500 px. How much to keep, glibc learns from the
largest block that a process has freed.
"""

import numpy as np

__all__ = ["keep_freed_memory"]

#: Twice this is kept, in bytes: what a hole of some 40,000 px takes.
_BLOCK = 4 << 20


def keep_freed_memory() -> None:
    """Free one large block that nobody has touched; other C libraries take no notice."""
    np.empty(_BLOCK, np.uint8)
