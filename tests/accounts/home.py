"""A database of either kind, as tests open it."""

from dataclasses import dataclass
from pathlib import Path

from wuhen.accounts import Database, open_database

__all__ = ["Home"]


@dataclass(frozen=True)
class Home:
    """A database that is up to date, which several may open.

    Attributes
    ----------
    data_dir : Path
        Where the SQLite file is, if there is no URL.
    url : str or None
        Of a PostgreSQL database.
    """

    data_dir: Path
    url: str | None

    def open(self) -> Database:
        """Open it once more."""
        return open_database(self.data_dir, self.url)
