"""`wuhen certificate`: something to try Content Credentials with."""

import os
from pathlib import Path

import click

from wuhen.cli.errors import Failed, report_errors
from wuhen.mark import SigningFailed, make_identity

__all__ = ["command"]

FILES = ("root.pem", "chain.pem", "key.pem")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--name", default="Wuhen test", show_default=True, help="Whom the certificate names.")
def command(folder: Path, name: str) -> None:
    """Make a certificate to try Content Credentials with, and write it into FOLDER.

    It is signed by a root made for it alone: it shows how things work and says nothing to anybody else.
    Results that others are to believe are signed with a certificate from an authority on C2PA's list.

    \b
      wuhen certificate test/
      wuhen erase photo.jpg mask.png -o out.jpg --c2pa-cert test/chain.pem --c2pa-key test/key.pem
      wuhen inspect --trust test/root.pem out.jpg
    """
    with report_errors():
        try:
            made = make_identity(name)
        except (SigningFailed, ValueError) as error:
            raise Failed(str(error)) from error
        folder.mkdir(parents=True, exist_ok=True)
        for file in FILES:
            if (folder / file).exists():
                raise Failed(f"{folder / file} exists: choose another folder")
        for file, content in zip(FILES, (made.root, made.chain, made.key), strict=True):
            mode = 0o600 if file == "key.pem" else 0o644
            # An existing key is somebody's: it is not overwritten.
            with os.fdopen(os.open(folder / file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as out:
                out.write(content)
            click.echo(folder / file)
