"""Sample photographs with masks, to try the software on; ASSETS.md says where they come from."""

from importlib.resources import files
from pathlib import Path

#: ``hikers`` are people with their shadows, ``sign`` is a large object, ``caption`` a line of text across a
#: slope, ``spruce`` a tree before others.
NAMES = ("hikers", "sign", "caption", "spruce")
#: Those that the studio shows, with a small picture each.
SHOWN = ("hikers", "sign", "caption")


def photo_path(name: str = "spruce") -> Path:
    """Return where a sample photograph lies, a JPEG file."""
    return _path(name, ".jpg")


def mask_path(name: str = "spruce") -> Path:
    """Return where the mask of a sample lies, a PNG file."""
    return _path(name, "_mask.png")


def shown_path(file: str) -> Path | None:
    """Return where a file of a sample that the studio shows lies: its photo, mask or small picture."""
    files_of = {f"{name}{ending}" for name in SHOWN for ending in (".jpg", "_mask.png", "_small.jpg")}
    return _folder() / file if file in files_of else None


def _path(name: str, ending: str) -> Path:
    if name not in NAMES:
        raise ValueError(f"There is no sample {name!r}; the samples are {', '.join(NAMES)}.")
    return _folder() / f"{name}{ending}"


def _folder() -> Path:
    return Path(str(files(__name__)))
