"""Write docs/reference/, and what the studio knows of the schema, from where each is declared.

With --check, say what is stale instead.
"""

import importlib
import json
import pkgutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

import wuhen
from wuhen.action import (
    ACTION,
    ACTIONS,
    ERASE,
    OWN_LIMITS,
    SEARCHED,
    UNRECORDED,
    VENDOR_LIMITS,
    PictureLimits,
)
from wuhen.cli.main import main as wuhen_command
from wuhen.cli.serve import find_default
from wuhen.photo import BY_ENDING, media_type
from wuhen.settings import Settings
from wuhen.wire import CODES, Action, Failure, Struct, members_of

ROOT = Path(__file__).parent.parent
NOTE = "<!-- Written by `make docs`; edit the source, not this page. -->\n\n"
SCRIPT_NOTE = "/** What the page knows of the API without asking. Written by `make docs`. */\n"


def actions() -> str:
    """Return the page of the actions, their parameters and answers."""
    lines = [
        "# Actions\n",
        "All are on one endpoint; the version tells the products apart. Every parameter is optional for the",
        "gateway, as the vendor has it; what an action needs all the same, it says itself. Lengths of shapes",
        "alone are needed wherever there is a shape. An answer has `RequestId` besides, which every log line",
        "of the call has.",
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
        yield _row([f"`{member.path}`", member.type.name, member.description.en, member.description.zh])


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
        if (members := members_of(parameter.type)) is not None:
            yield from _parameter_rows(members, f"{name}." if members is parameter.type else f"{name}[].")


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
        if module.name.startswith(("wuhen.action", "wuhen.service.doors.failures", "wuhen.wire")):
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
        default = find_default(name, setting)
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


def studio_schema() -> str:
    """Return the studio's module of what it must know of the schema without asking the service."""
    pictures = {name: picture.file for action in ACTIONS for name, picture in action.parameters.pictures()}
    declared: list[tuple[str, str, object]] = [
        ("VENDOR_LIMITS", "What a picture may be in the vendor's action.", _limits(VENDOR_LIMITS)),
        ("OWN_LIMITS", "The same in our own, where the service says nothing else.", _limits(OWN_LIMITS)),
        (
            "FORMATS",
            "Media types of the pictures that our own actions take.",
            [media_type(name) for name in OWN_LIMITS.formats],
        ),
        (
            "TYPES",
            "The same by the ending of a file's name.",
            {ending: media_type(name) for ending, name in BY_ENDING.items()},
        ),
        ("LONGEST_SEARCH", "Characters that calls may be searched for.", SEARCHED.max_length),
        (
            "UNRECORDED",
            "Actions that are not in the call log.",
            sorted(n for _, n in UNRECORDED),
        ),
        ("PICTURE_FILES", "The pictures among the parameters, and what examples call their files.", pictures),
        ("VENDOR", "The vendor's action.", _called(ACTION)),
        ("ERASE", "Our own, which takes more.", _called(ERASE)),
    ]
    blocks = [
        f"/** {text} */\nexport const {name} = {json.dumps(value, ensure_ascii=False)};\n"
        for name, text, value in declared
    ]
    return "\n".join(blocks)


def _limits(limits: PictureLimits) -> dict[str, int]:
    return {"side": limits.size.side, "pixels": limits.size.pixels, "base64": limits.base64}


def _called(action: Action) -> dict[str, str]:
    return {"service": action.service, "version": action.version, "action": action.name}


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
    written = {
        ROOT / "docs/reference/actions.md": NOTE + actions(),
        ROOT / "docs/reference/errors.md": NOTE + errors(),
        ROOT / "docs/reference/settings.md": NOTE + settings(),
        ROOT / "docs/reference/commands.md": NOTE + commands(),
        ROOT / "src/wuhen/studio/static/js/api/schema.js": f"{SCRIPT_NOTE}\n{studio_schema()}",
    }
    stale = []
    for file, text in written.items():
        if "--check" not in sys.argv:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        elif not file.exists() or file.read_text(encoding="utf-8") != text:
            stale.append(str(file.relative_to(ROOT)))
    if stale:
        sys.exit(f"stale: {', '.join(stale)}; run `make docs`")


if __name__ == "__main__":
    main()
