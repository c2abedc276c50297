"""The servers that services share their state in: PostgreSQL, Redis, an object store; and parts of them."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from click.testing import CliRunner

from servers import postgresql, redis, s3
from servers.guard import remove_at_end
from wuhen.cli import main

__all__ = ["Part", "SharedServers", "sharing"]


@dataclass(frozen=True)
class Part:
    """What no others share.

    Attributes
    ----------
    environment : dict of str to str
        The settings of services that keep their state there, as environment variables.
    prefix : str
        What the names of its objects in the store begin with.
    """

    environment: dict[str, str] = field(repr=False)
    prefix: str


@dataclass
class SharedServers:
    """Three servers, each of which can be stopped and started again."""

    database: postgresql.Postgres
    gates: redis.RedisServer
    store: s3.S3Server

    def part(self) -> Part:
        """Make a part of all three, with empty tables."""
        prefix = self.store.take_prefix()
        environment = {
            "WUHEN_DATABASE_URL": self.database.make_schema(),
            "WUHEN_GATES_URL": self.gates.url,
            "WUHEN_GATES_PREFIX": self.gates.prefix(),
            **self.store.settings(prefix),
        }
        upgraded = CliRunner(env=environment).invoke(main, ["db", "upgrade"])
        assert upgraded.exit_code == 0, upgraded.output
        return Part(environment, prefix)


@contextmanager
def sharing() -> Iterator[SharedServers]:
    """Run the three; skip the test where one of them is not there."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="store-")))
        remove_at_end(folder)
        yield SharedServers(
            stack.enter_context(postgresql.serving_postgres()),
            stack.enter_context(redis.serving()),
            stack.enter_context(s3.serving_s3(folder)),
        )
