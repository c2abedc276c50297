"""A folder of photos worked through by processes as planned, with a report of every file."""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import click

from wuhen.batch import JobTemplate
from wuhen.cli.errors import Failed
from wuhen.cli.files import read_picture, write_whole
from wuhen.cli.plan import Item, plan, show
from wuhen.photo import FORMATS
from wuhen.wire import ApiError, Language
from wuhen.workers import LocalWorkers, WorkerFailedError

__all__ = ["run_batch"]

REPORT = "report.json"


def run_batch(
    photos: Path,
    masks: Path,
    output: Path,
    template: JobTemplate,
    *,
    jobs: int,
    overwrite: bool,
    tell: Callable[[Item], None],
) -> int:
    """Work through the folder `photos` and return the exit status: 0, or 1 if any photo failed.

    Each item is given to `tell` once, as soon as it is known what became of it.

    Raises
    ------
    Failed
        The folders do not go together, or there is no photo.
    OSError
        A folder cannot be read, or the report cannot be written.
    """
    if output.resolve() == photos.resolve():
        raise Failed(f"{output} is the photos' folder: give another for the results")
    if output.resolve() == masks.resolve():
        raise Failed(f"{output} is the masks' folder: give another for the results")
    items = plan(photos, masks, output, template.output_format)
    if all(item.output is None for item in items):
        raise Failed(f"{photos} holds no photos ({', '.join(FORMATS)})")
    output.mkdir(parents=True, exist_ok=True)
    for item in items:
        if item.status == "waiting" and item.output and item.output.exists() and not overwrite:
            item.status, item.message = "skipped", "its result is already there"
    for item in items:
        if item.status != "waiting":
            tell(item)
    try:
        asyncio.run(_work(items, template, jobs, tell))
    finally:
        report = [item.as_json() for item in items]
        text = json.dumps(report, ensure_ascii=False, indent=1)
        write_whole(output / REPORT, text.encode("utf-8", "replace"))
    return _summarise(items, output / REPORT)


async def _work(
    items: Iterable[Item], template: JobTemplate, jobs: int, tell: Callable[[Item], None]
) -> None:
    waiting = [item for item in items if item.status == "waiting"]
    if not waiting:
        return
    jobs = min(jobs, len(waiting))
    # One more than there are workers, so that none waits for a file to be read.
    places = asyncio.Semaphore(jobs + 1)
    workers = template.workers(jobs, 1 if jobs > 1 else None)
    progress = click.progressbar(waiting, length=len(waiting), label="Erasing", file=sys.stderr)

    async def one(item: Item) -> None:
        async with places:
            await _erase(item, template, workers)
        tell(item)
        progress.update(1)

    with progress:
        async with workers, asyncio.TaskGroup() as group:
            for item in waiting:
                group.create_task(one(item))


async def _erase(item: Item, template: JobTemplate, workers: LocalWorkers) -> None:
    if item.mask is None or item.output is None:
        return
    try:
        # Absolute, for a file that is called "-" is not standard input.
        paths = item.photo.absolute(), item.mask.absolute()
        files = [await asyncio.to_thread(read_picture, path) for path in paths]
        outcome = await workers.run(template.job(*files))
        item.output.parent.mkdir(parents=True, exist_ok=True)
        await asyncio.to_thread(write_whole, item.output, outcome.data)
    except ApiError as error:
        item.fail(error.message(Language.ENGLISH), error.code)
    except WorkerFailedError as error:
        item.fail(str(error).strip().splitlines()[-1])
    except OSError as error:
        item.fail(str(error))
    else:
        item.status, item.seconds, item.remarks = "done", outcome.seconds, outcome.remarks


def _summarise(items: list[Item], report: Path) -> int:
    for item in items:
        if item.status == "failed":
            click.echo(f"failed: {show(item.photo)}: {item.message}", err=True)
        for remark in item.remarks:
            # Notes are many, and in the report.
            if remark.warning:
                click.echo(f"warning: {show(item.photo)}: {remark.text(Language.ENGLISH)}", err=True)
    counts = Counter(item.status for item in items if item.output)
    others = sum(item.output is None for item in items)
    click.echo(
        f"{counts['done']} done, {counts['skipped']} already there, {counts['failed']} failed"
        + (f", {others} not photos" if others else "")
        + f"; see {report}",
        err=True,
    )
    return 1 if counts["failed"] else 0
