"""Flags that say what is to go where there is no mask: shapes, what is to be found, and presets."""

import functools
import os
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wuhen.action import OVERLAY, USUAL_SENSITIVITY, Find, Preset, read_presets
from wuhen.cli.errors import Failed
from wuhen.finders import FinderError, names
from wuhen.photo import BadShape, Polygon, Rectangle, Shape, Stroke
from wuhen.places import CONFIG_FILE

if TYPE_CHECKING:
    from wuhen.finders.overlay import Overlays

__all__ = ["Selected", "finding_options", "shape_options", "told_learned"]


@dataclass(frozen=True, slots=True)
class Selected:
    """What is to go, beside what a mask says.

    Attributes
    ----------
    what
        What is to be looked for: names of finders, and `OVERLAY`.
    within
        Where; None for everywhere.
    sensitivity
        From 0 to 1.
    shapes
        What is to be erased besides.
    """

    what: tuple[str, ...] = ()
    within: Rectangle | None = None
    sensitivity: float = USUAL_SENSITIVITY
    shapes: tuple[Shape, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is to go."""
        return bool(self.what or self.shapes)

    @property
    def learns(self) -> bool:
        """Whether it takes a look at many photos first."""
        return OVERLAY in self.what

    def find(self, overlays: "Overlays | None" = None) -> Find | None:
        """Return what is to be looked for in one photo; None if nothing is."""
        if not self.what:
            return None
        alone = tuple(name for name in self.what if name != OVERLAY)
        return Find(alone, self.within, self.sensitivity, overlays)

    def find_with(self, learned: "Overlays") -> Find | None:
        """Return what is to be looked for in each photo of a folder when it was looked at.

        Raises
        ------
        Failed
            Nothing lies over its photos, and nothing else is to go.
        """
        if learned:
            return self.find(learned)
        found = f"nothing lies over the photos of the folder alike (of {learned.learned_from} looked at)"
        if self.what == (OVERLAY,) and not self.shapes:
            raise Failed(found)
        click.echo(f"Warning: {found}: looking for the rest only.", err=True)
        return self.find()


@contextmanager
def told_learned(photos: int) -> Iterator[None]:
    """Say that so many photos are looked at first; turn what may go wrong then into `Failed`."""
    click.echo(f"Looking at {photos} photos for what they have in common…", err=True)
    try:
        yield
    except FinderError as error:
        raise Failed(str(error)) from error


class _ShapeType(click.ParamType[Shape]):
    """A shape as it is written."""

    def __init__(self, name: str, parse: Callable[[str], Shape]) -> None:
        self.name = name
        self._parse = parse

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return self._parse(value)
        except BadShape as error:
            self.fail(error.en, param, ctx)


class _WhatType(click.ParamType[tuple[str, ...]]):
    """Names of finders, separated by commas."""

    name = "what"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        return _check_names(tuple(filter(None, map(str.strip, value.split(",")))), param, ctx)


def _check_names(
    given: tuple[str, ...], param: click.Parameter | None, ctx: click.Context | None
) -> tuple[str, ...]:
    known = (*names(), OVERLAY)
    for name in given:
        if name not in known:
            raise click.BadParameter(f"there is no finder {name!r}: {', '.join(known)}", ctx, param)
    return tuple(dict.fromkeys(given))


_RECT = _ShapeType("rectangle", Rectangle.parse)
_WHAT = _WhatType()
_WHAT_HELP = (
    "text, watermark (one that repeats itself), objects (people and things that stand apart), dust (and "
    "scratches), overlay (what lies over all photos of a folder, such as a logo or a date); several with "
    "commas."
)


def _finding(what: str, within: str) -> tuple[Callable[[Any], Any], ...]:
    """Return the options for what is to be found, under the names that suit a command."""
    return (
        click.option(what, "what", type=_WHAT, metavar="WHAT", help=_WHAT_HELP),
        click.option(
            within, "within", type=_RECT, metavar="LEFT,TOP,WIDTH,HEIGHT", help="Look only there; as --rect."
        ),
        click.option(
            "--sensitivity",
            type=click.FloatRange(0, 1),
            help="From 0, what is beyond doubt, to 1, whatever might be meant."
            f"  [default: {USUAL_SENSITIVITY}]",
        ),
        click.option(
            "--preset",
            metavar="NAME",
            help=f"What stands under [presets.NAME] in {CONFIG_FILE}; flags beat it.",
        ),
    )


_SHAPES = (
    click.option(
        "--rect",
        "rectangles",
        type=_RECT,
        multiple=True,
        metavar="LEFT,TOP,WIDTH,HEIGHT",
        help="Erase a rectangle, in pixels or shares: 10,10,200,50; 0,90%,100%,10%. Negative edges are "
        "measured from the right and the bottom: 10,-60,200,50. May be given several times.",
    ),
    click.option(
        "--polygon",
        "polygons",
        type=_ShapeType("polygon", Polygon.parse),
        multiple=True,
        metavar="'X,Y X,Y X,Y…'",
        help="Erase what a closed line runs around.",
    ),
    click.option(
        "--stroke",
        "strokes",
        type=_ShapeType("stroke", Stroke.parse),
        multiple=True,
        metavar="'X,Y X,Y… WIDTH'",
        help="Erase along a line, with a round brush of this width.",
    ),
)


def shape_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add what `wuhen erase` takes beside a mask; the command gets it as `Selected` in ``selected``."""

    @functools.wraps(function)
    def command(**given: Any) -> Any:
        shapes = tuple(shape for kind in ("rectangles", "polygons", "strokes") for shape in given.pop(kind))
        return function(selected=_selected(given, shapes, ()), **given)

    return _with(command, (*_finding("--find", "--find-in"), *_SHAPES))


def finding_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add what `wuhen find` takes; the command gets it as `Selected` in ``selected``: text by default."""
    usual = ("text",)

    @functools.wraps(function)
    def command(**given: Any) -> Any:
        return function(selected=_selected(given, (), usual), **given)

    return _with(command, _finding("--what", "--in"))


def _with(command: Callable[..., Any], options: tuple[Callable[[Any], Any], ...]) -> Callable[..., Any]:
    for option in reversed(options):
        command = option(command)
    return command


def _selected(given: dict[str, Any], shapes: tuple[Shape, ...], usual: tuple[str, ...]) -> Selected:
    """Take what is to be found out of a command's arguments, and complete it by the preset."""
    preset, what = _preset(given.pop("preset")), given.pop("what")
    within, sensitivity = given.pop("within"), given.pop("sensitivity")
    what = what or preset.find or usual
    if not what and (within is not None or sensitivity is not None):
        raise Failed("--find-in and --sensitivity say how to look: say what for with --find")
    if sensitivity is None:
        sensitivity = preset.sensitivity if preset.sensitivity is not None else USUAL_SENSITIVITY
    return Selected(
        what,
        within or preset.find_in,
        sensitivity,
        shapes or preset.shapes,
    )


def _preset(name: str | None) -> Preset:
    if name is None:
        return Preset()
    file = Path(os.environ.get("WUHEN_CONFIG", CONFIG_FILE))
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8")).get("presets", {})
        presets = read_presets(tables)
    except FileNotFoundError:
        raise Failed(f"there is no {file} that could hold a preset") from None
    except OSError as error:
        raise Failed(f"{file}: {error.strerror}") from error
    except ValueError as error:
        raise Failed(f"{file}: {error}") from error
    if name not in presets:
        there = f"there are {', '.join(presets)}" if presets else "there is none"
        raise Failed(f"{file} has no preset {name!r}: {there}")
    return presets[name]
