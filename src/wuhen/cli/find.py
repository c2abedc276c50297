"""`wuhen find`: what there is in a photo that might go, as a mask and as places."""

import asyncio
import io
import json
import os
import sys
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import click
import numpy as np
from PIL import Image, ImageDraw

from wuhen.action import OVERLAY, Find, FindJob, FoundRegions, find_regions
from wuhen.batch.learning import choose, learn_overlays
from wuhen.cli.errors import Failed, report_errors
from wuhen.cli.files import STANDARD, is_stream, read_picture, write_picture, write_whole
from wuhen.cli.folder import list_folder
from wuhen.cli.plan import show
from wuhen.cli.selecting import Selected, finding_options, told_learned
from wuhen.cli.watch import interruptible
from wuhen.photo import read_photo
from wuhen.processors import count_processors
from wuhen.wire import ApiError, Language
from wuhen.workers import LocalWorkers, WorkerFailedError

__all__ = ["command"]

FOUND, NONE, FAILED = 0, 1, 2
"""Exit statuses, as those of grep."""
WORKER_MEMORY = 4096
"""MiB that a worker may allocate."""
_RED = np.array([230, 30, 60], np.float32)
_MASKED = 0.6


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Where what is found goes to.

    Attributes
    ----------
    masks, previews
        A file for one photo; a folder for a folder.
    as_json
        Whether places are printed as JSON.
    """

    masks: Path | None
    previews: Path | None
    as_json: bool


@click.command()
@click.argument("photo", type=click.Path(path_type=Path, exists=True, allow_dash=True))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, allow_dash=True),
    help="Write the mask there, a PNG, white on what was found: a file, or a folder for a folder.",
)
@finding_options
@click.option(
    "--preview",
    type=click.Path(path_type=Path),
    help="Write the photo with what was found in red, a JPEG: a file, or a folder for a folder.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print one object a photo, a line each: places, scores, boxes."
)
@click.option(
    "-j", "--jobs", type=click.IntRange(1, 256), help="Photos at a time in a folder.  [default: processors]"
)
def command(
    photo: Path,
    output: Path | None,
    selected: Selected,
    preview: Path | None,
    as_json: bool,
    jobs: int | None,
) -> None:
    """Find what lies over PHOTO: text, if nothing else is named.

    PHOTO may be a folder. Then masks are called as `wuhen erase` looks for them (a.jpg.png for a.jpg), so
    that they can be looked through, and painted on, before anything is erased. There is none for a photo in
    which nothing was found.

    The exit status is 0 if something was found, 1 if nothing was, 2 if a photo could not be read.

    \b
      wuhen find scan.jpg -o mask.png
      wuhen find photos/ --what overlay,text -o masks/ --preview look/
      wuhen find photo.jpg --what watermark --json
    """
    wanted = _Wanted(output, preview, as_json)
    with report_errors():
        if photo.is_dir() and photo != STANDARD:
            jobs = jobs or count_processors()
            photos = _photos(photo, wanted)
            raise SystemExit(asyncio.run(_find_all(photo, photos, selected, wanted, jobs)))
        if selected.learns:
            raise Failed(f"{OVERLAY} is what many photos have in common: give a folder")
        raise SystemExit(_find_one(photo, selected.find() or Find(()), wanted))


def _find_one(photo: Path, find: Find, wanted: _Wanted) -> int:
    for path in (wanted.masks, wanted.previews):
        if path is not None and path.is_dir() and path != STANDARD:
            raise Failed(f"{path} is a folder: give the file to write")
        if path is not None and not is_stream(path) and os.path.realpath(path) == os.path.realpath(photo):
            raise Failed(f"{path} would overwrite the photo: give another file")
    data = read_picture(photo)
    with interruptible() as cancelled:
        found = find_regions(FindJob(data, find), cancelled=cancelled)
    if wanted.masks is not None:
        write_picture(wanted.masks, found.mask)
    if wanted.previews is not None:
        write_picture(wanted.previews, _preview(data, found))
    # What is printed must not get into a mask on standard output.
    if wanted.masks is None or not is_stream(wanted.masks):
        _print(photo, found, wanted, many=False)
    return FOUND if found.places else NONE


def _photos(folder: Path, wanted: _Wanted) -> list[Path]:
    """Return the photos of a folder."""
    for path in (wanted.masks, wanted.previews):
        if path == STANDARD or (path is not None and path.exists() and not path.is_dir()):
            raise Failed(f"{path} is no folder: give one for the masks of a folder")
        if path is not None and path.resolve() == folder.resolve():
            raise Failed(f"{path} is the photos' folder: give another")
    # What an earlier search wrote into the folder is none of its photos.
    without = [path.resolve() for path in (wanted.masks, wanted.previews) if path is not None]
    listed = [one.path for one in list_folder(folder).pictures]
    photos = [path for path in listed if not any(own in path.resolve().parents for own in without)]
    if not photos:
        raise Failed(f"{folder} holds no photos")
    return photos


async def _find_all(folder: Path, photos: list[Path], selected: Selected, wanted: _Wanted, jobs: int) -> int:
    jobs = min(jobs, len(photos))
    workers = LocalWorkers(count=jobs, memory=WORKER_MEMORY, threads=1 if jobs > 1 else None)
    async with workers:
        find = selected.find() or Find(())
        if selected.learns:
            reads = [partial(asyncio.to_thread, _read, path) for path in choose(photos)]
            with told_learned(len(reads)):
                find = selected.find_with(await learn_overlays(reads, workers)) or find
        search = _FolderSearch(folder, find, wanted, workers)
        async with asyncio.TaskGroup() as group:
            for path in photos:
                group.create_task(search.look(path))
    return search.summarise()


class _FolderSearch:
    """Looks through the photos of a folder, and keeps count."""

    def __init__(self, folder: Path, find: Find, wanted: _Wanted, workers: LocalWorkers) -> None:
        self._folder = folder
        self._job = FindJob(b"", find)
        self._wanted = wanted
        self._workers = workers
        self._places = asyncio.Semaphore(workers.capacity + 1)
        self._counts = {FOUND: 0, NONE: 0, FAILED: 0}

    async def look(self, photo: Path) -> None:
        """Look at one photo; say so if it cannot be read."""
        async with self._places:
            try:
                data = await asyncio.to_thread(_read, photo)
                found = await self._workers.find(replace(self._job, photo=data))
                if found.places:
                    await asyncio.to_thread(self._write, photo, data, found)
            except (ApiError, WorkerFailedError, OSError) as error:
                self._counts[FAILED] += 1
                text = error.message(Language.ENGLISH) if isinstance(error, ApiError) else str(error)
                click.echo(f"failed: {show(photo)}: {text.strip().splitlines()[-1]}", err=True)
                return
        self._counts[FOUND if found.places else NONE] += 1
        _print(photo, found, self._wanted, many=True)

    def _write(self, photo: Path, data: bytes, found: FoundRegions) -> None:
        name = photo.relative_to(self._folder)
        if self._wanted.masks is not None:
            _write_below(self._wanted.masks, name.with_name(f"{name.name}.png"), found.mask)
        if self._wanted.previews is not None:
            _write_below(self._wanted.previews, name.with_name(f"{name.name}.jpg"), _preview(data, found))

    def summarise(self) -> int:
        """Say how many there were of which kind, and return the exit status."""
        counts = self._counts
        click.echo(f"found in {counts[FOUND]}, nothing in {counts[NONE]}, {counts[FAILED]} failed", err=True)
        if counts[FAILED]:
            return FAILED
        return FOUND if counts[FOUND] else NONE


def _read(path: Path) -> bytes:
    # Absolute, for a file that is called "-" is not standard input.
    return read_picture(path.absolute())


def _write_below(folder: Path, name: Path, data: bytes) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, data)


def _print(photo: Path, found: FoundRegions, wanted: _Wanted, *, many: bool) -> None:
    """Print what was found in a photo: places, or in a folder how many there are."""
    if wanted.as_json:
        entry: dict[str, Any] = {
            "photo": show(photo),
            "width": found.width,
            "height": found.height,
            "found": found.found,
            "places": [place.as_answer() for place in found.places],
        }
        line = json.dumps(entry, ensure_ascii=False)
        click.echo(line.encode("utf-8", "replace"), file=sys.stdout)
    elif many:
        counts = ", ".join(f"{count} {name}" for name, count in found.found.items() if count)
        click.echo(f"{show(photo)}: {counts or 'nothing'}")
    else:
        for place in found.places:
            box = f"{place.left},{place.top},{place.width},{place.height}"
            click.echo(f"{place.what:10} {box:24} {place.score:.2f}")
        if not found.places:
            click.echo("nothing found", err=True)


def _preview(data: bytes, found: FoundRegions) -> bytes:
    """Return a photo with what was found in red, and its places framed, as a JPEG."""
    pixels = read_photo(data).pixels.copy()
    hole = np.asarray(Image.open(io.BytesIO(found.mask)))
    pixels[hole] = (pixels[hole] * (1 - _MASKED) + _RED * _MASKED).astype(np.uint8)
    image = Image.fromarray(pixels)
    draw = ImageDraw.Draw(image)
    width = max(1, round(max(image.size) / 1000))
    for place in found.places:
        if place.corners:
            corners = [*place.corners, *place.corners[:2]]
            draw.line(corners, fill=(255, 200, 0), width=width)
        else:
            right, bottom = place.left + place.width - 1, place.top + place.height - 1
            draw.rectangle((place.left, place.top, right, bottom), outline=(255, 200, 0), width=width)
    file = io.BytesIO()
    image.save(file, "JPEG", quality=90)
    return file.getvalue()
