"""Turning out all who call in the name of an account."""

import time
from collections.abc import Callable
from typing import NamedTuple

from sqlalchemy import delete, func, or_, select, update

from wuhen.accounts import schema
from wuhen.accounts.credential import STUDIO
from wuhen.accounts.database import Database
from wuhen.accounts.errors import UnknownAccount

__all__ = ["Disabled", "disable_account"]


class Disabled(NamedTuple):
    """What no longer opens the service.

    Attributes
    ----------
    keys : int
        Keys that were in force: those that sign, bearer keys, and the temporary ones of open studios.
    links : int
        Links to the studio that nobody had opened.
    """

    keys: int
    links: int


def disable_account(database: Database, account: str, *, clock: Callable[[], float] = time.time) -> Disabled:
    """Refuse all keys of an account from now on, and its links to the studio.

    Keys can be enabled again one by one; links are gone.

    Raises
    ------
    UnknownAccount
        It has no keys and no links.
    StoreUnavailable
        The database cannot be used.
    """
    now = int(clock())
    codes = schema.codes.c.account
    # Codes of an older release name none.
    own = or_(codes == account, codes.is_(None)) if account == STUDIO else codes == account
    keys = known = 0
    with database.writing() as connection:
        for table in (schema.keys, schema.bearers):
            named = table.c.account == account
            known += connection.execute(select(func.count()).select_from(table).where(named)).scalar_one()
            lasting = or_(table.c.expires_at.is_(None), table.c.expires_at > now)
            in_force = update(table).where(named, table.c.disabled_at.is_(None), lasting)
            keys += connection.execute(in_force.values(disabled_at=now)).rowcount
        links = connection.execute(delete(schema.codes).where(own)).rowcount
    if not (known or links):
        raise UnknownAccount(account)
    return Disabled(keys, links)
