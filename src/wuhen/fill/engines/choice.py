"""From a name to an engine, and what a hole needs: the patches alone, or a network that paints it first."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from wuhen.fill.engines.catalogue import ENGINES, GUIDED, PATCH, Engine, can_run_networks
from wuhen.fill.errors import FillError

__all__ = ["AUTO", "choose_engine"]

AUTO: Final = "auto"
"""The name that leaves the choice to us."""

#: Side of the squares that a hole is measured in, in pixels: lettering and scratches have none wholly inside.
_SQUARE = 16
#: Squares from which on a network pays: its time is a part of such a fill's, and a border tells little
#: of what belongs into the middle.
_WIDE = 16


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
        return GUIDED if hole is not None and _is_wide(hole) and can_run_networks() else PATCH
    for engine in ENGINES:
        if engine.name == name:
            return engine
    known = ", ".join((AUTO, *(engine.name for engine in ENGINES)))
    raise FillError(f"engine {name!r} is not known; use one of {known}")


def _is_wide(hole: NDArray[np.bool_]) -> bool:
    """Whether a hole has room for many squares, so that structure must be guessed."""
    if np.count_nonzero(hole) < _WIDE * _SQUARE**2:
        return False
    height, width = (side // _SQUARE for side in hole.shape)
    rows = hole[: height * _SQUARE, : width * _SQUARE].reshape(height, _SQUARE, -1).all(axis=1)
    squares = rows.reshape(height, width, _SQUARE).all(axis=2)
    return int(np.count_nonzero(squares)) >= _WIDE
