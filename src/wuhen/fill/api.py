"""The public face of the fill: what may be asked, checked once, then handed to an engine."""

import importlib
import importlib.util
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from wuhen.fill.errors import FillError
from wuhen.fill.guide import Guide
from wuhen.fill.progress import Progress

__all__ = ["Engine", "EngineInfo", "boxes", "describe", "engines", "erase", "require", "warmup"]

_COLOURS = 3
_COLOURS_AND_ALPHA = 4
_HALF = 128


class Engine(Protocol):
    """A module that fills holes."""

    def fill(
        self,
        photo: NDArray[np.uint8],
        hole: NDArray[np.bool_],
        keep_out: NDArray[np.bool_] | None,
        *,
        seed: int,
        threads: int,
        progress: Progress,
        guide: Guide | None = None,
    ) -> NDArray[np.uint8]:
        """Return a new array like ``photo`` whose pixels differ from it only where ``hole`` is true."""

    def warmup(self, threads: int) -> None:
        """Load or compile whatever a first fill with so many threads needs."""


#: Engines by name; the modules are imported on first use, because the compiler they need is slow to load.
_ENGINES = {"patch": "wuhen.fill.patch", "guided": "wuhen.fill.guided"}
#: Engines that a trained network paints for, and the packages that these need.
_NETWORKS = {"guided": "onnxruntime"}
_AUTO = "patch"


def engines() -> tuple[str, ...]:
    """Names that `erase` accepts as ``engine``, ``"auto"`` first."""
    return ("auto", *_ENGINES)


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """What an engine is.

    Attributes
    ----------
    name
        Its name among `engines`; never ``"auto"``.
    network
        Whether a trained network paints any of what it fills.
    """

    name: str
    network: bool = False


def describe(engine: str) -> EngineInfo:
    """Tell which engine fills when `engine` is asked for, and what it is.

    Raises
    ------
    FillError
        It is none of `engines`.
    """
    _check_engine(engine)
    name = _AUTO if engine == "auto" else engine
    return EngineInfo(name, network=name in _NETWORKS)


def require(engine: str) -> None:
    """Make sure that an engine can be used, without loading it.

    Raises
    ------
    FillError
        It is none of `engines`, or a package that it needs is not installed.
    """
    package = _NETWORKS.get(describe(engine).name)
    if package is not None and importlib.util.find_spec(package) is None:
        raise FillError(f"engine {engine!r} needs {package}: pip install 'wuhen[network]'")


def boxes(hole: NDArray[np.bool_], grow: int = 0) -> list[tuple[int, int, int, int]]:
    """Return boxes that hold every pixel of a hole: one for each group of pixels that lie close together.

    Parameters
    ----------
    hole
        bool ``(H, W)``.
    grow
        Pixels by which the boxes are wider on every side, within the picture.

    Returns
    -------
    list of (left, top, width, height)
        In pixels, from top to bottom.
    """
    return cast(
        "list[tuple[int, int, int, int]]", importlib.import_module("wuhen.fill.regions").boxes(hole, grow)
    )


def warmup(engine: str = "auto", threads: int | None = None) -> None:
    """Make the first fill as fast as later ones.

    Loads compiled code from its on-disk cache, compiling it when it is not there yet: some ten seconds once
    after installation, well under two at other times; and the engine's network, if it has one.

    Parameters
    ----------
    engine, threads
        As for `erase`.

    Raises
    ------
    FillError
        The engine is none of `engines`, or a package that it needs is not installed.
    """
    _check_engine(engine)
    _engine(engine).warmup(_processors() if threads is None else _as_integer(threads, "threads", least=1))


def erase(
    photo: NDArray[np.uint8],
    mask: NDArray[np.bool_] | NDArray[np.uint8],
    *,
    engine: str = "auto",
    seed: int = 0,
    grow: int = 0,
    keep_out: NDArray[np.bool_] | NDArray[np.uint8] | None = None,
    threads: int | None = None,
    guide: Guide | None = None,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> NDArray[np.uint8]:
    """Remove what the mask marks and fill the hole with what its surroundings suggest.

    Parameters
    ----------
    photo
        uint8 ``(H, W, 3)`` RGB or ``(H, W, 4)`` RGBA, not premultiplied. Never changed.
    mask
        ``(H, W)``, bool or uint8: true, or 128 and above, marks pixels to erase. A mask that marks nothing
        gives a copy of the photo.
    engine
        One of `engines`; ``"auto"`` chooses.
    seed
        Any integer. The same photo, mask, engine and seed give the same bytes on any number of threads.
    grow
        Pixels by which to widen the hole in all directions, 0 or more: for masks that cut too close.
    keep_out
        ``(H, W)`` like ``mask``: areas that stay as they are and are never copied from.
    threads
        How many threads to use; by default one for each processor that this process may run on.
    guide
        Paints wide holes coarsely, for the fill to follow: see `Guide` and `wuhen.fill.network.load_network`.
        Not asked where alpha varies around the hole.
    progress
        Called now and then with the fraction done, 0 to 1, possibly from another thread.
    cancelled
        Asked now and then, possibly from another thread; true stops the fill.

    Returns
    -------
    ndarray
        A new array like ``photo``. Outside the (grown) hole it is equal to it, bit for bit. Where the photo
        has an alpha channel and it is even around the hole, the filled pixels get that alpha; where it
        varies, alpha is filled like a fourth colour.

    Raises
    ------
    FillError
        When an argument is of the wrong kind, shape or range, when mask and ``grow`` leave no pixel of the
        photo, or when ``keep_out`` covers all that is left.
    Cancelled
        When ``cancelled`` answered true.
    """
    _check_photo(photo)
    size = (photo.shape[0], photo.shape[1])
    hole = _as_flags(mask, size, "mask")
    barred = None if keep_out is None else _as_flags(keep_out, size, "keep_out")
    seed = _as_integer(seed, "seed")
    grow = _as_integer(grow, "grow", least=0)
    threads = _processors() if threads is None else _as_integer(threads, "threads", least=1)
    _check_engine(engine)
    if not hole.any():
        return np.array(photo, order="C")
    chosen = _engine(engine)
    if grow:
        hole = importlib.import_module("wuhen.fill.regions").grow(hole, grow)
    if hole.all():
        widened = f" grown by {grow} px" if grow else ""
        raise FillError(
            f"the mask{widened} covers the whole photo; leave some of it as the source of the fill"
        )
    if barred is not None and (hole | barred).all():
        raise FillError(
            "mask and keep_out together cover the whole photo; leave some of it as the source of the fill"
        )
    return chosen.fill(
        photo, hole, barred, seed=seed, threads=threads, progress=Progress(progress, cancelled), guide=guide
    )


def _engine(name: str) -> Engine:
    return cast("Engine", importlib.import_module(_ENGINES[_AUTO if name == "auto" else name]))


def _check_engine(engine: str) -> None:
    if engine not in engines():
        raise FillError(f"engine {engine!r} is not known; use one of {', '.join(engines())}")


def _check_photo(photo: Any) -> None:
    if not isinstance(photo, np.ndarray):
        raise FillError(f"photo must be a NumPy array, not {type(photo).__name__}")
    if photo.dtype != np.uint8:
        raise FillError(f"photo must be of dtype uint8, not {photo.dtype}")
    if photo.ndim != _COLOURS or photo.shape[2] not in {_COLOURS, _COLOURS_AND_ALPHA}:
        raise FillError(
            f"photo must have the shape (height, width, 3) or (height, width, 4), not {photo.shape}"
        )
    if 0 in photo.shape:
        raise FillError(f"photo has no pixels: its shape is {photo.shape}")


def _as_flags(mask: Any, size: tuple[int, int], name: str) -> NDArray[np.bool_]:
    if not isinstance(mask, np.ndarray):
        raise FillError(f"{name} must be a NumPy array, not {type(mask).__name__}")
    if mask.shape != size:
        raise FillError(f"{name} must have the photo's height and width {size}, not {mask.shape}")
    if mask.dtype == np.bool_:
        # Compiled code takes writable arrays only, though it does not write to this one.
        return np.require(mask, requirements=("C", "W"))
    if mask.dtype == np.uint8:
        return np.ascontiguousarray(mask >= _HALF)
    raise FillError(f"{name} must be of dtype bool or uint8, not {mask.dtype}")


def _as_integer(value: Any, name: str, *, least: int | None = None) -> int:
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)):
        raise FillError(f"{name} must be an integer, not {value!r}")
    if least is not None and value < least:
        raise FillError(f"{name} must be {least} or more, not {value}")
    return int(value)


def _processors() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
