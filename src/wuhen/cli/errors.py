"""How the command line fails: one line on standard error, exit status 2, no traceback."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from wuhen.wire import ApiError, Language

__all__ = ["Failed", "report_errors"]


class Failed(click.ClickException):
    """The command cannot be carried out; the message says why and what would help."""

    exit_code = 2


@contextmanager
def report_errors() -> Iterator[None]:
    """Turn what the library raises into `Failed`."""
    try:
        yield
    except ApiError as error:
        raise Failed(error.message(Language.ENGLISH)) from error
    except OSError as error:
        raise Failed(_os_error(error)) from error


def _os_error(error: OSError) -> str:
    name = f"{error.filename}: " if error.filename else ""
    return f"{name}{error.strerror or error}"
