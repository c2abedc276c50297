"""`wuhen studio`: a link that opens the studio of a running service."""

from typing import Any

import click

from wuhen.accounts import AccountsError
from wuhen.cli.errors import Failed, report_errors
from wuhen.cli.options import database_options, read_settings

__all__ = ["command"]


@click.command()
@database_options
@click.option("--host", help="As given to `wuhen serve`.  [127.0.0.1]")
@click.option("--port", help="As given to `wuhen serve`.  [8000]")
@click.option("--public-url", help="As given to `wuhen serve`.")
def command(**given: Any) -> None:
    """Print a link that opens the studio of the service on this data directory: once, within a day.

    It needs no key: the page gets a temporary one of its own. Whoever has the link can use the service for
    twelve hours, so give it only to those who may.
    """
    settings = read_settings(**given)
    from wuhen.service.server import studio_link

    try:
        with report_errors():
            click.echo(studio_link(settings))
    except AccountsError as error:
        raise Failed(str(error)) from error
