"""Settings as the command line reads them: what is wrong with one is a line, not a traceback."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

from wuhen.cli.errors import Failed, report_errors
from wuhen.settings import Settings, load

__all__ = ["database_options", "read_settings"]


def database_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that say where keys and records are."""
    for option in (
        click.option("--database-url", metavar="URL", help="As given to `wuhen serve`."),
        click.option(
            "--data-dir",
            type=click.Path(path_type=Path),
            help="As given to `wuhen serve`.  [~/.local/share/wuhen]",
        ),
    ):
        function = option(function)
    return function


def read_settings(**given: object) -> Settings:
    """Read the settings; `given` holds the flags that were used.

    Raises
    ------
    Failed
        A setting is wrong, or the file cannot be read.
    """
    try:
        with report_errors():
            return load(**given)
    except ValidationError as error:
        raise Failed(_lines(error)) from error
    except ValueError as error:
        raise Failed(f"the settings file cannot be read: {error}") from error


def _lines(error: ValidationError) -> str:
    problems = []
    for problem in error.errors(include_url=False, include_context=False):
        name = str(problem["loc"][0]) if problem["loc"] else "settings"
        problems.append(f"{name}: {problem['msg'].removeprefix('Value error, ')}")
    return "; ".join(dict.fromkeys(problems))
