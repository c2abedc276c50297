"""`wuhen health`: whether the service on this machine is ready, for container engines and scripts."""

import http.client
import json
import ssl

import click

from wuhen.cli.errors import Failed
from wuhen.cli.options import read_settings
from wuhen.settings import Settings

__all__ = ["command"]

_ANY = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what is listened on, not by us


@click.command()
@click.option("--alive", is_flag=True, help="Ask only whether the process answers, not whether it is ready.")
@click.option(
    "--timeout",
    type=click.FloatRange(0.1),
    default=8.0,
    show_default=True,
    metavar="SECONDS",
    help="To wait.",
)
def command(*, alive: bool, timeout: float) -> None:
    """Tell whether the service on this machine is ready; end with status 2 if it is not.

    It is asked where the settings say that it listens: in the environment and in wuhen.toml, as `wuhen
    serve` reads them.
    """
    status, told = _ask(read_settings(), "/healthz" if alive else "/readyz", timeout)
    if status != http.client.OK:
        raise Failed(f"not ready: {', '.join(told.get('missing', ())) or f'status {status}'}")
    click.echo(told["status"])


def _ask(settings: Settings, page: str, timeout: float) -> tuple[int, dict[str, list[str]]]:
    host = _ANY.get(settings.host, settings.host)
    connection = http.client.HTTPConnection(host, settings.port, timeout=timeout)
    if settings.tls_cert is not None:
        # It is our own, and names the host that callers know.
        context = ssl._create_unverified_context()  # noqa: S323, SLF001
        connection = http.client.HTTPSConnection(host, settings.port, timeout=timeout, context=context)
    try:
        connection.request("GET", page)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    except (OSError, ValueError, RecursionError, http.client.HTTPException) as error:
        raise Failed(f"no answer from {host}:{settings.port}: {error}") from error
    finally:
        connection.close()
