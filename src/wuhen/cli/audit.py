"""`wuhen audit`: who was given which result."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from wuhen.accounts import AccountsError, AuditLog, Delivery, open_database
from wuhen.accounts.sqlite import FILE_NAME
from wuhen.cli.errors import Failed
from wuhen.cli.options import database_options, read_settings

__all__ = ["command"]

DAY = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ"])


@click.command()
@database_options
@click.option("--since", type=DAY, help="From this day or moment on (UTC).")
@click.option("--until", type=DAY, help="Up to, but not including, this day or moment (UTC).")
@click.option("--request-id", help="The call with this RequestId, which is also the label's ProduceID.")
@click.option("--account", help="Calls of this account.")
@click.option("--unmarked", is_flag=True, help="Only results without a visible mark.")
def command(
    data_dir: Path | None,
    database_url: str | None,
    since: datetime | None,
    until: datetime | None,
    request_id: str | None,
    account: str | None,
    unmarked: bool,
) -> None:
    """Print the audit record: one JSON object a line for each result that the service handed out.

    Records are kept for --audit-days of `wuhen serve`. They name account, key, labels and the result's hash;
    they hold no picture.
    """
    settings = read_settings(data_dir=data_dir, database_url=database_url)
    folder = settings.data_dir
    if settings.database_url is None and not (folder / FILE_NAME).exists():
        raise Failed(f"{folder} is not a service's data directory: it has no {FILE_NAME}")
    try:
        with AuditLog(open_database(*settings.database)) as records:
            for delivery in records.read(
                since=_seconds(since), until=_seconds(until), request_id=request_id, account=account
            ):
                if not (unmarked and delivery.marked):
                    click.echo(_line(delivery))
    except AccountsError as error:
        raise Failed(str(error)) from error


def _seconds(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.replace(tzinfo=UTC).timestamp())


def _line(delivery: Delivery) -> str:
    at = datetime.fromtimestamp(delivery.at, UTC).isoformat().replace("+00:00", "Z")
    # In ASCII: labels are strangers' texts, and may be shown on a terminal.
    return json.dumps(asdict(delivery) | {"at": at})
