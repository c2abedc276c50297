"""Write docs/reference/ from the schema, the error catalogue, the settings and the commands.

With --check, say what is stale instead.
"""

import importlib
import pkgutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

import wuhen
from wuhen.action import ACTION
from wuhen.cli.main import main as wuhen_command
from wuhen.cli.serve import default_of
from wuhen.settings import Settings
from wuhen.wire import CODES, Failure, Struct

FOLDER = Path(__file__).parent.parent / "docs" / "reference"
NOTE = "<!-- Written by `make docs`; edit the source, not this page. -->\n\n"


def parameters() -> str:
    """Return the page of the action's parameters."""
    lines = [
        f"# {ACTION.name}\n",
        f"{ACTION.description.en} {ACTION.description.zh}\n",
        f"Service `{ACTION.service}`, version `{ACTION.version}`. Every parameter is optional for the",
        "gateway; an erasure needs an image and a mask.\n",
    ]
    lines.append("| parameter | type | what it is | limits | 说明 | 限制 |\n|---|---|---|---|---|---|")
    lines.extend(_parameter_rows(ACTION.parameters, ""))
    lines.append(
        "\nAnswer: `ResultImage`, the picture as base64 or its URL; `RequestId`, which every log line of"
    )
    lines.append("the call has.")
    return "\n".join(lines) + "\n"


def _parameter_rows(struct: Struct, path: str) -> Iterator[str]:
    for parameter in struct.parameters:
        name = f"{path}{parameter.name}"
        limits = parameter.limits
        cells = [
            f"`{name}`",
            parameter.type.name,
            parameter.description.en,
            limits.en if limits else "",
            parameter.description.zh,
            limits.zh if limits else "",
        ]
        yield _row(cells)
        if isinstance(parameter.type, Struct):
            yield from _parameter_rows(parameter.type, f"{name}.")


def errors() -> str:
    """Return the page of error codes: which the service answers, with which texts."""
    lines = [
        "# Error codes\n",
        "Every answer is HTTP 200. An error has `Response.Error.Code` and `.Message`, in the language that",
        "`X-TC-Language` asks for (`zh-CN` or `en-US`, default `en-US`). Codes are stable, texts are not.\n",
    ]
    lines.append("| code | when (message, `{…}` filled in) | 中文 |\n|---|---|---|")
    lines.extend(
        _row([f"`{failure.code}`", _code(failure.en), _code(failure.zh)])
        for failure in sorted(set(_failures()), key=lambda failure: (failure.code, failure.en))
    )
    lines.append("\n## Codes of the vendor's table that this service never answers\n")
    answered = {failure.code for failure in _failures()}
    lines.append(", ".join(f"`{code}`" for code in sorted(set(CODES) - answered)) + ".")
    return "\n".join(lines) + "\n"


def _failures() -> Iterator[Failure]:
    """Find every declared failure of the package."""
    for module in pkgutil.walk_packages(wuhen.__path__, "wuhen."):
        if module.name.startswith(("wuhen.action", "wuhen.wire")):
            for value in vars(importlib.import_module(module.name)).values():
                if isinstance(value, Failure):
                    yield value


def settings() -> str:
    """Return the page of settings."""
    lines = [
        "# Settings\n",
        "A flag beats the environment, which beats `wuhen.toml` (in the working folder, or the file that",
        "`WUHEN_CONFIG` names).\n",
    ]
    lines.append("| flag | environment | in wuhen.toml | default | what it sets |\n|---|---|---|---|---|")
    for name, setting in Settings.model_fields.items():
        default = default_of(name, setting)
        cells = [
            f"`--{name.replace('_', '-')}`",
            f"`WUHEN_{name.upper()}`",
            f"`{name}`",
            f"`{default}`" if default else "",
            setting.description or "",
        ]
        lines.append(_row(cells))
    return "\n".join(lines) + "\n"


def commands() -> str:
    """Return the page of commands: what `--help` says, of each."""
    lines = ["# The command line\n"]
    for path, command in _commands(wuhen_command, ("wuhen",)):
        context = click.Context(command, info_name=" ".join(path), max_content_width=110, terminal_width=110)
        lines.append(f"## `{' '.join(path)}`\n\n```text\n{command.get_help(context)}\n```\n")
    return "\n".join(lines)


def _commands(
    command: click.Command, path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            if inner := command.get_command(context, name):
                yield from _commands(inner, (*path, name))


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _code(template: str) -> str:
    return template.replace("{", "`{").replace("}", "}`").replace("``", "")


def main() -> None:
    """Write the pages, or compare them with what stands there."""
    pages = {
        "parameters.md": parameters,
        "errors.md": errors,
        "settings.md": settings,
        "commands.md": commands,
    }
    stale = []
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, page in pages.items():
        text = NOTE + page()
        file = FOLDER / name
        if "--check" not in sys.argv:
            file.write_text(text, encoding="utf-8")
        elif not file.exists() or file.read_text(encoding="utf-8") != text:
            stale.append(name)
    if stale:
        sys.exit(f"docs/reference is stale ({', '.join(stale)}): run `make docs`")


if __name__ == "__main__":
    main()
