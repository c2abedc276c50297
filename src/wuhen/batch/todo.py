"""What is to be done with each file of a folder of any size, decided from names and versions alone."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from wuhen.batch.folders import Folder, Found
from wuhen.batch.names import format_of_name, result_names
from wuhen.batch.pairing import Pairing, Picture, pair
from wuhen.batch.rows import Row

__all__ = ["Folders", "Masks", "Todo", "Todos", "list_todos"]

MAX_FILE_BYTES = 2048 * 1024 * 1024
"""Bytes of a file that may be a picture: more than the largest that can be decoded has."""


@dataclass(frozen=True, slots=True)
class Masks:
    """Whence masks come.

    Attributes
    ----------
    folder
        With a mask for each photo; None where one is for all, or none is needed.
    single
        The one mask, as a file.
    name, version
        URL and version of the one mask; empty where there is none.
    """

    folder: Folder | None = None
    single: bytes | None = field(default=None, repr=False)
    name: str = ""
    version: str = ""

    def url_of(self, name: str) -> str:
        """Return the URL of a mask of the folder, or of the one for all."""
        return self.name if self.folder is None else self.folder.url_of(name)


@dataclass(frozen=True, slots=True)
class Todo:
    """A photo to erase from: names in their folders, and the versions that they were found in."""

    photo: str
    photo_version: str
    mask: str
    mask_version: str
    output: str


@dataclass(frozen=True, slots=True)
class Folders:
    """Where everything is.

    Attributes
    ----------
    photos, results
        Two folders.
    masks
        Of one of the two kinds.
    """

    photos: Folder
    masks: Masks
    results: Folder

    def row(self, todo: Todo, settings: str) -> Row:
        """Return what is known of a photo before anything was done; it counts as failed until then."""
        return Row(
            self.photos.url_of(todo.photo),
            "failed",
            mask=self.masks.url_of(todo.mask) or None,
            output=self.results.url_of(todo.output),
            input_version=todo.photo_version,
            mask_version=todo.mask_version,
            settings=settings,
        )


@dataclass(frozen=True, slots=True)
class Todos:
    """What there is to do.

    Attributes
    ----------
    photos
        Those that have a mask, in the order of their names.
    others
        What is known of the other files: why there can be no result, or that they are no photos.
    """

    photos: list[Todo]
    others: list[Row]


def list_todos(
    folders: Folders, listed: Iterable[Found], masks_listed: Iterable[Found], output_format: str | None
) -> Todos:
    """Pair what was listed by names.

    A photo is what is called one, as no file is read.

    Parameters
    ----------
    folders
        Where everything is. Those of masks and results may lie in that of the photos.
    listed, masks_listed
        What is in the folder of photos, and in that of masks where it is another.
    output_format
        Of all results; by default each has that of its photo, save where that is only read.
    """
    photos, masks = folders.photos, folders.masks
    inner = [masks.folder and masks.folder.within(photos), folders.results.within(photos)]
    files = _by_path("photos", listed, tuple(beginning for beginning in inner if beginning))
    pictures = _pictures(files)
    if masks.folder is None:
        own = {path for path, found in files.items() if photos.url_of(found.name) == masks.name}
        pairing = Pairing({one.path: _SINGLE for one in pictures if one.path not in own}, {})
        mask_files = {_SINGLE: Found("", 0, masks.version)}
    elif masks.folder == photos:
        mask_files, pairing = files, pair(pictures, pictures)
    else:
        mask_files = _by_path("masks", masks_listed, ())
        pairing = pair(pictures, _pictures(mask_files))
    names = result_names(
        [one for one in pictures if one.path in pairing.masks or one.path in pairing.reasons], output_format
    )
    todos = Todos([], [])
    for path, found in files.items():
        if path not in names:
            kind = "a mask" if format_of_name(path) else "no picture by its name"
            todos.others.append(Row(photos.url_of(found.name), "skipped", message=kind).finish())
            continue
        mask = mask_files[pairing.masks[path]] if path in pairing.masks else Found("", 0, "")
        todo = Todo(found.name, found.version, mask.name, mask.version, str(names[path]))
        reason = pairing.reasons.get(path) or _too_large(found, mask)
        if reason is None:
            todos.photos.append(todo)
        else:
            todos.others.append(
                folders.row(todo, "").finish(mask=None, mask_version=None, settings=None, message=reason)
            )
    return todos


_SINGLE = Path("mask")


def _by_path(kind: str, listed: Iterable[Found], without: tuple[str, ...]) -> dict[Path, Found]:
    """Return what was listed in the order of names, by what tells photos and masks of one name apart."""
    kept = (one for one in listed if not (without and one.name.startswith(without)))
    return {Path(kind, one.name): one for one in sorted(kept, key=lambda one: one.name)}


def _pictures(files: dict[Path, Found]) -> list[Picture]:
    claims = ((path, Path(found.name), format_of_name(path)) for path, found in files.items())
    return [Picture(path, name, claim) for path, name, claim in claims if claim]


def _too_large(*files: Found) -> str | None:
    largest = max(files, key=lambda one: one.size)
    if largest.size <= MAX_FILE_BYTES:
        return None
    return f"{largest.name} has more than {MAX_FILE_BYTES // 1024**2} MB: this is no photo"
