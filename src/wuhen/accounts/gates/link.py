"""The way to the Redis or Valkey that several services share."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha1
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import redis.asyncio
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.credentials import CredentialProvider
from redis.exceptions import AuthenticationError, NoScriptError, RedisError

from wuhen.accounts.errors import GatesAway, InvalidSetting

__all__ = ["BEAT", "Answer", "Link", "Script", "Tenant"]

BEAT = 1.0
"""Seconds from one time to the next that holders say that they live."""
AGAIN = 0.25
"""Seconds from one attempt to the next to reach a server that is away."""
PATIENCE = 1.0
"""Seconds for which an answer is awaited, and a connection. Each command is tried twice."""
CONNECTIONS = 8
"""At most, and one to be told by."""
_IDLE = 10
"""Seconds after which a connection is tried before it is used."""

Answer: TypeAlias = Any
"""What a script returns: whoever wrote it knows."""


class Tenant(Protocol):
    """What has something at the server that must be kept."""

    async def keep(self) -> None:
        """Say that it is still wanted; on every beat, while the server is away too.

        Raises
        ------
        RedisError, OSError
            The server cannot be reached.
        """
        ...

    def lose(self) -> None:
        """Go on without the server."""
        ...

    def tell(self, message: str) -> None:
        """Take a message to this process, which may be another tenant's."""
        ...

    async def finish(self) -> None:
        """End what is under way, before the link is closed."""
        ...


@dataclass(frozen=True, slots=True)
class Script:
    """A script that the server runs in one step; it must do no harm to run it twice."""

    text: str = field(repr=False)
    digest: str

    @classmethod
    def read(cls, name: str) -> "Script":
        """Return the script of this name beside this module."""
        text = Path(__file__).with_name(name).read_text(encoding="utf-8")
        return cls(text, sha1(text.encode(), usedforsecurity=False).hexdigest())


class _PasswordFile(CredentialProvider):
    """Gives the server what a file holds now, so that a password can be changed under a running service."""

    def __init__(self, file: Path, user: str | None) -> None:
        self._file = file
        self._user = user

    def get_credentials(self) -> tuple[str] | tuple[str, str]:
        """Return user, if one is named, and password.

        Raises
        ------
        AuthenticationError
            The file cannot be read.
        """
        try:
            password = self._file.read_text(encoding="utf-8").strip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise AuthenticationError(f"gates_password_file: {self._file}: {error}") from error
        return (password,) if self._user is None else (self._user, password)

    async def get_credentials_async(self) -> tuple[str] | tuple[str, str]:
        """Return the same: where this is left to redis-py, it logs a warning for each connection."""
        return self.get_credentials()


def _open_pool(url: str, password_file: Path | None) -> redis.asyncio.BlockingConnectionPool:
    try:
        pool = redis.asyncio.BlockingConnectionPool.from_url(
            url,
            max_connections=CONNECTIONS + 1,
            timeout=PATIENCE,
            socket_timeout=PATIENCE,
            socket_connect_timeout=PATIENCE,
            health_check_interval=_IDLE,
            decode_responses=True,
            client_name="wuhen",
            retry=Retry(NoBackoff(), 0),
        )
        if password_file is not None:
            known = pool.connection_kwargs
            known["credential_provider"] = _PasswordFile(password_file, known.pop("username", None))
            known.pop("password", None)
        # Made and thrown away: of options that it does not know it would complain at the first call only.
        pool.connection_class(**pool.connection_kwargs)
    except (TypeError, ValueError):
        # Without the cause, which may quote the URL and its password.
        raise InvalidSetting("gates_url has options that are not known: give those of redis-py") from None
    return pool


class Link:
    """One client for all gates of a process, and what is known of its server. Belongs to one event loop.

    While the server is away nobody waits for it: calls fail at once, and only `kept` looks for it.

    Parameters
    ----------
    url
        Where it is: ``redis://``, ``rediss://`` (TLS) or ``unix://``, as redis-py reads it.
    password_file
        Has the password instead of the URL, and is read for each new connection.
    prefix
        What the names of all keys begin with. It is their hash tag, too: in a cluster they are together, as
        scripts demand.
    on_change
        Told why the server is away, when it is lost, and None when it is back.

    Raises
    ------
    InvalidSetting
        The URL is none of these, or has options that redis-py does not know.
    """

    def __init__(
        self,
        url: str,
        *,
        password_file: Path | None = None,
        prefix: str = "wuhen",
        on_change: Callable[[str | None], None] = lambda _: None,
    ) -> None:
        self._pool = _open_pool(url, password_file)
        self._client = redis.asyncio.Redis(connection_pool=self._pool)
        self._prefix = prefix
        self._on_change = on_change
        self._reason: str | None = None
        self._tenants: list[Tenant] = []
        # Who waits for a connection learns here, and not from a pool, that the server is lost meanwhile.
        self._room = asyncio.Semaphore(CONNECTIONS)
        self.process = secrets.token_hex(8)

    @property
    def away(self) -> str | None:
        """Why the server cannot be reached; None while it can."""
        return self._reason

    @property
    def channel(self) -> str:
        """What the names of the processes' channels begin with."""
        return self.key("granted", "")

    def key(self, *parts: str) -> str:
        """Return the name of a key."""
        return ":".join((f"{{{self._prefix}}}", *parts))

    def join(self, tenant: Tenant) -> None:
        """Have a gate kept."""
        self._tenants.append(tenant)

    async def run(self, script: Script, keys: list[str], *args: str | int) -> Answer:
        """Run a script, if the server can be reached.

        Raises
        ------
        GatesAway
            It cannot. It may have run the script all the same, if it was lost at this time.
        """
        if self._reason is None:
            async with self._room:
                if self._reason is None:
                    try:
                        return await self._try_twice(script, keys, args)
                    except (RedisError, OSError) as error:
                        await self._lose(error)
        raise GatesAway(self._reason)

    async def attempt(self, script: Script, keys: list[str], *args: str | int) -> Answer:
        """Run a script, whatever is known of the server.

        Raises
        ------
        RedisError, OSError
            It cannot be reached, or does not do it.
        """
        async with self._room:
            return await self._try_twice(script, keys, args)

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """Keep what is held, and look for a server that is away, while the context lasts."""
        tasks = [asyncio.create_task(work) for work in (self._beat(), self._listen())]
        try:
            yield
        finally:
            for tenant in self._tenants:
                await tenant.finish()
            for task in tasks:
                # A client that is about to connect may take a cancellation for a failure of that.
                while not task.done():
                    task.cancel()
                    await asyncio.wait({task}, timeout=0.1)
            with suppress(RedisError, OSError):
                await self._client.aclose()
                await self._pool.disconnect()

    async def examine(self) -> str | None:
        """Return what is wrong with the server, as far as it tells, and let go of it again."""
        try:
            await self._client.ping()
            with suppress(RedisError):  # not everybody may ask for that
                told = await self._client.config_get("maxmemory*")
                if told["maxmemory"] != "0" and told["maxmemory-policy"] != "noeviction":
                    return "deletes keys when its memory is full; set its maxmemory-policy to noeviction"
        except (RedisError, OSError) as error:
            return f"cannot be used: {error}"
        finally:
            await self._pool.disconnect()
        return None

    async def _try_twice(self, script: Script, keys: list[str], args: tuple[str | int, ...]) -> Answer:
        try:
            return await self._evaluate(script, keys, args)
        except (RedisError, OSError):
            # A connection may have been closed meanwhile, and an answer come while this process was held up.
            return await self._evaluate(script, keys, args)

    async def _evaluate(self, script: Script, keys: list[str], args: tuple[str | int, ...]) -> Answer:
        try:
            answer = await self._client.evalsha(script.digest, len(keys), *keys, *args)
        except NoScriptError:
            answer = await self._client.eval(script.text, len(keys), *keys, *args)
        return answer

    async def _lose(self, error: Exception) -> None:
        if self._reason is None:
            self._reason = str(error) or type(error).__name__
            self._on_change(self._reason)
            for tenant in self._tenants:
                tenant.lose()
        # One that has become a replica would go on to answer that it takes no writes.
        await self._pool.disconnect(inuse_connections=False)

    async def _beat(self) -> None:
        while True:
            try:
                for tenant in self._tenants:
                    await tenant.keep()
            except Exception as error:
                # Whatever it is, what calls hold must go on being kept.
                await self._lose(error)
            else:
                if self._reason is not None:
                    self._reason = None
                    self._on_change(None)
            await asyncio.sleep(BEAT if self._reason is None else AGAIN)

    async def _listen(self) -> None:
        """Pass on what this process is told; what is missed meanwhile is found at the next beat."""
        while True:
            with suppress(Exception):
                async with self._client.pubsub(ignore_subscribe_messages=True) as messages:
                    await messages.subscribe(self.channel + self.process)
                    while True:
                        if message := await messages.get_message(timeout=_IDLE):
                            for tenant in self._tenants:
                                tenant.tell(message["data"])
            await asyncio.sleep(AGAIN)
