"""The shared home of what is kept: a PostgreSQL database that several services use."""

import math
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine

from wuhen.accounts.errors import InvalidSetting

if TYPE_CHECKING:
    import psycopg

__all__ = ["find_open_hosts", "open_url", "unhurried"]

CONNECTIONS_KEPT = 4
CONNECTIONS_MORE = 6
"""Made when all others are in use, and closed again. Beyond them, threads wait for each other."""
WAITING_SECONDS = 2
"""For a connection that another thread has."""
RECYCLE_SECONDS = 1800
"""Age at which a connection is made anew, as the database's name may lead elsewhere by now."""

_FORMS = {
    "host": re.compile(r"@?[^@]*"),
    "port": re.compile(r"[0-9,]*"),
    "dbname": re.compile(r"[^/:@]*"),
}
_ENCRYPTED = {"require", "verify-ca", "verify-full"}
# What a URL says itself comes before these.
_DEFAULTS = {
    "application_name": "wuhen",
    # For each address; libpq knows no less.
    "connect_timeout": "2",
    # A server that is gone without a word is noticed within seconds: by who waits, and by who sends.
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "2",
    "tcp_user_timeout": "5000",
}
_OPTIONS = "-c statement_timeout=5s -c lock_timeout=2s"
"""A call must not wait for a lock for as long as somebody holds it."""


def open_url(url: str, password_file: Path | None) -> tuple[Engine, str]:
    """Open a database by the URL that PostgreSQL's own tools take, and say where it is, for people.

    Nothing is connected to yet.

    Parameters
    ----------
    url : str
        ``postgresql://user@host:port/database?sslmode=…``, with several hosts if need be.
    password_file : Path or None
        Holds the password. It is read for each new connection, so that it may be changed under a service.

    Raises
    ------
    InvalidSetting
        The URL is malformed, or the driver is not installed.
    """
    given = _read(url)
    import psycopg  # noqa: PLC0415 - an extra

    from wuhen.accounts.hurried import HurriedConnection  # noqa: PLC0415

    parameters: dict[str, Any] = {**_DEFAULTS, **given}
    # Of two that set the same, the later one holds; and whoever wants none, gives an empty text.
    parameters["options"] = f"{_OPTIONS} {given.get('options', '')}" if given.get("options", " ") else ""

    def connect() -> "psycopg.Connection[Any]":
        password = {}
        if password_file is not None:
            try:
                password["password"] = password_file.read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                raise psycopg.OperationalError(f"its password cannot be read: {error}") from error
        # Nothing is kept in a session that would be lost behind a pooler of connections.
        return HurriedConnection.connect(**parameters | password, prepare_threshold=None)

    engine = create_engine(
        "postgresql+psycopg://",
        creator=connect,
        # Without it an error's text would carry the secrets of the failing statement.
        hide_parameters=True,
        use_native_hstore=False,
        pool_size=CONNECTIONS_KEPT,
        max_overflow=CONNECTIONS_MORE,
        pool_timeout=WAITING_SECONDS,
        pool_recycle=RECYCLE_SECONDS,
        pool_pre_ping=True,
    )
    return engine, _describe(given)


@contextmanager
def unhurried(connection: Connection, lock_seconds: int) -> Iterator[None]:
    """Let a transaction's statements take as long as they take, and wait for locks for so many seconds."""
    driver: Any = connection.connection.driver_connection
    connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{lock_seconds}s'")
    driver.answer_seconds = math.inf
    try:
        yield
    finally:
        del driver.answer_seconds


def find_open_hosts(url: str) -> tuple[str, ...]:
    """Return the hosts of a URL with which connections need not be encrypted; sockets have none.

    Raises
    ------
    InvalidSetting
        The URL is malformed, or the driver is not installed.
    """
    given = _read(url)
    if (given.get("sslmode") or os.environ.get("PGSSLMODE")) in _ENCRYPTED:
        return ()
    hosts = str(given.get("hostaddr") or given.get("host") or os.environ.get("PGHOST", ""))
    return tuple(host for host in hosts.split(",") if host and not host.startswith(("/", "@")))


def _read(url: str) -> dict[str, Any]:
    """Return what a URL says."""
    try:
        import psycopg  # noqa: PLC0415 - an extra
        from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415
    except ImportError as error:
        raise InvalidSetting("PostgreSQL needs another package: pip install 'wuhen[postgres]'") from error
    try:
        given = conninfo_to_dict(url)
    except psycopg.Error:
        given = {"port": "none"}
    # Of a password that was not escaped, a part is taken for host or database, and would be shown.
    if any(not form.fullmatch(str(given.get(name, ""))) for name, form in _FORMS.items()):
        # What the driver says of a URL may quote the password as well.
        raise InvalidSetting(
            "the database's URL is malformed; give postgresql://user@host/database, with %2F, %3A and %40 "
            "for `/`, `:` and `@` in a password"
        )
    return given


def _describe(given: dict[str, Any]) -> str:
    """Return where a database is: without its password, and without options, which may hold one."""
    user = f"{given['user']}@" if given.get("user") else ""
    port = f":{given['port']}" if given.get("port") else ""
    return f"postgresql://{user}{given.get('host') or ''}{port}/{given.get('dbname') or ''}"
