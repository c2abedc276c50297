"""`wuhen warmup`."""

import time

import click

from wuhen import fill

__all__ = ["command"]


@click.command()
def command() -> None:
    """Compile the fill and keep it, so that no first call waits for the compiler."""
    start = time.perf_counter()
    fill.warmup()
    click.echo(f"The fill is compiled and cached ({time.perf_counter() - start:.1f} s).")
