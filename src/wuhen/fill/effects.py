"""What would go with an object beside what the mask marks: see it before anything is erased."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Unpack

import numpy as np
from numpy.typing import NDArray

from wuhen.fill.checks import MaskArray, check_arguments, count_threads, grow_hole, nothing_marked
from wuhen.fill.engines.choice import choose_engine
from wuhen.fill.errors import FillError
from wuhen.fill.options import OptionChanges, Options
from wuhen.fill.progress import Progress
from wuhen.fill.raster.samples import Pixels
from wuhen.fill.task import Run, Task

__all__ = ["EFFECTS", "Effects", "find_effects"]

EFFECTS: Final = ("shadow", "contact_shadow", "reflection", "rim")
"""The kinds of effects, by name."""


@dataclass(frozen=True, slots=True, eq=False)
class Effects:
    """What an object left around a hole, as bool ``(H, W)`` outside it; None of what is not certain.

    Attributes
    ----------
    shadow, contact_shadow : ndarray, optional
        What is lightened: the soft shadow that follows the hole's outline, and the dark at the object's foot,
        both as far as they darken by .4 % or more, which is a grey level at the most.
    reflection, rim : ndarray, optional
        What is filled like the hole: the mirror image, and the object's own border.
    """

    shadow: NDArray[np.bool_] | None = None
    contact_shadow: NDArray[np.bool_] | None = None
    reflection: NDArray[np.bool_] | None = None
    rim: NDArray[np.bool_] | None = None

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.kinds)

    @property
    def kinds(self) -> dict[str, NDArray[np.bool_]]:
        """Those that there are, by their names, in the order of `EFFECTS`."""
        found = {name: getattr(self, name) for name in EFFECTS}
        return {name: mask for name, mask in found.items() if mask is not None}

    def mask(self, size: tuple[int, int]) -> NDArray[np.bool_]:
        """Return all of them together, as bool of this height and width."""
        together = np.zeros(size, np.bool_)
        for mask in self.kinds.values():
            together |= mask
        return together


def find_effects(
    photo: NDArray[np.uint8] | NDArray[np.uint16],
    mask: MaskArray,
    *,
    options: Options | None = None,
    keep_out: MaskArray | None = None,
    threads: int | None = None,
    cancelled: Callable[[], bool] | None = None,
    **changes: Unpack[OptionChanges],
) -> Effects:
    """Find what `erase` with ``effects="full"`` would treat outside the hole, by what it does itself.

    What it would not change outside the hole is in none of the masks. A hole that is too large to be filled
    at once, of lettering or dots all over more than four megapixels, is filled piece by piece, and what a
    piece makes of the next one is not foreseen.

    Parameters
    ----------
    photo, mask, keep_out, threads, cancelled
        As for `erase`.
    options, **changes
        As for `erase`; ``effects`` and ``remove_traces`` do not matter.

    Returns
    -------
    Effects
        None of them where the engine is a network alone, as this leaves the surroundings as they are.

    Raises
    ------
    FillError
        As `erase` does for the same arguments, but for engines that cannot remove traces.
    Cancelled
        When ``cancelled`` answered true.
    """
    hole, barred, options = check_arguments(photo, mask, keep_out, options, changes)
    run = Run(threads=count_threads(threads), progress=Progress(None, cancelled))
    if not hole.any():
        raise FillError(nothing_marked(mask))
    hole = grow_hole(hole, barred, options.grow)
    if choose_engine(options.engine, hole).alone:
        return Effects()
    return _find(photo, hole, barred, options, run)


def _find(
    photo: Pixels, hole: NDArray[np.bool_], barred: NDArray[np.bool_] | None, options: Options, run: Run
) -> Effects:
    from wuhen.fill.engines.tracing import trace
    from wuhen.fill.traces.effects import take_out

    clean, widened, foot = take_out(photo, hole, barred, run.progress.check)
    traces = trace(Task(clean, widened, barred, options), run)
    return Effects(traces.shadow, foot, None if widened is hole else widened & ~hole, traces.rim)
