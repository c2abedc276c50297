"""The engine `guided`: patches that follow what the coarse network paints into wide holes.

The network knows what belongs into a hole, and paints it blurred; the patches have the detail. Thin holes are
filled by the patches alone.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from wuhen.fill.engines import patches as patch
from wuhen.fill.guides.coarse import load_network
from wuhen.fill.guides.protocol import Guide
from wuhen.fill.progress import Progress

__all__ = ["fill", "warmup"]


def fill(
    photo: NDArray[np.uint8],
    hole: NDArray[np.bool_],
    keep_out: NDArray[np.bool_] | None,
    *,
    seed: int,
    threads: int,
    progress: Progress,
    guide: Guide | None = None,
    remove_traces: bool = False,
) -> NDArray[np.uint8]:
    """See `wuhen.fill.api.Engine`. Another guide takes the network's place."""
    guide = guide or _network(threads)
    return patch.fill(
        photo, hole, keep_out, seed=seed, threads=threads, progress=progress, guide=guide,
        remove_traces=remove_traces,
    )  # fmt: skip


def warmup(threads: int) -> None:
    """Load the compiled code and the network.

    Raises
    ------
    FillError
        ONNX Runtime is not installed.
    """
    patch.warmup(threads)
    _network(threads)


@lru_cache(maxsize=2)
def _network(threads: int) -> Guide:
    return load_network(threads)
