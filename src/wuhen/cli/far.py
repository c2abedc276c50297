"""A folder of any size, in an object store or on this machine, worked through here or by a cluster."""

import functools
import hashlib
import re
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from wuhen.action import OVERLAY, Find
from wuhen.batch import JobTemplate
from wuhen.cli.errors import Failed
from wuhen.cli.files import STANDARD, read_picture
from wuhen.cli.selecting import Selected, told_learned
from wuhen.processors import count_processors

if TYPE_CHECKING:
    from wuhen.batch.folders import Folder
    from wuhen.batch.rows import Row
    from wuhen.batch.run import Batch, Means
    from wuhen.batch.todo import Folders, Masks

__all__ = ["NEW_PLACE", "PLACE", "Far", "Url", "far_options", "run_far"]

SHOWN_FAILURES = 20
"""As many are told on the terminal; all are in the report."""
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


class Url(str):
    """A place in an object store, as it was written."""

    __slots__ = ()


class _PlaceType(click.Path):
    """A path, or the URL of what is in an object store."""

    name = "place"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if isinstance(value, str) and _URL.match(value):
            return Url(value)
        return super().convert(value, param, ctx)


PLACE = _PlaceType(path_type=Path, exists=True, allow_dash=True)
NEW_PLACE = _PlaceType(path_type=Path, allow_dash=True)


@dataclass(frozen=True, slots=True)
class Far:
    """How folders in an object store are reached, and who works through them.

    Attributes
    ----------
    cluster
        None for this machine, `local` for a cluster of its own, or an address.
    report
        One of `wuhen.batch.report.KINDS`; None for what is usual.
    region, endpoint, credentials
        See `wuhen.results.place.Access`.
    """

    cluster: str | None
    report: str | None
    region: str
    endpoint: str | None
    credentials: Path | None

    def is_meant(self, *places: Path | Url | None) -> bool:
        """Tell whether a batch is to be done in this way rather than file by file on this machine."""
        urls = any(isinstance(place, Url) for place in places)
        return urls or self.cluster is not None or self.report is not None


_OPTIONS = (
    click.option(
        "--cluster",
        metavar="local|ADDRESS",
        help="Have a Ray cluster work through a folder: one on this machine, or the one at ADDRESS.",
    ),
    click.option(
        "--report",
        type=click.Choice(["csv", "parquet"]),
        help="What the table of a folder in an object store or on a cluster is, report.csv or report.parquet "
        "in OUTPUT; for other folders, have one instead of report.json.  [default: csv]",
    ),
    click.option(
        "--store-region",
        default="us-east-1",
        show_default=True,
        envvar=["WUHEN_STORE_REGION", "AWS_REGION", "AWS_DEFAULT_REGION", "COS_REGION"],
        metavar="REGION",
        help="Where the object store's buckets are.",
    ),
    click.option(
        "--store-endpoint",
        envvar=["WUHEN_STORE_ENDPOINT", "AWS_ENDPOINT_URL"],
        metavar="URL",
        help="The object store's address, {bucket} in it for the bucket's name; by default the public one of "
        "Amazon for s3://, of Tencent Cloud for cos://.",
    ),
    click.option(
        "--store-credentials",
        type=click.Path(path_type=Path, exists=True, dir_okay=False),
        envvar="WUHEN_STORE_CREDENTIALS",
        help='A file with the object store\'s key pair, {"SecretId": …, "SecretKey": …}; by default the '
        "environment has it (AWS_ACCESS_KEY_ID and so on, COS_SECRET_ID and so on).",
    ),
)


def far_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options to a command, which gets them as one `Far` in the parameter ``far``."""

    @functools.wraps(function)
    def command(**given: Any) -> Any:
        store = {name: given.pop(f"store_{name}") for name in ("region", "endpoint", "credentials")}
        return function(far=Far(given.pop("cluster"), given.pop("report"), **store), **given)

    wrapped: Callable[..., Any] = command
    for option in reversed(_OPTIONS):
        wrapped = option(wrapped)
    return wrapped


def run_far(
    places: tuple[Path | Url, Path | Url | None, Path | Url],
    template: JobTemplate,
    selected: Selected,
    far: Far,
    *,
    jobs: int | None,
    overwrite: bool,
    tell: "Callable[[Row], None]",
) -> int:
    """Work through a folder and return the exit status: 0, or 1 if any photo failed.

    Parameters
    ----------
    places
        The folder of photos; that of masks, or one mask, or none; the folder of results.
    template
        What is the same for every photo.
    selected
        What is to go besides.
    far
        How the store is reached, and who works.
    jobs
        Photos at a time; None for as many as there are processors.
    overwrite
        Whether to do again what is done.
    tell
        Is given what became of each file, once, as soon as it is known.

    Raises
    ------
    Failed
        The folders do not go together, cannot be used, or hold no photo; or a package is missing.
    """
    report = far.report or "csv"
    with _told(far):
        from wuhen.batch.eraser import Setup
        from wuhen.batch.run import Batch

        setup = Setup(_folders(*places, far), template)
        batch = Batch(setup, overwrite=overwrite)
        if not batch.waiting and not batch.kept and all(row.status == "skipped" for row in batch.others):
            raise Failed(f"{setup.folders.photos} holds no photos")
        if selected.learns and batch.waiting:
            find = _learn(batch, selected, jobs)
            batch.setup = replace(batch.setup, template=replace(template, find=find))
        with _ended_by_signals(), _progress(len(batch.waiting), tell) as shown:
            counts = batch.run(_means(far, jobs), report=report, tell=shown)
    others = counts["skipped"]
    unchanged = f"{counts['unchanged']} unchanged as nothing was found, " if counts["unchanged"] else ""
    click.echo(
        f"{counts['done']} done, {unchanged}{batch.kept} already there, {counts['failed']} failed"
        + (f", {others} not photos" if others else "")
        + f"; see {setup.folders.results.url_of(f'report.{report}')}",
        err=True,
    )
    return 1 if counts["failed"] else 0


@contextmanager
def _told(far: Far) -> Iterator[None]:
    """Turn what may go wrong with places and clusters into `Failed`."""
    from wuhen.batch.errors import BadPlace, ClusterFailed, StoreFailed

    try:
        yield
    except (BadPlace, StoreFailed, ClusterFailed) as error:
        raise Failed(str(error)) from error
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("wuhen"):
            raise
        extra = "cluster" if far.cluster or far.report == "parquet" else "objects"
        raise Failed(f"this needs more packages: pip install 'wuhen[{extra}]'") from error


def _learn(batch: "Batch", selected: Selected, jobs: int | None) -> Find | None:
    """Return what is to be found when photos of the folder were looked at, by processes of this machine."""
    from wuhen.batch.here import learn_here
    from wuhen.batch.learning import choose

    photos = choose(batch.photos)
    with told_learned(len(photos)):
        return selected.find_with(learn_here(batch.setup, photos, jobs=jobs or count_processors()))


def _folders(photos: Path | Url, mask: Path | Url | None, output: Path | Url, far: Far) -> "Folders":
    from wuhen.batch.todo import Folders

    if STANDARD in {photos, mask, output}:
        raise Failed("- is for one photo: give a file or a folder")
    found = Folders(_photos(photos, far), _masks(mask, far), _folder(output, far))
    if found.results == found.photos:
        raise Failed(f"{output} is the photos' folder: give another for the results")
    if found.results == found.masks.folder:
        raise Failed(f"{output} is the masks' folder: give another for the results")
    return found


def _folder(place: Path | Url, far: Far) -> "Folder":
    from wuhen.batch.folders import Folder
    from wuhen.results.place import Access

    if isinstance(place, Url):
        return Folder.far(place, Access(far.region, far.endpoint, credentials=far.credentials))
    if place.exists() and not place.is_dir():
        raise Failed(f"{place} is a file: give a folder")
    return Folder.near(place)


def _photos(place: Path | Url, far: Far) -> "Folder":
    if isinstance(place, Path) and not place.is_dir():
        raise Failed(f"{place} is a file: clusters and object stores are for folders")
    return _folder(place, far)


def _masks(place: Path | Url | None, far: Far) -> "Masks":
    """Return a folder of masks, or the one mask, read, so that no other machine needs this one's file."""
    from wuhen.batch.places import open_folder
    from wuhen.batch.todo import Masks

    if place is None:
        return Masks()
    if isinstance(place, Path):
        if place.is_dir():
            return Masks(_folder(place, far))
        return _single(read_picture(place), str(place.resolve()))
    folder = _folder(place, far)
    if place.endswith("/") or not folder.path:
        return Masks(folder)
    outer, name = folder.split()
    opened = open_folder(outer)
    if opened.find(name) is None:
        return Masks(folder)
    return _single(opened.read(name), outer.url_of(name))


def _single(data: bytes, name: str) -> "Masks":
    from wuhen.batch.todo import Masks

    return Masks(single=data, name=name, version=hashlib.sha256(data).hexdigest())


def _means(far: Far, jobs: int | None) -> "Means":
    if far.cluster is not None:
        from wuhen.batch.spread import erase_spread

        return functools.partial(erase_spread, cluster=far.cluster, jobs=jobs)
    from wuhen.batch.here import erase_here

    return functools.partial(erase_here, jobs=jobs or count_processors())


@contextmanager
def _progress(waiting: int, tell: "Callable[[Row], None]") -> "Iterator[Callable[[Row], None]]":
    """Give what shows on standard error how many photos are done, and at the end why some have no result."""
    failed: list[Row] = []
    without: list[Row] = []
    with click.progressbar(length=waiting, label="Erasing", file=sys.stderr) as bar:

        def show(row: "Row") -> None:
            tell(row)
            if row.status == "failed":
                failed.append(row)
                del failed[SHOWN_FAILURES + 1 :]
            if f"{OVERLAY} 0" in (row.found or ""):
                without.append(row)
                del without[SHOWN_FAILURES + 1 :]
            if row.settings is not None:
                bar.update(1)

        yield show
    for row in failed[:SHOWN_FAILURES]:
        click.echo(f"failed: {row.input}: {row.message}", err=True)
    for row in without[:SHOWN_FAILURES]:
        click.echo(f"no overlay found: {row.input}", err=True)
    if max(len(failed), len(without)) > SHOWN_FAILURES:
        click.echo("and more, which are in the report", err=True)


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Let SIGTERM end the batch as Ctrl-C does: with a report of what is done."""

    def end(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - a handler's signature
        # Not by SIGINT, which may be ignored, as it is in a shell script's background jobs.
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
