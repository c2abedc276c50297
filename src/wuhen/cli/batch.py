"""A folder of photos worked through by processes as planned, with a report of every file."""

import asyncio
import functools
import json
import statistics
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import click

from wuhen.action import NOTHING_FOUND, OVERLAY, Find
from wuhen.batch import JobTemplate
from wuhen.batch.learning import choose, learn_overlays
from wuhen.cli.errors import Failed
from wuhen.cli.files import read_picture, write_whole
from wuhen.cli.plan import Item, plan, show
from wuhen.cli.selecting import Selected, told_learned
from wuhen.photo import FORMATS
from wuhen.wire import ApiError, Language
from wuhen.workers import LocalWorkers, WorkerFailedError

__all__ = ["note_lacking", "run_batch"]

REPORT = "report.json"
SHOWN = 20
"""Photos that are named on the terminal for one reason; all are in the report."""
LACKING = 3
"""The exit status if no photo failed, but in some fewer overlays were found than in most."""


def run_batch(
    places: tuple[Path, Path | None, Path],
    template: JobTemplate,
    selected: Selected,
    *,
    jobs: int,
    overwrite: bool,
    tell: Callable[[Item], None],
) -> int:
    """Work through a folder and return the exit status: 0, 1 if any photo failed, or `LACKING`.

    Parameters
    ----------
    places
        The folder of photos; that of masks, or one mask, or none; the folder of results.
    template
        What is the same for every photo.
    selected
        What is to go besides.
    jobs
        Photos at a time.
    overwrite
        Whether to do again what is done.
    tell
        Is given each item once, as soon as it is known what became of it.

    Raises
    ------
    Failed
        The folders do not go together, or there is no photo.
    OSError
        A folder cannot be read, or the report cannot be written.
    """
    photos, masks, output = places
    if output.resolve() == photos.resolve():
        raise Failed(f"{output} is the photos' folder: give another for the results")
    if masks is not None and output.resolve() == masks.resolve():
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
        asyncio.run(_work(items, template, selected, jobs, tell))
    finally:
        lacking = note_lacking(items)
        report = [item.as_json() for item in items]
        text = json.dumps(report, ensure_ascii=False, indent=1)
        write_whole(output / REPORT, text.encode("utf-8", "replace"))
    for item in lacking[:SHOWN]:
        click.echo(f"look at {show(item.photo)}: {item.message}", err=True)
    if len(lacking) > SHOWN:
        click.echo(f"and at {len(lacking) - SHOWN} more, which are in the report", err=True)
    return _summarise(items, output / REPORT) or (LACKING if lacking else 0)


def note_lacking(items: Sequence[Item]) -> list[Item]:
    """Note in which photos some overlays were found, and fewer than in most, and return these photos."""
    counts = [item.found[OVERLAY] for item in items if item.found.get(OVERLAY)]
    usual = statistics.median_low(counts) if counts else 0
    lacking = [item for item in items if item.status == "done" and 0 < item.found.get(OVERLAY, 0) < usual]
    for item in lacking:
        item.message = f"{item.found[OVERLAY]} overlays found, and {usual} in most photos"
    return lacking


async def _work(
    items: Sequence[Item],
    template: JobTemplate,
    selected: Selected,
    jobs: int,
    tell: Callable[[Item], None],
) -> None:
    waiting = [item for item in items if item.status == "waiting"]
    if not waiting:
        return
    jobs = min(jobs, len(waiting))
    # One more than there are workers, so that none waits for a file to be read.
    places = asyncio.Semaphore(jobs + 1)
    workers = template.workers(jobs, 1 if jobs > 1 else None)

    async def one(item: Item) -> None:
        async with places:
            await _erase(item, template, workers)
        tell(item)
        progress.update(1)

    async with workers:
        if selected.learns:
            template = replace(template, find=await _learn(items, selected, workers))
        with click.progressbar(waiting, length=len(waiting), label="Erasing", file=sys.stderr) as progress:
            async with asyncio.TaskGroup() as group:
                for item in waiting:
                    group.create_task(one(item))


async def _learn(items: Sequence[Item], selected: Selected, workers: LocalWorkers) -> Find | None:
    """Return what is to be found when the folder's photos were looked at, those with results among them."""
    photos = choose([item.photo.absolute() for item in items if item.output is not None])
    reads = [functools.partial(asyncio.to_thread, read_picture, photo) for photo in photos]
    with told_learned(len(reads)):
        return selected.find_with(await learn_overlays(reads, workers))


async def _erase(item: Item, template: JobTemplate, workers: LocalWorkers) -> None:
    if item.output is None or item.copy is None:
        return
    try:
        # Absolute, for a file that is called "-" is not standard input.
        photo = await asyncio.to_thread(read_picture, item.photo.absolute())
        mask = None
        if item.mask is not None:
            mask = await asyncio.to_thread(read_picture, item.mask.absolute())
        item.output.parent.mkdir(parents=True, exist_ok=True)
        try:
            outcome = await workers.run(template.job(photo, mask))
        except ApiError as error:
            if error.code != NOTHING_FOUND.code or template.find is None:
                raise
            await asyncio.to_thread(write_whole, item.copy, photo)
            item.output, item.status = item.copy, "unchanged"
            item.found = dict.fromkeys(template.find.names, 0)
        else:
            await asyncio.to_thread(write_whole, item.output, outcome.data)
            item.status, item.seconds, item.remarks = "done", outcome.seconds, outcome.remarks
            item.found = outcome.found
    except ApiError as error:
        item.fail(error.message(Language.ENGLISH), error.code)
    except WorkerFailedError as error:
        item.fail(str(error).strip().splitlines()[-1])
    except OSError as error:
        item.fail(str(error))


def _summarise(items: list[Item], report: Path) -> int:
    for item in items:
        if item.status == "failed":
            click.echo(f"failed: {show(item.photo)}: {item.message}", err=True)
        for remark in item.remarks:
            # Notes are many, and in the report.
            if remark.warning:
                click.echo(f"warning: {show(item.photo)}: {remark.text(Language.ENGLISH)}", err=True)
    _tell_without(items)
    counts = Counter(item.status for item in items if item.output)
    others = sum(item.output is None for item in items)
    unchanged = f"{counts['unchanged']} unchanged as nothing was found, " if counts["unchanged"] else ""
    click.echo(
        f"{counts['done']} done, {unchanged}{counts['skipped']} already there, {counts['failed']} failed"
        + (f", {others} not photos" if others else "")
        + f"; see {report}",
        err=True,
    )
    return 1 if counts["failed"] else 0


def _tell_without(items: list[Item]) -> None:
    """Name the photos that lack what the others have: whoever looks at them need not look at all."""
    without = [item for item in items if item.found.get(OVERLAY) == 0]
    for item in without[:SHOWN]:
        click.echo(f"no overlay found: {show(item.photo)}", err=True)
    if len(without) > SHOWN:
        click.echo(f"no overlay found in {len(without) - SHOWN} more, which are in the report", err=True)
