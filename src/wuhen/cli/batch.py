"""A folder of photos: planned first, then worked through by processes, with a report of every one."""

import json
import os
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import anyio
import click

from wuhen import fill
from wuhen.action import Job, Labelling
from wuhen.cli.errors import Failed
from wuhen.cli.files import PHOTO_SUFFIXES, output_suffix, read_picture, write_whole
from wuhen.mark import Wording
from wuhen.wire import ApiError, Language
from wuhen.workers import LocalWorkers, WorkerFailedError

__all__ = ["JobTemplate", "run_batch"]

WORKER_MEMORY = 4096
REPORT = "report.json"


@dataclass(frozen=True, slots=True)
class JobTemplate:
    """What is the same for every photo."""

    options: fill.Options
    models: Path | None
    keep_out: Path | None
    marked: bool
    wording: Wording
    labelling: Labelling
    quality: int
    output_format: str | None

    def job(self, photo: Path, mask: Path) -> Job:
        """Read the files and return the job.

        Raises
        ------
        OSError
            A file cannot be read.
        """
        return Job(
            read_picture(photo),
            read_picture(mask),
            keep_out=read_picture(self.keep_out) if self.keep_out else None,
            marked=self.marked,
            wording=self.wording,
            labelling=self.labelling,
            options=self.options,
            models=self.models,
            output_format=self.output_format,
            quality=self.quality,
        )


@dataclass(slots=True)
class Item:
    """One photo of the batch and what became of it."""

    photo: Path
    mask: Path | None
    output: Path
    status: Literal["waiting", "done", "skipped", "failed"] = "waiting"
    code: str | None = None
    message: str | None = None
    seconds: dict[str, float] = field(default_factory=dict)

    def fail(self, message: str, code: str | None = None) -> None:
        """Note why there is no result."""
        self.status, self.message, self.code = "failed", message, code

    def as_json(self) -> dict[str, object]:
        """Return the item's entry in the report."""
        entry = {
            "photo": _show(self.photo),
            "mask": self.mask and _show(self.mask),
            "output": _show(self.output),
            "status": self.status,
            "code": self.code,
            "message": self.message,
            "seconds": self.seconds,
        }
        return {name: value for name, value in entry.items() if value}


def _show(path: Path) -> str:
    """Return the path as text that can be written; bytes of its name that are not UTF-8 become marks."""
    return os.fsencode(path).decode("utf-8", "replace")


def run_batch(
    photos: Path, masks: Path, output: Path, template: JobTemplate, *, jobs: int, overwrite: bool
) -> int:
    """Work through the folder `photos` and return the exit status: 0, or 1 if any photo failed."""
    if output.resolve() == photos.resolve():
        raise Failed(f"{output} is the photos' folder: give another for the results")
    items = plan(photos, masks, output, template.output_format)
    if not items:
        suffixes = ", ".join(suffix.removeprefix(".") for suffix in PHOTO_SUFFIXES)
        raise Failed(f"{photos} holds no photos ({suffixes})")
    output.mkdir(parents=True, exist_ok=True)
    for item in items:
        if item.mask is None:
            item.fail(f"no mask of that name in {masks}")
        elif item.output.exists() and not overwrite:
            item.status = "skipped"
    try:
        anyio.run(_work, items, template, jobs)
    finally:
        report = [item.as_json() for item in items]
        text = json.dumps(report, ensure_ascii=False, indent=1)
        write_whole(output / REPORT, text.encode("utf-8", "replace"))
    return _summarise(items, output / REPORT)


def plan(photos: Path, masks: Path, output: Path, output_format: str | None) -> list[Item]:
    """Match each photo with its mask and name its result.

    Results keep their folders. Where two photos would have results of one name (a.bmp, a.png), the photos'
    endings are kept in them (a.bmp.png, a.png.png).
    """
    found = sorted(p for p in photos.rglob("*") if _is_picture(p))
    inside = output.resolve()
    found = [p for p in found if inside not in p.resolve().parents or inside in photos.resolve().parents]
    if masks.is_dir():
        by_stem = _by_stem(masks)
        pairs = [(p, _mask_of(p, p.relative_to(photos), by_stem)) for p in found]
        taken = {mask for _, mask in pairs if mask}
        # Masks may lie among the photos.
        pairs = [(p, mask) for p, mask in pairs if p not in taken]
    else:
        pairs = [(p, masks) for p in found if p != masks]
    names = Counter(_result_name(p.relative_to(photos), output_format) for p, _ in pairs)
    items = []
    for photo, mask in pairs:
        relative = photo.relative_to(photos)
        name = _result_name(relative, output_format)
        if names[name] > 1:
            name = relative.with_name(relative.name + output_suffix(photo, output_format))
        items.append(Item(photo, mask, output / name))
    return items


def _is_picture(path: Path) -> bool:
    # Hidden files are not somebody's photos: macOS leaves a ._name.jpg beside each name.jpg.
    return path.suffix.lower() in PHOTO_SUFFIXES and not path.name.startswith(".") and path.is_file()


def _result_name(relative: Path, output_format: str | None) -> Path:
    return relative.with_suffix(output_suffix(relative, output_format))


def _by_stem(masks: Path) -> dict[Path, Path]:
    found: dict[Path, Path] = {}
    for path in sorted(masks.rglob("*")):
        if _is_picture(path):
            found.setdefault(path.relative_to(masks).with_suffix(""), path)
    return found


def _mask_of(photo: Path, relative: Path, by_stem: dict[Path, Path]) -> Path | None:
    stem = relative.with_suffix("")
    named = by_stem.get(stem.with_name(stem.name + "_mask")) or by_stem.get(stem)
    # Where masks lie among the photos, a photo is not its own mask.
    return named if named != photo else None


async def _work(items: Iterable[Item], template: JobTemplate, jobs: int) -> None:
    waiting = [item for item in items if item.status == "waiting"]
    if not waiting:
        return
    jobs = min(jobs, len(waiting))
    # One more than there are workers, so that none waits for a file to be read.
    places = anyio.Semaphore(jobs + 1)
    workers = LocalWorkers(
        count=jobs,
        memory=WORKER_MEMORY,
        threads=1 if jobs > 1 else None,
        engine=template.options.engine,
        models=template.models,
    )
    progress = click.progressbar(waiting, length=len(waiting), label="Erasing", file=sys.stderr)

    async def one(item: Item) -> None:
        async with places:
            await _erase(item, template, workers)
        progress.update(1)

    with progress:
        async with workers, anyio.create_task_group() as group:
            for item in waiting:
                group.start_soon(one, item)


async def _erase(item: Item, template: JobTemplate, workers: LocalWorkers) -> None:
    if item.mask is None:
        return
    try:
        outcome = await workers.run(await anyio.to_thread.run_sync(template.job, item.photo, item.mask))
        item.output.parent.mkdir(parents=True, exist_ok=True)
        await anyio.to_thread.run_sync(write_whole, item.output, outcome.data)
    except ApiError as error:
        item.fail(error.message(Language.ENGLISH), error.code)
    except WorkerFailedError as error:
        item.fail(str(error).strip().splitlines()[-1])
    except OSError as error:
        item.fail(str(error))
    else:
        item.status, item.seconds = "done", outcome.seconds


def _summarise(items: list[Item], report: Path) -> int:
    counts = Counter(item.status for item in items)
    for item in items:
        if item.status == "failed":
            click.echo(f"failed: {_show(item.photo)}: {item.message}", err=True)
    click.echo(
        f"{counts['done']} done, {counts['skipped']} already there, {counts['failed']} failed; see {report}",
        err=True,
    )
    return 1 if counts["failed"] else 0
