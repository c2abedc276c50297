"""Watching one fill from the terminal: how far it is, and Ctrl-C to be rid of it."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType

import click

from wuhen import fill

__all__ = ["bar", "interruptible"]

STEPS = 1000
"""What a whole fill counts on the bar, which counts in integers."""


@contextmanager
def bar() -> Iterator[Callable[[float], None] | None]:
    """Give what shows the fraction done as a bar on standard error; None where that is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    drawn = click.progressbar(length=STEPS, label="Erasing", file=sys.stderr)
    with ExitStack() as stack:

        def show(fraction: float) -> None:
            # Not before there is a fill, so that what is wrong with a picture is still told in one line.
            if not drawn.entered:
                stack.enter_context(drawn)
            drawn.update(round(fraction * STEPS) - drawn.pos)

        yield show


@contextmanager
def interruptible() -> Iterator[Callable[[], bool]]:
    """Give a check that tells the fill's threads of Ctrl-C, which Python tells the main thread alone.

    Without it the main thread would wait for the others to work through the rest of the holes.
    """
    interrupts: list[int] = []

    def interrupt(number: int, frame: FrameType | None) -> None:
        # A list, not an Event: a second Ctrl-C while an Event is being set would wait for its lock for ever.
        interrupts.append(number)
        signal.default_int_handler(number, frame)

    # Where the signal is ignored, as in a shell script's background jobs, it stays so.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, interrupt)
    try:
        yield lambda: bool(interrupts)
    except fill.Cancelled as error:
        # From a helping thread; it took the place of what the handler had raised in the main one.
        raise KeyboardInterrupt from error
    finally:
        if signal.getsignal(signal.SIGINT) is interrupt:
            signal.signal(signal.SIGINT, signal.default_int_handler)
