"""The public face of the fill: what may be asked, checked once, then handed to an engine."""

import importlib
import importlib.util
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from wuhen.fill.engines.choice import is_wide
from wuhen.fill.errors import FillError
from wuhen.fill.guides.protocol import Guide
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
        remove_traces: bool = False,
    ) -> NDArray[np.uint8]:
        """Return a new array like ``photo``.

        Its pixels differ from the photo's only where ``hole`` is true, or where traces were removed.
        """

    def warmup(self, threads: int) -> None:
        """Load or compile whatever a first fill with so many threads needs."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """How an engine is found: its module, imported on first use, because what it needs is slow to load.

    With a model, that network is the module's guide.
    """

    module: str
    network: bool = False
    model: str | None = None


_PATCH, _RAW = "wuhen.fill.engines.patches", "wuhen.fill.engines.network"
_ENGINES = {
    "patch": _Entry(_PATCH),
    "guided": _Entry("wuhen.fill.engines.guided", network=True),
    "lama": _Entry(_PATCH, network=True, model="lama"),
    "lama-raw": _Entry(_RAW, network=True, model="lama"),
    "migan": _Entry(_PATCH, network=True, model="migan"),
    "migan-raw": _Entry(_RAW, network=True, model="migan"),
}
#: What runs networks.
_RUNTIME = "onnxruntime"
#: What ``"auto"`` is, and what it is for wide holes where networks can be run.
_AUTO, _AUTO_WIDE = "patch", "guided"


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
    model
        The known network whose file it needs, ``"lama"`` or ``"migan"``; None if it needs none.
    """

    name: str
    network: bool = False
    model: str | None = None


def describe(engine: str, hole: NDArray[np.bool_] | None = None) -> EngineInfo:
    """Tell which engine fills when `engine` is asked for, and what it is.

    Parameters
    ----------
    engine
        One of `engines`.
    hole
        bool ``(H, W)``, before it is grown: ``"auto"`` depends on it. Without one it is what small holes get.

    Raises
    ------
    FillError
        It is none of `engines`.
    """
    _check_engine(engine)
    name = engine
    if engine == "auto":
        wide = hole is not None and is_wide(_zeros_and_ones(hole)) and _can_run_networks()
        name = _AUTO_WIDE if wide else _AUTO
    entry = _ENGINES[name]
    return EngineInfo(name, entry.network, entry.model)


def require(engine: str, model: Path | None = None) -> None:
    """Make sure that an engine can be used.

    Parameters
    ----------
    engine, model
        As for `erase`. The model's file is looked into, and let go of again.

    Raises
    ------
    FillError
        It is none of `engines`, or what it needs is not there or is something else.
    """
    info = describe(engine)
    if info.network and not _can_run_networks():
        raise FillError(f"engine {engine!r} needs {_RUNTIME}: pip install onnxruntime")
    if info.model is not None:
        known = importlib.import_module("wuhen.fill.guides.known")
        known.check_known(info.model, _model_file(info, model))


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
    regions = importlib.import_module("wuhen.fill.raster.regions")
    return cast("list[tuple[int, int, int, int]]", regions.boxes(_zeros_and_ones(hole), grow))


def warmup(engine: str = "auto", threads: int | None = None, model: Path | None = None) -> None:
    """Make the first fill as fast as later ones.

    Loads compiled code from its on-disk cache, compiling it when it is not there yet: some ten seconds once
    after installation, well under two at other times; and the engine's network, if it has one.

    Parameters
    ----------
    engine, threads, model
        As for `erase`.

    Raises
    ------
    FillError
        The engine is none of `engines`, or what it needs is not there or is something else.
    """
    _check_engine(engine)
    threads = _processors() if threads is None else _as_integer(threads, "threads", least=1)
    info = describe(engine)
    _module(info).warmup(threads)
    if engine == "auto" and _can_run_networks():
        _module(describe(_AUTO_WIDE)).warmup(threads)
    _painter(info, model, threads)


def erase(
    photo: NDArray[np.uint8],
    mask: NDArray[np.bool_] | NDArray[np.uint8],
    *,
    engine: str = "auto",
    seed: int = 0,
    grow: int = 0,
    keep_out: NDArray[np.bool_] | NDArray[np.uint8] | None = None,
    remove_traces: bool = False,
    threads: int | None = None,
    guide: Guide | None = None,
    model: Path | None = None,
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
        One of `engines`; ``"auto"`` is ``"guided"`` for wide holes where ONNX Runtime is installed, else
        ``"patch"``.
    seed
        Any integer. The same photo, mask, engine and seed give the same bytes on any number of threads.
    grow
        Pixels by which to widen the hole in all directions, 0 or more: for masks that cut too close.
    keep_out
        ``(H, W)`` like ``mask``: areas that stay as they are and are never copied from.
    remove_traces
        Whether to remove as well what the erased object surely left around the hole: its soft shadow, if it
        follows the hole's outline within some 20 px at 640 px, is lightened, and a rim that the mask cut off,
        up to 5 px wide at 640 px, is filled. Not where alpha varies around the hole.
    threads
        How many threads to use; by default one for each processor that this process may run on.
    guide
        Paints wide holes coarsely, for the fill to follow: see `Guide` and
        `wuhen.fill.guides.coarse.load_network`. Not asked where alpha varies around the hole. It takes the
        place of the engine's own network.
    model
        The file of the known network that the engine needs: see `describe`; `wuhen models` fetches it.
    progress
        Called now and then with the fraction done, 0 to 1, possibly from another thread.
    cancelled
        Asked now and then, possibly from another thread; true stops the fill.

    Returns
    -------
    ndarray
        A new array like ``photo``. Outside the (grown) hole, and the traces that are to be removed, it is
        equal to it, bit for bit. Where the photo has an alpha channel and it is even around the hole, the
        filled pixels get that alpha; where it varies, alpha is filled like a fourth colour.

    Raises
    ------
    FillError
        When an argument is of the wrong kind, shape or range, when mask and ``grow`` leave no pixel of the
        photo, when ``keep_out`` covers all that is left, when the engine is a network alone and traces are
        to be removed, or when what the engine needs is not there.
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
    if not isinstance(remove_traces, (bool, np.bool_)):
        raise FillError(f"remove_traces must be true or false, not {remove_traces!r}")
    _check_engine(engine)
    if not hole.any():
        return np.array(photo, order="C")
    info = describe(engine, hole)
    if grow:
        hole = importlib.import_module("wuhen.fill.raster.regions").grow(hole, grow)
    if hole.all():
        widened = f" grown by {grow} px" if grow else ""
        raise FillError(
            f"the mask{widened} covers the whole photo; leave some of it as the source of the fill"
        )
    if barred is not None and (hole | barred).all():
        raise FillError(
            "mask and keep_out together cover the whole photo; leave some of it as the source of the fill"
        )
    if remove_traces and _ENGINES[info.name].module == _RAW:
        raise FillError(f"engine {info.name!r} is a network alone, which leaves traces; use another")
    guide = guide or _painter(info, model, threads)
    return _module(info).fill(
        photo, hole, barred, seed=seed, threads=threads, progress=Progress(progress, cancelled), guide=guide,
        remove_traces=remove_traces,
    )  # fmt: skip


def _can_run_networks() -> bool:
    return importlib.util.find_spec(_RUNTIME) is not None


def _module(info: EngineInfo) -> Engine:
    return cast("Engine", importlib.import_module(_ENGINES[info.name].module))


def _painter(info: EngineInfo, model: Path | None, threads: int) -> Guide | None:
    """Load the known network that an engine needs, if any."""
    if info.model is None:
        return None
    known = importlib.import_module("wuhen.fill.guides.known")
    whole = _ENGINES[info.name].module == _RAW
    return cast("Guide", known.load_known(info.model, _model_file(info, model), threads, whole=whole))


def _model_file(info: EngineInfo, model: Path | None) -> Path:
    if model is None or not model.is_file():
        raise FillError(
            f"engine {info.name!r} needs the model {info.model}: `wuhen models pull {info.model}` fetches it"
        )
    return model


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
        return _zeros_and_ones(mask)
    if mask.dtype == np.uint8:
        return np.ascontiguousarray(mask >= _HALF)
    raise FillError(f"{name} must be of dtype bool or uint8, not {mask.dtype}")


def _zeros_and_ones(flags: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Make true 1: it may have any value, as in what NumPy makes of Pillow's 1-bit pictures (255)."""
    # Compiled code takes writable arrays only, though it does not write to this one.
    whole: NDArray[np.bool_] = np.require(flags, requirements=("C", "W"))
    if whole.view(np.uint8).max(initial=0) > 1:
        whole = whole.view(np.uint8) != 0
    return whole


def _as_integer(value: Any, name: str, *, least: int | None = None) -> int:
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)):
        raise FillError(f"{name} must be an integer, not {value!r}")
    if least is not None and value < least:
        raise FillError(f"{name} must be {least} or more, not {value}")
    return int(value)


def _processors() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
