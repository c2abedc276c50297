"""The command line: `wuhen`. The library raises; here one line is said and the exit status is 2."""

from wuhen.cli.main import main

__all__ = ["main"]
