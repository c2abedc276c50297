"""The public face of the fill: what may be asked, checked once, then handed to an engine."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, Unpack, cast

import numpy as np
from numpy.typing import NDArray

from wuhen.compute import store
from wuhen.fill.checks import MaskArray, check_arguments, count_threads, grow_hole, nothing_marked
from wuhen.fill.engines.catalogue import ENGINES, GUIDED, Engine, can_run_networks
from wuhen.fill.engines.choice import AUTO, choose_engine
from wuhen.fill.errors import FillError
from wuhen.fill.guides.protocol import Guide
from wuhen.fill.masks import find_marked, zeros_and_ones
from wuhen.fill.options import OptionChanges, Options, check_integer
from wuhen.fill.progress import Preview, Progress
from wuhen.fill.raster.layout import COLOURS
from wuhen.fill.raster.samples import Pixels
from wuhen.fill.task import Run, Task

if TYPE_CHECKING:
    from wuhen.fill.engines.estimate import Estimate

__all__ = [
    "boxes",
    "cache_directories",
    "describe",
    "engines",
    "erase",
    "estimate",
    "load_network",
    "measure_speed",
    "require",
    "warmup",
]

Sample = TypeVar("Sample", np.uint8, np.uint16)
"""What a photo's samples are."""


def engines() -> tuple[str, ...]:
    """Names that `erase` accepts as ``engine``, ``"auto"`` first."""
    return (AUTO, *(engine.name for engine in ENGINES))


def describe(engine: str, hole: NDArray[np.bool_] | None = None) -> Engine:
    """Tell which engine fills when `engine` is asked for.

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
    return choose_engine(engine, None if hole is None else zeros_and_ones(hole))


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
    choose_engine(engine).check(model)


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
    from wuhen.fill.raster import regions

    return regions.boxes(zeros_and_ones(hole), grow)


def estimate(
    hole: NDArray[np.bool_],
    options: Options | None = None,
    *,
    keep_out: NDArray[np.bool_] | None = None,
    channels: int = COLOURS,
    wide: bool = False,
) -> "Estimate":
    """Tell what a fill would take, without filling.

    Parameters
    ----------
    hole
        bool ``(H, W)``, before it is grown.
    options, keep_out
        As for `erase`.
    channels
        Of the photo, 3 or 4.
    wide
        Whether it has 16 bits a sample.

    Returns
    -------
    Estimate
        Work, in units of which `measure_speed` tells how many one thread does in a second, and bytes. With
        ``effects="full"`` these are enough for a reflection of each object; work is that of the hole alone,
        as few objects have one.

    Raises
    ------
    FillError
        There is no such engine.
    """
    from wuhen.fill.engines.estimate import estimate as foresee
    from wuhen.fill.raster import regions

    options = options or Options()
    hole = zeros_and_ones(hole)
    engine = choose_engine(options.engine, hole)
    ask = partial(foresee, engine=engine, keep_out=keep_out, channels=channels, wide=wide)
    grown = regions.grow(hole, options.grow)
    found = ask(grown)
    if options.is_full and not engine.alone:
        from wuhen.fill.traces.effects import LOOK_BYTES, widen_most

        lightened = hole.size * channels * (1 + wide)
        most = max(found.memory, ask(widen_most(grown)).memory)
        found = replace(found, memory=most + lightened + LOOK_BYTES)
    return found


def measure_speed() -> float:
    """Measure how much work, in the unit of `estimate`, one thread does in a second of its own time.

    It is measured once, by `warmup`, if that was called, and known from then on.
    """
    from wuhen.fill.engines.estimate import measure_speed as measure

    return measure()


def load_network(threads: int = 1) -> Guide:
    """Load the network that the engine ``"guided"`` follows, as a guide of its own.

    Parameters
    ----------
    threads
        How many threads one picture may use. What is painted does not depend on it.

    Raises
    ------
    FillError
        ONNX Runtime is not installed.
    """
    return GUIDED.load_network(check_integer("threads", threads, minimum=1), None)


def warmup(
    engine: str = AUTO,
    threads: int | None = None,
    model: Path | None = None,
    *,
    cache: Path | None = None,
    for_family: bool = False,
) -> None:
    """Make the first fill as fast as later ones.

    Loads compiled code from where it is kept, compiling it when it is not there yet: some 25 seconds once
    after installation, one or two at other times; and the engine's network, if it has one.

    Parameters
    ----------
    engine, threads, model
        As for `erase`.
    cache
        Read compiled code from this directory alone, and write what it lacks to it, from now on. By default
        it is looked for in ``WUHEN_CACHE_DIR``, ``/var/cache/wuhen`` and the user's cache folder, and written
        to the first of them that can be written.
    for_family
        Compile for all processors of this one's family, so that the code serves on other machines; fills
        take a tenth longer. That goes for everything that Numba compiles in this process from now on. Where
        there is no code for this very processor, that for the family is read in any case.

    Raises
    ------
    FillError
        The engine is none of `engines`, or what it needs is not there or is something else; or ``cache``
        cannot be written.
    """
    wanted = choose_engine(engine)
    threads = count_threads(threads)
    if cache is not None:
        try:
            store.use_only(cache)
        except OSError as error:
            reason = error.strerror or error
            raise FillError(f"compiled code cannot be kept in {cache}: {reason}") from error
    if for_family:
        from wuhen.compute.cache import compile_for_family

        compile_for_family()
    wanted.warmup(threads, model)
    if engine == AUTO and can_run_networks():
        GUIDED.warmup(threads)
    from wuhen.compute.compiled import compile_seconds

    compile_seconds()
    measure_speed()


def cache_directories() -> tuple[Path, ...]:
    """List the directories that compiled code was read from, or written to, by this process."""
    return store.used()


def erase(
    photo: NDArray[Sample],
    mask: MaskArray,
    *,
    options: Options | None = None,
    keep_out: MaskArray | None = None,
    guide: Guide | None = None,
    model: Path | None = None,
    threads: int | None = None,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    preview: Callable[[Preview], None] | None = None,
    allow_empty: bool = False,
    effects_mask: MaskArray | None = None,
    **changes: Unpack[OptionChanges],
) -> NDArray[Sample]:
    """Remove what the mask marks and fill the hole with what its surroundings suggest.

    Parameters
    ----------
    photo
        uint8 or uint16 ``(H, W, 3)`` RGB or ``(H, W, 4)`` RGBA, not premultiplied. Never changed.
    mask
        ``(H, W)``: bool, true where to erase; or coverage, as integers (0 and 1, or 0 to 255) or as floating-
        point numbers (0 to 1). Half covered, 128 of 255, is erased, and at anti-aliased edges, one or two
        pixels wide, whatever is covered at all.
    options
        How to fill; by default as `Options` come.
    keep_out
        ``(H, W)`` like ``mask``: areas that stay as they are and are never copied from.
    guide
        Paints wide holes, for the fill to follow, while it finds the large shapes or, if the guide has a
        ``side``, to the end: see `Guide` and `load_network`. Not asked where alpha varies around the hole. It
        takes the place of the engine's own network.
    model
        The file of the known network that the engine needs: see `describe`; `wuhen models` fetches it.
    threads
        How many threads to use; by default one for each processor that this process may run on.
    progress
        Called now and then with the fraction done, 0 to 1, possibly from another thread.
    cancelled
        Asked now and then, possibly from another thread; true stops the fill.
    preview
        Shown now and then what a hole that takes a while looks like so far. What it raises ends the fill.
        Networks that fill alone show nothing.
    allow_empty
        Whether a mask may mark nothing, and give a copy of the photo.
    effects_mask
        ``(H, W)`` like ``mask``: where what the object left may be treated, if that is asked for; by default
        everywhere. The rest stays as it is, bit for bit. `find_effects` tells what there would be.
    **changes
        Options by name, in place of those in ``options``: ``erase(photo, mask, engine="patch", seed=1)``.

    Returns
    -------
    ndarray
        A new array like ``photo``. Outside the (grown) hole, and the traces that are to be removed, it is
        equal to it, bit for bit. Where the photo has an alpha channel and it is even around the hole, the
        filled pixels get that alpha; where it varies, alpha is filled like a fourth colour. What a uint16
        photo is filled with is copied at full precision, from where it would be if the photo were rounded to
        uint8; only networks alone, and holes without any whole patch to copy, are filled at 8 bits.

    Raises
    ------
    FillError
        When an argument is of the wrong kind, shape or range, when the mask marks nothing, when mask and
        ``grow`` leave no pixel of the photo, when ``keep_out`` covers all that is left, when the engine is a
        network alone and traces are to be removed, or when what the engine needs is not there.
    Cancelled
        When ``cancelled`` answered true.
    """
    hole, barred, options = check_arguments(photo, mask, keep_out, options, changes)
    allowed = None if effects_mask is None else find_marked(effects_mask, hole.shape, "effects_mask")
    run = Run(
        threads=count_threads(threads), progress=Progress(progress, cancelled), model=model, preview=preview
    )
    engine = choose_engine(options.engine, hole)
    if not hole.any():
        if not allow_empty:
            raise FillError(f"{nothing_marked(mask)}. Give allow_empty=True to get a copy of the photo then")
        return np.array(photo, order="C")
    hole = grow_hole(hole, barred, options.grow)
    pixels: Pixels = photo
    widened = hole
    if options.is_full and not engine.alone:
        from wuhen.fill.traces.effects import take_out

        pixels, widened, _ = take_out(photo, hole, barred, run.progress.check)
        if allowed is not None:
            widened = hole | (widened & allowed)
            if pixels is not photo:
                # Before the fill, which would else go on from ground that does not stay so.
                np.copyto(pixels, photo, where=~(hole | allowed)[..., None])
    filled = engine.fill(Task(pixels, widened, barred, options, guide), run)
    if options.changes_outside and allowed is not None:
        np.copyto(filled, photo, where=~(hole | allowed)[..., None])
    return cast("NDArray[Sample]", filled)
