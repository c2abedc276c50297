"""Which database keys and records are in."""

import re
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from wuhen.settings.listening import Listening

__all__ = ["Database"]


def _database_url(value: str | None) -> str | None:
    """Check what can be told of a URL without its driver. It is never repeated: it may hold a password."""
    if value is None:
        return None
    if not re.match(r"postgres(?:ql)?://", value):
        raise ValueError(
            "give postgresql://user@host/database; without it, keys are in SQLite in the data directory"
        )
    if find_spec("psycopg") is None:
        raise ValueError("PostgreSQL needs another package: pip install 'wuhen[postgres]'")
    return value


class Database(Listening):
    """Which database keys and records are in: by default one in the data directory."""

    database_url: Annotated[str | None, AfterValidator(_database_url)] = Field(
        None,
        repr=False,
        description="PostgreSQL database for keys, audit record, call log and sign-in codes, shared by all "
        "services that name it, such as "
        "postgresql://wuhen@db.internal/wuhen?sslmode=verify-full&sslrootcert=/etc/ssl/db.pem; "
        "by default they are in SQLite in the data directory.",
    )
    database_password_file: Path | None = Field(
        None,
        description="File with the password of --database-url, read for each new connection. Without it, the "
        "URL's own, PGPASSWORD and ~/.pgpass count.",
    )

    @model_validator(mode="after")
    def _check_password_file(self) -> "Database":
        if self.database_password_file is not None and self.database_url is None:
            raise ValueError("database_password_file is for a database_url: give both")
        return self

    @property
    def database(self) -> tuple[Path, str | None, Path | None]:
        """What `wuhen.accounts.open_database` takes."""
        return self.data_dir, self.database_url, self.database_password_file
