"""The service as a process: sockets, signals, and the first key."""

import contextlib
import faulthandler
import io
import json
import os
import socket
import sys
from pathlib import Path

import uvicorn

from wuhen.accounts import STUDIO, AccountKey, KeyStore, OneTimeCodes, UnknownAccount, open_database
from wuhen.action import check_engine
from wuhen.service.addresses import find_own_address
from wuhen.service.app import build
from wuhen.service.connections import Connections
from wuhen.service.forwarding import Proxies
from wuhen.service.headers import hsts
from wuhen.service.listening import Server, raise_file_limit
from wuhen.service.logs import configure, log
from wuhen.service.marking import read_marking
from wuhen.service.risks import find_risks
from wuhen.service.sockets import listen, load_tls
from wuhen.service.studio import PREFIX, link
from wuhen.settings import Settings

__all__ = ["serve", "studio_link"]

KEEP_ALIVE_SECONDS = 75
BACKLOG = 256


def serve(settings: Settings) -> None:
    """Serve until told to stop; running calls may finish first.

    Raises
    ------
    OSError
        The address is taken, or a file that the settings name cannot be read or used.
    wuhen.mark.MarkError
        Results cannot be marked or signed as the settings say.
    wuhen.fill.FillError
        There is no such engine, or what it needs is not there or is something else.
    wuhen.accounts.StoreUnavailable, wuhen.results.ResultStoreError
        The database or the data directory cannot be used.
    """
    configure(settings.log_format, settings.log_level)
    # A crash in compiled code, or SIGABRT to a service that hangs, tells where each thread was; not where
    # standard error is no file.
    with contextlib.suppress(io.UnsupportedOperation):
        faulthandler.enable()
    check_engine(settings.engine, settings.models)
    tls = load_tls(settings)
    marking = read_marking(settings)
    connections = _connections(settings)
    with contextlib.ExitStack() as stack:
        listening = stack.enter_context(contextlib.closing(listen(settings.host, settings.port)))
        metrics = None
        if settings.metrics_port is not None:
            metrics = listen(settings.metrics_host, settings.metrics_port)
            stack.enter_context(contextlib.closing(metrics))
        url = _url(settings.scheme, settings.host, listening)
        # Before the store is opened, which closes what was open of it.
        for risk in find_risks(settings):
            log.warning("at risk", reason=risk)
        first = _first_key(settings)
        config = uvicorn.Config(
            build(settings, marking, connections, metrics),
            log_config=None,
            access_log=False,
            server_header=False,
            lifespan="on",
            http="h11",
            # Whatever else is installed: what extras bring changes nothing here.
            loop="asyncio",
            # uvicorn would believe whoever calls from this machine.
            proxy_headers=False,
            ws="none",
            backlog=BACKLOG,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=settings.shutdown_seconds,
        )
        if first:
            _introduce(first, url, settings)
        if settings.studio:
            _invite(url, listening.getsockname()[1], settings)
        if metrics is not None:
            log.info("metrics", url=f"{_url('http', settings.metrics_host, metrics)}/metrics")
        if settings.doors:
            log.info("doors", open=list(settings.doors))
        log.info("listening", url=url, data_dir=str(settings.data_dir), workers=settings.most_workers)
        Server(config, listening, connections, tls).run()


def _connections(settings: Settings) -> Connections:
    return Connections(
        raise_file_limit(),
        spared=Proxies(settings.trusted_proxies).trusts,
        headers=hsts(settings.hsts_seconds) if settings.is_https else (),
    )


def _first_key(settings: Settings) -> AccountKey | None:
    with KeyStore(open_database(*settings.database)) as keys:
        if settings.database_url is None:
            return keys.create_if_empty()
        # Its secret would wait in a file of whichever machine came first.
        if keys.is_empty():
            log.warning("no key yet", usage="wuhen keys create")
        return None


def _url(scheme: str, host: str, listening: socket.socket) -> str:
    return f"{scheme}://{_in_url(host)}:{listening.getsockname()[1]}"


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _introduce(key: AccountKey, url: str, settings: Settings) -> None:
    """Tell whoever started the service how to call it.

    The secret is shown on a terminal only. Elsewhere output is kept as a log, where a secret must not be;
    there it waits in a file that only its owner can read.
    """
    endpoint = url.split("://", 1)[1]
    if not sys.stdout.isatty():
        file = _keep(key, settings.data_dir / "first-key.json")
        log.info("first key made", key_file=str(file), usage=f"wuhen call --endpoint {url} --key {file}")
        return
    print(  # noqa: T201 - for a person at a terminal
        f"""
A first key was made. Its secret is shown only now:

  export TENCENTCLOUD_SECRET_ID={key.secret_id}
  export TENCENTCLOUD_SECRET_KEY={key.secret_key}

Any Tencent Cloud SDK calls this service with it: set the endpoint to {endpoint} and the protocol to
{settings.scheme}. From here:

  wuhen call --endpoint {url} --photo photo.jpg --mask mask.png -o result.jpg
""",
        flush=True,
    )


def studio_link(settings: Settings, account: str | None = None, port: int | None = None) -> tuple[str, str]:
    """Return an address that opens the studio of this service once, without a key, and for which account.

    Parameters
    ----------
    settings : Settings
        Those of the service.
    account : str, optional
        Whose calls the page's inspector is to show, and in whose name it calls. By default the one that has
        all lasting keys; where there are several, or none, an account of the studio's own.
    port : int, optional
        Where the service listens; as the settings say by default.

    Raises
    ------
    wuhen.accounts.UnknownAccount
        There is no such account.
    wuhen.accounts.StoreUnavailable
        The database or the data directory cannot be used.
    """
    host = _in_url(find_own_address(settings.host))
    base = settings.public_url or f"{settings.scheme}://{host}:{port or settings.port}"
    database = open_database(*settings.database)
    with KeyStore(database) as keys:
        if account is None:
            account = keys.find_sole_account() or STUDIO
        elif account != STUDIO and not keys.has_account(account):
            raise UnknownAccount(account)
        return link(base, OneTimeCodes(database).issue(account)), account


def _invite(url: str, port: int, settings: Settings) -> None:
    """Show the studio's address: to a person at a terminal, one that needs no key."""
    if sys.stdout.isatty():
        address, _ = studio_link(settings, port=port)
        print(f"The studio, opened once by this link:\n\n  {address}\n", flush=True)  # noqa: T201
    else:
        log.info("studio", page=f"{settings.public_url or url}{PREFIX}", usage="wuhen studio prints a link")


def _keep(key: AccountKey, file: Path) -> Path:
    pair = json.dumps({"SecretId": key.secret_id, "SecretKey": key.secret_key})
    file.unlink(missing_ok=True)
    with os.fdopen(
        os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii"
    ) as opened:
        opened.write(pair)
    return file
