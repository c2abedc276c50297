"""`wuhen studio`: a link that opens the studio of a running service."""

import socket
from typing import Any
from urllib.parse import urlsplit

import click

from wuhen.accounts import AccountsError
from wuhen.cli.errors import Failed, report_errors
from wuhen.cli.options import database_options, read_settings

__all__ = ["command"]

_WAIT = 0.5
"""Seconds in which a service of this machine answers, or is not there."""


@click.command()
@database_options
@click.option("--host", help="As given to `wuhen serve`.  [127.0.0.1]")
@click.option("--port", help="As given to `wuhen serve`.  [8000]")
@click.option("--public-url", help="As given to `wuhen serve`.")
@click.option(
    "--account", help="Whose calls the page shows.  [that of all keys; of several accounts, one of its own]"
)
def command(account: str | None, **given: Any) -> None:
    """Print a link that opens the studio of the service on this data directory: once, within a day.

    It needs no key: the page gets a temporary one of its own. Whoever has the link can use the service for
    twelve hours, and sees what the programs of its account called, so give it only to those who may.
    """
    settings = read_settings(**given)
    from wuhen.service.server import studio_link

    try:
        with report_errors():
            link, opened = studio_link(settings, account)
        click.echo(link)
        click.echo(f"It opens once, within a day, for the account {opened}.", err=True)
        if not settings.public_url and not _answers(link):
            click.echo("Nothing answers there yet: `wuhen serve` starts the service.", err=True)
    except AccountsError as error:
        raise Failed(str(error)) from error


def _answers(link: str) -> bool:
    """Tell whether something listens where a link leads to."""
    place = urlsplit(link)
    try:
        socket.create_connection((place.hostname, place.port), timeout=_WAIT).close()
    except OSError:
        return False
    return True
