"""From a name to an engine, and what a hole needs: the patches alone, or a network that paints it first."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from wuhen.fill.engines.catalogue import ENGINES, GUIDED, PATCH, Engine, can_run_networks
from wuhen.fill.errors import FillError
from wuhen.fill.masks import is_wide

__all__ = ["AUTO", "choose_engine"]

AUTO: Final = "auto"
"""The name that leaves the choice to us."""


def choose_engine(name: str, hole: NDArray[np.bool_] | None = None) -> Engine:
    """Return the engine that fills when a name is asked for.

    Parameters
    ----------
    name
        `AUTO`, or an engine's.
    hole
        bool ``(H, W)``, before it is grown. Without one `AUTO` is what small holes get.

    Raises
    ------
    FillError
        There is no such engine.
    """
    if name == AUTO:
        return GUIDED if hole is not None and is_wide(hole) and can_run_networks() else PATCH
    for engine in ENGINES:
        if engine.name == name:
            return engine
    known = ", ".join((AUTO, *(engine.name for engine in ENGINES)))
    raise FillError(f"engine {name!r} is not known; use one of {known}")
