"""One photo of a batch: fetched, erased from in a worker, put where its result belongs."""

from dataclasses import dataclass, field
from pathlib import Path

from wuhen.action import NOTHING_FOUND, Job, Outcome
from wuhen.batch.errors import StoreFailed
from wuhen.batch.names import copy_name, format_of_name
from wuhen.batch.places import OpenFolder, open_folder
from wuhen.batch.rows import Row, show_found
from wuhen.batch.template import JobTemplate
from wuhen.batch.todo import Folders, Todo
from wuhen.photo import media_type
from wuhen.wire import ApiError, Language
from wuhen.workers import LocalWorkers, WorkerFailedError
from wuhen.workers.base import WorkerLostError

__all__ = ["Eraser", "Setup", "fetch"]


@dataclass(frozen=True, slots=True)
class Setup:
    """What is the same for all photos of a batch. With Content Credentials, their key is in it."""

    folders: Folders
    template: JobTemplate = field(repr=False)


class Eraser:
    """Does what is to be done with one photo after the other, or with several at a time.

    Parameters
    ----------
    setup
        The batch.
    workers
        Who erases.
    """

    def __init__(self, setup: Setup, workers: LocalWorkers) -> None:
        self._folders = setup.folders
        self._template = setup.template
        self._settings = setup.template.fingerprint
        self._workers = workers
        masks = setup.folders.masks
        self._photos = open_folder(setup.folders.photos, patient=True)
        self._masks = open_folder(masks.folder, patient=True) if masks.folder is not None else None
        self._results = open_folder(setup.folders.results, make=True, patient=True)

    async def erase(self, todo: Todo) -> Row:
        """Make a photo's result, and return what became of it; why there is none is in the row."""
        row = self._folders.row(todo, self._settings)
        try:
            photo, mask = await self._inputs(todo)
            try:
                outcome = await self._run(self._template.job(photo, mask))
            except ApiError as error:
                if error.code != NOTHING_FOUND.code:
                    return row.finish(code=error.code, message=error.message(Language.ENGLISH))
                return await self._copy(row, todo, photo)
            version = await self._results.put(todo.output, outcome.data, outcome.media_type)
        except WorkerFailedError as error:
            return row.finish(message=str(error).strip().splitlines()[-1])
        except (StoreFailed, OSError) as error:
            return row.finish(message=str(error))
        return row.finish(output_version=version, **_facts(outcome))

    async def _copy(self, row: Row, todo: Todo, photo: bytes) -> Row:
        """Put a photo in which nothing was found where its result would be, as it is."""
        name = str(copy_name(Path(todo.photo), Path(todo.output)))
        picture_format = format_of_name(Path(name))
        media = media_type(picture_format) if picture_format else "application/octet-stream"
        version = await self._results.put(name, photo, media)
        output = self._folders.results.url_of(name)
        find = self._template.find
        found = dict.fromkeys(find.names if find else (), 0)
        return row.finish(status="unchanged", output=output, output_version=version, found=show_found(found))

    async def _run(self, job: Job) -> Outcome:
        """Have a job done, once more if its worker is lost: that need not be the photo's fault."""
        try:
            return await self._workers.run(job)
        except WorkerLostError:
            return await self._workers.run(job)

    async def _inputs(self, todo: Todo) -> tuple[bytes, bytes | None]:
        """Return photo and mask as they were when they were listed: results say of which version they are."""
        photo = await fetch(self._photos, todo.photo, todo.photo_version)
        if self._masks is None:
            return photo, self._folders.masks.single
        return photo, await fetch(self._masks, todo.mask, todo.mask_version)


async def fetch(folder: OpenFolder, name: str, version: str) -> bytes:
    """Return a file as it was when it was listed.

    Raises
    ------
    StoreFailed
        It cannot be read, or has changed since.
    """
    data, found = await folder.fetch(name)
    if found != version:
        raise StoreFailed(f"{folder.folder.url_of(name)}: changed since it was listed; run the batch again")
    return data


def _facts(outcome: Outcome) -> dict[str, object]:
    return {
        "status": "done",
        "width": outcome.width,
        "height": outcome.height,
        "hole_pixels": outcome.hole,
        "seconds": round(sum(outcome.seconds.values()), 3),
        "engine": outcome.engine,
        "found": show_found(outcome.found) or None,
        "size": outcome.digest.size,
        "sha256": outcome.digest.sha256,
        "remarks": " ".join(remark.text(Language.ENGLISH) for remark in outcome.remarks) or None,
    }
