"""`wuhen models`: fetching the known networks, and keeping them."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from wuhen.cli.errors import Failed, report_errors
from wuhen.models import BUNDLES, MODELS, Model, ModelsError, ModelStore, named, pull
from wuhen.places import default_models_dir

__all__ = ["command", "models_dir_option", "models_directory"]

models_dir_option = click.option(
    "--models-dir",
    type=click.Path(path_type=Path),
    help="As given to `wuhen serve`.  [~/.local/share/wuhen/models]",
)
_NAMES = click.Choice([*MODELS, *BUNDLES])
name_argument = click.argument("name", type=_NAMES)


def models_directory(given: Path | None) -> Path:
    """Return where models lie: by the flag, else by the service's settings, else by the environment."""
    if given is not None:
        return given
    try:
        from wuhen.cli.options import read_settings
    except ModuleNotFoundError:  # the extra `service` is not installed
        return default_models_dir()
    return read_settings().models


@contextmanager
def _store(models_dir: Path | None) -> Iterator[ModelStore]:
    def waiting() -> None:
        click.echo("Waiting for another `wuhen models` to finish…", err=True)

    with report_errors():
        try:
            yield ModelStore(models_directory(models_dir), waiting)
        except ModelsError as error:
            raise Failed(str(error)) from error


@click.group()
def command() -> None:
    """Fetch, list and remove the known networks: for the engines of their names, and for smart select.

    Nothing is fetched but by `pull`. Other commands and the service find what it fetched by themselves.
    """


@command.command("list")
@models_dir_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_(models_dir: Path | None, as_json: bool) -> None:
    """List all models, and whether they are here, verified by checksum."""
    with _store(models_dir) as store:
        entries = [_entry(store, model) for model in MODELS.values()]
    if as_json:
        click.echo(json.dumps(entries, ensure_ascii=False, indent=1))
        return
    row = "{:18}  {:8}  {:>6}  {:10}  {}"
    click.echo(row.format("Name", "State", "MB", "Licence", "Source"))
    for model, entry in zip(MODELS.values(), entries, strict=True):
        megabytes = f"{model.size / 1e6:.0f}"
        click.echo(row.format(model.name, entry["state"], megabytes, model.licence, entry["source"]))


def _entry(store: ModelStore, model: Model) -> dict[str, object]:
    return {
        "name": model.name,
        "state": store.state(model),
        "file": str(store.path(model)),
        "size": model.size,
        "sha256": model.sha256,
        "licence": model.licence,
        "source": f"https://huggingface.co/{model.repository}",
    }


@command.command("pull")
@models_dir_option
@click.option(
    "--mirror",
    "mirrors",
    multiple=True,
    metavar="URL",
    envvar="WUHEN_MODELS_MIRROR",
    help="A folder on a web server that holds the file, asked before the public mirrors; may be repeated.",
)
@click.argument("names", type=_NAMES, nargs=-1, required=True, metavar="NAME...")
def pull_(models_dir: Path | None, mirrors: tuple[str, ...], names: tuple[str, ...]) -> None:
    """Fetch models: lama, migan; mobile-sam, which is two files.

    The mirrors are asked in turn. What was cut off goes on where it was, and a file that has not the right
    checksum is refused.

    \b
      wuhen models pull lama
      wuhen erase photo.jpg mask.png -o out.jpg --engine lama
    """
    with _store(models_dir) as store:
        for model in dict.fromkeys(model for name in names for model in named(name)):
            with _bar(model) as progress:
                path = pull(model, store, mirrors, progress)
            click.echo(path)


@contextmanager
def _bar(model: Model) -> Iterator[Callable[[int], None]]:
    """Give what shows how many bytes are here, where standard error is a terminal."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    with click.progressbar(length=model.size, label=model.file, file=sys.stderr) as drawn:
        yield lambda have: drawn.update(have - drawn.pos)


@command.command()
@models_dir_option
@click.argument("name", type=click.Choice([*MODELS]))
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def add(models_dir: Path | None, name: str, file: Path) -> None:
    """Put FILE, which was brought by hand, in its place as the model NAME, if its checksum is right."""
    with _store(models_dir) as store:
        click.echo(store.add(MODELS[name], file))


@command.command()
@models_dir_option
@name_argument
def path(models_dir: Path | None, name: str) -> None:
    """Print where the file of the model NAME lies, or its files."""
    with _store(models_dir) as store:
        for model in named(name):
            found = store.find(model)
            if found is None:
                raise Failed(f"{model.name} is not in {store.directory}: run `wuhen models pull {name}`")
            click.echo(found)


@command.command()
@models_dir_option
@name_argument
def remove(models_dir: Path | None, name: str) -> None:
    """Delete the file of the model NAME, and what was cut off in fetching it."""
    with _store(models_dir) as store:
        removed = [model for model in named(name) if store.remove(model)]
        if not removed:
            raise Failed(f"{name} is not in {store.directory}")
    click.echo(f"{name} is removed.", err=True)
