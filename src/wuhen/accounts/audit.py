"""The audit record: which results went to whom, with which labels.

China's measures let a provider hand out content without a visible mark to a user who asks for it, if a log of
that is kept for at least six months (办法 of 2025-09-01, article 9).
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, delete, false, insert, select

from wuhen.accounts import schema
from wuhen.accounts.sessions import Store

__all__ = ["AuditLog", "Delivery", "record_delivery"]

_DAY = 24 * 3600


@dataclass(frozen=True, slots=True)
class Delivery:
    """One result that was made and was about to be handed out.

    Attributes
    ----------
    at
        Unix time, in seconds.
    request_id
        Of the call; also the number in the AIGC label.
    account, secret_id
        Who called, and the key that they signed with.
    marked
        Whether the result has the visible mark, or the caller's logo in its place.
    labelled, signed
        Whether it has the AIGC label, and Content Credentials.
    labels_found
        The AIGC labels that the photo came with, as they were.
    engine
        What filled.
    width, height, hole
        Of the picture, and how many of its pixels were erased.
    media_type, size, sha256
        Of the result as a file: its type, bytes and hash.
    found
        How many places were found, by what was looked for; None where nothing was.
    """

    at: int
    request_id: str
    account: str
    secret_id: str
    marked: bool
    labelled: bool
    signed: bool
    labels_found: tuple[str, ...]
    engine: str
    width: int
    height: int
    hole: int
    media_type: str
    size: int
    sha256: str
    found: Mapping[str, int] | None = None


def record_delivery(connection: Connection, delivery: Delivery) -> None:
    """Keep a record within the caller's transaction."""
    connection.execute(insert(schema.deliveries).values(_values(delivery)))


class AuditLog(Store):
    """Deliveries, kept in the account store. The methods block."""

    def add(self, delivery: Delivery) -> None:
        """Keep a record. When this returns, it is on disk.

        Raises
        ------
        StoreUnavailable
            It cannot be kept.
        """
        with self._writing() as connection:
            record_delivery(connection, delivery)

    def add_once(self, delivery: Delivery) -> None:
        """Keep a record, unless that of its call is kept. Raises as `add`."""
        table = schema.deliveries
        with self._writing() as connection:
            of_call = select(table.c.number).where(table.c.request_id == delivery.request_id).limit(1)
            if connection.execute(of_call).one_or_none() is None:
                record_delivery(connection, delivery)

    def check(self) -> None:
        """Make sure that a record could be kept, as far as can be told without keeping one.

        Raises
        ------
        StoreUnavailable
            The store cannot be written.
        """
        with self._writing() as connection:
            # PostgreSQL says only at a statement that it takes none that writes.
            connection.execute(delete(schema.deliveries).where(false()))

    def read(
        self,
        *,
        since: int | None = None,
        until: int | None = None,
        request_id: str | None = None,
        account: str | None = None,
    ) -> Iterator[Delivery]:
        """Yield the records, oldest first.

        Parameters
        ----------
        since, until
            Unix times, the one inclusive, the other not.
        request_id, account
            Only theirs.
        """
        table = schema.deliveries
        wanted = select(table).order_by(table.c.at, table.c.number)
        if since is not None:
            wanted = wanted.where(table.c.at >= since)
        if until is not None:
            wanted = wanted.where(table.c.at < until)
        if request_id is not None:
            wanted = wanted.where(table.c.request_id == request_id)
        if account is not None:
            wanted = wanted.where(table.c.account == account)
        with self._reading() as connection:
            for row in connection.execution_options(yield_per=500).execute(wanted).mappings():
                values = {name: value for name, value in row.items() if name != "number"}
                values["labels_found"] = tuple(json.loads(values["labels_found"]))
                values["found"] = values["found"] and json.loads(values["found"])
                yield Delivery(**values)

    def sweep(self, now: float, days: int) -> int:
        """Delete the records that are older than so many days, and say how many they were."""
        table = schema.deliveries
        return self._delete(table, table.c.at < int(now) - days * _DAY)


def _values(delivery: Delivery) -> dict[str, object]:
    found = None if delivery.found is None else json.dumps(delivery.found)
    labels = json.dumps(delivery.labels_found, ensure_ascii=True)
    return asdict(delivery) | {"labels_found": labels, "found": found}
