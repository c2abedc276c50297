"""`wuhen keys`: the keys that callers sign with."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click

from wuhen.accounts import (
    BEARER_PREFIX,
    AccountKey,
    AccountsError,
    BearerKey,
    Database,
    KeyRecord,
    KeyStore,
    disable_account,
    open_database,
)
from wuhen.cli.errors import Failed
from wuhen.cli.options import database_options, read_settings

__all__ = ["command"]

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@contextmanager
def _database(data_dir: Path | None, database_url: str | None) -> Iterator[Database]:
    try:
        settings = read_settings(data_dir=data_dir, database_url=database_url)
        with closing(open_database(*settings.database)) as database:
            yield database
    except AccountsError as error:
        raise Failed(str(error)) from error


@contextmanager
def _store(data_dir: Path | None, database_url: str | None) -> Iterator[KeyStore]:
    with _database(data_dir, database_url) as database:
        yield KeyStore(database)


@click.group()
def command() -> None:
    """Create, list, disable and rotate keys. A running service sees every change at once."""


@command.command()
@database_options
@click.option("--account", help="Keys of one account share its limits.  [an account of its own]")
@click.option("--concurrency", type=click.IntRange(1), help="Calls of the account at a time.  [1]")
@click.option("--rate", type=click.IntRange(1), help="Calls of the account per second.  [no limit]")
@click.option(
    "--lifetime",
    type=click.IntRange(1),
    metavar="SECONDS",
    help="Make it temporary; one that signs comes with a token.",
)
@click.option(
    "--bearer",
    is_flag=True,
    help="Make one that is sent as it is, to the doors that `wuhen serve --doors` opens; it signs no calls.",
)
@json_option
def create(
    data_dir: Path | None,
    database_url: str | None,
    account: str | None,
    concurrency: int | None,
    rate: int | None,
    lifetime: int | None,
    bearer: bool,
    as_json: bool,
) -> None:
    """Make a key and show its secret, this once."""
    with _store(data_dir, database_url) as store:
        make = store.create_bearer if bearer else store.create
        made = make(account, concurrency=concurrency, rate=rate, lifetime=lifetime)
    _show_secret(made, as_json=as_json)


@command.command("list")
@database_options
@json_option
def list_(data_dir: Path | None, database_url: str | None, as_json: bool) -> None:
    """Show all keys, without their secrets."""
    with _store(data_dir, database_url) as store:
        records = store.list()
    now = datetime.now(UTC).timestamp()
    if as_json:
        click.echo(json.dumps([_entry(record, now) for record in records], ensure_ascii=False, indent=1))
        return
    row = "{:36}  {:8}  {:24}  {:>4}  {:>5}  {}"
    click.echo(row.format("SecretId", "State", "Account", "Jobs", "Rate", "Expires"))
    for record in records:
        click.echo(
            row.format(
                record.secret_id,
                record.state(now),
                record.account,
                record.concurrency,
                record.rate or "-",
                _moment(record.expires_at) or "never",
            )
        )


@command.command()
@database_options
@click.argument("secret_id", required=False)
@click.option(
    "--account", help="Instead of one key: all of this account, open studios and unopened links included."
)
def disable(
    data_dir: Path | None, database_url: str | None, secret_id: str | None, account: str | None
) -> None:
    """Refuse the key SECRET_ID from now on, or all of an account."""
    if secret_id and not account:
        with _store(data_dir, database_url) as store:
            store.disable(secret_id)
        click.echo(f"{secret_id} is disabled.", err=True)
    elif account and not secret_id:
        with _database(data_dir, database_url) as database:
            gone = disable_account(database, account)
        click.echo(f"{account}: {gone.keys} keys are disabled, {gone.links} links are gone.", err=True)
    else:
        raise click.UsageError("give either SECRET_ID or --account")


@command.command()
@database_options
@click.argument("secret_id")
def enable(data_dir: Path | None, database_url: str | None, secret_id: str) -> None:
    """Accept the disabled key SECRET_ID again."""
    with _store(data_dir, database_url) as store:
        store.enable(secret_id)
    click.echo(f"{secret_id} is enabled.", err=True)


@command.command()
@database_options
@click.argument("secret_id")
@click.option(
    "--grace",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    metavar="SECONDS",
    help="How long the old key still works.",
)
@json_option
def rotate(
    data_dir: Path | None, database_url: str | None, secret_id: str, grace: int, as_json: bool
) -> None:
    """Replace the key SECRET_ID by a new one of the same account."""
    with _store(data_dir, database_url) as store:
        bearer = secret_id.startswith(BEARER_PREFIX)
        made = (store.rotate_bearer if bearer else store.rotate)(secret_id, grace=grace)
    _show_secret(made, as_json=as_json)


def _show_secret(made: AccountKey | BearerKey, *, as_json: bool) -> None:
    if isinstance(made, BearerKey):
        entry = {"SecretId": made.secret_id, "Bearer": made.text}
    else:
        entry = {"SecretId": made.secret_id, "SecretKey": made.secret_key}
        if made.token:
            entry["Token"] = made.token
    if made.expires_at:
        entry["ExpiresAt"] = str(_moment(made.expires_at))
    if as_json:
        click.echo(json.dumps(entry))
        return
    for name, value in entry.items():
        click.echo(f"{name:10} {value}")
    click.echo("The secret will not be shown again.", err=True)


def _entry(record: KeyRecord, now: float) -> dict[str, object]:
    return {
        "SecretId": record.secret_id,
        "State": record.state(now),
        "Account": record.account,
        "Concurrency": record.concurrency,
        "Rate": record.rate,
        "Temporary": record.temporary,
        "Bearer": record.bearer,
        "CreatedAt": _moment(record.created_at),
        "ExpiresAt": _moment(record.expires_at),
    }


def _moment(seconds: int | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
