"""`wuhen db`: the tables of keys and records, brought up to date, looked at, and taken elsewhere."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import click

from wuhen.accounts import AccountsError, Database, examine_database, open_database, open_unprepared
from wuhen.accounts.copying import copy_all
from wuhen.accounts.sqlite import FILE_NAME
from wuhen.accounts.versions import VERSION
from wuhen.cli.errors import Failed
from wuhen.cli.options import database_options, read_settings

__all__ = ["command"]


@contextmanager
def _opened(data_dir: Path | None, database_url: str | None) -> Iterator[Database]:
    settings = read_settings(data_dir=data_dir, database_url=database_url)
    try:
        with closing(open_unprepared(*settings.database)) as database:
            yield database
    except AccountsError as error:
        raise Failed(str(error)) from error


@click.group()
def command() -> None:
    """Bring the database up to date before a release that needs it, and tell which schema it has.

    SQLite in a data directory is brought up to date by whatever opens it; a PostgreSQL database only by this.
    """


@command.command()
@database_options
def upgrade(data_dir: Path | None, database_url: str | None) -> None:
    """Make the tables, or bring those of an older release up to date: as a whole, or not at all.

    Services of the older release may go on meanwhile, but cannot be started any more.
    """
    with _opened(data_dir, database_url) as database:
        found, now = database.upgrade()
        if found == now:
            click.echo(f"{database.where} has schema version {now} already.")
        else:
            before = "was empty" if found is None else f"had schema version {found}"
            click.echo(f"{database.where} {before}, and has version {now} now.")


@command.command()
@database_options
def current(data_dir: Path | None, database_url: str | None) -> None:
    """Print which schema version the database has, and which this release needs."""
    with _opened(data_dir, database_url) as database:
        found = database.find_version()
        has = "is empty" if found is None else f"has schema version {found}"
        click.echo(f"{database.where} {has}; this release needs {VERSION}.")


@command.command("copy")
@database_options
def copy_(data_dir: Path | None, database_url: str | None) -> None:
    """Copy accounts, keys, audit record and call log from the data directory's file to --database-url.

    The database must be upgraded and empty. Stop the service before, or what it writes meanwhile is left
    behind; callers then go on with their keys. Jobs are not copied.
    """
    settings = read_settings(data_dir=data_dir, database_url=database_url)
    file = settings.data_dir / FILE_NAME
    if settings.database_url is None:
        raise Failed("name the database to copy to with --database-url")
    if not file.exists():
        raise Failed(f"there is nothing to copy: {settings.data_dir} has no {FILE_NAME}")
    try:
        with (
            closing(open_database(settings.data_dir)) as source,
            closing(open_database(*settings.database)) as target,
        ):
            copied = copy_all(source, target)
            told = ", ".join(f"{count} {name}" for name, count in copied.items())
            click.echo(f"{target.where} has from {source.where} now: {told}.")
    except AccountsError as error:
        raise Failed(str(error)) from error


@command.command()
@database_options
def check(data_dir: Path | None, database_url: str | None) -> None:
    """Say whether a service could use the database as it is; end with status 2 if not."""
    settings = read_settings(data_dir=data_dir, database_url=database_url)
    try:
        examine_database(*settings.database)
    except AccountsError as error:
        raise Failed(str(error)) from error
    click.echo("The database can be used.")
