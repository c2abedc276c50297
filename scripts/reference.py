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
from wuhen.action import ACTIONS
from wuhen.cli.main import main as wuhen_command
from wuhen.cli.serve import default_of
from wuhen.settings import Settings
from wuhen.wire import CODES, Action, Failure, Struct

FOLDER = Path(__file__).parent.parent / "docs" / "reference"
NOTE = "<!-- Written by `make docs`; edit the source, not this page. -->\n\n"


def actions() -> str:
    """Return the page of the actions, their parameters and answers."""
    lines = [
        "# Actions\n",
        "All are on one endpoint; the version tells the products apart. Every parameter is optional for the",
        "gateway, as the vendor has it; what an action needs all the same, it says itself. An answer has",
        "`RequestId` besides, which every log line of the call has.",
    ]
    for action in ACTIONS:
        lines.extend(_action(action))
    return "\n".join(lines) + "\n"


def _action(action: Action) -> Iterator[str]:
    yield f"\n## {action.name}\n"
    yield f"{action.description.en} {action.description.zh}\n"
    yield f"Service `{action.service}`, version `{action.version}`.\n"
    if action.parameters.parameters:
        yield "| parameter | type | what it is | limits | 说明 | 限制 |\n|---|---|---|---|---|---|"
        yield from _parameter_rows(action.parameters, "")
    else:
        yield "No parameters."
    yield "\n| answer | type | what it says | 说明 |\n|---|---|---|---|"
    for member in action.answer:
        yield _row([f"`{member.name}`", member.type, member.description.en, member.description.zh])


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
        "actions.md": actions,
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
