"""Options of marks and labels, made from their one declaration, and what they come to."""

import functools
from collections.abc import Callable
from dataclasses import Field, fields
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import click

from wuhen import mark
from wuhen.action import Labelling
from wuhen.mark import LONGEST_NAME, MarkOptions

__all__ = ["labelling_of", "mark_options", "wording_of"]

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


def wording_of(marks: MarkOptions) -> mark.Wording:
    """Return the visible mark's wording, tried out.

    Raises
    ------
    click.UsageError
        It cannot be drawn.
    OSError
        The font cannot be read.
    """
    try:
        return marks.wording()
    except mark.MarkError as error:
        raise click.UsageError(str(error)) from error


def labelling_of(marks: MarkOptions) -> Labelling:
    """Return the labels, certificate and key tried out.

    Raises
    ------
    click.UsageError
        They cannot be written or signed.
    OSError
        A file cannot be read.
    """
    for value in (marks.aigc_producer, marks.aigc_propagator):
        if not mark.printable(value) or len(value) > LONGEST_NAME:
            raise click.UsageError(
                f"{value[:LONGEST_NAME]!r} cannot stand in the AIGC label: "
                f"use at most {LONGEST_NAME} characters of printable ASCII without spaces"
            )
    try:
        marks.check_pairs(_flag)
        return Labelling.of(marks)
    except (ValueError, mark.SigningFailed) as error:
        raise click.UsageError(str(error)) from error


def mark_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options to a command, which gets them as one `MarkOptions` in the parameter ``marks``."""
    declared = fields(MarkOptions)

    @functools.wraps(function)
    def command(**given: Any) -> Any:
        marks = MarkOptions(**{one.name: given.pop(one.name) for one in declared})
        return function(marks=marks, **given)

    wrapped: Callable[..., Any] = command
    hints = get_type_hints(MarkOptions)
    for one in reversed(declared):
        wrapped = _option(one, hints[one.name])(wrapped)
    return wrapped


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _option(declared: Field[Any], hint: Any) -> Callable[[Any], Any]:
    flag = _flag(declared.name)
    kind: click.ParamType[Any] | None = None
    if hint is bool:
        flag = f"{flag}/{_flag(f'no_{declared.name}')}"
    elif get_origin(hint) is Literal:
        kind = click.Choice(get_args(hint))
    elif Path in get_args(hint):
        kind = FILE
    return click.option(
        flag,
        type=kind,
        default=declared.default,
        show_default=bool(declared.default),
        metavar=declared.metadata.get("metavar"),
        envvar=f"WUHEN_{declared.name.upper()}",
        help=declared.metadata["text"],
    )
