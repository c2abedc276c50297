"""What an engine is given: what to fill, and what it may use to do so."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wuhen.fill.guides.protocol import Guide
from wuhen.fill.options import Options
from wuhen.fill.progress import Preview, Progress
from wuhen.fill.raster.samples import Pixels

__all__ = ["Run", "Task"]


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """What to fill. The result depends on this alone.

    Attributes
    ----------
    photo : ndarray
        uint8 or uint16 ``(H, W, 3)`` or ``(H, W, 4)``, not premultiplied. Never changed.
    hole : ndarray
        bool ``(H, W)``, true where pixels are to be filled: some, and not all. It is grown already.
    keep_out : ndarray, optional
        bool ``(H, W)``, true where pixels stay as they are and are never copied from.
    options : Options
        How.
    guide : Guide, optional
        Whom to follow; by default the engine's own network, if it has one.
    """

    photo: Pixels
    hole: NDArray[np.bool_]
    keep_out: NDArray[np.bool_] | None = None
    options: Options = field(default_factory=Options)
    guide: Guide | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a fill may use, and who watches it.

    Attributes
    ----------
    threads : int
        How many threads to use.
    progress : Progress
        Told of work done; may end the fill.
    model : Path, optional
        The file of the known network that the engine needs.
    preview : callable, optional
        Shown what large holes look like so far, by the thread that fills them.
    """

    threads: int
    progress: Progress = field(default_factory=Progress)
    model: Path | None = None
    preview: Callable[[Preview], None] | None = None
