"""Flags for the fill's options, made from what the fill says of them."""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from wuhen import fill
from wuhen.action import check_engine
from wuhen.cli.errors import Failed
from wuhen.cli.models import models_directory

__all__ = ["fill_options", "usable_models"]


def fill_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the flags to a command, which gets them as one `fill.Options` in the parameter ``options``."""

    @functools.wraps(function)
    def command(**given: Any) -> Any:
        options = fill.Options(**{option.name: given.pop(option.name) for option in fill.OPTIONS})
        return function(options=options, **given)

    wrapped: Callable[..., Any] = command
    for option in reversed(fill.OPTIONS):
        wrapped = _flag(option)(wrapped)
    return wrapped


def usable_models(engine: str, models_dir: Path | None) -> Path | None:
    """Make sure that an engine can be used; return the directory of models if it needs one."""
    try:
        if fill.describe(engine).model is None:
            fill.require(engine)
            return None
        directory = models_directory(models_dir)
        check_engine(engine, directory)
    except fill.FillError as error:
        raise Failed(str(error)) from error
    return directory


def _flag(option: fill.Option) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    name = f"--{option.name.replace('_', '-')}"
    if isinstance(option.default, bool):
        return click.option(name, is_flag=True, default=option.default, help=option.text)
    kind: click.ParamType[Any] = click.Choice(option.choices) if option.choices else click.STRING
    if isinstance(option.default, int):
        bounded = option.minimum is not None or option.maximum is not None
        kind = click.IntRange(option.minimum, option.maximum) if bounded else click.INT
    return click.option(name, type=kind, default=option.default, show_default=True, help=option.text)
