"""The files of a folder: which are pictures, told by content, and why the others are not."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from wuhen.batch import Picture, format_of_name
from wuhen.photo import FORMATS, PhotoError, image_format

__all__ = ["Folder", "list_folder"]

HEAD_BYTES = 4096
"""What is read of a file to tell its format."""


@dataclass(frozen=True, slots=True)
class Folder:
    """What a folder holds, at any depth, in the order of names.

    Parameters
    ----------
    pictures
        Files that are pictures by content, or claim to be by name.
    others
        The rest, each with the reason.
    """

    pictures: list[Picture]
    others: dict[Path, str]


def list_folder(folder: Path, *, without: Path | None = None) -> Folder:
    """Look at every file of a folder.

    Parameters
    ----------
    folder
        The folder. Links to other folders in it are not followed.
    without
        A folder whose files are left out, for it may lie in `folder`.

    Raises
    ------
    OSError
        The folder itself cannot be read.
    """
    listed = Folder([], {})
    left_out = without.resolve() if without and without.resolve() != folder.resolve() else None
    for path in sorted(_files(folder, left_out)):
        found = _look_at(path)
        if found in FORMATS:
            listed.pictures.append(Picture(path, path.relative_to(folder), found))
        else:
            listed.others[path] = found
    return listed


def _files(folder: Path, left_out: Path | None) -> Iterator[Path]:
    if left_out and left_out in folder.resolve().parents:
        left_out = None
    for path in folder.rglob("*"):
        inside = left_out and left_out in path.resolve().parents
        if not inside and (path.is_symlink() or not path.is_dir()):
            yield path


def _look_at(path: Path) -> str:
    """Return the format of a picture, or the reason why a file is none."""
    # Hidden files are not somebody's photos: macOS leaves a ._name.jpg beside each name.jpg.
    if path.name.startswith("."):
        return "a hidden file"
    if path.is_dir():
        return "a link to a folder"
    if not path.is_file():
        return "not a regular file"
    try:
        with path.open("rb") as file:
            return image_format(file.read(HEAD_BYTES))
    except PhotoError as error:
        # What is called a photo and is none is a failure, which the user is told of.
        return format_of_name(path) or str(error)
    except OSError as error:
        return format_of_name(path) or f"cannot be read: {error.strerror}"
