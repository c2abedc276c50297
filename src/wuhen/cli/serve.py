"""`wuhen serve`. Its options are the settings, made from their one declaration."""

import os
from collections.abc import Callable
from typing import Any, Literal, get_args, get_origin

import click
from pydantic.fields import FieldInfo

from wuhen.accounts import AccountsError
from wuhen.cli.errors import Failed, report_errors
from wuhen.cli.options import read_settings
from wuhen.results import ResultStoreError
from wuhen.settings import Settings

__all__ = ["command", "find_default", "setting_option"]


def setting_option(name: str, setting: FieldInfo) -> Callable[[Any], Any]:
    """Return the option of one setting. Its value stays text: the settings object parses it."""
    kind: click.Choice[str] | None = None
    if get_origin(setting.annotation) is Literal:
        kind = click.Choice([str(choice) for choice in get_args(setting.annotation)])
    default = find_default(name, setting)
    if setting.annotation is bool:
        kind = click.Choice(["true", "false"])
    text = f"{setting.description}  [{default}]" if default else setting.description
    return click.option(f"--{name.replace('_', '-')}", name, type=kind, metavar=_metavar(setting), help=text)


def find_default(name: str, setting: FieldInfo) -> str | None:
    """Return how help and the reference put a setting's default; None where the description says it."""
    default = setting.default
    if name == "data_dir":
        return "~/.local/share/wuhen"
    if setting.default_factory is not None:
        return "processors"
    if default in (None, (), "", {}):
        return None
    if isinstance(default, tuple):
        return ",".join(map(str, default))
    if isinstance(default, float):
        return f"{default:g}"
    return str(default).lower() if isinstance(default, bool) else str(default)


def _metavar(setting: FieldInfo) -> str | None:
    kinds = get_args(setting.annotation) or (setting.annotation,)
    if get_origin(setting.annotation) is Literal or setting.annotation is bool:
        return None
    if get_origin(setting.annotation) is tuple:
        return "LIST"
    if get_origin(setting.annotation) is dict:
        return "JSON"
    for kind, name in ((int, "NUMBER"), (float, "SECONDS"), (str, "TEXT")):
        if kind in kinds:
            return name
    return "PATH"


def _with_settings(function: Callable[..., Any]) -> Callable[..., Any]:
    for name, setting in reversed(Settings.model_fields.items()):
        function = setting_option(name, setting)(function)
    return function


@click.command()
@click.option(
    "--check",
    is_flag=True,
    help="Say what would keep the service from starting, and what should be changed, and do not start it.",
)
@_with_settings
def command(*, check: bool, **given: Any) -> None:
    """Start the service.

    Each option is also an environment variable (--data-dir: WUHEN_DATA_DIR) and a key in wuhen.toml
    (data_dir) of the folder that the service is started in, or of the file that WUHEN_CONFIG names. A flag
    beats the environment, which beats the file.
    """
    settings = read_settings(**given)
    if settings.cache_dir is not None:
        # The fill knows no settings; the workers inherit this.
        os.environ["WUHEN_CACHE_DIR"] = str(settings.cache_dir)
    if check:
        _check(settings)
        return
    from wuhen.service.server import serve

    try:
        with report_errors():
            serve(settings)
    except (AccountsError, ResultStoreError, ValueError) as error:
        raise Failed(str(error)) from error


def _check(settings: Settings) -> None:
    """Print errors and warnings; fail if there are errors."""
    from wuhen.service.checks import find_faults
    from wuhen.service.logs import configure
    from wuhen.service.risks import find_risks

    configure("auto", "error")
    faults = find_faults(settings)
    for fault in faults:
        click.echo(f"error: {fault}")
    for risk in find_risks(settings):
        click.echo(f"warning: {risk}")
    if faults:
        raise click.exceptions.Exit(Failed.exit_code)
    click.echo("The service can start.")
