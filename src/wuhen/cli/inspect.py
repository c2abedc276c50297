"""`wuhen inspect`: what a file says about itself."""

import json
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import click

from wuhen.action.inspection import Inspection, LabelReport, inspect
from wuhen.cli.errors import Failed, report_errors
from wuhen.cli.files import read_picture
from wuhen.mark import SigningFailed, check_anchors
from wuhen.photo import PhotoError

__all__ = ["command"]

BROKEN = 1
"""Exit status where something in a file does not hold."""

_STATES = {
    "trusted": "hold, and a trusted root vouches for the signer",
    "valid": "hold, but nobody trusted vouches for the signer",
    "broken": "DO NOT HOLD",
    "elsewhere": "are kept at an address that is not asked",
}


@click.command()
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--trust",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Root certificates to trust for Content Credentials (PEM).",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, one object a line.")
def command(files: tuple[Path, ...], trust: Path | None, as_json: bool) -> None:
    """Tell what labels FILE carries: AIGC, IPTC source type, Content Credentials, and who signed them.

    Told, too, is what else FILE has that no result of erasing would have, such as a film or thumbnails. The
    visible mark is not looked for. Nothing is fetched. Ends with 1 if a label is broken, if there is more
    than one AIGC label, or if the file was changed after it was signed; with 2 if it cannot be read.
    """
    warnings.filterwarnings("ignore", module="PIL")
    status = 0
    with report_errors():
        anchors = trust.read_bytes() if trust else None
    if anchors is not None:
        _check_trust(anchors)
    for file in files:
        try:
            with report_errors():
                found = _inspect(file, anchors)
        except Failed as error:
            error.show()
            status = error.exit_code
            continue
        _show(file, found, as_json=as_json)
        status = max(status, 0 if found.holds else BROKEN)
    sys.exit(status)


def _check_trust(anchors: bytes) -> None:
    try:
        check_anchors(anchors)
    except SigningFailed as error:
        raise Failed(str(error)) from error


def _inspect(file: Path, anchors: bytes | None) -> Inspection:
    try:
        return inspect(read_picture(file), anchors=anchors)
    except PhotoError as error:
        raise Failed(f"{click.format_filename(file)}: {error}") from error


def _show(file: Path, found: Inspection, *, as_json: bool) -> None:
    name = click.format_filename(file)
    if as_json:
        # In ASCII: what stands in a stranger's file does not get to move the terminal's cursor.
        click.echo(json.dumps({"file": name} | found.as_json()))
        return
    click.echo(_plain(f"{name}: {found.format}, {found.size[0]} x {found.size[1]}"))
    for line in (
        *_labels(found.aigc),
        f"IPTC source type: {found.source or 'none'}",
        *_credentials(found),
        *(f"not in a result of erasing: {part}" for part in found.left_out),
    ):
        click.echo("  " + _plain(line))
    for problem in found.problems:
        click.echo("  " + _plain(f"BROKEN: {problem}"))


def _plain(line: str) -> str:
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line)


def _labels(labels: tuple[LabelReport, ...]) -> Iterator[str]:
    if not labels:
        yield "AIGC label: none"
    for label in labels:
        yield f"AIGC label, in {label.place}:"
        yield from (f"  {name}: {value}" for name, value in label.values.items() if value)
        yield from (f"  remark: {remark}" for remark in label.remarks)
        if label.broken:
            yield f"  unreadable: {label.broken}"


def _credentials(inspection: Inspection) -> Iterator[str]:
    found = inspection.credentials
    if found is None:
        yield f"Content Credentials: {inspection.unchecked or 'none'}"
        return
    yield f"Content Credentials: {_STATES[found.state]}"
    if found.signer or found.organisation:
        when = f", {found.signed_at}" if found.signed_at else ", without timestamp"
        yield f"  signed by {found.signer or '?'} ({found.organisation or '?'}){when}"
    if found.generator:
        yield f"  made with {found.generator}"
    yield from (f"  {action}" for action in found.actions)
    yield from (f"  made of: {ingredient}" for ingredient in found.ingredients)
    if found.state != "broken":  # else they are told with what else is broken
        yield from (f"  because: {problem}" for problem in found.problems)
