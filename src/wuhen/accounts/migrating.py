"""Stores of older releases led through alembic's revisions."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, inspect

from wuhen.accounts import schema

__all__ = ["configuration", "migrate"]


def configuration(connection: Connection) -> Config:
    """Return what alembic is told: where the revisions are, and in whose transaction to work."""
    config = Config()
    folder = Path(__file__).with_name("migrations")
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def migrate(connection: Connection, found: int) -> None:
    """Lead a store from version `found` to today's, within the caller's transaction."""
    config = configuration(connection)
    if not inspect(connection).has_table(schema.revision.name):
        command.stamp(config, str(found))
    command.upgrade(config, "head")
