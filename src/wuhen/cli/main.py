"""The command group. Commands are imported when they are used, so that `wuhen --help` is quick."""

import errno
import importlib
import os
import sys
from contextlib import suppress

import click

from wuhen._version import __version__
from wuhen.cli.errors import Failed

__all__ = ["main"]

COMMANDS = {
    "erase": ("wuhen.cli.erase", "Erase what a mask covers, from one photo or from a folder of them."),
    "find": ("wuhen.cli.find", "Find text, watermarks and logos in photos, as masks."),
    "inspect": (
        "wuhen.cli.inspect",
        "Tell what labels a file carries, who signed it, and whether that holds.",
    ),
    "serve": ("wuhen.cli.serve", "Start the service."),
    "health": ("wuhen.cli.health", "Tell whether the service on this machine is ready."),
    "studio": ("wuhen.cli.studio", "Print a link that opens the studio, a page in the browser."),
    "keys": ("wuhen.cli.keys", "Create, list, disable and rotate the keys that callers sign with."),
    "db": ("wuhen.cli.db", "Bring the database of keys and records up to date, and look at it."),
    "mcp": ("wuhen.cli.mcp", "Serve an agent the tools to find and erase, on files of this machine."),
    "call": ("wuhen.cli.call", "Send a signed call to this service or to the cloud."),
    "audit": ("wuhen.cli.audit", "Print who was given which result."),
    "models": ("wuhen.cli.models", "Fetch, list and remove the known networks: lama, migan, mobile-sam."),
    "certificate": ("wuhen.cli.certificate", "Make a certificate to try Content Credentials with."),
    "warmup": ("wuhen.cli.warmup", "Compile the fill now, so that no first call waits for it."),
}


class LazyGroup(click.Group):
    """A group that imports a command's module only to run it or to show its help."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Name the commands in the order that a newcomer meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the command called `cmd_name`."""
        if cmd_name not in COMMANDS:
            return None
        try:
            module = importlib.import_module(COMMANDS[cmd_name][0])
        except ModuleNotFoundError as error:
            if (error.name or "").startswith("wuhen"):
                raise
            raise Failed(f"`wuhen {cmd_name}` needs more packages: pip install 'wuhen[service]'") from error
        command: click.Command = module.command
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; where its output cannot be written, say so in a line."""
        _open_standard_streams()
        try:
            return super().invoke(ctx)
        except OSError as error:
            if error.errno == errno.EPIPE:  # whoever read it has seen enough; click ends quietly
                raise
            _discard_output()
            raise Failed(f"{error.filename or 'output'}: {error.strerror or error}") from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in self.list_commands(ctx)])


def _discard_output() -> None:
    """Lead what is still buffered nowhere: Python's last flush would fail again and change the status."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _open_standard_streams() -> None:
    """Open what was closed of the three standard streams, to nowhere.

    Otherwise their numbers go to the next files that are opened, and what a library prints ends up in those.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            with suppress(OSError):
                os.open(os.devnull, os.O_RDWR)
    sys.stdout = sys.stdout or os.fdopen(1, "w")
    sys.stderr = sys.stderr or os.fdopen(2, "w")


@click.group(
    cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}
)
@click.version_option(__version__, prog_name="wuhen")
def main() -> None:
    """Wuhen 无痕: erase people, objects, text and watermarks from photographs.

    \b
      wuhen erase photo.jpg mask.png -o out.jpg     on this machine, no service needed
      wuhen serve                                   the API that Tencent Cloud's SDKs can call
    """
