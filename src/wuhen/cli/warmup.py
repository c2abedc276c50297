"""`wuhen warmup`, and the word to whoever would wait for the compiler unasked."""

import threading
import time
from pathlib import Path

import click

from wuhen import fill
from wuhen.action import model_file
from wuhen.cli.errors import Failed

__all__ = ["command", "warm"]

PATIENCE_SECONDS = 3.0


@click.command()
def command() -> None:
    """Compile the fill and keep it, so that no first call waits for the compiler."""
    start = time.perf_counter()
    fill.warmup()
    click.echo(f"The fill is compiled and cached ({time.perf_counter() - start:.1f} s).")


def warm(engine: str, models: Path | None = None) -> None:
    """Load an engine, with its network from `models`; say so where the fill must be compiled first.

    Raises
    ------
    Failed
        There is no such engine, or what it needs is not installed.
    """
    told = threading.Timer(
        PATIENCE_SECONDS, click.echo, ["Compiling the fill, once on this machine…"], {"err": True}
    )
    told.daemon = True
    told.start()
    try:
        # The network that wide holes get loads in less time than it takes to tell which hole it is.
        fill.warmup("patch" if engine == "auto" else engine, model=model_file(engine, models))
    except fill.FillError as error:
        raise Failed(str(error)) from error
    finally:
        told.cancel()
