"""`wuhen warmup`, and the word to whoever would wait for the compiler unasked."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from wuhen import fill, photo
from wuhen.action import model_file
from wuhen.cli.errors import Failed

__all__ = ["command", "warm"]


@click.command()
@click.option(
    "--cache",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Keep it in this directory, and look nowhere else. By default in the first that can be written of "
    "WUHEN_CACHE_DIR, /var/cache/wuhen and ~/.cache/wuhen.",
)
@click.option(
    "--family", is_flag=True, help="Compile for all processors like this one: fills take a tenth longer."
)
def command(cache: Path | None, *, family: bool) -> None:
    """Compile the fill and keep it, so that no first call waits for the compiler.

    Every user finds what is in /var/cache/wuhen, and what is in a directory that WUHEN_CACHE_DIR names.
    """
    start = time.perf_counter()
    try:
        fill.warmup(cache=cache, for_family=family)
        photo.warmup()
    except fill.FillError as error:
        raise Failed(str(error)) from error
    seconds = time.perf_counter() - start
    where = ", ".join(map(str, fill.cache_directories()))
    if not where:
        raise Failed("the fill is compiled, but there is no directory to keep it in: name one with --cache")
    click.echo(f"The fill is compiled and kept in {where} ({seconds:.1f} s).")


def warm(engine: str, models: Path | None = None) -> None:
    """Load an engine, with its network from `models`; say so where the fill must be compiled first.

    Raises
    ------
    Failed
        There is no such engine, or what it needs is not installed.
    """
    try:
        with _announced():
            # The network that wide holes get loads in less time than it takes to tell which hole it is.
            fill.warmup("patch" if engine == "auto" else engine, model=model_file(engine, models))
            photo.warmup()
    except fill.FillError as error:
        raise Failed(str(error)) from error


@contextmanager
def _announced() -> Iterator[None]:
    """Say so, once, when the compiler starts on the fill, not when code that is kept loads slowly."""
    from numba.core import event

    class Announcement(event.Listener):
        """Prints at the first start."""

        told = False

        def on_start(self, event: object) -> None:  # noqa: ARG002 - Numba names it
            if not self.told:
                self.told = True
                click.echo("Compiling the fill, once on this machine…", err=True)

        def on_end(self, event: object) -> None:
            """Do nothing: what follows tells by itself."""

    with event.install_listener("numba:compile", Announcement()):
        yield
